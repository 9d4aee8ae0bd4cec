//! Which parts of a definition have evidence.

use std::collections::BTreeSet;

use vidspec::{Check, Provider};

use crate::evidence::{Documented, Words};

/// Which parts of a definition decided in replays, out of all that can.
#[derive(Clone, Debug)]
pub struct Coverage {
    all: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Coverage {
    /// Nothing has been seen yet.
    pub fn of(provider: &Provider) -> Self {
        Self { all: provider.places().into_iter().collect(), seen: BTreeSet::new() }
    }

    /// Counts what decided this check.
    pub fn add(&mut self, check: &Check) {
        self.seen.extend(check.places().filter(|place| self.all.contains(place)));
    }

    /// The rules, words and codes that no scenario has shown.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.all.difference(&self.seen).map(String::as_str)
    }

    /// How many parts have been seen, and of how many.
    pub fn count(&self) -> (usize, usize) {
        (self.seen.len(), self.all.len())
    }

    /// Compares the words of the definition with those that the provider documents, in both directions.
    pub fn against(&self, documented: &Documented) -> Vec<String> {
        let mut complaints = Vec::new();
        for (section, lists) in [
            ("status.map", &documented.statuses),
            ("error.codes", &documented.job_codes),
            ("problem.codes", &documented.problem_codes),
        ] {
            let prefix = format!("{section}.");
            let mapped: BTreeSet<&str> = self.all.iter().filter_map(|place| place.strip_prefix(&prefix)).collect();
            let listed: BTreeSet<&str> = lists.iter().flat_map(|list: &Words| &list.values).map(String::as_str).collect();
            complaints.extend(
                listed.difference(&mapped).map(|word| format!("`{word}` is documented, but {section} has no entry for it")),
            );
            complaints.extend(
                mapped
                    .difference(&listed)
                    .map(|word| format!("`{word}` is in {section}, but no page of documented.yaml lists it")),
            );
        }
        complaints
    }
}
