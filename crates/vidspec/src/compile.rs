//! From a definition to a provider: what only shows when the parts are seen together.

use url::Url;

use crate::decision::{Decision, Part};
use crate::definition::{
    Answer, Auth, AuthStyle, Definition, Finding, LANGUAGE_VERSION, Lifecycle, Origin, Place, Ruling, Source, Step, Unit,
    Verdict, read,
};
use crate::diagnostic::{Diagnostics, SourceText};
use crate::provider::Provider;
use crate::state::State;
use crate::template::{BASE_URL, Template};

/// The name that stands for the id of the job in a template.
pub(crate) const JOB_ID: &str = "job_id";

/// Reads and checks a file.
pub(crate) fn provider(source: &SourceText) -> Result<Provider, Diagnostics> {
    let mut reading = read(source);
    let mut findings = Findings::default();
    if let Some(definition) = &reading.definition {
        check(definition, source, &mut findings);
    }
    let mut mistakes = std::mem::take(&mut reading.mistakes);
    mistakes.extend(reading.place(findings.found));
    match reading.definition {
        Some(definition) if mistakes.is_empty() => Ok(Provider::of(definition)),
        _ => Err(Diagnostics::new(source.clone(), mistakes)),
    }
}

/// All that can decide, named as decisions are.
pub(crate) fn places(definition: &Definition) -> Vec<String> {
    let mut places = Vec::new();
    let parts = [(Part::Status, Some(&definition.status)), (Part::Result, definition.result.as_ref())];
    for (part, answer) in parts.into_iter().filter_map(|(part, answer)| Some((part, answer?))) {
        places.extend((0..answer.rules.len()).map(|index| Decision::Rule(part, index).to_string()));
        places.extend(answer.map.keys().map(|word| Decision::Map(part, word.clone()).to_string()));
        places.extend(answer.missing.iter().map(|_| Decision::Missing(part).to_string()));
    }
    places.extend(definition.error.codes.keys().map(|code| format!("error.codes.{}", code.as_str())));
    let problems = definition.problem.iter().flat_map(|problem| problem.codes.keys());
    places.extend(problems.map(|code| Decision::ProblemCode(code.clone()).to_string()));
    places
}

#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
    /// The names that a template may use here.
    names: Vec<String>,
}

/// The path of a part: `at!["status", "rules", 3]`.
macro_rules! at {
    ($($step:expr),*) => { [$(Step::from($step)),*].as_slice() };
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

fn below(at: &[Step], step: impl Into<Step>) -> Vec<Step> {
    at.iter().cloned().chain([step.into()]).collect()
}

impl Findings {
    fn add(&mut self, at: &[Step], message: impl Into<String>, help: Option<&str>) {
        self.found.push(Finding { at: at.to_vec(), message: message.into(), help: help.map(Into::into) });
    }

    fn require(&mut self, holds: bool, at: &[Step], message: impl FnOnce() -> String, help: Option<&str>) {
        if !holds {
            self.add(at, message(), help);
        }
    }
}

fn check(definition: &Definition, source: &SourceText, findings: &mut Findings) {
    let version = definition.vidspec;
    findings.require(
        version == LANGUAGE_VERSION,
        at!["vidspec"],
        || format!("expected version {LANGUAGE_VERSION} of the language, found {version}"),
        None,
    );
    check_file_name(&definition.id.0, &source.name, findings);
    check_base_url(&definition.base_url.0, findings);
    for (index, way) in definition.auth.0.iter().enumerate() {
        let several = definition.auth.0.len() > 1;
        check_auth(way, &if several { at!["auth", index].to_vec() } else { at!["auth"].to_vec() }, findings);
    }
    for (name, value) in &definition.headers {
        let visible = value.as_str().bytes().all(|byte| (b' '..=b'~').contains(&byte));
        findings.require(visible, at!["headers", &*name.0], || "expected visible ASCII as the value of a header".into(), None);
    }
    if let Some(shape) = &definition.job_id {
        for example in &shape.example.0 {
            let matched = shape.pattern.0.iter().any(|pattern| pattern.0.is_match(example.as_str()));
            let message = || format!("expected an example that the pattern matches, found `{}`", example.as_str());
            findings.require(matched, at!["job_id", "example"], message, None);
        }
    }
    if let Some(lifecycle) = &definition.lifecycle {
        check_lifecycle(lifecycle, findings);
    }
    check_answers(definition, findings);
    check_shared(definition, findings);
}

fn check_file_name(id: &str, file: &str, findings: &mut Findings) {
    let stem = file.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".yaml"));
    findings.require(
        stem.is_none_or(|stem| stem == id),
        at!["id"],
        || format!("expected the id to be the name of the file, `{}`, found `{id}`", stem.unwrap_or_default()),
        Some("a provider is found by the name of its file; rename one of the two"),
    );
}

fn check_base_url(base_url: &Url, findings: &mut Findings) {
    findings.require(
        base_url.scheme() == "https" || is_loopback(base_url),
        at!["base_url"],
        || format!("expected an `https` address, found `{base_url}`: the key would be readable on the way"),
        None,
    );
    findings.require(
        base_url.query().is_none()
            && base_url.fragment().is_none()
            && base_url.username().is_empty()
            && base_url.password().is_none(),
        at!["base_url"],
        || "expected an address of host and path only, found more".into(),
        Some("a query belongs into the path of `get`, a key into `auth`"),
    );
}

