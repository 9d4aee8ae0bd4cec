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
        let Ok(job_id) = JobId::new(&scenario.job_id) else { return Vec::new() };
        let question = self.question(provider, job_id, &scenario.params);
        let mut answers = scenario.exchanges.iter().map(|exchange| exchange.response(&scenario.read));
        let mut checks = Vec::new();
        while let Some(answer) = answers.next() {
            match question.judge(&answer) {
                Judgement::Final(check) => checks.push(check),
                Judgement::Ask(followup) => checks.extend(answers.next().map(|answer| followup.judge(&answer))),
                _ => {}
            }
        }
        checks
    }
}
