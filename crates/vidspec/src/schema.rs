//! JSON Schemas (draft 7, which editors know best), made from the types that read and write.
//!
//! A description is the comment of the field that it stands at, so that an editor explains a key as the source does.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::definition::Definition;
use crate::time::Timestamp;

mod variant;

/// The schema of a definition.
///
/// A file with `extends` may leave out whatever the other one says, and take keys away with `~`. What only shows when the other
/// one is seen too, a schema cannot tell; [`Provider::parse`](crate::Provider::parse) can.
pub fn definition() -> Value {
    let mut generator = reading();
    let complete = generator.subschema_for::<Definition>();
    let mut definitions = generator.take_definitions(true);
    let variant = variant::add(&mut definitions, &complete);
    json!({
        "$schema": generator.settings().meta_schema,
        "title": "vidspec definition",
        "description": "How one provider answers the question \"how is my job?\", and what its answers mean.",
        "type": "object",
        "if": { "required": ["extends"] },
        "then": variant,
        "else": complete,
        "definitions": definitions,
    })
}

/// The schema of the report: what a [`Check`](crate::Check) serialises to.
pub fn report() -> Value {
    written::<crate::report::Document<'static>>("vidspec report")
}

/// The schema of what an [`Event`](crate::Event) serialises to.
#[cfg(feature = "http")]
pub fn event() -> Value {
    written::<crate::wait::Document<'static>>("vidspec event")
}

/// What makes the schemas of files that are read. A key without a value is not offered: it is left out instead.
#[doc(hidden)]
pub fn reading() -> SchemaGenerator {
    SchemaSettings::draft07()
        .with_transform(RecursiveTransform(without_null))
        .with_transform(RecursiveTransform(on_one_line))
        .into_generator()
}

/// The schema of what a type serialises to.
#[doc(hidden)]
pub fn written<T: JsonSchema>(title: &str) -> Value {
    let settings = SchemaSettings::draft07().for_serialize().with_transform(RecursiveTransform(on_one_line));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.to_value()
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// Comments are broken into lines.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.split('\n').filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    }
}

fn without_null(schema: &mut Schema) {
    let null = json!({ "type": "null" });
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(alternatives)) = schema.get_mut("anyOf") {
        alternatives.retain(|alternative| *alternative != null);
        if alternatives.len() == 1
            && let Some(only) = schema.remove("anyOf")
        {
            schema.insert("allOf".into(), only);
        }
    }
}
