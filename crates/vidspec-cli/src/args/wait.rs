//! `vidspec wait`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Connection, Folders, Form, Jobs, time};

#[derive(Debug, Args)]
#[command(after_help = WAIT_EXAMPLES)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) jobs: Jobs,

    #[command(flatten)]
    pub(crate) folders: Folders,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// How long to wait, such as 90s, 20m or 2h; if not given, as `VIDSPEC_TIMEOUT` says, or else the definition
    #[arg(long, value_name = "TIME", value_parser = time::duration, allow_hyphen_values = true)]
    pub(crate) timeout: Option<Duration>,

    /// The time between two questions about a job; if not given, as `VIDSPEC_INTERVAL` says, or else the definition
    ///
    /// It is never shorter than the shortest that the definition allows (`poll.min`), nor than 1 s, unless the server runs on this
    /// machine.
    #[arg(long, value_name = "TIME", value_parser = time::duration, allow_hyphen_values = true)]
    pub(crate) interval: Option<Duration>,

    /// How many questions in a row may go without a state; if not given, as `VIDSPEC_MAX_ERRORS` says, or else 20
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_errors: Option<u32>,

    /// Write every event to this file before it is printed; the same command goes on from there after an interruption
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    /// Save the video of each job that completed into this folder, as `vidspec download` does, while the others are waited for
    ///
    /// With a journal the same command goes on after an interruption with what has arrived, and knows which files are its own.
    #[arg(long, value_name = "DIR")]
    pub(crate) download: Option<PathBuf>,

    /// Run this command of the shell for each job that completed, with the event on its standard input
    ///
    /// It finds the job in the variables `VIDSPEC_JOB`, `VIDSPEC_PROVIDER`, `VIDSPEC_JOB_ID`, `VIDSPEC_STATE`,
    /// `VIDSPEC_EVENT_ID`, `VIDSPEC_URL`, the address of the main file, and `VIDSPEC_FILE`, where --download has saved it. With a
    /// journal it is run again after an interruption if it may not have come to its end.
    #[arg(long, value_name = "COMMAND")]
    pub(crate) exec: Option<String>,

    /// Keep all exchanges about each job below this folder, as evidence that can be replayed, without the key and personal values
    ///
    /// It is written when the job has ended. Nothing is overwritten. Look through the files before you share them; the claim is
    /// left for you to write.
    #[arg(long, value_name = "DIR", conflicts_with = "replay")]
    pub(crate) record: Option<PathBuf>,

    /// How events are printed: text is for people, ndjson one event a line, json one object (or a list) at the end
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,

    /// Ask a server on this machine that gives the documented answers: no key is read, and no time passes
    ///
    /// Without a name it takes the scenario that holds this id, or else the provider's default one.
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, require_equals = true, conflicts_with_all = ["base_url", "key_env", "key_file", "key_command"])]
    #[expect(clippy::option_option, reason = "absent, without a name, with a name: the form that clap gives it")]
    pub(crate) replay: Option<Option<String>>,
}

const WAIT_EXAMPLES: &str = "\
Examples:
  vidspec wait pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --replay
      the documented answer, without a key and without a network
  vidspec wait video_abc123 --timeout 20m && echo ready
      the exit code tells how it ended
  vidspec wait --from jobs.txt --journal jobs.journal --output ndjson
      many jobs; after an interruption the same command goes on
  vidspec wait --from jobs.txt --download videos
      each video is saved as soon as it is there
  vidspec wait --from jobs.txt --download videos --exec 'ffprobe \"$VIDSPEC_FILE\"'
      something is done with each video
  vidspec wait pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --record fixtures
      the whole life of the job as evidence; see docs/recording.md

Exit codes:
  0  the job completed           5  no such job
  1  it ended without a result   6  no answer often enough: network, throttling, provider down; no credits
  2  usage or definition, --exec 7  the answer was not understood, or completed without a file
  3  key missing or refused      8  the job completed, but --download could not save its file
  4  the time limit was reached, or Ctrl-C pressed; the job still runs";
