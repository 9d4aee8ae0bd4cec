//! Tables of codes, and the two sections that hold them: how a job explains that it ended badly (`error`), and how the API
//! refuses to answer (`problem`).

use std::fmt;

use indexmap::IndexMap;
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::leaf::{FromScalar, Word};
use super::pattern::Pattern;
#[cfg(feature = "schema")]
use super::schema;
use super::source::Source;
use crate::effort::Effort;
use crate::failure::{Reason, Retryable};
use crate::problem::ProblemKind;

/// What codes mean. A code is looked up exactly, then by the longest prefix (`SAFETY.*`), then by the patterns (`/…/`)
/// in their order.
#[derive(Clone, Debug)]
pub(crate) struct CodeTable<T> {
    entries: IndexMap<Word, T>,
    /// Longest first.
    prefixes: Vec<Word>,
    patterns: Vec<(Word, Pattern)>,
}

impl<T> Default for CodeTable<T> {
    fn default() -> Self {
        Self { entries: IndexMap::new(), prefixes: Vec::new(), patterns: Vec::new() }
    }
}

impl<T> CodeTable<T> {
    /// What the code means, and the key that said so.
    pub(crate) fn get(&self, code: &str, effort: &Effort) -> Option<(&Word, &T)> {
        if let Some((_, word, meaning)) = self.entries.get_full(code) {
            return Some((word, meaning));
        }
        let prefix =
            self.prefixes.iter().find(|prefix| prefix.as_str().strip_suffix('*').is_some_and(|start| code.starts_with(start)));
        let matching = || self.patterns.iter().find(|(_, pattern)| pattern.is_match_within(code, effort));
        let key = prefix.or_else(|| matching().map(|(word, _)| word))?;
        self.entries.get_full(key).map(|(_, word, meaning)| (word, meaning))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &Word> {
        self.entries.keys()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for CodeTable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = IndexMap::<CodeKey, T>::deserialize(deserializer)?;
        let mut table = Self::default();
        for (key, meaning) in entries {
            match key.pattern {
                Some(pattern) => table.patterns.push((key.word.clone(), pattern)),
                None if key.word.as_str().ends_with('*') => table.prefixes.push(key.word.clone()),
                None => {}
            }
            table.entries.insert(key.word, meaning);
        }
        table.prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.as_str().len()));
        Ok(table)
    }
}

struct CodeKey {
    word: Word,
    pattern: Option<Pattern>,
}

impl PartialEq for CodeKey {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for CodeKey {}

impl std::hash::Hash for CodeKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.word.hash(state);
    }
}

impl FromScalar for CodeKey {
    const EXPECTED: &'static str = "a code such as `5000`, a prefix such as `SAFETY.*`, or a pattern such as `/moderation/`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        let expression =
            text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|expression| !expression.is_empty());
        let pattern = expression.map(Pattern::from_scalar).transpose()?;
        Ok(Self { word: Word(text.into()), pattern })
    }
}

impl<'de> Deserialize<'de> for CodeKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::leaf::scalar(deserializer)
    }
}

/// How a code was found in a table, for a sentence.
pub(crate) fn found_as(key: &Word, code: &str) -> String {
    match key.as_str() {
        key if key == code => format!("the code `{key}`"),
        key if key.ends_with('*') => format!("the code, by the prefix `{key}`"),
        key => format!("the code, by the pattern `{key}`"),
    }
}

/// How a job explains that it ended badly.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct JobError {
    /// Where its code stands, such as `$.error.code`.
    pub(crate) code: Option<Source>,
    /// Where its sentence stands, such as `$.error.message`.
    pub(crate) message: Option<Source>,
    /// What the codes mean. A key is a code, the beginning of codes such as `SAFETY.*`, or a pattern between slashes.
    pub(crate) codes: CodeTable<FailureClass>,
}

/// How the API refuses to answer.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("dependencies" = schema::needs(&schema::REFUSAL))))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Refusal {
    /// Where its code stands; of several, the first that `codes` lists decides.
    pub(crate) code: Option<Source>,
    /// Where its sentence stands.
    pub(crate) message: Option<Source>,
    /// The codes that mean "no problem"; with them the code is also looked at where HTTP says success.
    pub(crate) ok: Vec<Word>,
    /// What the codes mean. A key is a code, the beginning of codes such as `AUTH.*`, or a pattern between slashes.
    pub(crate) codes: CodeTable<ProblemKind>,
    /// Where the time to wait stands, beside the header `Retry-After`.
    pub(crate) retry_after: Option<Source>,
}

/// The class of a failure: `moderated`, or `{ reason: moderated, retryable: no }`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailureClass {
    pub(crate) reason: Reason,
    pub(crate) retryable: Option<Retryable>,
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.as_str())?;
        self.retryable.map_or(Ok(()), |retryable| write!(f, ", retryable: {}", retryable.as_str()))
    }
}

/// Why a job ended badly, and whether submitting it again can help.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FailureClassForm {
    /// The class of the cause.
    reason: Reason,
    /// Whether submitting the same job again can help.
    #[serde(default)]
    retryable: Option<Retryable>,
}

impl<'de> Deserialize<'de> for FailureClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FailureClassVisitor)
    }
}

struct FailureClassVisitor;

impl<'de> Visitor<'de> for FailureClassVisitor {
    type Value = FailureClass;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reason such as `moderated`, or a mapping with `reason` and `retryable`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<FailureClass, E> {
        let reason = Reason::deserialize(de::value::StrDeserializer::new(text))?;
        Ok(FailureClass { reason, retryable: None })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<FailureClass, A::Error> {
        let form = FailureClassForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(FailureClass { reason: form.reason, retryable: form.retryable })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_beats_longest_prefix_beats_pattern() {
        let table: CodeTable<Word> = serde_json::from_str(
            r#"{"/^SAFETY/": "pattern", "SAFETY.*": "short", "SAFETY.INPUT.*": "long", "SAFETY.INPUT.TEXT": "exact", "/\\((\\d+)\\)$/": "number"}"#,
        )
        .unwrap();
        for (code, meaning) in [
            ("SAFETY.INPUT.TEXT", Some("exact")),
            ("SAFETY.INPUT.IMAGE", Some("long")),
            ("SAFETY.OUTPUT.X", Some("short")),
            ("SAFETYX", Some("pattern")),
            ("rate limit (1002)", Some("number")),
            ("OTHER", None),
            ("SAFETY.*", Some("short")),
        ] {
            assert_eq!(table.get(code, &Effort::for_body(0)).map(|(_, word)| word.as_str()), meaning, "{code}");
        }
    }

    #[test]
    fn how_a_code_was_found_is_told() {
        for (key, code, told) in [
            ("5001", "5001", "the code `5001`"),
            ("SAFETY.*", "SAFETY.*", "the code `SAFETY.*`"),
            ("SAFETY.*", "SAFETY.INPUT", "the code, by the prefix `SAFETY.*`"),
            ("/moderation/", "text-moderation", "the code, by the pattern `/moderation/`"),
        ] {
            assert_eq!(found_as(&Word(key.into()), code), told);
        }
    }
}
