//! Listening to a judgement.
//!
//! The code that judges tells a [`Tracer`] what it looks at and what that comes to. Which tracer it is is known when compiling: an
//! [`Untraced`] judgement makes nothing of it, and pays nothing for it.

use std::cell::RefCell;
use std::fmt::Display;

use crate::decision::Part;
use crate::definition::{self, Lines, path_text};
use crate::explanation::{Effect, Explanation, Look, Place, Stage, Step};
use crate::provider::Provider;

/// Listens to a judgement.
pub(super) trait Tracer {
    /// A place of the answer has been looked at.
    fn looked(&self, look: impl FnOnce() -> Look);

    /// All looks since the last step came to this.
    fn came_to(&self, step: impl FnOnce() -> Draft);
}

/// Nobody listens.
pub(super) struct Untraced;

/// Keeps all that is told.
#[derive(Default)]
pub(super) struct Trace {
    looks: RefCell<Vec<Look>>,
    steps: RefCell<Vec<(Draft, Vec<Look>)>>,
}

/// A step, before it is known where its part of the definition is written.
pub(super) struct Draft {
    stage: Stage,
    effect: Effect,
    /// Empty if it followed no part of the definition.
    at: Vec<definition::Step>,
    conclusion: String,
}

impl Tracer for Untraced {
    fn looked(&self, _: impl FnOnce() -> Look) {}

    fn came_to(&self, _: impl FnOnce() -> Draft) {}
}

impl Tracer for Trace {
    fn looked(&self, look: impl FnOnce() -> Look) {
        let look = look();
        self.looks.borrow_mut().push(look);
    }

    fn came_to(&self, step: impl FnOnce() -> Draft) {
        let step = step();
        self.steps.borrow_mut().push((step, self.looks.take()));
    }
}

impl Trace {
    /// All that was told, with the lines of the definition.
    pub(super) fn explanation(self, part: Part, http_status: u16, provider: &Provider) -> Explanation {
        let lines = Lines::of(provider.files());
        let place = |at: &[definition::Step]| {
            let (file, line) = lines.find(at)?;
            Some(Place { path: path_text(at), file, line })
        };
        let step = |(draft, looks): (Draft, Vec<Look>)| {
            let Draft { stage, effect, at, conclusion } = draft;
            Step { stage, effect, place: place(&at), conclusion, looks }
        };
        let steps = self.steps.into_inner().into_iter().map(step).collect();
        Explanation { answer: part.as_str(), http_status, steps }
    }
}

impl Draft {
    /// It gave the state or the problem.
    pub(super) fn decided(stage: Stage, at: &[definition::Step], conclusion: impl Into<String>) -> Self {
        Self { stage, effect: Effect::Decided, at: at.to_vec(), conclusion: conclusion.into() }
    }

    /// It gave a part of the report.
    pub(super) fn used(stage: Stage, at: &[definition::Step], conclusion: impl Into<String>) -> Self {
        Self { stage, effect: Effect::Used, at: at.to_vec(), conclusion: conclusion.into() }
    }

    /// It gave nothing.
    pub(super) fn idle(stage: Stage, at: &[definition::Step], conclusion: impl Into<String>) -> Self {
        Self { stage, effect: Effect::None, at: at.to_vec(), conclusion: conclusion.into() }
    }

    /// It looked for a value, and gave it if there was one.
    pub(super) fn value(stage: Stage, at: &[definition::Step], value: Option<impl Display>) -> Self {
        match value {
            Some(value) => Self::used(stage, at, value.to_string()),
            None => Self::idle(stage, at, "nothing usable"),
        }
    }
}
