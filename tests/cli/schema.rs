//! `vidspec schema`: what it prints is judged by another implementation of JSON Schema, against all files of this repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::server::{Server, json as answer};
use crate::support::{PICTORY_JOB, Test, check, check_at};

const SUBJECTS: [&str; 6] = ["definition", "scenario", "cases", "documented", "report", "event"];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema(subject: &str) -> Value {
    Test::new().args(["schema", subject]).run().code(0).stderr_is("").json()
}

fn validator(subject: &str) -> Validator {
    let schema = schema(subject);
    assert!(jsonschema::meta::is_valid(&schema), "{subject} is no JSON Schema");
    jsonschema::validator_for(&schema).unwrap()
}

/// The files of this ending below a folder.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a file of YAML holds, as JSON; `None` if it is no YAML, or none that JSON could hold.
fn yaml(text: &str) -> Option<Value> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    serde_json::from_str(&serde_json::to_string(&value).ok()?).ok()
}

fn complaints(validator: &Validator, instance: &Value) -> Vec<String> {
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// What an editor complains about in a file.
pub(crate) fn complaints_about(subject: &str, text: &str) -> Vec<String> {
    complaints(&validator(subject), &yaml(text).unwrap())
}

/// Fails with all complaints about all of these files.
fn expect_valid(subject: &str, files: &[PathBuf]) {
    let validator = validator(subject);
    let complaint = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        let found = complaints(&validator, &yaml(&text).unwrap());
        (!found.is_empty()).then(|| format!("{}\n  {}", file.display(), found.join("\n  ")))
    };
    let found: Vec<String> = files.iter().filter_map(complaint).collect();
    assert!(found.is_empty(), "{} of {} files are not valid:\n{}", found.len(), files.len(), found.join("\n"));
}

#[test]
fn the_copies_for_editors_are_current() {
    for (subject, copy) in [
        ("definition", "providers/provider.schema.json"),
        ("scenario", "fixtures/scenario.schema.json"),
        ("cases", "fixtures/cases.schema.json"),
        ("documented", "fixtures/documented.schema.json"),
    ] {
        let printed = Test::new().args(["schema", subject]).run().code(0).stdout();
        let kept = std::fs::read_to_string(root().join(copy)).unwrap_or_default().replace("\r\n", "\n");
        assert!(printed == kept, "{copy} is not what the types say; run: vidspec schema {subject} > {copy}");
    }
}

#[test]
fn every_shipped_definition_is_valid_and_names_the_schema() {
    let files = files("providers", ".yaml");
    assert!(files.len() >= 27, "only {} files were found", files.len());
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let first = text.lines().next().unwrap();
        assert_eq!(first, "# yaml-language-server: $schema=provider.schema.json", "{}", file.display());
    }
    expect_valid("definition", &files);
}

