//! Checks of the values beside the id of a job.

use super::findings::{Findings, at, below};
use super::sources::check_template;
use super::{check_name, check_variables};
use crate::code::Code;
use crate::definition::{Definition, Param, Step, Word};
use crate::job::check_value;
use crate::params::{captured_names, givable};
use crate::template::{BASE_URL, JOB_ID};

pub(super) fn check_params(definition: &Definition, findings: &mut Findings) {
    let taken = [JOB_ID, BASE_URL];
    for name in captured_names(definition) {
        let help = "a named group of the pattern is used in braces, such as `{project}`";
        check_name(name, &taken, at!["job_id", "pattern"], help, findings);
    }
    for (name, param) in &definition.params {
        let at = below(at!["params"], name.as_str());
        check_name(name.as_str(), &taken, &at, "it stands in braces in `get`, such as `{app}`", findings);
        check_variables(param.env.iter().flat_map(|env| &env.0), &below(&at, "env"), findings);
        check_examples(param, &at, findings);
        if param.is_derived() {
            check_derived(definition, name.as_str(), param, &at, findings);
        } else {
            check_given(definition, name.as_str(), param, &at, findings);
        }
    }
}

fn check_examples(param: &Param, at: &[Step], findings: &mut Findings) {
    for (key, word) in [("example", &param.example), ("default", &param.default)] {
        let Some(value) = word.as_ref().map(Word::as_str) else { continue };
        let at = below(at, key);
        let matched = param.pattern.as_ref().is_none_or(|pattern| pattern.is_match(value));
        findings.require(
            Code::WrongExample,
            matched,
            &at,
            || format!("expected a value that the pattern matches, found `{value}`"),
            None,
        );
        let sendable = check_value(value).map_err(|error| error.to_string().replace("a job id", "a value"));
        findings.require(
            Code::WrongExample,
            sendable.is_ok(),
            &at,
            || sendable.as_ref().err().cloned().unwrap_or_default(),
            None,
        );
    }
}

fn check_given(definition: &Definition, name: &str, param: &Param, at: &[Step], findings: &mut Findings) {
    let known = param.example.is_some() || param.default.is_some() || captured_names(definition).any(|captured| captured == name);
    let help = Some("it is shown to whoever forgets the value; a `default` serves too");
    let cause = below(at, "example");
    let message = || format!("expected a key `example` for `{name}`, found none");
    findings.require_unless_broken(Code::MissingKey, known, at, message, help, Some(&cause));
    for (key, present) in [("map", !param.map.is_empty()), ("otherwise", param.otherwise.is_some())] {
        let message = || format!("expected `{key}` only beside `from`, found it without");
        findings.require(
            Code::MisplacedKey,
            !present,
            &below(at, key),
            message,
            Some("`from` names the param that this one is worked out of"),
        );
    }
}

fn check_derived(definition: &Definition, name: &str, param: &Param, at: &[Step], findings: &mut Findings) {
    findings.require_part(
        !param.map.is_empty() || param.otherwise.is_some(),
        at,
        "expected `map` or `otherwise` beside `from`, found neither",
    );
    let captured = captured_names(definition).any(|captured| captured == name);
    let help = Some("a param is given, or worked out of another one");
    for (key, present) in [("env", param.env.is_some()), ("default", param.default.is_some())] {
        findings.require(
            Code::MisplacedKey,
            !present,
            &below(at, key),
            || format!("expected no `{key}` beside `from`, found one"),
            help,
        );
    }
    let message = || format!("expected no `from` for a named group of the id, found one for `{name}`");
    findings.require(Code::MisplacedKey, !captured, &below(at, "from"), message, help);
    let before = std::mem::replace(&mut findings.names, givable(definition).map(str::to_owned).collect());
    if let Some(from) = param.from.as_ref().map(Word::as_str) {
        let known = findings.names.iter().any(|known| known == from);
        let message = || format!("expected the name of a param that is given, found `{from}`");
        findings.require(Code::UnknownValue, known, &below(at, "from"), message, None);
    }
    if let Some(template) = &param.otherwise {
        check_template(template, &below(at, "otherwise"), findings);
    }
    findings.names = before;
}
