//! What is known of providers, told to a person or a program.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use vidspec::{Lifecycle, Provider};

use super::text::{lifecycle_word, span};
use super::{table, visible};
use crate::command::providers::Known;

/// The columns of the list.
pub(crate) const COLUMNS: [&str; 6] = ["ID", "NAME", "EVIDENCE", "KEY", "FROM", ""];

/// A row of the list.
pub(crate) fn row(known: &Known<'_>) -> Vec<String> {
    let Known { entry, provider, .. } = known;
    let remark = match (known.used, provider.lifecycle()) {
        (false, _) => "not used: an earlier one has this id".to_owned(),
        (true, Some(lifecycle)) => format!("{} {}", lifecycle_word(lifecycle.state), lifecycle.date),
        (true, None) => String::new(),
    };
    vec![entry.id().to_owned(), provider.name().to_owned(), evidence(known), key(provider), entry.origin(), remark]
}

/// `documented, 100 %, 4 states`
fn evidence(known: &Known<'_>) -> String {
    let grades = known.coverage.by_grade();
    let best = grades.first().map_or("none", |(grade, _)| grade);
    let share = known.coverage.percent().floor();
    if grades.is_empty() { best.to_owned() } else { format!("{best}, {share:.0} %, {} states", known.coverage.states().count()) }
}

/// The key that is there, or else the usual one; `…` stands for further names, which the page of the provider tells.
fn key(provider: &Provider) -> String {
    let ways: Vec<Vec<Vec<&str>>> = provider.key_ways().collect();
    let set = |names: &[&str]| names.iter().any(|name| is_set(name));
    let completeness = |way: &&Vec<Vec<&str>>| (way.iter().all(|names| set(names)), way.iter().any(|names| set(names)));
    // Of equals the last is the greatest, and the first is the usual one.
    let Some(way) = ways.iter().rev().max_by_key(completeness) else { return String::new() };
    let secret = |names: &Vec<&str>| match names.iter().find(|name| is_set(name)) {
        Some(name) => format!("{name} (set)"),
        None => format!("{} (not set)", names.first().unwrap_or(&"")),
    };
    let shown = way.iter().map(secret).collect::<Vec<_>>().join(" + ");
    let names: BTreeSet<&str> = ways.iter().flatten().flatten().copied().collect();
    if names.len() > way.len() { format!("{shown} …") } else { shown }
}

/// Each way to send a key, with all secrets that it takes.
fn keys(provider: &Provider) -> String {
    let key = |name: &str| format!("{name} ({})", if is_set(name) { "set" } else { "not set" });
    let secret = |names: Vec<&str>| names.into_iter().map(key).collect::<Vec<_>>().join(", ");
    let ways = provider.key_ways().map(|secrets| secrets.into_iter().map(secret).collect::<Vec<_>>().join(" + "));
    ways.collect::<Vec<_>>().join(", ")
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// All that is known of one provider.
pub(crate) fn page(known: &Known<'_>) -> String {
    let Known { entry, provider, evidence, coverage, .. } = known;
    let mut text = format!("{}  {}\n", visible(provider.id()), visible(provider.name()));
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<11} {}", visible(value));
    };
    for (index, page) in provider.docs().enumerate() {
        line(if index == 0 { "docs" } else { "" }, page);
    }
    let example = evidence.as_ref().and_then(|evidence| evidence.scenarios.iter().find(|scenario| scenario.default));
    let asked = example.map(|scenario| &scenario.exchanges).into_iter().flatten();
    for (index, exchange) in asked.enumerate() {
        line(if index == 0 { "asks" } else { "then" }, &exchange.request.to_string());
    }
    let host = provider.base_url().map_or("told by the job or by you", url::Url::as_str);
    line("at", host);
    for name in provider.base_url_variables() {
        line("", &format!("or as {name} says"));
    }
    if let Some(scenario) = example {
        line("example", &format!("{}:{}", provider.id(), scenario.job_id));
    }
    for name in provider.params() {
        line("param", name);
    }
    line("key", &keys(provider));
    let places = evidence.iter().flat_map(|evidence| evidence.documented.key_header.iter().chain(&evidence.documented.key_query));
    places.for_each(|place| line("sent as", &format!("{}: {}", place.name, place.value)));
    let checks = evidence
        .iter()
        .flat_map(|evidence| evidence.scenarios.iter().flat_map(|scenario| evidence.documented.judge(provider, scenario)));
    if let Some(seconds) = checks.filter_map(|check| check.outcome.ok()).find_map(|report| report.next_check_seconds) {
        line("poll", &format!("again after {}", span(seconds)));
    }
    if let Some(lifecycle) = provider.lifecycle() {
        line("lifecycle", &lifecycle_sentence(lifecycle));
    }
    line("from", &entry.origin());
    let scenarios = evidence.as_ref().map_or(0, |evidence| evidence.scenarios.len());
    let (seen, all) = coverage.count();
    line("evidence", &format!("{scenarios} scenarios, for {seen} of {all} parts"));
    let rows = coverage.places().map(|(place, shown)| match shown {
        Some(shown) => {
            vec![place.to_owned(), shown.comes_to.to_owned(), shown.grade.as_str().to_owned(), shown.scenario.clone()]
        }
        None => vec![place.to_owned(), "-".to_owned(), "none".to_owned(), String::new()],
    });
    text.push('\n');
    text.push_str(&table(&["PART", "COMES TO", "EVIDENCE", "SCENARIO"], rows.collect()));
    text
}

fn lifecycle_sentence(lifecycle: &Lifecycle) -> String {
    let since = format!("{} since {}", lifecycle_word(lifecycle.state), lifecycle.date);
    let more = [&lifecycle.replacement, &lifecycle.note].into_iter().flatten().map(ToString::to_string);
    std::iter::once(since).chain(more).collect::<Vec<_>>().join("; ")
}

/// A provider in the list, for programs.
pub(crate) fn document(known: &Known<'_>) -> Value {
    let Known { entry, provider, coverage, .. } = known;
    let keys: Vec<_> = provider.key_variables().map(|name| json!({ "name": name, "set": is_set(name) })).collect();
    json!({
        "id": entry.id(),
        "name": provider.name(),
        "docs": provider.docs().collect::<Vec<_>>(),
        "extends": provider.extends(),
        "base_url": provider.base_url().map(url::Url::as_str),
        "base_url_variables": provider.base_url_variables().collect::<Vec<_>>(),
        "params": provider.params().collect::<Vec<_>>(),
        "key_variables": keys,
        "lifecycle": provider.lifecycle(),
        "from": entry.origin(),
        "used": known.used,
        "states": coverage.states().collect::<Vec<_>>(),
        "evidence": coverage.by_grade().first().map(|(grade, _)| grade),
        "coverage_percent": coverage.percent(),
    })
}

/// The same with the evidence for each part.
pub(crate) fn full_document(known: &Known<'_>) -> Value {
    let parts = known.coverage.places().map(|(place, shown)| {
        json!({
            "part": place,
            "comes_to": shown.map(|shown| shown.comes_to),
            "evidence": shown.map(|shown| shown.grade.as_str()),
            "scenario": shown.map(|shown| &shown.scenario),
        })
    });
    let mut document = document(known);
    if let Some(members) = document.as_object_mut() {
        members.insert("parts".to_owned(), parts.collect());
    }
    document
}
