//! `/__vidspec/`: what a test tells the mock server, and asks it.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::fault::FaultKind;
use super::world::World;
use crate::scenario::RequestLine;

const PREFIX: &str = "/__vidspec";

/// Whether a request is for the mock server itself.
pub(super) fn is_for(line: &RequestLine) -> bool {
    line.target.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    job: String,
    #[serde(default)]
    scenario: Option<String>,
    /// How many answers have been gone through already.
    #[serde(default)]
    at: usize,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[serde(default)]
    job: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    kind: FaultKind,
    #[serde(default = "once")]
    times: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    milliseconds: u64,
}

fn once() -> u32 {
    1
}

/// Does what a request to the mock server itself asks for.
pub(super) fn answer(world: &mut World, line: &RequestLine, body: &[u8]) -> ResponseTemplate {
    let path = line.target.strip_prefix(PREFIX).unwrap_or_default().trim_end_matches('/');
    let done = match (line.method.as_str(), path) {
        ("GET", "") => Ok(()),
        ("GET", "/jobs") => return ResponseTemplate::new(200).set_body_json(world.jobs.list()),
        ("POST", "/set") => read(body).and_then(|Set { job, scenario, at }| world.jobs.set(&job, scenario.as_deref(), at)),
        ("POST", "/reset") if body.is_empty() => reset(world, Reset::default()),
        ("POST", "/reset") => read(body).and_then(|asked| reset(world, asked)),
        ("POST", "/fault") => read(body).map(|Fault { kind, times }| world.faults.add(kind, times)),
        ("POST", "/delay") => read(body).map(|Delay { milliseconds }| world.faults.delay = Duration::from_millis(milliseconds)),
        _ => {
            let known = "GET /__vidspec, GET /__vidspec/jobs; POST /__vidspec/set, /reset, /fault, /delay";
            return ResponseTemplate::new(404).set_body_json(json!({ "vidspec": format!("expected one of {known}") }));
        }
    };
    match done {
        Ok(()) => ResponseTemplate::new(200).set_body_json(summary(world)),
        Err(reason) => ResponseTemplate::new(400).set_body_json(json!({ "vidspec": reason })),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("expected JSON as docs/mock.md describes it: {error}"))
}

#[expect(clippy::unnecessary_wraps, reason = "one of several acts that can fail")]
fn reset(world: &mut World, Reset { job }: Reset) -> Result<(), String> {
    if job.is_none() {
        world.faults = super::fault::Faults { delay: world.faults.delay, ..Default::default() };
        world.refused = 0;
    }
    world.jobs.reset(job.as_deref());
    Ok(())
}

fn summary(world: &World) -> Value {
    let faults: Vec<_> = world.faults.next.iter().map(|(kind, left)| json!({ "kind": kind, "left": left })).collect();
    json!({
        "jobs": world.jobs.list(),
        "refused": world.refused,
        "faults": faults,
        "delay_milliseconds": u64::try_from(world.faults.delay.as_millis()).unwrap_or(u64::MAX),
        "lives": world.lives().composed().collect::<Vec<_>>(),
        "scenarios": world.lives().scenarios().collect::<Vec<_>>(),
    })
}
