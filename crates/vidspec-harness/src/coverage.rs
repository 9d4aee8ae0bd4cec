//! Which parts of a definition have evidence, and how good it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use vidspec::{Check, Provider, State};

use crate::evidence::{Documented, Evidence, Words};
use crate::grade::Grade;
use crate::scenario::Scenario;

/// The parts of a definition that can have a say, each with the best evidence that it did.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// In the order of the definition.
    places: Vec<String>,
    shown: BTreeMap<String, Shown>,
    states: Vec<State>,
}

/// The best evidence for a part of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// How good it is.
    pub grade: Grade,
    /// The name of the scenario.
    pub scenario: String,
    /// What that scenario comes to: a state, or the kind of a problem.
    pub comes_to: &'static str,
}

impl Coverage {
    /// Nothing has been seen yet.
    pub fn of(provider: &Provider) -> Self {
        Self { places: provider.places(), shown: BTreeMap::new(), states: Vec::new() }
    }

    /// What the answers of the evidence come to as they stand in its files. Nothing is sent, and no claim is looked at.
    pub fn judged(provider: &Provider, evidence: &Evidence) -> Self {
        let mut coverage = Self::of(provider);
        for scenario in &evidence.scenarios {
            for check in evidence.documented.judge(provider, scenario) {
                coverage.add(&check, scenario);
            }
        }
        coverage
    }

    /// Counts what had a say in this check, which replayed this scenario.
    pub fn add(&mut self, check: &Check, scenario: &Scenario) {
        let comes_to = match &check.outcome {
            Ok(report) => report.state.as_str(),
            Err(problem) => problem.kind.as_str(),
        };
        if check.outcome.is_ok() && !self.states.contains(&check.state()) {
            self.states.push(check.state());
        }
        let shown = Shown { grade: scenario.evidence.clone(), scenario: scenario.name.clone(), comes_to };
        for place in check.places().filter(|place| self.places.contains(place)) {
            let best = self.shown.entry(place).or_insert_with(|| shown.clone());
            if shown.grade.rank() < best.grade.rank() {
                best.clone_from(&shown);
            }
        }
    }

    /// All parts, in the order of the definition, each with the best evidence for it.
    pub fn places(&self) -> impl Iterator<Item = (&str, Option<&Shown>)> {
        self.places.iter().map(|place| (place.as_str(), self.shown.get(place)))
    }

    /// The rules, words, codes and outputs that no scenario has shown.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.places().filter(|(_, shown)| shown.is_none()).map(|(place, _)| place)
    }

    /// The states that have been shown, in the order of a job's life.
    pub fn states(&self) -> impl Iterator<Item = State> {
        let life = [State::Queued, State::Processing, State::Completed, State::Failed, State::Canceled, State::Expired];
        life.into_iter().filter(|state| self.states.contains(state))
    }

    /// How many parts have been seen, and of how many.
    pub fn count(&self) -> (usize, usize) {
        (self.shown.len(), self.places.len())
    }

    /// The share of the parts that have evidence, 0 to 100; 100 if there are none.
    pub fn percent(&self) -> f64 {
        let (seen, all) = self.count();
        #[expect(clippy::cast_precision_loss, reason = "a definition has at most some thousand parts")]
        if all == 0 { 100.0 } else { seen as f64 * 100.0 / all as f64 }
    }

    /// How many parts have evidence of each grade, the best grade first.
    pub fn by_grade(&self) -> Vec<(&'static str, usize)> {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        let mut grades: Vec<&Grade> = self.shown.values().map(|shown| &shown.grade).collect();
        grades.sort_by_key(|grade| grade.rank());
        for grade in grades {
            match counts.last_mut() {
                Some((word, count)) if *word == grade.as_str() => *count += 1,
                _ => counts.push((grade.as_str(), 1)),
            }
        }
        counts
    }

    /// Compares the words of the definition with those that the provider documents, in both directions.
    pub fn against(&self, documented: &Documented) -> Vec<Disagreement> {
        let mut disagreements = Vec::new();
        for (section, lists) in [
            ("status.map", &documented.statuses),
            ("error.codes", &documented.job_codes),
            ("problem.codes", &documented.problem_codes),
        ] {
            let prefix = format!("{section}.");
            let mapped: BTreeSet<&str> = self.places.iter().filter_map(|place| place.strip_prefix(&prefix)).collect();
            let listed: BTreeSet<&str> = lists.iter().flat_map(|list: &Words| &list.values).map(String::as_str).collect();
            let found = |word: &&str, is_documented| Disagreement { section, word: (*word).to_owned(), is_documented };
            disagreements.extend(listed.difference(&mapped).map(|word| found(word, true)));
            disagreements.extend(mapped.difference(&listed).map(|word| found(word, false)));
        }
        disagreements
    }
}

/// A word that stands in the definition or in `documented.yaml`, and not in both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disagreement {
    /// The part of the definition that maps such words, such as `status.map`.
    pub section: &'static str,
    /// The word.
    pub word: String,
    /// Whether it is documented, and the definition lacks it; otherwise it is the other way round.
    pub is_documented: bool,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { section, word, is_documented } = self;
        if *is_documented {
            write!(f, "`{word}` is documented, but {section} has no entry for it")
        } else {
            write!(f, "`{word}` is in {section}, but no page of documented.yaml lists it")
        }
    }
}
