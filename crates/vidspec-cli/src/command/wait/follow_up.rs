//! What follows when a job has completed: its files are saved, then a command is run.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use tokio::sync::Semaphore;
use vidspec::{Check, DownloadOptions, Resolved};

use super::super::download::{Destination, Fetched, Files, Selection};
use super::hook;
use super::told::Told;
use crate::error::CliError;
use crate::journal::{Journal, Ledger, Named};
use crate::output::text::quoted;
use crate::output::wait::Display;
use crate::session::Session;

/// How many jobs have their files fetched at the same time: more would share the same line.
const DOWNLOADS_AT_ONCE: usize = 4;

/// How many commands run at the same time.
const COMMANDS_AT_ONCE: usize = 4;

/// What follows when a job has completed.
pub(super) struct FollowUp<'a> {
    session: &'a Session,
    journal: Option<&'a RefCell<Journal>>,
    display: &'a Display,
    folder: Option<(&'a Path, Destination)>,
    command: Option<&'a str>,
    /// The options with which another command reaches the same provider.
    options: String,
    downloads: Semaphore,
    commands: Semaphore,
}

/// A step under way.
pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Done> + 'a>>;

/// A step that has come to its end, for the job of this index.
pub(super) enum Done {
    Fetched(usize, Vec<Fetched>),
    Executed(usize, Result<(), String>),
}

impl<'a> FollowUp<'a> {
    /// # Errors
    /// If the folder is not there and cannot be made.
    pub(super) fn new(
        session: &'a Session,
        journal: Option<&'a RefCell<Journal>>,
        display: &'a Display,
        folder: Option<&'a Path>,
        command: Option<&'a str>,
        options: String,
    ) -> Result<Self, CliError> {
        let made = |folder| Destination::of_folder(folder)?.made().map(|destination| (folder, destination));
        let folder = folder.map(made).transpose()?;
        let (downloads, commands) = (Semaphore::new(DOWNLOADS_AT_ONCE), Semaphore::new(COMMANDS_AT_ONCE));
        Ok(Self { session, journal, display, folder, command, options, downloads, commands })
    }

    /// Fetches the files of a job; one that completed in an earlier run is asked about again, for addresses can expire.
    pub(super) fn fetch(
        &'a self,
        index: usize,
        job: &'a Resolved,
        completed: &Told,
        check: Option<Check>,
        named: Vec<Named>,
    ) -> Option<Running<'a>> {
        let (_, destination) = self.folder.as_ref()?;
        let files = Files {
            session: self.session,
            selection: Selection::Main,
            destination: destination.clone(),
            options: DownloadOptions::default(),
            bars: self.display.bars(),
            reach: self.options.clone(),
            ledger: self.journal.map(|journal| Ledger::new(journal, completed.id(), named)),
        };
        Some(Box::pin(async move {
            let _turn = self.downloads.acquire().await;
            let fetched = match &check {
                Some(check) => files.of_check(&self.session.question(job), &self.session.key(&job.provider), check).await,
                None => files.of_job(job).await,
            };
            Done::Fetched(index, fetched.into_iter().map(Fetched::of_completed).collect())
        }))
    }

    /// Runs the command.
    pub(super) fn execute(&'a self, index: usize, completed: &Told, file: Option<PathBuf>) -> Option<Running<'a>> {
        let command = self.command?;
        let completed = completed.clone();
        Some(Box::pin(async move {
            let _turn = self.commands.acquire().await;
            Done::Executed(index, hook::run(command, &completed, file.as_deref(), self.display).await)
        }))
    }

    /// The command that tries again to save the files of a job.
    pub(super) fn again(&self, job: &str) -> String {
        let folder = self.folder.as_ref().map(|(folder, _)| folder.display().to_string()).unwrap_or_default();
        format!("vidspec download {} -o {}{}", quoted(job), quoted(&folder), self.options)
    }
}
