//! Many jobs at once, beside programs that do a comparable job; everything on loopback.
//!
//! `cargo bench -p vidspec --bench waiting` prints Markdown tables; with names behind `--` only those:
//!
//! - `batch`: 5,000 jobs asked once through `Client::check_all`, 64 at once, beside a plain loop on the same HTTP client that parses
//!   the same 700-byte body, and beside aiohttp and undici;
//! - `wait`: 10,000 jobs that run, asked every 5 s for 20 s, beside the same two;
//! - `growth`: the same with 1,000 to 50,000 jobs.
//!
//! aiohttp and undici take part where `VIDSPEC_BENCH_PYTHON` names a Python that has the one, and `VIDSPEC_BENCH_NODE` a folder
//! whose `node_modules` holds the other. Every run is a process of its own, and so is the server: its time and memory do not count.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what should not be")]

#[path = "../measure.rs"]
mod measure;
mod server;
mod subject;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use measure::median;

/// How often programs are run in turn.
const ROUNDS: usize = 7;

const CHECKS: usize = 5_000;
const JOBS: usize = 10_000;

/// What one run has used.
#[derive(Clone, Copy)]
struct Figures {
    questions: f64,
    seconds: f64,
    processor: f64,
    memory_kib: f64,
    /// Of the 99th percentile, in seconds.
    late: f64,
}

impl Figures {
    fn per_second(self) -> f64 {
        self.questions / self.seconds
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["server"] => block_on(server::serve()),
        ["vidspec", "batch", url, count] => block_on(subject::batch(url, count.parse().unwrap())),
        ["vidspec", "wait", url, count] => block_on(subject::wait(url, count.parse().unwrap())),
        ["plain", "batch", url, count] => block_on(subject::plain(url, count.parse().unwrap())),
        [] => compare(&["batch", "wait", "growth"]),
        chosen => compare(chosen),
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn compare(chosen: &[&str]) {
    let mut server = Command::new(std::env::current_exe().unwrap()).arg("server").stdout(Stdio::piped()).spawn().unwrap();
    let url = first_line(&mut server);
    for what in chosen {
        match *what {
            "batch" => batch(&url),
            "wait" => wait(&url),
            "growth" => growth(&url),
            other => panic!("expected `batch`, `wait` or `growth`, found `{other}`"),
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

fn batch(url: &str) {
    let mut programs = vec!["vidspec", "plain"];
    programs.extend(others());
    let mut runs: Vec<Vec<Figures>> = programs.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (program, runs) in programs.iter().zip(&mut runs) {
            runs.push(run(program, "batch", url, CHECKS));
        }
    }
    println!("| {CHECKS} checks, 64 at once | a second | MiB | vidspec : it |");
    println!("| --- | ---: | ---: | ---: |");
    let ours = runs.first().unwrap();
    for (program, runs) in programs.iter().zip(&runs) {
        let ratios = ours.iter().zip(runs).map(|(ours, theirs)| ours.per_second() / theirs.per_second());
        let (ratio, rate) = (median(ratios.collect()), median(runs.iter().map(|run| run.per_second()).collect()));
        println!(
            "| {program} | {rate:.0} | {:.1} | {ratio:.2} |",
            median(runs.iter().map(|run| run.memory_kib).collect()) / 1024.0
        );
    }
    println!();
}

fn wait(url: &str) {
    println!("| {JOBS} jobs that run, asked every 5 s for 20 s | questions | processor, s | MiB | late at p99, ms |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for program in ["vidspec"].into_iter().chain(others()) {
        let Figures { questions, processor, memory_kib, late, .. } = run(program, "wait", url, JOBS);
        // Others have no schedule that they could be late against.
        let late = if program == "vidspec" { format!("{:.0}", late * 1e3) } else { "–".into() };
        println!("| {program} | {questions} | {processor:.2} | {:.1} | {late} |", memory_kib / 1024.0);
    }
    println!();
}

fn growth(url: &str) {
    println!("| jobs that run | questions | µs of processor a question | MiB | bytes a job | late at p99, ms |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
    let idle = run("vidspec", "wait", url, 1).memory_kib;
    for jobs in [1_000, 5_000, 10_000, 20_000, 50_000_u32] {
        let Figures { questions, processor, memory_kib, late, .. } = run("vidspec", "wait", url, jobs as usize);
        let per_job = (memory_kib - idle) * 1024.0 / f64::from(jobs);
        let per_question = processor / questions * 1e6;
        println!("| {jobs} | {questions} | {per_question:.1} | {:.1} | {per_job:.0} | {:.0} |", memory_kib / 1024.0, late * 1e3);
    }
    println!();
}

/// The programs of others that can be run here.
fn others() -> impl Iterator<Item = &'static str> {
    let python = std::env::var_os("VIDSPEC_BENCH_PYTHON").map(|_| "aiohttp");
    let node = std::env::var_os("VIDSPEC_BENCH_NODE").map(|_| "undici");
    python.into_iter().chain(node)
}

fn run(program: &str, what: &str, url: &str, count: usize) -> Figures {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench");
    let mut command = match program {
        "aiohttp" => {
            let mut command = Command::new(std::env::var_os("VIDSPEC_BENCH_PYTHON").unwrap());
            command.arg(scripts.join("aiohttp_jobs.py"));
            command
        }
        "undici" => {
            // A module is looked for beside the script, so the script goes to the module.
            let folder = std::env::var_os("VIDSPEC_BENCH_NODE").unwrap();
            let script = Path::new(&folder).join("undici_jobs.mjs");
            std::fs::copy(scripts.join("undici_jobs.mjs"), &script).unwrap();
            let mut command = Command::new("node");
            command.arg(script);
            command
        }
        own => {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.arg(own);
            command
        }
    };
    let mut child = command.args([what, url, &count.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
    let line = first_line(&mut child);
    assert!(child.wait().unwrap().success(), "{program} failed at {what}");
    let figures: Vec<f64> = line.split(' ').map(|figure| figure.parse().unwrap()).collect();
    let [questions, seconds, processor, memory_kib, late] = figures.try_into().unwrap();
    Figures { questions, seconds, processor, memory_kib, late }
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim().to_owned()
}
