//! The files of a finished job.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::leaf::{FromScalar, HeaderName, Seconds, Word, scalar};
use super::part::Part;
use super::pattern::Pattern;
#[cfg(feature = "schema")]
use super::schema;
use super::source::{Origin, Place, Source};
use crate::code::Code;
use crate::json_path::JsonPath;
use crate::output::Role;
use crate::template::Template;

/// The files in the order of the definition: a mapping from role to source, or a list where a role occurs more than once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outputs {
    pub(crate) entries: Vec<OutputEntry>,
    /// Whether they were written as a list.
    pub(crate) listed: bool,
}

/// The files of one role.
#[derive(Clone, Debug)]
pub(crate) struct OutputEntry {
    pub(crate) role: OutputRole,
    /// The first that yields anything is taken.
    pub(crate) alternatives: Vec<OutputRule>,
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
    pub(crate) content: Content,
    pub(crate) media_type: Option<Source>,
    /// When the address stops working.
    pub(crate) expires: Option<Source>,
    /// For how long after its making the file is kept.
    pub(crate) lifetime: Option<Seconds>,
    /// Whether the key must be sent to fetch it.
    pub(crate) key: bool,
}

/// Where the file itself is. A path that names several places gives an output for each.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// At an address.
    Url(Source),
    /// In the answer, in base64.
    Base64(Source),
}

impl Content {
    /// The source, and the key that it is written under.
    pub(crate) fn source(&self) -> (&'static str, &Source) {
        match self {
            Self::Url(source) => ("url", source),
            Self::Base64(source) => ("base64", source),
        }
    }

    /// What stands there, for a sentence.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::Url(_) => "an address",
            Self::Base64(_) => "a file",
        }
    }
}

/// A file, or several of one kind.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = schema::one_of(&["url", "base64"]))))]
#[serde(deny_unknown_fields)]
pub(super) struct OutputForm {
    /// In a list of files: what the file is.
    #[serde(default)]
    role: Option<OutputRole>,
    /// Where its address stands, such as `$.video_url`.
    #[serde(default)]
    url: Option<Source>,
    /// Where the file itself stands in the answer, in base64.
    #[serde(default)]
    base64: Option<Source>,
    /// Where its media type stands, or a fixed one such as `video/mp4`.
    #[serde(default)]
    media_type: Option<Source>,
    /// Where it stands when the address stops working.
    #[serde(default)]
    expires: Option<Source>,
    /// For how long after its making the provider keeps the file, such as `7d`.
    #[serde(default)]
    lifetime: Option<Seconds>,
    /// Whether the key must be sent to fetch it.
    #[serde(default)]
    key: bool,
}

impl OutputForm {
    fn into_rule<E: de::Error>(self) -> Result<OutputRule, E> {
        let Self { role: _, url, base64, media_type, expires, lifetime, key } = self;
        let content = match (url, base64) {
            (Some(url), None) => Content::Url(url),
            (None, Some(base64)) => Content::Base64(base64),
            (None, None) => return Err(E::missing_field("url")),
            (Some(_), Some(_)) => {
                return Err(E::custom(Code::MisplacedKey.tag("expected one of `url` and `base64`, found both")));
            }
        };
        Ok(OutputRule { content, media_type, expires, lifetime, key })
    }
}

