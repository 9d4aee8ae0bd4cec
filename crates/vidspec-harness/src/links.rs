//! Links in folders that somebody else may have written: one could lead to a file that is none of theirs.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The first link that is or stands below this path. What is not there holds none.
pub(crate) fn first_in(path: &Path) -> io::Result<Option<PathBuf>> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    if found.is_symlink() {
        return Ok(Some(path.to_owned()));
    }
    if found.is_dir() {
        for entry in fs::read_dir(path)? {
            if let Some(link) = first_in(&entry?.path())? {
                return Ok(Some(link));
            }
        }
    }
    Ok(None)
}
