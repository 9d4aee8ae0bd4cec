//! A live exchange, kept as evidence that everybody can replay.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;
use vidspec::{Check, Event, Params, Question, Request, Response, State, Timestamp};

use crate::whole::write_new;

mod json;
mod text;

/// Headers of an answer that a definition may read or a client must obey; all others stay out.
const KEPT_HEADERS: [&str; 3] = ["content-type", "retry-after", "retry-after-ms"];

/// Beginnings of names of such headers.
const KEPT_PREFIXES: [&str; 2] = ["ratelimit", "x-ratelimit-"];

/// Gathers what is sent and received about one job, without keys and personal values, and writes it down as a scenario.
///
/// Keys have been removed from a [`Response`] already. Of an answer only telling headers are kept. In its body the values of queries,
/// e-mail and IP addresses, tokens, ids of users and organisations, and all values under keys such as `user` or `prompt` are replaced.
/// What stands in the path of an address cannot be known: look through the files before you share them.
#[derive(Debug)]
pub struct Recorder {
    provider: String,
    job_id: String,
    /// What was given beside the id.
    params: Params,
    /// The address that is asked, and the provider's own where that is known without the job.
    asked: Option<Url>,
    own: Option<Url>,
    exchanges: Vec<Recorded>,
    removed: BTreeSet<String>,
}

#[derive(Debug)]
struct Recorded {
    line: String,
    sent: Option<String>,
    http: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    ending: &'static str,
    received_at: Timestamp,
}

impl Recorded {
    /// As an element of `exchanges`.
    fn written(&self, body: &str) -> String {
        let mut text = format!("  - request: {}\n", quoted(&self.line));
        if let Some(sent) = &self.sent {
            // JSON is YAML too.
            let _ = writeln!(text, "    sent: {sent}");
        }
        let _ = writeln!(text, "    http: {}", self.http);
        if !self.headers.is_empty() {
            text.push_str("    headers:\n");
        }
        for (name, value) in &self.headers {
            let _ = writeln!(text, "      {}: {}", quoted(name), quoted(value));
        }
        if !self.body.is_empty() {
            let _ = writeln!(text, "    body: {body}");
        }
        text
    }
}

impl Recorder {
    /// Nothing has been sent yet.
    pub fn new(question: &Question<'_>) -> Self {
        Self {
            provider: question.provider().id().to_owned(),
            job_id: question.job_id().as_str().to_owned(),
            params: question.reference().params,
            asked: question.base_url().cloned(),
            own: question.provider().base_url().cloned(),
            exchanges: Vec::new(),
            removed: BTreeSet::new(),
        }
    }

    /// Adds a request and its answer.
    pub fn add(&mut self, request: &Request, response: &Response) {
        let is_kept = |name: &str| KEPT_HEADERS.contains(&name) || KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let headers = response.headers.iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        let (body, ending) = self.clean(&response.body);
        let line = format!("{} {}", request.method(), self.target(request.public_url()));
        let sent = request.body().map(str::to_owned);
        let (http, received_at) = (response.status, response.received_at);
        self.exchanges.push(Recorded { line, sent, http, headers, body, ending, received_at });
    }

    /// The path and query as the provider itself would be asked.
    fn target(&self, url: &Url) -> String {
        let below = |base: &Option<Url>| Some(base.as_ref()?.path().trim_end_matches('/').to_owned());
        let path = match (below(&self.asked).and_then(|asked| url.path().strip_prefix(&asked)), below(&self.own)) {
            (Some(rest), Some(own)) => format!("{own}{rest}"),
            _ => url.path().to_owned(),
        };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{path}{query}")
    }

    /// A body without personal values, and the usual ending of its file. What is not text is not kept.
    fn clean(&mut self, body: &[u8]) -> (Vec<u8>, &'static str) {
        let Ok(body) = std::str::from_utf8(body) else {
            self.removed.insert("a body that is not text".to_owned());
            return (Vec::new(), "txt");
        };
        let (clean, ending) = match json::cleaned(body, &self.job_id, &mut self.removed) {
            Some(clean) => (clean, "json"),
            None => (text::cleaned(body, &self.job_id, &mut self.removed).into_owned(), "txt"),
        };
        (clean.into_bytes(), ending)
    }

