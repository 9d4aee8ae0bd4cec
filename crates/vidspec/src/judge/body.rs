//! The body of an answer, by its kind: step 1.

use crate::definition::BodyKind;
use crate::json::Json;

/// A body, by its kind.
pub(super) enum Body<'r> {
    Json(Json<'r>),
    /// It begins like JSON and is not.
    Broken(serde_json::Error),
    Text(&'r str),
    Binary,
    Empty,
}

impl<'r> Body<'r> {
    pub(super) fn of(bytes: &'r [u8]) -> Self {
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
    /// The kind, as definitions name it. Cut-off JSON is of no kind that a definition could promise.
    pub(super) fn kind(&self) -> Option<BodyKind> {
        match self {
            Self::Json(_) => Some(BodyKind::Json),
            Self::Text(_) => Some(BodyKind::Text),
            Self::Binary => Some(BodyKind::Binary),
            Self::Empty => Some(BodyKind::Empty),
            Self::Broken(_) => None,
        }
    }

    /// The text of a body that is no JSON.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

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
