//! Files that are there as a whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Writes a file in place of the one that is there, if any. Whoever looks sees the old one or the new one, and never a part, also
/// where the disk is full or the program is killed. What is no file, such as `/dev/stdout`, is written to.
///
/// # Errors
/// If it cannot be written; then all is as before.
pub fn write_whole(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<()> {
    if path.metadata().is_ok_and(|known| !known.is_file()) {
        return std::fs::write(path, contents);
    }
    beside(path, contents.as_ref())?.persist(path)?;
    Ok(())
}

/// The same for a file that must not be there yet.
///
/// # Errors
/// If it is there or cannot be written; then all is as before.
pub fn write_new(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<()> {
    beside(path, contents.as_ref())?.persist_noclobber(path)?;
    Ok(())
}

/// A file with these contents, on the disk, in the same folder. It goes again unless it gets its name.
fn beside(path: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = Builder::new();
    builder.prefix(".vidspec-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Those of any file; a temporary one would be for its owner only.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_a_new_one_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_new(&path, "one").unwrap();
        assert_eq!(write_new(&path, "two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write_whole(&path, "three").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left over");
    }

    #[cfg(unix)]
    #[test]
    fn it_may_be_read_by_whom_other_files_may() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        std::fs::write(folder.path().join("usual"), "").unwrap();
        write_whole(&folder.path().join("whole"), "").unwrap();
        assert_eq!(mode("whole"), mode("usual"));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        write_whole(Path::new("/dev/null"), "gone").unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }
}
