//! Why a check gave no state: trouble of the question, not of the job.

use serde::{Deserialize, Serialize};

/// The class of the trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The key is missing, wrong or revoked.
    Unauthorized,
    /// The key is right but may not do this.
    Forbidden,
    /// The account has no credits left.
    Quota,
    /// The provider does not know this job.
    NotFound,
    /// The provider knew this job and has removed it.
    Gone,
    /// The provider calls the question malformed.
    InvalidRequest,
    /// Asked too often; ask later.
    RateLimited,
    /// The provider is down or overloaded.
    ProviderUnavailable,
    /// No answer in time.
    Timeout,
    /// No connection, or a broken one.
    Transport,
    /// An answer that the definition does not describe.
    UndocumentedResponse,
    /// The question could not be put: an unusable id, address or setting.
    Misconfigured,
}

impl ProblemKind {
    /// The word used in definitions and reports, such as `rate_limited`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::Quota => "quota",
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::InvalidRequest => "invalid_request",
            Self::RateLimited => "rate_limited",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::UndocumentedResponse => "undocumented_response",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// What an HTTP status means where the definition says nothing more exact (RFC 9110, section 15; 425 and 429
    /// from RFC 8470 and RFC 6585). `None` for a status that is no refusal.
    pub(crate) fn of_http_status(status: u16) -> Option<Self> {
        Some(match status {
            401 => Self::Unauthorized,
            402 => Self::Quota,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            408 | 504 => Self::Timeout,
            410 => Self::Gone,
            425 | 429 => Self::RateLimited,
            400 | 422 => Self::InvalidRequest,
            500..=599 => Self::ProviderUnavailable,
            200..=299 => return None,
            _ => Self::UndocumentedResponse,
        })
    }
}

/// Why a check gave no state. The job itself may be in any state.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{}{}", kind.as_str(), message.as_ref().map(|m| format!(": {m}")).unwrap_or_default())]
#[non_exhaustive]
pub struct Problem {
    /// The class of the trouble.
    pub kind: ProblemKind,
    /// The provider's own code, as text even where the provider sends a number.
    pub code: Option<String>,
    /// The provider's own sentence, or ours where it gave none.
    pub message: Option<String>,
    /// How long the provider asks to wait, in seconds.
    pub retry_after_seconds: Option<f64>,
}

impl Problem {
    /// A problem in our own words.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, code: None, message: Some(message.into()), retry_after_seconds: None }
    }
}
