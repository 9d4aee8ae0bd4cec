//! From the text of a file to a definition, with every mistake on the way. This file and its helpers are the only ones that
//! know which YAML library is used.

use serde_yaml::{Mapping, Value};

use super::Definition;
use super::extend::{self, Parents};
use super::finding::{Finding, Step};
use super::positions::Positions;
use super::repair::{MOST_MISTAKES, Removed, read_tree};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, SourceText};

/// Larger files are refused, and so is deeper nesting of brackets: the parser's time grows faster than those.
pub(crate) const LARGEST_FILE: usize = 64 * 1024;
const DEEPEST_BRACKETS: usize = 64;

/// What could be read of a file.
#[derive(Debug)]
pub(crate) struct Reading {
    /// There unless the file is broken beyond repair. Where there are mistakes, it holds stand-ins: it is fit only to look
    /// for more mistakes.
    pub(crate) definition: Option<Definition>,
    pub(crate) mistakes: Vec<Diagnostic>,
    /// The file that it extends.
    parent: Option<SourceText>,
    source: SourceText,
    removed: Removed,
}

/// Reads a file, laid over the one that it extends.
pub(crate) fn read(source: &SourceText, parents: Parents<'_>) -> Reading {
    let mut reading =
        Reading { definition: None, mistakes: Vec::new(), parent: None, source: source.clone(), removed: Removed::default() };
    match parse(source).and_then(|tree| extended(tree, source, parents)) {
        Ok((tree, parent)) => {
            reading.parent = parent;
            let mut findings = Vec::new();
            reading.definition = read_tree(tree, &mut findings, &mut reading.removed);
            reading.mistakes = place(source, findings);
        }
        Err(mistakes) => reading.mistakes = mistakes,
    }
    reading
}

impl Reading {
    /// The file, and the one that it extends.
    pub(crate) fn files(&self) -> Vec<SourceText> {
        std::iter::once(&self.source).chain(&self.parent).cloned().collect()
    }

    /// Gives mistakes that were found in the definition their place in the file.
    pub(crate) fn place(&self, findings: Vec<Finding>) -> Vec<Diagnostic> {
        let broken = |finding: &Finding| finding.unless_broken.as_ref().is_some_and(|part| self.removed.any_of(part));
        let own = findings.into_iter().filter(|finding| !broken(finding));
        place(&self.source, own.map(|finding| Finding { at: self.removed.original(&finding.at), ..finding }).collect())
    }
}

/// The tree of a file, with texts as keys; or why there is none.
fn parse(source: &SourceText) -> Result<Value, Vec<Diagnostic>> {
    refuse_early(source).map_err(|refusal| vec![refusal])?;
    let tree: Value = serde_yaml::from_str(&source.text).map_err(|error| syntax_mistakes(source, &error))?;
    // An empty file is a mapping without keys: all that it lacks is told.
    let tree = if tree.is_null() { Value::Mapping(Mapping::new()) } else { tree };
    let written = count_keys(&tree);
    let tree = with_text_keys(tree);
    if count_keys(&tree) == written {
        return Ok(tree);
    }
    let twice = keys_that_occur_twice(source, &Positions::of(&source.text));
    let respelt = || {
        let message = "expected different keys, found two spellings of one, such as `true` and `True`";
        Diagnostic::new(Code::RepeatedKey, source, 0..0, message.into(), None)
    };
    Err(if twice.is_empty() { vec![respelt()] } else { twice })
}

/// The tree of a file with what it inherits, and the file that it extends. Where there is nothing to extend, only that is told.
fn extended(tree: Value, source: &SourceText, parents: Parents<'_>) -> Result<(Value, Option<SourceText>), Vec<Diagnostic>> {
    let Some(id) = extend::parent_of(&tree) else { return Ok((tree, None)) };
    let read = |parent: SourceText| match parse(&parent) {
        Ok(below) => Ok((below, parent)),
        Err(_) => Err(format!("expected YAML in {}", parent.name)),
    };
    match parents(id).and_then(read) {
        Ok((below, parent)) => Ok((extend::lay_over(below, tree), Some(parent))),
        Err(message) => Err(place(source, vec![Finding::new(Code::BadParent, vec![Step::Key(extend::EXTENDS.into())], message)])),
    }
}

/// Reads a definition that is known to be sound; `None` if it is not, or if it extends another one.
pub(crate) fn read_proven(json: &str) -> Option<Definition> {
    serde_json::from_str(json).ok().filter(|definition: &Definition| definition.extends.is_none())
}

/// The id of the definition that a file extends, as far as it can be read.
pub(crate) fn extended_by(source: &SourceText) -> Option<String> {
    extend::parent_of(&parse(source).ok()?).map(str::to_owned)
}

fn refuse_early(source: &SourceText) -> Result<(), Diagnostic> {
    let text = &source.text;
    if text.len() > LARGEST_FILE {
        let message = format!("expected a file of at most {LARGEST_FILE} bytes, found more");
        return Err(Diagnostic::new(Code::RefusedYaml, source, 0..0, message, None));
    }
    if let Some(at) = too_deep(text) {
        let message = format!("expected brackets nested at most {DEEPEST_BRACKETS} deep, found deeper ones");
        return Err(Diagnostic::new(Code::RefusedYaml, source, at..at + 1, message, None));
    }
    // An alias repeats a part; a few of them can fill the memory. Most files have no anchor and need no look.
    let alias = if text.contains('&') { Positions::of(text).alias } else { None };
    match alias {
        Some(span) => {
            let message = "expected every part written out, found an alias";
            Err(Diagnostic::new(Code::RefusedYaml, source, span, message.into(), None))
        }
        None => Ok(()),
    }
}

