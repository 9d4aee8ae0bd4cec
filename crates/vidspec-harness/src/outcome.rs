//! What came of testing a suite.

use std::path::PathBuf;
use std::sync::Arc;

use vidspec::Provider;

use crate::coverage::Coverage;
use crate::replay::Replayed;
use crate::scenario::Scenario;
use crate::snapshot::{SnapshotState, Snapshots};

/// What came of testing one provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The provider.
    pub provider: Arc<Provider>,
    /// Its scenarios, in the order of the evidence.
    pub tested: Vec<Tested>,
    /// What does not hold for the provider as a whole, each a sentence; empty if only some scenarios were asked for.
    pub complaints: Vec<String>,
    /// Snapshots without a scenario.
    pub left_over: Vec<PathBuf>,
    /// Which parts of the definition the scenarios have shown.
    pub coverage: Coverage,
}

/// What came of one scenario.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tested {
    /// The claim with its evidence.
    pub scenario: Scenario,
    /// What was sent and concluded, compared with the claim.
    pub replayed: Replayed,
    /// The whole report, compared with its snapshot.
    pub snapshot: SnapshotState,
}

impl Tested {
    /// Whether the claim holds.
    pub fn holds(&self) -> bool {
        self.replayed.complaints().next().is_none()
    }

    /// Whether the snapshot is there and unchanged.
    pub fn is_as_before(&self) -> bool {
        self.snapshot == SnapshotState::Same
    }

    /// Makes the report of this scenario its snapshot.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn accept(&mut self, provider: &Provider, snapshots: &Snapshots) -> std::io::Result<()> {
        snapshots.write(provider.id(), &self.scenario, &self.replayed.report)?;
        self.snapshot = SnapshotState::Same;
        Ok(())
    }
}
