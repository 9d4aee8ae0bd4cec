//! Settings of a download.

use std::time::Duration;

/// Settings of a download.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct DownloadOptions {
    pub(super) force: bool,
    pub(super) allow_private: bool,
    pub(super) patience: Duration,
    pub(super) attempts: u32,
    pub(super) first_pause: Duration,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self {
            force: false,
            allow_private: false,
            patience: Duration::from_secs(30),
            attempts: 5,
            first_pause: Duration::from_millis(500),
        }
    }
}

impl DownloadOptions {
    /// Replaces a file of the same name; otherwise that is an error.
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Follows the provider also to addresses of this machine and its network; otherwise that is an error.
    pub fn allow_private(mut self, allow: bool) -> Self {
        self.allow_private = allow;
        self
    }

    /// How long the server may send nothing; 30 seconds if not set. There is no limit for the whole.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How often in a row an attempt may fail without a new byte; 5 if not set.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long to wait after the first failed attempt; half a second if not set. It doubles with each.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// How long to wait after so many failed attempts in a row.
    pub(super) fn pause(&self, failed: u32) -> Duration {
        self.first_pause.saturating_mul(1 << failed.saturating_sub(1).min(6))
    }
}
