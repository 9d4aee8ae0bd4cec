//! The looser schema of a definition that extends another one.

use schemars::Schema;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde_json::{Map, Value, json};

const PLACE: &str = "#/definitions/";
const PREFIX: &str = "Variant";

/// What is never inherited.
const OWN: [&str; 3] = ["extends", "id", "name"];

/// Adds a looser copy of all definitions, and gives what to refer to in place of the complete one.
pub(super) fn add(definitions: &mut Map<String, Value>, complete: &Schema) -> Value {
    let mut copies = Map::new();
    for (name, schema) in definitions.iter() {
        let mut copy = loosened(schema.clone());
        if complete.get("$ref").is_some_and(|reference| *reference == format!("{PLACE}{name}")) {
            for place in OWN.map(|key| format!("/properties/{key}")) {
                if let (Some(loose), Some(strict)) = (copy.pointer_mut(&place), schema.pointer(&place)) {
                    loose.clone_from(strict);
                }
            }
        }
        copies.insert(format!("{PREFIX}{name}"), copy);
    }
    definitions.append(&mut copies);
    json!({ "allOf": [loosened(complete.clone().to_value())], "required": OWN })
}

fn loosened(schema: Value) -> Value {
    match Schema::try_from(schema) {
        Ok(mut schema) => {
            RecursiveTransform(loosen).transform(&mut schema);
            schema.to_value()
        }
        // Unreachable: a definition is an object or a boolean.
        Err(_) => Value::Bool(true),
    }
}

/// Whatever is missing may stand in the other file, and `~` takes a key of that away.
fn loosen(schema: &mut Schema) {
    schema.remove("required");
    schema.remove("minProperties");
    schema.remove("dependencies");
    for keyword in ["oneOf", "anyOf"] {
        let about_keys = |alternatives: &Value| alternatives.pointer("/0/required").is_some();
        if schema.get(keyword).is_some_and(about_keys) {
            schema.remove(keyword);
        }
    }
    for keyword in ["properties", "patternProperties"] {
        if let Some(Value::Object(properties)) = schema.get_mut(keyword) {
            properties.values_mut().for_each(or_null);
        }
    }
    schema.get_mut("additionalProperties").into_iter().for_each(or_null);
    if let Some(Value::String(reference)) = schema.get_mut("$ref")
        && let Some(name) = reference.strip_prefix(PLACE)
    {
        *reference = format!("{PLACE}{PREFIX}{name}");
    }
}

/// Allows null too. What no value fits stays so.
fn or_null(schema: &mut Value) {
    if let Value::Object(members) = schema {
        let description = members.remove("description");
        let mut loose = json!({ "anyOf": [members, { "type": "null" }] });
        if let (Some(description), Some(loose)) = (description, loose.as_object_mut()) {
            loose.insert("description".into(), description);
        }
        *schema = loose;
    }
}
