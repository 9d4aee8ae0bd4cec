//! `vidspec check`

use std::io::{IsTerminal as _, Read as _, Write};
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use vidspec::{Catalogue, Check, Client, Credentials, JobId, Provider, Resolved, Response};
use vidspec_harness::{Evidence, ReplayServer, Scenario};

use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{table, text, visible};

/// How many jobs are asked about at the same time.
const AT_ONCE: usize = 64;

/// A key that opens nothing, for the replay.
const REPLAY_KEY: &str = "replay-key-that-opens-nothing";

/// What one job came to.
struct Answered {
    provider: Arc<Provider>,
    check: Check,
    bodies: Vec<Response>,
}

pub(crate) fn run(args: &args::Check) -> Result<ExitCode, CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    let (texts, from_stdin) = job_texts(&args.jobs)?;
    let mut codes = Vec::new();
    let mut jobs = Vec::new();
    for text in &texts {
        match catalogue.resolve(text, args.provider.as_deref()) {
            Ok(job) => jobs.push(job),
            Err(error) => {
                codes.push(CliError::of_resolving(text, &error, &catalogue).print());
                warn_of_broken(&catalogue);
            }
        }
    }
    if jobs.is_empty() {
        return if codes.is_empty() { Err(CliError::new("expected a job, found none")) } else { Ok(ExitCode::of_all(codes)) };
    }
    let many = from_stdin || texts.len() > 1;
    let client = client(args)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::new(format!("no runtime: {error}")))?;
    let answered = runtime.block_on(ask_all(args, &client, jobs, many))?;
    codes.extend(answered.iter().map(|answered| ExitCode::of_check(&answered.check, args.exit_status)));
    Ok(ExitCode::of_all(codes))
}

/// The jobs as they were written, and whether they came from standard input.
fn job_texts(jobs: &[String]) -> Result<(Vec<String>, bool), CliError> {
    let mut texts = Vec::new();
    let mut from_stdin = false;
    for job in jobs {
        if job != "-" {
            texts.push(job.clone());
            continue;
        }
        let mut lines = String::new();
        let read = std::io::stdin().read_to_string(&mut lines);
        read.map_err(|error| CliError::new(format!("standard input cannot be read: {error}")))?;
        let named = lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        texts.extend(named.map(str::to_owned));
        from_stdin = true;
    }
    Ok((texts, from_stdin))
}

/// A definition with mistakes recognises nothing; that must not go unnoticed.
fn warn_of_broken(catalogue: &Catalogue) {
    for entry in catalogue.entries().iter().filter(|entry| entry.provider().is_err()) {
        let _ = writeln!(anstream::stderr(), "note: {} has mistakes and was passed over; see vidspec providers", entry.origin());
    }
}

fn client(args: &args::Check) -> Result<Client, CliError> {
    let mut builder = Client::builder().timeout(args.timeout);
    if let Some(file) = &args.cacert {
        let pem = std::fs::read(file).map_err(|error| CliError::new(format!("{} cannot be read: {error}", file.display())))?;
        builder = builder.extra_roots(pem);
    }
    if args.replay.is_some() {
        builder = builder.without_proxy();
    }
    builder.build().map_err(|error| CliError::new(error.to_string()))
}

/// Asks about all jobs, several at once, and prints in the order in which they were named.
async fn ask_all(args: &args::Check, client: &Client, jobs: Vec<Resolved>, many: bool) -> Result<Vec<Answered>, CliError> {
    let mut answers = stream::iter(jobs).map(|job| ask(args, client, job)).buffered(AT_ONCE);
    let mut answered = Vec::new();
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        if args.raw {
            print_raw(&answer);
        } else if args.output == Form::Ndjson {
            print(&format!("{}\n", to_json(&answer.check, false)));
        }
        answered.push(answer);
    }
    if !args.raw {
        match args.output {
            Form::Ndjson => {}
            Form::Json if many => {
                let list = answered.iter().map(|answered| to_json(&answered.check, true)).collect::<Vec<_>>().join(",\n");
                print(&format!("[\n{list}\n]\n"));
            }
            Form::Json => answered.iter().for_each(|answered| print(&format!("{}\n", to_json(&answered.check, true)))),
            Form::Text if many => {
                let rows = answered.iter().map(|answered| text::row(&answered.check)).collect();
                print(&table(&text::COLUMNS, rows));
            }
            Form::Text => answered.iter().for_each(|Answered { provider, check, .. }| {
                print(&text::report(check, provider, args.key_env.as_deref()));
            }),
        }
    }
    Ok(answered)
}

