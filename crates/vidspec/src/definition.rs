//! A definition: what a provider's YAML file says, as written.
//!
//! The leaves (paths, templates, patterns, words) are already parsed, so that a mistake in one of them is reported at its
//! place; what only shows when parts are seen together is checked in [`crate::compile`].

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::decision::Part;

mod answer;
mod auth;
mod body;
mod codes;
mod condition;
mod extend;
mod finding;
mod hosts;
mod leaf;
mod lines;
mod outputs;
mod params;
mod part;
mod pasted;
mod pattern;
mod poll;
mod positions;
mod read;
mod repair;
#[cfg(feature = "schema")]
mod schema;
mod source;
mod verdict;
mod wording;

pub(crate) use answer::{Answer, Rule};
pub(crate) use auth::{Algorithm, Auth, AuthStyle, TokenRule};
pub(crate) use body::Body;
pub(crate) use codes::{CodeTable, FailureClass, JobError, Refusal, found_as};
pub(crate) use condition::{BodyKind, Clause, Condition, HttpStatus, Test};
pub(crate) use extend::Parents;
pub(crate) use finding::{Finding, Step, at, below, path_text};
pub(crate) use hosts::{BaseAddress, BaseUrl, HostPattern};
pub(crate) use leaf::{Address, FromScalar, HeaderName, OneOrMany, ProviderId, Seconds, Size, Word};
pub(crate) use lines::Lines;
pub(crate) use outputs::{Content, OutputEntry, OutputRole, OutputRule, Outputs};
pub(crate) use params::Param;
pub(crate) use pasted::{key_in_query, keys_in};
pub(crate) use pattern::Pattern;
pub(crate) use poll::Poll;
pub(crate) use read::{LARGEST_FILE, Reading, extended_by, read, read_proven};
pub(crate) use source::{Origin, Place, Source, Unit};
pub(crate) use verdict::{Ruling, Verdict};

/// The version of the language that this release reads.
pub(crate) const LANGUAGE_VERSION: u64 = 1;

/// One provider's file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Definition {
    /// The version of the language: 1.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::version"))]
    pub(crate) vidspec: u64,
    /// The provider's short name; also the name of the file.
    pub(crate) id: ProviderId,
    /// The provider's name for people.
    pub(crate) name: String,
    /// The id of the definition that this one is a variant of; then only what is different is written.
    #[serde(default)]
    pub(crate) extends: Option<ProviderId>,
    /// The pages that the file was written from.
    pub(crate) docs: OneOrMany<Address>,
    /// Set when the API is going away.
    #[serde(default)]
    pub(crate) lifecycle: Option<Lifecycle>,
    /// The address that request paths are appended to.
    pub(crate) base_url: BaseUrl,
    /// The hosts that may see the key; without them only that of `base_url`.
    #[serde(default)]
    pub(crate) hosts: Option<OneOrMany<HostPattern>>,
    /// How the key is sent; several are alternatives, of which the first with a key is used.
    pub(crate) auth: OneOrMany<Auth>,
    /// More headers that every request needs.
    #[serde(default)]
    pub(crate) headers: IndexMap<HeaderName, Word>,
    /// Values that requests need beside the id of the job, by name; in a path they stand in braces, such as `{region}`.
    #[serde(default)]
    pub(crate) params: IndexMap<Word, Param>,
    /// How a job id of this provider looks.
    #[serde(default)]
    pub(crate) job_id: Option<JobIdShape>,
    /// The request that asks for the status, and how its answer is read.
    pub(crate) status: Answer,
    /// The second request that some providers need for the file's address.
    #[serde(default)]
    pub(crate) result: Option<Answer>,
    /// How a job explains that it ended badly.
    #[serde(default)]
    pub(crate) error: JobError,
    /// How the API refuses to answer.
    #[serde(default)]
    pub(crate) problem: Option<Refusal>,
    /// Where the provider's own id of an exchange is found, to quote to its support.
    #[serde(default)]
    pub(crate) request_id: Option<Source>,
    /// The largest answer that is read, such as `64MiB`; 8 MiB if not given.
    #[serde(default)]
    pub(crate) body_limit: Option<Size>,
    /// When to ask, how often, and for how long.
    #[serde(default)]
    pub(crate) poll: Poll,
}

impl Definition {
    /// The two requests and how their answers are read.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (Part, &Answer)> {
        let result = self.result.iter().map(|result| (Part::Result, result));
        std::iter::once((Part::Status, &self.status)).chain(result)
    }
}

/// How a job id looks. A pattern detects the provider; it does not forbid other ids.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct JobIdShape {
    /// Regular expressions; an id that one of them matches may be this provider's.
    pub(crate) pattern: OneOrMany<Pattern>,
    /// An id as the provider's pages show it.
    pub(crate) example: OneOrMany<Word>,
}

/// That a provider's API is going away.
#[derive(Clone, Debug, PartialEq, Deserialize, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Lifecycle {
    /// Whether the API still answers.
    pub state: LifecycleState,
    /// Since or from when, as `YYYY-MM-DD`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub date: Arc<str>,
    /// What to use instead.
    #[serde(default)]
    pub replacement: Option<Arc<str>>,
    /// What else a user should know.
    #[serde(default)]
    pub note: Option<Arc<str>>,
}

/// How far an API has gone away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LifecycleState {
    /// Works, but will be switched off.
    Deprecated,
    /// Switched off.
    Retired,
}
