//! The journal of a wait: what happened, durable before anybody is told.
//!
//! One JSON object a line, only ever appended: the events as `--output ndjson` prints them, and marks. `{"naming":"FILE","of":"ID",…}`
//! stands before a file takes its name, `{"all_saved":"ID"}` after the last file of that event, `{"done":"ID"}` once `--exec` has
//! succeeded for it. A last line that was cut is taken away when the file is opened. A lock keeps a second process out.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use fs4::TryLockError;

use crate::error::CliError;

mod history;
mod ledger;

pub(crate) use history::{History, Named, Past};
pub(crate) use ledger::Ledger;

/// The journal of a wait, open for this process alone.
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Opens or creates it, takes a cut line away, and reads what it tells.
    ///
    /// # Errors
    /// If the file cannot be used, belongs to another process, or is no journal.
    pub(crate) fn open(path: &Path) -> Result<(Self, History), CliError> {
        let trouble = |error: io::Error| CliError::new(format!("the journal {} cannot be used: {error}", path.display()));
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(trouble)?;
        // A device or a pipe has no end to read up to.
        if !file.metadata().map_err(trouble)?.is_file() {
            return Err(CliError::new(format!("expected a file for the journal, found something else at {}", path.display())));
        }
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CliError::new(format!("the journal {} is being written by another process", path.display()))
                    .help("wait for its end, or take another file"));
            }
            Err(TryLockError::Error(error)) => return Err(trouble(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(trouble)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (history, sound) = History::read(bytes.get(..whole).unwrap_or_default()).map_err(|line| {
            CliError::new(format!("expected an event on line {line} of the journal {}, found something else", path.display()))
                .help("it is not touched; name another file")
        })?;
        let cut = bytes.get(sound..).unwrap_or_default();
        if sound == 0 && !is_a_beginning(cut) {
            return Err(CliError::new(format!("expected events in the journal {}, found something else", path.display()))
                .help("it is not touched; name another file"));
        }
        if !cut.is_empty() {
            file.set_len(sound as u64).and_then(|()| file.sync_data()).map_err(trouble)?;
        }
        file.seek(io::SeekFrom::End(0)).map_err(trouble)?;
        let journal = Self { file, path: path.to_owned() };
        journal.sync_folder();
        Ok((journal, history))
    }

    /// Appends a line; on return it is on the disk.
    pub(crate) fn append(&mut self, line: &str) -> Result<(), CliError> {
        let written = self.file.write_all(format!("{line}\n").as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| CliError::new(format!("the journal {} cannot be written: {error}", self.path.display())))
    }

    /// Notes that all files of the job that this event tells of are saved.
    pub(crate) fn all_saved(&mut self, id: &str) -> Result<(), CliError> {
        self.append(&serde_json::json!({ "all_saved": id }).to_string())
    }

    /// Notes that `--exec` has succeeded for this event.
    pub(crate) fn done(&mut self, id: &str) -> Result<(), CliError> {
        self.append(&serde_json::json!({ "done": id }).to_string())
    }

    /// A new file is only safe once its folder is; where a folder cannot be synchronised, as on Windows, it need not be.
    fn sync_folder(&self) {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Whether a cut line can have been ours.
fn is_a_beginning(cut: &[u8]) -> bool {
    ["{\"event\":", "{\"done\":"].iter().any(|ours| cut.iter().zip(ours.as_bytes()).all(|(found, ours)| found == ours))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vidspec::{Seen, State};

    use super::*;

    fn event(id: &str, state: &str, ending: &str) -> String {
        let ending = if ending.is_empty() { "null".to_owned() } else { format!("\"{ending}\"") };
        let report = format!(r#"{{"raw_status":"{state}","progress":0.42,"problem":null}}"#);
        format!(r#"{{"event":"changed","id":"{id}","ending":{ending},"state":"{state}","report":{report}}}"#)
    }

    fn opened(path: &Path) -> (Journal, History) {
        Journal::open(path).unwrap_or_else(|error| panic!("{error:?}"))
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let last = event("a:2#1", "processing", "");
        {
            let (mut journal, history) = opened(&path);
            assert!(history.jobs.is_empty() && history.last.is_none());
            for line in [event("a:1#1", "queued", ""), event("a:1#2", "completed", "job"), last.clone()] {
                journal.append(&line).unwrap();
            }
            journal.done("a:1#2").unwrap();
        }
        let (_journal, history) = opened(&path);
        assert_eq!(history.last.as_ref(), Some(&last));
        let one = &history.jobs["a:1"];
        assert!(one.executed && one.ended.as_ref().is_some_and(|line| line.contains("a:1#2")));
        let two = &history.jobs["a:2"];
        assert_eq!(two.seen, Seen::after(1, Some(State::Processing), Some("processing"), Some(0.42)));
        assert!(!two.executed && two.ended.is_none());
    }

    #[test]
    fn files_are_known_as_ours_once_they_were_to_be_named_and_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let naming = r#"{"naming":"a-1.mp4","of":"a:1#2","bytes":3,"media_type":"video/mp4"}"#;
        {
            let (mut journal, _) = opened(&path);
            for line in [&event("a:1#2", "completed", "job"), naming, r#"{"event":"saved","id":"a:1#3","path":"a-1.mp4"}"#] {
                journal.append(line).unwrap();
            }
        }
        let (mut journal, history) = opened(&path);
        let past = &history.jobs["a:1"];
        assert_eq!((past.seen.events, past.saved.len(), past.all_saved), (3, 1, false));
        assert!(past.ended.is_some() && history.last.as_ref().is_some_and(|last| last.contains("saved")));
        journal.all_saved("a:1#2").unwrap();

        let journal = std::cell::RefCell::new(journal);
        let ledger = Ledger::new(&journal, "a:1#2".to_owned(), past.named.clone());
        let found = |stem| ledger.find(folder.path(), stem).map(|(path, _)| path);
        assert_eq!(found("a-1"), None, "it is not there yet");
        std::fs::write(folder.path().join("a-1.mp4"), "another").unwrap();
        assert_eq!(found("a-1"), None, "it is another file");
        std::fs::write(folder.path().join("a-1.mp4"), "abc").unwrap();
        assert_eq!(found("a-1"), Some(folder.path().join("a-1.mp4")));
        assert_eq!(found("a"), None, "the name is another job's");
        drop(journal);
        assert!(opened(&path).1.jobs["a:1"].all_saved);
    }

    #[test]
    fn a_cut_line_is_taken_away_wherever_it_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (first, second) = (event("a:1#1", "queued", ""), event("a:1#2", "completed", "job"));
        for length in 0..=second.len() {
            std::fs::write(&path, format!("{first}\n{}", &second[..length])).unwrap();
            let (mut journal, history) = opened(&path);
            assert_eq!(history.jobs["a:1"].seen.events, 1);
            journal.append(&second).unwrap();
            drop(journal);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{first}\n{second}\n"));
        }
    }

    #[test]
    fn a_file_that_is_no_journal_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        let event = event("a:1#1", "queued", "");
        for text in
            ["dear diary", "dear diary\n", "{\"a\":1}\n", &format!("dear diary\n{event}\n"), &format!("{event}\n{{}}\n{event}\n")]
        {
            std::fs::write(&path, text).unwrap();
            assert!(Journal::open(&path).is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    /// A journal, damaged anywhere.
    fn damaged() -> impl Strategy<Value = Vec<u8>> {
        let lines = [
            event("a:1#1", "queued", ""),
            event("a:2#1", "processing", ""),
            r#"{"done":"a:1#1"}"#.to_owned(),
            event("a:1#18446744073709551615", "completed", "job"),
        ];
        let sound = prop::collection::vec(prop::sample::select(lines.to_vec()), 0..5);
        let sound = sound.prop_map(|lines| lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect::<Vec<_>>());
        let bytes =
            prop_oneof!["[{}\\[\\]:,#\"\\\\0-9\n]{1,3}".prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 1..4)];
        let damage = (any::<prop::sample::Index>(), 0..9_usize, bytes);
        (sound, prop::collection::vec(damage, 0..3)).prop_map(|(mut journal, damages)| {
            for (at, length, bytes) in damages {
                let start = at.index(journal.len() + 1);
                let end = (start + length).min(journal.len());
                journal.splice(start..end, bytes);
            }
            journal
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is in the file: it is refused and not touched, or what is sound of it stays, and it can be gone on with.
        #[test]
        fn a_damaged_journal_is_refused_or_gone_on_with(bytes in damaged()) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("journal");
            std::fs::write(&path, &bytes).unwrap();
            match Journal::open(&path) {
                Err(_) => prop_assert_eq!(std::fs::read(&path).unwrap(), bytes),
                Ok((mut journal, _)) => {
                    let kept = std::fs::read(&path).unwrap();
                    prop_assert!(bytes.starts_with(&kept));
                    journal.append(&event("b:1#1", "queued", "")).unwrap();
                    drop(journal);
                    let (_, history) = opened(&path);
                    prop_assert_eq!(history.jobs["b:1"].seen.events, 1);
                }
            }
        }
    }

    #[test]
    fn one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (_journal, _) = opened(&path);
        assert!(Journal::open(&path).is_err());
    }
}
