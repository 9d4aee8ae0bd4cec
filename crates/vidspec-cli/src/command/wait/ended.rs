//! A job that has ended, and what has come of its files.

use std::path::PathBuf;

use super::super::download::Fetched;
use super::told::Told;
use crate::exit_code::ExitCode;
use crate::journal::Past;

/// A job that has ended, and what has come of its files.
pub(super) struct Ended {
    pub(super) told: Told,
    /// How many events there have been.
    events: u64,
    /// What was told of each file.
    files: Vec<Told>,
    /// Whether `--exec` has succeeded in an earlier run.
    pub(super) executed: bool,
    /// Whether something still follows.
    pub(super) pending: bool,
}

impl Ended {
    pub(super) fn now(told: Told) -> Self {
        let events = told.id().rsplit_once('#').and_then(|(_, number)| number.parse().ok()).unwrap_or_default();
        Self { told, events, files: Vec::new(), executed: false, pending: false }
    }

    /// As a journal tells it.
    pub(super) fn earlier(told: Told, past: &Past) -> Self {
        let files = past.saved.iter().cloned().filter_map(Told::again).collect();
        Self { told, events: past.seen.events, files, executed: past.executed, pending: false }
    }

    /// What is to be told of a file, unless an earlier run has told it.
    pub(super) fn tell(&mut self, file: &Fetched) -> Option<Told> {
        let path = file.path().map(|path| path.display().to_string());
        if path.is_some_and(|path| self.files.iter().any(|told| told.text("path") == path)) {
            return None;
        }
        self.events = self.events.saturating_add(1);
        let (job, _) = self.told.id().rsplit_once('#').map(|(job, number)| (job.to_owned(), number.to_owned()))?;
        let told = Told::of_file(format!("{job}#{}", self.events), file);
        self.files.push(told.clone());
        Some(told)
    }

    /// The first of its files that is saved.
    pub(super) fn file(&self) -> Option<PathBuf> {
        let saved = self.files.iter().find(|told| told.exit_code() == ExitCode::Done)?;
        Some(PathBuf::from(saved.text("path")))
    }

    /// What the job and its files mean for the exit code.
    pub(super) fn codes(&self) -> impl Iterator<Item = ExitCode> {
        let own = std::iter::once(self.told.exit_code());
        own.chain(self.files.iter().map(Told::exit_code)).chain(self.pending.then_some(ExitCode::Running))
    }

    /// Whether it was given up without a state, which another time may be read.
    pub(super) fn gave_no_state(&self) -> bool {
        self.told.text("ending") == "problem"
    }

    /// Whether nothing is left to be done about it.
    pub(super) fn is_over(&self) -> bool {
        let may_go_on = self.gave_no_state() && self.told.exit_code() != ExitCode::NoSuchJob;
        !may_go_on && !self.codes().any(|code| matches!(code, ExitCode::NotSaved | ExitCode::Running))
    }

    /// The event that ended it with what has become of its files, laid out for reading, its members in the order of the line.
    pub(super) fn document(&self) -> String {
        let event = self.told.line.strip_suffix('}').unwrap_or_default();
        let files = self.files.iter().map(|told| told.line.as_str()).collect::<Vec<_>>().join(",");
        let whole = format!(r#"{event},"files":[{files}]}}"#);
        let mut reader = serde_json::Deserializer::from_str(&whole);
        serde_json::to_string_pretty(&serde_transcode::Transcoder::new(&mut reader)).unwrap_or(whole)
    }
}
