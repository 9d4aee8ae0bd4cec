//! Which files a wait has given their names.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use vidspec::Downloaded;

use super::{Journal, Named};

/// Which files of a completed job this wait has given their names: a name is noted before the file takes it, so that after a kill
/// between the two the file is known as ours.
pub(crate) struct Ledger<'j> {
    journal: &'j RefCell<Journal>,
    /// The id of the event that tells the completion.
    event: String,
    named: Vec<Named>,
}

impl<'j> Ledger<'j> {
    pub(crate) fn new(journal: &'j RefCell<Journal>, event: String, named: Vec<Named>) -> Self {
        Self { journal, event, named }
    }

    /// The file of this stem, if it is there as an earlier run has left it.
    pub(crate) fn find(&self, folder: &Path, stem: &str) -> Option<(PathBuf, Named)> {
        let is_of_stem = |name: &str| name.strip_prefix(stem).is_some_and(|ending| ending.is_empty() || ending.starts_with('.'));
        let is_there = |path: &Path, bytes| std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == bytes);
        let ours = self.named.iter().rev().filter(|named| is_of_stem(&named.name));
        let mut ours = ours.map(|named| (folder.join(&named.name), named.clone()));
        ours.find(|(path, named)| is_there(path, named.bytes))
    }

    /// Notes that the file is about to get its name.
    pub(crate) fn naming(&self, file: &Downloaded) {
        let name = file.path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        let mark = serde_json::json!({
            "naming": name, "of": self.event, "bytes": file.bytes, "media_type": file.media_type,
        });
        // A journal that cannot be written ends the wait with the next event.
        let _ = self.journal.borrow_mut().append(&mark.to_string());
    }
}
