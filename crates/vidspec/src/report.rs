//! What a check found out, in one shape for all providers.

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::decision::{Decisions, Part};
use crate::definition::Lifecycle;
use crate::failure::Failure;
use crate::job::JobReference;
use crate::output::{Output, Role};
use crate::problem::Problem;
use crate::state::State;
use crate::time::Timestamp;

/// What the provider says about a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The state.
    pub state: State,
    /// The provider's own word for it.
    pub raw_status: Option<String>,
    /// Why the job ended without a usable result.
    pub failure: Option<Failure>,
    /// 0 to 1, as the provider states it.
    pub progress: Option<f64>,
    /// The files of the job.
    pub outputs: Vec<Output>,
    /// When the job was created.
    pub created_at: Option<Timestamp>,
    /// When the provider began to work on it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// From creation to the end, or to the check while the job runs.
    pub elapsed_seconds: Option<f64>,
    /// What is left at the pace so far.
    pub eta_seconds: Option<f64>,
    /// What else the provider tells, such as `duration_seconds`; in the order of the definition.
    pub details: Vec<(Arc<str>, Value)>,
    /// What does not fit together.
    pub anomalies: Vec<Anomaly>,
    /// Trouble with the second request that fetches the address of the file.
    pub result_problem: Option<Problem>,
    /// When to ask again.
    pub next_check_seconds: Option<f64>,
    /// The same, only where the answer itself says it.
    pub(crate) retry_after_seconds: Option<f64>,
}

impl Report {
    /// What is known before the values of the answer have been read.
    pub(crate) fn new(state: State, raw_status: Option<String>, failure: Option<Failure>) -> Self {
        Self {
            state,
            raw_status,
            failure,
            progress: None,
            outputs: Vec::new(),
            created_at: None,
            started_at: None,
            completed_at: None,
            elapsed_seconds: None,
            eta_seconds: None,
            details: Vec::new(),
            anomalies: Vec::new(),
            result_problem: None,
            next_check_seconds: None,
            retry_after_seconds: None,
        }
    }

    /// The files that the job was for: its videos, or else its sounds or pictures.
    pub fn main_outputs(&self) -> impl Iterator<Item = &Output> {
        let is_there = |role: &Role| self.outputs.iter().any(|output| output.role == *role);
        let role = [Role::Video, Role::Audio, Role::Image].into_iter().find(is_there);
        self.outputs.iter().filter(move |output| Some(output.role) == role)
    }
}

/// Something in an answer that does not fit together. It never changes the state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Anomaly {
    /// The class.
    pub kind: AnomalyKind,
    /// A sentence for people.
    pub message: String,
}

/// The classes of anomalies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnomalyKind {
    /// The provider calls the job completed and names no file.
    CompletedWithoutOutput,
    /// An address that is no address.
    UnusableAddress,
    /// All done by the numbers, but still waiting by the word.
    ProgressAheadOfState,
    /// Progress below 0 or above 1.
    ProgressOutOfRange,
    /// Completed before it was created.
    TimesRunBackwards,
    /// A value that is not of the kind that the definition promises.
    UnreadableValue,
    /// A file that needs the key, on a host that must not see it.
    ForeignAddress,
}

/// One check of one job: who was asked, when, and what came of it.
///
/// It serialises to the JSON that the command line prints.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Check {
    /// Which job.
    pub job: JobReference,
    /// When the answer was received, or the attempt given up.
    pub checked_at: Timestamp,
    /// The HTTP status of the answer to the status request.
    pub http_status: Option<u16>,
    /// The provider's own id of the exchange.
    pub request_id: Option<String>,
    /// Set when the provider's API is going away.
    pub lifecycle: Option<Arc<Lifecycle>>,
    /// What the provider says about the job, or why it could not be learned.
    pub outcome: Result<Report, Problem>,
    pub(crate) decisions: Decisions,
}

impl Check {
    /// The state; `unknown` where there was a problem.
    pub fn state(&self) -> State {
        self.outcome.as_ref().map_or(State::Unknown, |report| report.state)
    }

    /// The place in the definition that gave the state or the problem, such as `status.map.completed`.
    pub fn decided_by(&self) -> Option<String> {
        let trouble = self.outcome.as_ref().is_ok_and(|report| report.result_problem.is_some());
        // Trouble with the second answer leaves what the first one decided.
        let decision = if trouble { self.decisions.of(Part::Status) } else { self.decisions.last() };
        decision.map(ToString::to_string)
    }

