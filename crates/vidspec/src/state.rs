//! The state of a job: what the provider says about it, in one vocabulary.

use serde::{Deserialize, Serialize};

/// The state of a job.
///
/// A problem of the *check* (no network, a refused key, a missing job) is not a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Accepted, not begun.
    Queued,
    /// Being worked on.
    Processing,
    /// Ended with a result.
    Completed,
    /// Ended without a usable result; the failure says why.
    Failed,
    /// Stopped on request, or deleted.
    Canceled,
    /// Ended by time: the job or its result is no longer kept.
    Expired,
    /// The provider used a word that its definition does not map. The job may still be running.
    Unknown,
}

impl State {
    /// Whether the job has ended: it will not change any more.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled | Self::Expired)
    }

    /// The word used in definitions and reports, such as `processing`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