/// Whether an address leads to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn check_auth(auth: &Auth, at: &[Step], findings: &mut Findings) {
    let named = matches!(auth.style, AuthStyle::Header | AuthStyle::Query);
    findings.require(
        named == auth.name.is_some(),
        at,
        || {
            if named {
                "expected `name`, the name of the header or parameter, found none".into()
            } else {
                "expected no `name` with this style, found one".into()
            }
        },
        Some("`name` goes with the styles `header` and `query`, and only with them"),
    );
    let schemed = auth.style == AuthStyle::Scheme;
    findings.require(
        schemed == auth.scheme.is_some(),
        at,
        || {
            if schemed {
                "expected `scheme`, the word before the key, found none".into()
            } else {
                "expected no `scheme` with this style, found one".into()
            }
        },
        Some("`scheme` goes with the style `scheme`, and only with it"),
    );
    for (index, name) in auth.env.0.iter().enumerate() {
        let name = name.as_str();
        let well_formed = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let message = || format!("expected the name of an environment variable such as `ACME_API_KEY`, found `{name}`");
        findings.require(
            well_formed,
            &below(&below(at, "env"), index),
            message,
            Some("the key itself never belongs into this file"),
        );
    }
}

fn check_lifecycle(lifecycle: &Lifecycle, findings: &mut Findings) {
    let date = lifecycle.date.parse::<jiff::civil::Date>();
    let message = || format!("expected a date such as `2026-09-24`, found `{}`", lifecycle.date);
    findings.require(date.is_ok(), at!["lifecycle", "date"], message, None);
}

fn check_answers(definition: &Definition, findings: &mut Findings) {
    let status = &definition.status;
    findings.names = vec![JOB_ID.into()];
    check_request(status, at!["status"], findings);
    findings.require(
        status.get.names().any(|name| name == JOB_ID),
        at!["status", "get"],
        || "expected `{job_id}` somewhere in the path, found none: every job would get the same answer".into(),
        None,
    );
    findings.require(
        status.path.is_some() || !status.rules.is_empty(),
        at!["status"],
        || "expected `path` and `map`, or `rules`, found neither: no answer could be judged".into(),
        None,
    );
    findings.require(
        status.with.is_empty(),
        at!["status", "with"],
        || "expected `with` only in `result`: there is no earlier answer to take values from".into(),
        None,
    );
    findings.names.push(BASE_URL.into());
    check_answer(status, at!["status"], findings);
    if let Some(result) = &definition.result {
        for (name, source) in &result.with {
            check_source(source, &[], &below(at!["result", "with"], name.as_str()), findings);
        }
        findings.names.retain(|name| name != BASE_URL);
        findings.names.extend(result.with.keys().map(|name| name.as_str().to_owned()));
        check_request(result, at!["result"], findings);
        findings.names.push(BASE_URL.into());
        check_answer(result, at!["result"], findings);
    }
    findings.names = vec![JOB_ID.into(), BASE_URL.into()];
}

fn check_request(answer: &Answer, at: &[Step], findings: &mut Findings) {
    let at = below(at, "get");
    findings.require(
        answer.get.as_str().starts_with('/'),
        &at,
        || format!("expected a path that begins with `/`, found `{}`", answer.get.as_str()),
        Some("it is appended to `base_url`"),
    );
    check_template(&answer.get, &at, findings);
}

fn check_answer(answer: &Answer, at: &[Step], findings: &mut Findings) {
    for (index, rule) in answer.rules.iter().enumerate() {
        let at = below(&below(at, "rules"), index);
        check_verdict(&rule.then, &below(&at, "then"), findings);
    }
    for (word, verdict) in &answer.map {
        check_verdict(verdict, &below(&below(at, "map"), word.as_str()), findings);
    }
    if let Some(verdict) = &answer.missing {
        check_verdict(verdict, &below(at, "missing"), findings);
    }
    findings.require(
        answer.path.is_some() || answer.map.is_empty(),
        &below(at, "map"),
        || "expected a `path` beside `map`, found none: there is no word to look up".into(),
        None,
    );
    findings.require(
        answer.path.is_none() || !answer.map.is_empty(),
        &below(at, "path"),
        || "expected a `map` beside `path`, found none: every word would be unknown".into(),
        None,
    );
    if let Some(path) = &answer.path {
        check_source(path, &[], &below(at, "path"), findings);
    }
    check_readings(answer, at, findings);
}

