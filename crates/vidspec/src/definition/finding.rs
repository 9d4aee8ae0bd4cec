//! What is found in a definition, and the part that it is in.

use crate::code::Code;

use std::fmt::Write as _;

/// A step from a part of a definition to one of its own parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// The path of a part: `at!["status", "rules", 3]`.
macro_rules! at {
    ($($step:expr),*) => { [$(crate::definition::Step::from($step)),*].as_slice() };
}
pub(crate) use at;

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The path of a part of a part.
pub(crate) fn below(at: &[Step], step: impl Into<Step>) -> Vec<Step> {
    at.iter().cloned().chain([step.into()]).collect()
}

/// A path as text: `status.rules[3]`.
pub(crate) fn path_text(at: &[Step]) -> String {
    let mut text = String::new();
    for step in at {
        let _ = match step {
            Step::Key(key) if text.is_empty() => write!(text, "{key}"),
            Step::Key(key) => write!(text, ".{key}"),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}

/// Something found, and the part of the definition that it is in.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) at: Vec<Step>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Nothing is said if this part, or something of it, was taken out as mistaken: that may be the only reason.
    pub(crate) unless_broken: Option<Vec<Step>>,
    /// The key or value of the part that is meant.
    pub(crate) quote: Option<String>,
    /// That it is only told where the file itself holds that key or value. What it inherits is told where it was written.
    pub(crate) own_only: bool,
}

impl Finding {
    pub(crate) fn new(code: Code, at: Vec<Step>, message: String) -> Self {
        Self { code, at, message, help: None, unless_broken: None, quote: None, own_only: false }
    }
}
