//! Single keys: what goes with what, and values that are narrower than their type.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::one_or_many;
use crate::definition::LANGUAGE_VERSION;

/// What a key is of use beside only.
type Needs = (&'static str, &'static [&'static str]);

pub(in crate::definition) const ANSWER: [Needs; 5] =
    [("map", &["path"]), ("path", &["map"]), ("post", &["safe"]), ("safe", &["post"]), ("body", &["post"])];

pub(in crate::definition) const AUTH: [Needs; 9] = [
    ("style", &["env"]),
    ("env", &["style"]),
    ("name", &["style"]),
    ("scheme", &["style"]),
    ("header", &["value"]),
    ("query", &["value"]),
    ("value", &["secrets"]),
    ("secrets", &["value"]),
    ("token", &["value"]),
];

pub(in crate::definition) const REFUSAL: [Needs; 2] = [("codes", &["code"]), ("ok", &["code"])];

pub(in crate::definition) fn needs(needs: &[Needs]) -> Value {
    needs.iter().map(|(key, others)| ((*key).to_owned(), json!(others))).collect()
}

/// The alternatives that one of these keys is there.
pub(in crate::definition) fn one_of(keys: &[&str]) -> Value {
    keys.iter().map(|key| json!({ "required": [key] })).collect()
}

pub(in crate::definition) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "const": LANGUAGE_VERSION })
}

pub(in crate::definition) fn request_path(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"^/[^#\s]*$" })
}

/// The names of environment variables, one or several. A key that was pasted here by mistake does not look like one.
pub(in crate::definition) fn variables(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": one_or_many(json_schema!({ "type": "string", "pattern": "^[A-Z_][A-Z0-9_]*$" })) })
}

pub(in crate::definition) fn secrets(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": variables(generator) })
}
