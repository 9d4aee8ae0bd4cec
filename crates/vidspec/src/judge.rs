//! What an answer means. Pure: the same answer always gives the same judgement.
//!
//! The order of judgement of one answer:
//!
//! 1. The body is read and its kind known: JSON, text, binary or empty ([`reading`]).
//! 2. `rules`, in their order; the first whose condition holds decides. A rule that does not name `http` is only asked about
//!    answers of 200 to 299 ([`condition`]).
//! 3. `problem`: an HTTP status that refuses, or a code in the body that the definition does not call harmless ([`refusal`]).
//! 4. `path` and `map`, or `missing` if there is no word. A word without an entry gives the state `unknown`; no word at all
//!    is an answer that nobody described, unless it carries a code that `problem` lists.
//! 5. `error`, for a job that ended badly: reason, code and sentence.
//! 6. Outputs, progress, times and details ([`values`]).
//! 7. For a completed job, the `result` request, whose answer goes the same way from 1.
//! 8. The guards, which note what does not fit together and change nothing ([`guards`]).

use std::borrow::Cow;

use url::Url;

use crate::credentials::Credentials;
use crate::decision::{Decision, Decisions, Part};
use crate::definition::{Answer, Ruling, Verdict};
use crate::failure::{Failure, Reason};
use crate::job::{JobId, JobReference};
use crate::params::{self, Params, Settled, Surroundings};
use crate::problem::{Problem, ProblemKind};
use crate::provider::Provider;
use crate::report::{Check, Report};
#[cfg(feature = "http")]
use crate::request::Method;
use crate::request::Request;
use crate::response::{LARGEST_BODY, Response};
use crate::state::State;
use crate::time::Timestamp;

mod address;
mod condition;
mod guards;
mod reading;
mod refusal;
mod retry_after;
mod values;

#[cfg(feature = "http")]
pub(crate) use retry_after::header as retry_after_header;

use reading::{Found, Reading, Values};

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

/// The question about one job at one provider.
#[derive(Clone, Debug)]
pub struct Question<'p> {
    provider: &'p Provider,
    job_id: JobId,
    /// The values beside the id, or what is wrong with them.
    params: Result<Settled, Problem>,
    /// The address below which it is put, or why there is none.
    base_url: Result<Cow<'p, Url>, Problem>,
}

/// The second question, for the file of a completed job.
#[derive(Debug)]
pub struct Followup<'p> {
    question: Question<'p>,
    answer: &'p Answer,
    with: Vec<(&'p str, String)>,
    check: Check,
    report: Report,
    without_outputs: bool,
}

impl<'p> Question<'p> {
    pub(crate) fn new(provider: &'p Provider, job_id: JobId, params: &Params, surroundings: &Surroundings<'_>) -> Self {
        let params = params::settle(provider.definition(), &job_id, params, surroundings);
        let base_url = address::base(provider, &params, surroundings);
        Self { provider, job_id, params, base_url }
    }

    /// The same question at another address, such as a gateway's.
    #[must_use]
    pub fn at(mut self, base_url: Url) -> Self {
        self.base_url = Ok(Cow::Owned(base_url));
        self
    }

