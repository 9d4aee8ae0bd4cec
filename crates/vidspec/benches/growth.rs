//! How time and memory grow with the size of an answer and with the number of definitions.
//!
//! `cargo bench -p vidspec --bench growth` prints Markdown tables. Each line is a process of its own, so that its memory is its own.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what should not be")]

mod measure;

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use measure::{median, usage};
use vidspec::{Catalogue, JobId, Judgement, Provider, Response};

const ROUNDS: usize = 15;

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
  outputs: { video: "$.files[-1].url" }
"#;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["body", size] => body(size.parse().unwrap()),
        ["definitions", count] => definitions(count.parse().unwrap()),
        _ => {
            println!("| answer, bytes | parse, µs | judge, µs | ratio | judge, ns a byte | MiB |");
            println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
            for size in ["1000", "10000", "100000", "1000000", "4000000", "8000000"] {
                again(&["body", size]);
            }
            println!();
            println!("| definitions of one's own | finding a bare id, µs | MiB |");
            println!("| ---: | ---: | ---: |");
            for count in ["6", "20", "50", "100", "200"] {
                again(&["definitions", count]);
            }
        }
    }
}

fn again(arguments: &[&str]) {
    let ran = Command::new(std::env::current_exe().unwrap()).args(arguments).status().unwrap();
    assert!(ran.success(), "{arguments:?} failed");
}

/// A completed job with as many files as fill so many bytes.
fn body(size: usize) {
    let file = r#"{"url":"https://cdn.example.com/videos/0001.mp4","width":1280,"height":720,"tags":["a","b"],"note":null}"#;
    let files = vec![file; size / (file.len() + 1)].join(",");
    let response = Response::new(200, format!(r#"{{"id":"job-1","files":[{files}],"status":"ready"}}"#));
    let acme = Provider::parse("acme.yaml", DEFINITION).unwrap();
    let job_id = JobId::new("job-1").unwrap();
    // Judged first: what the parsing beside it takes must not count.
    let judge = micros(size, || {
        let Judgement::Final(check) = acme.judge(&job_id, black_box(&response)) else { panic!("there is no second question") };
        assert_eq!(check.outcome.unwrap().outputs.len(), 1);
    });
    let (_, memory_kib) = usage();
    let parse = micros(size, || {
        black_box(serde_json::from_slice::<serde_json::Value>(black_box(&response.body)).unwrap());
    });
    let length = response.body.len();
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (bytes, mib) = (length as f64, memory_kib as f64 / 1024.0);
    println!("| {length} | {parse:.1} | {judge:.1} | {:.2} | {:.2} | {mib:.1} |", judge / parse, judge * 1e3 / bytes);
}

/// Finding whose id it is, with so many definitions that all have to be read.
fn definitions(count: usize) {
    let text = include_str!("../../../providers/varg.yaml");
    let took = micros(1_000_000, || {
        let mut catalogue = Catalogue::default();
        for number in 0..count {
            catalogue.add_text(&format!("copy{number}.yaml"), text.replace("id: varg", &format!("id: copy{number}")));
        }
        let _ = black_box(catalogue.resolve("video_abc123", None));
    });
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let mib = usage().1 as f64 / 1024.0;
    println!("| {count} | {took:.0} | {mib:.1} |");
}

/// The median time of some work; what is small is done more often.
fn micros(size: usize, mut work: impl FnMut()) -> f64 {
    let times = (1_000_000 / size).clamp(1, 200);
    let rounds = (0..ROUNDS).map(|_| {
        let begin = Instant::now();
        (0..times).for_each(|_| work());
        begin.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(times).unwrap_or(u32::MAX))
    });
    median(rounds.collect())
}
