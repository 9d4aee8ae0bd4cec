//! Looking values up in an answer.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::Question;
use crate::decision::Part;
use crate::definition::{Answer, CodeTable, Definition, Origin, Place, Source, Word};
use crate::json::Json;
use crate::problem::{Problem, ProblemKind};
use crate::response::Response;
use crate::template::{BASE_URL, JOB_ID, Template, VALUE, Writing};

/// An answer whose body has been read.
pub(super) struct Reading<'r> {
    /// The request that was answered, and what the definition says about its answer.
    pub(super) part: Part,
    pub(super) answer: &'r Answer,
    pub(super) response: &'r Response,
    pub(super) body: Body<'r>,
    pub(super) values: Values<'r>,
}

/// A body, by its kind.
pub(super) enum Body<'r> {
    Json(Json<'r>),
    /// It begins like JSON and is not.
    Broken(serde_json::Error),
    Text(&'r str),
    Binary,
    Empty,
}

/// The values that templates can name.
#[derive(Clone, Copy)]
pub(super) struct Values<'v> {
    pub(super) question: &'v Question<'v>,
    /// Without a slash at its end.
    pub(super) base_url: &'v str,
    pub(super) with: &'v [(&'v str, String)],
}

/// What was found where a source points.
pub(super) enum Found<'f> {
    /// Nothing, or something that counts as nothing: null, an empty text, an empty list or object.
    Nothing,
    Scalar(Scalar<'f>),
    /// A list or object.
    Structure,
}

/// A value as it stands in JSON, or as text from elsewhere.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar<'f> {
    Text(Cow<'f, str>),
    Number(&'f Number),
    Bool(bool),
}

impl Found<'_> {
    /// The exact text, where there is one.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Scalar(scalar) => Some(scalar.text().into_owned()),
            Self::Nothing | Self::Structure => None,
        }
    }
}

impl<'f> Scalar<'f> {
    /// The exact text: 5001 and "5001" are the same.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
        }
    }

    /// The number, also one that is written as text.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Bool(_) => None,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.to_string()),
            Self::Number(number) => Value::Number((*number).clone()),
            Self::Bool(value) => Value::Bool(*value),
        }
    }

    pub(super) fn of(value: &'f Json<'_>) -> Found<'f> {
        match value {
            Json::Null => Found::Nothing,
            Json::Bool(value) => Found::Scalar(Self::Bool(*value)),
            Json::Number(number) => Found::Scalar(Self::Number(number)),
            Json::Text(text) if text.is_empty() => Found::Nothing,
            Json::Text(text) => Found::Scalar(Self::Text(Cow::Borrowed(text))),
            Json::Array(elements) if elements.is_empty() => Found::Nothing,
            Json::Object(members) if members.is_empty() => Found::Nothing,
            Json::Array(_) | Json::Object(_) => Found::Structure,
        }
    }
}

impl<'r> Body<'r> {
    fn of(bytes: &'r [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
        if bytes.is_empty() {
            return Self::Empty;
        }
        match Json::parse(bytes) {
            Ok(document) => Self::Json(document),
            Err(error) if matches!(bytes.first(), Some(b'{' | b'[')) => Self::Broken(error),
            Err(_) => std::str::from_utf8(bytes).map_or(Self::Binary, Self::Text),
        }
    }
}

impl Body<'_> {
    /// What the body is, for a sentence.
    pub(super) fn described(&self) -> &'static str {
        match self {
            Self::Json(_) => "JSON",
            Self::Broken(_) => "a body that is not whole JSON",
            Self::Text(text) if looks_like_html(text) => "an HTML page instead of JSON",
            Self::Text(_) => "text instead of JSON",
            Self::Binary => "binary data instead of JSON",
            Self::Empty => "an empty body",
        }
    }
}

fn looks_like_html(text: &str) -> bool {
    let start = text.chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

impl<'v> Values<'v> {
    pub(super) fn get(&self, name: &str) -> Option<&'v str> {
        match name {
            JOB_ID => Some(self.question.job_id().as_str()),
            BASE_URL => Some(self.base_url),
            _ => {
                let with = self.with.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
                with.or_else(|| self.question.param(name))
            }
        }
    }
}

impl<'r> Reading<'r> {
    pub(super) fn new(part: Part, answer: &'r Answer, response: &'r Response, values: Values<'r>) -> Self {
        Self { part, answer, response, body: Body::of(&response.body), values }
    }

