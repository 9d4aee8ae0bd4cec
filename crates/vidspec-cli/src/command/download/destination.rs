//! Where files go.

use std::path::{Path, PathBuf, is_separator};

use vidspec::Target;

use crate::error::CliError;

/// Where files go, as `-o` says.
#[derive(Clone)]
pub(crate) enum Destination {
    /// Into a folder, under the names of their jobs.
    Folder(PathBuf),
    /// The one file has this name.
    File(PathBuf),
    Stdout,
}

impl Destination {
    pub(super) fn of(path: &Path) -> Result<Self, CliError> {
        let is_written_as_folder = path.to_string_lossy().ends_with(is_separator);
        match path {
            _ if path == Path::new("-") => Ok(Self::Stdout),
            // A path without `./` before it is easier to read.
            _ if path == Path::new(".") => Ok(Self::here()),
            _ if path.is_dir() => Ok(Self::Folder(path.to_owned())),
            _ if is_written_as_folder => Ok(Self::Folder(path.to_owned())),
            _ => match path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
                Some(folder) => {
                    Err(CliError::new(format!("expected a folder at {}, found none", folder.display())).help("make it first"))
                }
                None => Ok(Self::File(path.to_owned())),
            },
        }
    }

    /// The folder in which the command runs.
    pub(crate) fn here() -> Self {
        Self::Folder(PathBuf::new())
    }

    /// This folder, whether it is there or not.
    pub(crate) fn of_folder(path: &Path) -> Result<Self, CliError> {
        match Self::of(path)? {
            Self::Stdout => Err(CliError::new("expected a folder, found `-`")),
            Self::File(path) if path.exists() => {
                Err(CliError::new(format!("expected a folder at {}, found a file", path.display())))
            }
            Self::Folder(path) | Self::File(path) => Ok(Self::Folder(path)),
        }
    }

    /// The same once its folder is there.
    pub(crate) fn made(self) -> Result<Self, CliError> {
        if let Self::Folder(path) = &self
            && !path.as_os_str().is_empty()
        {
            std::fs::create_dir_all(path)
                .map_err(|error| CliError::new(format!("the folder {} cannot be made: {error}", path.display())))?;
        }
        Ok(self)
    }

    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::File(_) | Self::Stdout => None,
        }
    }

    pub(super) fn takes_many(&self) -> bool {
        matches!(self, Self::Folder(_))
    }

    pub(super) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout)
    }

    /// For a message.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Folder(path) | Self::File(path) => path.display().to_string(),
            Self::Stdout => "standard output".to_owned(),
        }
    }

    /// Where one file goes; a folder takes it under the name of `stem`.
    pub(super) fn target<'t>(&'t self, stem: &'t str, stdout: &'t mut std::io::Stdout) -> Target<'t> {
        match self {
            Self::Folder(folder) => Target::Folder { folder, stem },
            Self::File(path) => Target::File(path),
            Self::Stdout => Target::Writer(stdout),
        }
    }
}
