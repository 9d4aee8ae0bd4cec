//! The evidence for Acme Render, replayed.

#[test]
fn every_documented_answer_is_concluded_as_claimed() {
    vidspec_harness::assert_evidence!(".");
}
