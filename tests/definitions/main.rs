//! Definitions that are broken, each in one way, and what must be said about them.
//!
//! Every file of `invalid/` begins with the mistakes that must be found in it, written by hand from the rules of the
//! language: `# expect: LINE:COLUMN code words of the message | words of the advice`, the advice only where it matters.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has found something")]

mod corpus;
mod effort;
mod limits;
mod lint;
mod mutations;
mod shipped;
mod variants;

use std::path::{Path, PathBuf};

use vidspec::{Diagnostic, Diagnostics, Provider};

/// The smallest definition that is sound.
const SOUND: &str = r#"vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com/v1
auth: { style: bearer, env: [ACME_API_KEY] }
status:
  get: "/jobs/{job_id}"
  path: $.status
  map: { waiting: queued, ready: completed }
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The mistakes of a definition that must have some.
fn refused(text: &str) -> Diagnostics {
    Provider::parse("acme.yaml", text).expect_err("a broken definition was accepted")
}

/// What a mistake marks in its file, if its line and column name the beginning of that. Neither counts a byte-order mark.
fn marked<'t>(text: &'t str, mistake: &Diagnostic) -> Option<&'t str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let before = text.get(..mistake.span.start)?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    text.get(mistake.span.clone()).filter(|_| (mistake.line, mistake.column) == (line, column))
}

#[test]
fn the_smallest_definition_is_sound() {
    let provider = Provider::parse("acme.yaml", SOUND).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(provider.id(), "acme");
    assert_eq!(provider.places(), ["status.map.waiting", "status.map.ready"]);
}
