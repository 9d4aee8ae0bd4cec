//! Replays documented API answers against vidspec definitions.
//!
//! A *scenario* is a claim with its evidence: the body that a provider published, where and when it was read, and what must
//! be concluded from it. [`replay`] serves it over loopback HTTP, drives the real client against it, and compares what was
//! sent and what was concluded. [`Coverage`] tells which parts of a definition have no evidence.
//!
//! The format is described in `docs/fixtures.md`.

mod claim;
mod clock;
mod coverage;
mod evidence;
mod files;
mod grade;
mod key;
mod replay;
mod scenario;
mod server;

pub use claim::Difference;
pub use clock::QuickClock;
pub use coverage::Coverage;
pub use evidence::{Documented, Evidence, EvidenceError, FixedHeader, KeyPlace, Words};
pub use grade::Grade;
pub use replay::{Replayed, replay};
pub use scenario::{Exchange, RequestLine, Scenario};
pub use server::ReplayServer;
