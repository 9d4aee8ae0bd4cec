//! What an answer tells beside the state: step 6.

use std::fmt::Display;

use serde_json::Value;

use super::found::{Found, Scalar};
use super::reading::Reading;
use super::trace::{Draft, Tracer};
use super::{outputs, retry_after, shown};
use crate::definition::{Origin, Source, Step, Unit, at};
use crate::explanation::{Look, Stage};
use crate::report::{Anomaly, AnomalyKind, Report};
use crate::state::State;
use crate::time::{Timestamp, parse_duration};

/// Adds what this answer tells.
pub(super) fn fill(reading: &Reading<'_, impl Tracer>, report: &mut Report) {
    let answer = reading.answer;
    let part = reading.part.as_str();
    if let (Some(source), None) = (&answer.progress, report.progress) {
        report.progress = noted(
            &mut report.anomalies,
            reading,
            || at![part, "progress"].to_vec(),
            |anomalies| progress(source, reading, anomalies),
        );
    }
    let Report { created_at, started_at, completed_at, anomalies, .. } = report;
    for (key, source, name, moment) in [
        ("created", &answer.times.created, "the time of creation", created_at),
        ("started", &answer.times.started, "the time of the start", started_at),
        ("completed", &answer.times.completed, "the time of completion", completed_at),
    ] {
        if let (Some(source), None) = (source, &moment) {
            *moment = noted(
                anomalies,
                reading,
                || at![part, "times", key].to_vec(),
                |anomalies| read(source, reading, name, as_moment, anomalies),
            );
        }
    }
    report.details.reserve(answer.details.len());
    for (name, source) in &answer.details {
        let value = noted(
            &mut report.anomalies,
            reading,
            || at![part, "details", name.as_str()].to_vec(),
            |anomalies| read(source, reading, name.as_str(), as_detail, anomalies),
        );
        report.details.extend(value.map(|value| (name.0.clone(), value)));
    }
    if report.state == State::Completed {
        outputs::add(&answer.outputs, reading, report);
    } else if !answer.outputs.entries.is_empty() {
        reading.trace.came_to(|| {
            let why = format!("not looked for, as the job is {}", report.state);
            Draft::idle(Stage::Values, at![part, "outputs"], why)
        });
    }
    pace(reading.response.received_at, report);
}

/// Reads a value, and tells what came of it.
fn noted<V: Display>(
    anomalies: &mut Vec<Anomaly>,
    reading: &Reading<'_, impl Tracer>,
    at: impl FnOnce() -> Vec<Step>,
    read: impl FnOnce(&mut Vec<Anomaly>) -> Option<V>,
) -> Option<V> {
    let before = anomalies.len();
    let value = read(anomalies);
    reading.trace.came_to(|| match (&value, anomalies.get(before)) {
        (None, Some(complaint)) => Draft::idle(Stage::Values, &at(), complaint.message.as_str()),
        (value, _) => Draft::value(Stage::Values, &at(), value.as_ref().map(|value| shown::text(&value.to_string()))),
    });
    value
}

/// Elapsed time, and what is left at the pace so far.
fn pace(now: Timestamp, report: &mut Report) {
    let Some(begin) = report.created_at.or(report.started_at) else { return };
    let end = if report.state.has_ended() { report.completed_at } else { Some(now) };
    report.elapsed_seconds = end.map(|end| end.seconds_since(begin)).filter(|seconds| *seconds >= 0.0);
    // Time in the queue says nothing about the pace of the work.
    let working = report.started_at.map_or(report.elapsed_seconds, |started| Some(now.seconds_since(started)));
    if let (State::Processing, Some(progress), Some(working)) = (report.state, report.progress, working)
        && progress > 0.0
        && progress < 1.0
        && working >= 0.0
    {
        report.eta_seconds = Some(working * (1.0 - progress) / progress);
    }
}

