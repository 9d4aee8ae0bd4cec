//! What every command that asks a provider needs: the jobs, a client, the keys.

use tokio::runtime::Runtime;
use url::Url;
use vidspec::{Client, ClientBuilder, Credentials, Problem, Provider, Question, Resolved, Surroundings};

use crate::args::{Connection, Folders, key_source};
use crate::error::CliError;
use crate::output::text::quoted;

mod certificates;
mod jobs;
mod keys;
mod troubles;

pub(crate) use jobs::{Found, find};

use keys::Keys;

/// A client, and how the arguments say that a provider is reached.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// Another address than the provider's own.
    base_url: Option<Url>,
    insecure_http: bool,
    keys: Keys,
}

impl Session {
    /// Checks the arguments, and sets the client up.
    pub(crate) fn open(connection: &Connection, jobs: &[Resolved], client: ClientBuilder) -> Result<Self, CliError> {
        let base_url = connection.base_url.as_deref().map(base_url).transpose()?;
        if connection.key_env.as_ref().is_some_and(|name| !is_variable_name(name)) {
            return Err(CliError::new("expected the name of an environment variable with --key-env, found something else")
                .help("the key itself is never an argument: every user of the machine could see it"));
        }
        one_provider_only(connection, jobs)?;
        let encrypted =
            jobs.iter().any(|job| base_url.as_ref().or(job.provider.base_url()).is_none_or(|url| url.scheme() == "https"));
        let client = certificates::build(client, connection, encrypted)?;
        let keys = Keys::find(connection, jobs)?;
        if connection.verbose {
            keys.tell();
        }
        Ok(Self { client, base_url, insecure_http: connection.insecure_http, keys })
    }

    /// A client for servers of this machine, which need no settings of the user's and no key.
    pub(crate) fn local(client: ClientBuilder) -> Result<Self, CliError> {
        let client = client.without_proxy().build().map_err(|error| CliError::new(error.to_string()))?;
        Ok(Self { client, base_url: None, insecure_http: false, keys: Keys::default() })
    }

    /// The question about a job, with the params of the environment, at the address that the arguments say.
    pub(crate) fn question<'p>(&self, job: &'p Resolved) -> Question<'p> {
        let surroundings = if self.insecure_http { environment().allow_plain_http() } else { environment() };
        let question = job.question(&surroundings);
        match &self.base_url {
            Some(url) => question.at(url.clone()),
            None => question,
        }
    }

    /// The provider's key.
    pub(crate) fn key(&self, provider: &Provider) -> Result<Credentials, Problem> {
        self.keys.of(provider)
    }
}

/// The options with which another command reaches the same provider, each with a blank before it.
pub(crate) fn options(connection: &Connection, folders: &Folders) -> String {
    let option = |name: &str, value: &str| format!(" {name} {}", quoted(key_source(name, value)));
    let base_url = connection.base_url.iter().map(|url| option("--base-url", url));
    let insecure_http = connection.insecure_http.then(|| " --insecure-http".to_owned());
    let key_env = connection.key_env.iter().map(|name| option("--key-env", name));
    let key_file = connection.key_file.iter().map(|file| option("--key-file", &file.display().to_string()));
    let key_command = connection.key_command.iter().map(|command| option("--key-command", command));
    let providers = folders.providers.iter().map(|folder| option("--providers", &folder.display().to_string()));
    base_url.chain(insecure_http).chain(key_env).chain(key_file).chain(key_command).chain(providers).collect()
}

/// What providers can look for in the environment.
fn environment() -> Surroundings<'static> {
    Surroundings::new(|name| std::env::var(name).ok())
}

/// The one runtime of a command; a thread of its own is enough for thousands of jobs.
pub(crate) fn runtime() -> Result<Runtime, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| CliError::new(format!("no runtime: {error}")))
}

/// Comes when the user presses Ctrl-C, or the system asks the process to end.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut end) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            Ok(()) = tokio::signal::ctrl_c() => return,
            Some(()) = end.recv() => return,
            else => {}
        }
    }
    // Without a handler it never comes, and the system ends the process in its own way.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The address of a gateway. It is not repeated in an error: it may hold a password.
fn base_url(text: &str) -> Result<Url, CliError> {
    let expected =
        || CliError::new("expected an address of host and path only with --base-url, such as https://gateway.example.com/v1");
    if !text.contains("://") {
        return Err(CliError::new(
            "expected an address that begins with https:// or http:// with --base-url, found none of these",
        ));
    }
    let url = Url::parse(text).map_err(|_| expected())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if plain && url.has_host() && matches!(url.scheme(), "https" | "http") { Ok(url) } else { Err(expected()) }
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A key and an address that are given for all jobs must not reach another provider.
fn one_provider_only(connection: &Connection, jobs: &[Resolved]) -> Result<(), CliError> {
    let Some(first) = jobs.first().map(|job| job.provider.id()) else { return Ok(()) };
    let other = jobs.iter().map(|job| job.provider.id()).find(|id| *id != first);
    match other {
        Some(other) if connection.base_url.is_some() || connection.key_env.is_some() => {
            Err(CliError::new(format!("--base-url and --key-env go with the jobs of one provider, found {first} and {other}"))
                .help("one provider's key must not reach another; ask about them in separate calls"))
        }
        _ => Ok(()),
    }
}
