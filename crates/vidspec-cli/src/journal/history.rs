//! What a journal tells.

use std::collections::HashMap;

use serde_json::Value;
use vidspec::{Seen, State};

/// What a journal tells about one job.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// What has been told of it.
    pub(crate) seen: Seen,
    /// The event that ended it.
    pub(crate) ended: Option<String>,
    /// The files that got a name, or were just about to.
    pub(crate) named: Vec<Named>,
    /// The events that tell of files that are saved.
    pub(crate) saved: Vec<String>,
    /// Whether all its files are.
    pub(crate) all_saved: bool,
    /// Whether `--exec` has succeeded.
    pub(crate) executed: bool,
}

/// A file of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its name, without the folder.
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) media_type: Option<String>,
}

/// All that a journal tells.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// By reference.
    pub(crate) jobs: HashMap<String, Past>,
    /// The last event: it may have been written, and not printed.
    pub(crate) last: Option<String>,
}

impl History {
    /// Reads whole lines, and tells how many bytes of them are sound. Only the last line may be unsound: a disk may have kept
    /// its end and not its beginning.
    ///
    /// # Errors
    /// The number of the first line that is none of a journal.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, usize), usize> {
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
        match entry.get("event") {
            Some(event) if event == "saved" || event == "not_saved" => self.note_file(&entry, event == "saved", line),
            Some(_) => self.note_event(&entry, line),
            None => self.note_mark(&entry),
        }
    }

    fn note_event(&mut self, entry: &Value, line: &str) -> Option<()> {
        let (past, number) = self.of_event(entry.get("id")?)?;
        let report = entry.get("report")?;
        let told = report.is_object() && report.get("problem")?.is_null();
        if told {
            let raw_status = report.get("raw_status").and_then(Value::as_str);
            let progress = report.get("progress").and_then(Value::as_f64);
            past.seen = Seen::after(number, entry.get("state").and_then(state), raw_status, progress);
        }
        past.seen.events = number;
        // A job that was given up may still end.
        past.ended = (entry.get("ending")? == "job").then(|| line.to_owned());
        (past.all_saved, past.executed) = (false, false);
        self.last = Some(line.to_owned());
        Some(())
    }

    fn note_file(&mut self, entry: &Value, saved: bool, line: &str) -> Option<()> {
        let (past, number) = self.of_event(entry.get("id")?)?;
        past.seen.events = number;
        if saved {
            past.saved.push(line.to_owned());
        }
        self.last = Some(line.to_owned());
        Some(())
    }

    fn note_mark(&mut self, entry: &Value) -> Option<()> {
        if let Some(id) = entry.get("done") {
            self.of_event(id)?.0.executed = true;
        } else if let Some(id) = entry.get("all_saved") {
            self.of_event(id)?.0.all_saved = true;
        } else {
            let named = Named {
                name: entry.get("naming")?.as_str()?.to_owned(),
                bytes: entry.get("bytes")?.as_u64()?,
                media_type: entry.get("media_type")?.as_str().map(str::to_owned),
            };
            self.of_event(entry.get("of")?)?.0.named.push(named);
        }
        Some(())
    }

    /// The job of an event, and the number of the event.
    fn of_event(&mut self, id: &Value) -> Option<(&mut Past, u64)> {
        let (job, number) = id.as_str()?.rsplit_once('#')?;
        Some((self.jobs.entry(job.to_owned()).or_default(), number.parse().ok()?))
    }
}

fn state(word: &Value) -> Option<State> {
    serde_json::from_value(word.clone()).ok()
}
