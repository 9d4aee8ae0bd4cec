//! The command `vidspec`. It reads arguments, prints, and sets exit codes; what a status means is decided in the engine.

use clap::Parser as _;

mod args;
mod catalogue;
mod command;
mod error;
mod exit_code;
mod journal;
mod output;
mod session;
mod shell;

fn main() -> std::process::ExitCode {
    let args = args::Args::parse();
    let outcome = match args.command {
        args::Command::Check(check) => command::check::run(&check),
        args::Command::Download(download) => command::download::run(&download),
        args::Command::Wait(wait) => command::wait::run(&wait),
        args::Command::Providers(providers) => command::providers::run(&providers),
        args::Command::Lint(lint) => command::lint::run(&lint),
        args::Command::Explain(explain) => command::explain::run(&explain),
        args::Command::Test(test) => command::test::run(&test),
        args::Command::Mock(mock) => command::mock::run(&mock),
        args::Command::New(new) => command::new::run(&new),
        args::Command::Schema(schema) => Ok(command::schema::run(&schema)),
        args::Command::Completions(completions) => command::completions::run(&completions),
        args::Command::Man(man) => command::man::run(&man),
    };
    outcome.unwrap_or_else(|error| error.print()).into()
}
