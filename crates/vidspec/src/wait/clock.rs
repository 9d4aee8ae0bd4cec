//! The clock that waiting goes by.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The clock that waiting goes by. A simulation or a test brings its own.
pub trait Clock: Send + Sync {
    /// The time since a moment of the clock's choice, which stays the same.
    fn now(&self) -> Duration;

    /// Returns once [`Clock::now`] is at least `moment`.
    fn sleep_until(&self, moment: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The clock of tokio, in whose runtime the waiting is then done.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokioClock {
    begin: tokio::time::Instant,
}

impl TokioClock {
    pub(super) fn new() -> Self {
        Self { begin: tokio::time::Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.begin.elapsed()
    }

    fn sleep_until(&self, moment: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        // A moment that the clock will not see is slept for as long as tokio can.
        match self.begin.checked_add(moment) {
            Some(instant) => Box::pin(tokio::time::sleep_until(instant)),
            None => Box::pin(tokio::time::sleep(Duration::MAX)),
        }
    }
}
