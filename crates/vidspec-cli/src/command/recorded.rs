//! `--record`: where exchanges were kept, or why not.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::visible;

/// The file in which exchanges were kept, if there were any.
pub(super) type Recorded = Result<Option<PathBuf>, CliError>;

/// What came of writing below this folder.
pub(super) fn outcome(written: io::Result<Option<PathBuf>>, folder: &Path) -> Recorded {
    written.map_err(|error| CliError::new(format!("nothing can be recorded in {}: {error}", folder.display())))
}

/// Tells it.
pub(super) fn tell(recorded: &Recorded) -> Option<ExitCode> {
    let told = match recorded {
        Ok(Some(file)) => format!("recorded in {}; look through it before you share it", file.display()),
        Ok(None) => "nothing is recorded: there was no answer".to_owned(),
        Err(error) => return Some(error.print()),
    };
    let _ = writeln!(anstream::stderr(), "{}", visible(&told));
    None
}
