//! The arguments: one file for each command, and for what several commands share.

use clap::{Parser, Subcommand};

mod check;
mod completions;
mod connection;
mod deferred;
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
pub(crate) use connection::{Connection, key_source, repeatable, to_give_anew};
use deferred::Deferred;
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
    /// Ask how jobs are doing
    ///
    /// A job is named by its reference (pictory:4a09edf9-…), by the address of its status, or by its id alone where that tells
    /// the provider. The key is read from the environment variable that the provider's own tools use; `vidspec providers`
    /// lists them.
    Check(Deferred<Check>),
    /// Get the files of completed jobs
    ///
    /// Each job is asked about once, and its video is saved under the job's name: pictory-4a09edf9-….mp4. A job that is not
    /// completed has no file yet; `vidspec check` tells more. The file arrives beside its final name, as .NAME.part, and takes
    /// that name when it is whole and is what it should be. What breaks off is gone on from, also by the same command later.
    Download(Deferred<Download>),
    /// Wait until jobs have ended
    ///
    /// Every provider is asked at its own pace, as its definition says. Throttling, network errors and servers that are down are
    /// no failure of a job: it is asked again. There is always a time limit.
    Wait(Deferred<Wait>),
    /// List the providers that are known, or show one
    Providers(Deferred<Providers>),
    /// Write the beginnings of a definition and of its evidence
    ///
    /// The facts stand on the provider's pages. What is not given is asked for, where this runs on a terminal; what remains open is marked
    /// TODO in the files. They can be read at once all the same. Nothing is sent, and nothing is overwritten.
    New(Deferred<New>),
    /// Look for mistakes in definitions, and for what is not proven or probably not as it was meant
    ///
    /// All that is found is told in one pass, each with a code that `vidspec explain` tells more about. No key is read, nothing is sent, and no link is followed.
    Lint(Deferred<Lint>),
    /// Tell more about a finding such as `error[bad-path]`, or, with --provider, show how an answer is judged
    ///
    /// Nothing is sent and no key is read: an answer is a body that you have, such as `vidspec check --raw` prints, or a scenario.
    Explain(Deferred<Explain>),
    /// Replay the evidence for definitions of your own, and compare
    ///
    /// Each scenario is served on this machine and asked about with the real client; what was sent and concluded must be as its
    /// claim says. No key is read, no other address is reached, and no link is followed, whoever wrote the files. The whole reports are compared with their snapshots too.
    Test(Deferred<Test>),
    /// Answer like a provider, for the tests of programs that use its API
    ///
    /// Each question about a job moves it on by one documented answer: queued, processing, completed; then it stays as it is. Point any
    /// client at the address that is printed. Any key is accepted, and nothing leaves this machine.
    Mock(Deferred<Mock>),
    /// Print the JSON Schema of a file that you write or of an output that you read
    ///
    /// With it an editor completes and explains the keys of a definition, and a program checks what it reads.
    Schema(Deferred<Schema>),
    /// Print what makes a shell complete commands, options and the names of providers
    Completions(Deferred<Completions>),
    /// Print the manual page, or write those of all commands
    Man(Deferred<Man>),
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
