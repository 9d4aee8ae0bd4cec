//! Outputs, progress, times and details of an answer.

use serde_json::Value;

use super::address;
use super::reading::{Found, Reading, Scalar};
use crate::definition::{Answer, Origin, OutputRole, OutputRule, Place, Source, Unit};
use crate::output::{Output, Role};
use crate::report::{Anomaly, AnomalyKind, Report};
use crate::state::State;
use crate::template::Writing;
use crate::time::{Timestamp, parse_duration};

/// Adds what this answer tells.
pub(super) fn fill(answer: &Answer, reading: &Reading<'_>, report: &mut Report) {
    if let Some(source) = &answer.progress {
        report.progress = report.progress.or(progress(source, reading, &mut report.anomalies));
    }
    let times = &answer.times;
    let mut moment = |known: Option<Timestamp>, source: Option<&Source>, name: &str| {
        known.or_else(|| read(source?, reading, name, as_moment, &mut report.anomalies))
    };
    report.created_at = moment(report.created_at, times.created.as_ref(), "the time of creation");
    report.started_at = moment(report.started_at, times.started.as_ref(), "the time of the start");
    report.completed_at = moment(report.completed_at, times.completed.as_ref(), "the time of completion");
    for (name, source) in &answer.details {
        if let Some(value) = read(source, reading, name.as_str(), as_detail, &mut report.anomalies) {
            report.details.push((name.0.clone(), value));
        }
    }
    if report.state == State::Completed {
        answer.outputs.0.iter().for_each(|rule| add_outputs(rule, reading, report));
    }
    pace(reading.response.received_at, report);
}

/// Elapsed time, and what is left at the pace so far.
fn pace(now: Timestamp, report: &mut Report) {
    let Some(begin) = report.created_at.or(report.started_at) else { return };
    let end = if report.state.has_ended() { report.completed_at } else { Some(now) };
    report.elapsed_seconds = end.map(|end| end.seconds_since(begin)).filter(|seconds| *seconds >= 0.0);
    if let (State::Processing, Some(progress), Some(elapsed)) = (report.state, report.progress, report.elapsed_seconds)
        && progress > 0.0
        && progress < 1.0
    {
        report.eta_seconds = Some(elapsed * (1.0 - progress) / progress);
    }
}

