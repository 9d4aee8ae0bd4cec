//! The files of a `fixtures/` folder, built in or on disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

const BUILTIN: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// More evidence for one provider is refused: it can come from a stranger, and be a link to a file without an end.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Files by their path below one provider's folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files(BTreeMap<String, Cow<'static, [u8]>>);

impl Files {
    pub(crate) fn builtin(provider: &str) -> Self {
        let below = |name: &'static str| name.strip_prefix(provider)?.strip_prefix('/');
        Self(BUILTIN.iter().filter_map(|(name, bytes)| Some((below(name)?.to_owned(), Cow::Borrowed(*bytes)))).collect())
    }

    /// Whether this file of the provider is built in.
    pub(crate) fn is_builtin(provider: &str, file: &str) -> bool {
        BUILTIN.iter().any(|(name, _)| name.strip_prefix(provider).and_then(|rest| rest.strip_prefix('/')) == Some(file))
    }

    pub(crate) fn on_disk(folder: &Path) -> std::io::Result<Self> {
        let mut files = Self::default();
        files.add(folder, "", &mut { LARGEST })?;
        Ok(files)
    }

    fn add(&mut self, folder: &Path, prefix: &str, left: &mut u64) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.add(&entry.path(), &format!("{name}/"), left)?;
            } else {
                let mut bytes = Vec::new();
                let length = File::open(entry.path())?.take(*left + 1).read_to_end(&mut bytes)?;
                let beyond = || std::io::Error::other(format!("expected at most {} MiB of evidence, found more", LARGEST >> 20));
                *left = left.checked_sub(length as u64).ok_or_else(beyond)?;
                self.0.insert(name, Cow::Owned(bytes));
            }
        }
        Ok(())
    }

    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(AsRef::as_ref)
    }

    /// The names of the folders that hold a `scenario.yaml`.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|path| path.strip_suffix("/scenario.yaml"))
    }
}
