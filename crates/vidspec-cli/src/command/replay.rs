//! `--replay`: the documented answer, from a server on this machine.

use vidspec::{Client, Credentials, Provider, Request, Resolved, Response, Timestamp};
use vidspec_harness::{Evidence, ReplayServer, Scenario, explain};

use super::answered::Answered;
use crate::error::CliError;

/// A key that opens nothing.
pub(super) const KEY: &str = "replay-key-that-opens-nothing";

/// Asks the server of this scenario, or of the one that fits the job.
pub(super) async fn ask(client: &Client, job: Resolved, name: Option<&str>) -> Result<Answered, CliError> {
    let evidence = evidence(&job.provider)?;
    let scenario = scenario(&evidence, &job, name)?;
    let server = ReplayServer::start(&scenario).await;
    let question = evidence.documented.question(&job.provider, job.job_id.clone(), &scenario.params_beside(&job.params));
    let key = Credentials::find(&job.provider, |_| Some(KEY.to_owned())).map_err(|problem| CliError::new(problem.to_string()))?;
    let mut requests = Vec::new();
    let mut bodies = Vec::new();
    let observe = |request: &Request, response: &Response| {
        requests.push(request_line(&job.provider, &key, request));
        bodies.push(response.clone());
    };
    let mut check = client.check_observed(&server.redirect(&question), &key, observe).await;
    server.restore(&question, &mut check);
    let announcement = Some(announce(&scenario, &check.job.to_string(), &requests));
    let asked_at = question.base_url().cloned();
    let explanations = explain(&question, &bodies).into_iter().flat_map(|explained| explained.explanations).collect();
    Ok(Answered { job, check, bodies, explanations, asked_at, announcement, recorded: None })
}

/// The clock stands where the documentation was read, so that a replay says the same every day.
pub(super) fn clock(jobs: &[Resolved]) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let evidence = jobs.iter().find_map(|job| Evidence::builtin(job.provider.id()).ok().flatten());
    let read = evidence.and_then(|evidence| evidence.scenarios.iter().map(|scenario| scenario.read.clone()).max());
    let moment = read.and_then(|day| Timestamp::parse(&format!("{day}T12:00:00Z")));
    move || moment.unwrap_or_else(Timestamp::now)
}

pub(super) fn evidence(provider: &Provider) -> Result<Evidence, CliError> {
    let evidence = Evidence::builtin(provider.id()).map_err(|error| CliError::new(error.to_string()))?;
    evidence.ok_or_else(|| {
        CliError::new(format!("no documented answers of {} are built in", provider.id()))
            .help("`vidspec test` replays the evidence of your own definitions, and `vidspec mock` answers from it")
    })
}

/// The evidence to show for a job.
pub(super) fn scenario(evidence: &Evidence, job: &Resolved, name: Option<&str>) -> Result<Scenario, CliError> {
    let found = match name {
        Some(name) => evidence.scenario(name),
        None => evidence.for_job(job.job_id.as_str()),
    };
    found.cloned().ok_or_else(|| unknown(&job.provider, evidence, name.unwrap_or_default()))
}

fn unknown(provider: &Provider, evidence: &Evidence, name: &str) -> CliError {
    let mut names: Vec<&str> = evidence.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    names.sort_by_key(|known| strsim::damerau_levenshtein(known, name));
    CliError::new(format!("{} has no scenario `{name}`", provider.id()))
        .help(format!("its scenarios, the most similar first: {}", names.join(", ")))
}

/// What was sent, as the real API would get it, with `[key]` in place of the key.
fn request_line(provider: &Provider, key: &Credentials, request: &Request) -> String {
    let url = request.public_url();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let header = key.header_with("[key]", provider);
    let header = header.map(|(name, value)| format!(" with {name}: {value}")).unwrap_or_default();
    let body = request.body().map(|body| format!(" and {body}")).unwrap_or_default();
    format!("{} {}{query}{header}{body}", request.method(), url.path())
}

/// Where the evidence comes from, and what was sent.
pub(super) fn announce(scenario: &Scenario, job: &str, requests: &[String]) -> String {
    let mut lines = vec![
        format!("replay  {job}: {} ({})", scenario.name, scenario.title),
        format!("source  {}, read {}, {}", scenario.sources.join(", "), scenario.read, scenario.evidence),
    ];
    lines.extend(requests.iter().map(|request| format!("sent    {request}")));
    lines.push("        to this machine only; no key was read\n".to_owned());
    lines.join("\n")
}
