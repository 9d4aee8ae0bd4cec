//! The files of a finished job, by their roles.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{Described, of};
use crate::definition::outputs::{OutputForm, OutputRole};
use crate::output::Role;

impl JsonSchema for OutputRole {
    fn schema_name() -> Cow<'static, str> {
        "OutputRole".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let roles = roles(generator);
        let known = roles.iter().map(|(role, description)| json!({ "const": role, "description": description }));
        json_schema!({ "description": "What a file is to the user.", "oneOf": known.collect::<Value>() })
    }
}

/// The roles of files and what each is, as declared.
fn roles(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let declared = Role::json_schema(generator);
    let variants = declared.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let role = |variant: &Value| Some((variant.get("const")?.as_str()?.to_owned(), variant.get("description")?.clone()));
    let file = "A video, sound or picture, as its media type or the ending of its address says.";
    variants.filter_map(role).chain([("file".to_owned(), json!(file))]).collect()
}

pub(super) fn by_role(generator: &mut SchemaGenerator) -> Schema {
    let described = of::<Described>(generator);
    let place = |(role, description)| (role, json!({ "description": description, "allOf": [described] }));
    let properties: Map<String, Value> = roles(generator).into_iter().map(place).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

pub(super) fn listed(generator: &mut SchemaGenerator) -> Schema {
    let file = of::<OutputForm>(generator);
    json_schema!({ "type": "array", "items": { "allOf": [file], "required": ["role"] } })
}