    pub(super) fn definition(&self) -> &'r Definition {
        self.values.question.provider().definition()
    }

    pub(super) fn json(&self) -> Option<&Json<'r>> {
        match &self.body {
            Body::Json(value) => Some(value),
            _ => None,
        }
    }

    /// The first usable value of a source. A list or object counts only if no alternative has a scalar.
    pub(super) fn find<'f>(&'f self, source: &'f Source) -> Found<'f> {
        let mut found = Found::Nothing;
        for origin in source.origins() {
            match self.find_at(origin) {
                Found::Scalar(scalar) => return Found::Scalar(scalar),
                Found::Structure => found = Found::Structure,
                Found::Nothing => {}
            }
        }
        found
    }

    /// The first usable value of one place.
    pub(super) fn find_at<'f>(&'f self, origin: &'f Origin) -> Found<'f> {
        self.find_as(origin, Writing::Prose)
    }

    /// The same, where it is known for what it is written.
    pub(super) fn find_as<'f>(&'f self, origin: &'f Origin, writing: Writing) -> Found<'f> {
        let found = match &origin.place {
            Place::Path(path) => {
                let mut found = Found::Nothing;
                for node in self.json().into_iter().flat_map(|json| path.select(json)) {
                    match Scalar::of(node) {
                        Found::Scalar(scalar) => {
                            found = Found::Scalar(scalar);
                            break;
                        }
                        Found::Structure => found = Found::Structure,
                        Found::Nothing => {}
                    }
                }
                found
            }
            Place::Header(name) => match self.response.header(&name.0) {
                Some(value) if !value.is_empty() => Found::Scalar(Scalar::Text(Cow::Borrowed(value))),
                _ => Found::Nothing,
            },
            Place::Template(template) => Self::found_text(self.expand(template, writing)),
        };
        match found {
            Found::Scalar(scalar) if origin.part.is_some() || origin.into.is_some() => {
                Self::found_text(self.taken(origin, &scalar.text(), writing).map(Cow::into_owned))
            }
            found => found,
        }
    }

    /// The part of a text that matters, put into what it is meant for.
    pub(super) fn taken<'t>(&self, origin: &Origin, text: &'t str, writing: Writing) -> Option<Cow<'t, str>> {
        let part = origin.part_of(text)?;
        let Some(template) = &origin.into else { return Some(part) };
        template.expand(writing, |name| if name == VALUE { Some(&*part) } else { self.values.get(name) }).map(Cow::Owned)
    }

    fn found_text<'f>(text: Option<String>) -> Found<'f> {
        match text {
            Some(text) if !text.is_empty() => Found::Scalar(Scalar::Text(Cow::Owned(text))),
            _ => Found::Nothing,
        }
    }

    pub(super) fn expand(&self, template: &Template, writing: Writing) -> Option<String> {
        template.expand(writing, |name| self.values.get(name))
    }

    /// The first usable value as text.
    pub(super) fn text(&self, source: &Source) -> Option<String> {
        self.find(source).into_text()
    }

    /// The first code that the table lists, with its entry; if it lists none, the first code.
    pub(super) fn listed_code<'t, T>(
        &self,
        source: Option<&Source>,
        table: &'t CodeTable<T>,
    ) -> (Option<String>, Option<(&'t Word, &'t T)>) {
        let mut first = None;
        for origin in source.into_iter().flat_map(Source::origins) {
            if let Found::Scalar(scalar) = self.find_at(origin) {
                let code = scalar.text();
                if let Some(entry) = table.get(&code) {
                    return (Some(code.into_owned()), Some(entry));
                }
                first = first.or_else(|| Some(code.into_owned()));
            }
        }
        (first, None)
    }

    /// The provider's own id of the exchange; without a place in the definition, from the usual headers.
    pub(super) fn request_id(&self, source: Option<&Source>) -> Option<String> {
        match source {
            Some(source) => self.text(source),
            None => ["x-request-id", "request-id"].into_iter().find_map(|name| self.response.header(name)).map(str::to_owned),
        }
    }

    /// The problem of a body that is not JSON, on an answer that claims success.
    pub(super) fn not_json(&self) -> Option<Problem> {
        match &self.body {
            Body::Json(_) => None,
            Body::Broken(error) => Some(self.unexpected(&format!("a body that is not whole JSON ({error})"))),
            other => Some(self.unexpected(other.described())),
        }
    }

    /// An answer that the definition does not describe.
    pub(super) fn unexpected(&self, what: &str) -> Problem {
        let status = self.response.status;
        Problem::new(ProblemKind::UndocumentedResponse, format!("HTTP {status} with {what}"))
    }
}