/// Where brackets nest too deep. Those in comments and quotes nest nothing.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut skip_to: Option<u8> = None;
    let mut before = b'\n';
    for (at, byte) in text.bytes().enumerate() {
        let escaped = before == b'\\' && skip_to == Some(b'"');
        let after_space = before.is_ascii_whitespace() || b"[{,:".contains(&before);
        match (skip_to, byte) {
            (Some(end), _) if byte == end && !escaped => skip_to = None,
            (None, b'#') if before.is_ascii_whitespace() => skip_to = Some(b'\n'),
            (None, b'"' | b'\'') if after_space => skip_to = Some(byte),
            (None, b'[' | b'{') => depth += 1,
            (None, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_BRACKETS {
            return Some(at);
        }
        before = if escaped { b' ' } else { byte };
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

fn count_keys(tree: &Value) -> usize {
    match tree {
        Value::Mapping(mapping) => mapping.len() + mapping.values().map(count_keys).sum::<usize>(),
        Value::Sequence(elements) => elements.iter().map(count_keys).sum(),
        Value::Tagged(tagged) => count_keys(&tagged.value),
        _ => 0,
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

/// `5` and `"5"` are the same key here.
fn keys_that_occur_twice(source: &SourceText, positions: &Positions) -> Vec<Diagnostic> {
    let mistake = |(path, span): &(Vec<Step>, std::ops::Range<usize>)| {
        let key = path.last().map(|step| match step {
            Step::Key(key) => key.as_str(),
            Step::Index(_) => "",
        });
        let message = format!("expected the key `{}` once, found it again", key.unwrap_or_default());
        Diagnostic::new(Code::RepeatedKey, source, span.clone(), message, None)
    };
    positions.twice.iter().take(MOST_MISTAKES).map(mistake).collect()
}

fn syntax_mistakes(source: &SourceText, error: &serde_yaml::Error) -> Vec<Diagnostic> {
    let positions = Positions::of(&source.text);
    if let Some(span) = positions.second_document {
        let message = "expected one document, found more than one document";
        return vec![Diagnostic::new(Code::RefusedYaml, source, span, message.into(), None)];
    }
    let twice = keys_that_occur_twice(source, &positions);
    if !twice.is_empty() {
        return twice;
    }
    let detail = error.to_string();
    let reason = detail.split(" at line ").next().unwrap_or(&detail);
    let reason = reason.split(" at position ").next().unwrap_or(reason);
    let help = "a text that begins with `{`, `[`, `*`, `&`, `@` or `%`, or contains `: ` or ` #`, needs quotes; \
                inside `{ }` and `[ ]` also one with braces, brackets or commas; single quotes leave `\\` as it is"
        .to_owned();
    let span = place_of_syntax(source, error, &detail);
    vec![Diagnostic::new(Code::NotYaml, source, span, format!("this is not YAML: {reason}"), Some(help))]
}

/// Where the parser stopped; for a text that never ends, where it begins.
fn place_of_syntax(source: &SourceText, error: &serde_yaml::Error, detail: &str) -> std::ops::Range<usize> {
    let text = &source.text;
    let unclosed = detail
        .contains("unexpected end of stream")
        .then(|| detail.split("while scanning a quoted scalar at line ").nth(1))
        .flatten();
    let start = if let Some(begin) = unclosed {
        let mut numbers = begin.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<usize>().ok());
        let (line, column) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
        let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        line_start + column.saturating_sub(1)
    } else if let Some(position) = detail.split(" at position ").nth(1) {
        position.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or_default()
    } else {
        error.location().map_or(0, |location| location.index())
    };
    let start = (0..=start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let end = text.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
    start..end
}

fn place(source: &SourceText, findings: Vec<Finding>) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return Vec::new();
    }
    let positions = Positions::of(&source.text);
    let quoted = |finding: &Finding| positions.quoted(&source.text, &finding.at, finding.quote.as_ref()?);
    let told = findings.into_iter().filter(|finding| !finding.own_only || quoted(finding).is_some());
    let placed = told.map(|mut finding| {
        let quoted = quoted(&finding);
        // What a file does not hold, it inherits.
        if finding.at.get(..1).is_some_and(|part| !positions.knows(part)) {
            let extends = vec![Step::Key(extend::EXTENDS.into())];
            finding.at = if positions.knows(&extends) { extends } else { finding.at };
        }
        let of_key = speaks_of_the_key(&finding, positions.value(&source.text, &finding.at));
        let span = quoted.unwrap_or_else(|| positions.span(&finding.at, of_key));
        Diagnostic::new(finding.code, source, span, finding.message, finding.help)
    });
    placed.collect()
}

/// A mistake in a key and one in its value are at the same part; the message quotes the one that is meant.
fn speaks_of_the_key(finding: &Finding, value: &str) -> bool {
    let quotes = |text: &str| !text.is_empty() && finding.message.contains(&format!("`{text}`"));
    match finding.at.last() {
        Some(Step::Key(key)) => (quotes(key) || quotes(key.trim_matches('/'))) && !quotes(value.trim_matches(['"', '\''])),
        _ => false,
    }
}
