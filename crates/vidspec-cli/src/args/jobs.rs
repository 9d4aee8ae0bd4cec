//! Which jobs a command is about.

use clap::Args;

/// Which jobs a command is about.
#[derive(Debug, Args)]
pub(crate) struct Jobs {
    /// The jobs; `-` reads them from standard input, one a line
    #[arg(value_name = "JOB", required = true)]
    pub(crate) jobs: Vec<String>,

    /// The provider of all jobs; then an id may look in any way
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
}
