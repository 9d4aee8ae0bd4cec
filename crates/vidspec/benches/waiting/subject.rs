//! What is measured, each in a process of its own. Prints one line of figures.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use url::Url;
use vidspec::{Client, Credentials, Ending, JobId, Pace, Provider, Question, WaitOptions};

use crate::measure::usage;

const AT_ONCE: usize = 64;

const DEFINITION: &str = r#"
vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com
auth: { style: bearer, env: [ACME_API_KEY] }
status:
  get: "/v1/jobs/{job_id}"
  path: $.status
  map: { waiting: queued, working: processing, ready: completed, broken: failed }
  outputs: { video: $.output.url }
  progress: { path: $.progress, unit: percent }
poll: { interval: 5s, concurrency: 64 }
"#;

/// The floor: a loop of so many tasks on the same HTTP client that parses the same body.
pub(crate) async fn plain(url: &str, checks: usize) {
    let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls()).build().unwrap();
    let begin = Instant::now();
    let ask = |number: usize| {
        let request = client.get(format!("{url}/v1/jobs/job-{number}")).header("authorization", "Bearer a-key-of-some-length");
        async move {
            let answer = request.timeout(Duration::from_secs(30)).send().await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            assert_eq!(body.get("status").unwrap(), "working");
        }
    };
    futures_util::stream::iter(0..checks).map(ask).buffer_unordered(AT_ONCE).collect::<()>().await;
    report(checks, begin.elapsed(), 0.0);
}

/// Each job asked once.
pub(crate) async fn batch(url: &str, checks: usize) {
    let acme = Provider::parse("acme.yaml", DEFINITION).unwrap();
    let client = Client::builder().without_proxy().build().unwrap();
    let begin = Instant::now();
    let answers = client.check_all(questions(&acme, url, checks), &key, AT_ONCE);
    let count = answers.filter(|(_, check)| std::future::ready(check.outcome.is_ok())).count().await;
    assert_eq!(count, checks);
    report(checks, begin.elapsed(), 0.0);
}

/// So many jobs that run, asked every 5 s for 20 s.
pub(crate) async fn wait(url: &str, jobs: usize) {
    let acme = Provider::parse("acme.yaml", DEFINITION).unwrap();
    let client = Client::builder().without_proxy().build().unwrap();
    let mut pace = Pace::default();
    pace.timeout = Some(Duration::from_secs(20));
    let options = WaitOptions::default().pace(pace).every_answer(true);
    let begin = Instant::now();
    let mut events = std::pin::pin!(client.wait(questions(&acme, url, jobs), &key, options));
    let (mut ended, mut lateness) = (0, Vec::new());
    while let Some(event) = events.next().await {
        match event.ending() {
            Some(ending) => ended += usize::from(ending == Ending::Deadline),
            None => lateness.push(event.late),
        }
    }
    assert_eq!(ended, jobs);
    lateness.sort_unstable();
    let late = lateness.get(lateness.len() * 99 / 100).copied().unwrap_or_default();
    report(lateness.len(), begin.elapsed(), late.as_secs_f64());
}

fn questions<'p>(acme: &'p Provider, url: &str, count: usize) -> impl Iterator<Item = Question<'p>> + use<'p> {
    let url = Url::parse(url).unwrap();
    (0..count).map(move |number| acme.question(JobId::new(&format!("job-{number}")).unwrap()).at(url.clone()))
}

#[expect(clippy::unnecessary_wraps, reason = "the form that the client asks for")]
fn key(_: &Provider) -> Result<Credentials, vidspec::Problem> {
    Ok(Credentials::new("a-key-of-some-length"))
}

fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(roots).with_no_client_auth()
}

fn report(questions: usize, took: Duration, late: f64) {
    let (processor, memory) = usage();
    println!("{questions} {} {processor} {memory} {late}", took.as_secs_f64());
}
