//! A claim with its evidence.

use std::fmt;
use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{self, Deserializer};
use serde_json::{Map, Value};
use vidspec::Params;

use crate::grade::Grade;

/// A claim with its evidence.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scenario {
    /// The name of its folder or case: letters, digits, `-`, `_` and `.`, not at the beginning.
    pub name: String,
    /// The file that holds it, below the provider's folder.
    pub file: String,
    /// What it is about.
    pub title: String,
    /// Where the body was published.
    pub sources: Vec<String>,
    /// The day on which it was read there, as `YYYY-MM-DD`.
    pub read: String,
    /// How good the evidence is.
    pub evidence: Grade,
    /// What a reader must know.
    pub note: Option<String>,
    /// Whether it is shown when no other holds the id.
    pub default: bool,
    /// The id of the job.
    pub job_id: String,
    /// What is given beside the id, as a reference does.
    pub params: Params,
    /// Whether the job is waited for until it has ended; otherwise it is asked about once.
    pub wait: bool,
    /// What must be sent, in this order, and what is answered; of a wait the last one may be repeated.
    pub exchanges: Vec<Exchange>,
    /// What must be concluded: a part of the report, and of a wait the events.
    pub expect: Map<String, Value>,
}

/// A request that must arrive, and its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// What must arrive.
    pub request: RequestLine,
    /// The JSON that must arrive in it; without it no body must.
    pub sent: Option<Value>,
    /// The status of the answer.
    pub http: u16,
    /// The headers of the answer.
    pub headers: Vec<(String, String)>,
    /// The body of the answer.
    pub body: Vec<u8>,
}

impl Scenario {
    /// Its params beside others, which come first.
    pub fn params_beside(&self, given: &Params) -> Params {
        self.params.iter().fold(given.clone(), |params, (name, value)| params.with(name, value))
    }
}

/// A method, and a path with its query: `GET /v1/jobs/1`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLine {
    /// Such as `GET`.
    pub method: String,
    /// Such as `/v1/jobs/1?verbose=1`.
    pub target: String,
}

impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}

impl<'de> Deserialize<'de> for RequestLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.split_once(' ') {
            Some((method, target)) if target.starts_with('/') => Ok(Self { method: method.into(), target: target.into() }),
            _ => Err(de::Error::custom(format!("expected a method and a path such as `GET /v1/jobs/1`, found `{text}`"))),
        }
    }
}

/// One value or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Several(Vec<String>);

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_yaml::Value::deserialize(deserializer)? {
            serde_yaml::Value::String(one) => Ok(Self(vec![one])),
            list => serde_yaml::from_value(list).map(Self).map_err(de::Error::custom),
        }
    }
}

/// A claim with its evidence.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioFile {
    /// One sentence, in words a user would use.
    title: String,
    /// The address of the page, file or thread that holds the body, or a list of addresses.
    source: Several,
    /// The day on which it was read there, as `YYYY-MM-DD`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    read: String,
    /// How good the evidence is. A body that nobody published is never `documented`.
    evidence: Grade,
    /// What a reader must know, such as a contradiction in the source.
    #[serde(default)]
    note: Option<String>,
    /// `true` on the one scenario of a provider that `--replay` shows when no other holds the id.
    #[serde(default)]
    default: bool,
    /// The id that is asked for.
    job_id: String,
    /// What is given beside the id, by name.
    #[serde(default)]
    params: IndexMap<String, String>,
    /// `true` where the exchanges are the life of a job: it is waited for until it has ended.
    #[serde(default)]
    wait: bool,
    /// What must be sent, in this order, and what is answered.
    exchanges: Vec<ExchangeFile>,
    /// The claim: what must be concluded, written by hand from the page before anything is run.
    expect: Map<String, Value>,
}

