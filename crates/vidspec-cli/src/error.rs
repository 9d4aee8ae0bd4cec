//! Why a command could not begin, told to a person.

use std::io::Write as _;
use std::sync::Arc;

use vidspec::{Catalogue, CatalogueError, ResolveError};

use crate::exit_code::ExitCode;
use crate::output::visible;

/// Why a command, or one job of it, could not begin.
#[derive(Debug)]
pub(crate) struct CliError {
    message: String,
    help: Option<String>,
}

impl CliError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Prints it to standard error.
    pub(crate) fn print(&self) -> ExitCode {
        let mut stderr = anstream::stderr().lock();
        // A diagnostic brings its own heading.
        let heading = if self.message.contains("error: ") || self.message.contains("error\u{1b}") { "" } else { "error: " };
        let _ = writeln!(stderr, "{heading}{}", self.message);
        if let Some(help) = &self.help {
            let _ = writeln!(stderr, "help: {help}");
        }
        ExitCode::Usage
    }

    /// What went wrong with naming a job.
    pub(crate) fn of_resolving(text: &str, error: &ResolveError, catalogue: &Catalogue) -> Self {
        let known = || catalogue.ids().collect::<Vec<_>>().join(", ");
        match error {
            ResolveError::Provider(error) => Self::from(error),
            ResolveError::Ambiguous { id, candidates } => {
                let first = candidates.first().map_or("", String::as_str);
                Self::new(visible(&error.to_string())).help(format!("say which, with {first}:{id} or --provider {first}"))
            }
            ResolveError::Unrecognised(_) => {
                let prefix = text.split_once(':').map(|(prefix, _)| prefix);
                let meant = prefix.and_then(|prefix| catalogue.ids().find(|id| strsim::damerau_levenshtein(id, prefix) <= 2));
                let help = match meant {
                    Some(provider) => format!("did you mean {provider}:{}?", text.split_once(':').map_or("", |(_, id)| id)),
                    None => format!("name it with --provider ID, or as ID:JOB; known are {}", known()),
                };
                Self::new(visible(&error.to_string())).help(visible(&help))
            }
            ResolveError::ForeignAddress(_) => {
                Self::new(visible(&error.to_string())).help("give the id of the job, with --provider ID")
            }
            _ => Self::new(visible(&error.to_string())),
        }
    }
}

impl From<&Arc<CatalogueError>> for CliError {
    fn from(error: &Arc<CatalogueError>) -> Self {
        match &**error {
            CatalogueError::Invalid(diagnostics) => Self::new(diagnostics.render(true)),
            other => Self::new(other.to_string()),
        }
    }
}
