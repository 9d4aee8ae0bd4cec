//! Why a job ended without a usable result.

use serde::{Deserialize, Serialize};

use crate::definition::Word;

/// The class of the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// A safety filter refused the prompt, the input or the result.
    Moderated,
    /// The input cannot be used as it is.
    InvalidInput,
    /// No credits, or a limit of the account.
    Quota,
    /// Something broke at the provider.
    ProviderError,
    /// The provider gave up after its own time limit.
    TimedOut,
    /// The provider says that it is done, but there is nothing.
    NoResult,
    /// A cause that the definition does not list.
    Other,
}

/// Whether submitting the same job again can help. vidspec never does so by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retryable {
    /// The cause may pass.
    Yes,
    /// The same input will fail again.
    No,
    /// The provider does not say.
    #[default]
    Unknown,
}

/// Why a job ended without a usable result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Failure {
    /// The class of the cause.
    pub reason: Reason,
    /// Whether submitting the same job again can help.
    pub retryable: Retryable,
    /// The provider's own code, as text even where the provider sends a number.
    pub code: Option<String>,
    /// The provider's own sentence.
    pub message: Option<String>,
    /// The entry of `error.codes` that the code was found under.
    #[serde(skip)]
    pub(crate) listed_as: Option<Word>,
}

impl Reason {
    /// The word used in definitions and reports, such as `moderated`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moderated => "moderated",
            Self::InvalidInput => "invalid_input",
            Self::Quota => "quota",
            Self::ProviderError => "provider_error",
            Self::TimedOut => "timed_out",
            Self::NoResult => "no_result",
            Self::Other => "other",
        }
    }
}

impl Retryable {
    /// The word used in definitions and reports, such as `no`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}
