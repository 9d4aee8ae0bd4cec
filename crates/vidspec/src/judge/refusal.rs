//! How an API refuses to answer: by HTTP, or by a code inside a success. Step 3.

use super::reading::{Body, Reading};
use super::retry_after;
use crate::decision::Decision;
use crate::definition::{Refusal, Source, Unit, Verdict};
use crate::problem::{Problem, ProblemKind};
use crate::time::parse_duration;

/// The refusal in an answer, if it is one, and what said so.
pub(super) fn look(reading: &Reading<'_>) -> Option<(Problem, Decision)> {
    let status = reading.response.status;
    let section = reading.definition().problem.as_ref();
    let by_http = ProblemKind::of_http_status(status);
    let in_band = section.is_some_and(|section| !section.ok.is_empty());
    if by_http.is_none() && !in_band {
        return None;
    }
    let (code, listed) = match section {
        Some(section) => {
            let (code, listed) = reading.listed_code(section.code.as_ref(), &section.codes);
            (code, listed.map(|(word, kind)| (word.clone(), *kind)))
        }
        None => (reading.definition().error.code.as_ref().and_then(|source| reading.text(source)), None),
    };
    let harmless = |code: &str| section.is_some_and(|section| section.ok.iter().any(|ok| ok.as_str() == code));
    let (kind, decision) = match (listed, by_http, &code) {
        (Some((word, kind)), ..) => (kind, Decision::ProblemCode(word)),
        (None, Some(kind), _) => (kind, Decision::HttpStatus(status)),
        (None, None, Some(code)) if !harmless(code) => (ProblemKind::UndocumentedResponse, Decision::HttpStatus(status)),
        (None, None, _) => return None,
    };
    let message = sentence(None, reading);
    let retry_after_seconds = retry_after(section, reading);
    Some((Problem { kind, code, message: Some(message), retry_after_seconds }, decision))
}

/// The problem of a success without a status: a code that the definition lists, or an answer that nobody described.
pub(super) fn hidden(reading: &Reading<'_>) -> (Problem, Option<Decision>) {
    let unexpected = reading.unexpected("no status, and no rule that fits");
    let Some(section) = &reading.definition().problem else { return (unexpected, None) };
    let (code, listed) = reading.listed_code(section.code.as_ref(), &section.codes);
    let message = section.message.as_ref().and_then(|source| reading.text(source)).or(unexpected.message);
    let kind = listed.map_or(ProblemKind::UndocumentedResponse, |(_, kind)| *kind);
    let retry_after_seconds = retry_after(Some(section), reading);
    (Problem { kind, code, message, retry_after_seconds }, listed.map(|(word, _)| Decision::ProblemCode(word.clone())))
}

/// The problem that a rule named.
pub(super) fn ruled(kind: ProblemKind, verdict: &Verdict, reading: &Reading<'_>) -> Problem {
    let definition = reading.definition();
    let shared = definition.problem.as_ref().map_or(definition.error.code.as_ref(), |section| section.code.as_ref());
    let code = verdict.code.as_ref().or(shared).and_then(|source| reading.text(source));
    let message = sentence(verdict.message.as_ref(), reading);
    Problem { kind, code, message: Some(message), retry_after_seconds: retry_after(definition.problem.as_ref(), reading) }
}

/// The provider's sentence, or ours where it gave none.
fn sentence(own: Option<&Source>, reading: &Reading<'_>) -> String {
    let definition = reading.definition();
    let problem = definition.problem.as_ref().and_then(|section| section.message.as_ref());
    let sources = [own, problem, definition.error.message.as_ref()];
    let theirs = sources.into_iter().flatten().find_map(|source| reading.text(source));
    theirs.unwrap_or_else(|| {
        let status = reading.response.status;
        match &reading.body {
            Body::Json(_) => format!("HTTP {status} without an explanation"),
            other => format!("HTTP {status} with {}", other.described()),
        }
    })
}

/// How long the provider asks to wait: by header, or where the definition says.
fn retry_after(section: Option<&Refusal>, reading: &Reading<'_>) -> Option<f64> {
    let stated = || {
        let source = section?.retry_after.as_ref()?;
        source.origins().iter().find_map(|origin| {
            let super::reading::Found::Scalar(scalar) = reading.find_at(origin) else { return None };
            let seconds = parse_duration(&scalar.text())?;
            Some(if origin.unit == Some(Unit::Milliseconds) { seconds / 1_000.0 } else { seconds })
        })
    };
    retry_after::header(reading.response).or_else(stated).or_else(|| retry_after::of_refusal(reading.response))
}
