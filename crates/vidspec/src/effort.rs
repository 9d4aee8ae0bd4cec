//! How much work one answer may cause.
//!
//! A definition can come from a stranger, and an answer from anyone. Each is bounded in size; a path such as `$..*..*` over a body
//! of many elements is small in both and still runs for hours. So all looking at one answer draws on one allowance.

use std::cell::Cell;
use std::ops::ControlFlow;

/// About a tenth of a second.
pub(crate) const STEPS: usize = 10_000_000;

/// What one byte costs where a pattern looks at it: the worst pattern that is allowed takes that much longer.
const PER_BYTE_MATCHED: usize = 32;

/// Bytes of a text that cost as much as one element.
const BYTES_PER_STEP: usize = 4;

/// The steps that are left for looking at one answer.
#[derive(Debug)]
pub(crate) struct Effort(Cell<usize>);

impl Effort {
    /// Reading a body takes time by its length anyway, so a longer one may take more.
    pub(crate) fn for_body(length: usize) -> Self {
        Self(Cell::new(length.saturating_add(STEPS)))
    }

    /// Takes steps from what is left. It breaks once nothing is.
    pub(crate) fn spend(&self, steps: usize) -> ControlFlow<()> {
        self.0.set(self.0.get().saturating_sub(steps));
        if self.is_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// For a text that is taken or compared.
    pub(crate) fn spend_on_text(&self, text: &str) -> ControlFlow<()> {
        self.spend(1 + text.len() / BYTES_PER_STEP)
    }

    /// For a text that a pattern looks at.
    pub(crate) fn spend_on_match(&self, bytes: usize) -> ControlFlow<()> {
        self.spend(1 + bytes.saturating_mul(PER_BYTE_MATCHED))
    }

    /// Whether nothing is left, so that what was found last cannot be relied on.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
