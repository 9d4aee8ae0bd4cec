//! What is said at the end.

use std::io::Write as _;

use super::super::download::NOTHING_SAVED;
use super::Waiting;
use super::ended::Ended;
use crate::args::{self, Form};
use crate::exit_code::ExitCode;
use crate::output::text::quoted;

impl Waiting<'_> {
    /// A job that was not told to have ended still runs, as far as is known.
    pub(super) fn codes(&self) -> Vec<ExitCode> {
        let of_job = |ended: &Option<Ended>| match ended {
            Some(ended) => ended.codes().collect(),
            None => vec![ExitCode::Running],
        };
        self.ended.iter().flat_map(of_job).chain(self.failed.then_some(ExitCode::Usage)).collect()
    }

    /// The ends of all jobs, as one document.
    pub(super) fn print_together(&self) {
        if self.args.output == Form::Json {
            let ends = self.ended.iter().flatten().map(Ended::document).collect::<Vec<_>>().join(",\n");
            crate::output::print(&if self.many { format!("[\n{ends}\n]\n") } else { format!("{ends}\n") });
        }
    }

    /// How many jobs have ended in which way, and the command that goes on.
    pub(super) fn tell_how_to_go_on(&self) {
        let ends: Vec<ExitCode> =
            self.ended.iter().map(|ended| ended.as_ref().map_or(ExitCode::Running, |ended| ended.told.exit_code())).collect();
        let count = |code: ExitCode| ends.iter().filter(|end| **end == code).count();
        let (completed, running) = (count(ExitCode::Done), count(ExitCode::Running));
        let without = self.ended.iter().flatten().filter(|ended| ended.gave_no_state()).count();
        let other = self.jobs.len().saturating_sub(completed + running + without);
        let pending = self.ended.iter().flatten().filter(|ended| ended.pending).count();
        let of_which = if pending == 0 { String::new() } else { format!(" ({pending} wait for --download or --exec)") };
        let mut stderr = anstream::stderr();
        let without_state = if without == 0 { String::new() } else { format!(", {without} without a state") };
        let _ = writeln!(stderr, "{completed} completed{of_which}, {running} not ended, {other} ended otherwise{without_state}");
        if !self.ended.iter().all(|ended| ended.as_ref().is_some_and(Ended::is_over)) {
            let command = self.command_that_goes_on();
            let list = if self.args.jobs.jobs.iter().any(|job| job == "-") { ", with the same list" } else { "" };
            let anew = args::to_give_anew(&command);
            let _ = writeln!(stderr, "go on{list}{anew}: vidspec {command}");
        }
    }

    /// A journal knows what has been done, and a list is left as it is; else only the jobs of which something is left are named.
    fn command_that_goes_on(&self) -> String {
        let named = &self.args.jobs;
        let args: Vec<String> = if self.journal.is_some() || !named.from.is_empty() || named.jobs.iter().any(|job| job == "-") {
            args::repeatable().collect()
        } else {
            let left = self.jobs.iter().zip(&self.ended).filter(|(_, ended)| !ended.as_ref().is_some_and(Ended::is_over));
            let references = left.map(|(job, _)| job.reference().to_string());
            args::repeatable().filter(|arg| !named.jobs.contains(arg)).chain(references).collect()
        };
        args.iter().map(|arg| quoted(arg)).collect::<Vec<_>>().join(" ")
    }

    /// Of a replay, which files would be fetched.
    pub(super) fn tell_plan(&self, plan: &str) {
        self.display.aside(|| {
            let _ = write!(anstream::stderr(), "{plan}");
            let _ = writeln!(anstream::stderr(), "{NOTHING_SAVED}");
        });
    }
}
