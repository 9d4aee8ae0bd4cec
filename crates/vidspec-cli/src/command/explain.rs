//! `vidspec explain`

use crate::args;
use crate::error::CliError;
use crate::exit_code::ExitCode;

mod code;

pub(crate) fn run(args: &args::Explain) -> Result<ExitCode, CliError> {
    match &args.code {
        Some(name) => code::print_page(name)?,
        None => code::print_list(),
    }
    Ok(ExitCode::Done)
}
