//! What has become of one file, and how it is told.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use vidspec::{Check, DownloadError, Downloaded, Output, Problem, ProblemKind, Role, State};

use crate::args::Form;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::journal::Named;
use crate::output::{self, visible};

/// What has become of one file, or why there is none.
pub(crate) struct Fetched {
    job: String,
    state: State,
    role: Option<Role>,
    outcome: Result<Saved, Trouble>,
}

struct Saved {
    /// Unless it was passed on.
    path: Option<PathBuf>,
    bytes: u64,
    media_type: Option<String>,
}

struct Trouble {
    code: ExitCode,
    message: String,
    help: Option<String>,
    /// Whether a file of this name is in the way.
    exists: bool,
}

/// The names and the order of the JSON.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Document<'f> {
    /// The job reference, `provider:id`.
    job: &'f str,
    /// The state of the job.
    state: State,
    /// What the file is; null where there is none to fetch.
    role: Option<Role>,
    /// Where it is; null if it could not be saved.
    path: Option<String>,
    /// Its size.
    bytes: Option<u64>,
    /// Such as `video/mp4`, as its first bytes show, or else as the provider says.
    media_type: Option<&'f str>,
    /// Why it could not be had.
    error: Option<String>,
    /// What this file alone would give.
    exit_code: u8,
}

impl Fetched {
    /// There is no file to be fetched.
    pub(super) fn nothing(check: &Check, code: ExitCode, message: String, help: Option<String>) -> Self {
        let outcome = Err(Trouble { code, message, help, exists: false });
        Self { job: check.job.to_string(), state: check.state(), role: None, outcome }
    }

    pub(super) fn of(check: &Check, output: &Output, done: Result<Downloaded, DownloadError>) -> Self {
        let saved = |Downloaded { path, bytes, media_type, .. }| Saved { path, bytes, media_type };
        let outcome = done.map(saved).map_err(|error| Trouble {
            code: ExitCode::of_download(&error),
            message: format!("no {} of {}: {error}", output.role.as_str().replace('_', " "), check.job),
            help: advice(&error).map(str::to_owned),
            exists: matches!(error, DownloadError::Exists(_)),
        });
        Self { job: check.job.to_string(), state: check.state(), role: Some(output.role), outcome }
    }

    /// It was passed on to a reader that needed no more of it.
    pub(super) fn passed_on(check: &Check, output: &Output) -> Self {
        let outcome = Ok(Saved { path: None, bytes: 0, media_type: None });
        Self { job: check.job.to_string(), state: check.state(), role: Some(output.role), outcome }
    }

    /// An earlier run has saved it.
    pub(super) fn earlier(check: &Check, output: &Output, path: PathBuf, Named { bytes, media_type, .. }: Named) -> Self {
        let outcome = Ok(Saved { path: Some(path), bytes, media_type });
        Self { job: check.job.to_string(), state: check.state(), role: Some(output.role), outcome }
    }

    /// The same where it is known that the job completed: whatever the trouble, the file could not be saved.
    pub(crate) fn of_completed(mut self) -> Self {
        self.state = State::Completed;
        if let Err(trouble) = &mut self.outcome {
            trouble.code = ExitCode::NotSaved;
        }
        self
    }

    /// Where it is.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.outcome.as_ref().ok()?.path.as_deref()
    }

    /// Why it could not be had.
    pub(crate) fn error(&self) -> Option<CliError> {
        let trouble = self.outcome.as_ref().err()?;
        let error = CliError::new(&trouble.message);
        Some(match &trouble.help {
            Some(help) => error.help(help),
            None => error,
        })
    }

    /// The same with the command that tries again, to which `--force` is added where a file is in the way.
    pub(crate) fn error_with(&self, again: &str) -> Option<CliError> {
        let trouble = self.outcome.as_ref().err()?;
        if trouble.exists {
            let help = format!("to replace it: {again} --force; if it is another job's, save this one elsewhere with -o");
            return Some(CliError::new(&trouble.message).help(help));
        }
        self.error().map(|error| error.help(format!("try again with: {again}")))
    }

    pub(crate) fn code(&self) -> ExitCode {
        self.outcome.as_ref().map_or_else(|trouble| trouble.code, |_| ExitCode::Done)
    }

    /// What needs not wait for the other files. A reader that has seen enough, as `head`, closes the pipe.
    pub(crate) fn print_at_once(&self, form: Form) {
        if let Some(error) = self.error().filter(|_| form != Form::Json) {
            error.print();
        }
        self.print_done(form);
    }

    /// The same after a check, which has not the options that would help; `again` is the command that has.
    pub(crate) fn print_after_check(&self, again: &str) {
        if let Some(error) = self.error_with(again) {
            error.print();
        }
        self.print_done(Form::Text);
    }

    fn print_done(&self, form: Form) {
        let mut stdout = anstream::stdout().lock();
        let printed = match (form, &self.outcome) {
            (Form::Text, Ok(Saved { path: Some(path), .. })) => writeln!(stdout, "{}", path.display()),
            (Form::Ndjson, _) => writeln!(stdout, "{}", serde_json::to_string(&self.document()).unwrap_or_default()),
            _ => Ok(()),
        };
        output::printed(printed.and_then(|()| stdout.flush()));
    }

    pub(crate) fn document(&self) -> Document<'_> {
        let (done, trouble) = (self.outcome.as_ref().ok(), self.outcome.as_ref().err());
        Document {
            job: &self.job,
            state: self.state,
            role: self.role,
            path: done.and_then(|done| done.path.as_ref()).map(|path| path.display().to_string()),
            bytes: done.map(|done| done.bytes),
            media_type: done.and_then(|done| done.media_type.as_deref()),
            error: trouble.map(|trouble| visible(&trouble.message)),
            exit_code: self.code() as u8,
        }
    }
}

/// All files as one JSON list.
pub(super) fn print_list(fetched: &[Fetched]) {
    let documents: Vec<_> = fetched.iter().map(Fetched::document).collect();
    let text = serde_json::to_string_pretty(&documents).unwrap_or_default();
    output::print(&format!("{text}\n"));
}

/// What to do about it, where that is not plain.
fn advice(error: &DownloadError) -> Option<&'static str> {
    let refused = |problem: &Problem| matches!(problem.kind, ProblemKind::Unauthorized | ProblemKind::Forbidden);
    Some(match error {
        DownloadError::Problem(problem) if refused(problem) => {
            "the file is fetched with the key, which was good for the status: is it that of the account that made the job?"
        }
        DownloadError::Exists(_) => "--force replaces it, -o names another place",
        DownloadError::Private(_) => "if that address is to be trusted: --allow-private",
        DownloadError::Problem(_) => "the same command later goes on with what has arrived, if the server can",
        _ => return None,
    })
}
