//! Values beside the id of a job.

use indexmap::IndexMap;
use serde::Deserialize;

use super::leaf::{OneOrMany, Word};
use super::pattern::Pattern;
#[cfg(feature = "schema")]
use super::schema;
use crate::template::Template;

/// A value that requests need beside the id of the job, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("anyOf" = schema::one_of(&["example", "default", "from"]))))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Param {
    /// What it is, for whoever has to give it.
    pub(crate) about: Option<Word>,
    /// A regular expression that a value must match; it is searched, so write `^…$`.
    pub(crate) pattern: Option<Pattern>,
    /// The environment variables that may hold it; the first that is set is used.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::variables"))]
    pub(crate) env: Option<OneOrMany<Word>>,
    /// A value as the provider's pages show it.
    pub(crate) example: Option<Word>,
    /// The value where none is given.
    pub(crate) default: Option<Word>,
    /// The name of the param that this one is worked out of.
    pub(crate) from: Option<Word>,
    /// What values of `from` stand for.
    pub(crate) map: IndexMap<Word, Word>,
    /// What every other value of `from` stands for.
    pub(crate) otherwise: Option<Template>,
}

impl Param {
    /// Whether it is worked out of another one; then nobody can give it.
    pub(crate) fn is_derived(&self) -> bool {
        self.from.is_some()
    }
}
