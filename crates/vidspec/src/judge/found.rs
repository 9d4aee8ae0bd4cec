//! What stands where a source points.

use std::borrow::Cow;

use serde_json::{Number, Value};

use crate::json::Json;

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
