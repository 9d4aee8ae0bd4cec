//! Judging an answer beside the cheapest thing that reads it at all: parsing it to a `serde_json::Value`.
//!
//! `cargo bench -p vidspec-cli --bench judging` prints one line for each provider, by its default scenario. The two are measured
//! in turn, so that both see the same machine; the times are medians. Judging includes parsing. With ids behind `--` only those are
//! measured.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark stops at what should not be")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use vidspec::{Catalogue, JobId, Judgement, Provider, Response};
use vidspec_harness::{Evidence, Scenario};

/// How often the two are measured in turn.
const ROUNDS: usize = 301;

/// How often each is done in a round: long enough for the clock, short enough to stay undisturbed.
const TIMES: u32 = 200;

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    println!("| provider | bytes | parse, ns | judge, ns | ratio | more, ns |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for entry in Catalogue::builtin().entries() {
        let provider = entry.provider().unwrap_or_else(|error| panic!("{error}"));
        if !chosen.is_empty() && !chosen.iter().any(|id| id == provider.id()) {
            continue;
        }
        let evidence = Evidence::builtin(provider.id()).unwrap().unwrap();
        let scenario = evidence.scenarios.iter().find(|scenario| scenario.default).unwrap();
        let (parse, judge) = measure(&provider, scenario);
        let bytes: usize = scenario.exchanges.iter().map(|exchange| exchange.body.len()).sum();
        println!("| {} | {bytes} | {parse:.0} | {judge:.0} | {:.2} | {:.0} |", provider.id(), judge / parse, judge - parse);
    }
}

/// The medians of parsing all bodies of a scenario and of judging them, in nanoseconds.
fn measure(provider: &Provider, scenario: &Scenario) -> (f64, f64) {
    let job_id = JobId::new(&scenario.job_id).unwrap();
    let answer = |exchange: &vidspec_harness::Exchange| {
        let empty = Response::new(exchange.http, exchange.body.clone());
        exchange.headers.iter().fold(empty, |response, (name, value)| response.with_header(name, value))
    };
    let responses: Vec<Response> = scenario.exchanges.iter().map(answer).collect();
    let (mut parse, mut judge) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        parse.push(time(|| {
            for response in &responses {
                let _ = black_box(serde_json::from_slice::<serde_json::Value>(black_box(&response.body)));
            }
        }));
        judge.push(time(|| {
            let mut answers = responses.iter();
            match provider.judge(black_box(&job_id), answers.next().unwrap()) {
                Judgement::Ask(followup) => drop(black_box(followup.judge(answers.next().unwrap()))),
                other => drop(black_box(other)),
            }
        }));
    }
    (median(parse), median(judge))
}

fn time(mut work: impl FnMut()) -> Duration {
    let begin = Instant::now();
    for _ in 0..TIMES {
        work();
    }
    begin.elapsed() / TIMES
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e9
}
