//! How an API refuses to answer: by HTTP, or by a code inside a success. Step 3.

use super::body::Body;
use super::found::Found;
use super::reading::Reading;
use super::retry_after;
use super::shown;
use super::trace::{Draft, Tracer};
use crate::decision::Decision;
use crate::definition::{Refusal, Unit, Verdict, at, found_as};
use crate::explanation::Stage;
use crate::problem::{Problem, ProblemKind};
use crate::time::parse_duration;

/// The refusal in an answer, if it is one, and what said so.
pub(super) fn look(reading: &Reading<'_, impl Tracer>) -> Option<(Problem, Decision)> {
    let status = reading.response.status;
    let section = reading.definition().problem.as_ref();
    let by_http = ProblemKind::of_http_status(status);
    let in_band = section.is_some_and(|section| !section.ok.is_empty());
    if by_http.is_none() && !in_band {
        reading.trace.came_to(|| Draft::idle(Stage::Problem, &[], format!("HTTP {status} is no refusal")));
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
        (None, None, _) => {
            reading.trace.came_to(|| told_harmless(status, code.as_deref()));
            return None;
        }
    };
    reading.trace.came_to(|| {
        let told = told_refusal(kind, &decision, code.as_deref(), by_http.is_some(), status);
        Draft::decided(Stage::Problem, &decision.path(), told)
    });
    let message = sentence(Stage::Problem, reading);
    let retry_after_seconds = retry_after(Stage::Problem, section, reading);
    Some((Problem { kind, code, message: Some(message), retry_after_seconds }, decision))
}

/// The problem of a success without a status: a code that the definition lists, or an answer that nobody described.
pub(super) fn hidden(reading: &Reading<'_, impl Tracer>) -> (Problem, Option<Decision>) {
    let unexpected = reading.unexpected("no status, and no rule that fits");
    let Some(section) = &reading.definition().problem else {
        reading.trace.came_to(|| Draft::decided(Stage::Status, &[], unexpected.to_string()));
        return (unexpected, None);
    };
    let (code, listed) = reading.listed_code(section.code.as_ref(), &section.codes);
    let decision = listed.map(|(word, _)| Decision::ProblemCode(word.clone()));
    let kind = listed.map_or(ProblemKind::UndocumentedResponse, |(_, kind)| *kind);
    reading.trace.came_to(|| match &decision {
        Some(decision) => {
            let told = told_refusal(kind, decision, code.as_deref(), false, reading.response.status);
            Draft::decided(Stage::Status, &decision.path(), told)
        }
        None => Draft::decided(Stage::Status, &[], unexpected.to_string()),
    });
    let theirs = section.message.as_ref();
    let message = theirs.and_then(|source| reading.text_for(Stage::Status, source, || at!["problem", "message"].to_vec()));
    let message = message.or(unexpected.message);
    let retry_after_seconds = retry_after(Stage::Status, Some(section), reading);
    (Problem { kind, code, message, retry_after_seconds }, decision)
}

/// The problem that a rule or a word named.
pub(super) fn ruled(kind: ProblemKind, verdict: &Verdict, by: &Decision, reading: &Reading<'_, impl Tracer>) -> Problem {
    let definition = reading.definition();
    let stage = if matches!(by, Decision::Rule(..)) { Stage::Problem } else { Stage::Status };
    let (section, shared) = match &definition.problem {
        Some(problem) => ("problem", problem.code.as_ref()),
        None => ("error", definition.error.code.as_ref()),
    };
    let at = || if verdict.code.is_some() { by.verdict("code") } else { at![section, "code"].to_vec() };
    let code = verdict.code.as_ref().or(shared).and_then(|source| reading.text_for(stage, source, at));
    let own = verdict.message.as_ref();
    let own = own.and_then(|source| reading.text_for(stage, source, || by.verdict("message")));
    let message = own.unwrap_or_else(|| sentence(stage, reading));
    let retry_after_seconds = retry_after(stage, definition.problem.as_ref(), reading);
    Problem { kind, code, message: Some(message), retry_after_seconds }
}

/// The provider's sentence, or ours where it gave none.
fn sentence(stage: Stage, reading: &Reading<'_, impl Tracer>) -> String {
    let definition = reading.definition();
    let said = |section, source| reading.text_for(stage, source, || at![section, "message"].to_vec());
    let of_problem = definition.problem.as_ref().and_then(|section| said("problem", section.message.as_ref()?));
    let theirs = of_problem.or_else(|| said("error", definition.error.message.as_ref()?));
    theirs.unwrap_or_else(|| {
        let status = reading.response.status;
        match &reading.body {
            Body::Json(_) => format!("HTTP {status} without an explanation"),
            other => format!("HTTP {status} with {}", other.described()),
        }
    })
}

/// How long the provider asks to wait: by header, or where the definition says.
fn retry_after(stage: Stage, section: Option<&Refusal>, reading: &Reading<'_, impl Tracer>) -> Option<f64> {
    let stated = || {
        let source = section?.retry_after.as_ref()?;
        let seconds = source.origins().iter().find_map(|origin| {
            let Found::Scalar(scalar) = reading.find_at(origin) else { return None };
            let seconds = parse_duration(&scalar.text())?;
            Some(if origin.unit == Some(Unit::Milliseconds) { seconds / 1_000.0 } else { seconds })
        });
        reading.trace.came_to(|| {
            let told = seconds.map(|seconds| format!("asks to wait {seconds} s"));
            Draft::value(stage, at!["problem", "retry_after"], told)
        });
        seconds
    };
    let by_header = retry_after::header(reading.response);
    if let Some(seconds) = by_header {
        reading.trace.came_to(|| Draft::used(stage, &[], format!("a header asks to wait {seconds} s")));
    }
    by_header.or_else(stated).or_else(|| retry_after::of_refusal(reading.response))
}

/// A refusal, for an explanation.
fn told_refusal(kind: ProblemKind, by: &Decision, code: Option<&str>, by_http: bool, status: u16) -> String {
    let kind = kind.as_str();
    match (by, code) {
        (Decision::ProblemCode(key), Some(code)) => format!("{}: {kind}", found_as(key, code)),
        (_, Some(code)) if by_http => {
            format!("HTTP {status}, and `problem.codes` does not list the code `{}`: {kind}", shown::text(code))
        }
        (_, Some(code)) => format!("the code `{}` is in neither `problem.codes` nor `problem.ok`: {kind}", shown::text(code)),
        (_, None) => format!("HTTP {status}: {kind}"),
    }
}

/// A success with a code that says so, for an explanation.
fn told_harmless(status: u16, code: Option<&str>) -> Draft {
    let code = code.map_or("there is no code".to_owned(), |code| format!("the code `{code}` is harmless"));
    Draft::idle(Stage::Problem, at!["problem", "ok"], format!("HTTP {status} is no refusal, and {code}"))
}
