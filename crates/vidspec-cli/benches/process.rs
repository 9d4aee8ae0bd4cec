//! One check as a whole process, beside programs that make the same request.
//!
//! `cargo bench -p vidspec-cli --bench process` starts a server on this machine and lets the programs ask it in turn, so that all
//! see the same machine. What counts is the ratio of each pair of runs; the medians of the ratios are printed.
//!
//! - `bare`: the same HTTP client, and nothing else; this program itself, called as `process bare URL`;
//! - `curl`: `curl -s`, and `curl -s … | jq`, where they are installed;
//! - `6`, `20`, `200`: the same check with so many definitions in a folder of the user's.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark stops at what should not be")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each pair of programs is run.
const PAIRS: usize = 60;

const JOB: &str = "pictory:4a09edf9-d071-4847-bda5-8dea913d80fe";
const BODY: &str = include_str!("../../../fixtures/pictory/completed/status.json");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["bare", url] => bare(url),
        _ => compare(),
    }
}

/// The floor: the same request with the same HTTP client.
fn bare(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let body = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls()).build().unwrap();
        client.get(url).header("authorization", "a-key").send().await.unwrap().text().await.unwrap()
    });
    println!("{body}");
}

fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(roots).with_no_client_auth()
}

fn compare() {
    let base = serve();
    let url = format!("{base}/v1/jobs/4a09edf9-d071-4847-bda5-8dea913d80fe");
    let this = std::env::current_exe().unwrap();
    let check = || check(&base, None);
    let bare = || command(&this, &["bare", &url]);
    let curl = || command("curl", &["-s", "-H", "authorization: a-key", &url]);
    let piped = || command("sh", &["-c", &format!("curl -s -H 'authorization: a-key' {url} | jq -r .data.status")]);

    println!("| one check, whole process | median, ms | beside it, ms | ratio |");
    println!("| --- | ---: | ---: | ---: |");
    row("vidspec check : bare program", check, bare);
    if is_installed("curl") {
        row("vidspec check : curl -s", check, curl);
    }
    if is_installed("curl") && is_installed("jq") {
        row("vidspec check : curl -s \\| jq", check, piped);
    }
    for count in [6, 20, 200] {
        let folder = definitions(count);
        row(&format!("with {count} definitions of one's own : without"), || self::check(&base, Some(folder.path())), check);
    }
}

fn check(base: &str, definitions: Option<&Path>) -> Command {
    let mut command = command(env!("CARGO_BIN_EXE_vidspec"), &["check", JOB, "--base-url", base]);
    command.env("PICTORY_API_KEY", "a-key").env_remove("VIDSPEC_PROVIDERS").env("HOME", "/nonexistent");
    if let Some(folder) = definitions {
        command.arg("--providers").arg(folder);
    }
    command
}

fn command(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn is_installed(program: &str) -> bool {
    command(program, &["--version"]).status().is_ok_and(|status| status.success())
}

fn row(name: &str, ours: impl Fn() -> Command, theirs: impl Fn() -> Command) {
    let (mut own, mut other, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=PAIRS {
        let (one, two) = (time(ours()), time(theirs()));
        // The first pair only warms up.
        if round > 0 {
            own.push(one.as_secs_f64());
            other.push(two.as_secs_f64());
            ratios.push(one.as_secs_f64() / two.as_secs_f64());
        }
    }
    println!("| {name} | {:.2} | {:.2} | {:.2} |", median(own) * 1e3, median(other) * 1e3, median(ratios));
}

fn time(mut command: Command) -> Duration {
    let begin = Instant::now();
    let status = command.status().unwrap();
    let took = begin.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn definitions(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("../../../providers/varg.yaml");
    for number in 0..count {
        let id = format!("copy{number}");
        std::fs::write(folder.path().join(format!("{id}.yaml")), text.replace("id: varg", &format!("id: {id}"))).unwrap();
    }
    folder
}

/// Answers every request with the documented body.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap());
        }
    });
    base
}

/// One request a connection is all that is asked for.
fn answer(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", BODY.len());
    // Who has gone needs no answer.
    let _ = stream.write_all(format!("{head}{BODY}").as_bytes());
}
