//! A verdict: what an answer means. A state of the job, or a problem of the question.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

#[cfg(feature = "schema")]
use super::schema;
use super::source::Source;
use crate::code::Code;
use crate::failure::{Reason, Retryable};
use crate::problem::ProblemKind;
use crate::state::State;

/// What an answer means.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) ruling: Ruling,
    /// Why the job ended badly; beats the table of `error.codes`.
    pub(crate) reason: Option<Reason>,
    pub(crate) retryable: Option<Retryable>,
    /// Where the code and the sentence stand; beat those of `error` or `problem`.
    pub(crate) code: Option<Source>,
    pub(crate) message: Option<Source>,
    /// That a completed job of this kind has no file.
    pub(crate) without_outputs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    State(State),
    Problem(ProblemKind),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.ruling {
            Ruling::State(state) => state.as_str(),
            Ruling::Problem(kind) => kind.as_str(),
        })?;
        self.reason.map_or(Ok(()), |reason| write!(f, ", {}", reason.as_str()))?;
        self.retryable.map_or(Ok(()), |retryable| write!(f, ", retryable: {}", retryable.as_str()))?;
        if self.without_outputs { f.write_str(", outputs: none") } else { Ok(()) }
    }
}

impl From<State> for Verdict {
    fn from(state: State) -> Self {
        Self { ruling: Ruling::State(state), reason: None, retryable: None, code: None, message: None, without_outputs: false }
    }
}

/// A state with more about it, or a problem.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = schema::one_of(&["state", "problem"]))))]
#[serde(deny_unknown_fields)]
pub(super) struct VerdictForm {
    /// The state of the job.
    #[serde(default)]
    state: Option<State>,
    /// Instead of a state: why this answer tells none.
    #[serde(default)]
    problem: Option<ProblemKind>,
    /// Why the job ended badly; beats the table of `error.codes`.
    #[serde(default)]
    reason: Option<Reason>,
    /// Whether submitting the same job again can help.
    #[serde(default)]
    retryable: Option<Retryable>,
    /// Where the code stands; beats that of `error` or `problem`.
    #[serde(default)]
    code: Option<Source>,
    /// Where the sentence stands; beats that of `error` or `problem`.
    #[serde(default)]
    message: Option<Source>,
    /// `none` says that a completed job of this kind has no file.
    #[serde(default)]
    outputs: Option<NoOutputs>,
}

/// `outputs: none`.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum NoOutputs {
    /// There is no file, and none is missing.
    None,
}

impl<'de> Deserialize<'de> for Verdict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(VerdictVisitor)
    }
}

struct VerdictVisitor;

impl<'de> Visitor<'de> for VerdictVisitor {
    type Value = Verdict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state such as `processing`, or a mapping with `state` or `problem`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Verdict, E> {
        let is_problem = ProblemKind::deserialize(de::value::StrDeserializer::<E>::new(text)).is_ok();
        if is_problem {
            let message = format!("expected a state, found the problem `{text}`: write {{ problem: {text} }}");
            return Err(de::Error::custom(Code::UnknownWord.tag(message)));
        }
        State::deserialize(de::value::StrDeserializer::new(text)).map(Verdict::from)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Verdict, A::Error> {
        let long = VerdictForm::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let ruling = match (long.state, long.problem) {
            (Some(state), None) => Ruling::State(state),
            (None, Some(problem)) => Ruling::Problem(problem),
            (state, _) => {
                let code = if state.is_none() { Code::MissingKey } else { Code::MisplacedKey };
                return Err(de::Error::custom(code.tag("expected exactly one of `state` and `problem`")));
            }
        };
        Ok(Verdict {
            ruling,
            reason: long.reason,
            retryable: long.retryable,
            code: long.code,
            message: long.message,
            without_outputs: long.outputs.is_some(),
        })
    }
}
