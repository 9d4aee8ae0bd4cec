//! What serde says of a mistake, in the words of somebody who writes YAML.

use serde_yaml::{Mapping, Value};

use crate::code::Code;
use crate::nearest::nearest;

/// The field of "missing field `x`".
pub(super) fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// The code of a sentence that serde made. What the language's own types refuse has its code already, or is a bad value.
pub(super) fn code_of(message: &str) -> Code {
    if message.starts_with("unknown field") {
        Code::UnknownKey
    } else if message.starts_with("unknown variant") {
        Code::UnknownWord
    } else if message.starts_with("invalid type") {
        Code::WrongKind
    } else {
        Code::BadValue
    }
}

/// serde's sentence in the form "expected …, found …".
pub(super) fn in_our_words(message: &str) -> String {
    if let Some((found, expected)) = unknown_word(message) {
        let kind = if message.starts_with("unknown field") { "key" } else { "word" };
        return format!("unknown {kind} `{found}`, expected {expected}");
    }
    if let Some((found, expected)) = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        return format!("expected {}, found {}", expected_in_yaml_words(expected), in_yaml_words(found));
    }
    message.to_owned()
}

/// The names of types are serde's; the reader of the message knows YAML.
fn expected_in_yaml_words(expected: &str) -> &str {
    match expected {
        "f64" => "a number",
        "u64" => "a whole number",
        "a boolean" => "true or false",
        "a map" => "a mapping",
        "a sequence" => "a list",
        "a string" => "a text",
        other if other.starts_with("struct ") => "a mapping",
        other if other.contains(" enum") => "a word",
        other => other,
    }
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

pub(super) fn help_for(message: &str, found: Option<&Value>) -> Option<String> {
    if let Some((found, expected)) = unknown_word(message) {
        let words = expected.split('`').skip(1).step_by(2);
        return nearest(found, words).map(|word| format!("did you mean `{word}`?"));
    }
    match found {
        Some(Value::Mapping(mapping)) if message.starts_with("invalid type: map") => braces_without_quotes(mapping),
        Some(Value::String(style)) if message.ends_with("expected struct Auth") => {
            Some(format!("name the style and the variables of the key: {{ style: {style}, env: [ACME_API_KEY] }}"))
        }
        _ => None,
    }
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
