//! What cannot be understood of a list of jobs, told as it is found: each trouble once, and not without end.

use std::collections::HashSet;
use std::io::Write as _;

use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Of a long list of the wrong kind the beginning is enough.
const MOST_TOLD: usize = 10;

/// The troubles so far.
#[derive(Default)]
pub(super) struct Troubles {
    known: HashSet<String>,
    /// The advice of many lines is the same, and is given once.
    given: HashSet<String>,
}

impl Troubles {
    /// `place` is the line of a list.
    pub(super) fn tell(&mut self, error: CliError, place: Option<&str>) {
        if !self.known.insert(error.message().to_owned()) || self.known.len() > MOST_TOLD {
            return;
        }
        let error = match error.advice() {
            Some(advice) if !self.given.insert(advice.to_owned()) => error.without_advice(),
            _ => error,
        };
        place.into_iter().fold(error, CliError::at).print();
    }

    /// Tells how many were not told; a code for each.
    pub(super) fn end(self) -> Vec<ExitCode> {
        if let Some(more @ 1..) = self.known.len().checked_sub(MOST_TOLD) {
            let _ = writeln!(anstream::stderr(), "error: {more} more cannot be read as jobs");
        }
        vec![ExitCode::Usage; self.known.len()]
    }
}
