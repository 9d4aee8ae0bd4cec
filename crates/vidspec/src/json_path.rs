//! A JSONPath (RFC 9535), compiled once.
//!
//! Nearly all paths of definitions only go down by names and indices (`$.data.status`, `$.files[0].url`). Those are read and
//! walked directly, which is some twenty times faster; everything else is read by `jsonpath-rust` and walked in [`walk`].

use std::ops::ControlFlow;

use crate::effort::Effort;
use crate::json::Json;

mod query;
mod short;
mod walk;

use query::{Segment, Selector};
use walk::Walk;

/// Longer expressions are refused: they are mistakes, or attacks on whoever checks the definition.
const LONGEST: usize = 512;

/// Deeper nesting is refused too: the parser's time doubles with each level.
const DEEPEST: usize = 8;

/// A compiled JSONPath.
#[derive(Clone, Debug)]
pub(crate) struct JsonPath {
    text: Box<str>,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    /// Names and indices: one place at most (a "singular query" of RFC 9535, section 2.3.5.1).
    Singular(Vec<Selector>),
    Any(Vec<Segment>),
}

impl JsonPath {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a JSONPath of {} bytes is too long; the limit is {LONGEST}", text.len()));
        }
        let way = match short::parse(text) {
            Some(selectors) if selectors.iter().any(|selector| matches!(selector, Selector::Wildcard)) => {
                Way::Any(selectors.into_iter().map(Segment::from).collect())
            }
            Some(selectors) => Way::Singular(selectors),
            None => Way::Any(parse_full(text)?),
        };
        Ok(Self { text: text.into(), way })
    }

    /// All places that the path names in this document, in order; not all of them where the effort does not last.
    pub(crate) fn select<'v, 'b>(&self, document: &'v Json<'b>, effort: &Effort) -> Nodes<'v, 'b> {
        match &self.way {
            Way::Singular(selectors) => {
                Nodes::One(selectors.iter().try_fold(document, |node, selector| walk::child(node, selector, effort)))
            }
            Way::Any(segments) => {
                let mut found = Vec::new();
                let _ = Walk { document, effort }.all(document, segments, &mut |node| {
                    found.push(node);
                    ControlFlow::Continue(())
                });
                Nodes::Many(found.into_iter())
            }
        }
    }

    /// Whether it names one place at most, whatever the document.
    pub(crate) fn is_singular(&self) -> bool {
        matches!(self.way, Way::Singular(_))
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

fn parse_full(text: &str) -> Result<Vec<Segment>, String> {
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
    let refused = |reason: &str| format!("`{text}` is not a JSONPath: {reason}");
    let parsed = jsonpath_rust::parser::parse_json_path(text).map_err(|error| {
        // The parser draws its own picture of several lines; the first line with words says what it missed.
        let detail = error.to_string();
        let reason = detail.lines().rev().map(|line| line.trim_start_matches([' ', '=', '|'])).find(|line| !line.is_empty());
        refused(reason.unwrap_or("it cannot be read"))
    })?;
    query::segments(parsed).map_err(|reason| refused(&reason))
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
    use jsonpath_rust::query::{QueryRef, js_path};
    use proptest::prelude::*;
    use serde_json::Value;

    /// Its members stand in the order of their names, as the library's own tree has them.
    const SHELF: &str = r#"{"a b": {"c": [10, 20, 30]}, "best": "mp4", "files": [
        {"n": 1, "type": "gif", "url": "https://a.example/1.gif"},
        {"n": 2, "tags": ["x", "y"], "type": "mp4", "url": "https://a.example/2.mp4"},
        {"n": 2.0, "size": {"n": 5}, "type": "mp4"},
        "text", 7, null, [0, [1, 2]]
    ], "limit": 2}"#;

    fn selected(path: &str, document: &str) -> Vec<String> {
        let effort = Effort::for_body(document.len());
        let document = Json::parse(document.as_bytes()).unwrap();
        let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{error}"));
        path.select(&document, &effort).map(|node| format!("{node:?}")).collect()
    }

    fn numbers(numbers: &[i64]) -> Vec<String> {
        numbers.iter().map(|number| format!("{:?}", Json::from(*number))).collect()
    }

    /// What the library finds.
    fn by_library(path: &str, document: &str) -> Vec<String> {
        let document: Value = serde_json::from_str(document).unwrap();
        let found = js_path(path, &document).unwrap().into_iter().map(QueryRef::val);
        found.map(|node| format!("{:?}", Json::parse(node.to_string().as_bytes()).unwrap())).collect()
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
            assert!(short::parse(path).is_some(), "{path}");
            assert_eq!(selected(path, document), numbers(&expected), "{path}");
        }
    }

    #[test]
    fn slices_are_those_of_the_rfc() {
        let document = "[0,1,2,3,4,5,6]";
        for (path, expected) in [
            ("$[1:3]", vec![1, 2]),
            ("$[5:]", vec![5, 6]),
            ("$[1:5:2]", vec![1, 3]),
            ("$[5:1:-2]", vec![5, 3]),
            ("$[::-1]", vec![6, 5, 4, 3, 2, 1, 0]),
            ("$[-2:]", vec![5, 6]),
            ("$[:-5]", vec![0, 1]),
            ("$[-9:2]", vec![0, 1]),
            ("$[:-9:-3]", vec![6, 3, 0]),
            ("$[-3::-1]", vec![4, 3, 2, 1, 0]),
            ("$[9:3:-1]", vec![6, 5, 4]),
            ("$[3:1]", vec![]),
            ("$[::0]", vec![]),
            ("$[0:9007199254740991:9007199254740991]", vec![0]),
            ("$[0,-1]", vec![0, 6]),
        ] {
            assert_eq!(selected(path, document), numbers(&expected), "{path}");
        }
    }

    #[test]
    fn filters_select_as_the_rfc_says() {
        for (path, expected) in [
            ("$.files[?@.type=='mp4'].n", "[2, 2.0]"),
            ("$.files[?@.type==$.best && @.url].n", "[2]"),
            ("$.files[?@.type=='gif' || @.size.n>4].n", "[1, 2.0]"),
            ("$.files[?!@.url].n", "[2.0]"),
            ("$.files[?@.n>=$.limit].n", "[2, 2.0]"),
            ("$.files[?@.n<$.limit].n", "[1]"),
            ("$.files[?@.n==2.0].n", "[2, 2.0]"),
            ("$.files[?@.missing==@.absent].n", "[1, 2, 2.0]"),
            ("$.files[?@.type!='mp4' && @.n].n", "[1]"),
            ("$.files[?match(@.url, 'https://.*mp4')].n", "[2]"),
            ("$.files[?match(@.url, 'mp4|gif')].n", "[]"),
            ("$.files[?search(@.url, 'mp4|gif')].n", "[1, 2]"),
            ("$.files[?length(@.tags)==2].n", "[2]"),
            ("$.files[?length(@.type)==3].n", "[1, 2, 2.0]"),
            ("$.files[?count(@.*)>3].n", "[2]"),
            ("$.files[?value(@..n)==2].n", "[2]"),
            ("$.files[?@==7]", "[7]"),
            ("$.files[?@==null]", "[null]"),
            ("$..n", "[1, 2, 2.0, 5]"),
            ("$.files[6]..[1]", "[[1, 2], 2]"),
            ("$['a b']['c','d'][0,2]", "[10, 30]"),
        ] {
            let expected: Vec<Value> = serde_json::from_str(expected).unwrap();
            let expected: Vec<_> =
                expected.iter().map(|node| format!("{:?}", Json::parse(node.to_string().as_bytes()).unwrap())).collect();
            assert_eq!(selected(path, SHELF), expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in ["", "status", "$.", "$..", "$.a[", "$.a[01]", "$.a b", "$.a['x'y]", "$[9007199254740992]"] {
            assert!(JsonPath::parse(path).is_err(), "{path} was accepted");
        }
        assert!(JsonPath::parse(&format!("$.{}", "a".repeat(600))).is_err());
    }

    #[test]
    fn what_a_filter_cannot_say_is_refused_with_the_reason() {
        for (path, reason) in [
            ("$[?match(@.a, $.pattern)]", "expected a text in quotes as the pattern of `match` or `search`"),
            ("$[?match(@.a, '(')]", "`(` is not a regular expression"),
            ("$[?match(@.a, 'a)|(b')]", "`a)|(b` is not a regular expression"),
            ("$[?in(@.a, $.b)]", "`in` is no function of JSONPath"),
            ("$[?count(@.*)]", "expected a comparison"),
        ] {
            let refusal = JsonPath::parse(path).expect_err(path);
            assert!(refusal.contains(reason), "{path}: {refusal}");
        }
    }

    /// Each would run for minutes, and some fill the memory, if nothing ended it.
    #[test]
    fn a_walk_ends_with_its_effort() {
        let pairs = format!("[{}0]", "[0,[0]],".repeat(10_000));
        let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
        let long_names = format!(r#"{{"{}":[{}0]}}"#, "n".repeat(1 << 20), "0,".repeat(1 << 20));
        for (path, document, ends) in [
            ("$..*", &pairs, false),
            ("$..*", &long_names, false),
            ("$[*,*,*,*][*,*,*,*][*,*,*,*][*,*,*,*,*]", &pairs, false),
            ("$..*..*..*..*..*..*", &deep, true),
            ("$[?count($..*)>1]", &pairs, true),
            ("$[?@==$]", &pairs, false),
            ("$[?$==$]", &pairs, true),
            ("$..[?$..x]", &pairs, true),
            ("$..[?search('aaaaaaaaaa', '(a*)*b')]", &pairs, true),
        ] {
            let effort = Effort::for_body(document.len());
            let _places = JsonPath::parse(path).unwrap().select(&Json::parse(document.as_bytes()).unwrap(), &effort).count();
            assert_eq!(effort.is_spent(), ends, "{path}");
        }
    }

    proptest! {
        /// Whatever the short way accepts, the library accepts too, and both select the same.
        #[test]
        fn the_short_way_agrees_with_the_library(path in r"\$(\.[a-c]{1,2}|\['[a-c ]{1,2}'\]|\[-?[0-2]\]|\[\*\]|\.|\[|\]){0,4}") {
            let body = r#"{"a": [{"b": 1}, {"bb": [1, 2, 3]}], "a b": 5, "b": {"a": {"c": "x"}}}"#;
            if short::parse(&path).is_some() {
                prop_assert_eq!(selected(&path, body), by_library(&path, body));
            }
        }

        /// The library reads the same, and walks to the same places where one selector follows the other.
        #[test]
        fn the_walk_agrees_with_the_library(
            steps in prop::collection::vec(prop::sample::select(vec![
                ".files", ".n", "[*]", "..*", "..n", "[1:]", "[::-2]", "[-1]", "[?@.n==2]", "[?@.n>1 && @.type]", "[?!@.url]",
                "[?@.type==$.best]", "[?match(@.type,'m.4')]", "[?search(@.url,'gif')]", "[?count(@.*)==3]", "[?length(@)>2]",
            ]), 0..4),
        ) {
            let path = format!("${}", steps.concat());
            prop_assert_eq!(selected(&path, SHELF), by_library(&path, SHELF), "{}", path);
        }

        #[test]
        fn nothing_panics(path in "\\PC{0,40}") {
            let _ = JsonPath::parse(&path);
        }
    }
}
