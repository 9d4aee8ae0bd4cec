//! Where a provider lives, and where its key may go.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use url::Url;

use super::leaf::{Address, FromScalar, OneOrMany, Word, deserialize_from_scalar, scalar};
#[cfg(feature = "schema")]
use super::schema;
use crate::code::Code;
use crate::template::Template;

/// The address that request paths are appended to.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    /// Nothing where only the user knows it.
    pub(crate) url: Option<BaseAddress>,
    /// The environment variables that may hold another one.
    pub(crate) env: Vec<Word>,
    /// Whether it was written in the long form.
    pub(crate) long: bool,
}

/// The provider's own address.
#[derive(Clone, Debug)]
pub(crate) enum BaseAddress {
    Fixed(Url),
    /// Params stand in its host.
    Template(Template),
}

impl BaseAddress {
    /// The path, in which no params stand.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Fixed(url) => url.path(),
            Self::Template(template) => {
                let (_, rest) = template.as_str().split_once("://").unwrap_or_default();
                rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or_default()
            }
        }
    }
}

impl FromScalar for BaseAddress {
    const EXPECTED: &'static str = Address::EXPECTED;

    fn from_scalar(text: &str) -> Result<Self, String> {
        if text.contains(['{', '}']) {
            Template::from_scalar(text).map(Self::Template)
        } else {
            Address::from_scalar(text).map(|address| Self::Fixed(address.0))
        }
    }
}

/// A host, or with `*.` all hosts below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostPattern {
    /// In small letters.
    name: Box<str>,
    /// Whether it stands for the hosts below this name.
    below: bool,
}

impl HostPattern {
    pub(crate) fn exactly(name: &str) -> Self {
        Self { name: name.to_ascii_lowercase().into(), below: false }
    }

    /// Whether a host, in small letters, is one of these.
    pub(crate) fn holds(&self, host: &str) -> bool {
        if self.below {
            host.strip_suffix(&*self.name).and_then(|labels| labels.strip_suffix('.')).is_some_and(|labels| !labels.is_empty())
        } else {
            host == &*self.name
        }
    }
}

impl FromScalar for HostPattern {
    const EXPECTED: &'static str = "a host such as `api.example.com` or `*.example.com`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        let (name, below) = text.strip_prefix("*.").map_or((text, false), |name| (name, true));
        // `*.com` would let the key go anywhere.
        if crate::base_url::are_labels(name) && (name.contains('.') || !below) {
            Ok(Self { name: name.to_ascii_lowercase().into(), below })
        } else {
            Err(Code::BadAddress.tag(format_args!("expected {}, found `{text}`", Self::EXPECTED)))
        }
    }
}

deserialize_from_scalar!(BaseAddress, HostPattern);

/// An address that the environment may replace.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("anyOf" = schema::one_of(&["url", "env"]))))]
#[serde(deny_unknown_fields)]
pub(super) struct BaseUrlForm {
    /// The address; left out where only the user knows it.
    #[serde(default)]
    url: Option<BaseAddress>,
    /// The environment variables that may hold another address; the first that is set is used.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::variables"))]
    #[serde(default)]
    env: Option<OneOrMany<Word>>,
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BaseUrlVisitor)
    }
}

struct BaseUrlVisitor;

impl<'de> Visitor<'de> for BaseUrlVisitor {
    type Value = BaseUrl;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BaseAddress::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<BaseUrl, E> {
        let url = BaseAddress::from_scalar(text).map_err(E::custom)?;
        Ok(BaseUrl { url: Some(url), env: Vec::new(), long: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BaseUrl, A::Error> {
        let BaseUrlForm { url, env } = BaseUrlForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(BaseUrl { url, env: env.map(|env| env.0).unwrap_or_default(), long: true })
    }
}
