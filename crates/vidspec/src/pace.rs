//! How often a provider is asked, and for how long.

use std::time::Duration;

use crate::time::parse_duration;

/// How often a provider is asked, and for how long; `None` is for the next who may say it.
///
/// A definition says some of it, a user may say more: [`Pace::or`] puts one over the other.
///
/// ```
/// use std::time::Duration;
/// use vidspec::{Catalogue, Pace};
///
/// let runway = Catalogue::builtin().provider("runway")?.pace();
/// let mut mine = Pace::default();
/// mine.timeout = Some(Duration::from_secs(90));
/// let both = mine.or(&runway);
/// assert_eq!(both.timeout, Some(Duration::from_secs(90)));
/// assert_eq!(both.min, Some(Duration::from_secs(5)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Pace {
    /// How long to wait before the first question.
    pub initial_delay: Option<Duration>,
    /// The distance between an answer and the next question about the same job.
    pub interval: Option<Duration>,
    /// The shortest distance; a shorter `interval` is raised to it.
    pub min: Option<Duration>,
    /// The longest distance to which trouble stretches the interval.
    pub max: Option<Duration>,
    /// When waiting ends, counted from its beginning.
    pub timeout: Option<Duration>,
    /// How long a new job may be unknown to the provider, and a completed one without its file, before that is believed.
    pub grace: Option<Duration>,
    /// How many questions, about all jobs together, are asked in a time.
    pub rate: Option<Rate>,
    /// How many questions are asked at once.
    pub concurrency: Option<usize>,
}

impl Pace {
    /// What is used where nobody says anything. No provider is asked more than 16 questions at once: enough to be quick, few
    /// enough for the limits of one account.
    pub const DEFAULT: Self = Self {
        initial_delay: Some(Duration::ZERO),
        interval: Some(Duration::from_secs(10)),
        min: Some(Duration::from_secs(1)),
        max: Some(Duration::from_secs(60)),
        timeout: Some(Duration::from_secs(30 * 60)),
        grace: Some(Duration::from_secs(10)),
        rate: None,
        concurrency: Some(16),
    };

    /// This one, and what it leaves open as the other says.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            initial_delay: self.initial_delay.or(other.initial_delay),
            interval: self.interval.or(other.interval),
            min: self.min.or(other.min),
            max: self.max.or(other.max),
            timeout: self.timeout.or(other.timeout),
            grace: self.grace.or(other.grace),
            rate: self.rate.or(other.rate),
            concurrency: self.concurrency.or(other.concurrency),
        }
    }
}

/// So many questions in such a time: `60/min`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    questions: u32,
    seconds: f64,
}

impl Rate {
    /// The distance that keeps to it, whatever the moment at which counting begins.
    pub fn distance(self) -> Duration {
        Duration::try_from_secs_f64(self.seconds / f64::from(self.questions)).unwrap_or(Duration::MAX)
    }
}

impl std::str::FromStr for Rate {
    type Err = String;

    /// Reads `60/min`, `3000/1m` or `5/10s`.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (questions, time) = text.split_once('/')?;
            let questions = questions.trim().parse().ok().filter(|questions| *questions > 0)?;
            let time = time.trim();
            let one = if time.starts_with(|first: char| first.is_ascii_alphabetic()) { "1" } else { "" };
            let seconds = parse_duration(&format!("{one}{time}")).filter(|seconds| *seconds > 0.0)?;
            Some(Self { questions, seconds })
        };
        read().ok_or_else(|| format!("expected a number of questions and a time, such as `60/min` or `5/10s`, found `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        for (text, millis) in
            [("60/min", 1_000), ("3000/min", 20), ("10/1m", 6_000), ("5/10s", 2_000), ("1/h", 3_600_000), ("2/s", 500)]
        {
            assert_eq!(text.parse::<Rate>().map(Rate::distance), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "60", "0/min", "-1/min", "1.5/min", "60/", "60/fortnight", "60/0s", "/min", "60 per min"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_said_first_counts() {
        let first = Pace { min: Some(Duration::from_secs(3)), ..Pace::default() };
        let both = first.or(&Pace::DEFAULT);
        assert_eq!((both.min, both.interval), (Some(Duration::from_secs(3)), Pace::DEFAULT.interval));
    }
}