async fn ask(args: &args::Check, client: &Client, job: Resolved) -> Result<Answered, CliError> {
    let question = job.provider.question(job.job_id.clone());
    let mut bodies = Vec::new();
    if let Some(name) = &args.replay {
        let scenario = scenario(&job.provider, &job.job_id, name.as_deref())?;
        let server = ReplayServer::start(&scenario).await;
        let mut requests = Vec::new();
        let observe = |request: &vidspec::Request, response: &Response| {
            requests.push(request_line(&job.provider, request));
            bodies.push(response.clone());
        };
        let mut check = client.check_observed(&server.redirect(&question), &Credentials::new(REPLAY_KEY), observe).await;
        server.restore(&question, &mut check);
        announce(&scenario, &requests);
        return Ok(Answered { provider: job.provider.clone(), check, bodies });
    }
    let question = match &args.base_url {
        Some(url) => question.at(url.clone()),
        None => question,
    };
    let check = match credentials(args, &job.provider) {
        Ok(key) => client.check_observed(&question, &key, |_, response| bodies.push(response.clone())).await,
        Err(problem) => question.failed(problem, vidspec::Timestamp::now()),
    };
    Ok(Answered { provider: job.provider.clone(), check, bodies })
}

fn credentials(args: &args::Check, provider: &Provider) -> Result<Credentials, vidspec::Problem> {
    match &args.key_env {
        Some(name) => Credentials::find_under(provider, name, |name| std::env::var(name).ok()),
        None => Credentials::find(provider, |name| std::env::var(name).ok()),
    }
}

/// The evidence to show for a job.
fn scenario(provider: &Provider, job_id: &JobId, name: Option<&str>) -> Result<Scenario, CliError> {
    let evidence = Evidence::builtin(provider.id()).map_err(|error| CliError::new(error.to_string()))?;
    let evidence = evidence.ok_or_else(|| CliError::new(format!("no documented answers of {} are built in", provider.id())))?;
    let found = match name {
        Some(name) => evidence.scenario(name),
        None => evidence.for_job(job_id.as_str()),
    };
    found.cloned().ok_or_else(|| {
        let name = name.unwrap_or_default();
        let names = evidence.scenarios.iter().map(|scenario| scenario.name.as_str());
        CliError::new(format!("{} has no scenario `{}`", provider.id(), visible(name)))
            .help(format!("its scenarios are {}", names.collect::<Vec<_>>().join(", ")))
    })
}

/// What was sent, as the real API would get it, with `[key]` in place of the key.
fn request_line(provider: &Provider, request: &vidspec::Request) -> String {
    let url = request.public_url();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let key = provider.key_header("[key]").map(|(name, value)| format!(" with {name}: {value}")).unwrap_or_default();
    format!("{} {}{query}{key}", request.method(), url.path())
}

/// Says where the evidence comes from.
fn announce(scenario: &Scenario, requests: &[String]) {
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(stderr, "replay  {} ({})", scenario.name, scenario.title);
    let _ = writeln!(stderr, "source  {}, read {}, {}", scenario.sources.join(" "), scenario.read, scenario.evidence);
    for request in requests {
        let _ = writeln!(stderr, "sent    {request}");
    }
    let _ = writeln!(stderr, "        to this machine only; no key was read\n");
}

fn to_json(check: &Check, pretty: bool) -> String {
    let json = if pretty { serde_json::to_string_pretty(check) } else { serde_json::to_string(check) };
    json.unwrap_or_default()
}

fn print(text: &str) {
    // A reader that has seen enough, as `head`, closes the pipe.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
}

/// The bodies as they were received, and the conclusion beside them.
fn print_raw(answered: &Answered) {
    let mut stdout = std::io::stdout().lock();
    for response in &answered.bodies {
        let _ = stdout.write_all(&response.body);
        if !response.body.ends_with(b"\n") && stdout.is_terminal() {
            let _ = stdout.write_all(b"\n");
        }
    }
    let _ = writeln!(anstream::stderr(), "{}", text::row(&answered.check).join("  "));
}
