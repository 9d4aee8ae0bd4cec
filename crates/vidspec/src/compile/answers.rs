//! Checks of the two requests and of how their answers are read.

use url::Url;

use super::findings::{Findings, at, below};
use super::sources::{check_source, check_template, require_variable};
use crate::definition::{Answer, Definition, Place, Ruling, Step, Unit, Verdict};
use crate::state::State;
use crate::template::{BASE_URL, JOB_ID, Template, Writing};

pub(super) fn check_answers(definition: &Definition, findings: &mut Findings) {
    let status = &definition.status;
    findings.names = vec![JOB_ID.into()];
    check_request(status, at!["status"], findings);
    findings.require(
        status.get.names().any(|name| name == JOB_ID),
        at!["status", "get"],
        || "expected `{job_id}` somewhere in the path, found none: every job would get the same answer".into(),
        None,
    );
    findings.require_part(
        status.path.is_some() || !status.rules.is_empty(),
        at!["status"],
        "expected `path` and `map`, or `rules`, found neither: no answer could be judged",
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
            let at = below(at!["result", "with"], name.as_str());
            check_source(source, &[], &at, findings);
            require_variable(source, &at, findings);
            let usable =
                Template::parse(&format!("{{{}}}", name.as_str())).is_ok() && ![JOB_ID, BASE_URL].contains(&name.as_str());
            let message =
                || format!("expected a name of small letters, digits and `_` that is not taken, found `{}`", name.as_str());
            findings.require(usable, &at, message, Some("it stands in braces in `get`, such as `{video_id}`"));
        }
        for (name, _) in result.details.iter().filter(|(name, _)| status.details.contains_key(*name)) {
            let message = || format!("expected each detail once, found `{}` in `status` too", name.as_str());
            findings.require(false, &below(at!["result", "details"], name.as_str()), message, None);
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
    let example = answer.get.expand(Writing::Address, |_| Some("x")).map(|path| format!("https://x{path}"));
    let as_written = example.is_some_and(|example| Url::parse(&example).is_ok_and(|url| url.as_str() == example));
    let as_written = as_written && !answer.get.as_str().contains('#');
    let help = Some("spaces and other special characters are written as `%20`; `.` and `..` cannot stand alone");
    findings.require(as_written, &at, || format!("expected a path as it is sent, found `{}`", answer.get.as_str()), help);
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
    for (index, output) in answer.outputs.rules.iter().enumerate() {
        let at = below(at, "outputs");
        let at = if answer.outputs.listed { below(&at, index) } else { below(&at, output.role.as_str()) };
        check_source(&output.url, &[], &below(&at, "url"), findings);
        if !output
            .url
            .origins()
            .iter()
            .any(|origin| matches!(&origin.place, Place::Template(template) if template.as_str().contains("://")))
        {
            require_variable(&output.url, &below(&at, "url"), findings);
        }
        output.media_type.iter().for_each(|source| check_source(source, &[], &below(&at, "media_type"), findings));
        output.expires.iter().for_each(|source| check_source(source, &moments, &below(&at, "expires"), findings));
    }
    if let Some(progress) = &answer.progress {
        let at = below(at, "progress");
        check_source(progress, &[Unit::Fraction, Unit::Percent], &at, findings);
        require_variable(progress, &at, findings);
        let measured = progress.origins().iter().all(|origin| origin.unit.is_some() || origin.of.is_some());
        let help = Some("write `{ path: $.progress, unit: percent }`, or `unit: fraction`, or name the whole with `of:`");
        findings.require_unless_broken(
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

fn check_verdict(verdict: &Verdict, at: &[Step], findings: &mut Findings) {
    let ended_badly = matches!(verdict.ruling, Ruling::State(State::Failed | State::Canceled | State::Expired));
    findings.require(
        ended_badly || (verdict.reason.is_none() && verdict.retryable.is_none()),
        at,
        || "expected `reason` and `retryable` only with a job that ended without a result".into(),
        None,
    );
    let explains = ended_badly || matches!(verdict.ruling, Ruling::Problem(_));
    findings.require(
        explains || (verdict.code.is_none() && verdict.message.is_none()),
        at,
        || "expected `code` and `message` only with a problem, or a job that ended without a result".into(),
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
