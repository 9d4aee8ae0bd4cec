//! Checks of the two requests and of how their answers are read.

use url::Url;

use super::check_name;
use super::findings::{Findings, at, below, element};
use super::sources::{check_source, check_template, require_variable};
use crate::code::Code;
use crate::definition::{
    Answer, Body, Content, Definition, Origin, OutputRule, Place, Ruling, Step, Unit, Verdict, Word, key_in_query,
};
use crate::state::State;
use crate::template::{BASE_URL, JOB_ID, Template, Writing};

pub(super) fn check_answers(definition: &Definition, findings: &mut Findings) {
    let status = &definition.status;
    findings.allow(&[JOB_ID]);
    check_request(status, at!["status"], findings);
    let body = status.body.as_ref().map(Body::templates).unwrap_or_default();
    let mut templates = status.get.iter().chain(&status.post).chain(body);
    let place = if status.post.is_some() { "path or the body" } else { "path" };
    findings.require(
        Code::MissingValue,
        status.request().is_none() || templates.any(|template| template.names().any(|name| name == JOB_ID)),
        at!["status", if status.post.is_some() { "post" } else { "get" }],
        || format!("expected `{{job_id}}` somewhere in the {place}, found none: every job would get the same answer"),
        None,
    );
    findings.require_part(
        status.path.is_some() || !status.rules.is_empty(),
        at!["status"],
        "expected `path` and `map`, or `rules`, found neither: no answer could be judged",
    );
    findings.require(
        Code::MisplacedKey,
        status.with.is_empty(),
        at!["status", "with"],
        || "expected `with` only in `result`: there is no earlier answer to take values from".into(),
        None,
    );
    findings.allow(&[JOB_ID, BASE_URL]);
    check_answer(status, at!["status"], findings);
    if let Some(result) = &definition.result {
        let params = findings.params.clone();
        for (name, source) in &result.with {
            let at = below(at!["result", "with"], name.as_str());
            check_source(source, &[], &at, findings);
            require_variable(source, &at, findings);
            let taken: Vec<&str> = [JOB_ID, BASE_URL].into_iter().chain(params.iter().map(String::as_str)).collect();
            check_name(name.as_str(), &taken, &at, "it stands in braces in `get`, such as `{video_id}`", findings);
        }
        for (name, _) in result.details.iter().filter(|(name, _)| status.details.contains_key(*name)) {
            let message = || format!("expected each detail once, found `{}` in `status` too", name.as_str());
            findings.require(Code::RepeatedKey, false, &below(at!["result", "details"], name.as_str()), message, None);
        }
        let with: Vec<&str> = result.with.keys().map(Word::as_str).collect();
        findings.allow(&[&[JOB_ID], &*with].concat());
        check_request(result, at!["result"], findings);
        findings.allow(&[&[JOB_ID], &*with, &[BASE_URL]].concat());
        check_answer(result, at!["result"], findings);
    }
    findings.allow(&[JOB_ID, BASE_URL]);
}

fn check_request(answer: &Answer, at: &[Step], findings: &mut Findings) {
    findings.require_unless_broken(
        Code::MissingKey,
        answer.request().is_some(),
        at,
        || "expected a key `get`, found none".into(),
        Some("add it, for example `get: /jobs/{job_id}`; a question that is put by `POST` has `post`"),
        Some(&below(at, "get")),
    );
    for (key, path) in [("get", &answer.get), ("post", &answer.post)] {
        if let Some(path) = path {
            check_path(path, &below(at, key), findings);
        }
    }
    let posted = answer.post.is_some();
    let message = || "expected one of `get` and `post`, found both".into();
    findings.require(Code::MisplacedKey, !posted || answer.get.is_none(), &below(at, "post"), message, None);
    for (key, present) in [("body", answer.body.is_some()), ("safe", answer.safe.is_some())] {
        let message = || format!("expected `{key}` only beside `post`, found it without");
        findings.require_unless_broken(
            Code::MisplacedKey,
            posted || !present,
            &below(at, key),
            message,
            None,
            Some(&below(at, "post")),
        );
    }
    findings.require_unless_broken(
        Code::MissingKey,
        !posted || answer.safe == Some(true),
        at,
        || "expected `safe: true` beside `post`, found it without".into(),
        Some("with it the author says that this request only reads; nothing else is ever sent"),
        Some(&below(at, "safe")),
    );
    if let Some(body) = &answer.body {
        body.templates().into_iter().for_each(|template| check_template(template, &below(at, "body"), findings));
    }
}

fn check_path(path: &Template, at: &[Step], findings: &mut Findings) {
    let text = path.as_str();
    let message = || format!("expected a path that begins with `/`, found `{text}`");
    findings.require(Code::BadAddress, text.starts_with('/'), at, message, Some("it is appended to `base_url`"));
    check_template(path, at, findings);
    let example = path.expand(Writing::Address, |_| Some("x")).map(|path| format!("https://x{path}"));
    let as_written = example.is_some_and(|example| Url::parse(&example).is_ok_and(|url| url.as_str() == example));
    let as_written = as_written && !text.contains('#');
    let help = Some("spaces and other special characters are written as `%20`; `.` and `..` cannot stand alone");
    findings.require(Code::BadAddress, as_written, at, || format!("expected a path as it is sent, found `{text}`"), help);
    if let Some(name) = key_in_query(text) {
        let message = || format!("expected no key in the file, found a value for `{name}`");
        let help = Some("a key in the query belongs to `auth`, as `{ style: query, name: …, env: […] }`");
        findings.require(Code::KeyInFile, false, at, message, help);
    }
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
    findings.require_part(
        answer.path.is_some() || answer.map.is_empty(),
        at,
        "expected a `path` beside `map`, found none: there is no word to look up",
    );
    findings.require_part(
        answer.path.is_none() || !answer.map.is_empty(),
        at,
        "expected a `map` beside `path`, found none: every word would be unknown",
    );
    if let Some(path) = &answer.path {
        check_source(path, &[], &below(at, "path"), findings);
        require_variable(path, &below(at, "path"), findings);
    }
    check_readings(answer, at, findings);
}