    /// Writes `folder/<provider>/<state>-recorded/scenario.yaml` and the bodies beside it; the claim is left to the author. If there
    /// is such a folder already, a number is added: nothing is overwritten. `None` if nothing was answered.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path, check: &Check) -> io::Result<Option<PathBuf>> {
        let what = check.outcome.as_ref().map_or_else(|problem| problem.kind.as_str(), |report| report.state.as_str());
        let name = format!("{}-recorded", what.replace('_', "-"));
        self.write_as(folder, &name, &format!("A recorded answer: {}", what.replace('_', " ")), false)
    }

    /// The same for a job that was waited for, whose end this event tells: `folder/<provider>/wait-<state>-recorded/scenario.yaml`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_wait(&self, folder: &Path, end: &Event) -> io::Result<Option<PathBuf>> {
        let problem = end.check.as_ref().and_then(|check| check.outcome.as_ref().err());
        let what = problem.map_or(end.state.unwrap_or(State::Unknown).as_str(), |problem| problem.kind.as_str());
        let name = format!("wait-{}-recorded", what.replace('_', "-"));
        self.write_as(folder, &name, &format!("A recorded wait: {}", what.replace('_', " ")), true)
    }

    fn write_as(&self, folder: &Path, name: &str, title: &str, wait: bool) -> io::Result<Option<PathBuf>> {
        let Some(last) = self.exchanges.last() else { return Ok(None) };
        let provider = folder.join(&self.provider);
        std::fs::create_dir_all(&provider)?;
        let folder = new_folder(&provider, name)?;
        let mut files: Vec<(String, &[u8])> = Vec::new();
        let mut exchanges = String::new();
        for exchange in &self.exchanges {
            // Many answers of a wait are the same.
            let known = files.iter().find(|(_, body)| *body == exchange.body).map(|(name, _)| name.clone());
            let body = known.unwrap_or_else(|| {
                let number = if self.exchanges.len() == 1 { String::new() } else { format!("-{}", files.len() + 1) };
                let name = format!("answer{number}.{}", exchange.ending);
                files.push((name.clone(), &exchange.body));
                name
            });
            exchanges.push_str(&exchange.written(&body));
        }
        let written = files.iter().filter(|(_, body)| !body.is_empty());
        let params = self.params.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value)));
        let params = params.collect::<Vec<_>>().join(", ");
        let params = if params.is_empty() { params } else { format!("params: {{ {params} }}\n") };
        let wait = if wait { "wait: true\n" } else { "" };
        let day = last.received_at.to_string().chars().take(10).collect::<String>();
        let removed = match self.removed.len() {
            0 => "nothing".to_owned(),
            _ => self.removed.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        // Which one is a personal value.
        let is_elsewhere = self.own.is_some() && self.asked != self.own;
        let elsewhere = if is_elsewhere { " Asked at another address than the provider's." } else { "" };
        let note = format!("Recorded by vidspec {}. Removed from the bodies: {removed}.{elsewhere}", env!("CARGO_PKG_VERSION"));
        let scenario = format!(
            "# Look through this file and the bodies before you share them.\n\
             title: {}\nsource: a job of our own\nread: {day}\nevidence: recorded\nnote: {}\njob_id: {}\n{params}{wait}exchanges:\n\
             {exchanges}\
             # To be filled in by hand, from the provider's pages: what must be concluded, such as `state: completed`.\nexpect: {{}}\n",
            quoted(title),
            quoted(&note),
            quoted(&self.job_id),
        );
        let written = written.map(|(name, body)| (name.as_str(), *body)).chain([("scenario.yaml", scenario.as_bytes())]);
        written.map(|(name, body)| (folder.join(name), body)).try_for_each(|(path, body)| write_new(&path, body)).inspect_err(
            |_| {
                // The folder is new, and of no use with a part of it.
                let _ = std::fs::remove_dir_all(&folder);
            },
        )?;
        Ok(Some(folder.join("scenario.yaml")))
    }
}

/// Makes a folder of this name, with a number behind it if there is one already.
fn new_folder(parent: &Path, name: &str) -> io::Result<PathBuf> {
    let names = std::iter::once(name.to_owned()).chain((2..=u32::MAX).map(|number| format!("{name}-{number}")));
    for path in names.map(|name| parent.join(name)) {
        match std::fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

/// A text as YAML; JSON's strings are.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
