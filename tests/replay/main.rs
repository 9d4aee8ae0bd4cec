//! Every documented answer, replayed over HTTP and compared with its hand-written claim.
//!
//! What a provider's page promises stands in `fixtures/`; the snapshots beside this file only guard against change.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what should not be")]

mod traps;

use std::path::Path;

use serde_json::Value;
use vidspec::{Catalogue, Provider};
use vidspec_harness::{Coverage, Evidence, Replayed, Scenario, replay};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

struct Case {
    scenario: Scenario,
    replayed: Replayed,
}

fn replay_all(provider: &Provider) -> (Evidence, Vec<Case>) {
    let evidence = Evidence::load(&Path::new(ROOT).join("fixtures"), provider.id()).unwrap_or_else(|error| panic!("{error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cases = runtime.block_on(async {
        let mut cases = Vec::new();
        for scenario in &evidence.scenarios {
            let replayed = replay(provider, &evidence.documented, scenario).await;
            cases.push(Case { scenario: scenario.clone(), replayed });
            // The mock server's shutdown blocks the task once its budget is spent; this renews it.
            tokio::task::yield_now().await;
        }
        cases
    });
    (evidence, cases)
}

#[test]
fn every_documented_answer_is_concluded_as_claimed() {
    let mut complaints = Vec::new();
    let mut count = 0;
    for entry in Catalogue::builtin().entries() {
        let provider = entry.provider().unwrap_or_else(|error| panic!("{error}"));
        let (_, cases) = replay_all(&provider);
        count += cases.len();
        for Case { scenario, replayed } in cases {
            let name = format!("{}/{}", provider.id(), scenario.name);
            complaints.extend(replayed.complaints.iter().map(|complaint| format!("{name}: {complaint}")));
        }
    }
    assert!(count > 200, "only {count} scenarios were found");
    assert!(complaints.is_empty(), "{} claims do not hold:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_word_of_a_definition_has_evidence_and_every_documented_word_is_mapped() {
    let mut complaints = Vec::new();
    for entry in Catalogue::builtin().entries() {
        let provider = entry.provider().unwrap_or_else(|error| panic!("{error}"));
        let (evidence, cases) = replay_all(&provider);
        let mut coverage = Coverage::of(&provider);
        for case in &cases {
            coverage.add(&case.replayed.check);
        }
        complaints.extend(coverage.missing().map(|place| format!("{}: no scenario shows {place}", provider.id())));
        complaints.extend(
            coverage.against(&evidence.documented).into_iter().map(|complaint| format!("{}: {complaint}", provider.id())),
        );
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_provider_has_one_default_scenario_and_dated_evidence() {
    for entry in Catalogue::builtin().entries() {
        let evidence = Evidence::load(&Path::new(ROOT).join("fixtures"), entry.id()).unwrap_or_else(|error| panic!("{error}"));
        let defaults = evidence.scenarios.iter().filter(|scenario| scenario.default).count();
        assert_eq!(defaults, 1, "{}: expected one scenario with `default: true`", entry.id());
        for scenario in &evidence.scenarios {
            assert!(!scenario.sources.is_empty() && !scenario.title.is_empty(), "{}/{}", entry.id(), scenario.name);
        }
    }
}

#[test]
fn whole_reports_do_not_change_unnoticed() {
    for entry in Catalogue::builtin().entries() {
        let provider = entry.provider().unwrap_or_else(|error| panic!("{error}"));
        let (_, cases) = replay_all(&provider);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(Path::new(ROOT).join("tests/snapshots").join(provider.id()));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_sort_maps(false);
        for Case { scenario, replayed } in cases {
            settings.set_description(format!("{} ({}, {})", scenario.sources.join(" "), scenario.read, scenario.evidence));
            settings.bind(|| insta::assert_yaml_snapshot!(scenario.name.as_str(), without_version(replayed.report)));
        }
    }
}

/// A release must not change every snapshot.
fn without_version(mut report: Value) -> Value {
    report.as_object_mut().and_then(|members| members.remove("vidspec"));
    report
}
