//! The files of a completed job: step 6.

use std::borrow::Cow;

use url::Url;

use super::address;
use super::found::{Found, Scalar};
use super::reading::Reading;
use super::shown::{self, shortened};
use super::trace::{Draft, Tracer};
use super::values::{as_moment, read};
use crate::definition::{Content, Origin, OutputEntry, OutputRole, OutputRule, Outputs, Place, Step, at, below};
use crate::explanation::{Look, Stage};
use crate::media_type;
use crate::output::{Inline, Output, Role};
use crate::report::{Anomaly, AnomalyKind, Report};
use crate::template::Writing;

/// Adds the files that this answer names.
pub(super) fn add(outputs: &Outputs, reading: &Reading<'_, impl Tracer>, report: &mut Report) {
    report.outputs.reserve(outputs.entries.len());
    for (index, entry) in outputs.entries.iter().enumerate() {
        let (files, complaints) = (report.outputs.len(), report.anomalies.len());
        add_entry(entry, reading, report);
        reading.trace.came_to(|| {
            let key = if outputs.listed { Step::from(index) } else { Step::from(entry.role.as_str()) };
            told(key, report.outputs.get(files..), report.anomalies.get(complaints), reading)
        });
    }
}

/// The files of an entry, for an explanation.
fn told(key: Step, files: Option<&[Output]>, complaint: Option<&Anomaly>, reading: &Reading<'_, impl Tracer>) -> Draft {
    let at = below(at![reading.part.as_str(), "outputs"], key);
    let files = files.unwrap_or_default();
    let shown = |file: &Output| match &file.url {
        Some(url) => format!("{} {}", file.role.as_str(), shown::text(url)),
        None => format!("{} in the answer itself", file.role.as_str()),
    };
    let mut parts: Vec<String> = files.iter().map(shown).collect();
    parts.extend(complaint.map(|complaint| complaint.message.clone()));
    match (files, parts.as_slice()) {
        (_, []) => Draft::idle(Stage::Values, &at, "no file"),
        ([], complaint) => Draft::idle(Stage::Values, &at, complaint.join("; ")),
        (_, parts) => Draft::used(Stage::Values, &at, parts.join("; ")),
    }
}

/// Adds the files of an entry: those of the first alternative that has any.
fn add_entry(entry: &OutputEntry, reading: &Reading<'_, impl Tracer>, report: &mut Report) {
    for rule in &entry.alternatives {
        let before = report.outputs.len();
        let (_, source) = rule.content.source();
        for origin in source.origins() {
            add_from(origin, entry.role, rule, reading, report);
            if report.outputs.len() > before {
                return;
            }
        }
    }
}

/// Steps that a file costs: what is kept of each takes room.
const PER_OUTPUT: usize = 1_000;

/// Adds all files that one place holds.
fn add_from(origin: &Origin, role: OutputRole, rule: &OutputRule, reading: &Reading<'_, impl Tracer>, report: &mut Report) {
    let Report { outputs, anomalies, .. } = report;
    let before = outputs.len();
    let mut add = |text: &str, anomalies: &mut Vec<Anomaly>| {
        outputs.extend(match &rule.content {
            Content::Url(_) => {
                let url = address::of_output(text, &reading.values);
                Some(at_address(role, rule, url, reading, anomalies))
            }
            Content::Base64(_) => in_answer(role, rule, text, reading, anomalies),
        });
    };
    match &origin.place {
        Place::Path(path) => {
            for node in reading.json().into_iter().flat_map(|json| path.select(json, &reading.effort)) {
                if reading.effort.spend(PER_OUTPUT).is_break() {
                    return;
                }
                match Scalar::of(node) {
                    Found::Scalar(scalar) if matches!(scalar, Scalar::Text(_)) || origin.into.is_some() => {
                        if let Some(text) = reading.taken(origin, &scalar.text(), Writing::Address)
                            && reading.effort.spend_on_text(&text).is_continue()
                        {
                            add(&text, anomalies);
                        }
                    }
                    Found::Nothing => {}
                    Found::Scalar(_) | Found::Structure => anomalies.push(Anomaly {
                        kind: AnomalyKind::UnreadableValue,
                        message: format!("{} cannot be read from `{}`: it is no text", rule.content.described(), path.as_str()),
                    }),
                }
            }
            reading.trace.looked(|| Look::of(path.as_str(), reading.selected(path), outputs.len() > before));
        }
        Place::Header(_) | Place::Template(_) => {
            if let Found::Scalar(scalar) = reading.find_as(origin, Writing::Address) {
                add(&scalar.text(), anomalies);
            }
        }
    }
}

