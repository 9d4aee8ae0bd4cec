//! Values of an answer, as an explanation shows them: short, and without what may be a secret.

use super::found::{Found, Scalar};
use crate::json::Json;

/// As many characters of a text are shown.
const LONGEST: usize = 60;

/// As many of the values that a path names are shown.
const MOST: usize = 3;

/// The beginning of a long text.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

/// The same; of an address the query is cut, which may hold a signature.
pub(super) fn text(text: &str) -> String {
    match text.split_once('?') {
        Some((address, _)) if address.contains("://") => format!("{}?…", shortened(address)),
        _ => shortened(text),
    }
}

/// The values that a path names, in the notation of JSON.
pub(super) fn nodes<'v, 'b: 'v>(mut nodes: impl Iterator<Item = &'v Json<'b>>) -> Vec<String> {
    let mut shown: Vec<String> = nodes.by_ref().take(MOST).map(node).collect();
    let more = nodes.count();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    shown
}

fn node(node: &Json<'_>) -> String {
    match node {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
        Json::Text(value) => quoted(value),
        Json::Array(elements) if elements.is_empty() => "[]".to_owned(),
        Json::Array(elements) => format!("[{} elements]", elements.len()),
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => format!("{{{} members}}", members.len()),
    }
}

/// A text in quotes.
pub(super) fn quoted(value: &str) -> String {
    serde_json::Value::from(text(value)).to_string()
}

/// What was taken from a place that needed more than a look.
pub(super) fn taken(found: &Found<'_>) -> Option<String> {
    match found {
        Found::Scalar(Scalar::Text(value)) => Some(quoted(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_short_and_without_signatures() {
        let long = "x".repeat(61);
        let document = format!(
            r#"[null, true, 1.50, "a \"b\"", "", [], [1, 2], {{}}, {{"a": 1}}, "{long}", "https://x.test/a.mp4?Signature=s3cr3t", "a? b"]"#
        );
        let Ok(Json::Array(elements)) = Json::parse(document.as_bytes()) else { panic!("a list") };
        let shown: Vec<String> = elements.iter().map(node).collect();
        let short = format!("\"{}…\"", "x".repeat(60));
        let expected = [
            "null",
            "true",
            "1.5",
            r#""a \"b\"""#,
            r#""""#,
            "[]",
            "[2 elements]",
            "{}",
            "{1 members}",
            &short,
            r#""https://x.test/a.mp4?…""#,
            r#""a? b""#,
        ];
        assert_eq!(shown, expected);
        assert_eq!(nodes(elements.iter().take(5)), ["null", "true", "1.5", "2 more"]);
    }
}
