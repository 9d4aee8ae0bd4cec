//! A request and how its answer is read. `status` and `result` are both of this kind.

use indexmap::IndexMap;
use serde::Deserialize;

use super::body::Body;
use super::condition::Condition;
use super::leaf::Word;
use super::outputs::Outputs;
use super::source::Source;
use super::verdict::Verdict;
use crate::request::Method;
use crate::template::Template;

/// A request and how its answer is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The path of a request by `GET`, appended to `base_url`.
    #[serde(default)]
    pub(crate) get: Option<Template>,
    /// The path of a question that is put by `POST`, appended to `base_url`.
    #[serde(default)]
    pub(crate) post: Option<Template>,
    /// What is posted.
    #[serde(default)]
    pub(crate) body: Option<Body>,
    /// With `post`: that the author says that it only reads.
    #[serde(default)]
    pub(crate) safe: Option<bool>,
    /// Only in `result`: values taken from the answer to the status request, for use in the path.
    #[serde(default)]
    pub(crate) with: IndexMap<Word, Source>,
    /// Tried in this order; the first whose condition holds decides.
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
    /// Where the provider's own word for the state stands.
    #[serde(default)]
    pub(crate) path: Option<Source>,
    /// What the words mean.
    #[serde(default)]
    pub(crate) map: IndexMap<Word, Verdict>,
    /// What it means if there is no word.
    #[serde(default)]
    pub(crate) missing: Option<Verdict>,
    /// The files of a completed job.
    #[serde(default)]
    pub(crate) outputs: Outputs,
    /// How far the job has come.
    #[serde(default)]
    pub(crate) progress: Option<Source>,
    /// When the job was created, started and completed.
    #[serde(default)]
    pub(crate) times: Times,
    /// What else the answer tells.
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

/// `{ when: …, then: … }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) when: Condition,
    pub(crate) then: Verdict,
}

/// When the job was created, started and completed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Times {
    pub(crate) created: Option<Source>,
    pub(crate) started: Option<Source>,
    pub(crate) completed: Option<Source>,
}
