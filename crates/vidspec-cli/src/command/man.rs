//! `vidspec man`

use std::io::{self, Write as _};
use std::path::Path;

use clap::CommandFactory as _;

use crate::args::{Args, Man};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output;

pub(crate) fn run(args: &Man) -> Result<ExitCode, CliError> {
    match &args.folder {
        Some(folder) => {
            write_all(folder)
                .map_err(|error| CliError::new(format!("the pages cannot be written to {}: {error}", folder.display())))?;
            let _ = writeln!(anstream::stderr(), "the pages of all commands are in {}", folder.display());
        }
        None => print().map_err(|error| CliError::new(format!("no page: {error}")))?,
    }
    Ok(ExitCode::Done)
}

fn print() -> io::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page)?;
    output::print(&String::from_utf8_lossy(&page));
    Ok(())
}

fn write_all(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Args::command(), folder)
}
