//! `vidspec completions`

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory as _};

use crate::args::{Args, Completions};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output;

pub(crate) fn run(args: &Completions) -> Result<ExitCode, CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    let mut ids: Vec<String> = catalogue.ids().map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    let mut command = Args::command();
    command.build();
    let mut command = completing(command, &ids);
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "vidspec", &mut script);
    output::print(&String::from_utf8_lossy(&script));
    Ok(ExitCode::Done)
}

/// The command with the providers that are known as the values to choose from. It only serves to be described: when it is run, a
/// provider may have become known since.
fn completing(command: Command, ids: &[String]) -> Command {
    let names_provider = |arg: &Arg| arg.get_id() == "provider" || arg.get_id() == "id";
    let with_ids = |arg: Arg| if names_provider(&arg) { arg.value_parser(PossibleValuesParser::new(ids)) } else { arg };
    command.mut_args(with_ids).mut_subcommands(|command| completing(command, ids))
}