/// Reads the first usable value of a source; one that is there but cannot be read is noted.
pub(super) fn read<T>(
    source: &Source,
    reading: &Reading<'_, impl Tracer>,
    name: &str,
    convert: impl Fn(&Scalar<'_>, &Origin) -> Option<T>,
    anomalies: &mut Vec<Anomaly>,
) -> Option<T> {
    for origin in source.origins() {
        let shown = match reading.find_at(origin) {
            Found::Nothing => continue,
            Found::Scalar(scalar) => match convert(&scalar, origin) {
                Some(value) => return Some(value),
                None => format!("`{}`", shown::shortened(&scalar.text())),
            },
            Found::Structure => "a list or object".into(),
        };
        anomalies.push(Anomaly { kind: AnomalyKind::UnreadableValue, message: format!("{name} cannot be read from {shown}") });
        return None;
    }
    None
}

pub(super) fn as_moment(scalar: &Scalar<'_>, origin: &Origin) -> Option<Timestamp> {
    match origin.unit {
        Some(Unit::Seconds) => Timestamp::from_unix_seconds(scalar.number()?),
        Some(Unit::Milliseconds) => Timestamp::from_unix_seconds(scalar.number()? / 1_000.0),
        _ => match scalar {
            Scalar::Text(text) => Timestamp::parse(text),
            _ => None,
        },
    }
}

fn as_detail(scalar: &Scalar<'_>, origin: &Origin) -> Option<Value> {
    let number = match origin.unit {
        None => return Some(scalar.to_json()),
        Some(Unit::Duration) => parse_duration(&scalar.text())?,
        Some(Unit::Milliseconds) => scalar.number()? / 1_000.0,
        Some(Unit::Percent) => scalar.number()? / 100.0,
        Some(Unit::Seconds | Unit::Fraction) => scalar.number()?,
    };
    Some(crate::report::number(number))
}

/// The first progress that can be worked out: a number whose whole is not known says nothing.
fn progress(source: &Source, reading: &Reading<'_, impl Tracer>, anomalies: &mut Vec<Anomaly>) -> Option<f64> {
    let found = source.origins().iter().find_map(|origin| match reading.find_at(origin) {
        Found::Nothing => None,
        Found::Structure => Some(Err("a list or object".to_owned())),
        Found::Scalar(scalar) => match scalar.number() {
            None => Some(Err(format!("`{}`", shown::shortened(&scalar.text())))),
            Some(number) => whole(origin, reading).map(|whole| Ok(number / whole)),
        },
    })?;
    let (kind, message) = match found {
        Ok(fraction) if (0.0..=1.0).contains(&fraction) => return Some(fraction),
        Ok(fraction) => (AnomalyKind::ProgressOutOfRange, format!("progress is {fraction}, expected 0 to 1")),
        Err(shown) => (AnomalyKind::UnreadableValue, format!("progress cannot be read from {shown}")),
    };
    anomalies.push(Anomaly { kind, message });
    None
}

/// What the number is a part of.
fn whole(origin: &Origin, reading: &Reading<'_, impl Tracer>) -> Option<f64> {
    match (&origin.of, origin.unit) {
        (Some(path), _) => {
            let whole =
                reading.json().and_then(|json| path.select(json, &reading.effort).next()?.as_f64()).filter(|whole| *whole > 0.0);
            reading.trace.looked(|| Look::of(path.as_str(), reading.selected(path), whole.is_some()));
            whole
        }
        (None, Some(Unit::Percent)) => Some(100.0),
        (None, _) => Some(1.0),
    }
}

/// When to ask again, while the job runs: as the answer says, or else as the provider recommends.
pub(super) fn set_next_check(reading: &Reading<'_, impl Tracer>, report: &mut Report) {
    let running = !report.state.has_ended();
    report.retry_after_seconds = running.then(|| retry_after::of_success(reading.response)).flatten();
    let usual = reading.definition().poll.interval.filter(|_| running).map(|interval| interval.0);
    report.next_check_seconds = report.retry_after_seconds.or(usual);
}
