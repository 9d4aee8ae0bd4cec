//! Whether a request carries the key in one of the ways that the provider documents.

use wiremock::Request;

use crate::evidence::{Documented, KeyPlace};

/// A key that begins with this is always refused, so that a test can see the refusal.
const WRONG: &str = "wrong";

/// Why a key is refused, if it is.
pub(super) fn complaint(request: &Request, documented: &Documented, only: Option<&str>) -> Option<&'static str> {
    let header = |place: &KeyPlace| Some(request.headers.get(&place.name)?.to_str().ok()?.to_owned());
    let query = |place: &KeyPlace| Some(request.url.query_pairs().find(|(name, _)| *name == place.name)?.1.into_owned());
    let headers = documented.key_header.iter().map(|place| (place, header(place)));
    let places = headers.chain(documented.key_query.iter().map(|place| (place, query(place))));
    let carried: Vec<(&KeyPlace, String)> = places.filter_map(|(place, value)| Some((place, value?))).collect();
    if carried.is_empty() {
        return Some("no key");
    }
    let Some(keys) = carried.iter().find_map(|(place, value)| keys_in(&place.value, value)) else {
        return Some("the key in another form than documented");
    };
    let is_wrong = |key: &&str| key.starts_with(WRONG) || only.is_some_and(|only| only != *key);
    keys.iter().any(is_wrong).then_some("a wrong key")
}

/// The keys in a value, which must be of the documented form: `Bearer {key}`, `Key {id}:{secret}`.
fn keys_in<'v>(documented: &str, value: &'v str) -> Option<Vec<&'v str>> {
    let Some((before, mut rest)) = documented.split_once('{') else {
        // The documented value is that of a stand-in; only its scheme is the same for every key.
        let key = value.strip_prefix(documented.split_once(' ')?.0)?.strip_prefix(' ')?;
        return (!key.is_empty()).then(|| vec![key]);
    };
    let mut value = value.strip_prefix(before)?;
    let mut keys = Vec::new();
    loop {
        let (_, after) = rest.split_once('}')?;
        let literal = after.split_once('{').map_or(after, |(literal, _)| literal);
        let end = if literal.is_empty() { value.len() } else { value.find(literal)? };
        let (key, tail) = value.split_at_checked(end)?;
        keys.push(Some(key).filter(|key| !key.trim().is_empty())?);
        value = tail.strip_prefix(literal)?;
        match after.split_once('{') {
            Some((_, next)) => rest = next,
            None => return value.is_empty().then_some(keys),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_the_documented_form_only() {
        for (documented, value, keys) in [
            ("Bearer {key}", "Bearer abc", Some(vec!["abc"])),
            ("Bearer {key}", "abc", None),
            ("Bearer {key}", "Bearer ", None),
            ("{key}", "abc", Some(vec!["abc"])),
            ("Key {id}:{secret}", "Key a:b", Some(vec!["a", "b"])),
            ("Key {id}:{secret}", "Key a", None),
            ("Key {id}:{secret}", "Key :b", None),
            ("Basic cmVwbGF5", "Basic YTpi", Some(vec!["YTpi"])),
            ("Basic cmVwbGF5", "Bearer YTpi", None),
        ] {
            assert_eq!(keys_in(documented, value), keys, "{documented} {value}");
        }
    }
}
