//! From the text of a file to a definition, with every mistake on the way.
//!
//! serde stops at the first mistake. So a mistake is noted, the part that holds it is taken out (or, where the definition
//! cannot do without it, replaced by a stand-in), and the rest is read again, until nothing is refused any more. Only a broken
//! file pays for that. This is the one file that knows which YAML library is used.

use std::collections::HashMap;
use std::ops::Range;

use serde_path_to_error::Segment;
use serde_yaml::{Mapping, Value};

use super::Definition;
use crate::diagnostic::{Diagnostic, SourceText};
use crate::nearest::nearest;

/// Larger files are refused, and so is deeper nesting of brackets: the parser's time grows faster than those.
const LARGEST_FILE: usize = 64 * 1024;
const DEEPEST_BRACKETS: usize = 64;

/// More mistakes than that are not looked for.
const MOST_MISTAKES: usize = 100;

/// A step from a node to one of its children.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// A mistake, and the part of the definition that it is in.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) at: Vec<Step>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// What could be read of a file.
pub(crate) struct Reading {
    /// There unless the file is broken beyond repair. Where there are mistakes, it holds stand-ins: it is fit only to look
    /// for more mistakes.
    pub(crate) definition: Option<Definition>,
    pub(crate) mistakes: Vec<Diagnostic>,
    source: SourceText,
    removed: Removed,
}

/// Reads a file.
pub(crate) fn read(source: &SourceText) -> Reading {
    let mut reading = Reading { definition: None, mistakes: Vec::new(), source: source.clone(), removed: Removed::default() };
    if let Some(refusal) = refuse_early(source) {
        reading.mistakes.push(refusal);
        return reading;
    }
    let tree = match serde_yaml::from_str::<Value>(&source.text) {
        Ok(tree) => with_text_keys(tree),
        Err(error) => {
            reading.mistakes = syntax_mistakes(source, &error);
            return reading;
        }
    };
    let mut findings = Vec::new();
    reading.definition = read_tree(tree, &mut findings, &mut reading.removed);
    reading.mistakes = place(source, findings);
    reading
}

impl Reading {
    /// Gives mistakes that were found in the definition their place in the file.
    pub(crate) fn place(&self, findings: Vec<Finding>) -> Vec<Diagnostic> {
        let original = findings.into_iter().map(|finding| Finding { at: self.removed.original(&finding.at), ..finding });
        place(&self.source, original.collect())
    }
}

fn refuse_early(source: &SourceText) -> Option<Diagnostic> {
    if source.text.len() > LARGEST_FILE {
        let message = format!("expected a file of at most {LARGEST_FILE} bytes, found {}", source.text.len());
        return Some(Diagnostic::new(source, 0..0, message, None));
    }
    let mut depth = 0_usize;
    for (at, byte) in source.text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_BRACKETS {
            let message = format!("expected brackets nested at most {DEEPEST_BRACKETS} deep, found deeper ones");
            return Some(Diagnostic::new(source, at..at + 1, message, None));
        }
    }
    None
}

/// YAML allows keys that are numbers or booleans (`5000: …`, `false: …`). All keys of the language are texts.
fn with_text_keys(tree: Value) -> Value {
    match tree {
        Value::Mapping(mapping) => {
            Value::Mapping(mapping.into_iter().map(|(key, value)| (text_key(key), with_text_keys(value))).collect())
        }
        Value::Sequence(elements) => Value::Sequence(elements.into_iter().map(with_text_keys).collect()),
        Value::Tagged(tagged) => with_text_keys(tagged.value),
        scalar => scalar,
    }
}

fn text_key(key: Value) -> Value {
    match key {
        Value::Bool(value) => Value::String(value.to_string()),
        Value::Number(value) => Value::String(value.to_string()),
        Value::Null => Value::String("null".into()),
        other => other,
    }
}

fn read_tree(mut tree: Value, findings: &mut Vec<Finding>, removed: &mut Removed) -> Option<Definition> {
    for _ in 0..MOST_MISTAKES {
        let error = match serde_path_to_error::deserialize::<_, Definition>(&tree) {
            Ok(definition) => return Some(definition),
            Err(error) => error,
        };
        let at = steps(error.path());
        let message = error.into_inner().to_string();
        if let Some(field) = missing_field(&message) {
            let whole = child(&at, field);
            if !removed.contains(&removed.original(&whole)) {
                findings.push(Finding {
                    at: removed.original(&at),
                    message: format!("expected a key `{field}`, found none"),
                    help: stand_in(field).map(|example| format!("add it, for example `{field}: {}`", one_line(&example))),
                });
            }
            match (stand_in(field), node(&mut tree, &at)) {
                (Some(value), Some(Value::Mapping(mapping))) => {
                    mapping.insert(field.into(), value);
                }
                _ => remove(&mut tree, &at, removed)?,
            }
        } else {
            let help = help_for(&message, node(&mut tree, &at).as_deref());
            findings.push(Finding { at: removed.original(&at), message: in_our_words(&message), help });
            remove(&mut tree, &at, removed)?;
        }
    }
    None
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    let known = path.iter().map_while(|segment| match segment {
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    known.collect()
}

fn child(at: &[Step], key: &str) -> Vec<Step> {
    at.iter().cloned().chain([Step::Key(key.into())]).collect()
}

fn node<'t>(tree: &'t mut Value, at: &[Step]) -> Option<&'t mut Value> {
    at.iter().try_fold(tree, |node, step| match step {
        Step::Key(key) => node.get_mut(key.as_str()),
        Step::Index(index) => node.get_mut(*index),
    })
}

