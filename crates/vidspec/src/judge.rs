//! What an answer means. Pure: the same answer always gives the same judgement.
//!
//! The order of judgement of one answer:
//!
//! 1. The body is read and its kind known: JSON, text, binary or empty ([`reading`]).
//! 2. `rules`, in their order; the first whose condition holds decides. A rule that does not name `http` is only asked about
//!    answers of 200 to 299 ([`ruling`], [`condition`]).
//! 3. `problem`: an HTTP status that refuses, or a code in the body that the definition does not call harmless ([`refusal`]).
//! 4. `path` and `map`, or `missing` if there is no word. A word without an entry gives the state `unknown`; no word at all
//!    is an answer that nobody described, unless it carries a code that `problem` lists ([`ruling`]).
//! 5. `error`, for a job that ended badly: reason, code and sentence ([`failure`]).
//! 6. Outputs, progress, times and details ([`values`], [`outputs`]).
//! 7. For a completed job, the `result` request, whose answer goes the same way from 1 ([`followup`]).
//! 8. The guards, which note what does not fit together and change nothing ([`guards`]).

use crate::decision::{Decisions, Part};
use crate::explanation::Stage;
use crate::problem::{Problem, ProblemKind};
use crate::report::{Check, Report};
use crate::response::Response;
use crate::state::State;

mod address;
mod body;
mod condition;
mod failure;
mod followup;
mod found;
mod guards;
mod outputs;
mod question;
mod reading;
mod refusal;
mod retry_after;
mod ruling;
mod shown;
mod trace;
mod values;

pub use followup::Followup;
pub use question::Question;
#[cfg(feature = "http")]
pub(crate) use retry_after::header as retry_after_header;

use reading::Reading;
use trace::Tracer;

/// What an answer led to.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "it is returned once per answer and never stored")]
pub enum Judgement<'p> {
    /// All that can be known.
    Final(Check),
    /// The job is completed, and the address of its file takes another request.
    Ask(Followup<'p>),
}

fn judge_status<'p>(question: &Question<'p>, response: &Response, trace: &impl Tracer) -> Judgement<'p> {
    let provider = question.provider();
    let definition = provider.definition();
    let reading = Reading::new(Part::Status, &definition.status, response, question.values(&[]), trace);
    let mut check = Check {
        job: question.reference(),
        checked_at: response.received_at,
        http_status: Some(response.status),
        request_id: reading.request_id(definition.request_id.as_ref()),
        lifecycle: provider.shared_lifecycle(),
        outcome: Err(Problem::new(ProblemKind::UndocumentedResponse, "")),
        decisions: Decisions::default(),
    };
    let ruled = ruling::decide(&reading, &mut check.decisions);
    let ruled = match reading.bounded(Stage::Status, ruled, &mut check.decisions) {
        Ok(ruled) => ruled,
        Err(problem) => {
            check.outcome = Err(problem);
            return Judgement::Final(check);
        }
    };
    let without_outputs = ruled.without_outputs();
    let failure = failure::explain(&ruled, check.decisions.of(Part::Status), &reading);
    let mut report = Report::new(ruled.state, ruled.raw_status, failure);
    values::fill(&reading, &mut report);
    if let Err(problem) = reading.bounded(Stage::Values, Ok(()), &mut check.decisions) {
        check.outcome = Err(problem);
        return Judgement::Final(check);
    }
    values::set_next_check(&reading, &mut report);
    match &definition.result {
        Some(answer) if report.state == State::Completed && !without_outputs => {
            Followup::of(&reading, question.clone(), answer, check, report)
        }
        _ => {
            guards::examine(&mut report, without_outputs, trace);
            check.outcome = Ok(report);
            Judgement::Final(check)
        }
    }
}

fn judge_result(followup: Followup<'_>, response: &Response, trace: &impl Tracer) -> Check {
    let Followup { question, answer, with, mut check, mut report } = followup;
    let reading = Reading::new(Part::Result, answer, response, question.values(&with), trace);
    let mut without_outputs = false;
    let ruled = ruling::decide(&reading, &mut check.decisions);
    match reading.bounded(Stage::Status, ruled, &mut check.decisions) {
        Ok(ruled) if ruled.verdict.is_some() || answer.path.is_some() => {
            without_outputs = ruled.without_outputs();
            report.failure = failure::explain(&ruled, check.decisions.of(Part::Result), &reading);
            report.state = ruled.state;
            report.raw_status = ruled.raw_status.or(report.raw_status);
            values::set_next_check(&reading, &mut report);
            if report.state != State::Completed {
                report.outputs.clear();
            }
        }
        Ok(_) => {}
        // Mere trouble leaves the state and is reported beside it.
        Err(problem) => report.result_problem = Some(problem),
    }
    if report.result_problem.is_none() {
        values::fill(&reading, &mut report);
        report.result_problem = reading.bounded(Stage::Values, Ok(()), &mut check.decisions).err();
    }
    guards::examine(&mut report, without_outputs, trace);
    check.outcome = Ok(report);
    check
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::job::JobId;
    use crate::provider::Provider;
    use crate::time::Timestamp;

    /// Members that definitions look at, so that random documents reach their rules.
    const NAMES: [&str; 16] = [
        "status",
        "state",
        "data",
        "error",
        "code",
        "message",
        "done",
        "response",
        "output",
        "video",
        "url",
        "progress",
        "success",
        "task",
        "metadata",
        "base_resp",
    ];

    fn documents() -> impl Strategy<Value = Value> {
        let words = ["completed", "done", "failed", "RUNNING", "https://x.example/v.mp4", "12.5s", "", "0"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            prop::sample::select(words.to_vec()).prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(prop::sample::select(NAMES.to_vec()), inner, 0..6).prop_map(|members| json!(members)),
            ]
        })
    }

    fn judged(provider: &Provider, response: &Response) -> Check {
        match provider.judge(&JobId::new("job-1").unwrap(), response) {
            Judgement::Final(check) => check,
            Judgement::Ask(followup) => followup.judge(response),
        }
    }

    fn explained(provider: &Provider, response: &Response) -> Check {
        let question = provider.question(JobId::new("job-1").unwrap());
        match question.explain(response).0 {
            Judgement::Final(check) => check,
            Judgement::Ask(followup) => followup.explain(response).0,
        }
    }

    /// Whatever a server says: no panic, the same conclusion each time, and no success out of a refusal.
    fn check_all(status: u16, body: &[u8]) {
        let response = Response::new(status, body).received_at(Timestamp::parse("2026-11-22T12:00:00Z").unwrap());
        for entry in Catalogue::builtin().entries() {
            let provider = entry.provider().unwrap();
            let check = judged(&provider, &response);
            assert_eq!(check, judged(&provider, &response), "{}", entry.id());
            assert_eq!(check, explained(&provider, &response), "{}", entry.id());
            assert!(serde_json::to_string(&check).is_ok());
            let progress = check.outcome.as_ref().ok().and_then(|report| report.progress);
            assert!(progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)), "{}", entry.id());
            if (400..600).contains(&status) {
                assert_ne!(check.state(), State::Completed, "{}", entry.id());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn any_document_is_judged(document in documents(), status in prop::sample::select(vec![200_u16, 202, 302, 400, 404, 429, 500])) {
            check_all(status, document.to_string().as_bytes());
        }

        #[test]
        fn any_bytes_are_judged(body in prop::collection::vec(any::<u8>(), 0..64)) {
            check_all(200, &body);
        }
    }
}
