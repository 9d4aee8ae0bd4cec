//! A condition: `when: { $.success: false, http: 404 }`. All of its lines must hold.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::leaf::{FromScalar, HeaderName, OneOrMany, Word, scalar, scalars_as_text};
use super::pattern::Pattern;
use crate::code::Code;
use crate::json_path::JsonPath;

/// All clauses must hold.
#[derive(Clone, Debug)]
pub(crate) struct Condition(pub(crate) Vec<Clause>);

#[derive(Clone, Debug)]
pub(crate) enum Clause {
    /// What the path names in the body.
    Path(JsonPath, Test),
    /// A header of the answer.
    Header(HeaderName, Test),
    /// The body as text, where it is not JSON.
    Text(Test),
    /// The status of the answer.
    Http(Vec<HttpStatus>),
    /// The kind of body.
    Body(Vec<BodyKind>),
    /// At least one of these conditions holds.
    Any(Vec<Condition>),
}

/// What a value must be. All that is stated must hold.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TestForm {
    /// It is this value, or one of these. Without more, the value alone is enough.
    is: Option<OneOrMany<Word>>,
    /// It is none of these values; this also holds where nothing is there.
    not: Option<OneOrMany<Word>>,
    /// Whether there is anything; `null`, `""`, `[]` and `{}` count as nothing.
    exists: Option<bool>,
    /// A regular expression that is found in it.
    matches: Option<Pattern>,
    /// It is a number above this one.
    above: Option<f64>,
    /// It is a number below this one.
    below: Option<f64>,
}

/// What a value must be. All that is stated must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Test {
    pub(crate) is: Option<Vec<Word>>,
    pub(crate) not: Option<Vec<Word>>,
    pub(crate) exists: Option<bool>,
    pub(crate) matches: Option<Pattern>,
    pub(crate) above: Option<f64>,
    pub(crate) below: Option<f64>,
}

/// `404`, or `4xx` for a whole class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HttpStatus {
    Exactly(u16),
    Class(u16),
}

/// The kind of body that an answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum BodyKind {
    /// A JSON document.
    Json,
    /// Text that is no JSON, such as a page of HTML.
    Text,
    /// Neither, such as the file itself.
    Binary,
    /// Nothing.
    Empty,
}

impl Condition {
    /// Whether it says anything about the HTTP status; if not, it is only asked about answers of 200 to 299.
    pub(crate) fn names_http(&self) -> bool {
        self.0.iter().any(|clause| match clause {
            Clause::Http(_) => true,
            Clause::Any(conditions) => conditions.iter().any(Self::names_http),
            _ => false,
        })
    }
}

impl Clause {
    /// What is looked at, as a definition writes it.
    pub(crate) fn subject(&self) -> String {
        match self {
            Self::Path(path, _) => path.as_str().to_owned(),
            Self::Header(name, _) => format!("header.{}", name.0),
            Self::Text(_) => "text".to_owned(),
            Self::Http(_) => "http".to_owned(),
            Self::Body(_) => "body".to_owned(),
            Self::Any(_) => "any".to_owned(),
        }
    }

    /// What it must be, for a sentence: "expected …".
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Path(_, test) | Self::Header(_, test) | Self::Text(test) => test.to_string(),
            Self::Http(statuses) => one_of(statuses.iter().map(ToString::to_string)),
            Self::Body(kinds) => one_of(kinds.iter().map(|kind| kind.as_str().to_owned())),
            Self::Any(_) => "one of the alternatives above".to_owned(),
        }
    }
}

/// `a`, or `one of a, b`.
fn one_of(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    let list = words.join(", ");
    if words.len() > 1 { format!("one of {list}") } else { list }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is, not, exists, matches, above, below } = self;
        let listed = |words: &Vec<Word>| one_of(words.iter().map(|word| format!("`{}`", word.as_str())));
        let parts = [
            is.as_ref().map(listed),
            not.as_ref().map(|words| format!("not {}", listed(words))),
            exists.map(|exists| if exists { "something" } else { "nothing" }.to_owned()),
            matches.as_ref().map(|pattern| format!("a match of /{}/", pattern.as_str())),
            above.map(|bound| format!("more than {bound}")),
            below.map(|bound| format!("less than {bound}")),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" and "))
    }
}

