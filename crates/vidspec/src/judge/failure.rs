//! Why a job ended badly: step 5.

use super::reading::Reading;
use super::ruling::Ruled;
use super::shown;
use super::trace::{Draft, Tracer};
use crate::decision::Decision;
use crate::definition::{FailureClass, Word, at, found_as};
use crate::explanation::Stage;
use crate::failure::{Failure, Reason};
use crate::state::State;

/// A job that was canceled or has expired needs no explanation, but may have one.
pub(super) fn explain(ruled: &Ruled<'_>, by: Option<&Decision>, reading: &Reading<'_, impl Tracer>) -> Option<Failure> {
    if !matches!(ruled.state, State::Failed | State::Canceled | State::Expired) {
        return None;
    }
    let error = &reading.definition().error;
    let verdict = ruled.verdict;
    let own = verdict.and_then(|verdict| verdict.code.as_ref());
    let codes = own.or(error.code.as_ref());
    let (code, listed) = reading.listed_code(codes, &error.codes);
    if codes.is_some() {
        reading.trace.came_to(|| told_code(code.as_deref(), listed, by.filter(|_| own.is_some())));
    }
    let own = verdict.and_then(|verdict| verdict.message.as_ref());
    let at = || by.filter(|_| own.is_some()).map_or(at!["error", "message"].to_vec(), |by| by.verdict("message"));
    let message = own.or(error.message.as_ref()).and_then(|source| reading.text_for(Stage::Error, source, at));
    let reason = verdict.and_then(|verdict| verdict.reason);
    let class = listed.map(|(_, class)| *class);
    let retryable = verdict.and_then(|verdict| verdict.retryable).or(class.and_then(|class| class.retryable));
    let unexplained = reason.is_none() && retryable.is_none() && code.is_none() && message.is_none();
    if ruled.state != State::Failed && unexplained {
        return None;
    }
    Some(Failure {
        reason: reason.or(class.map(|class| class.reason)).unwrap_or(Reason::Other),
        retryable: retryable.unwrap_or_default(),
        code,
        message,
        listed_as: listed.map(|(word, _)| word.clone()),
    })
}

/// What the code came to, for an explanation; `own` is the decision whose verdict says where it stands.
fn told_code(code: Option<&str>, listed: Option<(&Word, &FailureClass)>, own: Option<&Decision>) -> Draft {
    let source = own.map_or(at!["error", "code"].to_vec(), |by| by.verdict("code"));
    match (code, listed) {
        (Some(code), Some((key, class))) => {
            Draft::used(Stage::Error, at!["error", "codes", key.as_str()], format!("{}: {class}", found_as(key, code)))
        }
        (Some(code), None) => {
            let code = shown::text(code);
            Draft::used(Stage::Error, &source, format!("the code `{code}`, which `error.codes` does not list"))
        }
        (None, _) => Draft::idle(Stage::Error, &source, "no code"),
    }
}
