//! When to ask, how often, and for how long.

use std::time::Duration;

use serde::Deserialize;

use super::leaf::{FromScalar, Seconds, scalar};
use crate::pace::{Pace, Rate};

/// When to ask, how often, and for how long. What the provider's pages do not tell is left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Poll {
    /// How long to wait before the first question.
    pub(crate) initial_delay: Option<Seconds>,
    /// The provider's recommended distance between two questions about a job, such as `10s`.
    pub(crate) interval: Option<Seconds>,
    /// The shortest distance that the provider allows.
    pub(crate) min: Option<Seconds>,
    /// The longest distance to which trouble stretches it.
    pub(crate) max: Option<Seconds>,
    /// For how long a job may take at most.
    pub(crate) timeout: Option<Seconds>,
    /// How long a new job may be unknown, and a completed one without its file.
    pub(crate) grace: Option<Seconds>,
    /// How many questions the provider answers in a time, such as `60/min`.
    pub(crate) rate: Option<Rate>,
    /// How many questions it answers at once.
    pub(crate) concurrency: Option<Count>,
}

impl Poll {
    /// The same as lengths of time of the machine; what is too long for it counts as not said.
    pub(crate) fn pace(&self) -> Pace {
        let length = |seconds: Option<Seconds>| seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds.0).ok());
        Pace {
            initial_delay: length(self.initial_delay),
            interval: length(self.interval),
            min: length(self.min),
            max: length(self.max),
            timeout: length(self.timeout),
            grace: length(self.grace),
            rate: self.rate,
            concurrency: self.concurrency.map(|count| count.0),
        }
    }
}

/// A whole number of at least one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) usize);

impl FromScalar for Count {
    const EXPECTED: &'static str = "a whole number of at least 1";

    fn from_scalar(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number| *number >= 1);
        number.map(Self).ok_or_else(|| format!("expected {}, found `{text}`", Self::EXPECTED))
    }
}

impl FromScalar for Rate {
    const EXPECTED: &'static str = "a number of questions and a time, such as `60/min` or `3000/1m`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer)
    }
}