/// Takes a part out; `None` if that part is the whole.
fn remove(tree: &mut Value, at: &[Step], removed: &mut Removed) -> Option<()> {
    let (last, parent) = at.split_last()?;
    let original = removed.original(at);
    match (node(tree, parent)?, last) {
        (Value::Mapping(mapping), Step::Key(key)) => {
            mapping.shift_remove(key.as_str())?;
        }
        (Value::Sequence(elements), Step::Index(index)) if *index < elements.len() => {
            elements.remove(*index);
        }
        _ => return None,
    }
    removed.0.push(original);
    Some(())
}

/// The parts that were taken out, by their place in the file.
#[derive(Default)]
struct Removed(Vec<Vec<Step>>);

impl Removed {
    fn contains(&self, at: &[Step]) -> bool {
        self.0.iter().any(|removed| removed == at)
    }

    /// Where a part of the remaining tree stands in the file: elements of a list move up when one before them is taken out.
    fn original(&self, at: &[Step]) -> Vec<Step> {
        let mut original = Vec::with_capacity(at.len());
        for step in at {
            let step = match step {
                Step::Key(key) => Step::Key(key.clone()),
                Step::Index(index) => {
                    let mut gone: Vec<usize> = self.0.iter().filter_map(|removed| index_below(removed, &original)).collect();
                    gone.sort_unstable();
                    Step::Index(gone.into_iter().fold(*index, |index, gone| if gone <= index { index + 1 } else { index }))
                }
            };
            original.push(step);
        }
        original
    }
}

/// The index of `removed` if it is an element of the list at `parent`.
fn index_below(removed: &[Step], parent: &[Step]) -> Option<usize> {
    match removed.strip_prefix(parent) {
        Some([Step::Index(index)]) => Some(*index),
        _ => None,
    }
}

/// A harmless value for a key that a definition cannot do without; also its example in the advice.
fn stand_in(field: &str) -> Option<Value> {
    let yaml = match field {
        "vidspec" => "1",
        "id" => "acme",
        "name" => "Acme Video",
        "docs" | "base_url" => "https://api.example.com",
        "auth" => "{ style: bearer, env: [ACME_API_KEY] }",
        "status" => "{ get: '/jobs/{job_id}', path: $.status, map: { done: completed } }",
        "get" => "'/jobs/{job_id}'",
        _ => return None,
    };
    serde_yaml::from_str(yaml).ok()
}

fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Mapping(mapping) => {
            let members = mapping.iter().map(|(key, value)| format!("{}: {}", one_line(key), one_line(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Sequence(elements) => format!("[{}]", elements.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Value::Number(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// serde's sentence in the form "expected …, found …".
fn in_our_words(message: &str) -> String {
    if let Some((found, expected)) = unknown_word(message) {
        let kind = if message.starts_with("unknown field") { "key" } else { "word" };
        return format!("unknown {kind} `{found}`, expected {expected}");
    }
    if let Some((found, expected)) = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        return format!("expected {expected}, found {}", in_yaml_words(found));
    }
    message.to_owned()
}

fn in_yaml_words(found: &str) -> String {
    match found {
        "map" => "a mapping".into(),
        "sequence" => "a list".into(),
        "unit value" => "nothing".into(),
        other => other.replace('"', "`").replacen("string", "the text", 1),
    }
}

/// The word and the list of "unknown field `x`, expected one of `a`, `b`".
fn unknown_word(message: &str) -> Option<(&str, &str)> {
    let rest = message.strip_prefix("unknown field `").or_else(|| message.strip_prefix("unknown variant `"))?;
    rest.split_once("`, expected ")
}

fn help_for(message: &str, found: Option<&Value>) -> Option<String> {
    if let Some((found, expected)) = unknown_word(message) {
        let words = expected.split('`').skip(1).step_by(2);
        return nearest(found, words).map(|word| format!("did you mean `{word}`?"));
    }
    if let Some(Value::Mapping(mapping)) = found {
        return braces_without_quotes(mapping);
    }
    None
}

/// `get: {job_id}` is a mapping in YAML.
fn braces_without_quotes(mapping: &Mapping) -> Option<String> {
    let mut members = mapping.iter();
    match (members.next(), members.next()) {
        (Some((Value::String(name), Value::Null)), None) => {
            Some(format!("in YAML braces make a mapping: write \"{{{name}}}\", with quotes"))
        }
        _ => None,
    }
}

fn syntax_mistakes(source: &SourceText, error: &serde_yaml::Error) -> Vec<Diagnostic> {
    let twice = Positions::of(&source.text).twice;
    if !twice.is_empty() {
        let mistake = |(key, span)| Diagnostic::new(source, span, format!("expected the key `{key}` once, found it again"), None);
        return twice.into_iter().map(mistake).collect();
    }
    let start = error.location().map_or(0, |location| location.index().min(source.text.len()));
    let start = (0..=start).rev().find(|at| source.text.is_char_boundary(*at)).unwrap_or_default();
    let end = source.text.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
    let detail = error.to_string();
    let reason = detail.split(" at line ").next().unwrap_or(&detail);
    let help = "a text that begins with `{`, `[` or `*`, or contains `: ` or ` #`, needs quotes".to_owned();
    vec![Diagnostic::new(source, start..end, format!("this is not YAML: {reason}"), Some(help))]
}

fn place(source: &SourceText, findings: Vec<Finding>) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return Vec::new();
    }
    let positions = Positions::of(&source.text);
    let placed = findings.into_iter().map(|finding| {
        let on_key = finding.message.starts_with("unknown key");
        let span = positions.span(&finding.at, on_key);
        Diagnostic::new(source, span, finding.message, finding.help)
    });
    placed.collect()
}

/// Where each part of a file stands.
#[derive(Default)]
struct Positions {
    /// The spans of the key, if it has one, and of the value.
    spans: HashMap<Vec<Step>, (Range<usize>, Range<usize>)>,
    /// Keys that occur again in their mapping.
    twice: Vec<(String, Range<usize>)>,
}

/// A mapping or list that is being read.
enum Open {
    Mapping { key: Option<(String, Range<usize>)>, start: usize },
    List { next: usize, start: usize },
}

impl Positions {
    fn of(text: &str) -> Self {
        let mut reader = PositionReader { text, positions: Self::default(), open: Vec::new(), path: Vec::new() };
        for event in granit_parser::Parser::new_from_str(text) {
            let Ok((event, span)) = event else { break };
            let start = byte_at(text, &span.start);
            let end = byte_at(text, &span.end).max(start);
            reader.event(&event, start..end);
        }
        reader.positions
    }

    /// The span of a part, or of the nearest part around it.
    fn span(&self, at: &[Step], on_key: bool) -> Range<usize> {
        let found = (0..=at.len()).rev().find_map(|length| at.get(..length).and_then(|around| self.spans.get(around)));
        match found {
            Some((key, value)) if on_key || value.is_empty() => {
                if key.is_empty() {
                    value.clone()
                } else {
                    key.clone()
                }
            }
            Some((_, value)) => value.clone(),
            None => 0..0,
        }
    }
}

struct PositionReader<'t> {
    text: &'t str,
    positions: Positions,
    open: Vec<Open>,
    path: Vec<Step>,
}

impl PositionReader<'_> {
    fn event(&mut self, event: &granit_parser::Event<'_>, span: Range<usize>) {
        use granit_parser::Event;
        match event {
            Event::Scalar(text, ..) => {
                if let Some(Open::Mapping { key: key @ None, .. }) = self.open.last_mut() {
                    *key = Some((text.to_string(), span));
                } else {
                    self.enter(span.clone());
                    self.leave(span);
                }
            }
            Event::Alias(_) => {
                self.enter(span.clone());
                self.leave(span);
            }
            Event::MappingStart(..) => {
                self.enter(span.clone());
                self.open.push(Open::Mapping { key: None, start: span.start });
            }
            Event::SequenceStart(..) => {
                self.enter(span.clone());
                self.open.push(Open::List { next: 0, start: span.start });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(Open::Mapping { start, .. } | Open::List { start, .. }) = self.open.pop() {
                    self.leave(start..span.end);
                }
            }
            _ => {}
        }
    }

    /// A value begins.
    fn enter(&mut self, value: Range<usize>) {
        let key = match self.open.last_mut() {
            Some(Open::Mapping { key, .. }) => {
                let (name, span) = key.take().unwrap_or_default();
                self.path.push(Step::Key(name));
                span
            }
            Some(Open::List { next, .. }) => {
                self.path.push(Step::Index(*next));
                *next += 1;
                0..0
            }
            None => 0..0,
        };
        let known = self.positions.spans.insert(self.path.clone(), (key.clone(), value));
        if let (Some(_), Some(Step::Key(name))) = (known, self.path.last()) {
            self.positions.twice.push((name.clone(), key));
        }
    }

    /// A value ends. Of one that goes over several lines only the first is marked.
    fn leave(&mut self, value: Range<usize>) {
        let text = self.text.get(value.clone()).unwrap_or_default();
        let first_line = text.split('\n').next().unwrap_or_default().trim_end();
        if let Some((_, span)) = self.positions.spans.get_mut(&self.path) {
            *span = value.start..value.start + first_line.len();
        }
        self.path.pop();
    }
}

fn byte_at(text: &str, marker: &granit_parser::Marker) -> usize {
    let counted = || text.char_indices().nth(marker.index()).map_or(text.len(), |(at, _)| at);
    marker.byte_offset().unwrap_or_else(counted).min(text.len())
}
