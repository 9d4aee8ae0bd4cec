//! The evidence of a folder, tested from one line of Rust.

use std::path::{Path, PathBuf};

use crate::folders::Folders;
use crate::snapshot;
use crate::suite::Suite;

/// A report to be compared with its snapshot; see [`assert_evidence!`](crate::assert_evidence).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The folder in which it lies.
    pub folder: PathBuf,
    /// The name of the scenario.
    pub name: String,
    /// Where the answer comes from.
    pub description: String,
    /// The report as YAML.
    pub text: String,
}

/// Replays all evidence of a folder, which stands below the crate's own, and fails with all claims that do not hold. Then each
/// whole report is compared with its snapshot by the crate insta, which the calling crate must have.
///
/// The folder holds `providers/` and `fixtures/`; snapshots lie in `tests/snapshots/`. Other names are given one by one:
/// `assert_evidence!(providers: "definitions", fixtures: "evidence", snapshots: "snapshots")`.
///
/// ```no_run
/// #[test]
/// fn every_documented_answer_is_concluded_as_claimed() {
///     vidspec_harness::assert_evidence!(".");
/// }
/// ```
#[macro_export]
macro_rules! assert_evidence {
    ($folder:expr) => {
        $crate::assert_evidence!(
            providers: ::std::path::Path::new($folder).join("providers"),
            fixtures: ::std::path::Path::new($folder).join("fixtures"),
            snapshots: ::std::path::Path::new($folder).join("tests/snapshots")
        )
    };
    (providers: $providers:expr, fixtures: $fixtures:expr, snapshots: $snapshots:expr) => {{
        let root = ::std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let snapshots = $crate::claims_hold(&root.join($providers), &root.join($fixtures), &root.join($snapshots));
        for snapshot in snapshots {
            let mut settings = ::insta::Settings::clone_current();
            settings.set_snapshot_path(snapshot.folder);
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.set_description(snapshot.description);
            settings.bind(|| ::insta::assert_snapshot!(snapshot.name, snapshot.text));
        }
    }};
}

/// Replays all evidence of these folders, and gives the reports.
///
/// # Panics
/// With all claims that do not hold, and all mistakes of the files: it belongs into a test.
#[doc(hidden)]
#[expect(clippy::panic, reason = "a test fails by a panic")]
pub fn claims_hold(providers: &Path, fixtures: &Path, snapshots: &Path) -> Vec<Snapshot> {
    let folders = Folders { providers: providers.into(), fixtures: fixtures.into(), snapshots: snapshots.into() };
    let suite = Suite::open(&folders).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcomes = runtime.and_then(|runtime| runtime.block_on(suite.run(&[]))).unwrap_or_else(|error| panic!("{error}"));
    let mut complaints = Vec::new();
    let mut reports = Vec::new();
    for outcome in outcomes {
        let id = outcome.provider.id();
        complaints.extend(outcome.complaints.iter().map(|complaint| format!("{id}: {complaint}")));
        for tested in outcome.tested {
            let name = format!("{id}/{}", tested.scenario.name);
            complaints.extend(tested.replayed.complaints().map(|complaint| format!("{name}: {complaint}")));
            reports.push(Snapshot {
                folder: snapshots.join(id),
                description: snapshot::description(&tested.scenario),
                text: snapshot::text(&tested.replayed.report),
                name: tested.scenario.name,
            });
        }
    }
    assert!(complaints.is_empty(), "{} claims do not hold:\n{}", complaints.len(), complaints.join("\n"));
    reports
}
