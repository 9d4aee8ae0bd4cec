//! Which part of the definition decides: steps 2 to 4.

use super::condition;
use super::found::Found;
use super::reading::Reading;
use super::refusal;
use super::shown;
use super::trace::{Draft, Tracer};
use crate::decision::{Decision, Decisions, Part};
use crate::definition::{Rule, Ruling, Verdict, at};
use crate::explanation::Stage;
use crate::problem::Problem;
use crate::state::State;

/// A state, and what gave it.
pub(super) struct Ruled<'d> {
    pub(super) state: State,
    pub(super) raw_status: Option<String>,
    pub(super) verdict: Option<&'d Verdict>,
}

impl Ruled<'_> {
    /// Whether a completed job of this kind has no file.
    pub(super) fn without_outputs(&self) -> bool {
        self.verdict.is_some_and(|verdict| verdict.without_outputs)
    }
}

/// The first rule that holds, or else a refusal, or else the provider's word.
pub(super) fn decide<'r>(reading: &Reading<'r, impl Tracer>, decisions: &mut Decisions) -> Result<Ruled<'r>, Problem> {
    for (index, rule) in reading.answer.rules.iter().enumerate() {
        let decision = Decision::Rule(reading.part, index);
        if holds(rule, &decision, reading) {
            return follow(&rule.then, || word(reading).into_text(), decision, reading, decisions);
        }
    }
    if let Some((problem, decision)) = refusal::look(reading) {
        decisions.add(reading.part, decision);
        return Err(problem);
    }
    by_word(reading, decisions)
}

/// A rule that does not name `http` is only asked about successes.
fn holds(rule: &Rule, decision: &Decision, reading: &Reading<'_, impl Tracer>) -> bool {
    let asked = reading.response.is_success() || rule.when.names_http();
    let holds = asked && condition::holds(&rule.when, reading);
    reading.trace.came_to(|| match (asked, holds) {
        (_, true) => Draft::decided(Stage::Rules, &decision.path(), format!("holds: {}", rule.then)),
        (true, false) => Draft::idle(Stage::Rules, &decision.path(), "does not hold"),
        (false, false) => {
            let status = reading.response.status;
            Draft::idle(Stage::Rules, &decision.path(), format!("not asked about HTTP {status}, as it does not name `http`"))
        }
    });
    holds
}

/// The provider's own word for the state.
fn word<'f>(reading: &'f Reading<'_, impl Tracer>) -> Found<'f> {
    let Some(path) = &reading.answer.path else { return Found::Nothing };
    let found = reading.find(path);
    reading.trace.came_to(|| {
        let at = at![reading.part.as_str(), "path"].to_vec();
        match &found {
            Found::Scalar(word) => Draft::used(Stage::Status, &at, format!("the word is `{}`", shown::text(&word.text()))),
            Found::Structure => Draft::idle(Stage::Status, &at, "a list or object instead of a word"),
            Found::Nothing => Draft::idle(Stage::Status, &at, "no word"),
        }
    });
    found
}

/// What the word means, or that there is none.
fn by_word<'r>(reading: &Reading<'r, impl Tracer>, decisions: &mut Decisions) -> Result<Ruled<'r>, Problem> {
    let (part, map) = (reading.part, &reading.answer.map);
    let word = word(reading);
    // A word in a header needs no body.
    if let (Found::Nothing | Found::Structure, Some(problem)) = (&word, reading.not_json()) {
        return Err(undescribed(problem, reading));
    }
    let raw = match word {
        Found::Scalar(scalar) => scalar.text().into_owned(),
        Found::Structure => {
            return Err(undescribed(reading.unexpected("an object or list where the status should be a word"), reading));
        }
        Found::Nothing => return without_word(reading, decisions),
    };
    if let Some((_, word, verdict)) = map.get_full(raw.as_str()) {
        let decision = Decision::Map(part, word.clone());
        reading.trace.came_to(|| Draft::decided(Stage::Status, &decision.path(), format!("means {verdict}")));
        return follow(verdict, || Some(raw), decision, reading, decisions);
    }
    let decision = Decision::Unmapped(part);
    reading.trace.came_to(|| Draft::decided(Stage::Status, &decision.path(), "does not list the word: unknown"));
    decisions.add(part, decision);
    Ok(Ruled { state: State::Unknown, raw_status: Some(raw), verdict: None })
}

/// What an answer means that holds no word: what the definition says, or that the answer about the file changes nothing, or that
/// nobody described it.
fn without_word<'r>(reading: &Reading<'r, impl Tracer>, decisions: &mut Decisions) -> Result<Ruled<'r>, Problem> {
    let part = reading.part;
    match (&reading.answer.missing, part) {
        (Some(verdict), _) => {
            let decision = Decision::Missing(part);
            reading.trace.came_to(|| Draft::decided(Stage::Status, &decision.path(), format!("means {verdict}")));
            follow(verdict, || None, decision, reading, decisions)
        }
        (None, Part::Result) => {
            reading.trace.came_to(|| Draft::idle(Stage::Status, &[], "the state stays as the first answer gave it"));
            Ok(Ruled { state: State::Completed, raw_status: None, verdict: None })
        }
        (None, Part::Status) => {
            let (problem, decision) = refusal::hidden(reading);
            if let Some(decision) = decision {
                decisions.add(part, decision);
            }
            Err(problem)
        }
    }
}

/// A verdict that is a problem ends the judgement.
fn follow<'d>(
    verdict: &'d Verdict,
    raw_status: impl FnOnce() -> Option<String>,
    decision: Decision,
    reading: &Reading<'_, impl Tracer>,
    decisions: &mut Decisions,
) -> Result<Ruled<'d>, Problem> {
    let ruled = match verdict.ruling {
        Ruling::State(state) => Ok(Ruled { state, raw_status: raw_status(), verdict: Some(verdict) }),
        Ruling::Problem(kind) => Err(refusal::ruled(kind, verdict, &decision, reading)),
    };
    decisions.add(reading.part, decision);
    ruled
}

/// An answer that nobody described.
fn undescribed(problem: Problem, reading: &Reading<'_, impl Tracer>) -> Problem {
    reading.trace.came_to(|| Draft::decided(Stage::Status, &[], problem.to_string()));
    problem
}
