//! Replays documented API answers against vidspec definitions.
//!
//! A *scenario* is a claim with its evidence: the body that a provider published, where and when it was read, and what must
//! be concluded from it. [`replay`] serves it over loopback HTTP, drives the real client against it, and compares what was
//! sent and what was concluded. A [`Suite`] does so for all definitions of a folder, with [`Snapshots`] of the whole reports and
//! the [`Coverage`] of each definition; [`assert_evidence!`] does it in a test of your own.
//!
//! [`lint()`] says what is wrong with definitions and evidence, and what of a definition nothing proves, without a replay.
//!
//! A [`Mock`] server answers like a provider over the life of a job, from the same evidence.
//! A [`Recorder`] keeps a live exchange as a scenario. [`explain`] tells step by step how answers are judged.
//!
//! The format is described in `docs/fixtures.md`.

mod assert;
mod claim;
mod clock;
mod coverage;
mod diff;
mod evidence;
mod explain;
mod files;
mod folders;
mod grade;
mod judge;
mod junit;
mod key;
mod links;
mod lint;
mod mock;
mod outcome;
mod record;
mod replay;
mod scenario;
#[cfg(feature = "schema")]
pub mod schema;
mod server;
mod snapshot;
mod suite;
mod waiting;
mod whole;

pub use assert::Snapshot;
#[doc(hidden)]
pub use assert::claims_hold;
pub use claim::Difference;
pub use clock::QuickClock;
pub use coverage::{Coverage, Disagreement, Shown};
pub use evidence::{Create, Documented, Evidence, EvidenceError, FixedHeader, KeyPlace, Words};
pub use explain::{Explained, explain};
pub use folders::Folders;
pub use grade::Grade;
pub use junit::junit;
pub use lint::{LintOutcome, LintTarget, lint};
pub use mock::{LIVES, Mock, MockBuilder, MockError, SCENARIO_HEADER};
pub use outcome::{Outcome, Tested};
pub use record::Recorder;
pub use replay::{Replayed, replay};
pub use scenario::{Exchange, RequestLine, Scenario};
pub use server::ReplayServer;
pub use snapshot::{SnapshotState, Snapshots};
pub use suite::{Suite, SuiteError};
pub use whole::{write_new, write_whole};
