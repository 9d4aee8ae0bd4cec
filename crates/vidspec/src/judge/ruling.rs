//! Which part of the definition decides: steps 2 to 4.

use super::condition;
use super::reading::{Found, Reading};
use super::refusal;
use crate::decision::{Decision, Decisions, Part};
use crate::definition::{Rule, Ruling, Verdict};
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
pub(super) fn decide<'r>(reading: &Reading<'r>, decisions: &mut Decisions) -> Result<Ruled<'r>, Problem> {
    let part = reading.part;
    if let Some((index, rule)) = reading.answer.rules.iter().enumerate().find(|(_, rule)| fits(rule, reading)) {
        decisions.add(part, Decision::Rule(part, index));
        return follow(&rule.then, word(reading).into_text(), reading);
    }
    if let Some((problem, decision)) = refusal::look(reading) {
        decisions.add(part, decision);
        return Err(problem);
    }
    by_word(reading, decisions)
}

/// A rule that does not name `http` is only asked about successes.
fn fits(rule: &Rule, reading: &Reading<'_>) -> bool {
    (reading.response.is_success() || rule.when.names_http()) && condition::holds(&rule.when, reading)
}

/// The provider's own word for the state.
fn word<'f>(reading: &'f Reading<'_>) -> Found<'f> {
    reading.answer.path.as_ref().map_or(Found::Nothing, |path| reading.find(path))
}

/// What the word means, or that there is none.
fn by_word<'r>(reading: &Reading<'r>, decisions: &mut Decisions) -> Result<Ruled<'r>, Problem> {
    let (part, answer) = (reading.part, reading.answer);
    let word = word(reading);
    // A word in a header needs no body.
    if let (Found::Nothing | Found::Structure, Some(problem)) = (&word, reading.not_json()) {
        return Err(problem);
    }
    let raw = match word {
        Found::Scalar(scalar) => scalar.text().into_owned(),
        Found::Structure => return Err(reading.unexpected("an object or list where the status should be a word")),
        Found::Nothing => return without_word(reading, decisions),
    };
    match answer.map.get_full(raw.as_str()) {
        Some((_, word, verdict)) => {
            decisions.add(part, Decision::Map(part, word.clone()));
            follow(verdict, Some(raw), reading)
        }
        None => {
            decisions.add(part, Decision::Unmapped(part));
            Ok(Ruled { state: State::Unknown, raw_status: Some(raw), verdict: None })
        }
    }
}

/// What an answer means that holds no word: what the definition says, or that the answer about the file changes nothing, or that
/// nobody described it.
fn without_word<'r>(reading: &Reading<'r>, decisions: &mut Decisions) -> Result<Ruled<'r>, Problem> {
    let part = reading.part;
    match (&reading.answer.missing, part) {
        (Some(verdict), _) => {
            decisions.add(part, Decision::Missing(part));
            follow(verdict, None, reading)
        }
        (None, Part::Result) => Ok(Ruled { state: State::Completed, raw_status: None, verdict: None }),
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
fn follow<'d>(verdict: &'d Verdict, raw_status: Option<String>, reading: &Reading<'_>) -> Result<Ruled<'d>, Problem> {
    match verdict.ruling {
        Ruling::State(state) => Ok(Ruled { state, raw_status, verdict: Some(verdict) }),
        Ruling::Problem(kind) => Err(refusal::ruled(kind, verdict, reading)),
    }
}
