//! A file that is not whole yet. It lies beside its final name, which it takes in one step when all has arrived.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use super::error::DownloadError;
use super::kind::HEAD;
use super::version::Version;

/// The name that a file gets.
#[derive(Clone, Debug)]
pub(super) struct Name {
    folder: PathBuf,
    last: OsString,
    /// Whether the ending is still to be added.
    is_stem: bool,
}

impl Name {
    pub(super) fn of_file(path: &Path) -> Result<Self, DownloadError> {
        let name = path.file_name().ok_or_else(|| {
            DownloadError::at(path)(std::io::Error::new(ErrorKind::InvalidInput, "expected the name of a file, found none"))
        })?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { folder, last: name.to_owned(), is_stem: false })
    }

    pub(super) fn of_stem(folder: &Path, stem: &str) -> Self {
        Self { folder: folder.to_owned(), last: stem.into(), is_stem: true }
    }

    /// The whole path, with the ending of a kind of file.
    pub(super) fn path(&self, ending: Option<&str>) -> PathBuf {
        let mut name = self.last.clone();
        if let Some(ending) = ending.filter(|_| self.is_stem) {
            name.push(".");
            name.push(ending);
        }
        self.folder.join(name)
    }

    /// Refuses a name that is taken, unless the file there is to be replaced. What is no file is never replaced.
    pub(super) fn must_be_free(&self, ending: Option<&str>, force: bool) -> Result<(), DownloadError> {
        let path = self.path(ending);
        match fs::metadata(&path) {
            Ok(found) if !found.is_file() => {
                Err(DownloadError::at(&path)(std::io::Error::other("something else than a file is there")))
            }
            Ok(_) if !force => Err(DownloadError::Exists(path)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn hidden(&self, ending: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.last);
        name.push(OsStr::new(ending));
        self.folder.join(name)
    }
}

/// A partial file, locked against other processes. Dropped before it is whole, it stays if a later run can go on from it.
pub(super) struct Part {
    name: Name,
    path: PathBuf,
    /// Beside it: what it is a part of.
    note: PathBuf,
    file: File,
    source: String,
    worth_keeping: bool,
}

/// What is noted beside a partial file.
#[derive(Serialize, Deserialize)]
struct Note {
    /// The job and the address of the file, without what changes from one day to the next.
    source: String,
    version: Version,
}

/// How often the file may vanish under our hands, because another process has just finished it.
const ATTEMPTS: usize = 8;

impl Part {
    /// Opens the part that an earlier run left of the same file, or a new one; with what is in it.
    pub(super) fn open(name: Name, source: String) -> Result<(Self, Version, Vec<u8>), DownloadError> {
        let (path, note) = (name.hidden(".part"), name.hidden(".part.json"));
        let file = locked(&path)?;
        let mut part = Self { name, path, note, file, source, worth_keeping: false };
        let version = part.version_of_earlier_run().unwrap_or_default();
        if version.validator.is_none() {
            part.begin(&version)?;
            return Ok((part, version, Vec::new()));
        }
        part.worth_keeping = true;
        let head = part.head().map_err(DownloadError::at(&part.path))?;
        Ok((part, version, head))
    }

    /// How many bytes are there.
    pub(super) fn length(&self) -> Result<u64, DownloadError> {
        self.file.metadata().map(|found| found.len()).map_err(DownloadError::at(&self.path))
    }

    /// Empties it, and notes which version of the file is going to arrive.
    pub(super) fn begin(&mut self, version: &Version) -> Result<(), DownloadError> {
        self.worth_keeping = version.validator.is_some();
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(DownloadError::at(&self.path))?;
        if self.worth_keeping {
            let note = Note { source: self.source.clone(), version: version.clone() };
            let note = serde_json::to_vec(&note).unwrap_or_default();
            fs::write(&self.note, note).map_err(DownloadError::at(&self.note))
        } else {
            remove(&self.note).map_err(DownloadError::at(&self.note))
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.file.write_all(bytes).map_err(DownloadError::at(&self.path))
    }

    pub(super) fn name(&self) -> &Name {
        &self.name
    }

    /// Gives the whole file its name, once it is safe on the disk; `whole` is told just before.
    pub(super) async fn finish(mut self, ending: Option<&str>, force: bool, whole: impl FnOnce()) -> Result<(), DownloadError> {
        let file = self.file.try_clone().map_err(DownloadError::at(&self.path))?;
        // It can take seconds, in which the runtime has other things to do.
        let synced = tokio::task::spawn_blocking(move || file.sync_all()).await;
        synced.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(DownloadError::at(&self.path))?;
        self.name.must_be_free(ending, force)?;
        let path = self.name.path(ending);
        whole();
        let temporary = TempPath::try_from_path(&self.path).map_err(DownloadError::at(&self.path))?;
        let moved = if force { temporary.persist(&path) } else { temporary.persist_noclobber(&path) };
        moved.map_err(|refused| {
            // The library would remove it; whether it stays is decided when this value is dropped.
            let _ = refused.path.keep();
            match refused.error.kind() {
                ErrorKind::AlreadyExists => DownloadError::Exists(path.clone()),
                _ => DownloadError::at(&path)(refused.error),
            }
        })?;
        // The note alone is of no use, and of no harm: the next part begins with a note of its own.
        let _ = remove(&self.note);
        self.worth_keeping = true;
        Ok(())
    }

    fn version_of_earlier_run(&self) -> Option<Version> {
        let note: Note = serde_json::from_slice(&fs::read(&self.note).ok()?).ok()?;
        let length = self.length().ok()?;
        // One that is whole already would leave nothing to ask for, and so nothing to compare.
        let is_part = length > 0 && note.version.total.is_none_or(|total| length < total);
        (note.source == self.source && is_part).then_some(note.version)
    }

    /// The first bytes; afterwards the next ones are written at the end.
    fn head(&mut self) -> std::io::Result<Vec<u8>> {
        let mut head = Vec::with_capacity(HEAD);
        self.file.rewind()?;
        (&self.file).take(HEAD as u64).read_to_end(&mut head)?;
        self.file.seek(std::io::SeekFrom::End(0))?;
        Ok(head)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.worth_keeping || self.length().is_ok_and(|length| length == 0) {
            let _ = remove(&self.path);
            let _ = remove(&self.note);
        }
    }
}

/// Opens and locks a partial file. The process that held it may just have given it its final name: then the path leads to no
/// file or to another one, and what was opened is not ours.
fn locked(path: &Path) -> Result<File, DownloadError> {
    for _ in 0..ATTEMPTS {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = opened.map_err(DownloadError::at(path))?;
        match fs4::FileExt::try_lock(&file) {
            Err(fs4::TryLockError::WouldBlock) => return Err(DownloadError::Busy(path.to_owned())),
            Err(fs4::TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
                return Err(DownloadError::at(path)(error));
            }
            // A file system without locks is used without them.
            Ok(()) | Err(fs4::TryLockError::Error(_)) => {}
        }
        // Whoever may write here could have put a link there, to a file that is none of ours.
        if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
            return Err(DownloadError::at(path)(std::io::Error::new(ErrorKind::AlreadyExists, "it is a link to another file")));
        }
        let opened = file.try_clone().and_then(same_file::Handle::from_file).map_err(DownloadError::at(path))?;
        if same_file::Handle::from_path(path).is_ok_and(|there| there == opened) {
            return Ok(file);
        }
    }
    Err(DownloadError::Busy(path.to_owned()))
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