impl BodyKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Empty => "empty",
        }
    }
}

impl fmt::Display for HttpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(status) => write!(f, "{status}"),
            Self::Class(class) => write!(f, "{class}xx"),
        }
    }
}

impl HttpStatus {
    pub(crate) fn holds(self, status: u16) -> bool {
        match self {
            Self::Exactly(exact) => status == exact,
            Self::Class(class) => status / 100 == class,
        }
    }
}

impl FromScalar for HttpStatus {
    const EXPECTED: &'static str = "an HTTP status such as `404`, or a class such as `4xx`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        let class = text.strip_suffix("xx").and_then(|digit| digit.parse().ok()).filter(|class| (1..=5).contains(class));
        let exact = text.parse().ok().filter(|status| (100..=599).contains(status));
        class.map(Self::Class).or(exact.map(Self::Exactly)).ok_or_else(|| format!("expected {}, found `{text}`", Self::EXPECTED))
    }
}

impl<'de> Deserialize<'de> for HttpStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer)
    }
}

impl From<TestForm> for Test {
    fn from(form: TestForm) -> Self {
        let words = |words: Option<OneOrMany<Word>>| words.map(|words| words.0);
        Self {
            is: words(form.is),
            not: words(form.not),
            exists: form.exists,
            matches: form.matches,
            above: form.above,
            below: form.below,
        }
    }
}

impl Test {
    fn is(words: Vec<Word>) -> Self {
        Self { is: Some(words), ..Self::default() }
    }

    fn is_void(&self) -> bool {
        let Self { is, not, exists, matches, above, below } = self;
        is.is_none() && not.is_none() && exists.is_none() && matches.is_none() && above.is_none() && below.is_none()
    }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TestVisitor)
    }
}

struct TestVisitor;

impl<'de> Visitor<'de> for TestVisitor {
    type Value = Test;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a list of values, or a mapping with `is`, `not`, `exists`, `matches`, `above` or `below`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Test, E> {
        Ok(Test::is(vec![Word(text.into())]))
    }

    scalars_as_text!();

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Test, A::Error> {
        OneOrMany::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(|words| Test::is(words.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Test, A::Error> {
        let test = Test::from(TestForm::deserialize(de::value::MapAccessDeserializer::new(map))?);
        if test.is_void() {
            Err(de::Error::custom(
                Code::MissingKey.tag("expected at least one of `is`, `not`, `exists`, `matches`, `above` and `below`"),
            ))
        } else {
            Ok(test)
        }
    }
}

/// The left side of a clause.
enum Subject {
    Path(JsonPath),
    Header(HeaderName),
    Text,
    Http,
    Body,
    Any,
}

impl FromScalar for Subject {
    const EXPECTED: &'static str = "a JSONPath such as `$.error`, `http`, `header.<name>`, `body`, `text` or `any`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        match text {
            "http" => Ok(Self::Http),
            "body" => Ok(Self::Body),
            "text" => Ok(Self::Text),
            "any" => Ok(Self::Any),
            _ if text.starts_with('$') => JsonPath::from_scalar(text).map(Self::Path),
            _ => match text.strip_prefix("header.") {
                Some(name) => HeaderName::from_scalar(name).map(Self::Header),
                None => Err(Code::UnknownWord.tag(format_args!("expected {}, found `{text}`", Self::EXPECTED))),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from what is looked at to what it must be, such as `{ $.success: false }`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        let mut clauses = Vec::new();
        while let Some(subject) = map.next_key()? {
            clauses.push(match subject {
                Subject::Path(path) => Clause::Path(path, map.next_value()?),
                Subject::Header(name) => Clause::Header(name, map.next_value()?),
                Subject::Text => Clause::Text(map.next_value()?),
                Subject::Http => Clause::Http(map.next_value::<OneOrMany<HttpStatus>>()?.0),
                Subject::Body => Clause::Body(map.next_value::<OneOrMany<BodyKind>>()?.0),
                Subject::Any => Clause::Any(map.next_value::<OneOrMany<Condition>>()?.0),
            });
        }
        if clauses.is_empty() {
            Err(de::Error::custom("expected a condition, found an empty mapping, which would always hold"))
        } else {
            Ok(Condition(clauses))
        }
    }
}
