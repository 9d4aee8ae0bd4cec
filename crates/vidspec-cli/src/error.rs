//! Why a command, or one job of it, could not begin, told to a person.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use vidspec::{Catalogue, CatalogueError, ResolveError};

use crate::exit_code::ExitCode;
use crate::output::visible;

/// Why a command, or one job of it, could not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CliError {
    message: Message,
    help: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    Sentence(String),
    /// Mistakes of a definition, with their own headings and colours.
    Diagnostics(String),
}

impl CliError {
    pub(crate) fn new(sentence: impl AsRef<str>) -> Self {
        Self { message: Message::Sentence(visible(sentence.as_ref())), help: None }
    }

    /// What to do about it; it may have several things to say.
    pub(crate) fn help(mut self, help: impl AsRef<str>) -> Self {
        let help = visible(help.as_ref());
        self.help = Some(self.help.map_or(help.clone(), |first| format!("{first}; {help}")));
        self
    }

    pub(crate) fn without_advice(mut self) -> Self {
        self.help = None;
        self
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }

    pub(crate) fn message(&self) -> &str {
        let (Message::Sentence(text) | Message::Diagnostics(text)) = &self.message;
        text
    }

    /// The place that it is about, such as the line of a list.
    pub(crate) fn at(mut self, place: &str) -> Self {
        if let Message::Sentence(sentence) = &mut self.message {
            *sentence = format!("{}: {sentence}", visible(place));
        }
        self
    }

    /// Prints it to standard error.
    pub(crate) fn print(&self) -> ExitCode {
        let mut stderr = anstream::stderr().lock();
        let _ = match &self.message {
            Message::Sentence(sentence) => writeln!(stderr, "error: {sentence}"),
            Message::Diagnostics(picture) => writeln!(stderr, "{picture}"),
        };
        if let Some(help) = &self.help {
            let _ = writeln!(stderr, "help: {help}");
        }
        ExitCode::Usage
    }

    /// What went wrong with naming a job.
    pub(crate) fn of_resolving(text: &str, error: &ResolveError, catalogue: &Catalogue) -> Self {
        match error {
            ResolveError::Provider(error) => Self::from(error),
            ResolveError::Ambiguous { id, candidates } => {
                let first = candidates.first().map_or("", String::as_str);
                Self::new(error.to_string()).help(format!("say which, with {first}:{id} or --provider {first}"))
            }
            ResolveError::Unrecognised(_) => Self::new(error.to_string()).help(unrecognised_help(text, catalogue)),
            ResolveError::ForeignAddress(_) => Self::new(error.to_string()).help("give the id of the job, with --provider ID"),
            ResolveError::InvalidId(_) => Self::new(format!("{error}: `{}`", shortened(text))),
            _ => Self::new(error.to_string()),
        }
    }
}

/// A slip in the provider's name, or the names to choose from.
fn unrecognised_help(text: &str, catalogue: &Catalogue) -> String {
    let named = text.split_once(':');
    let meant = named.and_then(|(prefix, id)| {
        let close = catalogue.ids().find(|known| strsim::damerau_levenshtein(known, prefix) <= 2)?;
        Some(format!("did you mean {close}:{}?", shortened(id)))
    });
    let known = catalogue.ids().collect::<Vec<_>>().join(", ");
    let is_id = |prefix: &str| !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    meant.unwrap_or_else(|| match named.filter(|(prefix, _)| is_id(prefix)) {
        Some((prefix, _)) => format!("no provider is called {}; known are {known}", shortened(prefix)),
        None => format!("name it with --provider ID, or as ID:JOB; known are {known}"),
    })
}

/// Enough of a text to recognise it, without a query, which may hold a key.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.split(['?', '#']).next().unwrap_or(text);
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

impl std::fmt::Display for CliError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

impl From<&Arc<CatalogueError>> for CliError {
    fn from(error: &Arc<CatalogueError>) -> Self {
        match &**error {
            CatalogueError::Unknown { id, .. } if Path::new("providers").join(id).with_extension("yaml").is_file() => {
                Self::new(error.to_string()).help("the definitions in ./providers are read with --providers providers")
            }
            CatalogueError::Invalid(diagnostics) => Self { message: Message::Diagnostics(diagnostics.render(true)), help: None },
            other => Self::new(other.to_string()),
        }
    }
}