    /// The provider that is asked.
    pub fn provider(&self) -> &'p Provider {
        self.provider
    }

    /// The job that is asked about.
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// The address below which the question is put; `None` where a param or a setting is missing.
    pub fn base_url(&self) -> Option<&Url> {
        self.base_url.as_deref().ok()
    }

    /// Whether an address may see the key: it is where the question is put; or both that and it are hosts of the provider. So the
    /// key of a gateway stays at the gateway.
    pub fn may_see_key(&self, address: &Url) -> bool {
        self.base_url().is_some_and(|asked| self.provider.may_pass_key(asked, address))
    }

    /// The request to send now.
    ///
    /// # Errors
    /// A problem of the kind `misconfigured` if the id, a param or the key is missing or cannot be sent.
    pub fn request(&self, credentials: &Credentials) -> Result<Request, Problem> {
        self.request_at(credentials, Timestamp::now())
    }

    /// The request to send at a moment: some providers want the key in a token that is valid for a while.
    ///
    /// # Errors
    /// As [`Question::request`].
    pub fn request_at(&self, credentials: &Credentials, now: Timestamp) -> Result<Request, Problem> {
        self.request_for(&self.provider.definition().status, &[], credentials, now)
    }

    /// What the answer means.
    pub fn judge(&self, response: &Response) -> Judgement<'p> {
        judge_status(self, response)
    }

    /// The check that has no answer to judge.
    pub fn failed(&self, problem: Problem, at: Timestamp) -> Check {
        Check {
            job: self.reference(),
            checked_at: at,
            http_status: None,
            request_id: None,
            lifecycle: self.provider.shared_lifecycle(),
            outcome: Err(problem),
            decisions: Decisions::default(),
        }
    }

    /// The reference with which the same question can be put again.
    pub fn reference(&self) -> JobReference {
        let given = self.params.as_ref().map_or(&Params::default(), |settled| &settled.given).clone();
        self.provider.reference(&self.job_id, given)
    }

    fn request_for(
        &self,
        answer: &Answer,
        with: &[(&'p str, String)],
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Request, Problem> {
        self.params.as_ref().map_err(Clone::clone)?;
        let base_url = self.base_url.as_ref().map_err(Clone::clone)?;
        let definition = self.provider.definition();
        let values = self.values(with);
        let (method, path) = answer.request().ok_or_else(|| address::refused("the definition names no path"))?;
        let url = address::build(base_url, path, &values)?;
        let mut headers: Vec<_> =
            definition.headers.iter().map(|(name, value)| (name.0.to_string(), value.as_str().to_owned())).collect();
        let mut add = |name: &str| {
            if headers.iter().all(|(known, _)| !known.eq_ignore_ascii_case(name)) {
                headers.push((name.to_owned(), "application/json".to_owned()));
            }
        };
        add("accept");
        if answer.body.is_some() {
            add("content-type");
        }
        let request = Request::new(method, url, headers, credentials.place(self.provider, now)?)
            .with_body_limit(definition.body_limit.map_or(LARGEST_BODY, |limit| limit.0));
        match &answer.body {
            None => Ok(request),
            Some(body) => {
                let body = body.expand(&|name| values.get(name));
                Ok(request.with_body(&body.ok_or_else(|| address::refused("a value of its body is missing"))?))
            }
        }
    }

    /// The request for a file, at an address that may see the key.
    #[cfg(feature = "http")]
    pub(crate) fn request_for_file(&self, url: Url, credentials: &Credentials, now: Timestamp) -> Result<Request, Problem> {
        let own = self.provider.definition().headers.iter();
        let headers = own.map(|(name, value)| (name.0.to_string(), value.as_str().to_owned())).collect();
        Ok(Request::new(Method::Get, url, headers, credentials.place(self.provider, now)?))
    }

    fn values<'v>(&'v self, with: &'v [(&'p str, String)]) -> Values<'v> {
        let base_url = self.base_url().map(|url| url.as_str().trim_end_matches('/')).unwrap_or_default();
        Values { question: self, base_url, with }
    }

    /// The value of a param; none has one where one is missing, and then nothing is sent.
    fn param(&self, name: &str) -> Option<&str> {
        self.params.as_ref().ok()?.get(name)
    }
}

impl Followup<'_> {
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
        self.finish()
    }

    fn finish(mut self) -> Check {
        guards::examine(&mut self.report, self.without_outputs);
        self.check.outcome = Ok(self.report);
        self.check
    }
}

fn judge_status<'p>(question: &Question<'p>, response: &Response) -> Judgement<'p> {
    let provider = question.provider;
    let definition = provider.definition();
    let reading = Reading::new(response, question.values(&[]));
    let mut check = Check {
        job: question.reference(),
        checked_at: response.received_at,
        http_status: Some(response.status),
        request_id: reading.request_id(definition.request_id.as_ref()),
        lifecycle: provider.shared_lifecycle(),
        outcome: Err(Problem::new(ProblemKind::UndocumentedResponse, "")),
        decisions: Decisions::default(),
    };
    let ruled = match decide(provider, &definition.status, Part::Status, &reading, &mut check.decisions) {
        Ok(ruled) => ruled,
        Err(problem) => {
            check.outcome = Err(problem);
            return Judgement::Final(check);
        }
    };
    let failure = failure(provider, &ruled, &reading);
    let without_outputs = ruled.verdict.is_some_and(|verdict| verdict.without_outputs);
    let mut report = Report::new(ruled.state, ruled.raw_status, failure);
    values::fill(&definition.status, &reading, &mut report);
    set_next_check(provider, &mut report, response);
    match &definition.result {
        Some(answer) if report.state == State::Completed && !without_outputs => {
            let question = question.clone();
            ask_for_result(Followup { question, answer, with: Vec::new(), check, report, without_outputs }, &reading)
        }
        _ => {
            guards::examine(&mut report, without_outputs);
            check.outcome = Ok(report);
            Judgement::Final(check)
        }
    }
}

