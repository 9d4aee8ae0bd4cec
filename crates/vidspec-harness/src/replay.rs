//! Driving the real client through a scenario.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;
use vidspec::{Check, Client, Credentials, JobId, Problem, ProblemKind, Provider, Timestamp};
use wiremock::Request;

use crate::claim::{self, Difference};
use crate::evidence::Documented;
use crate::key;
use crate::scenario::{Exchange, Scenario};
use crate::server::ReplayServer;
use crate::waiting;

/// What came of a replay.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Replayed {
    /// The check, with the provider's own address in place of the loopback server's.
    pub check: Check,
    /// The same as JSON; of a wait it is the last answer, and `events` stands beside it.
    pub report: Value,
    /// What was sent otherwise than the scenario says, or kept it from being sent, each a sentence.
    pub troubles: Vec<String>,
    /// Where the report is not as claimed.
    pub differences: Vec<Difference>,
    /// The claim and what was concluded side by side; empty where they agree.
    pub diff: String,
}

impl Replayed {
    /// All that is not as the scenario claims, each a sentence; none if all is.
    pub fn complaints(&self) -> impl Iterator<Item = String> {
        self.troubles.iter().cloned().chain(self.differences.iter().map(ToString::to_string))
    }
}

/// Serves the scenario on loopback, asks about its job or waits for it with the real client, in each of the ways in which the key
/// can be sent, and compares what was sent and concluded. No key is read and no other address reached. The clock stands at the day on
/// which the evidence was read.
pub async fn replay(provider: &Provider, documented: &Documented, scenario: &Scenario) -> Replayed {
    let mut troubles = Vec::new();
    if scenario.expect.is_empty() {
        troubles.push("the claim is empty: write into `expect` what must be concluded, from the page and by hand".to_owned());
    }
    let mut first = None;
    let mut places = BTreeSet::new();
    for credentials in key::for_each_way(provider) {
        let replayed = replay_with(provider, documented, scenario, credentials).await;
        places.extend(replayed.key_places);
        // What is wrong in every way needs to be told once.
        for trouble in replayed.troubles {
            if !troubles.contains(&trouble) {
                troubles.push(trouble);
            }
        }
        first = first.or(Some((replayed.check, replayed.events)));
    }
    let all = documented.key_header.iter().chain(&documented.key_query).enumerate();
    for (_, unused) in all.filter(|(index, _)| !places.contains(index) && !scenario.exchanges.is_empty()) {
        troubles.push(format!("no request carried the key as `{}: {}`", unused.name, unused.value));
    }
    let (check, events) = first.unwrap_or_else(|| {
        let problem = Problem::new(ProblemKind::Misconfigured, "the definition has no way to send a key");
        (provider.question(placeholder()).failed(problem, Timestamp::now()), None)
    });
    let mut report = serde_json::to_value(&check).unwrap_or_default();
    if let (Some(events), Value::Object(report)) = (events, &mut report) {
        report.insert("events".to_owned(), events.into());
    }
    let differences = claim::differences(&scenario.expect, &report);
    let diff = claim::diff(&scenario.expect, &report);
    Replayed { check, report, troubles, differences, diff }
}

/// What came of it in one way to send the key.
struct ReplayedOnce {
    check: Check,
    /// What was told of a wait.
    events: Option<Vec<Value>>,
    /// The documented places in which the key arrived.
    key_places: BTreeSet<usize>,
    troubles: Vec<String>,
}

async fn replay_with(
    provider: &Provider,
    documented: &Documented,
    scenario: &Scenario,
    credentials: Result<Credentials, Problem>,
) -> ReplayedOnce {
    let server = ReplayServer::start(scenario).await;
    let mut troubles = Vec::new();
    let job_id = JobId::new(&scenario.job_id).unwrap_or_else(|error| {
        troubles.push(format!("job_id: {error}"));
        placeholder()
    });
    let question = documented.question(provider, job_id, &scenario.params);
    let mut events = None;
    let check = match (client(&scenario.read), credentials) {
        (Ok(client), Ok(credentials)) => {
            let redirected = server.redirect(&question);
            let mut check = if scenario.wait {
                let waited = waiting::wait(&client, redirected, &credentials, scenario.exchanges.len()).await;
                events = Some(waited.events);
                waited.check.unwrap_or_else(|| question.failed(unanswered(), Timestamp::now()))
            } else {
                client.check(&redirected, &credentials).await
            };
            server.restore(&question, &mut check);
            check
        }
        (Err(trouble), _) => question.failed(Problem::new(ProblemKind::Misconfigured, trouble), Timestamp::now()),
        (_, Err(problem)) => question.failed(problem, Timestamp::now()),
    };
    let mut key_places = BTreeSet::new();
    let received = server.received().await;
    let (expected, found) = (scenario.exchanges.len(), received.len());
    let more = if scenario.wait { " or more" } else { "" };
    if found < expected || (found > expected && !scenario.wait) {
        troubles.push(format!("requests: expected {expected}{more}, found {found}"));
    }
    let repeated = scenario.exchanges.last().filter(|_| scenario.wait).into_iter().cycle();
    for (exchange, request) in scenario.exchanges.iter().chain(repeated).zip(&received) {
        match key::place_in(documented, request) {
            Ok(place) => drop(key_places.insert(place)),
            Err(trouble) => troubles.push(trouble),
        }
        troubles.extend(complaints_about(request, exchange, documented));
    }
    ReplayedOnce { check, events, key_places, troubles }
}

fn client(read: &str) -> Result<Client, String> {
    let moment = Timestamp::parse(&format!("{read}T12:00:00Z"))
        .ok_or_else(|| format!("read: expected a day such as 2026-11-22, found `{read}`"))?;
    Client::builder().without_proxy().clock(move || moment).build().map_err(|error| error.to_string())
}

fn unanswered() -> Problem {
    Problem::new(ProblemKind::Timeout, "no question was put within the time limit")
}

fn placeholder() -> JobId {
    #[expect(clippy::expect_used, reason = "a constant that the tests of the engine accept")]
    JobId::new("unusable").expect("a plain word is an id")
}

/// Compares what has arrived with what the scenario says must arrive.
fn complaints_about(request: &Request, exchange: &Exchange, documented: &Documented) -> Vec<String> {
    let mut complaints = Vec::new();
    let found = format!("{} {}", request.method, target_without_key(&request.url, documented));
    if found != exchange.request.to_string() {
        complaints.push(format!("request: expected {}, found {found}", exchange.request));
    }
    let sent = if request.body.is_empty() { None } else { Some(serde_json::from_slice::<Value>(&request.body).ok()) };
    if sent != exchange.sent.clone().map(Some) {
        let expected = exchange.sent.as_ref().map_or_else(|| "no body".to_owned(), Value::to_string);
        let found = String::from_utf8_lossy(&request.body);
        complaints.push(format!("request: expected {expected} in it, found `{found}`"));
    }
    for fixed in &documented.headers {
        let found = request.headers.get(&fixed.name).and_then(|value| value.to_str().ok());
        if found != Some(fixed.value.as_str()) {
            complaints.push(format!("request: expected the header `{}: {}`, found {found:?}", fixed.name, fixed.value));
        }
    }
    complaints
}

/// The path and the query, as they arrived, but for the key.
fn target_without_key(url: &Url, documented: &Documented) -> String {
    let is_key = |pair: &&str| documented.key_query.iter().any(|place| pair.split('=').next() == Some(place.name.as_str()));
    let query = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_key(pair));
    let query = query.collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{query}", url.path())
}
