//! What asking about one job came to.

use url::Url;
use vidspec::{Check, Explanation, Resolved, Response};

use super::recorded::Recorded;

/// What one job came to.
pub(super) struct Answered {
    pub(super) job: Resolved,
    pub(super) check: Check,
    pub(super) bodies: Vec<Response>,
    /// How they were judged, if that was asked for.
    pub(super) explanations: Vec<Explanation>,
    /// The address below which the question was put, if that is known.
    pub(super) asked_at: Option<Url>,
    /// Of a replay: where the evidence comes from, and what was sent.
    pub(super) announcement: Option<String>,
    /// The file in which the exchange was kept, if that was asked for and there was an answer.
    pub(super) recorded: Option<Recorded>,
}
