//! `vidspec download`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use vidspec::Role;

use super::{Connection, Folders, Form, Jobs, time};

#[derive(Debug, Args)]
#[command(after_help = DOWNLOAD_EXAMPLES)]
pub(crate) struct Download {
    #[command(flatten)]
    pub(crate) jobs: Jobs,

    /// Save to this file or into this folder; `-` is standard output
    #[arg(short = 'o', long, value_name = "PATH", default_value = ".")]
    pub(crate) to: PathBuf,

    /// Which files: video, audio, image, thumbnail, preview, `last_frame`, subtitles or transcript; if not given, the videos, or
    /// else the sounds or pictures
    #[arg(long, value_name = "ROLE", value_parser = role, conflicts_with = "all")]
    pub(crate) role: Option<Role>,

    /// All files of the job
    #[arg(long)]
    pub(crate) all: bool,

    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,

    /// Follow the provider also to addresses of this machine and its network
    #[arg(long)]
    pub(crate) allow_private: bool,

    #[command(flatten)]
    pub(crate) folders: Folders,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// How long the question about a job may take, and how long the file's server may send nothing
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time::duration, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,

    /// How the result is printed: text is the path of each file, json a list of objects, ndjson one object a line
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,

    /// Ask a server on this machine for the documented status, and tell what would be fetched; nothing is saved
    ///
    /// No key is read, nothing is sent elsewhere. Without a name it takes the scenario that holds this id, or else the
    /// provider's default one.
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, require_equals = true)]
    #[arg(conflicts_with_all = ["base_url", "key_env", "key_file", "key_command", "output"])]
    #[expect(clippy::option_option, reason = "absent, without a name, with a name: the form that clap gives it")]
    pub(crate) replay: Option<Option<String>>,
}

const DOWNLOAD_EXAMPLES: &str = "\
Examples:
  vidspec download pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --replay
      what would be fetched, by the documented answer
  vidspec download pictory:4a09edf9-d071-4847-bda5-8dea913d80fe
      into this folder, as pictory-4a09edf9-d071-4847-bda5-8dea913d80fe.mp4
  vidspec download models/veo-3.1-generate-preview/operations/abc123 -o cat.mp4
      the key goes along to Google's own host, on every hop, and to no other
  vidspec download runway:17f20503-6c24-4c16-946b-35dbbce2af2f --all -o videos/
      all files of the job, into a folder
  vidspec download sora:video_123 --role thumbnail
      another file than the video
  vidspec download pictory:4a09edf9-d071-4847-bda5-8dea913d80fe -o - | ffprobe -
      to another program

Exit codes:
  0  all files were saved      5  no such job
  1  a job ended without one   6  no answer now: network, throttling, provider down, no credits
  2  usage or definition       7  the answer was not understood, or completed without a file
  3  key missing or refused    8  a file could not be saved: it is there already, has expired,
  4  a job still runs             is no video but a page, or the disk refuses it";

fn role(text: &str) -> Result<Role, String> {
    let expected = "expected video, audio, image, thumbnail, preview, last_frame, subtitles or transcript";
    serde_json::from_value(text.into()).map_err(|_| expected.to_owned())
}
