//! The journal of a wait: what happened, durable before anybody is told.
//!
//! One JSON object a line, only ever appended: the events as `--output ndjson` prints them, and `{"done":"ID"}` once what was to
//! be done about an event has been done. A last line that was cut is taken away when the file is opened. A lock keeps a second
//! process out.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use fs4::TryLockError;
use serde_json::Value;
use vidspec::{Seen, State};

use crate::error::CliError;

/// The journal of a wait, open for this process alone.
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

/// What a journal tells about one job.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// What has been told of it.
    pub(crate) seen: Seen,
    /// The event that ended it.
    pub(crate) ended: Option<String>,
    /// Whether what was to be done about that has been done.
    pub(crate) done: bool,
}

/// All that a journal tells.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// By reference.
    pub(crate) jobs: HashMap<String, Past>,
    /// The last event: it may have been written, and not printed.
    pub(crate) last: Option<String>,
}

impl Journal {
    /// Opens or creates it, takes a cut line away, and reads what it tells.
    ///
    /// # Errors
    /// If the file cannot be used, belongs to another process, or is no journal.
    pub(crate) fn open(path: &Path) -> Result<(Self, History), CliError> {
        let trouble = |error: io::Error| CliError::new(format!("the journal {} cannot be used: {error}", path.display()));
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(trouble)?;
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

    /// Notes that what was to be done about this event has been done.
    pub(crate) fn done(&mut self, id: &str) -> Result<(), CliError> {
        self.append(&serde_json::json!({ "done": id }).to_string())
    }

    /// A new file is only safe once its folder is; where a folder cannot be synchronised, as on Windows, it need not be.
    fn sync_folder(&self) {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

impl History {
    /// Reads whole lines, and tells how many bytes of them are sound. Only the last line may be unsound: a disk may have kept
    /// its end and not its beginning.
    fn read(bytes: &[u8]) -> Result<(Self, usize), usize> {
        let mut history = Self::default();
        let mut sound = 0;
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
        while let Some((index, line)) = lines.next() {
            match std::str::from_utf8(line).ok().and_then(|line| history.note(line.trim_end())) {
                Some(()) => sound += line.len(),
                None if lines.peek().is_none() && index > 0 => break,
                None => return Err(index + 1),
            }
        }
        Ok((history, sound))
    }

    fn note(&mut self, line: &str) -> Option<()> {
        let entry: Value = serde_json::from_str(line).ok()?;
        if let Some(id) = entry.get("done") {
            self.jobs.entry(id.as_str()?.rsplit_once('#')?.0.to_owned()).or_default().done = true;
            return Some(());
        }
        let (job, number) = entry.get("id")?.as_str()?.rsplit_once('#')?;
        let past = self.jobs.entry(job.to_owned()).or_default();
        let report = entry.get("report")?;
        let told = report.is_object() && report.get("problem")?.is_null();
        let number = number.parse().ok()?;
        if told {
            let raw_status = report.get("raw_status").and_then(Value::as_str);
            let progress = report.get("progress").and_then(Value::as_f64);
            past.seen = Seen::after(number, entry.get("state").and_then(state), raw_status, progress);
        }
        past.seen.events = number;
        // A job that was given up may still end.
        past.ended = (entry.get("ending")? == "job").then(|| line.to_owned());
        past.done = false;
        self.last = Some(line.to_owned());
        Some(())
    }
}

/// Whether a cut line can have been ours.
fn is_a_beginning(cut: &[u8]) -> bool {
    ["{\"event\":", "{\"done\":"].iter().any(|ours| cut.iter().zip(ours.as_bytes()).all(|(found, ours)| found == ours))
}

fn state(word: &Value) -> Option<State> {
    serde_json::from_value(word.clone()).ok()
}

#[cfg(test)]
mod tests {
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
        assert!(one.done && one.ended.as_ref().is_some_and(|line| line.contains("a:1#2")));
        let two = &history.jobs["a:2"];
        assert_eq!(two.seen, Seen::after(1, Some(State::Processing), Some("processing"), Some(0.42)));
        assert!(!two.done && two.ended.is_none());
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

    #[test]
    fn one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (_journal, _) = opened(&path);
        assert!(Journal::open(&path).is_err());
    }
}
