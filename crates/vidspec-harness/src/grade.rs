//! How good a piece of evidence is.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};

/// How good a piece of evidence is, the best first. A body that nobody published is never `documented`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grade {
    /// The provider published this body, byte for byte.
    Documented,
    /// Captured from the real API by somebody who published it.
    Recorded,
    /// Published by somebody else about the API.
    ThirdParty,
    /// A published body with a stated change.
    Adapted(String),
    /// Built by us from a published schema.
    Schema,
    /// Built by us from a sentence.
    Prose,
}

impl Grade {
    /// 0 for the best, and more for what is less good.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Documented => 0,
            Self::Recorded => 1,
            Self::ThirdParty => 2,
            Self::Adapted(_) => 3,
            Self::Schema => 4,
            Self::Prose => 5,
        }
    }

    /// The word for it, without what was changed.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Recorded => "recorded",
            Self::ThirdParty => "third_party",
            Self::Adapted(_) => "adapted",
            Self::Schema => "schema",
            Self::Prose => "prose",
        }
    }
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
        f.write_str(self.as_str())?;
        match self {
            Self::Adapted(change) => write!(f, ": {change}"),
            _ => Ok(()),
        }
    }
}
