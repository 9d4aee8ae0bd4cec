//! The id of a job and the reference that names its provider too.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::params::Params;

/// The longest id that is sent; the longest known ones have some 150 bytes.
const LONGEST: usize = 1024;

/// The id of a job, as the provider gave it. It is safe to put into a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JobId(Arc<str>);

/// Why a text cannot be a job id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidJobId {
    /// Nothing at all.
    #[error("expected a job id, found nothing")]
    Empty,
    /// Longer than 1,024 bytes.
    #[error("expected a job id of at most {LONGEST} bytes, found a longer one")]
    TooLong,
    /// A control character or white space.
    #[error("expected a job id without control characters and white space, found one that has them")]
    ControlCharacter,
    /// A segment `.` or `..`, which would climb the path with the key attached.
    #[error("expected a job id without the path segments `.` and `..`, found one that would leave its place in the address")]
    DotSegment,
}

impl JobId {
    /// Checks a text.
    ///
    /// ```
    /// use vidspec::JobId;
    /// assert!(JobId::new("models/veo-3.1-generate-preview/operations/abc123").is_ok());
    /// assert!(JobId::new("../account").is_err());
    /// ```
    pub fn new(text: &str) -> Result<Self, InvalidJobId> {
        check_value(text).map(|()| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What holds for everything that a user puts into an address.
pub(crate) fn check_value(text: &str) -> Result<(), InvalidJobId> {
    if text.is_empty() {
        return Err(InvalidJobId::Empty);
    }
    if text.len() > LONGEST {
        return Err(InvalidJobId::TooLong);
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(InvalidJobId::ControlCharacter);
    }
    if text.split(['/', '\\']).any(|segment| matches!(segment, "." | "..")) {
        return Err(InvalidJobId::DotSegment);
    }
    Ok(())
}

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for JobId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A provider and one of its jobs: `pictory:4a09edf9-d071-4847-bda5-8dea913d80fe`, with the params that were given for it where
/// there are some: `fal:764cabcf-b745-4b3e-ae38-1200304cf45b?app=fal-ai/veo3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct JobReference {
    /// The id of the provider's definition.
    pub provider: Arc<str>,
    /// The id of the job.
    pub job_id: JobId,
    /// What was given beside the id.
    pub params: Params,
}

impl JobReference {
    /// Joins the two.
    pub fn new(provider: impl Into<Arc<str>>, job_id: JobId) -> Self {
        Self { provider: provider.into(), job_id, params: Params::new() }
    }

    /// The same with what was given beside the id.
    #[must_use]
    pub fn with_params(mut self, params: Params) -> Self {
        self.params = params;
        self
    }
}

impl std::str::FromStr for JobReference {
    type Err = InvalidJobId;

    /// Reads `provider:id`. Whether the provider is known, and whether a `?` begins params or belongs to the id, is for a
    /// [`Catalogue`](crate::Catalogue) to say.
    fn from_str(text: &str) -> Result<Self, InvalidJobId> {
        let (provider, id) = text.split_once(':').ok_or(InvalidJobId::Empty)?;
        Ok(Self::new(provider, JobId::new(id)?))
    }
}

impl std::fmt::Display for JobReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if self.params.is_empty() { "" } else { "?" };
        write!(f, "{}:{}{mark}{}", self.provider, self.job_id, self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_would_climb_are_refused() {
        for id in ["..", ".", "a/../b", "../x", "a/..", "..\\x", "a/./b"] {
            assert_eq!(JobId::new(id), Err(InvalidJobId::DotSegment), "{id}");
        }
    }

    #[test]
    fn ids_that_are_no_ids_are_refused() {
        assert_eq!(JobId::new(""), Err(InvalidJobId::Empty));
        assert_eq!(JobId::new("a\nb"), Err(InvalidJobId::ControlCharacter));
        assert_eq!(JobId::new("a\u{0}"), Err(InvalidJobId::ControlCharacter));
        assert_eq!(JobId::new("a b"), Err(InvalidJobId::ControlCharacter));
        assert_eq!(JobId::new(&"a".repeat(1025)), Err(InvalidJobId::TooLong));
    }

    #[test]
    fn odd_but_harmless_ids_are_taken() {
        for id in ["...", "a..b", "%2e%2e", "a?b#c", "CjNQtmctxFMAAAAAAGZ1Vw==", "ü"] {
            assert!(JobId::new(id).is_ok(), "{id}");
        }
    }
}
