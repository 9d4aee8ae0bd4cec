//! How the key is sent.

use indexmap::IndexMap;
use serde::Deserialize;

use super::leaf::{HeaderName, OneOrMany, Seconds, Word};
#[cfg(feature = "schema")]
use super::schema;
use crate::template::Template;

/// One way to send the key: a `style` with `env`, or `header` or `query` with `value` and `secrets`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = schema::one_of(&["style", "header", "query"]))))]
#[cfg_attr(feature = "schema", schemars(extend("dependencies" = schema::needs(&schema::AUTH))))]
#[serde(deny_unknown_fields)]
pub(crate) struct Auth {
    /// How the key is sent, where that is usual; `header` or `query` with `value` says anything else.
    #[serde(default)]
    pub(crate) style: Option<AuthStyle>,
    /// Of the styles `header` and `query`: the name of the header or parameter.
    #[serde(default)]
    pub(crate) name: Option<Word>,
    /// Of the style `scheme`: the word before the key.
    #[serde(default)]
    pub(crate) scheme: Option<Word>,
    /// Of a style: the environment variables that may hold the key; the first that is set is used.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::variables"))]
    #[serde(default)]
    pub(crate) env: Option<OneOrMany<Word>>,
    /// The header that carries `value`.
    #[serde(default)]
    pub(crate) header: Option<HeaderName>,
    /// The parameter of the query that carries `value`.
    #[serde(default)]
    pub(crate) query: Option<Word>,
    /// What is sent, with the secrets put in, such as `Key {id}:{secret}`.
    #[serde(default)]
    pub(crate) value: Option<Template>,
    /// The secrets by name, each with the environment variables that may hold it.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::secrets"))]
    #[serde(default)]
    pub(crate) secrets: IndexMap<Word, OneOrMany<Word>>,
    /// The token that `{token}` in `value` stands for.
    #[serde(default)]
    pub(crate) token: Option<TokenRule>,
}

/// The styles seen at providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A token that is signed for each request.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRule {
    /// The algorithm of the JSON Web Token.
    pub(crate) jwt: Algorithm,
    /// The name of the secret that signs it.
    pub(crate) key: Word,
    /// What it claims beside its times; the secrets can be put in.
    #[serde(default)]
    pub(crate) claims: IndexMap<Word, Template>,
    /// For how long it is valid from now on (`exp`).
    pub(crate) lifetime: Seconds,
    /// For how long before now it is valid too (`nbf`): clocks differ.
    #[serde(default)]
    pub(crate) leeway: Option<Seconds>,
}

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) enum Algorithm {
    /// HMAC with SHA-256 (RFC 7518, section 3.2).
    #[serde(rename = "HS256")]
    Hs256,
}