#[test]
fn every_example_of_the_reference_is_valid() {
    let validator = validator("definition");
    let page = std::fs::read_to_string(root().join("docs/definition-format.md")).unwrap().replace("\r\n", "\n");
    let blocks = page.split("\n```yaml\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0);
    let mut count = 0;
    for block in blocks {
        // A block that shows only some of the keys is put over a complete file.
        let mut definition = json!({
            "vidspec": 1, "id": "acme", "name": "Acme", "docs": "https://docs.example.com", "base_url": "https://api.example.com",
            "auth": { "style": "bearer", "env": "ACME_API_KEY" },
            "status": { "get": "/{job_id}", "path": "$.status", "map": { "done": "completed" } },
        });
        definition.as_object_mut().unwrap().append(yaml(block).unwrap().as_object_mut().unwrap());
        assert_eq!(complaints(&validator, &definition), [""; 0], "{block}");
        count += 1;
    }
    assert!(count > 30, "only {count} blocks were found");
}

#[test]
fn a_variant_says_only_what_is_different() {
    let validator = validator("definition");
    let variant = json!({
        "extends": "sora", "id": "gateway", "name": "A gateway",
        "auth": { "env": "GATEWAY_API_KEY" },
        "status": { "map": { "pending": "queued", "cancelled": null }, "progress": { "unit": "fraction" }, "missing": null },
    });
    assert_eq!(complaints(&validator, &variant), [""; 0]);
    for (key, value) in [
        ("name", Value::Null),
        ("extends", Value::Null),
        ("auth", json!({ "key": "x" })),
        ("status", json!({ "map": { "a": "done" } })),
    ] {
        let mut other = variant.clone();
        other[key] = value;
        assert!(!validator.is_valid(&other), "{key}");
    }
    let mut complete = variant;
    complete.as_object_mut().unwrap().remove("extends");
    assert!(!validator.is_valid(&complete), "without `extends` nothing is inherited");
}

#[test]
fn every_file_of_the_evidence_is_valid() {
    for (subject, ending, least) in
        [("scenario", "/scenario.yaml", 190), ("cases", "/cases.yaml", 27), ("documented", "/documented.yaml", 27)]
    {
        let files = files("fixtures", ending);
        assert!(files.len() >= least, "only {} files were found", files.len());
        expect_valid(subject, &files);
    }
}

#[test]
fn every_report_of_the_evidence_is_valid() {
    let validator = validator("report");
    let files: Vec<PathBuf> = files("tests/snapshots", ".snap");
    let reports = files.iter().filter(|file| !file.parent().is_some_and(|folder| folder.ends_with("definitions")));
    let mut count = 0;
    for file in reports {
        let text = std::fs::read_to_string(file).unwrap();
        let (_, body) = text.trim_start_matches("---\n").split_once("\n---\n").unwrap();
        let mut report = yaml(body).unwrap();
        // The one thing that changes without a cause is left out there.
        report["vidspec"] = json!("0.1.0");
        assert_eq!(complaints(&validator, &report), [""; 0], "{}", file.display());
        count += 1;
    }
    assert!(count > 500, "only {count} reports were found");
}

#[test]
fn reports_that_are_printed_are_valid() {
    let validator = validator("report");
    let server = Server::answering([answer(401, r#"{"error":"no"}"#)]);
    for ran in [
        check([PICTORY_JOB, "--replay", "--output", "json"]).run(),
        check(["pictory:1", "--output", "json"]).run(),
        check_at(&server.url(), ["vozo:1", "--output", "json"]).run(),
        check(["sora:video_1", "--replay", "--output", "json"]).run(),
    ] {
        assert_eq!(complaints(&validator, &ran.json()), [""; 0]);
    }
}

#[test]
fn events_that_are_printed_are_valid() {
    let validator = validator("event");
    let done = r#"{"status":"done","video_url":"https://cdn.example.com/v.mp4"}"#;
    let server = Server::answering([answer(200, r#"{"status":"pending"}"#), answer(503, "{}"), answer(200, done)]);
    let args = ["wait", "vozo:1", "--base-url", &server.url(), "--interval", "1ms", "--output", "ndjson"];
    let events = Test::new().args(args).keys().run().code(0).ndjson();
    assert_eq!(events.iter().map(|event| event["event"].clone()).collect::<Vec<_>>(), ["changed", "trouble", "ended"]);
    for event in &events {
        assert_eq!(complaints(&validator, event), [""; 0]);
    }
    let nothing_there = Server::by(|request| match request.url.path() {
        "/v.mp4" => answer(404, ""),
        _ => answer(200, r#"{"status":"done","video_url":"/v.mp4"}"#),
    });
    let args = ["wait", "vozo:1", "--base-url", &nothing_there.url(), "--download", ".", "--output", "ndjson"];
    let events = Test::new().args(args).keys().run().code(8).ndjson();
    let file = events.iter().find(|event| event["event"] == "not_saved").unwrap();
    assert_eq!(complaints(&validator, file), [""; 0]);
    let mut other = file.clone();
    other["event"] = json!("lost");
    assert!(!validator.is_valid(&other));
}

#[test]
fn a_report_or_an_event_of_another_shape_is_refused() {
    let report = check([PICTORY_JOB, "--replay", "--output", "json"]).run().json();
    let validator = validator("report");
    for (key, value) in
        [("state", json!("done")), ("progress", json!("1")), ("outputs", json!([{}])), ("problem", json!({ "kind": "other" }))]
    {
        let mut other = report.clone();
        other[key] = value;
        assert!(!validator.is_valid(&other), "{key}");
    }
    for key in report.as_object().unwrap().keys() {
        let mut other = report.clone();
        other.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&other), "{key} may be missing");
    }
}

/// Of the broken definitions those that the schema lets through, by what it cannot see. Whoever reads the file sees them all.
const UNSEEN: [(&str, &[&str]); 5] = [
    (
        "the grammar inside of a text",
        &[
            "bad-json-path-in-a-condition",
            "bad-json-path-of-the-status",
            "bad-patterns",
            "bad-request-path",
            "bad-templates",
            "bad-value-for-the-second-request",
            "body-limit-that-fills-the-memory",
            "into-without-its-value",
            "key-in-the-path",
            "lifecycle-with-a-bad-date",
            "name-that-is-no-header",
            "no-time-between-two-questions",
            "request-path-that-climbs",
        ],
    ),
    (
        "that a value is meant to come from the answer",
        &["fixed-texts-in-place-of-values", "path-without-its-dollar", "request-path-without-the-job", "post-without-the-job"],
    ),
    (
        "how one part fits to another",
        &[
            "bounds-of-asking-that-cross",
            "error-codes-without-their-place",
            "example-among-several-that-its-pattern-refuses",
            "example-that-its-pattern-refuses",
            "file-that-needs-the-key-elsewhere",
            "headers-with-a-key",
            "host-of-params-without-hosts",
            "host-of-unknown-params",
            "hosts-without-that-of-the-address",
            "message-of-a-job-that-runs",
            "name-missing-for-a-header",
            "auth-parts-that-do-not-fit",
            "names-for-the-second-request",
            "nothing-to-judge-by",
            "params-outside-of-the-host",
            "params-worked-out-of-nothing",
            "part-meant-in-two-ways",
            "progress-without-a-unit",
            "request-path-with-unknown-value",
            "units-in-wrong-places",
            "unknown-value-in-the-second-request",
            "values-for-the-first-request",
        ],
    ),
    (
        "another file, or the name of this one",
        &["id-that-is-not-the-file-name", "variant-of-nothing", "variant-that-takes-too-much-away"],
    ),
    ("that two spellings are one key", &["duplicate-key-as-number-and-text"]),
];

#[test]
fn of_the_broken_definitions_those_of_a_wrong_shape_are_refused() {
    let validator = validator("definition");
    let files = files("tests/definitions/invalid", ".yaml");
    // Any editor marks what is no YAML at all.
    let read = |file: &PathBuf| Some((file.file_stem()?.to_str()?.to_owned(), yaml(&std::fs::read_to_string(file).ok()?)?));
    let (accepted, refused): (Vec<_>, Vec<_>) = files.iter().filter_map(read).partition(|(_, value)| validator.is_valid(value));
    let accepted: BTreeSet<&str> = accepted.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(accepted, UNSEEN.iter().flat_map(|(_, names)| *names).copied().collect());
    assert!(refused.len() > 50, "only {} were refused", refused.len());
}

#[test]
fn every_key_and_every_word_is_described() {
    for subject in SUBJECTS {
        let mut bare = Vec::new();
        find_bare(&schema(subject), "", &mut bare);
        assert_eq!(bare, [""; 0], "these places of {subject} have no description for whoever meets them first");
    }
}

/// The keys, the words to choose from and the parts with a name that are not described, or in the words of Rust.
fn find_bare(schema: &Value, at: &str, bare: &mut Vec<String>) {
    let clear = |schema: &Value| {
        let description = schema["description"].as_str().unwrap_or_default();
        description.len() > 3 && !["::", "[`", "serde", "struct"].iter().any(|word| description.contains(word))
    };
    if let Value::Object(members) = schema {
        for (keyword, value) in members {
            let at = format!("{at}/{keyword}");
            match (keyword.as_str(), value) {
                ("properties" | "definitions", Value::Object(named)) => {
                    for (name, schema) in named {
                        if schema.is_object() && !clear(schema) {
                            bare.push(format!("{at}/{name}"));
                        }
                        find_bare(schema, &format!("{at}/{name}"), bare);
                    }
                }
                ("const", Value::String(_)) if !clear(schema) => bare.push(format!("{at}={value}")),
                ("oneOf" | "anyOf" | "allOf", Value::Array(schemas)) => {
                    for schema in schemas {
                        find_bare(schema, &at, bare);
                    }
                }
                (_, schema) => find_bare(schema, &at, bare),
            }
        }
    }
}
