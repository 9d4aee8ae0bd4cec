//! Why a job ended badly: step 5.

use super::reading::Reading;
use super::ruling::Ruled;
use crate::failure::{Failure, Reason};
use crate::state::State;

/// A job that was canceled or has expired needs no explanation, but may have one.
pub(super) fn explain(ruled: &Ruled<'_>, reading: &Reading<'_>) -> Option<Failure> {
    if !matches!(ruled.state, State::Failed | State::Canceled | State::Expired) {
        return None;
    }
    let error = &reading.definition().error;
    let verdict = ruled.verdict;
    let codes = verdict.and_then(|verdict| verdict.code.as_ref()).or(error.code.as_ref());
    let (code, listed) = reading.listed_code(codes, &error.codes);
    let sentence = verdict.and_then(|verdict| verdict.message.as_ref()).or(error.message.as_ref());
    let message = sentence.and_then(|source| reading.text(source));
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