/// Reads the first usable value of a source; one that is there but cannot be read is noted.
fn read<T>(
    source: &Source,
    reading: &Reading<'_>,
    name: &str,
    convert: impl Fn(&Scalar<'_>, &Origin) -> Option<T>,
    anomalies: &mut Vec<Anomaly>,
) -> Option<T> {
    for origin in source.origins() {
        let shown = match reading.find_at(origin) {
            Found::Nothing => continue,
            Found::Scalar(scalar) => match convert(&scalar, origin) {
                Some(value) => return Some(value),
                None => format!("`{}`", shortened(&scalar.text())),
            },
            Found::Structure => "a list or object".into(),
        };
        anomalies.push(Anomaly { kind: AnomalyKind::UnreadableValue, message: format!("{name} cannot be read from {shown}") });
        return None;
    }
    None
}

/// What is shown of a value that makes no sense.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

fn as_moment(scalar: &Scalar<'_>, origin: &Origin) -> Option<Timestamp> {
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

fn progress(source: &Source, reading: &Reading<'_>, anomalies: &mut Vec<Anomaly>) -> Option<f64> {
    let fraction =
        read(source, reading, "progress", |scalar, origin| Some(part_of_whole(scalar.number()?, origin, reading)), anomalies)??;
    if (0.0..=1.0).contains(&fraction) {
        return Some(fraction);
    }
    let message = format!("progress is {fraction}, expected 0 to 1");
    anomalies.push(Anomaly { kind: AnomalyKind::ProgressOutOfRange, message });
    None
}

/// The number as a part of 1; nothing if the whole is not known.
fn part_of_whole(number: f64, origin: &Origin, reading: &Reading<'_>) -> Option<f64> {
    let whole = match (&origin.of, origin.unit) {
        (Some(path), _) => {
            let whole = reading.json().and_then(|json| path.select(json).next())?.as_f64()?;
            (whole > 0.0).then_some(whole)?
        }
        (None, Some(Unit::Percent)) => 100.0,
        (None, _) => 1.0,
    };
    Some(number / whole)
}

fn add_outputs(rule: &OutputRule, reading: &Reading<'_>, report: &mut Report) {
    for origin in rule.url.origins() {
        let addresses = addresses(origin, reading, report);
        if !addresses.is_empty() {
            for url in addresses {
                let output = describe(rule, address::of_output(&url, &reading.values), reading, report);
                report.outputs.push(output);
            }
            return;
        }
    }
}

/// All usable addresses of one place.
fn addresses(origin: &Origin, reading: &Reading<'_>, report: &mut Report) -> Vec<String> {
    match &origin.place {
        Place::Template(template) => reading.expand(template, Writing::Address).into_iter().collect(),
        Place::Path(path) => {
            let mut found = Vec::new();
            for node in reading.json().into_iter().flat_map(|json| path.select(json)) {
                match Scalar::of(node) {
                    Found::Scalar(Scalar::Text(text)) => found.push(text.into_owned()),
                    Found::Nothing => {}
                    Found::Scalar(_) | Found::Structure => report.anomalies.push(Anomaly {
                        kind: AnomalyKind::UnreadableValue,
                        message: format!("an address cannot be read from `{}`: it is no text", path.as_str()),
                    }),
                }
            }
            found
        }
        Place::Header(_) => match reading.find_at(origin) {
            Found::Scalar(scalar) => vec![scalar.text().into_owned()],
            Found::Nothing | Found::Structure => Vec::new(),
        },
    }
}

fn describe(rule: &OutputRule, url: String, reading: &Reading<'_>, report: &mut Report) -> Output {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |scheme: &&str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let scheme = scheme.filter(is_scheme);
    if scheme.is_none() {
        let message = format!("`{}` is no address", shortened(&url));
        report.anomalies.push(Anomaly { kind: AnomalyKind::UnusableAddress, message });
    }
    let stated = rule.media_type.as_ref().and_then(|source| reading.text(source));
    let media_type = stated.or_else(|| media_type_of_ending(&url).map(str::to_owned));
    Output {
        role: match rule.role {
            OutputRole::Stated(role) => role,
            OutputRole::File => role_of(media_type.as_deref()),
        },
        media_type,
        expires_at: rule
            .expires
            .as_ref()
            .and_then(|source| read(source, reading, "the expiry", as_moment, &mut report.anomalies)),
        lifetime_seconds: rule.lifetime.map(|lifetime| lifetime.0),
        key_needed: rule.key,
        fetchable: matches!(scheme, Some("http" | "https")),
        url,
    }
}

/// What a file is, by its media type; a video where that does not tell.
fn role_of(media_type: Option<&str>) -> Role {
    match media_type.and_then(|media_type| media_type.split('/').next()) {
        Some("audio") => Role::Audio,
        Some("image") => Role::Image,
        _ => Role::Video,
    }
}

/// The media type that the ending of an address stands for.
fn media_type_of_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next()?;
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "srt" => "application/x-subrip",
        "vtt" => "text/vtt",
        "txt" => "text/plain",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_an_address_tells_the_kind_of_file() {
        for (url, media_type, role) in [
            ("https://x/a.mp4", Some("video/mp4"), Role::Video),
            ("https://x/a.PNG?signature=a/b.mp4", Some("image/png"), Role::Image),
            ("https://x/a.b/c.mp3#t=1", Some("audio/mpeg"), Role::Audio),
            ("https://x.mp4/a", None, Role::Video),
            ("https://x/a", None, Role::Video),
        ] {
            assert_eq!(media_type_of_ending(url), media_type, "{url}");
            assert_eq!(role_of(media_type), role, "{url}");
        }
    }
}
