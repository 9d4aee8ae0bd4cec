//! Trouble on demand.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Trouble that takes the place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultKind {
    /// The connection breaks without an answer.
    Drop,
    /// HTTP 500 without a body.
    ServerError,
    /// HTTP 200 with JSON that breaks off.
    Garbage,
}

/// How many of the next questions get which trouble, and how slow all answers are.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pub(super) next: Vec<(FaultKind, u32)>,
    pub(super) delay: Duration,
}

impl Faults {
    /// The trouble of the next question; nothing is used up.
    pub(super) fn peek(&self) -> Option<FaultKind> {
        self.next.first().map(|(kind, _)| *kind)
    }

    /// The trouble of this question.
    pub(super) fn take(&mut self) -> Option<FaultKind> {
        let (kind, left) = self.next.first_mut()?;
        let kind = *kind;
        *left = left.saturating_sub(1);
        self.next.retain(|(_, left)| *left > 0);
        Some(kind)
    }

    pub(super) fn add(&mut self, kind: FaultKind, times: u32) {
        if times > 0 {
            self.next.push((kind, times));
        }
    }
}
