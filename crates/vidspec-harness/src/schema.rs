//! JSON Schemas (draft 7) of the files of the evidence, made from the types that read them.

use std::borrow::Cow;

use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use vidspec::schema::reading;

use crate::evidence::Documented;
use crate::grade::Grade;
use crate::scenario::{CaseFile, RequestLine, ScenarioFile, Several};

/// The schema of `scenario.yaml`.
pub fn scenario() -> Value {
    let mut schema = titled::<ScenarioFile>("vidspec scenario");
    describe_claim(&mut schema, "/properties/expect");
    describe_events(&mut schema);
    schema
}

/// The schema of `cases.yaml`.
pub fn cases() -> Value {
    let mut schema = titled::<Vec<CaseFile>>("vidspec cases");
    describe_claim(&mut schema, "/definitions/CaseFile/properties/expect");
    schema
}

/// The schema of `documented.yaml`.
pub fn documented() -> Value {
    titled::<Documented>("What a provider documents")
}

fn titled<T: JsonSchema>(title: &str) -> Value {
    let mut schema = reading().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.to_value()
}

/// A claim is a part of the report, with anomalies by their kinds alone.
fn describe_claim(schema: &mut Value, place: &str) {
    let mut report = Schema::try_from(vidspec::schema::report()).unwrap_or_default();
    RecursiveTransform(without_required).transform(&mut report);
    if let Some(anomalies) = report.pointer_mut("/properties/anomalies") {
        *anomalies = json!({
            "description": "The kinds of all anomalies; an empty list says that there is none.",
            "type": "array",
            "items": { "$ref": "#/definitions/AnomalyKind" },
        });
    }
    let keys = report.remove("properties").unwrap_or_default();
    if let Some(Value::Object(claim)) = schema.pointer_mut(place) {
        claim.insert("properties".into(), keys);
        claim.insert("additionalProperties".into(), false.into());
    }
    if let (Some(Value::Object(own)), Some(Value::Object(reports))) =
        (schema.get_mut("definitions"), report.remove("definitions"))
    {
        own.extend(reports);
    }
}

/// The claim of a wait speaks of its events too, by some of their keys.
fn describe_events(schema: &mut Value) {
    let mut event = vidspec::schema::event();
    let mut keys = serde_json::Map::new();
    for key in ["event", "ending", "state", "errors"] {
        keys.extend(event.pointer(&format!("/properties/{key}")).map(|described| (key.to_owned(), described.clone())));
    }
    let problem = json!({
        "description": "The kind of the problem that the answer held; null for none.",
        "anyOf": [{ "$ref": "#/definitions/ProblemKind" }, { "type": "null" }],
    });
    keys.insert("problem".into(), problem);
    let events = json!({
        "description": "With `wait: true`: all that is told, in this order.",
        "type": "array",
        "items": { "type": "object", "properties": keys, "additionalProperties": false },
    });
    if let Some(Value::Object(claim)) = schema.pointer_mut("/properties/expect/properties") {
        claim.insert("events".into(), events);
    }
    let definitions = event.get_mut("definitions").map(Value::take).unwrap_or_default();
    if let (Some(Value::Object(own)), Value::Object(definitions)) = (schema.get_mut("definitions"), definitions) {
        own.extend(definitions.into_iter().filter(|(name, _)| matches!(name.as_str(), "EventKind" | "Ending")));
    }
}

fn without_required(schema: &mut Schema) {
    schema.remove("required");
}

pub(crate) fn one_or_many<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let one = generator.subschema_for::<T>();
    json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
}

impl JsonSchema for Several {
    fn schema_name() -> Cow<'static, str> {
        "Several".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        one_or_many::<String>(generator)
    }
}

impl JsonSchema for RequestLine {
    fn schema_name() -> Cow<'static, str> {
        "RequestLine".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[^ ]* /" })
    }
}

impl JsonSchema for Grade {
    fn schema_name() -> Cow<'static, str> {
        "Grade".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let grade = |word: &str, description: &str| json!({ "const": word, "description": description });
        json_schema!({
            "description": "How good a piece of evidence is.",
            "anyOf": [
                grade("documented", "The provider published this body, and it is here byte for byte."),
                grade("recorded", "Captured from the real API, without keys and personal values."),
                grade("third_party", "Published by somebody else about the API: a client's test, a mirror."),
                grade("schema", "Built by us from a published schema."),
                grade("prose", "Built by us from a sentence."),
                {
                    "type": "string",
                    "pattern": r"^adapted:\s*\S",
                    "description": "`adapted: <what was changed>`: a published body with the stated change.",
                },
            ],
        })
    }
}
