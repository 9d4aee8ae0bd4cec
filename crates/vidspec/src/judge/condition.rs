//! Whether a condition holds for an answer.

use super::found::{Found, Scalar};
use super::reading::Reading;
use super::shown;
use super::trace::Tracer;
use crate::definition::{Clause, Condition, Test, Word};
use crate::effort::Effort;
use crate::explanation::Look;
use crate::json::Json;

/// All clauses are looked at in turn, until one does not hold.
pub(super) fn holds(condition: &Condition, reading: &Reading<'_, impl Tracer>) -> bool {
    condition.0.iter().all(|clause| {
        let holds = clause_holds(clause, reading);
        reading.trace.looked(|| look(clause, holds, reading));
        holds
    })
}

fn clause_holds(clause: &Clause, reading: &Reading<'_, impl Tracer>) -> bool {
    let effort = &reading.effort;
    match clause {
        // A body that is not JSON has no paths: not even the absence of one can be told from it.
        Clause::Path(path, test) => {
            reading.json().is_some_and(|json| test_holds(test, effort, || path.select(json, effort).filter_map(Candidate::of)))
        }
        Clause::Header(name, test) => {
            test_holds(test, effort, || reading.response.header(&name.0).and_then(Candidate::of_text).into_iter())
        }
        Clause::Text(test) => test_holds(test, effort, || reading.body.text().and_then(Candidate::of_text).into_iter()),
        Clause::Http(statuses) => statuses.iter().any(|status| status.holds(reading.response.status)),
        Clause::Body(kinds) => reading.body.kind().is_some_and(|kind| kinds.contains(&kind)),
        Clause::Any(conditions) => conditions.iter().any(|condition| holds(condition, reading)),
    }
}

/// What a clause saw.
fn look(clause: &Clause, holds: bool, reading: &Reading<'_, impl Tracer>) -> Look {
    let found = match clause {
        Clause::Path(path, _) => reading.selected(path),
        Clause::Header(name, _) => reading.response.header(&name.0).map(shown::quoted).into_iter().collect(),
        Clause::Text(_) => reading.body.text().map(shown::quoted).into_iter().collect(),
        Clause::Http(_) => vec![reading.response.status.to_string()],
        Clause::Body(_) => vec![reading.body.described().to_owned()],
        Clause::Any(_) => vec![if holds { "one" } else { "none" }.to_owned()],
    };
    Look { at: clause.subject(), expected: Some(clause.expected()), found, taken: None, holds }
}

/// A value that is there: neither null nor empty.
enum Candidate<'c> {
    Scalar(Scalar<'c>),
    Structure,
}

impl<'c> Candidate<'c> {
    fn of(value: &'c Json<'_>) -> Option<Self> {
        match Scalar::of(value) {
            Found::Scalar(scalar) => Some(Self::Scalar(scalar)),
            Found::Structure => Some(Self::Structure),
            Found::Nothing => None,
        }
    }

    fn of_text(text: &'c str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Scalar(Scalar::Text(text.into())))
    }

    fn scalar(&self) -> Option<&Scalar<'c>> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::Structure => None,
        }
    }
}

/// Where a path names several places, one of them is enough; for `not`, none may be equal.
fn test_holds<'c, I: Iterator<Item = Candidate<'c>>>(test: &Test, effort: &Effort, candidates: impl Fn() -> I) -> bool {
    let affordable = |scalar: &Scalar<'c>| match scalar {
        Scalar::Text(text) => effort.spend_on_text(text).is_continue(),
        Scalar::Number(_) | Scalar::Bool(_) => true,
    };
    let any = |holds: &dyn Fn(&Scalar<'c>) -> bool| {
        candidates().any(|candidate| candidate.scalar().is_some_and(|scalar| affordable(scalar) && holds(scalar)))
    };
    let is_one_of = |words: &[Word], scalar: &Scalar<'c>| {
        let text = scalar.text();
        effort.spend(words.len()).is_continue() && words.iter().any(|word| word.as_str() == text)
    };
    let Test { is, not, exists, matches, above, below } = test;
    is.as_ref().is_none_or(|words| any(&|scalar| is_one_of(words, scalar)))
        && not.as_ref().is_none_or(|words| !any(&|scalar| is_one_of(words, scalar)))
        && exists.is_none_or(|exists| candidates().next().is_some() == exists)
        && matches.as_ref().is_none_or(|pattern| any(&|scalar| pattern.is_match_within(&scalar.text(), effort)))
        && above.is_none_or(|bound| any(&|scalar| scalar.number().is_some_and(|number| number > bound)))
        && below.is_none_or(|bound| any(&|scalar| scalar.number().is_some_and(|number| number < bound)))
}
