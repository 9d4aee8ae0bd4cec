//! Judging the answers of a scenario as they stand in its files.

use vidspec::{Check, JobId, Judgement, Provider, Response, Timestamp};

use crate::evidence::Documented;
use crate::scenario::{Exchange, Scenario};

impl Exchange {
    /// The answer, as if it had been received on this day, `YYYY-MM-DD`.
    pub fn response(&self, read: &str) -> Response {
        let headers = self.headers.iter();
        let response = headers
            .fold(Response::new(self.http, self.body.clone()), |response, (name, value)| response.with_header(name, value));
        match Timestamp::parse(&format!("{read}T12:00:00Z")) {
            Some(moment) => response.received_at(moment),
            None => response,
        }
    }
}

impl Documented {
    /// What each question of a scenario comes to. Nothing is sent; whether the right requests would be is for
    /// [`replay`](crate::replay) to see.
    pub fn judge(&self, provider: &Provider, scenario: &Scenario) -> Vec<Check> {
        self.judge_each(provider, scenario).into_iter().filter_map(|judged| judged.check).collect()
    }

    /// The same, beside the answers that led to it.
    pub(crate) fn judge_each<'s>(&self, provider: &Provider, scenario: &'s Scenario) -> Vec<Judged<'s>> {
        let Ok(job_id) = JobId::new(&scenario.job_id) else { return Vec::new() };
        let question = self.question(provider, job_id, &scenario.params);
        let mut exchanges = scenario.exchanges.iter();
        let mut judged = Vec::new();
        while let Some(status) = exchanges.next() {
            judged.push(match question.judge(&status.response(&scenario.read)) {
                Judgement::Final(check) => Judged { check: Some(check), status, result: None },
                Judgement::Ask(followup) => {
                    let result = exchanges.next();
                    let check = result.map(|result| followup.judge(&result.response(&scenario.read)));
                    Judged { check, status, result }
                }
                _ => Judged { check: None, status, result: None },
            });
        }
        judged
    }
}

/// What one question of a scenario comes to, and the answers that led to it.
pub(crate) struct Judged<'s> {
    /// `None` if the scenario ends before it is known.
    pub(crate) check: Option<Check>,
    /// The answer to the request for the status.
    pub(crate) status: &'s Exchange,
    /// The answer to the second request.
    pub(crate) result: Option<&'s Exchange>,
}
