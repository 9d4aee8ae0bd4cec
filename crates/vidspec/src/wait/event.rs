//! What is told while jobs are waited for.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::job::JobReference;
use crate::report::{Check, rounded};
use crate::state::State;
use crate::time::Timestamp;

/// One thing that happened to one job while it was waited for.
///
/// It serialises to the line that `vidspec wait --output ndjson` prints.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The job and a number, `pictory:4a09…#3`: the same event always has the same id, no other event has it.
    pub id: String,
    /// The place of the job among those that were given.
    pub index: usize,
    /// Which job.
    pub job: JobReference,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The state that was read last; `None` where none has been read yet.
    pub state: Option<State>,
    /// How many questions in a row gave no state.
    pub errors: u32,
    /// How long until the next question, in seconds; later if it must wait for its turn.
    pub next_question_seconds: Option<f64>,
    /// How long after its turn the question was put.
    pub late: Duration,
    /// The answer that the event follows from; `None` at the deadline.
    pub check: Option<Check>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// An answer that told nothing new. Only with [`WaitOptions::every_answer`](crate::WaitOptions::every_answer).
    Answered,
    /// State, the provider's word for it, or progress is another than before.
    Changed,
    /// A question gave no state; it is asked again.
    Trouble,
    /// The job is not asked about again.
    Ended(Ending),
}

/// Why a job is not asked about again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Ending {
    /// The job has ended, well or badly.
    Job,
    /// No further question fits before the deadline; the job may still run.
    Deadline,
    /// Asking again would not help, or has not helped often enough.
    Problem,
}

impl EventKind {
    /// The word used in JSON, such as `changed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Changed => "changed",
            Self::Trouble => "trouble",
            Self::Ended(_) => "ended",
        }
    }
}

impl Ending {
    /// The word used in JSON, such as `deadline`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Deadline => "deadline",
            Self::Problem => "problem",
        }
    }
}

impl Event {
    /// Why the job is not asked about again, if that is what happened.
    pub fn ending(&self) -> Option<Ending> {
        match self.kind {
            EventKind::Ended(ending) => Some(ending),
            _ => None,
        }
    }
}

/// The order and the names of the JSON.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Event"))]
pub(crate) struct Document<'e> {
    /// What happened.
    #[cfg_attr(feature = "schema", schemars(with = "EventKind"))]
    event: &'static str,
    /// The job and a number: the same event always has the same id, no other event has it.
    id: &'e str,
    /// The job reference, `provider:id`.
    job: String,
    /// When it happened.
    at: Timestamp,
    /// Why the job is not asked about again.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Ending>"))]
    ending: Option<&'static str>,
    /// The state that was read last; null where none has been read yet.
    state: Option<State>,
    /// How many questions in a row gave no state.
    errors: u32,
    /// How long until the next question; later if it must wait for its turn.
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    next_question_seconds: Option<serde_json::Value>,
    /// The report of the answer that the event follows from; null at the deadline.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::report::Document<'static>>"))]
    report: Option<&'e Check>,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = Document {
            event: self.kind.as_str(),
            id: &self.id,
            job: self.job.to_string(),
            at: self.at,
            ending: self.ending().map(Ending::as_str),
            state: self.state,
            errors: self.errors,
            next_question_seconds: rounded(self.next_question_seconds),
            report: self.check.as_ref(),
        };
        document.serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EventKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EventKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "What can happen.",
            "oneOf": [
                { "const": "answered", "description": "An answer that told nothing new; only where every answer is asked for." },
                { "const": "changed", "description": "State, the provider's word for it, or progress is another than before." },
                { "const": "trouble", "description": "A question gave no state; it is asked again." },
                { "const": "ended", "description": "The job is not asked about again." },
            ],
        })
    }
}
