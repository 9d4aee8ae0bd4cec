//! Waiting for the job of a scenario, on a clock on which no time passes.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use vidspec::{Check, Client, Credentials, Ending, Event, EventKind, Pace, Problem, Provider, Question, State, WaitOptions};

use crate::clock::QuickClock;

/// What a wait came to.
pub(crate) struct Waited {
    /// The last answer.
    pub(crate) check: Option<Check>,
    /// What was told, without what stands in the report.
    pub(crate) events: Vec<Value>,
}

/// Waits for a job as `vidspec wait` does, at the pace of its provider, and long enough for so many answers.
pub(crate) async fn wait(client: &Client, question: Question<'_>, credentials: &Credentials, answers: usize) -> Waited {
    let mut pace = Pace::default();
    let own = question.provider().pace().or(&Pace::DEFAULT);
    let for_all = own.max.map(|longest| longest.saturating_mul(u32::try_from(answers).unwrap_or(u32::MAX)));
    pace.timeout = own.timeout.max(for_all);
    let key = |_: &Provider| Ok::<_, Problem>(credentials.clone());
    let options = WaitOptions::default().pace(pace).clock(QuickClock::default()).every_answer(true);
    let events: Vec<Event> = client.wait([question], &key, options).collect().await;
    Waited {
        events: events.iter().filter(|event| event.kind != EventKind::Answered).map(told).collect(),
        check: events.into_iter().rev().find_map(|event| event.check),
    }
}

/// What a claim can speak of.
fn told(event: &Event) -> Value {
    let problem = event.check.as_ref().and_then(|check| match &check.outcome {
        Ok(report) => report.result_problem.as_ref(),
        Err(problem) => Some(problem),
    });
    json!({
        "event": event.kind.as_str(),
        "ending": event.ending().map(Ending::as_str),
        "state": event.state.map(State::as_str),
        "errors": event.errors,
        "problem": problem.map(|problem| problem.kind.as_str()),
    })
}
