//! Every documented answer, replayed over HTTP and compared with its hand-written claim.
//!
//! What a provider's page promises stands in `fixtures/`; the snapshots only guard against change.

#![expect(clippy::unwrap_used, reason = "a test that panics has found something")]

mod explain;
mod traps;

use std::path::Path;

use vidspec_harness::{Folders, Suite};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn every_documented_answer_is_concluded_as_claimed() {
    vidspec_harness::assert_evidence!("../..");
}

#[test]
fn every_part_of_a_definition_has_evidence() {
    let suite = Suite::open(&Folders::below(Path::new(ROOT))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcomes = runtime.block_on(suite.run(&[])).unwrap();
    assert!(outcomes.iter().map(|outcome| outcome.tested.len()).sum::<usize>() > 200);
    let mut missing = Vec::new();
    for outcome in outcomes {
        let id = outcome.provider.id();
        missing.extend(outcome.coverage.missing().map(|place| format!("{id}: no scenario shows {place}")));

        assert!(outcome.left_over.is_empty(), "{id}: no scenario for {:?}", outcome.left_over);
        let defaults = outcome.tested.iter().filter(|tested| tested.scenario.default).count();
        assert_eq!(defaults, 1, "{id}: expected one scenario with `default: true`");
        for scenario in outcome.tested.iter().map(|tested| &tested.scenario) {
            assert!(!scenario.sources.is_empty() && !scenario.title.is_empty(), "{id}/{}", scenario.name);
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
