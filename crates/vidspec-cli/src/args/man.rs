//! `vidspec man`

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// Write the pages of all commands into this folder instead
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  vidspec man | man -l -
      to read it now
  vidspec man ~/.local/share/man/man1
      then: man vidspec, man vidspec-check";
