//! The question about one job, and the requests that put it.

use std::borrow::Cow;

use url::Url;

use super::address;
use super::reading::Values;
use super::trace::{Trace, Untraced};
use super::{Judgement, judge_status};
use crate::base_url::{PlainHttp, is_loopback};
use crate::credentials::Credentials;
use crate::decision::{Decisions, Part};
use crate::definition::Answer;
use crate::explanation::Explanation;
use crate::job::{JobId, JobReference};
use crate::params::{self, Params, Settled, Surroundings};
use crate::problem::{Problem, ProblemKind};
use crate::provider::Provider;
use crate::report::Check;
#[cfg(feature = "http")]
use crate::request::Method;
use crate::request::Request;
use crate::response::{LARGEST_BODY, Response};
use crate::time::Timestamp;

/// The question about one job at one provider.
#[derive(Clone, Debug)]
pub struct Question<'p> {
    provider: &'p Provider,
    job_id: JobId,
    /// The values beside the id, or what is wrong with them.
    params: Result<Settled, Problem>,
    /// The address below which it is put, or why there is none.
    base_url: Result<Cow<'p, Url>, Problem>,
    plain_http: PlainHttp,
}

impl<'p> Question<'p> {
    pub(crate) fn new(provider: &'p Provider, job_id: JobId, params: &Params, surroundings: &Surroundings<'_>) -> Self {
        let params = params::settle(provider.definition(), &job_id, params, surroundings);
        let base_url = address::base(provider, &params, surroundings);
        Self { provider, job_id, params, base_url, plain_http: surroundings.plain_http() }
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

    /// Whether it is put to a server on this machine.
    pub fn is_local(&self) -> bool {
        self.base_url().is_some_and(is_loopback)
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
        judge_status(self, response, &Untraced)
    }

    /// The same, and how it is judged. It takes longer than [`Question::judge`], and comes to the same.
    ///
    /// ```
    /// # use vidspec::{Catalogue, Effect, JobId, Response};
    /// let vozo = Catalogue::builtin().provider("vozo")?;
    /// let question = vozo.question(JobId::new("task-1")?);
    /// let (_, explanation) = question.explain(&Response::new(200, r#"{"status": "processing"}"#));
    /// let decided = explanation.steps.iter().find(|step| step.effect == Effect::Decided);
    /// let place = decided.and_then(|step| step.place.as_ref());
    /// assert_eq!(place.map(|place| &*place.path), Some("status.map.processing"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, response: &Response) -> (Judgement<'p>, Explanation) {
        let trace = Trace::default();
        let judgement = judge_status(self, response, &trace);
        (judgement, trace.explanation(Part::Status, response.status, self.provider))
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

    /// The check that has no key to ask with. What else is missing is told with it, so that nobody learns one thing after the other.
    pub fn failed_without_key(&self, mut problem: Problem, at: Timestamp) -> Check {
        let other = self.params.as_ref().err().or(self.base_url.as_ref().err());
        if problem.kind == ProblemKind::Unauthorized
            && let (Some(message), Some(other)) = (&mut problem.message, other.and_then(|other| other.message.as_ref()))
        {
            *message = format!("{message}; and {other}");
        }
        self.failed(problem, at)
    }

    /// The reference with which the same question can be put again.
    pub fn reference(&self) -> JobReference {
        let given = self.params.as_ref().map_or(&Params::default(), |settled| &settled.given).clone();
        self.provider.reference(&self.job_id, given)
    }

    pub(super) fn request_for(
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
        let url = address::build(base_url, self.plain_http, path, &values)?;
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

    pub(super) fn values<'v>(&'v self, with: &'v [(&'p str, String)]) -> Values<'v> {
        let base_url = self.base_url().map(|url| url.as_str().trim_end_matches('/')).unwrap_or_default();
        Values { question: self, base_url, with }
    }

    /// The value of a param; none has one where one is missing, and then nothing is sent.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.as_ref().ok()?.get(name)
    }
}
