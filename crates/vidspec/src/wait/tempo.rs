//! The pace of one provider with every question settled, and the moment of the next question that follows from it.

use std::time::Duration;

use super::schedule::{Limits, Moment};
use crate::pace::Pace;

/// A question falls due up to a tenth of its delay later, so that jobs that began together drift apart.
const JITTER: f64 = 0.1;

/// The pace of one provider with every question settled.
#[derive(Clone, Debug)]
pub(crate) struct Tempo {
    pub(crate) interval: Duration,
    pub(crate) grace: Duration,
    initial_delay: Duration,
    min: Duration,
    max: Duration,
    deadline: Moment,
    distance: Duration,
    concurrency: usize,
}

/// How long after an answer the next question comes, and who says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delay {
    /// We do: it may be cut short for a last question before the deadline.
    Ours(Duration),
    /// The provider does: no question comes earlier.
    Theirs(Duration),
}

impl Delay {
    /// Without the chance that is added to it.
    pub(crate) fn length(self) -> Duration {
        match self {
            Self::Ours(length) | Self::Theirs(length) => length,
        }
    }
}

impl Tempo {
    /// Settles what a pace leaves open. Waiting begins at `begin`.
    pub(crate) fn new(pace: &Pace, begin: Moment) -> Self {
        let usual = Pace::DEFAULT;
        let settle = |said: Option<Duration>, usual: Option<Duration>| said.or(usual).unwrap_or_default();
        // An interval that somebody chose is not to be lengthened by a bound that nobody did.
        let unsaid = if pace.interval.is_some() { usual.min.min(pace.interval) } else { usual.min };
        let min = settle(pace.min, unsaid);
        let interval = settle(pace.interval, usual.interval).max(min);
        Self {
            interval,
            grace: settle(pace.grace, usual.grace),
            initial_delay: settle(pace.initial_delay, usual.initial_delay),
            min,
            max: settle(pace.max, usual.max).max(interval),
            deadline: begin.saturating_add(settle(pace.timeout, usual.timeout)),
            distance: pace.rate.map(crate::pace::Rate::distance).unwrap_or_default(),
            concurrency: pace.concurrency.or(usual.concurrency).unwrap_or(1).max(1),
        }
    }

    /// For questions that are asked once: nothing is spread, and there is no end but the answer.
    pub(crate) fn for_one_question(pace: &Pace) -> Self {
        let settled = Self::new(pace, Moment::ZERO);
        Self { interval: Duration::ZERO, initial_delay: Duration::ZERO, deadline: Moment::MAX, ..settled }
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits { concurrency: self.concurrency, distance: self.distance, spread: self.interval, deadline: self.deadline }
    }

    /// What is left of the time at this moment; `None` where there is no end.
    pub(crate) fn remaining(&self, now: Moment) -> Option<Duration> {
        (self.deadline < Moment::MAX).then(|| self.deadline.saturating_sub(now))
    }

    /// When the first question falls due.
    pub(crate) fn first(&self, begin: Moment) -> Moment {
        begin.saturating_add(self.initial_delay)
    }

    /// How long to wait after trouble: the interval, doubled with each further trouble in a row, up to `max`.
    pub(crate) fn after_trouble(&self, in_a_row: u32) -> Duration {
        let doublings = in_a_row.saturating_sub(1).min(31);
        self.interval.saturating_mul(1 << doublings).min(self.max)
    }

    /// When the next question falls due, after an answer at this moment; `chance` is from 0 to 1.
    pub(crate) fn due(&self, answered: Moment, delay: Delay, chance: f64) -> Moment {
        let length = delay.length().max(self.min);
        let due = answered.saturating_add(length).saturating_add(scaled(length, JITTER * chance.clamp(0.0, 1.0)));
        match delay {
            Delay::Ours(_) if due >= self.deadline => self.last_question(answered, chance).unwrap_or(due),
            _ => due,
        }
    }

