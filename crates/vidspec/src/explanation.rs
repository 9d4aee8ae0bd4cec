//! How an answer was judged, step by step.

use std::sync::Arc;

use serde::Serialize;

/// How an answer was judged, step by step, in the order of judgement.
///
/// The code that judges tells each step itself, so this is what has happened and not a guess at it. A long value is shortened, and of
/// an address the query is cut, which may hold a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The part of the definition that describes the answer: `status` or `result`.
    pub answer: &'static str,
    /// The HTTP status of the answer.
    pub http_status: u16,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The stage of judgement that it belongs to.
    pub stage: Stage,
    /// What it did.
    pub effect: Effect,
    /// The part of the definition that it followed, if it was one.
    pub place: Option<Place>,
    /// What it came to, in a sentence for people.
    pub conclusion: String,
    /// What was looked at for it, in this order.
    pub looks: Vec<Look>,
}

/// The stages of judgement, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// What has come: the kind of the body, and the provider's id of the exchange.
    Body,
    /// The rules, of which the first that holds decides.
    Rules,
    /// Whether the API refuses to answer.
    Problem,
    /// The provider's word for the state, and what it means.
    Status,
    /// Why the job ended badly.
    Error,
    /// Outputs, progress, times and details.
    Values,
    /// The second request.
    Result,
    /// What does not fit together.
    Guards,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// It gave the state or the problem.
    Decided,
    /// It gave a part of the report.
    Used,
    /// It gave nothing.
    None,
}

/// A part of a definition, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// Such as `status.rules[2]`.
    pub path: String,
    /// The file. That of a definition that is built in has no folder.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
}

/// A look at one place of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Look {
    /// Where: a JSONPath, `header.<name>`, `http`, `body`, `text`, a template; `any` for the alternatives of a condition.
    pub at: String,
    /// What a condition wants there; `None` where any usable value serves.
    pub expected: Option<String>,
    /// What stood there, in the notation of JSON, shortened; empty for nothing at all.
    pub found: Vec<String>,
    /// What `capture` and `into` made of it, where the definition has them.
    pub taken: Option<String>,
    /// Whether the condition holds, or the value is usable: null and what is empty are not.
    pub holds: bool,
}

impl Look {
    /// A look for any usable value.
    pub(crate) fn of(at: &str, found: Vec<String>, usable: bool) -> Self {
        Self { at: at.to_owned(), expected: None, found, taken: None, holds: usable }
    }
}

impl Stage {
    /// Its number in the order of judgement, from 1.
    pub fn number(self) -> u8 {
        match self {
            Self::Body => 1,
            Self::Rules => 2,
            Self::Problem => 3,
            Self::Status => 4,
            Self::Error => 5,
            Self::Values => 6,
            Self::Result => 7,
            Self::Guards => 8,
        }
    }

    /// The word used in JSON, such as `rules`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Rules => "rules",
            Self::Problem => "problem",
            Self::Status => "status",
            Self::Error => "error",
            Self::Values => "values",
            Self::Result => "result",
            Self::Guards => "guards",
        }
    }
}
