//! Why a file could not be had.

use std::path::{Path, PathBuf};

use crate::output::Role;
use crate::problem::Problem;

/// Why a file could not be had. Nothing stands under its final name then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The address is of a kind that HTTP does not reach, such as `gs://`.
    #[error("the {role} lies at an address that HTTP does not reach: {advice}", role = role.as_str())]
    NotHttp {
        /// What was to be fetched.
        role: Role,
        /// What can be done instead.
        advice: String,
    },
    /// An address of this machine or its network, which a provider has no business to name. The host is given.
    #[error("the address on {0} was not asked: it leads into this machine or its network")]
    Private(String),
    /// What is not done, for the reason given: the key would leave its provider, for example, or the server refuses for good.
    #[error("{0}")]
    Refused(String),
    /// The file's server could not be asked, or refuses. What has arrived is kept where it can be gone on from.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The address gives the file no longer, and there is no fresh one.
    #[error("the address has expired, and the provider names no other: {0}")]
    Gone(String),
    /// What came is not a file of the role, but a page with an error, for example.
    #[error("expected the {expected}, found {found}: nothing was saved", expected = expected.as_str())]
    NotTheFile {
        /// What was to be fetched.
        expected: Role,
        /// What came instead.
        found: String,
    },
    /// There is a file of this name already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// Another process fetches the same file.
    #[error("{} is being written by another process", .0.display())]
    Busy(PathBuf),
    /// The file system or the receiver of the bytes refuses.
    #[error("{what} cannot be written: {source}")]
    Io {
        /// The file, or `the output`.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl DownloadError {
    /// For `map_err` beside what touches this path.
    pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let what = path.display().to_string();
        move |source| Self::Io { what, source }
    }
}
