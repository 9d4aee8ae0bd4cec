//! How good a piece of evidence is.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};

/// How good a piece of evidence is. A body that nobody published is never `documented`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grade {
    /// The provider published this body, byte for byte.
    Documented,
    /// Captured from the real API by somebody who published it.
    Recorded,
    /// Published by somebody else about the API.
    ThirdParty,
    /// Built by us from a published schema.
    Schema,
    /// Built by us from a sentence.
    Prose,
    /// A published body with a stated change.
    Adapted(String),
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.as_str() {
            "documented" => Self::Documented,
            "recorded" => Self::Recorded,
            "third_party" => Self::ThirdParty,
            "schema" => Self::Schema,
            "prose" => Self::Prose,
            other => match other.strip_prefix("adapted:").map(str::trim) {
                Some(change) if !change.is_empty() => Self::Adapted(change.to_owned()),
                _ => {
                    let expected = "documented, recorded, third_party, schema, prose or `adapted: <what was changed>`";
                    return Err(de::Error::custom(format!("expected {expected}, found `{text}`")));
                }
            },
        })
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented => f.write_str("documented"),
            Self::Recorded => f.write_str("recorded"),
            Self::ThirdParty => f.write_str("third_party"),
            Self::Schema => f.write_str("schema"),
            Self::Prose => f.write_str("prose"),
            Self::Adapted(change) => write!(f, "adapted: {change}"),
        }
    }
}
