//! Collecting the mistakes of a definition, each with its place.

use crate::code::Code;
use crate::definition::{Finding, Step};
pub(super) use crate::definition::{at, below};

/// The mistakes found so far.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) found: Vec<Finding>,
    /// The names that a template may use here.
    pub(super) names: Vec<String>,
    /// The names of the values beside the id, which every template may use.
    pub(super) params: Vec<String>,
}

/// The path of an element that may also be written without its list.
pub(crate) fn element(at: &[Step], index: usize, count: usize) -> Vec<Step> {
    if count > 1 { below(at, index) } else { at.to_vec() }
}

impl Findings {
    /// Says which names a template may use from here on, beside those of the params.
    pub(super) fn allow(&mut self, names: &[&str]) {
        self.names = names.iter().map(|name| (*name).to_owned()).chain(self.params.iter().cloned()).collect();
    }

    pub(super) fn require(&mut self, code: Code, holds: bool, at: &[Step], message: impl FnOnce() -> String, help: Option<&str>) {
        self.require_unless_broken(code, holds, at, message, help, None);
    }

    /// Something must be there.
    pub(super) fn require_part(&mut self, present: bool, at: &[Step], message: &str) {
        self.require_unless_broken(Code::MissingKey, present, at, || message.into(), None, Some(at));
    }

    /// Nothing is said if `cause`, or something of it, was taken out as mistaken: that may be the only reason.
    pub(super) fn require_unless_broken(
        &mut self,
        code: Code,
        holds: bool,
        at: &[Step],
        message: impl FnOnce() -> String,
        help: Option<&str>,
        cause: Option<&[Step]>,
    ) {
        if !holds {
            let unless_broken = cause.map(<[Step]>::to_vec);
            self.found.push(Finding { help: help.map(Into::into), unless_broken, ..Finding::new(code, at.to_vec(), message()) });
        }
    }
}
