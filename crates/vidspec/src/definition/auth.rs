//! How the key is sent.

use serde::Deserialize;

use super::leaf::{OneOrMany, Word};

/// One way to send the key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Auth {
    pub(crate) style: AuthStyle,
    /// Of `header` and `query`: the name of the header or parameter.
    #[serde(default)]
    pub(crate) name: Option<Word>,
    /// Of `scheme`: the word before the key.
    #[serde(default)]
    pub(crate) scheme: Option<Word>,
    /// The environment variables that may hold the key; the first that is set is used.
    pub(crate) env: OneOrMany<Word>,
}

/// The styles seen at providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthStyle {
    /// `Authorization: Bearer KEY`
    Bearer,
    /// `Authorization: KEY`
    Raw,
    /// `Authorization: WORD KEY`, with `scheme: WORD`
    Scheme,
    /// `Authorization: Basic` and the key, `user:password`, in base64
    Basic,
    /// `NAME: KEY`, with `name: NAME`
    Header,
    /// `?NAME=KEY`, with `name: NAME`
    Query,
}