fn at_address(
    role: OutputRole,
    rule: &OutputRule,
    url: String,
    reading: &Reading<'_, impl Tracer>,
    anomalies: &mut Vec<Anomaly>,
) -> Output {
    let scheme = scheme_of(&url);
    if scheme.is_none() {
        let message = format!("`{}` is no address", shortened(&url));
        anomalies.push(Anomaly { kind: AnomalyKind::UnusableAddress, message });
    }
    let fetchable = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"));
    if rule.key && fetchable && is_foreign(&url, reading) {
        let message = format!("`{}` wants the key and is on none of the provider's hosts: it is not sent there", shortened(&url));
        anomalies.push(Anomaly { kind: AnomalyKind::ForeignAddress, message });
    }
    let media_type = stated_media_type(rule, reading).or_else(|| media_type::of_address(&url).map(Cow::Borrowed));
    Output { fetchable, url: Some(url), ..described(role, rule, media_type, reading, anomalies) }
}

/// Neither where was asked, nor at the provider.
fn is_foreign(url: &str, reading: &Reading<'_, impl Tracer>) -> bool {
    // Most such files lie below the address that was asked, and that needs no look at the parts of an address.
    let below = url.strip_prefix(reading.values.base_url).is_some_and(|rest| rest.starts_with('/'));
    let asked = below && !reading.values.base_url.is_empty();
    let question = reading.values.question;
    let known = |url: Url| question.may_see_key(&url) || question.provider().may_see_key(&url);
    !asked && !Url::parse(url).is_ok_and(known)
}

/// `None` if the text is not base64.
fn in_answer(
    role: OutputRole,
    rule: &OutputRule,
    base64: &str,
    reading: &Reading<'_, impl Tracer>,
    anomalies: &mut Vec<Anomaly>,
) -> Option<Output> {
    let Some(content) = Inline::new(base64) else {
        let message = format!("a file cannot be read from `{}`: it is not base64", shortened(base64));
        anomalies.push(Anomaly { kind: AnomalyKind::UnreadableValue, message });
        return None;
    };
    let media_type = stated_media_type(rule, reading);
    Some(Output { content: Some(content), ..described(role, rule, media_type, reading, anomalies) })
}

fn stated_media_type(rule: &OutputRule, reading: &Reading<'_, impl Tracer>) -> Option<Cow<'static, str>> {
    rule.media_type.as_ref().and_then(|source| reading.text(source)).map(Cow::Owned)
}

/// What is known of a file but the file itself.
fn described(
    role: OutputRole,
    rule: &OutputRule,
    media_type: Option<Cow<'static, str>>,
    reading: &Reading<'_, impl Tracer>,
    anomalies: &mut Vec<Anomaly>,
) -> Output {
    let expires = rule.expires.as_ref();
    Output {
        role: match role {
            OutputRole::Stated(role) => role,
            OutputRole::File => role_of(media_type.as_deref()),
        },
        url: None,
        content: None,
        media_type,
        expires_at: expires.and_then(|source| read(source, reading, "the expiry", as_moment, anomalies)),
        lifetime_seconds: rule.lifetime.map(|lifetime| lifetime.0),
        key_needed: rule.key,
        fetchable: false,
    }
}

/// The scheme of an address with a host (RFC 3986, section 3.1).
fn scheme_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_at_checked(memchr::memchr(b':', url.as_bytes())?)?;
    let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (well_formed && rest.starts_with("://")).then_some(scheme)
}

/// What a file is, by its media type; a video where that does not tell.
fn role_of(media_type: Option<&str>) -> Role {
    match media_type.and_then(|media_type| media_type.split('/').next()) {
        Some("audio") => Role::Audio,
        Some("image") => Role::Image,
        _ => Role::Video,
    }
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
            ("https://x.mp4", None, Role::Video),
            ("/files/a.webp", Some("image/webp"), Role::Image),
            ("https://x/a", None, Role::Video),
        ] {
            assert_eq!(media_type::of_address(url), media_type, "{url}");
            assert_eq!(role_of(media_type), role, "{url}");
        }
    }
}
