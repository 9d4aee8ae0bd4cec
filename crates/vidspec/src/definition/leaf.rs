//! The smallest parts of a definition. Each is checked while it is read, so that its mistake has a place.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::code::Code;
use crate::json_path::JsonPath;
use crate::template::Template;
use crate::time::parse_duration;

/// Visits booleans and numbers as the text that JSON would write for them.
macro_rules! scalars_as_text {
    () => {
        fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
            self.visit_str(if value { "true" } else { "false" })
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            self.visit_str(&value.to_string())
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            self.visit_str(&value.to_string())
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            self.visit_str(&serde_json::Value::from(value).to_string())
        }
    };
}
pub(super) use scalars_as_text;

/// A type that is read from one scalar of YAML.
pub(crate) trait FromScalar: Sized {
    /// What is expected, for "expected …".
    const EXPECTED: &'static str;

    /// A refusal can carry its code; without one it is that of a bad value.
    fn from_scalar(text: &str) -> Result<Self, String>;
}

/// Reads any scalar as its exact text: `5000` and `"5000"` are the same, and `false` is a word like any other.
pub(crate) fn scalar<'de, T: FromScalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<T: FromScalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_scalar(text).map_err(E::custom)
    }

    scalars_as_text!();
}

/// Implements `Deserialize` for a type that is read from one scalar.
macro_rules! deserialize_from_scalar {
    ($($type:ty),+) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                scalar(deserializer)
            }
        }
    )+};
}
pub(super) use deserialize_from_scalar;
deserialize_from_scalar!(Word, ProviderId, Seconds, Size, Address, HeaderName, JsonPath, Template);

/// A value of a provider, compared as exact text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Word(pub(crate) Arc<str>);

impl FromScalar for Word {
    const EXPECTED: &'static str = "a word or number";

    fn from_scalar(text: &str) -> Result<Self, String> {
        Ok(Self(text.into()))
    }
}

impl std::borrow::Borrow<str> for Word {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Word {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The short name of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderId(pub(crate) Arc<str>);

impl FromScalar for ProviderId {
    const EXPECTED: &'static str = "a short name such as `pictory`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        let well_formed = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if well_formed {
            Ok(Self(text.into()))
        } else {
            Err(format!("expected a short name of small letters, digits and `-`, such as `pictory`, found `{text}`"))
        }
    }
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seconds(pub(crate) f64);

impl FromScalar for Seconds {
    const EXPECTED: &'static str = "a length of time such as `15s`, `10m` or `2d`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        parse_duration(text).map(Self).ok_or_else(|| format!("expected {}, found `{text}`", Self::EXPECTED))
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) usize);

impl FromScalar for Size {
    const EXPECTED: &'static str = "a size such as `64MiB`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        let mebibytes = text.strip_suffix("MiB").and_then(|number| number.trim_end().parse::<u16>().ok());
        let size = mebibytes.map(|number| Self(usize::from(number) << 20));
        size.ok_or_else(|| format!("expected {}, found `{text}`", Self::EXPECTED))
    }
}

/// An absolute `https` address (or `http`, which only a loopback host may use when it is asked).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) url::Url);

impl FromScalar for Address {
    const EXPECTED: &'static str = "an address such as `https://api.example.com/v1`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Self(url)),
            _ => Err(Code::BadAddress.tag(format_args!("expected {}, found `{text}`", Self::EXPECTED))),
        }
    }
}

/// The name of an HTTP header, as written; how it is spelt does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HeaderName(pub(crate) Arc<str>);

impl FromScalar for HeaderName {
    const EXPECTED: &'static str = "the name of a header such as `x-api-key`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        // RFC 9110, section 5.6.2: a token.
        let token = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        if token { Ok(Self(text.into())) } else { Err(format!("expected {}, found `{text}`", Self::EXPECTED)) }
    }
}

impl FromScalar for JsonPath {
    const EXPECTED: &'static str = "a JSONPath such as `$.data.status`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|message| Code::BadPath.tag(message))
    }
}

impl FromScalar for Template {
    const EXPECTED: &'static str = "a text such as `/v1/jobs/{job_id}`";

    fn from_scalar(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|message| Code::BadTemplate.tag(message))
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = OneOrMany<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of them")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        if values.is_empty() {
            Err(de::Error::custom("expected one value or a list of them, found an empty list"))
        } else {
            Ok(OneOrMany(values))
        }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map)).map(|value| OneOrMany(vec![value]))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(de::value::StrDeserializer::new(text)).map(|value| OneOrMany(vec![value]))
    }

    scalars_as_text!();
}
