//! Variants: a definition that is laid over another one.

use serde_yaml::{Mapping, Value};

use crate::diagnostic::SourceText;

/// Finds the definition that another one extends, or says why it cannot be extended.
pub(crate) type Parents<'p> = &'p dyn Fn(&str) -> Result<SourceText, String>;

pub(super) const EXTENDS: &str = "extends";

/// What belongs to one file alone.
const OWN: [&str; 5] = ["id", "name", EXTENDS, "lifecycle", "job_id"];

/// The id of the definition that this one extends.
pub(super) fn parent_of(tree: &Value) -> Option<&str> {
    tree.get(EXTENDS)?.as_str()
}

/// Lays a file over its parent.
pub(super) fn lay_over(mut parent: Value, child: Value) -> Value {
    if let Value::Mapping(mapping) = &mut parent {
        mapping.retain(|key, _| key.as_str().is_none_or(|key| !OWN.contains(&key)));
    }
    merged(parent, child)
}

/// Mappings are merged by key, and nothing (`~`) takes a key away; all else is replaced.
fn merged(below: Value, above: Value) -> Value {
    match (below, above) {
        (Value::Mapping(mut below), Value::Mapping(above)) => {
            for (key, value) in above {
                lay(&mut below, key, value);
            }
            Value::Mapping(below)
        }
        (_, above) => above,
    }
}

fn lay(below: &mut Mapping, key: Value, value: Value) {
    if value.is_null() {
        below.shift_remove(&key);
    } else if let Some(known) = below.get_mut(&key) {
        *known = merged(std::mem::take(known), value);
    } else {
        below.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_merged_and_all_else_is_replaced() {
        let yaml = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        let parent = yaml(
            "{ vidspec: 1, id: a, name: A, lifecycle: { state: retired }, job_id: { pattern: x }, docs: [d, e], \
             status: { get: /a, map: { x: queued, y: failed }, rules: [1, 2] }, poll: { interval: 5s } }",
        );
        let child = yaml(
            "{ id: b, name: B, extends: a, docs: f, status: { get: ~, post: /b, map: { y: ~, x: completed, z: expired }, rules: [3] }, poll: ~ }",
        );
        let expected = yaml(
            "{ vidspec: 1, docs: f, status: { map: { x: completed, z: expired }, rules: [3], post: /b }, id: b, name: B, extends: a }",
        );
        assert_eq!(lay_over(parent, child), expected);
    }
}
