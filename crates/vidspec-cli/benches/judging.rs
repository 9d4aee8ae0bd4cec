//! Judging an answer beside the cheapest thing that reads it at all: parsing it to a `serde_json::Value`.
//!
//! `cargo bench -p vidspec-cli --bench judging` prints one line for each provider, by its default scenario. The two are measured
//! in turn, so that both see the same machine; the times are medians. Judging includes parsing. The question is made once for a job and
//! judges each of its answers; what it takes to make it, its params found, is told apart. With ids behind `--` only those are measured.

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
    println!("| provider | bytes | parse, ns | judge, ns | ratio | more, ns | question, ns |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for entry in Catalogue::builtin().entries() {
        let provider = entry.provider().unwrap_or_else(|error| panic!("{error}"));
        if !chosen.is_empty() && !chosen.iter().any(|id| id == provider.id()) {
            continue;
        }
        let evidence = Evidence::builtin(provider.id()).unwrap().unwrap();
        let scenario = evidence.scenarios.iter().find(|scenario| scenario.default).unwrap();
        let (parse, judge, question) = measure(&provider, &evidence, scenario);
        let bytes: usize = scenario.exchanges.iter().map(|exchange| exchange.body.len()).sum();
        let (ratio, more) = (judge / parse, judge - parse);
        println!("| {} | {bytes} | {parse:.0} | {judge:.0} | {ratio:.2} | {more:.0} | {question:.0} |", provider.id());
    }
}

/// The medians of parsing all bodies of a scenario, of judging them, and of making the question, in nanoseconds.
fn measure(provider: &Provider, evidence: &Evidence, scenario: &Scenario) -> (f64, f64, f64) {
    let job_id = JobId::new(&scenario.job_id).unwrap();
    let ask = || evidence.documented.question(provider, black_box(&job_id).clone(), &scenario.params);
    let question = ask();
    let answer = |exchange: &vidspec_harness::Exchange| {
        let empty = Response::new(exchange.http, exchange.body.clone());
        exchange.headers.iter().fold(empty, |response, (name, value)| response.with_header(name, value))
    };
    let responses: Vec<Response> = scenario.exchanges.iter().map(answer).collect();
    let (mut parse, mut judge, mut making) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        parse.push(time(|| {
            for response in &responses {
                let _ = black_box(serde_json::from_slice::<serde_json::Value>(black_box(&response.body)));
            }
        }));
        judge.push(time(|| {
            let mut answers = responses.iter();
            match question.judge(black_box(answers.next().unwrap())) {
                Judgement::Ask(followup) => drop(black_box(followup.judge(answers.next().unwrap()))),
                other => drop(black_box(other)),
            }
        }));
        making.push(time(|| drop(black_box(ask()))));
    }
    (median(parse), median(judge), median(making))
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
