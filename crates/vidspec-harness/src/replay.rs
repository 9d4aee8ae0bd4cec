//! Driving the real client through a scenario.

use serde_json::Value;
use vidspec::{Check, Client, Credentials, JobId, Provider, Timestamp};

use crate::claim::differences;
use crate::evidence::Documented;
use crate::scenario::Scenario;
use crate::server::ReplayServer;

/// The key that is sent in a replay; it opens nothing.
const KEY: &str = "replay-key-that-opens-nothing";

/// What came of a replay.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Replayed {
    /// The check, with the provider's own address in place of the loopback server's.
    pub check: Check,
    /// The same as JSON.
    pub report: Value,
    /// What was not as the scenario claims, each a sentence; empty if all was.
    pub complaints: Vec<String>,
}

/// Serves the scenario on loopback, asks about its job with the real client, and compares what was sent and concluded.
/// No key is read and no other address reached. The clock stands at the day on which the evidence was read.
pub async fn replay(provider: &Provider, documented: &Documented, scenario: &Scenario) -> Replayed {
    let server = ReplayServer::start(scenario).await;
    let mut complaints = Vec::new();
    let job_id = JobId::new(&scenario.job_id).unwrap_or_else(|error| {
        complaints.push(format!("job_id: {error}"));
        placeholder()
    });
    let question = provider.question(job_id);
    let check = match (client(&scenario.read), &mut complaints) {
        (Ok(client), _) => {
            let mut check = client.check(&server.redirect(&question), &Credentials::new(KEY)).await;
            server.restore(&question, &mut check);
            check
        }
        (Err(problem), complaints) => {
            complaints.push(problem.clone());
            question.failed(vidspec::Problem::new(vidspec::ProblemKind::Misconfigured, problem), Timestamp::now())
        }
    };
    let report = serde_json::to_value(&check).unwrap_or_default();
    complaints.extend(complaints_about_requests(documented, scenario, &server).await);
    complaints.extend(differences(&scenario.expect, &report).iter().map(ToString::to_string));
    Replayed { check, report, complaints }
}

fn client(read: &str) -> Result<Client, String> {
    let moment = Timestamp::parse(&format!("{read}T12:00:00Z"))
        .ok_or_else(|| format!("read: expected a day such as 2026-11-22, found `{read}`"))?;
    Client::builder().without_proxy().clock(move || moment).build().map_err(|error| error.to_string())
}

fn placeholder() -> JobId {
    #[expect(clippy::expect_used, reason = "a constant that the tests of the engine accept")]
    JobId::new("unusable").expect("a plain word is an id")
}

/// Compares what has arrived with what the scenario says must arrive.
async fn complaints_about_requests(documented: &Documented, scenario: &Scenario, server: &ReplayServer) -> Vec<String> {
    let received = server.received().await;
    let mut complaints = Vec::new();
    if received.len() != scenario.exchanges.len() {
        complaints.push(format!("requests: expected {}, found {}", scenario.exchanges.len(), received.len()));
    }
    let key_header = &documented.key_header;
    let expected_key = key_header.value.replace("{key}", KEY);
    for (exchange, request) in scenario.exchanges.iter().zip(&received) {
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let found = format!("{} {}{query}", request.method, request.url.path());
        if found != exchange.request.to_string() {
            complaints.push(format!("request: expected {}, found {found}", exchange.request));
        }
        let key = request.headers.get(&key_header.name).and_then(|value| value.to_str().ok());
        if key != Some(expected_key.as_str()) {
            let found = if key.is_some() { "it with another value" } else { "none" };
            complaints.push(format!("request: expected the header `{}: {}`, found {found}", key_header.name, key_header.value));
        }
        for fixed in &documented.headers {
            let found = request.headers.get(&fixed.name).and_then(|value| value.to_str().ok());
            if found != Some(fixed.value.as_str()) {
                complaints.push(format!("request: expected the header `{}: {}`, found {found:?}", fixed.name, fixed.value));
            }
        }
    }
    complaints
}