/// Takes the values that the second request needs from the first answer.
fn ask_for_result<'p>(mut followup: Followup<'p>, reading: &Reading<'_>) -> Judgement<'p> {
    for (name, source) in &followup.answer.with {
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

fn judge_result(mut followup: Followup<'_>, response: &Response) -> Check {
    let provider = followup.question.provider;
    let answer = followup.answer;
    let question = followup.question.clone();
    let with = std::mem::take(&mut followup.with);
    let reading = Reading::new(response, question.values(&with));
    let decides = answer.path.is_some();
    match decide(provider, answer, Part::Result, &reading, &mut followup.check.decisions) {
        Ok(ruled) if ruled.verdict.is_some() || decides => {
            followup.report.failure = failure(provider, &ruled, &reading);
            followup.without_outputs |= ruled.verdict.is_some_and(|verdict| verdict.without_outputs);
            followup.report.state = ruled.state;
            set_next_check(provider, &mut followup.report, response);
            followup.report.raw_status = ruled.raw_status.or(followup.report.raw_status);
            if ruled.state != State::Completed {
                followup.report.outputs.clear();
            }
        }
        Ok(_) => {}
        Err(problem) => return followup.failed(problem),
    }
    values::fill(answer, &reading, &mut followup.report);
    followup.finish()
}

/// A state, and what gave it.
struct Ruled<'d> {
    state: State,
    raw_status: Option<String>,
    verdict: Option<&'d Verdict>,
}

/// Steps 2 to 4.
fn decide<'d>(
    provider: &'d Provider,
    answer: &'d Answer,
    part: Part,
    reading: &Reading<'_>,
    decisions: &mut Decisions,
) -> Result<Ruled<'d>, Problem> {
    let word = answer.path.as_ref().map_or(Found::Nothing, |path| reading.find(path));
    let raw_status = match &word {
        Found::Scalar(scalar) => Some(scalar.text().into_owned()),
        Found::Nothing | Found::Structure => None,
    };
    let success = reading.response.is_success();
    let rule = answer.rules.iter().position(|rule| (success || rule.when.names_http()) && condition::holds(&rule.when, reading));
    if let Some((index, rule)) = rule.and_then(|index| Some((index, answer.rules.get(index)?))) {
        decisions.add(part, Decision::Rule(part, index));
        return rule_with(provider, &rule.then, raw_status, reading);
    }
    if let Some((problem, decision)) = refusal::look(provider, reading) {
        if let Some(decision) = decision {
            decisions.add(part, decision);
        }
        return Err(problem);
    }
    // A word in a header needs no body.
    if let (None, Some(problem)) = (&raw_status, reading.not_json()) {
        return Err(problem);
    }
    match (word, raw_status) {
        (Found::Scalar(_), Some(raw)) => {
            if let Some((_, word, verdict)) = answer.map.get_full(raw.as_str()) {
                decisions.add(part, Decision::Map(part, word.clone()));
                rule_with(provider, verdict, Some(raw), reading)
            } else {
                decisions.add(part, Decision::Unmapped(part));
                Ok(Ruled { state: State::Unknown, raw_status: Some(raw), verdict: None })
            }
        }
        (Found::Structure, _) => Err(reading.unexpected("an object or list where the status should be a word")),
        _ => match &answer.missing {
            Some(verdict) => {
                decisions.add(part, Decision::Missing(part));
                rule_with(provider, verdict, None, reading)
            }
            None if part == Part::Result => Ok(Ruled { state: State::Completed, raw_status: None, verdict: None }),
            None => {
                let (problem, decision) = refusal::hidden(provider, reading);
                if let Some(decision) = decision {
                    decisions.add(part, decision);
                }
                Err(problem)
            }
        },
    }
}

/// A verdict that is a problem ends the judgement.
fn rule_with<'d>(
    provider: &Provider,
    verdict: &'d Verdict,
    raw_status: Option<String>,
    reading: &Reading<'_>,
) -> Result<Ruled<'d>, Problem> {
    match verdict.ruling {
        Ruling::State(state) => Ok(Ruled { state, raw_status, verdict: Some(verdict) }),
        Ruling::Problem(kind) => Err(refusal::ruled(provider, kind, verdict, reading)),
    }
}

/// Step 5. A job that was canceled or has expired needs no explanation, but may have one.
fn failure(provider: &Provider, ruled: &Ruled<'_>, reading: &Reading<'_>) -> Option<Failure> {
    if !matches!(ruled.state, State::Failed | State::Canceled | State::Expired) {
        return None;
    }
    let error = &provider.definition().error;
    let verdict = ruled.verdict;
    let own = |own: Option<&_>, shared: Option<&_>| own.or(shared).and_then(|source| reading.text(source));
    let codes = verdict.and_then(|verdict| verdict.code.as_ref()).or(error.code.as_ref());
    let (code, listed) = reading.listed_code(codes, &error.codes);
    let message = own(verdict.and_then(|verdict| verdict.message.as_ref()), error.message.as_ref());
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

/// When to ask again, while the job runs: as the answer says, or else as the provider recommends.
fn set_next_check(provider: &Provider, report: &mut Report, response: &Response) {
    let running = !report.state.has_ended();
    report.retry_after_seconds = running.then(|| retry_after::of_success(response)).flatten();
    let usual = provider.definition().poll.interval.filter(|_| running).map(|interval| interval.0);
    report.next_check_seconds = report.retry_after_seconds.or(usual);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::catalogue::Catalogue;

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

    /// Whatever a server says: no panic, the same conclusion each time, and no success out of a refusal.
    fn check_all(status: u16, body: &[u8]) {
        let response = Response::new(status, body).received_at(Timestamp::parse("2026-11-22T12:00:00Z").unwrap());
        for entry in Catalogue::builtin().entries() {
            let provider = entry.provider().unwrap();
            let check = judged(&provider, &response);
            assert_eq!(check, judged(&provider, &response), "{}", entry.id());
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
