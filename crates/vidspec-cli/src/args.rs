//! The arguments: one file for each command, and for what several commands share.

use clap::{Parser, Subcommand};

mod check;
mod completions;
mod connection;
mod download;
mod explain;
mod folders;
mod form;
mod jobs;
mod lint;
mod man;
mod mock;
mod new;
mod providers;
mod schema;
mod test;
mod time;
mod wait;

pub(crate) use check::Check;
pub(crate) use completions::Completions;
pub(crate) use connection::{Connection, NOT_REPEATED, repeatable};
pub(crate) use download::Download;
pub(crate) use explain::Explain;
pub(crate) use folders::Folders;
pub(crate) use form::Form;
pub(crate) use jobs::Jobs;
pub(crate) use lint::{Denied, Lint, LintForm};
pub(crate) use man::Man;
pub(crate) use mock::Mock;
pub(crate) use new::New;
pub(crate) use providers::{Providers, ProvidersCommand};
pub(crate) use schema::{Schema, Subject};
pub(crate) use test::Test;
pub(crate) use time::duration;
pub(crate) use wait::Wait;

/// How is my video job? One command for every AI video generator.
#[derive(Debug, Parser)]
#[command(name = "vidspec", version, max_term_width = 110, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Box<Check>),
    Download(Box<Download>),
    Wait(Box<Wait>),
    Providers(Providers),
    New(Box<New>),
    Lint(Lint),
    Explain(Explain),
    Test(Test),
    Mock(Mock),
    Schema(Schema),
    Completions(Completions),
    Man(Man),
}

const EXAMPLES: &str = "\
Examples:
  vidspec check pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --replay
      the documented answer, without a key and without a network
  vidspec download pictory:4a09edf9-d071-4847-bda5-8dea913d80fe
      the video of a completed job, into this folder
  vidspec wait pictory:4a09edf9-d071-4847-bda5-8dea913d80fe --timeout 20m
      until it is there
  vidspec providers
      what is known, and where each key is looked for
  vidspec new acme
      the beginnings of a definition for one that is not";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }
}
