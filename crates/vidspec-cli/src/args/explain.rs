//! `vidspec explain`

use clap::Args;

/// Tell more about a kind of finding, such as `error[bad-path]`
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct Explain {
    /// The code that stands in brackets; if none is given, all are listed
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  vidspec explain
      all codes, each in a line
  vidspec explain bad-path
      what it means, an example, and how it is mended";