/// A request that must arrive, and its answer.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ExchangeFile {
    /// Method, path and query as they must arrive, such as `GET /v1/jobs/1`.
    request: RequestLine,
    /// The JSON that must arrive in the request; without it no body must.
    #[serde(default)]
    sent: Option<Value>,
    /// The status of the answer.
    #[serde(default = "ok")]
    http: u16,
    /// The headers of the answer; `content-type: application/json` if none is given and the body is a file `*.json`.
    #[serde(default)]
    headers: Map<String, Value>,
    /// A file in the same folder that holds the body; left out: an empty body.
    #[serde(default)]
    body: Option<String>,
}

/// A claim with its evidence in one exchange.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseFile {
    /// Letters, digits, `-`, `_` and `.`.
    name: String,
    /// One sentence, in words a user would use.
    title: String,
    /// The address of the page, file or thread that holds the body, or a list of addresses.
    source: Several,
    /// The day on which it was read there, as `YYYY-MM-DD`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    read: String,
    /// How good the evidence is. A body that nobody published is never `documented`.
    evidence: Grade,
    /// What a reader must know, such as a contradiction in the source.
    #[serde(default)]
    note: Option<String>,
    /// The id that is asked for.
    job_id: String,
    /// What is given beside the id, by name.
    #[serde(default)]
    params: IndexMap<String, String>,
    /// Method, path and query as they must arrive, such as `GET /v1/jobs/1`.
    request: RequestLine,
    /// The JSON that must arrive in the request; without it no body must.
    #[serde(default)]
    sent: Option<Value>,
    /// The status of the answer.
    #[serde(default = "ok")]
    http: u16,
    /// The headers of the answer; `content-type: application/json` if none is given and the body is JSON.
    #[serde(default)]
    headers: Map<String, Value>,
    /// The body of the answer itself, in quotes.
    #[serde(default)]
    body: String,
    /// The claim: what must be concluded, written by hand from the page before anything is run.
    expect: Map<String, Value>,
}

fn ok() -> u16 {
    200
}

impl ScenarioFile {
    /// `body_of` reads a file beside the scenario.
    pub(crate) fn into_scenario(self, name: &str, body_of: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Scenario, String> {
        let exchange = |file: ExchangeFile| {
            let missing = |body: &str| format!("expected a file `{body}` beside the scenario, found none");
            let is_json =
                file.body.as_ref().is_some_and(|body| Path::new(body).extension().is_some_and(|extension| extension == "json"));
            let body = match &file.body {
                Some(body) => body_of(body).ok_or_else(|| missing(body))?,
                None => Vec::new(),
            };
            Ok(Exchange {
                request: file.request,
                sent: file.sent,
                http: file.http,
                headers: headers(file.headers, is_json),
                body,
            })
        };
        Ok(Scenario {
            name: name.to_owned(),
            file: format!("{name}/scenario.yaml"),
            title: self.title,
            sources: self.source.0,
            read: self.read,
            evidence: self.evidence,
            note: self.note,
            default: self.default,
            job_id: self.job_id,
            params: params(&self.params),
            wait: self.wait,
            exchanges: self.exchanges.into_iter().map(exchange).collect::<Result<_, String>>()?,
            expect: self.expect,
        })
    }
}

impl From<CaseFile> for Scenario {
    fn from(case: CaseFile) -> Self {
        let is_json = case.body.starts_with(['{', '[']);
        let exchange = Exchange {
            request: case.request,
            sent: case.sent,
            http: case.http,
            headers: headers(case.headers, is_json),
            body: case.body.into_bytes(),
        };
        Self {
            name: case.name,
            file: "cases.yaml".to_owned(),
            title: case.title,
            sources: case.source.0,
            read: case.read,
            evidence: case.evidence,
            note: case.note,
            default: false,
            job_id: case.job_id,
            params: params(&case.params),
            wait: false,
            exchanges: vec![exchange],
            expect: case.expect,
        }
    }
}

fn params(stated: &IndexMap<String, String>) -> Params {
    stated.iter().fold(Params::new(), |params, (name, value)| params.with(name, value))
}

fn headers(stated: Map<String, Value>, is_json: bool) -> Vec<(String, String)> {
    if stated.is_empty() && is_json {
        return vec![("content-type".into(), "application/json".into())];
    }
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    stated.into_iter().map(|(name, value)| (name, text(value))).collect()
}
