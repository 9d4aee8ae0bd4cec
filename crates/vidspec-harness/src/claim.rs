//! Comparing a report with the hand-written claim about it.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::diff;

/// A place where the report is not as claimed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The key, such as `outputs[0].url`.
    pub key: String,
    /// What the claim says.
    pub expected: Value,
    /// What the report says; `None` if it has no such key.
    pub found: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found ", self.key, self.expected)?;
        match &self.found {
            Some(found) => write!(f, "{found}"),
            None => f.write_str("no such key in a report"),
        }
    }
}

/// Where the report is not as claimed. Only what the claim states is compared.
pub(crate) fn differences(claim: &Map<String, Value>, report: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for (key, expected) in claim {
        match (key.as_str(), report.get(key)) {
            ("anomalies", Some(actual)) => compare_kinds(expected, actual, &mut found),
            (_, actual) => compare(key, expected, actual, &mut found),
        }
    }
    found
}

/// The claim and the part of the report that it speaks of, side by side; empty if they are the same.
pub(crate) fn diff(claim: &Map<String, Value>, report: &Value) -> String {
    let found = claim.iter().filter_map(|(key, expected)| {
        let actual = match (key.as_str(), report.get(key)?) {
            ("anomalies", Value::Array(anomalies)) => {
                anomalies.iter().filter_map(|anomaly| anomaly.get("kind")).cloned().collect()
            }
            (_, actual) => spoken_of(expected, actual),
        };
        Some((key.clone(), actual))
    });
    let yaml = |members: &Map<String, Value>| serde_yaml::to_string(members).unwrap_or_default();
    diff::lines(&yaml(claim), &yaml(&found.collect()))
}

/// What of a value the claim speaks of: of an object the members that it names.
fn spoken_of(expected: &Value, actual: &Value) -> Value {
    match (expected, actual) {
        (Value::Object(members), Value::Object(actual)) => {
            let of_member = |(name, expected): (&String, &Value)| Some((name.clone(), spoken_of(expected, actual.get(name)?)));
            Value::Object(members.iter().filter_map(of_member).collect())
        }
        (Value::Array(elements), Value::Array(actual)) => {
            let expected = elements.iter().map(Some).chain(std::iter::repeat(elements.last()));
            let of_element = |(expected, actual): (Option<&Value>, &Value)| {
                expected.map_or_else(|| actual.clone(), |expected| spoken_of(expected, actual))
            };
            expected.zip(actual).map(of_element).collect()
        }
        (Value::Number(stated), Value::Number(number)) if stated.as_f64() == number.as_f64() => expected.clone(),
        (_, actual) => actual.clone(),
    }
}

fn compare(key: &str, expected: &Value, actual: Option<&Value>, found: &mut Vec<Difference>) {
    let mut differ = || found.push(Difference { key: key.to_owned(), expected: expected.clone(), found: actual.cloned() });
    match (expected, actual) {
        (Value::Object(members), Some(Value::Object(actual))) => {
            for (name, expected) in members {
                compare(&format!("{key}.{name}"), expected, actual.get(name), found);
            }
        }
        (Value::Array(elements), Some(Value::Array(actual))) if elements.len() == actual.len() => {
            for (index, (expected, actual)) in elements.iter().zip(actual).enumerate() {
                compare(&format!("{key}[{index}]"), expected, Some(actual), found);
            }
        }
        (Value::Number(expected), Some(Value::Number(actual))) if expected.as_f64() == actual.as_f64() => {}
        (expected, Some(actual)) if expected == actual => {}
        _ => differ(),
    }
}

/// Anomalies are claimed by their kinds alone.
fn compare_kinds(expected: &Value, actual: &Value, found: &mut Vec<Difference>) {
    let kinds = |list: &Value, kind: fn(&Value) -> Option<&str>| -> BTreeSet<String> {
        list.as_array().into_iter().flatten().filter_map(kind).map(str::to_owned).collect()
    };
    if kinds(expected, Value::as_str) != kinds(actual, |anomaly| anomaly.get("kind")?.as_str()) {
        found.push(Difference { key: "anomalies".into(), expected: expected.clone(), found: Some(actual.clone()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keys(claim: Value, report: &Value) -> Vec<String> {
        let Value::Object(claim) = claim else { unreachable!() };
        differences(&claim, report).into_iter().map(|difference| difference.key).collect()
    }

    #[test]
    fn what_is_stated_is_compared() {
        let report = json!({
            "state": "completed", "progress": 1.0, "failure": null,
            "outputs": [{"role": "video", "url": "u", "fetchable": true}],
            "anomalies": [{"kind": "unusable_address", "message": "m"}],
        });
        assert_eq!(keys(json!({"state": "completed", "progress": 1, "failure": null}), &report), [""; 0]);
        assert_eq!(keys(json!({"outputs": [{"role": "video"}], "anomalies": ["unusable_address"]}), &report), [""; 0]);
        assert_eq!(keys(json!({"state": "failed"}), &report), ["state"]);
        assert_eq!(keys(json!({"outputs": []}), &report), ["outputs"]);
        assert_eq!(keys(json!({"outputs": [{"url": "v"}]}), &report), ["outputs[0].url"]);
        assert_eq!(keys(json!({"anomalies": []}), &report), ["anomalies"]);
        assert_eq!(keys(json!({"failure": {"reason": "other"}}), &report), ["failure"]);
        assert_eq!(keys(json!({"stat": "completed"}), &report), ["stat"]);
    }

    #[test]
    fn the_diff_shows_what_the_claim_speaks_of() {
        let report = json!({
            "state": "failed", "progress": 1.0, "provider": "acme",
            "outputs": [{"role": "video", "url": "u", "fetchable": true}, {"role": "image", "url": "v", "fetchable": true}],
            "anomalies": [{"kind": "unusable_address", "message": "m"}],
        });
        let claim = json!({"state": "completed", "progress": 1, "outputs": [{"url": "u"}], "anomalies": []});
        let Value::Object(claim) = claim else { unreachable!() };
        let expected = "- anomalies: []\n+ anomalies:\n+ - unusable_address\n  outputs:\n  - url: u\n+ - url: v\n  progress: 1\n\
                        - state: completed\n+ state: failed\n";
        assert_eq!(diff(&claim, &report), expected);
    }
}
