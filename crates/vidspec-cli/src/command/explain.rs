//! `vidspec explain`

use crate::args;
use crate::error::CliError;
use crate::exit_code::ExitCode;

mod answer;
mod code;

pub(crate) fn run(args: &args::Explain) -> Result<ExitCode, CliError> {
    match (&args.provider, &args.subject) {
        (Some(provider), _) => return answer::run(provider, args),
        (None, Some(name)) => code::print_page(&name.to_string_lossy())?,
        (None, None) => code::print_list(),
    }
    Ok(ExitCode::Done)
}
