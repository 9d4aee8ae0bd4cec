//! Many jobs at once, beside the cheapest thing that does a comparable job; everything on loopback.
//!
//! `cargo bench -p vidspec --bench waiting` measures all, each several times and in a process of its own; with names behind `--`
//! only those:
//!
//! - `plain`: a loop of 64 tasks on the same HTTP client that parses the same 700-byte body;
//! - `batch`: the same number of jobs through `Client::check_all`, 64 at once;
//! - `wait`: 10,000 jobs that run, asked every 5 s for 20 s.
//!
//! The server is another process, so its time and memory do not count.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what should not be")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use url::Url;
use vidspec::{Client, Credentials, Ending, JobId, Pace, Provider, Question, WaitOptions};

const AT_ONCE: usize = 64;
const CHECKS: usize = 50_000;
const JOBS: usize = 10_000;

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

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["server"] => block_on(serve()),
        ["at", url, "plain"] => block_on(plain(url)),
        ["at", url, "batch"] => block_on(batch(url)),
        ["at", url, "wait"] => block_on(wait(url)),
        [] => measure(&["plain", "batch", "plain", "batch", "plain", "batch", "wait"]),
        chosen => measure(chosen),
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn measure(names: &[&str]) {
    let this = std::env::current_exe().unwrap();
    let mut server = Command::new(&this).arg("server").stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    for what in names {
        let measured = Command::new(&this).args(["at", url.trim(), what]).status().unwrap();
        assert!(measured.success(), "{what} failed");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

/// A body of 700 bytes, as a job that runs has it.
fn body() -> String {
    let begin = r#"{"id":"job-1","status":"working","progress":42,"created_at":1758941485,"model":"acme-3","output":{"url":null},"prompt":""#;
    let end = r#"","size":"1280x720","seconds":8}"#;
    format!("{begin}{}{end}", "a".repeat(700 - begin.len() - end.len()))
}

async fn serve() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let body = body();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer: std::sync::Arc<[u8]> = (head + &body).into_bytes().into();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let answer = answer.clone();
        let runtime = tokio::runtime::Handle::current();
        runtime.spawn(async move {
            let mut head = Vec::with_capacity(1024);
            while stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {
                if head.ends_with(b"\r\n\r\n") {
                    head.clear();
                    if stream.write_all(&answer).await.is_err() {
                        return;
                    }
                }
            }
        });
    }
}

async fn plain(url: &str) {
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
    futures_util::stream::iter(0..CHECKS).map(ask).buffer_unordered(AT_ONCE).collect::<()>().await;
    report("plain", CHECKS, begin.elapsed());
}

async fn batch(url: &str) {
    let acme = Provider::parse("acme.yaml", DEFINITION).unwrap();
    let client = Client::builder().without_proxy().build().unwrap();
    let begin = Instant::now();
    let checks = client.check_all(questions(&acme, url, CHECKS), &key, AT_ONCE);
    let count = checks.filter(|(_, check)| std::future::ready(check.outcome.is_ok())).count().await;
    assert_eq!(count, CHECKS);
    report("batch", CHECKS, begin.elapsed());
}

async fn wait(url: &str) {
    let acme = Provider::parse("acme.yaml", DEFINITION).unwrap();
    let client = Client::builder().without_proxy().build().unwrap();
    let mut pace = Pace::default();
    pace.timeout = Some(Duration::from_secs(20));
    let options = WaitOptions::default().pace(pace).every_answer(true);
    let begin = Instant::now();
    let mut events = std::pin::pin!(client.wait(questions(&acme, url, JOBS), &key, options));
    let (mut ended, mut lateness) = (0, Vec::new());
    while let Some(event) = events.next().await {
        match event.ending() {
            Some(ending) => ended += usize::from(ending == Ending::Deadline),
            None => lateness.push(event.late),
        }
    }
    assert_eq!(ended, JOBS);
    report("wait", lateness.len(), begin.elapsed());
    lateness.sort_unstable();
    let percentile = |hundredths: usize| lateness.get(lateness.len().saturating_sub(1) * hundredths / 100).unwrap();
    println!(
        "late   {:?} at the median, {:?} at the 99th percentile, {:?} at most",
        percentile(50),
        percentile(99),
        percentile(100)
    );
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

fn report(what: &str, questions: usize, took: Duration) {
    #[expect(clippy::cast_precision_loss, reason = "a count of questions")]
    let per_second = questions as f64 / took.as_secs_f64();
    println!("{what:6} {questions:6} questions in {:6.2} s, {per_second:6.0} a second, {}", took.as_secs_f64(), usage());
}

/// Processor time and the most memory that this process has used, where Linux tells.
fn usage() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    let schedule = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = schedule.split(' ').next().and_then(|nanos| nanos.parse().ok()).map_or(0.0, |nanos: f64| nanos / 1e9);
    format!("{nanos:.2} s of processor, {} at most", memory.trim())
}
