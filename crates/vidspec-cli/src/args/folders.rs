//! Where definitions are looked for.

use std::path::PathBuf;

use clap::Args;

/// Where definitions are looked for, before those built in.
#[derive(Debug, Args)]
pub(crate) struct Folders {
    /// A folder with definitions of your own; can be given again
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) providers: Vec<PathBuf>,
}
