//! An event as it is told: the line of NDJSON.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use vidspec::{Event, Timestamp};

use super::super::download::{Fetched, FileDocument};
use crate::exit_code::ExitCode;

/// An event as it is told: the line of NDJSON, without its line break.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) line: String,
    code: ExitCode,
    completed: bool,
}

/// The event, and at the end of a job what it means for the exit code.
#[derive(Serialize)]
struct Document<'e> {
    #[serde(flatten)]
    event: &'e Event,
    exit_code: Option<u8>,
}

/// What has become of a file.
#[derive(Serialize, JsonSchema)]
struct OfFile<'f> {
    /// What happened.
    event: FileEvent,
    /// The job and a number: the same event always has the same id, no other event has it.
    id: String,
    /// When it happened.
    at: Timestamp,
    #[serde(flatten)]
    file: FileDocument<'f>,
}

/// What happened to a file.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FileEvent {
    /// The file is there.
    Saved,
    /// It could not be saved.
    NotSaved,
}

/// The schema of a line: an event of a job, or of one of its files.
pub(crate) fn schema() -> Value {
    let (mut job, mut file) = (vidspec::schema::event(), vidspec::schema::written::<OfFile<'static>>("vidspec event of a file"));
    let mut definitions = serde_json::Map::new();
    for schema in [&mut job, &mut file].into_iter().filter_map(Value::as_object_mut) {
        if let Some(Value::Object(own)) = schema.remove("definitions") {
            definitions.extend(own);
        }
        schema.remove("$schema");
    }
    if let Some(Value::Object(keys)) = job.get_mut("properties") {
        let meaning = "At the end what the job alone would give; else null.";
        keys.insert("exit_code".into(), json!({ "description": meaning, "type": ["integer", "null"], "minimum": 0 }));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "vidspec event",
        "description": "A line of `vidspec wait --output ndjson`: an event of a job, or of one of its files.",
        "anyOf": [job, file],
        "definitions": definitions,
    })
}

impl Told {
    pub(super) fn new(event: &Event, code: Option<ExitCode>) -> Self {
        let document = Document { event, exit_code: code.map(|code| code as u8) };
        let line = serde_json::to_string(&document).unwrap_or_default();
        let completed = event.ending().is_some() && code == Some(ExitCode::Done);
        Self { line, code: code.unwrap_or(ExitCode::Running), completed }
    }

    /// What has become of a file of a completed job.
    pub(super) fn of_file(id: String, file: &Fetched) -> Self {
        let event = if file.path().is_some() { FileEvent::Saved } else { FileEvent::NotSaved };
        let document = OfFile { event, id, at: Timestamp::now(), file: file.document() };
        Self { line: serde_json::to_string(&document).unwrap_or_default(), code: file.code(), completed: false }
    }

    /// The same from a journal.
    pub(super) fn again(line: String) -> Option<Self> {
        let event: Value = serde_json::from_str(&line).ok()?;
        let code = event.get("exit_code")?;
        let code = code.as_u64().and_then(|code| u8::try_from(code).ok()).and_then(ExitCode::of_number);
        Some(Self { line, code: code.unwrap_or(ExitCode::Running), completed: code == Some(ExitCode::Done) })
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        self.code
    }

    /// Whether the job has ended with its file.
    pub(super) fn is_completed(&self) -> bool {
        self.completed
    }

    pub(super) fn id(&self) -> String {
        self.text("id")
    }

    /// What stands under a key, if it is text.
    pub(super) fn text(&self, key: &str) -> String {
        self.value().get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub(super) fn value(&self) -> Value {
        serde_json::from_str(&self.line).unwrap_or_default()
    }
}
