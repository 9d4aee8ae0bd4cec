//! Regular expressions.

use serde::de::{Deserialize, Deserializer};

use super::leaf::{FromScalar, deserialize_from_scalar, scalar};
use crate::code::Code;
use crate::effort::Effort;

deserialize_from_scalar!(Pattern);

/// A regular expression. Its classes (`\w`, `\d`, `\b`, `(?i)`) know ASCII only.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    expression: regex_lite::Regex,
    /// What it matches where that is only one of some texts, as in `quota exceeded|no credits`: those are found much quicker.
    plain: Option<Box<[Box<str>]>>,
}

/// Definitions can come from strangers, so neither a large expression nor a long text can be made to take long.
const LARGEST_PATTERN: usize = 8 * 1024;
const LONGEST_TEXT: usize = 64 * 1024;

/// Characters that mean something in an expression, apart from `|`.
const META: [char; 13] = ['\\', '.', '+', '*', '?', '(', ')', '[', ']', '{', '}', '^', '$'];

impl Pattern {
    pub(crate) fn compile(text: &str) -> Result<Self, String> {
        let compiled = regex_lite::RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build();
        let plain = || (!text.contains(META)).then(|| text.split('|').map(Box::from).collect());
        compiled.map(|expression| Self { expression, plain: plain() }).map_err(|error| {
            let detail = error.to_string();
            let reason = detail.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("`{text}` is not a regular expression: {reason}")
        })
    }

    /// For what a user gives: an id or a param.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.finds(beginning(text))
    }

    /// For what a server answers.
    pub(crate) fn is_match_within(&self, text: &str, effort: &Effort) -> bool {
        let text = beginning(text);
        effort.spend_on_match(text.len()).is_continue() && self.finds(text)
    }

    fn finds(&self, text: &str) -> bool {
        match &self.plain {
            Some(plain) => plain.iter().any(|plain| memchr::memmem::find(text.as_bytes(), plain.as_bytes()).is_some()),
            None => self.expression.is_match(text),
        }
    }

    /// The names of its groups that have one.
    pub(crate) fn group_names(&self) -> impl Iterator<Item = &str> {
        self.expression.capture_names().flatten()
    }

    /// The named groups and what they hold; `None` if the expression does not match.
    pub(crate) fn groups<'p, 't>(&'p self, text: &'t str) -> Option<impl Iterator<Item = (&'p str, &'t str)>> {
        let captures = self.expression.captures(beginning(text))?;
        let group = move |name| Some((name, captures.name(name)?.as_str()));
        Some(self.group_names().filter_map(group))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.expression.as_str()
    }

    /// The first group of the expression, or all that it matched.
    pub(crate) fn capture<'t>(&self, text: &'t str, effort: &Effort) -> Option<&'t str> {
        let text = beginning(text);
        effort.spend_on_match(text.len()).continue_value()?;
        let captures = self.expression.captures(text)?;
        captures.get(1).or(captures.get(0)).map(|part| part.as_str())
    }
}

fn beginning(text: &str) -> &str {
    let end = (0..=LONGEST_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

impl FromScalar for Pattern {
    const EXPECTED: &'static str = "a regular expression";

    fn from_scalar(text: &str) -> Result<Self, String> {
        Self::compile(text).map_err(|message| Code::BadPattern.tag(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_found_as_the_expression_finds_them() {
        for expression in ["quota exceeded|no credits", "1010", "a||b", "", "a b", "é|ß", r"a\.b", "(?i)Quota", "^a", "a-b&c,d#e"]
        {
            let pattern = Pattern::compile(expression).unwrap();
            let regex = regex_lite::Regex::new(expression).unwrap();
            for text in ["", "your quota exceeded", "Quota", "no credits", "x1010y", "b", "a b", "é", "a.b", "a|b", "a-b&c,d#e"]
            {
                assert_eq!(pattern.is_match(text), regex.is_match(text), "`{expression}` in `{text}`");
            }
        }
    }
}