fn check_readings(answer: &Answer, at: &[Step], findings: &mut Findings) {
    let lengths = [Unit::Seconds, Unit::Milliseconds, Unit::Duration, Unit::Percent];
    let moments = [Unit::Seconds, Unit::Milliseconds];
    for (index, output) in answer.outputs.0.iter().enumerate() {
        let at = below(at, "outputs");
        let role = output.role.as_str();
        let several = answer.outputs.0.iter().filter(|other| other.role == output.role).count() > 1;
        let at = if several { below(&at, index) } else { below(&at, role) };
        check_source(&output.url, &[], &at, findings);
        output.media_type.iter().for_each(|source| check_source(source, &[], &below(&at, "media_type"), findings));
        output.expires.iter().for_each(|source| check_source(source, &moments, &below(&at, "expires"), findings));
    }
    if let Some(progress) = &answer.progress {
        let at = below(at, "progress");
        check_source(progress, &[Unit::Fraction, Unit::Percent], &at, findings);
        let measured = progress.origins().iter().all(|origin| origin.unit.is_some() || origin.of.is_some());
        let help = Some("write `{ path: $.progress, unit: percent }`, or `unit: fraction`, or name the whole with `of:`");
        findings.require(
            measured,
            &at,
            || "expected a unit of progress, found none: is 1 all of it or a hundredth?".into(),
            help,
        );
    }
    let times = [("created", &answer.times.created), ("started", &answer.times.started), ("completed", &answer.times.completed)];
    for (name, source) in times.into_iter().filter_map(|(name, source)| Some((name, source.as_ref()?))) {
        check_source(source, &moments, &below(&below(at, "times"), name), findings);
    }
    for (name, source) in &answer.details {
        check_source(source, &lengths, &below(&below(at, "details"), name.as_str()), findings);
    }
}

fn check_verdict(verdict: &Verdict, at: &[Step], findings: &mut Findings) {
    let ended_badly = matches!(verdict.ruling, Ruling::State(State::Failed | State::Canceled | State::Expired));
    findings.require(
        ended_badly || (verdict.reason.is_none() && verdict.retryable.is_none()),
        at,
        || "expected `reason` and `retryable` only with a job that ended without a result".into(),
        None,
    );
    findings.require(
        verdict.ruling == Ruling::State(State::Completed) || !verdict.without_outputs,
        at,
        || "expected `outputs: none` only with the state `completed`".into(),
        None,
    );
    verdict.code.iter().for_each(|source| check_source(source, &[], &below(at, "code"), findings));
    verdict.message.iter().for_each(|source| check_source(source, &[], &below(at, "message"), findings));
}

/// The sections that serve both answers.
fn check_shared(definition: &Definition, findings: &mut Findings) {
    let error = &definition.error;
    error.code.iter().for_each(|source| check_source(source, &[], at!["error", "code"], findings));
    error.message.iter().for_each(|source| check_source(source, &[], at!["error", "message"], findings));
    if let Some(problem) = &definition.problem {
        problem.code.iter().for_each(|source| check_source(source, &[], at!["problem", "code"], findings));
        problem.message.iter().for_each(|source| check_source(source, &[], at!["problem", "message"], findings));
        let lengths = [Unit::Seconds, Unit::Milliseconds, Unit::Duration];
        problem.retry_after.iter().for_each(|source| check_source(source, &lengths, at!["problem", "retry_after"], findings));
        findings.require(
            problem.code.is_some() || (problem.ok.is_empty() && problem.codes.keys().next().is_none()),
            at!["problem"],
            || "expected `code`, where the code stands, beside `codes` and `ok`, found none".into(),
            None,
        );
    }
    definition.request_id.iter().for_each(|source| check_source(source, &[], at!["request_id"], findings));
}

fn check_source(source: &Source, units: &[Unit], at: &[Step], findings: &mut Findings) {
    for origin in source.origins() {
        check_origin(origin, units, at, findings);
    }
}

fn check_origin(origin: &Origin, units: &[Unit], at: &[Step], findings: &mut Findings) {
    if let Place::Template(template) = &origin.place {
        check_template(template, at, findings);
    }
    if let Some(unit) = origin.unit {
        findings.require(units.contains(&unit), at, || format!("expected {}, found another unit", unit_words(units)), None);
    }
    findings.require(
        origin.of.is_none() || units.contains(&Unit::Fraction),
        at,
        || "expected `of` only in `progress`".into(),
        None,
    );
}

fn unit_words(units: &[Unit]) -> String {
    if units.is_empty() {
        return "no unit here".into();
    }
    let words = units.iter().map(|unit| format!("`{}`", format!("{unit:?}").to_lowercase()));
    format!("a unit of {}", words.collect::<Vec<_>>().join(", "))
}

fn check_template(template: &Template, at: &[Step], findings: &mut Findings) {
    for name in
        template.names().filter(|name| !findings.names.iter().any(|known| known == name)).map(str::to_owned).collect::<Vec<_>>()
    {
        let known = findings.names.iter().map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(" and ");
        let nearest = crate::nearest::nearest(&name, findings.names.iter().map(String::as_str));
        let help = nearest.map(|nearest| format!("did you mean `{{{nearest}}}`?"));
        findings.add(at, format!("unknown value `{{{name}}}` in a template, expected {known}"), help.as_deref());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn builtin_definitions_are_sound() {
        let catalogue = crate::catalogue::Catalogue::builtin();
        for entry in catalogue.entries() {
            if let Err(error) = entry.provider() {
                panic!("{error}");
            }
        }
    }
}
