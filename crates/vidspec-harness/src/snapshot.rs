//! Snapshots of whole reports. They guard against change and prove nothing; the claims do.
//!
//! A snapshot is a file `<provider>/<scenario>.snap`: a head between lines `---`, then the report as YAML. That is the form of the
//! crate insta, so that a Rust test and `vidspec test` share the files, and `cargo insta review` works on them.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::diff;
use crate::scenario::Scenario;
use crate::whole::write_whole;

/// A folder of snapshots.
#[derive(Clone, Debug)]
pub struct Snapshots {
    folder: PathBuf,
}

/// How a report compares with its snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotState {
    /// They are the same.
    Same,
    /// There is no snapshot yet.
    Missing,
    /// They differ.
    Changed {
        /// The lines that differ.
        diff: String,
    },
}

impl SnapshotState {
    /// What is not as before, if anything.
    pub fn complaint(&self) -> Option<String> {
        match self {
            Self::Same => None,
            Self::Missing => Some("there is no snapshot of the report".to_owned()),
            Self::Changed { diff } => Some(format!("the report is not as its snapshot\n{diff}")),
        }
    }
}

/// The report as a snapshot holds it. The version of the tool is left out: a release must not change every snapshot.
pub(crate) fn text(report: &Value) -> String {
    let mut report = report.clone();
    report.as_object_mut().and_then(|members| members.remove("vidspec"));
    serde_yaml::to_string(&report).unwrap_or_default()
}

/// Where the answer behind the report comes from, for the head of its snapshot.
pub(crate) fn description(scenario: &Scenario) -> String {
    format!("{} ({}, {})", scenario.sources.join(", "), scenario.read, scenario.evidence)
}

impl Snapshots {
    /// The snapshots in this folder, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Compares a report with its snapshot.
    ///
    /// # Errors
    /// If the snapshot is there and cannot be read.
    pub fn compare(&self, provider: &str, scenario: &Scenario, report: &Value) -> io::Result<SnapshotState> {
        let known = match std::fs::read_to_string(self.path(provider, &scenario.name)) {
            Ok(known) => known.replace("\r\n", "\n"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SnapshotState::Missing),
            Err(error) => return Err(error),
        };
        let diff = diff::lines(without_head(&known).trim_end(), text(report).trim_end());
        Ok(if diff.is_empty() { SnapshotState::Same } else { SnapshotState::Changed { diff } })
    }

    /// Writes the snapshot of a report, in place of the one that is there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, provider: &str, scenario: &Scenario, report: &Value) -> io::Result<()> {
        let path = self.path(provider, &scenario.name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let description = Value::from(description(scenario));
        write_whole(&path, format!("---\ndescription: {description}\n---\n{}", text(report)))
    }

    /// The snapshots of a provider that belong to none of these scenarios.
    ///
    /// # Errors
    /// If the folder is there and cannot be listed.
    pub fn left_over(&self, provider: &str, scenarios: &[Scenario]) -> io::Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(self.folder.join(provider)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        let wanted = |path: &Path| scenarios.iter().any(|scenario| path == self.path(provider, &scenario.name));
        let mut left: Vec<PathBuf> = paths
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "snap") && !wanted(path))
            .collect();
        left.sort();
        Ok(left)
    }

    fn path(&self, provider: &str, scenario: &str) -> PathBuf {
        self.folder.join(provider).join(format!("{scenario}.snap"))
    }
}

/// What stands below the second line `---`.
fn without_head(snapshot: &str) -> &str {
    let head = snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    head.map_or(snapshot, |(_, body)| body)
}
