//! The second question, for the file of a completed job: step 7.

use super::question::Question;
use super::reading::Reading;
use super::trace::{Draft, Trace, Tracer, Untraced};
use super::{Judgement, guards, judge_result};
use crate::credentials::Credentials;
use crate::decision::Part;
use crate::definition::{Answer, at};
use crate::explanation::{Explanation, Stage};
use crate::problem::{Problem, ProblemKind};
#[cfg(feature = "http")]
use crate::provider::Provider;
use crate::report::{Check, Report};
use crate::request::Request;
use crate::response::Response;
use crate::template::Writing;
use crate::time::Timestamp;

/// The second question, for the file of a completed job.
#[derive(Debug)]
pub struct Followup<'p> {
    pub(super) question: Question<'p>,
    pub(super) answer: &'p Answer,
    /// What the first answer gave for the request.
    pub(super) with: Vec<(&'p str, String)>,
    pub(super) check: Check,
    pub(super) report: Report,
}

impl<'p> Followup<'p> {
    /// Takes the values that the request needs from the first answer; without them it cannot be made.
    pub(super) fn of(
        reading: &Reading<'_, impl Tracer>,
        question: Question<'p>,
        answer: &'p Answer,
        check: Check,
        report: Report,
    ) -> Judgement<'p> {
        let mut followup = Self { question, answer, with: Vec::new(), check, report };
        let mut missing = None;
        for (name, source) in &answer.with {
            let name = name.as_str();
            match reading.text_for(Stage::Result, source, || at!["result", "with", name].to_vec()) {
                Some(value) => followup.with.push((name, value)),
                None => missing = missing.or(Some(name)),
            }
        }
        if let Err(problem) = reading.bounded(Stage::Result, Ok(()), &mut followup.check.decisions) {
            followup.check.outcome = Err(problem);
            return Judgement::Final(followup.check);
        }
        if let Some(name) = missing {
            let message = format!("the answer has no usable `{name}`, which the request for the result needs");
            reading.trace.came_to(|| Draft::idle(Stage::Result, at!["result"], message.as_str()));
            let problem = Problem::new(ProblemKind::UndocumentedResponse, message);
            return Judgement::Final(followup.failed_before(problem, reading.trace));
        }
        reading.trace.came_to(|| Draft::used(Stage::Result, at!["result"], followup.described()));
        Judgement::Ask(followup)
    }

    /// What is to be asked, for an explanation.
    fn described(&self) -> String {
        let values = self.question.values(&self.with);
        let request = self.answer.request().and_then(|(method, path)| {
            Some(format!("{} {}", method.as_str(), path.expand(Writing::Address, |name| values.get(name))?))
        });
        format!("the job is completed; its file takes another request: {}", request.unwrap_or_default())
    }

    /// The request to send.
    ///
    /// # Errors
    /// A problem of the kind `misconfigured` if a value cannot be sent.
    pub fn request(&self, credentials: &Credentials) -> Result<Request, Problem> {
        self.request_at(credentials, Timestamp::now())
    }

    /// The request to send at a moment, as with [`Question::request_at`].
    ///
    /// # Errors
    /// A problem of the kind `misconfigured` if a value cannot be sent.
    pub fn request_at(&self, credentials: &Credentials, now: Timestamp) -> Result<Request, Problem> {
        self.question.request_for(self.answer, &self.with, credentials, now)
    }

    /// The provider that is asked.
    #[cfg(feature = "http")]
    pub(crate) fn provider(&self) -> &Provider {
        self.question.provider()
    }

    /// What the answer adds. Mere trouble leaves the state and is reported beside it.
    pub fn judge(self, response: &Response) -> Check {
        judge_result(self, response, &Untraced)
    }

    /// The same, and how it is judged. It takes longer than [`Followup::judge`], and comes to the same.
    pub fn explain(self, response: &Response) -> (Check, Explanation) {
        let provider = self.question.provider();
        let trace = Trace::default();
        let check = judge_result(self, response, &trace);
        (check, trace.explanation(Part::Result, response.status, provider))
    }

    /// What is known without an answer to this question.
    pub fn failed(self, problem: Problem) -> Check {
        self.failed_before(problem, &Untraced)
    }

    fn failed_before(mut self, problem: Problem, trace: &impl Tracer) -> Check {
        self.report.result_problem = Some(problem);
        guards::examine(&mut self.report, false, trace);
        self.check.outcome = Ok(self.report);
        self.check
    }
}
