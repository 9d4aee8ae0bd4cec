//! `vidspec check`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Connection, Folders, Form, Jobs, time};

#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) jobs: Jobs,

    #[command(flatten)]
    pub(crate) folders: Folders,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// How long one request may take, such as 500ms, 30s or 2m
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time::duration, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,

    /// How the result is printed: text is for people, json one object (or a list, for several jobs), ndjson one a line
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,

    /// Print the bodies of the answers as they were received, and no report
    #[arg(long, conflicts_with = "output")]
    pub(crate) raw: bool,

    /// Show how the answer was judged, step by step: on standard error, or in JSON as the member `explanation`
    #[arg(long)]
    pub(crate) explain: bool,

    /// Ask a server on this machine that gives the documented answer: no key is read, nothing is sent elsewhere
    ///
    /// Without a name it takes the scenario that holds this id, or else the provider's default one.
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, require_equals = true, conflicts_with_all = ["base_url", "key_env", "key_file", "key_command"])]
    #[expect(clippy::option_option, reason = "absent, without a name, with a name: the form that clap gives it")]
    pub(crate) replay: Option<Option<String>>,

    /// Save the videos of completed jobs into this folder too, as `vidspec download` does
    #[arg(long, conflicts_with_all = ["output", "raw", "replay"])]
    pub(crate) download: bool,

    /// Keep each exchange below this folder, as evidence that can be replayed, without the key and personal values
    ///
    /// Nothing is overwritten. Look through the files before you share them; the claim is left for you to write.
    #[arg(long, value_name = "DIR", conflicts_with = "replay")]
    pub(crate) record: Option<PathBuf>,

    /// Let the exit code tell the state: 1 for a job that failed, 4 for one that still runs
    #[arg(long)]
    pub(crate) exit_status: bool,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  vidspec check pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --replay
      the documented answer, without a key and without a network
  vidspec check models/veo-3.1-generate-preview/operations/abc123
      the id tells that it is Veo; the key is read from GOOGLE_API_KEY or GEMINI_API_KEY
  vidspec check abc123 --provider sora --base-url https://gateway.example.com/v1
      a gateway that speaks the same language
  vidspec check pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --replay --explain
      how the answer was judged, step by step; see docs/explain.md
  vidspec check video_abc123 --key-command 'op read op://video/sora/key'
      the key comes from a password manager; see docs/keys.md
  vidspec check pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --record fixtures
      keep the answer as evidence; see docs/recording.md
  cat jobs.txt | vidspec check - --output ndjson
      many jobs, one line of JSON each

Exit codes:
  0  the state was read        5  no such job
  2  usage or definition       6  no answer now: network, throttling, provider down, no credits
  3  key missing or refused    7  the answer was not understood, or completed without a file
  With --exit-status also: 1  the job failed, was canceled or has expired; 4  it still runs
  With --download also: 8  the file could not be saved";
