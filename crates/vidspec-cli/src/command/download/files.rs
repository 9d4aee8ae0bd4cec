//! From a job to its files.

use std::io::ErrorKind;

use vidspec::{
    Check, Credentials, DownloadError, DownloadEvent, DownloadOptions, Output, Problem, Question, Resolved, Role, State,
    Timestamp,
};

use super::{Destination, Fetched, Selection};
use crate::exit_code::ExitCode;
use crate::journal::Ledger;
use crate::output::progress::Bars;
use crate::output::text::{self, quoted};
use crate::session::Session;

/// Fetches the files of jobs.
pub(crate) struct Files<'a> {
    pub(crate) session: &'a Session,
    pub(crate) selection: Selection,
    pub(crate) destination: Destination,
    pub(crate) options: DownloadOptions,
    pub(crate) bars: Bars,
    /// The options with which another command reaches the same provider.
    pub(crate) reach: String,
    /// What an earlier run has named, and what this one does.
    pub(crate) ledger: Option<Ledger<'a>>,
}

impl Files<'_> {
    /// Asks about a job, and fetches its files if it is completed.
    pub(crate) async fn of_job(&self, job: &Resolved) -> Vec<Fetched> {
        let question = self.session.question(job);
        let key = self.session.key(&job.provider);
        let check = match &key {
            Ok(key) => self.session.client.check(&question, key).await,
            Err(problem) => question.failed_without_key(problem.clone(), Timestamp::now()),
        };
        self.of_check(&question, &key, &check).await
    }

    /// Fetches the files that a check has found, or says why there are none.
    pub(crate) async fn of_check(
        &self,
        question: &Question<'_>,
        key: &Result<Credentials, Problem>,
        check: &Check,
    ) -> Vec<Fetched> {
        let code = ExitCode::of_check(check, true);
        let (report, key) = match (&check.outcome, key) {
            (Ok(report), Ok(key)) if code == ExitCode::Done && report.state == State::Completed => (report, key),
            _ => {
                let row: Vec<_> = text::row(check).into_iter().filter(|cell| !cell.is_empty()).collect();
                let waits =
                    || format!("to wait for it: vidspec wait {} --download .{}", quoted(&check.job.to_string()), self.reach);
                let help = (code == ExitCode::Running).then(waits);
                return vec![Fetched::nothing(check, code, format!("no file: {}", row.join("  ")), help)];
            }
        };
        let chosen = self.selection.of_report(report);
        let many = chosen.len() > 1 && !self.destination.takes_many();
        if chosen.is_empty() || many {
            let (wanted, job) = (self.selection.described(), &check.job);
            let message = if many {
                format!("{job} has {} files of this kind, and {} takes one", chosen.len(), self.destination.described())
            } else {
                format!("{job} has no {wanted}; it has {}", listed(&report.outputs))
            };
            return vec![Fetched::nothing(check, if many { ExitCode::Usage } else { ExitCode::NotSaved }, message, None)];
        }
        let mut all = Vec::new();
        for output in chosen {
            all.push(self.one(question, key, check, output, &output.file_stem(&check.job, &report.outputs)).await);
        }
        all
    }

    async fn one(&self, question: &Question<'_>, key: &Credentials, check: &Check, output: &Output, stem: &str) -> Fetched {
        if output.role == Role::SharePage {
            let message =
                format!("the share page of {} is a page for a browser, not a file: {}", check.job, text::location(output));
            return Fetched::nothing(check, ExitCode::NotSaved, message, None);
        }
        let earlier = self.ledger.as_ref().zip(self.destination.folder());
        if let Some((path, named)) = earlier.and_then(|(ledger, folder)| ledger.find(folder, stem)) {
            return Fetched::earlier(check, output, path, named);
        }
        let bar = self.bars.add(stem);
        let mut stdout = std::io::stdout();
        let target = self.destination.target(stem, &mut stdout);
        let told = |event: DownloadEvent<'_>| {
            if let (Some(ledger), DownloadEvent::Whole(file)) = (&self.ledger, &event) {
                ledger.naming(file);
            }
            bar.tell(&event);
        };
        let done = self.session.client.download(question, key, output, target, self.options, told).await;
        match done {
            // A reader that has seen enough, as `head`, closes the pipe.
            Err(DownloadError::Io { source, .. }) if self.destination.is_stdout() && source.kind() == ErrorKind::BrokenPipe => {
                Fetched::passed_on(check, output)
            }
            done => Fetched::of(check, output, done),
        }
    }
}

fn listed(outputs: &[Output]) -> String {
    let mut roles: Vec<_> = outputs.iter().map(|output| output.role.as_str()).collect();
    roles.dedup();
    if roles.is_empty() { "no files at all".to_owned() } else { roles.join(", ") }
}
