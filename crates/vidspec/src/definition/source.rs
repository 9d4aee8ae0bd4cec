//! A source: where a value comes from.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::leaf::{FromScalar, HeaderName, Word};
use super::part::Part;
use super::pattern::Pattern;
#[cfg(feature = "schema")]
use super::schema;
use crate::code::Code;
use crate::effort::Effort;
use crate::json_path::JsonPath;
use crate::template::Template;

/// One or several places to look; the first that holds something usable wins.
#[derive(Clone, Debug)]
pub(crate) struct Source(pub(crate) Vec<Origin>);

/// One place to look.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) place: Place,
    /// In what unit the value is written there.
    pub(crate) unit: Option<Unit>,
    /// The whole of which the value is a part.
    pub(crate) of: Option<JsonPath>,
    pub(crate) part: Option<Part>,
    /// What the value is put into.
    pub(crate) into: Option<Template>,
}

/// What kind of place it is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Path(JsonPath),
    Header(HeaderName),
    Template(Template),
}

impl Place {
    pub(super) fn one_of(path: Option<JsonPath>, header: Option<HeaderName>, template: Option<Template>) -> Result<Self, String> {
        match (path, header, template) {
            (Some(path), None, None) => Ok(Self::Path(path)),
            (None, Some(header), None) => Ok(Self::Header(header)),
            (None, None, Some(template)) => Ok(Self::Template(template)),
            (path, header, template) => {
                let none = path.is_none() && header.is_none() && template.is_none();
                let code = if none { Code::MissingKey } else { Code::MisplacedKey };
                Err(code.tag("expected exactly one of `path`, `header` and `template`"))
            }
        }
    }
}

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// 0 to 1.
    Fraction,
    /// 0 to 100.
    Percent,
    /// Seconds; of a moment: since 1970.
    Seconds,
    /// Milliseconds; of a moment: since 1970.
    Milliseconds,
    /// A length of time in words, such as `8s` or `0:00:59`.
    Duration,
}

impl Unit {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Fraction => "fraction",
            Self::Percent => "percent",
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Duration => "duration",
        }
    }
}

impl Source {
    pub(crate) fn origins(&self) -> &[Origin] {
        &self.0
    }
}

impl Origin {
    fn new(place: Place) -> Self {
        Self { place, unit: None, of: None, part: None, into: None }
    }

    /// Whether it is a text of the definition's own, and no place of an answer.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(&self.place, Place::Template(template) if template.names().next().is_none())
    }

    /// Whether more is made of a value than is found.
    pub(crate) fn takes_a_part(&self) -> bool {
        self.part.is_some() || self.into.is_some()
    }

    /// The part of a text that matters.
    pub(crate) fn part_of<'t>(&self, text: &'t str, effort: &Effort) -> Option<Cow<'t, str>> {
        self.part.as_ref().map_or(Some(Cow::Borrowed(text)), |part| part.of(text, effort))
    }
}

/// The short form: what starts with `$` is a path, everything else a text, perhaps with values put in.
impl FromScalar for Origin {
    const EXPECTED: &'static str = "a JSONPath such as `$.data.url`, a text such as `{base_url}/files/{job_id}`, or a mapping with `path`, `header` or `template`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        if text.starts_with('$') {
            JsonPath::from_scalar(text).map(|path| Self::new(Place::Path(path)))
        } else {
            Template::from_scalar(text).map(|template| Self::new(Place::Template(template)))
        }
    }
}

/// A place to look, and how what stands there is written.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = schema::one_of(&["path", "header", "template"]))))]
#[serde(deny_unknown_fields)]
pub(super) struct OriginForm {
    /// A JSONPath to the value in the body, such as `$.data.status`.
    #[serde(default)]
    path: Option<JsonPath>,
    /// The header of the answer that holds the value.
    #[serde(default)]
    header: Option<HeaderName>,
    /// A text with values put in, such as `{base_url}/files/{job_id}`.
    #[serde(default)]
    template: Option<Template>,
    /// In what unit the value is written there.
    #[serde(default)]
    unit: Option<Unit>,
    /// A JSONPath to the whole of which the value is a part, as in 3 of 8 steps.
    #[serde(default)]
    of: Option<JsonPath>,
    /// A regular expression; its first group is the part of the text that matters.
    #[serde(default)]
    capture: Option<Pattern>,
    /// The parameter whose value in the query of an address is the part that matters.
    #[serde(default)]
    query: Option<Word>,
    /// What the value is put into, at `{value}`.
    #[serde(default)]
    into: Option<Template>,
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OriginVisitor)
    }
}

struct OriginVisitor;

impl<'de> Visitor<'de> for OriginVisitor {
    type Value = Origin;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Origin::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Origin, E> {
        Origin::from_scalar(text).map_err(E::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Origin, A::Error> {
        let long = OriginForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let place = Place::one_of(long.path, long.header, long.template).map_err(de::Error::custom)?;
        let part = Part::at_most_one_of(long.capture, long.query).map_err(de::Error::custom)?;
        Ok(Origin { place, unit: long.unit, of: long.of, part, into: long.into })
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::OneOrMany::<Origin>::deserialize(deserializer).map(|origins| Self(origins.0))
    }
}
