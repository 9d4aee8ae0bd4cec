//! A JSONPath (RFC 9535), compiled once.
//!
//! Nearly all paths of definitions only go down by names and indices (`$.data.status`, `$.files[*].url`). Those are walked
//! directly, which is some twenty times faster; everything else is given to `jsonpath-rust`.

use jsonpath_rust::parser::model::JpQuery;

use crate::json::Json;

/// Longer expressions are refused: they are mistakes, or attacks on whoever checks the definition.
const LONGEST: usize = 512;

/// Deeper nesting is refused too: the library's time doubles with each level.
const DEEPEST: usize = 8;

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
    /// The same with `[*]` in it.
    Branching(Vec<Step>),
    Full(Box<JpQuery>),
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Member(Box<str>),
    Element(i64),
    All,
}

impl JsonPath {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a JSONPath of {} bytes is too long; the limit is {LONGEST}", text.len()));
        }
        let query = match parse_steps(text) {
            Some(steps) if steps.contains(&Step::All) => Query::Branching(steps),
            Some(steps) => Query::Singular(steps),
            None => Query::Full(Box::new(parse_full(text)?)),
        };
        Ok(Self { text: text.into(), query })
    }

    /// All places that the path names in this document, in order.
    pub(crate) fn select<'v, 'b>(&self, document: &'v Json<'b>) -> Nodes<'v, 'b> {
        match &self.query {
            Query::Singular(steps) => Nodes::One(walk(document, steps)),
            Query::Branching(steps) => {
                let mut found = Vec::new();
                branch(document, steps, &mut found);
                Nodes::Many(found.into_iter())
            }
            Query::Full(query) => {
                // The only error is a failing regular expression inside a filter, which then selects nothing.
                let found = jsonpath_rust::query::js_path_process(query, document).unwrap_or_default();
                Nodes::Many(found.into_iter().map(jsonpath_rust::query::QueryRef::val).collect::<Vec<_>>().into_iter())
            }
        }
    }

    /// Whether it names one place at most, whatever the document.
    pub(crate) fn is_singular(&self) -> bool {
        matches!(self.query, Query::Singular(_))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// The places that a path named.
pub(crate) enum Nodes<'v, 'b> {
    One(Option<&'v Json<'b>>),
    Many(std::vec::IntoIter<&'v Json<'b>>),
}

impl<'v, 'b> Iterator for Nodes<'v, 'b> {
    type Item = &'v Json<'b>;

    fn next(&mut self) -> Option<&'v Json<'b>> {
        match self {
            Self::One(node) => node.take(),
            Self::Many(nodes) => nodes.next(),
        }
    }
}

fn walk<'v, 'b>(document: &'v Json<'b>, steps: &[Step]) -> Option<&'v Json<'b>> {
    steps.iter().try_fold(document, |node, step| go(node, step))
}

fn go<'v, 'b>(node: &'v Json<'b>, step: &Step) -> Option<&'v Json<'b>> {
    match (step, node) {
        (Step::Member(name), node) => node.member(name),
        (Step::Element(index), Json::Array(elements)) => {
            let index = if *index < 0 {
                elements.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
            } else {
                usize::try_from(*index).ok()?
            };
            elements.get(index)
        }
        _ => None,
    }
}

fn branch<'v, 'b>(node: &'v Json<'b>, steps: &[Step], found: &mut Vec<&'v Json<'b>>) {
    match (steps.split_first(), node) {
        (None, node) => found.push(node),
        (Some((Step::All, rest)), Json::Array(elements)) => elements.iter().for_each(|element| branch(element, rest, found)),
        (Some((Step::All, rest)), Json::Object(members)) => members.iter().for_each(|(_, member)| branch(member, rest, found)),
        (Some((step, rest)), node) => {
            if let Some(child) = go(node, step) {
                branch(child, rest, found);
            }
        }
    }
}

/// Reads the paths that are walked: names, quoted names without escapes, indices and `[*]`.
/// `None` means only that the full parser must look at it.
fn parse_steps(text: &str) -> Option<Vec<Step>> {
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
    if inside == "*" {
        return Some(Step::All);
    }
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
    if nesting(text) > DEEPEST {
        return Err(format!("expected brackets nested at most {DEEPEST} deep in a JSONPath, found deeper ones"));
    }
    if text.contains("!!") {
        return Err(format!("`{text}` is not a JSONPath: expected one `!`, found several"));
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

fn nesting(text: &str) -> usize {
    let mut depth = 0_usize;
    let depths = text.bytes().map(|byte| {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth
    });
    depths.max().unwrap_or_default()
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

    fn selected(path: &str, document: &str) -> Vec<String> {
        let document = Json::parse(document.as_bytes()).unwrap();
        let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{error}"));
        path.select(&document).map(|node| format!("{node:?}")).collect()
    }

    fn numbers(numbers: &[i64]) -> Vec<String> {
        numbers.iter().map(|number| format!("{:?}", Json::from(*number))).collect()
    }

    #[test]
    fn names_and_indices_are_walked() {
        let document = r#"{"a": {"b c": [10, 20, 30], "d": [{"e": 1}, {"f": 2}, {"e": 3}]}}"#;
        for (path, expected) in [
            ("$.a['b c'][0]", vec![10]),
            ("$['a'][\"b c\"][-1]", vec![30]),
            ("$.a['b c'][3]", vec![]),
            ("$.a['b c'][-4]", vec![]),
            ("$.a['b c'].x", vec![]),
            ("$.a['b c'][*]", vec![10, 20, 30]),
            ("$.a.d[*].e", vec![1, 3]),
            ("$.a.d[*][*]", vec![1, 2, 3]),
        ] {
            assert!(parse_steps(path).is_some(), "{path}");
            assert_eq!(selected(path, document), numbers(&expected), "{path}");
        }
    }

    #[test]
    fn other_paths_go_to_the_library() {
        let document = r#"{"v": [{"type": "gif", "n": 1}, {"type": "mp4", "n": 2}]}"#;
        for (path, expected) in [("$.v[?@.type=='mp4'].n", vec![2]), ("$..n", vec![1, 2]), ("$.v[0:1].n", vec![1])] {
            assert!(parse_steps(path).is_none(), "{path}");
            assert_eq!(selected(path, document), numbers(&expected), "{path}");
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
        fn the_short_way_agrees_with_the_library(path in r"\$(\.[a-c]{1,2}|\['[a-c ]{1,2}'\]|\[-?[0-2]\]|\[\*\]|\.|\[|\]){0,4}") {
            let body = r#"{"a": [{"b": 1}, {"bb": [1, 2, 3]}], "b": {"a": {"c": "x"}}, "a b": 5}"#;
            let document = Json::parse(body.as_bytes()).unwrap();
            if parse_steps(&path).is_some() {
                let full = parse_full(&path).expect("accepted by the library too");
                let found = jsonpath_rust::query::js_path_process(&full, &document).unwrap();
                let found: Vec<_> = found.into_iter().map(jsonpath_rust::query::QueryRef::val).collect();
                prop_assert_eq!(JsonPath::parse(&path).unwrap().select(&document).collect::<Vec<_>>(), found);
            }
        }

        #[test]
        fn nothing_panics(path in "\\PC{0,40}") {
            let _ = JsonPath::parse(&path);
        }
    }
}