fn check_readings(answer: &Answer, at: &[Step], findings: &mut Findings) {
    let lengths = [Unit::Seconds, Unit::Milliseconds, Unit::Duration, Unit::Percent];
    let moments = [Unit::Seconds, Unit::Milliseconds];
    for (at, rule) in output_rules(answer, at) {
        check_output(rule, &at, findings);
    }
    if let Some(progress) = &answer.progress {
        let at = below(at, "progress");
        check_source(progress, &[Unit::Fraction, Unit::Percent], &at, findings);
        require_variable(progress, &at, findings);
        let measured = progress.origins().iter().all(|origin| origin.unit.is_some() || origin.of.is_some());
        let help = Some("write `{ path: $.progress, unit: percent }`, or `unit: fraction`, or name the whole with `of:`");
        findings.require_unless_broken(
            Code::WrongUnit,
            measured,
            &at,
            || "expected a unit of progress, found none: is 1 all of it or a hundredth?".into(),
            help,
            Some(&at),
        );
    }
    let times = [("created", &answer.times.created), ("started", &answer.times.started), ("completed", &answer.times.completed)];
    for (name, source) in times.into_iter().filter_map(|(name, source)| Some((name, source.as_ref()?))) {
        check_source(source, &moments, &below(&below(at, "times"), name), findings);
        require_variable(source, &below(&below(at, "times"), name), findings);
    }
    for (name, source) in &answer.details {
        check_source(source, &lengths, &below(&below(at, "details"), name.as_str()), findings);
    }
}

/// The rules for the files of an answer, each with its place.
pub(super) fn output_rules<'d>(answer: &'d Answer, at: &[Step]) -> Vec<(Vec<Step>, &'d OutputRule)> {
    let mut rules = Vec::new();
    for (index, entry) in answer.outputs.entries.iter().enumerate() {
        let at = below(at, "outputs");
        let at = if answer.outputs.listed { below(&at, index) } else { below(&at, entry.role.as_str()) };
        let of_entry = entry.alternatives.iter().enumerate();
        rules.extend(of_entry.map(|(index, rule)| (element(&at, index, entry.alternatives.len()), rule)));
    }
    rules
}

fn check_output(rule: &OutputRule, at: &[Step], findings: &mut Findings) {
    let moments = [Unit::Seconds, Unit::Milliseconds];
    let (key, source) = rule.content.source();
    check_source(source, &[], &below(at, key), findings);
    let is_address = |origin: &Origin| matches!(&origin.place, Place::Template(template) if template.as_str().contains("://"));
    if !source.origins().iter().any(is_address) {
        require_variable(source, &below(at, key), findings);
    }
    let inline = matches!(rule.content, Content::Base64(_));
    for (key, present) in [("expires", rule.expires.is_some()), ("lifetime", rule.lifetime.is_some()), ("key", rule.key)] {
        let help = Some("a file that stands in the answer needs no address, and nothing to fetch it");
        findings.require(
            Code::MisplacedKey,
            !(inline && present),
            &below(at, key),
            || format!("expected no `{key}` beside `base64`, found one"),
            help,
        );
    }
    rule.media_type.iter().for_each(|source| check_source(source, &[], &below(at, "media_type"), findings));
    rule.expires.iter().for_each(|source| check_source(source, &moments, &below(at, "expires"), findings));
}

fn check_verdict(verdict: &Verdict, at: &[Step], findings: &mut Findings) {
    let ended_badly = matches!(verdict.ruling, Ruling::State(State::Failed | State::Canceled | State::Expired));
    findings.require(
        Code::MisplacedKey,
        ended_badly || (verdict.reason.is_none() && verdict.retryable.is_none()),
        at,
        || "expected `reason` and `retryable` only with a job that ended without a result".into(),
        None,
    );
    let explains = ended_badly || matches!(verdict.ruling, Ruling::Problem(_));
    findings.require(
        Code::MisplacedKey,
        explains || (verdict.code.is_none() && verdict.message.is_none()),
        at,
        || "expected `code` and `message` only with a problem, or a job that ended without a result".into(),
        None,
    );
    findings.require(
        Code::MisplacedKey,
        verdict.ruling == Ruling::State(State::Completed) || !verdict.without_outputs,
        at,
        || "expected `outputs: none` only with the state `completed`".into(),
        None,
    );
    verdict.code.iter().for_each(|source| check_source(source, &[], &below(at, "code"), findings));
    verdict.message.iter().for_each(|source| check_source(source, &[], &below(at, "message"), findings));
}
