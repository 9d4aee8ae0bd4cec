//! Where keys come from: a file or a command that an option names, or else the environment.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use vidspec::{Credentials, Problem, ProblemKind, Provider, Resolved};

use crate::args::Connection;
use crate::error::CliError;
use crate::output::visible;

mod command;
mod file;

use command::KeyCommand;

/// The command that is asked for keys that the environment does not hold.
const COMMAND_VARIABLE: &str = "VIDSPEC_KEY_COMMAND";

/// The keys of the providers of all jobs, looked for once, before anything is sent.
#[derive(Default)]
pub(super) struct Keys(BTreeMap<String, Looked>);

/// What came of looking for the key of one provider, and where that was.
struct Looked {
    found: Result<Credentials, Problem>,
    place: String,
}

/// The places where keys are looked for, in their order.
struct Sources {
    first: Source,
    /// Asked for what the first one does not hold.
    otherwise: Option<Source>,
}

/// One place where keys are looked for.
enum Source {
    Environment,
    File { path: PathBuf, values: BTreeMap<String, String> },
    Command { command: KeyCommand, said_by: &'static str },
}

impl Keys {
    /// Looks for them.
    ///
    /// # Errors
    /// If the file cannot be used.
    pub(super) fn find(connection: &Connection, jobs: &[Resolved]) -> Result<Self, CliError> {
        let sources = Sources::of(connection)?;
        let mut keys = BTreeMap::new();
        for Resolved { provider, .. } in jobs {
            let look = || sources.look(provider, connection.key_env.as_deref());
            keys.entry(provider.id().to_owned()).or_insert_with(look);
        }
        Ok(Self(keys))
    }

    pub(super) fn of(&self, provider: &Provider) -> Result<Credentials, Problem> {
        let unlooked = || Problem::new(ProblemKind::Unauthorized, format!("no key of {} was looked for", provider.name()));
        self.0.get(provider.id()).map_or_else(|| Err(unlooked()), |looked| looked.found.clone())
    }

    /// Tells under which name each was found, and where; never what it is.
    pub(super) fn tell(&self) {
        for (provider, Looked { found, place }) in &self.0 {
            let names = found.as_ref().map(|key| key.names().collect::<Vec<_>>().join(" and "));
            let names = names.unwrap_or_else(|_| "none".to_owned());
            let _ = writeln!(anstream::stderr(), "key     {}", visible(&format!("{provider}: {names} ({place})")));
        }
    }
}

impl Sources {
    /// What an option names is asked alone: a key of another account must not slip in from the environment.
    fn of(connection: &Connection) -> Result<Self, CliError> {
        let command = |command: &str, said_by| Source::Command { command: KeyCommand::new(command), said_by };
        if let Some(path) = &connection.key_file {
            let values = file::read(path)?;
            return Ok(Self { first: Source::File { path: path.clone(), values }, otherwise: None });
        }
        if let Some(line) = &connection.key_command {
            return Ok(Self { first: command(line, "--key-command"), otherwise: None });
        }
        let line = std::env::var(COMMAND_VARIABLE).ok().filter(|line| !line.trim().is_empty());
        Ok(Self { first: Source::Environment, otherwise: line.map(|line| command(&line, COMMAND_VARIABLE)) })
    }

    fn look(&self, provider: &Provider, name: Option<&str>) -> Looked {
        let looked = self.first.look(provider, name);
        let is_missing = looked.found.as_ref().is_err_and(|problem| problem.kind == ProblemKind::Unauthorized);
        match &self.otherwise {
            Some(other) if is_missing => other.look(provider, name),
            _ => looked,
        }
    }
}

impl Source {
    fn look(&self, provider: &Provider, name: Option<&str>) -> Looked {
        let find = |lookup: &dyn Fn(&str) -> Option<String>| match name {
            Some(name) => Credentials::find_under(provider, name, lookup),
            None => Credentials::find(provider, lookup),
        };
        let wanted = || name.map_or_else(|| provider.wanted_keys(), str::to_owned);
        let missing = |why: String| {
            let message = format!("no key for {} {why} {}", provider.name(), wanted());
            move |_: Problem| Problem::new(ProblemKind::Unauthorized, message)
        };
        match self {
            Self::Environment => Looked { found: find(&|name| std::env::var(name).ok()), place: "environment".to_owned() },
            Self::File { path, values } => {
                let found = find(&|name| values.get(name).cloned());
                let place = format!("--key-file {}", path.display());
                Looked { found: found.map_err(missing(format!("in {}: expected", path.display()))), place }
            }
            Self::Command { command, said_by } => {
                let asked = command.about(provider.id());
                let found = find(&|name| asked.value(name)).map_err(missing(format!("from {said_by}: it printed nothing for")));
                let found = asked.failure().map_or(found, |failure| {
                    let message = format!("no key for {} from {said_by}: {failure}", provider.name());
                    Err(Problem::new(ProblemKind::Misconfigured, message))
                });
                Looked { found, place: (*said_by).to_owned() }
            }
        }
    }
}