/// The right side of `video: …`: a source, a mapping with more about the file, or a list of alternatives.
pub(super) struct Described(Vec<OutputRule>);

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
        let origin = Origin::from_scalar(text).map_err(E::custom)?;
        Ok(Described(vec![at_places(vec![origin])]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Described, A::Error> {
        let long = OutputForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        if long.role.is_some() {
            let message = "expected the role only once: it is the key of this mapping already";
            return Err(de::Error::custom(Code::MisplacedKey.tag(message)));
        }
        long.into_rule().map(|rule| Described(vec![rule]))
    }

    /// Neighbouring places without more are the alternatives of one address.
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Described, A::Error> {
        let mut rules = Vec::new();
        let mut places = Vec::new();
        while let Some(alternative) = seq.next_element()? {
            match alternative {
                Alternative::Place(origin) => places.push(origin),
                Alternative::File(rule) => {
                    rules.extend((!places.is_empty()).then(|| at_places(std::mem::take(&mut places))));
                    rules.push(rule);
                }
            }
        }
        rules.extend((!places.is_empty()).then(|| at_places(places)));
        if rules.is_empty() {
            return Err(de::Error::custom("expected one value or a list of them, found an empty list"));
        }
        Ok(Described(rules))
    }
}

fn at_places(origins: Vec<Origin>) -> OutputRule {
    OutputRule { content: Content::Url(Source(origins)), media_type: None, expires: None, lifetime: None, key: false }
}

/// An element of a list of alternatives: a place that may hold the address, or a mapping with more about the file.
enum Alternative {
    Place(Origin),
    File(OutputRule),
}

/// A place that may hold the address, or more about the file.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = schema::one_of(&["url", "base64", "path", "header", "template"]))))]
#[serde(deny_unknown_fields)]
pub(super) struct AlternativeForm {
    /// Where its address stands, such as `$.video_url`.
    #[serde(default)]
    url: Option<Source>,
    /// Where the file itself stands in the answer, in base64.
    #[serde(default)]
    base64: Option<Source>,
    /// Where its media type stands, or a fixed one such as `video/mp4`.
    #[serde(default)]
    media_type: Option<Source>,
    /// Where it stands when the address stops working.
    #[serde(default)]
    expires: Option<Source>,
    /// For how long after its making the provider keeps the file, such as `7d`.
    #[serde(default)]
    lifetime: Option<Seconds>,
    /// Whether the key must be sent to fetch it.
    #[serde(default)]
    key: bool,
    /// A JSONPath to the address in the body.
    #[serde(default)]
    path: Option<JsonPath>,
    /// The header of the answer that holds the address.
    #[serde(default)]
    header: Option<HeaderName>,
    /// An address with values put in, such as `{base_url}/files/{job_id}`.
    #[serde(default)]
    template: Option<Template>,
    /// A regular expression; its first group is the part that matters.
    #[serde(default)]
    capture: Option<Pattern>,
    /// The parameter whose value in the query of an address is the part that matters.
    #[serde(default)]
    query: Option<Word>,
    /// What the value is put into, at `{value}`.
    #[serde(default)]
    into: Option<Template>,
}

impl<'de> Deserialize<'de> for Alternative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AlternativeVisitor)
    }
}

struct AlternativeVisitor;

impl<'de> Visitor<'de> for AlternativeVisitor {
    type Value = Alternative;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("where the address stands, such as `$.video_url`, or a mapping with `url`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Alternative, E> {
        Origin::from_scalar(text).map(Alternative::Place).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Alternative, A::Error> {
        let AlternativeForm { url, base64, media_type, expires, lifetime, key, path, header, template, capture, query, into } =
            AlternativeForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let is_part = capture.is_some() || query.is_some();
        let is_place = path.is_some() || header.is_some() || template.is_some() || is_part || into.is_some();
        let says_more = media_type.is_some() || expires.is_some() || lifetime.is_some() || key;
        if !is_place {
            let long = OutputForm { role: None, url, base64, media_type, expires, lifetime, key };
            return long.into_rule().map(Alternative::File);
        }
        if url.is_some() || base64.is_some() || says_more {
            let message = "expected either a place or a mapping with `url` or `base64`, found a mixture";
            return Err(de::Error::custom(Code::MisplacedKey.tag(message)));
        }
        let place = Place::one_of(path, header, template).map_err(de::Error::custom)?;
        let part = Part::at_most_one_of(capture, query).map_err(de::Error::custom)?;
        Ok(Alternative::Place(Origin { place, unit: None, of: None, part, into }))
    }
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
        let mut entries = Vec::new();
        while let Some(role) = map.next_key::<OutputRole>()? {
            let Described(alternatives) = map.next_value()?;
            entries.push(OutputEntry { role, alternatives });
        }
        Ok(Outputs { entries, listed: false })
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Outputs, A::Error> {
        let mut entries = Vec::new();
        while let Some(Listed(entry)) = seq.next_element()? {
            entries.push(entry);
        }
        Ok(Outputs { entries, listed: true })
    }
}

/// An element of a list of outputs, which names its role itself.
pub(super) struct Listed(OutputEntry);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let long = OutputForm::deserialize(deserializer)?;
        let role = long.role.ok_or_else(|| de::Error::missing_field("role"))?;
        long.into_rule().map(|rule| Self(OutputEntry { role, alternatives: vec![rule] }))
    }
}
