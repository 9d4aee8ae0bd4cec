//! The JSON that a question by `POST` carries.

use serde::de::{self, Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::code::Code;
use crate::template::{Template, Writing};

/// A JSON document whose texts are templates. Keys are taken as they are.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A number, a boolean or null.
    Plain(Value),
    Text(Template),
    List(Vec<Body>),
    Object(Vec<(String, Body)>),
}

impl Body {
    fn of(value: Value) -> Result<Self, String> {
        Ok(match value {
            Value::String(text) => Self::Text(Template::parse(&text)?),
            Value::Array(elements) => Self::List(elements.into_iter().map(Self::of).collect::<Result<_, _>>()?),
            Value::Object(members) => {
                let member = |(name, value)| Ok((name, Self::of(value)?));
                Self::Object(members.into_iter().map(member).collect::<Result<_, String>>()?)
            }
            plain => Self::Plain(plain),
        })
    }

    /// All templates in it.
    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Text(template) => vec![template],
            Self::List(elements) => elements.iter().flat_map(Self::templates).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.templates()).collect(),
        }
    }

    /// Puts the values in, each as part of a JSON string. `None` if one is missing.
    pub(crate) fn expand<'v>(&self, value_of: &impl Fn(&str) -> Option<&'v str>) -> Option<Value> {
        Some(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(template) => Value::String(template.expand(Writing::Prose, value_of)?),
            Self::List(elements) => Value::Array(elements.iter().map(|element| element.expand(value_of)).collect::<Option<_>>()?),
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| Some((name.clone(), value.expand(value_of)?));
                Value::Object(members.iter().map(member).collect::<Option<Map<_, _>>>()?)
            }
        })
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(Value::deserialize(deserializer)?).map_err(|message| de::Error::custom(Code::BadTemplate.tag(message)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_stay_inside_their_texts() {
        let body = Body::of(json!({"name": "{job_id}", "n": 1, "list": ["a {job_id} b", true, null]})).unwrap();
        let id = "x\",\"admin\":true,\"y\":\"\n";
        let sent = body.expand(&|_| Some(id)).unwrap();
        assert_eq!(sent, json!({"name": id, "n": 1, "list": [format!("a {id} b"), true, null]}));
        assert_eq!(serde_json::from_str::<Value>(&sent.to_string()).unwrap(), sent);
        assert_eq!(body.expand(&|_| None), None);
    }
}
