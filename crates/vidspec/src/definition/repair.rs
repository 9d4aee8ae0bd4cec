//! Reading a definition that has mistakes, to find them all.
//!
//! serde stops at the first mistake. So a mistake is noted, the part that holds it is taken out (or, where the definition
//! cannot do without it, replaced by a stand-in), and the rest is read again, until nothing is refused any more. Only a broken
//! file pays for that.

use serde_path_to_error::Segment;
use serde_yaml::Value;

use super::Definition;
use super::finding::{Finding, Step};
use super::wording::{code_of, help_for, in_our_words, missing_field};
use crate::code::Code;

/// More mistakes than that are neither looked for nor shown.
pub(super) const MOST_MISTAKES: usize = 100;

/// Reads what can be read, and notes the rest.
pub(super) fn read_tree(mut tree: Value, findings: &mut Vec<Finding>, removed: &mut Removed) -> Option<Definition> {
    for _ in 0..MOST_MISTAKES {
        let error = match serde_path_to_error::deserialize::<_, Definition>(&tree) {
            Ok(definition) => return Some(definition),
            Err(error) => error,
        };
        let at = steps(error.path());
        let tagged = error.into_inner().to_string();
        let (code, message) = Code::untag(&tagged);
        if let Some(field) = missing_field(message) {
            add_missing(&mut tree, &at, field, findings, removed)?;
            continue;
        }
        let original = removed.original(&at);
        // What is wrong with a part from which another was taken out may be wrong for that reason only.
        if !removed.any_below(&original) {
            let help = help_for(message, node(&mut tree, &at).as_deref());
            let code = code.unwrap_or_else(|| code_of(message));
            findings.push(Finding { help, ..Finding::new(code, original, in_our_words(message)) });
        }
        remove(&mut tree, &at, removed)?;
    }
    None
}

/// Notes that a key is missing, unless it was taken out, and puts a stand-in there.
fn add_missing(tree: &mut Value, at: &[Step], field: &str, findings: &mut Vec<Finding>, removed: &mut Removed) -> Option<()> {
    let original = removed.original(at);
    let whole: Vec<Step> = original.iter().cloned().chain([Step::Key(field.into())]).collect();
    if !removed.contains(&whole) {
        let help = stand_in(field).map(|example| format!("add it, for example `{field}: {}`", one_line(&example)));
        findings
            .push(Finding { help, ..Finding::new(Code::MissingKey, original, format!("expected a key `{field}`, found none")) });
    }
    match (stand_in(field), node(tree, at)) {
        (Some(value), Some(Value::Mapping(mapping))) => {
            mapping.insert(field.into(), value);
            removed.0.push(whole);
            Some(())
        }
        _ => remove(tree, at, removed),
    }
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    let known = path.iter().map_while(|segment| match segment {
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    known.collect()
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
#[derive(Debug, Default)]
pub(super) struct Removed(Vec<Vec<Step>>);

impl Removed {
    fn contains(&self, at: &[Step]) -> bool {
        self.0.iter().any(|removed| removed == at)
    }

    /// Whether this part, or something of it, was taken out.
    pub(super) fn any_of(&self, at: &[Step]) -> bool {
        self.0.iter().any(|removed| removed.starts_with(at))
    }

    /// Whether something was taken out of this part.
    pub(super) fn any_below(&self, at: &[Step]) -> bool {
        self.0.iter().any(|removed| removed.len() > at.len() && removed.starts_with(at))
    }

    /// Where a part of the remaining tree stands in the file: elements of a list move up when one before them is taken out.
    pub(super) fn original(&self, at: &[Step]) -> Vec<Step> {
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
pub(super) fn stand_in(field: &str) -> Option<Value> {
    let yaml = match field {
        "vidspec" => "1",
        "id" => "acme",
        "name" => "Acme Video",
        "docs" => "https://docs.example.com/status",
        "base_url" => "https://api.example.com",
        "auth" => "{ style: bearer, env: [ACME_API_KEY] }",
        "status" => "{ get: '/jobs/{job_id}', path: $.status, map: { done: completed } }",
        "get" => "'/jobs/{job_id}'",
        _ => return None,
    };
    serde_yaml::from_str(yaml).ok()
}

pub(super) fn one_line(value: &Value) -> String {
    match value {
        // In braces these would mean something else.
        Value::String(text) if text.contains(['{', '}', '[', ']', ',', '#']) => format!("\"{text}\""),
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
