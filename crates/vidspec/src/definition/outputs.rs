//! The files of a finished job.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::leaf::{FromScalar, Seconds, scalar};
use super::source::Source;
use crate::output::Role;

/// The rules in the order of the file: a mapping from role to source, or a list where a role occurs more than once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outputs {
    pub(crate) rules: Vec<OutputRule>,
    /// Whether they were written as a list.
    pub(crate) listed: bool,
}

/// The role of a file, stated or told by the file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputRole {
    Stated(Role),
    /// `file`: a video, sound or picture, as its media type or the ending of its address says.
    File,
}

impl FromScalar for OutputRole {
    const EXPECTED: &'static str = "a role such as `video`, or `file`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        if text == "file" {
            return Ok(Self::File);
        }
        let role = Role::deserialize(de::value::StrDeserializer::<de::value::Error>::new(text));
        role.map(Self::Stated).map_err(|error| error.to_string().replace("expected one of ", "expected one of `file`, "))
    }
}

impl<'de> Deserialize<'de> for OutputRole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer)
    }
}

impl OutputRole {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stated(role) => role.as_str(),
            Self::File => "file",
        }
    }
}

/// Where one file, or several of one kind, are found.
#[derive(Clone, Debug)]
pub(crate) struct OutputRule {
    pub(crate) role: OutputRole,
    /// The address; a path that names several places gives an output for each.
    pub(crate) url: Source,
    pub(crate) media_type: Option<Source>,
    /// When the address stops working.
    pub(crate) expires: Option<Source>,
    /// For how long after its making the file is kept.
    pub(crate) lifetime: Option<Seconds>,
    /// Whether the key must be sent to fetch it.
    pub(crate) key: bool,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct LongForm {
    #[serde(default)]
    role: Option<OutputRole>,
    url: Source,
    #[serde(default)]
    media_type: Option<Source>,
    #[serde(default)]
    expires: Option<Source>,
    #[serde(default)]
    lifetime: Option<Seconds>,
    #[serde(default)]
    key: bool,
}

impl LongForm {
    fn of_role(self, role: OutputRole) -> OutputRule {
        let Self { role: _, url, media_type, expires, lifetime, key } = self;
        OutputRule { role, url, media_type, expires, lifetime, key }
    }
}

/// The right side of `video: …`: a source, or a mapping with more about the file.
struct Described(LongForm);

impl<'de> Deserialize<'de> for Described {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DescribedVisitor)
    }
}

struct DescribedVisitor;

impl<'de> Visitor<'de> for DescribedVisitor {
    type Value = Described;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("where the address stands, such as `$.video_url`, or a mapping with `url`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Described, E> {
        Source::deserialize(de::value::StrDeserializer::new(text)).map(plain)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Described, A::Error> {
        Source::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(plain)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Described, A::Error> {
        let long = LongForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        if long.role.is_some() {
            return Err(de::Error::custom("expected the role only once: it is the key of this mapping already"));
        }
        Ok(Described(long))
    }
}

fn plain(url: Source) -> Described {
    Described(LongForm { role: None, url, media_type: None, expires: None, lifetime: None, key: false })
}

impl<'de> Deserialize<'de> for Outputs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OutputsVisitor)
    }
}

struct OutputsVisitor;

impl<'de> Visitor<'de> for OutputsVisitor {
    type Value = Outputs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a mapping from role to address, such as `{ video: $.video_url }`, or a list of mappings with `role` and `url`",
        )
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outputs, A::Error> {
        let mut rules = Vec::new();
        while let Some(role) = map.next_key::<OutputRole>()? {
            let Described(long) = map.next_value()?;
            rules.push(long.of_role(role));
        }
        Ok(Outputs { rules, listed: false })
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Outputs, A::Error> {
        let mut rules = Vec::new();
        while let Some(Listed(rule)) = seq.next_element()? {
            rules.push(rule);
        }
        Ok(Outputs { rules, listed: true })
    }
}

/// An element of a list of outputs, which names its role itself.
struct Listed(OutputRule);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let long = LongForm::deserialize(deserializer)?;
        let role = long.role.ok_or_else(|| de::Error::missing_field("role"))?;
        Ok(Self(long.of_role(role)))
    }
}
