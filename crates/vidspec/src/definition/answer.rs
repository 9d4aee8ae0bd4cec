//! A request and how its answer is read. `status` and `result` are both of this kind.

use indexmap::IndexMap;
use serde::Deserialize;

use super::body::Body;
use super::condition::Condition;
use super::leaf::Word;
use super::outputs::Outputs;
#[cfg(feature = "schema")]
use super::schema;
use super::source::Source;
use super::verdict::Verdict;
use crate::request::Method;
use crate::template::Template;

/// A request and how its answer is read.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = schema::one_of(&["get", "post"]))))]
#[cfg_attr(feature = "schema", schemars(extend("dependencies" = schema::needs(&schema::ANSWER))))]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The path of a request by `GET`, appended to `base_url`, such as `/v1/jobs/{job_id}`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::request_path"))]
    #[serde(default)]
    pub(crate) get: Option<Template>,
    /// The path of a question that is put by `POST`, appended to `base_url`; needs `safe: true`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::request_path"))]
    #[serde(default)]
    pub(crate) post: Option<Template>,
    /// With `post`: the JSON that is sent; its texts may hold values such as `{job_id}`.
    #[serde(default)]
    pub(crate) body: Option<Body>,
    /// With `post`: `true` says that the request only reads; nothing else is ever sent.
    #[cfg_attr(feature = "schema", schemars(extend("const" = true)))]
    #[serde(default)]
    pub(crate) safe: Option<bool>,
    /// Only in `result`: values taken from the answer to the status request, for use in the path.
    #[serde(default)]
    pub(crate) with: IndexMap<Word, Source>,
    /// For what no single word tells. Tried in this order; the first whose condition holds decides.
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
    /// Where the provider's own word for the state stands, such as `$.status`.
    #[serde(default)]
    pub(crate) path: Option<Source>,
    /// What the provider's words mean; any other word gives the state `unknown`.
    #[serde(default)]
    pub(crate) map: IndexMap<Word, Verdict>,
    /// What it means if there is no word at `path`.
    #[serde(default)]
    pub(crate) missing: Option<Verdict>,
    /// Where the files of a completed job stand.
    #[serde(default)]
    pub(crate) outputs: Outputs,
    /// Where it stands how far the job has come; with `unit: percent` if the provider counts to 100.
    #[serde(default)]
    pub(crate) progress: Option<Source>,
    /// When the job was created, started and completed.
    #[serde(default)]
    pub(crate) times: Times,
    /// What else the answer tells, by names of your choice, such as `duration_seconds`.
    #[serde(default)]
    pub(crate) details: IndexMap<Word, Source>,
}

impl Answer {
    /// The method of the request and its path; one is there in every definition that was checked.
    pub(crate) fn request(&self) -> Option<(Method, &Template)> {
        self.get.as_ref().map(|path| (Method::Get, path)).or(self.post.as_ref().map(|path| (Method::Post, path)))
    }

    /// All verdicts that it can come to.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.rules.iter().map(|rule| &rule.then).chain(self.map.values()).chain(&self.missing)
    }
}

/// If `when` holds, the answer means `then`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// What must hold, such as `{ $.success: false }`.
    pub(crate) when: Condition,
    /// What the answer then means.
    pub(crate) then: Verdict,
}

/// When the job was created, started and completed.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Times {
    /// When the job was created.
    pub(crate) created: Option<Source>,
    /// When the provider began to work on it.
    pub(crate) started: Option<Source>,
    /// When it ended.
    pub(crate) completed: Option<Source>,
}
