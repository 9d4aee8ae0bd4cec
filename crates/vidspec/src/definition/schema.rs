//! How the short forms of the language look to an editor: the JSON Schemas of what is not read as it is declared.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::Body;
use super::codes::{CodeTable, FailureClass, FailureClassForm};
use super::condition::{BodyKind, Condition, HttpStatus, Test, TestForm};
use super::hosts::{BaseAddress, BaseUrl, BaseUrlForm, HostPattern};
use super::leaf::{Address, HeaderName, OneOrMany, ProviderId, Seconds, Size, Word};
use super::outputs::{AlternativeForm, OutputForm, Outputs};
use super::pattern::Pattern;
use super::poll::Count;
use super::source::{Origin, OriginForm, Source};
use super::verdict::{Verdict, VerdictForm};
use crate::failure::Reason;
use crate::json_path::JsonPath;
use crate::pace::Rate;
use crate::state::State;
use crate::template::Template;

mod files;
mod keys;

use files::{by_role, listed};
pub(super) use keys::{ANSWER, AUTH, REFUSAL, needs, one_of, request_path, secrets, variables, version};

/// Types that are read from one scalar, and what it looks like.
macro_rules! scalars {
    ($($type:ident: $schema:tt)+) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

scalars! {
    Word: { "type": ["string", "number", "boolean"] }
    Template: { "type": ["string", "number", "boolean"] }
    Pattern: { "type": ["string", "number", "boolean"] }
    JsonPath: { "type": "string", "pattern": r"^\$" }
    HeaderName: { "type": "string", "pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" }
    ProviderId: { "type": "string", "pattern": "^[a-z][a-z0-9-]*$" }
    Address: { "type": "string", "pattern": "^https?://" }
    BaseAddress: { "type": "string", "pattern": r"^(https://|http://(localhost|127(\.[0-9]+){3}|\[::1\])(?=[:/]|$))[^?#@]*$" }
    HostPattern: { "type": "string", "pattern": r"^(\*\.)?[A-Za-z0-9.-]+$" }
    Seconds: { "type": ["string", "number"], "pattern": r"^\s*[0-9.]", "minimum": 0 }
    Size: { "type": "string", "pattern": "^[0-9]+ *MiB$" }
    Rate: { "type": "string", "pattern": r"^\s*[0-9]+\s*/" }
    Count: { "type": ["integer", "string"], "minimum": 1, "pattern": "^[0-9]+$" }
    HttpStatus: { "type": ["integer", "string"], "minimum": 100, "maximum": 599, "pattern": "^[1-5](xx|[0-9][0-9])$" }
}

/// Types that are written in one of several ways.
macro_rules! alternatives {
    ($($(#[doc = $description:literal])+ $type:ident: |$generator:ident| $alternatives:expr;)+) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                json_schema!({ "description": concat!($($description),+).trim(), "anyOf": $alternatives })
            }
        }
    )+};
}

alternatives! {
    /// An address, or one that the environment may replace.
    BaseUrl: |generator| [of::<BaseAddress>(generator), of::<BaseUrlForm>(generator)];

    /// Where a value stands: a JSONPath such as `$.data.status`, a fixed text, perhaps with values put in, or a mapping with more
    /// about it.
    Origin: |generator| [json_schema!({ "type": "string" }), of::<OriginForm>(generator)];

    /// Where a value stands. Of several places the first that holds something usable wins.
    Source: |generator| one_or_many(of::<Origin>(generator));

    /// A state, or a mapping with more about it.
    Verdict: |generator| [of::<State>(generator), of::<VerdictForm>(generator)];

    /// A reason, or a mapping that also says whether submitting again can help.
    FailureClass: |generator| [of::<Reason>(generator), of::<FailureClassForm>(generator)];

    /// A value that it must be, a list of which it must be one, or a mapping with other tests.
    Test: |generator| [of::<OneOrMany<Word>>(generator), of::<TestForm>(generator)];

    /// A mapping from what a file is to where its address stands, or a list of files where there are several of a kind.
    Outputs: |generator| [by_role(generator), listed(generator)];

    /// Where the address of a file stands, a mapping with more about the file, or a list of alternatives.
    Described: |generator| [
        json_schema!({ "type": "string" }),
        // The role is the key of this mapping already.
        json_schema!({ "allOf": [of::<OutputForm>(generator)], "properties": { "role": false } }),
        list(&json_schema!({ "anyOf": [{ "type": "string" }, of::<AlternativeForm>(generator)] })),
    ];
}

/// The right side of `video: …`.
struct Described;

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn list(element: &Schema) -> Schema {
    json_schema!({ "type": "array", "items": element, "minItems": 1 })
}

fn one_or_many(element: Schema) -> [Schema; 2] {
    let list = list(&element);
    [element, list]
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": one_or_many(of::<T>(generator)) })
    }
}

impl<T: JsonSchema> JsonSchema for CodeTable<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("CodesTo{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        IndexMap::<Word, T>::json_schema(generator)
    }
}

impl JsonSchema for Body {
    fn schema_name() -> Cow<'static, str> {
        "Body".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let test = of::<Test>(generator);
        let described = |description: &str, schema: Schema| json!({ "description": description, "allOf": [schema] });
        json_schema!({
            "description": "What is looked at and what it must be; all lines must hold. A condition that names no `http` is only asked \
                            about answers of 200 to 299.",
            "type": "object",
            "properties": {
                "http": described("The HTTP status: `404`, or `4xx` for a whole class, or a list.", of::<OneOrMany<HttpStatus>>(generator)),
                "body": described("The kind of body.", of::<OneOrMany<BodyKind>>(generator)),
                "text": described("The body as text, where it is not JSON.", test.clone()),
                "any": described("A list of conditions of which at least one holds.", of::<OneOrMany<Condition>>(generator)),
            },
            "patternProperties": {
                r"^\$": described("What this JSONPath names in the body.", test.clone()),
                r"^header\..": described("A header of the answer.", test),
            },
            "additionalProperties": false,
            "minProperties": 1,
        })
    }
}
