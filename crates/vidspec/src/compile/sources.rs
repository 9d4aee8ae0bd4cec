//! Checks of the places that values are taken from.

use super::findings::{Findings, at, below};
use crate::code::Code;
use crate::definition::{Origin, Place, Source, Step, Unit};
use crate::nearest::nearest;
use crate::template::{Template, VALUE};

pub(super) fn check_source(source: &Source, units: &[Unit], at: &[Step], findings: &mut Findings) {
    for (index, origin) in source.origins().iter().enumerate() {
        check_origin(origin, units, &below(at, index), findings);
    }
}

fn check_origin(origin: &Origin, units: &[Unit], at: &[Step], findings: &mut Findings) {
    if let Place::Template(template) = &origin.place {
        check_template(template, at, findings);
    }
    if let Some(into) = &origin.into {
        check_into(into, origin, &below(at, "into"), findings);
    }
    if let Some(unit) = origin.unit {
        findings.require(
            Code::WrongUnit,
            units.contains(&unit),
            at,
            || format!("expected {}, found `{}`", unit_words(units), unit.as_str()),
            None,
        );
    }
    findings.require(
        Code::MisplacedKey,
        origin.of.is_none() || units.contains(&Unit::Fraction),
        at,
        || "expected `of` only in `progress`".into(),
        None,
    );
}

fn unit_words(units: &[Unit]) -> String {
    if units.is_empty() {
        return "no `unit` here".into();
    }
    let words = units.iter().map(|unit| format!("`{}`", unit.as_str()));
    format!("one of the units {}", words.collect::<Vec<_>>().join(", "))
}

fn check_into(into: &Template, origin: &Origin, at: &[Step], findings: &mut Findings) {
    let found = !matches!(origin.place, Place::Template(_)) && origin.unit.is_none() && origin.of.is_none();
    findings.require(
        Code::MisplacedKey,
        found,
        at,
        || "expected `into` only beside `path` or `header`, and without a unit".into(),
        None,
    );
    let help = Some("it stands for what was found");
    findings.require(
        Code::MissingValue,
        into.names().any(|name| name == VALUE),
        at,
        || "expected `{value}` in it, found none".into(),
        help,
    );
    let known: Vec<_> = findings.names.iter().cloned().chain([VALUE.to_owned()]).collect();
    check_names(into, &known, at, findings);
}

pub(super) fn check_template(template: &Template, at: &[Step], findings: &mut Findings) {
    let known = findings.names.clone();
    check_names(template, &known, at, findings);
}

fn check_names(template: &Template, known: &[String], at: &[Step], findings: &mut Findings) {
    for name in template.names().filter(|name| !known.iter().any(|known| known == name)) {
        let expected = known.iter().map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(" and ");
        let nearest = nearest(name, known.iter().map(String::as_str));
        let help = nearest.map(|nearest| format!("did you mean `{{{nearest}}}`?"));
        let message = || format!("unknown value `{{{name}}}` in a template, expected {expected}");
        findings.require_unless_broken(Code::UnknownValue, false, at, message, help.as_deref(), Some(at!["result", "with"]));
    }
}

/// A constant where a value of the answer is meant is a forgotten `$`.
pub(super) fn require_variable(source: &Source, at: &[Step], findings: &mut Findings) {
    for (index, origin) in source.origins().iter().enumerate() {
        if let Place::Template(template) = &origin.place {
            let text = template.as_str();
            let help = format!("for a value of the answer write `$.{text}`");
            let varies = template.names().next().is_some();
            findings.require(
                Code::FixedText,
                varies,
                &below(at, index),
                || format!("expected a place in the answer, found the fixed text `{text}`"),
                Some(&help),
            );
        }
    }
}
