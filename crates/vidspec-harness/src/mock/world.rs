//! All that the mock server knows, and how it answers a request.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::json;
use url::Url;
use vidspec::ProblemKind;
use wiremock::{Request, ResponseTemplate};

use super::fault::{FaultKind, Faults};
use super::jobs::Jobs;
use super::life::{Answer, Life, Lives};
use super::route::Route;
use super::step::Step;
use super::{Log, MockBuilder, SCENARIO_HEADER, body, control, key, placeholder};
use crate::evidence::{Create, Documented};
use crate::scenario::{Exchange, RequestLine};

/// Tells which evidence an answer is.
const EVIDENCE_HEADER: &str = "x-vidspec-evidence";

/// All that the mock server knows.
pub(super) struct World {
    documented: Documented,
    lives: Lives,
    routes: Vec<Route>,
    /// Documented refusal of a wrong key.
    refusal: Option<Arc<Step>>,
    only_key: Option<String>,
    /// The server's own address.
    here: String,
    log: Log,
    pub(super) jobs: Jobs,
    pub(super) faults: Faults,
    pub(super) refused: u64,
}

impl World {
    pub(super) fn new(settings: MockBuilder, lives: Lives, usual: Life, here: String) -> Self {
        let MockBuilder { evidence, key, delay, log, .. } = settings;
        let mut routes: Vec<Route> = Vec::new();
        for route in lives.steps().map(|step| Route::new(&step.status, &step.job_id)) {
            if !routes.contains(&route) {
                routes.push(route);
            }
        }
        Self {
            refusal: lives.of_problem(ProblemKind::Unauthorized),
            jobs: Jobs::new(lives.clone(), usual),
            faults: Faults { delay, ..Faults::default() },
            documented: evidence.documented,
            only_key: key,
            refused: 0,
            lives,
            routes,
            here,
            log,
        }
    }

    pub(super) fn base_url(&self) -> String {
        let path = self.lives.steps().find_map(|step| step.base_url.as_ref()).map(Url::path).unwrap_or_default();
        format!("{}{}", self.here, path.trim_end_matches('/'))
    }

    pub(super) fn lives(&self) -> &Lives {
        &self.lives
    }

    pub(super) fn refusal(&self) -> Option<String> {
        self.refusal.as_ref().map(|step| step.scenario.clone())
    }

    pub(super) fn create(&self) -> Option<String> {
        self.documented.create.as_ref().map(|create| create.request.to_string())
    }

    /// Whether a request is left without an answer; then it has been counted.
    pub(super) fn drops(&mut self, request: &Request) -> bool {
        let line = line(request);
        let is_question = !control::is_for(&line) && self.result(&line, &request.body).is_none() && self.file(&line).is_none();
        if !is_question || self.key_complaint(request).is_some() {
            return false;
        }
        let Some(id) = self.job(&line, &request.body) else { return false };
        let chosen = chosen(request);
        if self.faults.peek() == Some(FaultKind::Drop) {
            self.faults.take();
            self.jobs.count(&id, chosen);
        } else if self.faults.peek().is_none() && self.jobs.will_drop(&id, chosen) {
            // The step that drops is gone through like any other.
            let _ = self.jobs.ask(&id, chosen);
        } else {
            return false;
        }
        (self.log)(&format!("{}  connection dropped", self.shown(request, &line)));
        true
    }

