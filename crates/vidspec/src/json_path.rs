//! A JSONPath (RFC 9535), compiled once.
//!
//! Nearly all paths of definitions name exactly one place (`$.data.status`). Those are walked directly, which is some
//! twenty times faster; everything else is given to `jsonpath-rust`.

use jsonpath_rust::parser::model::JpQuery;
use serde_json::Value;

/// Longer expressions are refused: they are mistakes, or attacks on whoever checks the definition.
const LONGEST: usize = 512;

/// A compiled JSONPath.
#[derive(Clone, Debug)]
pub(crate) struct JsonPath {
    text: Box<str>,
    query: Query,
}

#[derive(Clone, Debug)]
enum Query {
    /// Names one place at most (a "singular query" of RFC 9535, section 2.3.5.1).
    Singular(Vec<Step>),
    Full(Box<JpQuery>),
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Member(Box<str>),
    Element(i64),
}

impl JsonPath {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a JSONPath of {} bytes is too long; the limit is {LONGEST}", text.len()));
        }
        let query = match parse_singular(text) {
            Some(steps) => Query::Singular(steps),
            None => Query::Full(Box::new(parse_full(text)?)),
        };
        Ok(Self { text: text.into(), query })
    }

    /// All places that the path names in this document, in order.
    pub(crate) fn select<'v>(&self, document: &'v Value) -> Nodes<'v> {
        match &self.query {
            Query::Singular(steps) => Nodes::One(walk(document, steps)),
            Query::Full(query) => {
                // The only error is a failing regular expression inside a filter, which then selects nothing.
                let found = jsonpath_rust::query::js_path_process(query, document).unwrap_or_default();
                Nodes::Many(found.into_iter().map(jsonpath_rust::query::QueryRef::val).collect::<Vec<_>>().into_iter())
            }
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// The places that a path named.
pub(crate) enum Nodes<'v> {
    One(Option<&'v Value>),
    Many(std::vec::IntoIter<&'v Value>),
}

impl<'v> Iterator for Nodes<'v> {
    type Item = &'v Value;

    fn next(&mut self) -> Option<&'v Value> {
        match self {
            Self::One(node) => node.take(),
            Self::Many(nodes) => nodes.next(),
        }
    }
}

fn walk<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(document, |node, step| match (step, node) {
        (Step::Member(name), Value::Object(members)) => members.get(&**name),
        (Step::Element(index), Value::Array(elements)) => {
            let index = if *index < 0 {
                elements.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
            } else {
                usize::try_from(*index).ok()?
            };
            elements.get(index)
        }
        _ => None,
    })
}

/// Reads the singular paths that definitions use: names, quoted names without escapes, and indices.
/// `None` means only that the full parser must look at it.
fn parse_singular(text: &str) -> Option<Vec<Step>> {
    let mut rest = text.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('.') {
            let end = tail.find(['.', '[']).unwrap_or(tail.len());
            let (name, tail) = tail.split_at(end);
            let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !well_formed {
                return None;
            }
            steps.push(Step::Member(name.into()));
            rest = tail;
        } else {
            let tail = rest.strip_prefix('[')?;
            let (inside, tail) = tail.split_once(']')?;
            steps.push(parse_bracket(inside)?);
            rest = tail;
        }
    }
    Some(steps)
}

fn parse_bracket(inside: &str) -> Option<Step> {
    for quote in ['\'', '"'] {
        if let Some(name) = inside.strip_prefix(quote).and_then(|name| name.strip_suffix(quote)) {
            let plain = name.chars().all(|c| c != quote && c != '\\' && !c.is_control());
            return plain.then(|| Step::Member(name.into()));
        }
    }
    let digits = inside.strip_prefix('-').unwrap_or(inside);
    let canonical = digits == "0" && digits == inside
        || !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    // RFC 9535, section 2.1: indices are integers that every JSON implementation can hold.
    let index: i64 = if canonical { inside.parse().ok()? } else { return None };
    (index.unsigned_abs() < (1 << 53)).then_some(Step::Element(index))
}

fn parse_full(text: &str) -> Result<JpQuery, String> {
    if !text.starts_with('$') {
        return Err(format!("expected a JSONPath, which starts with `$`, found `{text}`"));
    }
    if space_between_names(text) {
        return Err(format!("`{text}` is not a JSONPath: a name with a space needs brackets and quotes, as in `$['a b']`"));
    }
    jsonpath_rust::parser::parse_json_path(text).map_err(|error| {
        // The parser draws its own picture of several lines; the first line with words says what it missed.
        let detail = error.to_string();
        let reason = detail.lines().rev().map(|line| line.trim_start_matches([' ', '=', '|'])).find(|line| !line.is_empty());
        format!("`{text}` is not a JSONPath: {}", reason.unwrap_or("it cannot be read"))
    })
}

/// White space outside brackets, which the library takes for a part of the name around it.
fn space_between_names(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && byte.is_ascii_whitespace()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn first(path: &str, document: &Value) -> Option<Value> {
        JsonPath::parse(path).unwrap().select(document).next().cloned()
    }

    #[test]
    fn singular_paths_are_walked() {
        let document = json!({"a": {"b c": [10, 20, 30]}, "x": null});
        for (path, expected) in [
            ("$.a['b c'][0]", Some(json!(10))),
            ("$['a'][\"b c\"][-1]", Some(json!(30))),
            ("$.a['b c'][3]", None),
            ("$.a['b c'][-4]", None),
            ("$.x", Some(json!(null))),
            ("$.x.y", None),
            ("$", Some(document.clone())),
        ] {
            assert!(parse_singular(path).is_some(), "{path}");
            assert_eq!(first(path, &document), expected, "{path}");
        }
    }

    #[test]
    fn other_paths_go_to_the_library() {
        let document = json!({"v": [{"type": "gif", "url": "g"}, {"type": "mp4", "url": "m"}]});
        for (path, expected) in
            [("$.v[?@.type=='mp4'].url", vec!["m"]), ("$.v[*].url", vec!["g", "m"]), ("$..url", vec!["g", "m"])]
        {
            assert!(parse_singular(path).is_none(), "{path}");
            let path = JsonPath::parse(path).unwrap();
            assert_eq!(path.select(&document).filter_map(Value::as_str).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in ["", "status", "$.", "$..", "$.a[", "$.a[01]", "$.a b", "$.a['x'y]", "$[9007199254740992]"] {
            assert!(JsonPath::parse(path).is_err(), "{path} was accepted");
        }
        assert!(JsonPath::parse(&format!("$.{}", "a".repeat(600))).is_err());
    }

    proptest! {
        /// Whatever the short way accepts, the library accepts too, and both select the same.
        #[test]
        fn the_short_way_agrees_with_the_library(path in r"\$(\.[a-c]{1,2}|\['[a-c ]{1,2}'\]|\[-?[0-2]\]|\.|\[|\]){0,4}") {
            let document = json!({"a": [{"b": 1}, {"bb": [1, 2, 3]}], "b": {"a": {"c": "x"}}, "a b": 5});
            if let Some(steps) = parse_singular(&path) {
                let full = parse_full(&path).expect("accepted by the library too");
                let found = jsonpath_rust::query::js_path_process(&full, &document).unwrap();
                prop_assert_eq!(walk(&document, &steps), found.into_iter().map(jsonpath_rust::query::QueryRef::val).next());
            }
        }

        #[test]
        fn nothing_panics(path in "\\PC{0,40}") {
            let _ = JsonPath::parse(&path);
        }
    }
}
