//! A clock on which no time passes but that which is slept.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vidspec::Clock;

/// A clock on which no time passes but that which is slept, and sleeping takes none: an hour of waiting is over at once.
#[derive(Clone, Debug, Default)]
pub struct QuickClock {
    now: Arc<Mutex<Duration>>,
}

impl Clock for QuickClock {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep_until(&self, moment: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = self.clone();
        Box::pin(async move {
            let mut now = clock.now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = moment.max(*now);
        })
    }
}