    /// Shortly before the deadline, if that is not too soon after the last answer.
    fn last_question(&self, answered: Moment, chance: f64) -> Option<Moment> {
        let before = scaled(self.interval, JITTER * (1.0 + chance.clamp(0.0, 1.0)));
        let last = self.deadline.checked_sub(before)?;
        (last >= answered.saturating_add(self.min)).then_some(last)
    }
}

/// Without the panic of `mul_f64` on what a `Duration` cannot hold.
fn scaled(length: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(length.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn tempo(pace: &Pace) -> Tempo {
        Tempo::new(pace, 100 * SECOND)
    }

    #[test]
    fn what_nobody_says_is_as_usual_and_the_bounds_hold() {
        let usual = tempo(&Pace::default());
        assert_eq!((usual.interval, usual.remaining(160 * SECOND)), (10 * SECOND, Some(29 * 60 * SECOND)));
        let raised = tempo(&Pace { interval: Some(2 * SECOND), min: Some(5 * SECOND), ..Pace::default() });
        assert_eq!(raised.interval, 5 * SECOND);
        // Nobody asked for the usual second.
        let quick = tempo(&Pace { interval: Some(SECOND / 10), ..Pace::default() });
        assert_eq!(quick.interval, SECOND / 10);
    }

    #[test]
    fn trouble_doubles_the_interval_up_to_the_longest() {
        let tempo = tempo(&Pace { interval: Some(4 * SECOND), max: Some(20 * SECOND), ..Pace::default() });
        let delays = [1, 2, 3, 4, 5, 1_000].map(|errors| tempo.after_trouble(errors).as_secs());
        assert_eq!(delays, [4, 8, 16, 20, 20, 20]);
    }

    #[test]
    fn the_last_question_comes_shortly_before_the_deadline_unless_the_provider_wants_quiet() {
        let tempo = tempo(&Pace { interval: Some(10 * SECOND), timeout: Some(25 * SECOND), ..Pace::default() });
        let due = |answered: u32, delay| tempo.due(answered * SECOND, delay, 0.0);
        assert_eq!(due(110, Delay::Ours(10 * SECOND)), 120 * SECOND);
        assert_eq!(due(120, Delay::Ours(10 * SECOND)), 124 * SECOND);
        // Not within the shortest distance of one second.
        assert_eq!(due(124, Delay::Ours(10 * SECOND)), 134 * SECOND);
        assert_eq!(due(120, Delay::Theirs(10 * SECOND)), 130 * SECOND);
    }

    proptest! {
        #[test]
        fn no_question_is_due_below_the_shortest_distance_or_before_the_provider_wants_it(
            interval in 1_u64..100_000, min in 1_u64..100_000, answered in 0_u64..4_000_000, delay in 0_u64..10_000_000, chance in 0.0..1.0,
            theirs in any::<bool>(),
        ) {
            let ms = Duration::from_millis;
            let tempo = Tempo::new(&Pace { interval: Some(ms(interval)), min: Some(ms(min)), ..Pace::default() }, Moment::ZERO);
            let delay = if theirs { Delay::Theirs(ms(delay)) } else { Delay::Ours(ms(delay)) };
            let due = tempo.due(ms(answered), delay, chance);
            prop_assert!(due >= ms(answered + min));
            prop_assert!(!theirs || due >= ms(answered) + delay.length());
            prop_assert!(due <= ms(answered) + (delay.length().max(ms(min))).mul_f64(1.1) + ms(1));
        }

        #[test]
        fn no_pace_is_too_odd(seconds in prop::collection::vec(any::<u64>(), 6), chance in any::<f64>(), errors in any::<u32>()) {
            let length = |index: usize| Some(Duration::from_secs(seconds[index]));
            let pace = Pace {
                initial_delay: length(0), interval: length(1), min: length(2), max: length(3), timeout: length(4), ..Pace::default()
            };
            let tempo = Tempo::new(&pace, Duration::from_secs(seconds[5]));
            let _ = tempo.due(tempo.first(Duration::MAX), Delay::Ours(tempo.after_trouble(errors)), chance);
        }
    }
}
