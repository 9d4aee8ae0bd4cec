//! All evidence for one provider.

use std::path::Path;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer};
use url::Url;
use vidspec::{JobId, Params, Provider, Question, Surroundings, Timestamp};

use crate::files::Files;
use crate::scenario::{CaseFile, Exchange, RequestLine, Scenario, ScenarioFile};
#[cfg(feature = "schema")]
use crate::schema;

/// All evidence for one provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Evidence {
    /// What the provider's pages list.
    pub documented: Documented,
    /// The scenarios of the folders, by name, then the cases in the order of their file.
    pub scenarios: Vec<Scenario>,
}

/// What the provider's pages list; compared with the definition in both directions.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Documented {
    /// The address that a replay stands in for, where it depends on the user.
    #[serde(default)]
    pub base_url: Option<Url>,
    /// The headers of which one must carry the key: one for each way to send it.
    #[serde(default, deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::one_or_many::<KeyPlace>"))]
    pub key_header: Vec<KeyPlace>,
    /// The parameters of the query that may carry it instead.
    #[serde(default, deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::one_or_many::<KeyPlace>"))]
    pub key_query: Vec<KeyPlace>,
    /// More headers that every request must carry.
    #[serde(default)]
    pub headers: Vec<FixedHeader>,
    /// The request that makes a new job, for the mock server; vidspec itself never sends it.
    #[serde(default)]
    pub create: Option<Create>,
    /// The words for states: those of `status.map`.
    #[serde(default)]
    pub statuses: Vec<Words>,
    /// The codes with which jobs explain that they ended badly: those of `error.codes`.
    #[serde(default)]
    pub job_codes: Vec<Words>,
    /// The codes with which the API refuses to answer: those of `problem.codes`.
    #[serde(default)]
    pub problem_codes: Vec<Words>,
}

/// A header, or a parameter of the query, that must carry the key.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KeyPlace {
    /// Its name; that of a header in small letters.
    pub name: String,
    /// Its value, with `{key}`, or any other name in braces, for the secret that a replay sends. `{jwt}` stands for a token that is
    /// signed with it.
    pub value: String,
    /// The page that says so.
    pub source: String,
}

/// The request that makes a new job.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Create {
    /// Its method and path.
    pub request: RequestLine,
    /// The scenario whose first body it is answered with.
    pub answer: String,
    /// The page that says so.
    pub source: String,
}

/// A header that every request must carry.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FixedHeader {
    /// Its name, in small letters.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The page that says so.
    pub source: String,
}

/// One mapping, or a list of them.
fn one_or_many<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let value = serde_yaml::Value::deserialize(deserializer)?;
    let list = if value.is_sequence() { value } else { serde_yaml::Value::Sequence(vec![value]) };
    serde_yaml::from_value(list).map_err(de::Error::custom)
}

/// Words and the page that lists them.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Words {
    /// The page.
    pub source: String,
    /// The words.
    pub values: Vec<String>,
    /// What a reader must know.
    #[serde(default)]
    pub note: Option<String>,
}

/// Why evidence cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
#[non_exhaustive]
pub struct EvidenceError {
    /// The file, below the folder of fixtures.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
    /// Where in the file, in bytes, if that is known.
    pub at: Option<usize>,
}

impl Documented {
    /// The question about a job, put where the provider is documented to live.
    pub fn question<'p>(&self, provider: &'p Provider, job_id: JobId, params: &Params) -> Question<'p> {
        let question = provider.question_with(job_id, params, &Surroundings::none());
        match &self.base_url {
            Some(url) => question.at(url.clone()),
            None => question,
        }
    }
}

impl Evidence {
    /// Whether evidence for this provider is built in; nothing is read for that.
    pub fn is_builtin(provider: &str) -> bool {
        Files::is_builtin(provider, "documented.yaml")
    }

    /// The evidence that is built in; `None` for a provider without any.
    ///
    /// # Errors
    /// If one of its files is malformed.
    pub fn builtin(provider: &str) -> Result<Option<Self>, EvidenceError> {
        if !Self::is_builtin(provider) {
            return Ok(None);
        }
        read(provider, &Files::builtin(provider)).map(Some).map_err(|errors| first(provider, errors))
    }

    /// The evidence in `folder/provider/`.
    ///
    /// # Errors
    /// If a file is missing or malformed: the first of them.
    pub fn load(folder: &Path, provider: &str) -> Result<Self, EvidenceError> {
        Self::load_all(folder, provider).map_err(|errors| first(provider, errors))
    }

    /// The evidence in `folder/provider/`.
    ///
    /// # Errors
    /// All files that are missing or malformed.
    pub fn load_all(folder: &Path, provider: &str) -> Result<Self, Vec<EvidenceError>> {
        let files = Files::on_disk(&folder.join(provider));
        let unreadable = |error: std::io::Error| EvidenceError { file: provider.to_owned(), reason: error.to_string(), at: None };
        read(provider, &files.map_err(|error| vec![unreadable(error)])?)
    }

    /// The same if what it names is there.
    fn whole(self, provider: &str) -> Result<Self, EvidenceError> {
        match &self.documented.create {
            Some(Create { answer, .. }) if self.scenario(answer).is_none() => {
                let reason = format!("expected the name of a scenario in `create.answer`, found `{answer}`");
                Err(EvidenceError { file: format!("{provider}/documented.yaml"), reason, at: None })
            }
            _ => Ok(self),
        }
    }

