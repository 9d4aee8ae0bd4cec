//! The key of a replay, and whether it arrived as documented.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use vidspec::{Credentials, Problem, Provider};
use wiremock::Request;

use crate::evidence::{Documented, KeyPlace};

/// The key that is sent in a replay; it opens nothing.
pub(crate) const KEY: &str = "replay-key-that-opens-nothing";

/// The key for each of the ways in which the provider takes one.
pub(crate) fn for_each_way(provider: &Provider) -> Vec<Result<Credentials, Problem>> {
    let found = |secrets: Vec<Vec<&str>>| {
        let known = |name: &str| secrets.iter().any(|variables| variables.contains(&name));
        Credentials::find(provider, |name| known(name).then(|| KEY.to_owned()))
    };
    provider.key_ways().map(found).collect()
}

/// Where the key of a request stands; a complaint if that is none of the documented places.
pub(crate) fn place_in(documented: &Documented, request: &Request) -> Result<usize, String> {
    let header = |place: &KeyPlace| request.headers.get(&place.name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let query =
        |place: &KeyPlace| request.url.query_pairs().find(|(name, _)| *name == place.name).map(|(_, value)| value.into_owned());
    let found = documented.key_header.iter().map(|place| (place, header(place)));
    let found: Vec<_> = found.chain(documented.key_query.iter().map(|place| (place, query(place)))).collect();
    let arrived = found.iter().position(|(place, value)| value.as_ref().is_some_and(|value| fits(&place.value, value)));
    arrived.ok_or_else(|| {
        let expected = found.iter().map(|(place, _)| format!("`{}: {}`", place.name, place.value)).collect::<Vec<_>>();
        let what = if found.iter().any(|(_, value)| value.is_some()) { "it with another value" } else { "none" };
        format!("request: expected the key as {}, found {what}", expected.join(" or "))
    })
}

/// Whether a value is as documented, with the key in it.
fn fits(documented: &str, value: &str) -> bool {
    if let Some((before, after)) = documented.split_once("{jwt}") {
        let token = value.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        return token.is_some_and(is_signed);
    }
    let mut expected = String::new();
    let mut rest = documented;
    while let Some((before, tail)) = rest.split_once('{') {
        let after = tail.split_once('}').map_or("", |(_, after)| after);
        expected = expected + before + KEY;
        rest = after;
    }
    value == expected + rest
}

/// Whether a text is a JSON Web Token that the key has signed (HS256).
fn is_signed(token: &str) -> bool {
    let Some((signed, signature)) = token.rsplit_once('.') else { return false };
    let parts: Option<Vec<_>> = signed.split('.').map(|part| BASE64URL.decode(part).ok()).collect();
    let objects = parts.is_some_and(|parts| parts.len() == 2 && parts.iter().all(|part| part.starts_with(b"{")));
    let (Ok(mac), Ok(signature)) = (Hmac::<Sha256>::new_from_slice(KEY.as_bytes()), BASE64URL.decode(signature)) else {
        return false;
    };
    objects && mac.chain_update(signed).verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_keys_in_them() {
        assert!(fits("Bearer {key}", &format!("Bearer {KEY}")));
        assert!(fits("Key {id}:{secret}", &format!("Key {KEY}:{KEY}")));
        assert!(!fits("Bearer {key}", &format!("Key {KEY}")));
        assert!(!fits("{key}", "another"));
    }

    /// Signed by hand with `openssl dgst -sha256 -hmac`.
    #[test]
    fn tokens_are_verified() {
        let signed = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJhIn0";
        let signature = "A_Qlf3LlYjG3iJC28TybYy9Q2pArLZoOlbY2_-9tcoY";
        assert!(fits("Bearer {jwt}", &format!("Bearer {signed}.{signature}")));
        assert!(!fits("Bearer {jwt}", &format!("Bearer {signed}.{}", signature.replace('_', "-").to_lowercase())));
        assert!(!fits("Bearer {jwt}", &format!("Bearer {signed}")));
        assert!(!fits("Bearer {jwt}", &format!("Bearer {KEY}")));
    }
}