    /// A request as the log shows it: a value of its query may be a key, unless it is the id of the job.
    fn shown(&self, request: &Request, line: &RequestLine) -> String {
        let id = self.job(line, &request.body);
        let pair = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            let is_id = id.as_deref() == Some(&*value);
            format!("{name}={}", if is_id { &*value } else { "…" })
        };
        let query = request.url.query_pairs().map(pair).collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{query}", line.method, request.url.path())
    }

    /// What a request is answered.
    pub(super) fn answer(&mut self, request: &Request) -> ResponseTemplate {
        let line = line(request);
        if control::is_for(&line) {
            return control::answer(self, &line, &request.body);
        }
        let (told, answer) = self.answer_for(request, &line);
        (self.log)(&format!("{}  {told}", self.shown(request, &line)));
        answer.set_delay(self.faults.delay)
    }

    /// The order matters: an address of a file may look like that of a job.
    fn answer_for(&mut self, request: &Request, line: &RequestLine) -> (String, ResponseTemplate) {
        if let Some(complaint) = self.key_complaint(request) {
            self.refused += 1;
            return (format!("refused: {complaint}"), self.refuse());
        }
        let chosen = chosen(request);
        if let Some(create) = self.documented.create.clone().filter(|create| create.request == *line) {
            return self.created(&create, chosen);
        }
        if let Some(answer) = self.result(line, &request.body).or_else(|| self.file(line)) {
            return answer;
        }
        let Some(id) = self.job(line, &request.body) else {
            let message = format!(
                "vidspec mock: expected a documented request below {}, or the address of a file of a finished job",
                self.base_url()
            );
            return ("not a documented request".into(), ResponseTemplate::new(404).set_body_json(json!({ "vidspec": message })));
        };
        if let Some(fault) = self.faults.take() {
            self.jobs.count(&id, chosen);
            return (format!("fault: {fault:?}"), faulty(fault));
        }
        match self.jobs.ask(&id, chosen) {
            Ok(Answer::Step(step)) => (told(&step), self.serve(&step.status, &step, &id)),
            Ok(Answer::Drop) => ("connection dropped".into(), ResponseTemplate::new(502)),
            Err(reason) => {
                let message = format!("vidspec mock: {reason}");
                (reason, ResponseTemplate::new(501).set_body_json(json!({ "vidspec": message })))
            }
        }
    }

    fn key_complaint(&self, request: &Request) -> Option<&'static str> {
        key::complaint(request, &self.documented, self.only_key.as_deref())
    }

    fn refuse(&self) -> ResponseTemplate {
        match &self.refusal {
            Some(step) => self.serve(&step.status, step, &step.job_id),
            None => ResponseTemplate::new(401),
        }
    }

    /// The job that a request asks about.
    fn job(&self, line: &RequestLine, body: &[u8]) -> Option<String> {
        self.routes.iter().find_map(|route| route.job(line, body))
    }

    /// A new job; the documented answer holds its id.
    fn created(&mut self, create: &Create, chosen: Option<&str>) -> (String, ResponseTemplate) {
        let step = self.lives.steps().find(|step| step.scenario == create.answer).cloned();
        let made = step.ok_or_else(|| format!("there is no scenario `{}`", create.answer));
        match made.and_then(|step| Ok((self.jobs.create(&step.job_id, chosen)?, step))) {
            Ok((id, step)) => (format!("created {id}"), self.serve(&step.status, &step, &id)),
            Err(reason) => (reason.clone(), ResponseTemplate::new(501).set_body_json(json!({ "vidspec": reason }))),
        }
    }

    /// The second answer of a job that is completed.
    fn result(&self, line: &RequestLine, body: &[u8]) -> Option<(String, ResponseTemplate)> {
        let asked_last = self.jobs.ids().filter_map(|id| Some((id.to_owned(), self.jobs.last(id)?)));
        let steps = asked_last.filter_map(|(id, answer)| match answer {
            Answer::Step(step) => Some((id, step)),
            Answer::Drop => None,
        });
        let (id, step, result) =
            steps.filter_map(|(id, step)| Some((id, step, step.result.as_ref()?))).find(|(id, step, result)| {
                Route::new(result, &step.job_id).job(line, body).is_some_and(|job| job == *id || job == step.job_id)
            })?;
        Some((told(step), self.serve(result, step, &id)))
    }

    /// A stand-in for a file that the provider keeps itself, once its job is completed.
    fn file(&self, line: &RequestLine) -> Option<(String, ResponseTemplate)> {
        let done = self.jobs.ids().filter_map(|id| match self.jobs.last(id)? {
            Answer::Step(step) => Some((id, step)),
            Answer::Drop => None,
        });
        let media_type = done.into_iter().find_map(|(id, step)| {
            let is_asked = |target: &str| {
                Route::of("GET", target, &step.job_id).job(line, b"").is_some_and(|job| job == id || job == step.job_id)
            };
            step.files().into_iter().find(|file| is_asked(&file.target)).map(|file| file.media_type)
        })?;
        Some(match placeholder::file(&media_type) {
            Some(bytes) => {
                let answer = ResponseTemplate::new(200).set_body_raw(bytes, &media_type);
                (format!("a placeholder, {media_type}"), answer.insert_header(EVIDENCE_HEADER, "placeholder"))
            }
            None => (format!("no placeholder for {media_type}"), ResponseTemplate::new(501)),
        })
    }

    fn serve(&self, exchange: &Exchange, step: &Step, id: &str) -> ResponseTemplate {
        let origin = step.origin().unwrap_or_else(|| self.here.clone());
        let body = body::adapted(&exchange.body, (&step.job_id, id), (&origin, &self.here));
        let evidence = format!("{} ({})", step.scenario, step.grade.as_str());
        exchange.answer_with(body).insert_header(EVIDENCE_HEADER, evidence.as_str())
    }
}

fn told(step: &Step) -> String {
    format!("{}  {} ({})", step.word(), step.scenario, step.grade.as_str())
}

fn faulty(fault: FaultKind) -> ResponseTemplate {
    match fault {
        FaultKind::Garbage => ResponseTemplate::new(200).set_body_raw(r#"{"status": "compl"#, "application/json"),
        FaultKind::ServerError | FaultKind::Drop => ResponseTemplate::new(500),
    }
}

fn chosen(request: &Request) -> Option<&str> {
    request.headers.get(SCENARIO_HEADER).and_then(|name| name.to_str().ok())
}

fn line(request: &Request) -> RequestLine {
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    RequestLine { method: request.method.to_string(), target: format!("{}{query}", request.url.path()) }
}
