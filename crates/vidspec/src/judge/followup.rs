//! The second question, for the file of a completed job: step 7.

use super::question::Question;
use super::reading::{Found, Reading};
use super::{Judgement, finish, judge_result};
use crate::credentials::Credentials;
use crate::definition::Answer;
use crate::problem::{Problem, ProblemKind};
use crate::report::{Check, Report};
use crate::request::Request;
use crate::response::Response;
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
        reading: &Reading<'_>,
        question: Question<'p>,
        answer: &'p Answer,
        check: Check,
        report: Report,
    ) -> Judgement<'p> {
        let mut followup = Self { question, answer, with: Vec::new(), check, report };
        for (name, source) in &answer.with {
            match reading.find(source) {
                Found::Scalar(value) => followup.with.push((name.as_str(), value.text().into_owned())),
                Found::Nothing | Found::Structure => {
                    let message = format!("the answer has no usable `{}`, which the request for the result needs", name.as_str());
                    return Judgement::Final(followup.failed(Problem::new(ProblemKind::UndocumentedResponse, message)));
                }
            }
        }
        Judgement::Ask(followup)
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

    /// What the answer adds. Mere trouble leaves the state and is reported beside it.
    pub fn judge(self, response: &Response) -> Check {
        judge_result(self, response)
    }

    /// What is known without an answer to this question.
    pub fn failed(mut self, problem: Problem) -> Check {
        self.report.result_problem = Some(problem);
        finish(self.check, self.report, false)
    }
}
