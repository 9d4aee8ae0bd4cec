//! What is made durable, printed and begun when something has happened.

use std::path::Component::CurDir;
use std::path::{Path, PathBuf};

use vidspec::{Check, Ending, Event, State};

use super::super::download::{Fetched, Selection, plan};
use super::super::exchanges::Kept;
use super::super::recorded;
use super::Waiting;
use super::ended::Ended;
use super::follow_up::{Done, Running};
use super::told::Told;
use crate::args::Form;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::journal::{Named, Past};
use crate::output::wait::line;

impl<'a> Waiting<'a> {
    /// Makes it durable, prints it, and begins what is to be done about it.
    pub(super) fn happened(&mut self, event: Event) -> Result<Option<Running<'a>>, CliError> {
        let code = event.ending().map(|ending| exit_code(&event, ending));
        let told = Told::new(&event, code);
        self.tell(&told, event.ending().is_some())?;
        if event.ending().is_none() {
            return Ok(None);
        }
        let index = event.index;
        let completed = told.is_completed();
        self.set_ended(index, Ended::now(told));
        if !completed {
            return Ok(None);
        }
        if let (Some(_), Some(_), Some(check)) = (&self.args.replay, &self.args.download, &event.check)
            && let Some(plan) = plan(Selection::Main, check)
        {
            self.tell_plan(&plan);
        }
        Ok(self.fetch(index, event.check, Vec::new()).or_else(|| self.execute(index)))
    }

    /// Keeps the exchanges about a job that has ended.
    pub(super) fn record(&mut self, kept: Option<Kept>, event: &Event) {
        let Some((recorder, folder)) = kept.and_then(|kept| kept.recorder).zip(self.args.record.as_ref()) else { return };
        let recorded = recorded::outcome(recorder.write_wait(folder, event), folder);
        self.failed |= self.display.aside(|| recorded::tell(&recorded)).is_some();
    }

    /// Begins what an earlier run has left to be done about a job that ended then.
    pub(super) fn ended_earlier(&mut self, index: usize, told: Told, mut past: Past) -> Option<Running<'a>> {
        if let Some(folder) = &self.args.download {
            let told_of = past.saved.len();
            past.saved.retain(|line| is_there(line, folder));
            past.all_saved &= past.saved.len() == told_of;
        }
        let completed = told.is_completed();
        self.set_ended(index, Ended::earlier(told, &past));
        if !completed {
            return None;
        }
        let fetching = if past.all_saved { None } else { self.fetch(index, None, past.named) };
        fetching.or_else(|| self.execute(index))
    }

    /// Makes durable and prints what has been done, and begins what follows.
    pub(super) fn done(&mut self, done: Done) -> Result<Option<Running<'a>>, CliError> {
        match done {
            Done::Fetched(index, files) => {
                let mut all_saved = true;
                for file in files {
                    all_saved &= file.path().is_some();
                    if let Some(told) = self.ended_mut(index).and_then(|ended| ended.tell(&file)) {
                        self.tell(&told, true)?;
                        self.tell_trouble(&told, &file);
                    }
                }
                let Some(ended) = self.ended_mut(index) else { return Ok(None) };
                ended.pending = false;
                if !all_saved {
                    return Ok(None);
                }
                let id = ended.told.id();
                self.journal.map_or(Ok(()), |journal| journal.borrow_mut().all_saved(&id))?;
                Ok(self.execute(index))
            }
            Done::Executed(index, outcome) => {
                let Some(ended) = self.ended_mut(index) else { return Ok(None) };
                ended.pending = false;
                let id = ended.told.id();
                match outcome {
                    Ok(()) => self.journal.map_or(Ok(()), |journal| journal.borrow_mut().done(&id))?,
                    Err(reason) => {
                        self.failed = true;
                        self.display.aside(|| CliError::new(format!("--exec for {id}: {reason}")).print());
                    }
                }
                Ok(None)
            }
        }
    }

    fn fetch(&mut self, index: usize, check: Option<Check>, named: Vec<Named>) -> Option<Running<'a>> {
        let (follow_up, job) = (self.follow_up, self.job(index));
        let ended = self.ended_mut(index)?;
        let running = follow_up.fetch(index, job, &ended.told, check, named)?;
        ended.pending = true;
        Some(running)
    }

    fn execute(&mut self, index: usize) -> Option<Running<'a>> {
        let follow_up = self.follow_up;
        let ended = self.ended_mut(index).filter(|ended| !ended.executed)?;
        let running = follow_up.execute(index, &ended.told, ended.file())?;
        ended.pending = true;
        Some(running)
    }

    /// Makes an event durable and then prints it, if it is for this form of output or matters in any.
    fn tell(&self, told: &Told, always: bool) -> Result<(), CliError> {
        if let Some(journal) = self.journal {
            journal.borrow_mut().append(&told.line)?;
        }
        self.display.aside(|| {
            if always || self.display.wants_lines() {
                self.print(told);
            }
        });
        Ok(())
    }

    /// Why a file could not be saved, and how to try again.
    fn tell_trouble(&self, told: &Told, file: &Fetched) {
        if let Some(error) = file.error_with(&self.follow_up.again(&told.text("job"))) {
            self.display.aside(|| error.print());
        }
    }

    pub(super) fn print(&self, told: &Told) {
        match self.args.output {
            Form::Text => crate::output::print(&line(&told.value())),
            Form::Ndjson => crate::output::print(&format!("{}\n", told.line)),
            Form::Json => {}
        }
    }

    fn ended_mut(&mut self, index: usize) -> Option<&mut Ended> {
        self.ended.get_mut(index)?.as_mut()
    }

    fn set_ended(&mut self, index: usize, ended: Ended) {
        if let Some(place) = self.ended.get_mut(index) {
            *place = Some(ended);
        }
    }
}

/// Whether a file that was told of is still there, and where files are wanted now.
fn is_there(saved: &str, folder: &Path) -> bool {
    let Some(path) = Told::again(saved.to_owned()).map(|told| PathBuf::from(told.text("path"))) else { return false };
    let within = path.parent().is_some_and(|parent| parent.components().eq(folder.components().filter(|part| *part != CurDir)));
    within && path.is_file()
}

fn exit_code(event: &Event, ending: Ending) -> ExitCode {
    match (&event.check, ending) {
        (_, Ending::Deadline) if event.state == Some(State::Unknown) => ExitCode::NotUnderstood,
        (Some(check), Ending::Job | Ending::Problem) => ExitCode::of_check(check, true),
        _ => ExitCode::Running,
    }
}