    /// The scenario of this name.
    pub fn scenario(&self, name: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// The scenario to show for a job: one that holds its id, or else the default one. Of several that hold it, the default one
    /// comes first, then those without a refusal, in which the job is asked about once.
    pub fn for_job(&self, job_id: &str) -> Option<&Scenario> {
        let default = self.scenarios.iter().find(|scenario| scenario.default);
        let holds = |scenario: &&Scenario| scenario.job_id == job_id;
        let answers = |scenario: &&Scenario| {
            holds(scenario) && !scenario.wait && scenario.exchanges.iter().all(|exchange| exchange.http < 400)
        };
        let find = |wanted: &dyn Fn(&&Scenario) -> bool| self.scenarios.iter().find(wanted);
        default.filter(holds).or_else(|| find(&answers)).or_else(|| find(&holds)).or(default)
    }
}

fn first(provider: &str, errors: Vec<EvidenceError>) -> EvidenceError {
    let none = || EvidenceError { file: provider.to_owned(), reason: "expected evidence, found none".to_owned(), at: None };
    errors.into_iter().next().unwrap_or_else(none)
}

fn read(provider: &str, files: &Files) -> Result<Evidence, Vec<EvidenceError>> {
    let mut errors = Vec::new();
    let mut refuse = |file: &str, Malformed { reason, at }: Malformed| {
        errors.push(EvidenceError { file: format!("{provider}/{file}"), reason, at });
    };
    let mut scenarios = Vec::new();
    for name in files.scenarios() {
        let scenario = read_scenario(name, files, &format!("{name}/"));
        match scenario {
            Ok(scenario) => scenarios.push(scenario),
            Err(malformed) => refuse(&format!("{name}/scenario.yaml"), malformed),
        }
    }
    if files.get("cases.yaml").is_some() {
        let cases = parse::<Vec<CaseFile>>(files, "cases.yaml");
        let add = |cases: Vec<CaseFile>| scenarios.extend(cases.into_iter().map(Scenario::from));
        cases.map_or_else(|malformed| refuse("cases.yaml", malformed), add);
    }
    let mut defaults = scenarios.iter().filter(|scenario| scenario.default);
    if let (Some(one), Some(other)) = (defaults.next(), defaults.next()) {
        refuse(&other.file, format!("{}: expected one scenario with `default`, found {} too", other.name, one.name).into());
    }
    for (index, Scenario { name, file, exchanges, read, .. }) in scenarios.iter().enumerate() {
        if scenarios.iter().take(index).any(|earlier| earlier.name == *name) {
            refuse(file, format!("expected different names, found `{name}` twice").into());
        }
        if read.len() != "YYYY-MM-DD".len() || Timestamp::parse(&format!("{read}T00:00:00Z")).is_none() {
            refuse(file, format!("{name}: expected the day in `read` as YYYY-MM-DD, found `{read}`").into());
        }
        if let Some(complaint) = exchanges.iter().find_map(Exchange::complaint) {
            refuse(file, format!("{name}: {complaint}").into());
        }
        if !is_name(name) {
            let expected = "expected a name of letters, digits, `-`, `_` and `.`, which does not begin with `.`";
            refuse(file, format!("{expected}, found `{name}`").into());
        }
    }
    let documented = parse::<Documented>(files, "documented.yaml").and_then(|documented| {
        let has_place = !documented.key_header.is_empty() || !documented.key_query.is_empty();
        if has_place { Ok(documented) } else { Err("expected `key_header` or `key_query`, found neither".to_owned().into()) }
    });
    match documented.map_err(|malformed| refuse("documented.yaml", malformed)) {
        Ok(documented) if errors.is_empty() => Evidence { documented, scenarios }.whole(provider).map_err(|error| vec![error]),
        _ => Err(errors),
    }
}

/// What is wrong with a file, and where, in bytes, if that is known.
struct Malformed {
    reason: String,
    at: Option<usize>,
}

impl From<String> for Malformed {
    fn from(reason: String) -> Self {
        Self { reason, at: None }
    }
}

impl Scenario {
    /// The scenario of a folder, without the evidence around it.
    ///
    /// # Errors
    /// If a file is missing or malformed.
    pub fn load(folder: &Path) -> Result<Self, EvidenceError> {
        let malformed =
            |Malformed { reason, at }| EvidenceError { file: folder.join("scenario.yaml").display().to_string(), reason, at };
        let files = Files::on_disk(folder).map_err(|error| malformed(error.to_string().into()))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        read_scenario(&name, &files, "").map_err(malformed)
    }
}

/// The scenario whose files begin with this.
fn read_scenario(name: &str, files: &Files, prefix: &str) -> Result<Scenario, Malformed> {
    let written: ScenarioFile = parse(files, &format!("{prefix}scenario.yaml"))?;
    Ok(written.into_scenario(name, |body| files.get(&format!("{prefix}{body}")).map(<[u8]>::to_vec))?)
}

/// Names become names of files.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

/// The parser of YAML takes time that grows faster than the file.
const LARGEST_FILE: usize = 128 * 1024;

fn parse<T: DeserializeOwned>(files: &Files, file: &str) -> Result<T, Malformed> {
    let bytes = files.get(file).ok_or_else(|| "expected this file, found none".to_owned())?;
    if bytes.len() > LARGEST_FILE {
        return Err(format!("expected a file of at most {LARGEST_FILE} bytes, found {}", bytes.len()).into());
    }
    let malformed =
        |error: serde_yaml::Error| Malformed { reason: error.to_string(), at: error.location().map(|location| location.index()) };
    serde_yaml::from_slice(bytes).map_err(malformed)
}
