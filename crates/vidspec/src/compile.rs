//! From a definition to a provider: what only shows when the parts are seen together.

use indexmap::IndexSet;

use crate::code::Code;
use crate::decision::Decision;
use crate::definition::{
    Answer, Definition, JobIdShape, LANGUAGE_VERSION, Lifecycle, Parents, Reading, Step, Unit, Word, read, read_proven,
};
use crate::diagnostic::{Diagnostics, SourceText};
use crate::params::captured_names;
use crate::provider::Provider;
use crate::response::LARGEST_BODY;
use crate::template::Template;

mod answers;
mod auth;
mod findings;
mod hosts;
mod params;
mod poll;
mod sources;

use answers::check_answers;
use auth::check_auth;
pub(crate) use findings::element;
use findings::{Findings, at, below};
use hosts::check_hosts;
use params::check_params;
use sources::{check_source, require_variable};

/// Reads and checks a file.
pub(crate) fn provider(source: &SourceText, parents: Parents<'_>) -> Result<Provider, Diagnostics> {
    let mut reading = examine(source, parents);
    let mistakes = std::mem::take(&mut reading.mistakes);
    match reading.definition.take() {
        Some(definition) if mistakes.is_empty() => Ok(Provider::of(definition, reading.files())),
        _ => Err(Diagnostics::new(source.clone(), mistakes)),
    }
}

/// What could be read of a file, with all its mistakes.
pub(crate) fn examine(source: &SourceText, parents: Parents<'_>) -> Reading {
    let mut reading = read(source, parents);
    let mut findings = Findings::default();
    if let Some(definition) = &reading.definition {
        check(definition, source, &mut findings);
    }
    let mistakes = reading.place(findings.found);
    reading.mistakes.extend(mistakes);
    reading
}

/// Reads a definition whose soundness is known, from JSON: the built-in ones are proven by the tests. `None` for a variant, which
/// takes its parent to be read.
pub(crate) fn proven(json: &str, source: impl FnOnce() -> SourceText) -> Option<Provider> {
    read_proven(json).map(|definition| Provider::of(definition, vec![source()]))
}

/// Something of a definition that can have a say.
pub(crate) struct NamedPlace {
    /// As decisions are named.
    pub(crate) name: String,
    pub(crate) at: Vec<Step>,
}

/// All that can decide, and the roles of the files.
pub(crate) fn places(definition: &Definition) -> Vec<NamedPlace> {
    let mut places = Vec::new();
    let mut decides = |decision: Decision| places.push(NamedPlace { name: decision.to_string(), at: decision.path() });
    for (part, answer) in definition.answers() {
        (0..answer.rules.len()).for_each(|index| decides(Decision::Rule(part, index)));
        answer.map.keys().for_each(|word| decides(Decision::Map(part, word.clone())));
        answer.missing.iter().for_each(|_| decides(Decision::Missing(part)));
    }
    let problem_codes = definition.problem.iter().flat_map(|problem| problem.codes.keys());
    problem_codes.for_each(|code| decides(Decision::ProblemCode(code.clone())));
    let mut add = |name: String, at: &[Step]| places.push(NamedPlace { name, at: at.to_vec() });
    for code in definition.error.codes.keys() {
        add(format!("error.codes.{}", code.as_str()), at!["error", "codes", code.as_str()]);
    }
    // One role may have several rules; which of them gave a file is not told.
    let mut roles = IndexSet::new();
    for (part, answer) in definition.answers() {
        for (index, entry) in answer.outputs.entries.iter().enumerate() {
            let role = entry.role.as_str();
            if roles.insert(role) {
                let entry = if answer.outputs.listed { Step::from(index) } else { Step::from(role) };
                add(format!("outputs.{role}"), at![part.as_str(), "outputs", entry]);
            }
        }
    }
    places
}

fn check(definition: &Definition, source: &SourceText, findings: &mut Findings) {
    let version = definition.vidspec;
    findings.require(
        Code::WrongVersion,
        version == LANGUAGE_VERSION,
        at!["vidspec"],
        || format!("expected version {LANGUAGE_VERSION} of the language, found {version}"),
        None,
    );
    check_file_name(&definition.id.0, &source.name, findings);
    check_params(definition, findings);
    findings.params = definition.params.keys().map(Word::as_str).chain(captured_names(definition)).map(str::to_owned).collect();
    findings.names.clone_from(&findings.params);
    check_hosts(definition, findings);
    check_auth(definition, findings);
    check_headers(definition, findings);
    if let Some(shape) = &definition.job_id {
        check_examples(shape, findings);
    }
    if let Some(lifecycle) = &definition.lifecycle {
        check_lifecycle(lifecycle, findings);
    }
    poll::check(&definition.poll, findings);
    let limit = definition.body_limit.is_none_or(|limit| (LARGEST_BODY..=LARGEST_LIMIT).contains(&limit.0));
    let message = || format!("expected {} to {} MiB, found another size", LARGEST_BODY >> 20, LARGEST_LIMIT >> 20);
    findings.require(Code::BadValue, limit, at!["body_limit"], message, None);
    check_answers(definition, findings);
    check_shared(definition, findings);
}

/// An answer is held in memory, whole.
const LARGEST_LIMIT: usize = 512 * 1024 * 1024;

/// A name that stands in braces.
fn check_name(name: &str, taken: &[&str], at: &[Step], help: &str, findings: &mut Findings) {
    let usable = Template::parse(&format!("{{{name}}}")).is_ok() && !name.starts_with('+') && !taken.contains(&name);
    let message = || format!("expected a name of small letters, digits and `_` that is not taken, found `{name}`");
    findings.require(Code::BadValue, usable, at, message, Some(help));
}

