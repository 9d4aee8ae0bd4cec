//! The arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// How is my video job? One command for every AI video generator.
#[derive(Debug, Parser)]
#[command(name = "vidspec", version, max_term_width = 110, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Box<Check>),
    Providers(Providers),
}

/// Ask how jobs are doing
///
/// A job is named by its reference (pictory:4a09edf9-…), by the address of its status, or by its id alone where that tells
/// the provider. The key is read from the environment variable that the provider's own tools use; `vidspec providers`
/// lists them.
#[derive(Debug, ClapArgs)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// The jobs; `-` reads them from standard input, one a line
    #[arg(value_name = "JOB", required = true)]
    pub(crate) jobs: Vec<String>,

    /// The provider of all jobs; then an id may look in any way
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,

    #[command(flatten)]
    pub(crate) folders: Folders,

    /// Read the key from this environment variable instead, as for a second account
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,

    /// Ask at this address instead of the provider's, such as a gateway's; it replaces all of the definition's `base_url`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// How long one request may take, such as 500ms, 30s or 2m
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,

    /// Trust the certificates of this PEM file too; if not given, those of `SSL_CERT_FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,

    /// How the result is printed: text is for people, json one object (or a list, for several jobs), ndjson one a line
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,

    /// Print the bodies of the answers as they were received, and no report
    #[arg(long, conflicts_with = "output")]
    pub(crate) raw: bool,

    /// Ask a server on this machine that gives the documented answer: no key is read, nothing is sent elsewhere
    ///
    /// Without a name it takes the scenario that holds this id, or else the provider's default one.
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, require_equals = true, conflicts_with_all = ["base_url", "key_env"])]
    #[expect(clippy::option_option, reason = "absent, without a name, with a name: the form that clap gives it")]
    pub(crate) replay: Option<Option<String>>,

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
  cat jobs.txt | vidspec check - --output ndjson
      many jobs, one line of JSON each

Exit codes:
  0  the state was read        5  no such job
  2  usage or definition       6  no answer now: network, throttling, provider down, no credits
  3  key missing or refused    7  the answer was not understood, or completed without a file
  With --exit-status also: 1  the job failed, was canceled or has expired; 4  it still runs";

/// List the providers that are known
#[derive(Debug, ClapArgs)]
#[command(after_help = PROVIDERS_EXAMPLES)]
pub(crate) struct Providers {
    #[command(flatten)]
    pub(crate) folders: Folders,

    /// How the list is printed
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,
}

const EXAMPLES: &str = "\
Examples:
  vidspec check pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --replay
      the documented answer, without a key and without a network
  vidspec providers
      what is known, and where each key is looked for";

const PROVIDERS_EXAMPLES: &str = "\
Examples:
  vidspec providers
  vidspec providers --providers ./my-definitions
      yours come first; of two with one id the later is marked as not used
  vidspec providers --output json

Definitions are looked for in the folders of --providers, then in those of VIDSPEC_PROVIDERS, then in
~/.config/vidspec/providers, then among those built in.";

/// Where definitions are looked for, before those built in.
#[derive(Debug, ClapArgs)]
pub(crate) struct Folders {
    /// A folder with definitions of your own; can be given again
    #[arg(long, value_name = "DIR")]
    pub(crate) providers: Vec<PathBuf>,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    Text,
    Json,
    Ndjson,
}

fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let friendly = || text.parse::<jiff::SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    let duration = seconds.or_else(friendly).filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "expected a time such as 500ms, 30s or 2m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn times() {
        for (text, millis) in [("30s", 30_000), ("500ms", 500), ("2m", 120_000), ("1.5", 1_500), ("1m30s", 90_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "0", "-1", "soon", "inf", "NaN", "-5s", "1e400"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
