//! Where definitions, their evidence and the snapshots lie.

use std::path::{Path, PathBuf};

/// Where definitions, their evidence and the snapshots lie.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Folders {
    /// The definitions, each `<id>.yaml`.
    pub providers: PathBuf,
    /// The evidence, a folder for each provider.
    pub fixtures: PathBuf,
    /// The snapshots, a folder for each provider. It need not exist.
    pub snapshots: PathBuf,
}

impl Folders {
    /// The usual names below one folder: `providers`, `fixtures` and `tests/snapshots`.
    pub fn below(folder: &Path) -> Self {
        Self {
            providers: folder.join("providers"),
            fixtures: folder.join("fixtures"),
            snapshots: folder.join("tests").join("snapshots"),
        }
    }
}