/// The names of environment variables.
fn check_variables<'d>(names: impl IntoIterator<Item = &'d Word>, at: &[Step], findings: &mut Findings) {
    for (index, name) in names.into_iter().enumerate() {
        let name = name.as_str();
        let well_formed = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let message = || format!("expected the name of an environment variable such as `ACME_API_KEY`, found `{name}`");
        findings.require(
            Code::BadVariable,
            well_formed,
            &below(at, index),
            message,
            Some("the key itself never belongs into this file"),
        );
    }
}

fn check_headers(definition: &Definition, findings: &mut Findings) {
    let names = |way: &'_ crate::definition::Auth| {
        way.name.as_ref().map(|name| name.0.clone()).or(way.header.as_ref().map(|name| name.0.clone()))
    };
    let key_names: Vec<_> = definition.auth.0.iter().filter_map(names).collect();
    for (name, value) in &definition.headers {
        let holds_a_key = ["authorization", "cookie", "x-api-key", "api-key", "x-auth-token", "x-access-token"]
            .into_iter()
            .chain(key_names.iter().map(|name| &**name))
            .any(|key| name.0.eq_ignore_ascii_case(key));
        let message = || format!("expected headers without a key, found `{}`", name.0);
        findings.require(
            Code::KeyInFile,
            !holds_a_key,
            at!["headers", &*name.0],
            message,
            Some("a key is never written into a file; `auth` says where it is read"),
        );
        let reserved = RESERVED_HEADERS.iter().any(|reserved| name.0.eq_ignore_ascii_case(reserved));
        let message = || format!("expected a header that only describes the question, found `{}`", name.0);
        findings.require(
            Code::MisplacedKey,
            !reserved,
            at!["headers", &*name.0],
            message,
            Some("it could send the question elsewhere, or make it more than a question"),
        );
        let visible = value.as_str().bytes().all(|byte| (b' '..=b'~').contains(&byte));
        findings.require(
            Code::BadValue,
            visible,
            at!["headers", &*name.0],
            || "expected visible ASCII as the value of a header".into(),
            None,
        );
    }
}

fn check_examples(shape: &JobIdShape, findings: &mut Findings) {
    for (index, example) in shape.example.0.iter().enumerate() {
        let matched = shape.pattern.0.iter().any(|pattern| pattern.is_match(example.as_str()));
        let message = || format!("expected an example that the pattern matches, found `{}`", example.as_str());
        let at = element(at!["job_id", "example"], index, shape.example.0.len());
        findings.require(Code::WrongExample, matched, &at, message, None);
        let id = crate::job::JobId::new(example.as_str());
        let message = || id.as_ref().err().map(ToString::to_string).unwrap_or_default();
        findings.require(Code::WrongExample, id.is_ok(), at!["job_id", "example"], message, None);
    }
}

/// Headers that decide where a request goes or what it does.
const RESERVED_HEADERS: [&str; 9] = [
    "host",
    "connection",
    "content-length",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

fn check_file_name(id: &str, file: &str, findings: &mut Findings) {
    let stem = file.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".yaml").or(name.strip_suffix(".yml")));
    findings.require_unless_broken(
        Code::WrongFileName,
        stem.is_none_or(|stem| stem == id),
        at!["id"],
        || format!("expected the id to be the name of the file, `{}`, found `{id}`", stem.unwrap_or_default()),
        Some("a provider is found by the name of its file; rename one of the two"),
        Some(at!["id"]),
    );
}

fn check_lifecycle(lifecycle: &Lifecycle, findings: &mut Findings) {
    let date = lifecycle.date.parse::<jiff::civil::Date>();
    let message = || format!("expected a date such as `2026-09-24`, found `{}`", lifecycle.date);
    findings.require(Code::BadValue, date.is_ok(), at!["lifecycle", "date"], message, None);
}

/// The sections that serve both answers.
fn check_shared(definition: &Definition, findings: &mut Findings) {
    let error = &definition.error;
    error.code.iter().for_each(|source| check_source(source, &[], at!["error", "code"], findings));
    error.code.iter().for_each(|source| require_variable(source, at!["error", "code"], findings));
    let verdicts = [Some(&definition.status), definition.result.as_ref()].into_iter().flatten().flat_map(Answer::verdicts);
    let has_code = error.code.is_some() || verdicts.into_iter().any(|verdict| verdict.code.is_some());
    findings.require_part(
        has_code || error.codes.keys().next().is_none(),
        at!["error"],
        "expected `code`, where the code stands, beside `codes`, found none",
    );
    error.message.iter().for_each(|source| check_source(source, &[], at!["error", "message"], findings));
    if let Some(problem) = &definition.problem {
        problem.code.iter().for_each(|source| check_source(source, &[], at!["problem", "code"], findings));
        problem.code.iter().for_each(|source| require_variable(source, at!["problem", "code"], findings));
        problem.message.iter().for_each(|source| check_source(source, &[], at!["problem", "message"], findings));
        let lengths = [Unit::Seconds, Unit::Milliseconds, Unit::Duration];
        problem.retry_after.iter().for_each(|source| check_source(source, &lengths, at!["problem", "retry_after"], findings));
        findings.require_part(
            problem.code.is_some() || (problem.ok.is_empty() && problem.codes.keys().next().is_none()),
            at!["problem"],
            "expected `code`, where the code stands, beside `codes` and `ok`, found none",
        );
    }
    definition.request_id.iter().for_each(|source| check_source(source, &[], at!["request_id"], findings));
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