    /// All places in the definition that had a say: rules, words, codes, and the roles of the files.
    pub fn places(&self) -> impl Iterator<Item = String> {
        let report = self.outcome.as_ref().ok();
        let code = report.and_then(|report| report.failure.as_ref()?.listed_as.as_ref());
        let roles = report.into_iter().flat_map(|report| &report.outputs).flat_map(|output| output.role.stated_as());
        let decisions = self.decisions.iter().map(ToString::to_string);
        decisions
            .chain(code.map(|code| format!("error.codes.{}", code.as_str())))
            .chain(roles.map(|role| format!("outputs.{role}")))
    }
}

/// Milliseconds are enough for people and machines; a float would show its noise.
pub(crate) fn rounded(seconds: Option<f64>) -> Option<Value> {
    seconds.map(|seconds| number((seconds * 1_000.0).round() / 1_000.0))
}

/// A number as JSON, without a point if it is whole.
pub(crate) fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and small enough, as just seen")]
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

struct Details<'r>(&'r [(Arc<str>, Value)]);

impl Serialize for Details<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The order and the names of the JSON.
#[derive(serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Report"))]
pub(crate) struct Document<'c> {
    /// The job reference, `provider:id`; every command takes it back.
    job: String,
    /// The short name of the provider.
    provider: &'c str,
    /// The id of the job.
    job_id: &'c str,
    /// The state of the job; `unknown` where there was a problem.
    state: State,
    /// The provider's own word for the state.
    raw_status: Option<&'c str>,
    /// Why the job ended without a usable result.
    failure: Option<&'c Failure>,
    /// 0 to 1, as the provider states it.
    progress: Option<f64>,
    /// The files of the job.
    outputs: &'c [Output],
    /// When the job was created.
    created_at: Option<Timestamp>,
    /// When the provider began to work on it.
    started_at: Option<Timestamp>,
    /// When it ended.
    completed_at: Option<Timestamp>,
    /// From creation (or the start, where no creation is given) to the end, or to this check while the job runs.
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    elapsed_seconds: Option<Value>,
    /// What is left at the pace so far.
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    eta_seconds: Option<Value>,
    /// What else the provider tells, such as `duration_seconds`.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, Value>"))]
    details: Details<'c>,
    /// What does not fit together; it never changes the state.
    anomalies: &'c [Anomaly],
    /// Why this check gave no state.
    problem: Option<&'c Problem>,
    /// Trouble with the second request, which fetches the address of the file.
    result_problem: Option<&'c Problem>,
    /// When to ask again, while the job runs.
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    next_check_seconds: Option<Value>,
    /// The HTTP status of the answer to the status request.
    http_status: Option<u16>,
    /// The provider's own id of this exchange, to quote to its support.
    request_id: Option<&'c str>,
    /// The place in the definition that gave the state or the problem, such as `status.map.completed`.
    decided_by: Option<String>,
    /// When the answer was received, or the attempt given up.
    checked_at: Timestamp,
    /// Set when the provider's API is going away.
    lifecycle: Option<&'c Lifecycle>,
    /// The version of vidspec that made this report.
    vidspec: &'static str,
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.outcome.as_ref().ok();
        let document = Document {
            job: self.job.to_string(),
            provider: &self.job.provider,
            job_id: self.job.job_id.as_str(),
            state: self.state(),
            raw_status: report.and_then(|report| report.raw_status.as_deref()),
            failure: report.and_then(|report| report.failure.as_ref()),
            progress: report.and_then(|report| report.progress),
            outputs: report.map_or(&[], |report| &report.outputs),
            created_at: report.and_then(|report| report.created_at),
            started_at: report.and_then(|report| report.started_at),
            completed_at: report.and_then(|report| report.completed_at),
            elapsed_seconds: rounded(report.and_then(|report| report.elapsed_seconds)),
            eta_seconds: rounded(report.and_then(|report| report.eta_seconds)),
            details: Details(report.map_or(&[], |report| &report.details)),
            anomalies: report.map_or(&[], |report| &report.anomalies),
            problem: self.outcome.as_ref().err(),
            result_problem: report.and_then(|report| report.result_problem.as_ref()),
            next_check_seconds: rounded(report.and_then(|report| report.next_check_seconds)),
            http_status: self.http_status,
            request_id: self.request_id.as_deref(),
            decided_by: self.decided_by(),
            checked_at: self.checked_at,
            lifecycle: self.lifecycle.as_deref(),
            vidspec: env!("CARGO_PKG_VERSION"),
        };
        document.serialize(serializer)
    }
}
