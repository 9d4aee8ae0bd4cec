//! Keys that were pasted into a definition by mistake: a message about the file must not spread them.

use std::ops::Range;

use super::positions::Positions;

/// Where a key would be pasted.
const PARTS: [&str; 2] = ["auth", "headers"];

/// Shorter texts are times, names of algorithms and the like.
const SHORTEST: usize = 12;

/// Where an address stands that is asked.
const ADDRESSES: [&str; 1] = ["base_url"];

/// Where the path of a request stands.
const REQUESTS: [&str; 2] = ["status", "result"];

/// Parameters that hold keys.
const KEY_PARAMETERS: [&str; 9] = ["key", "api_key", "apikey", "api-key", "token", "access_token", "auth", "secret", "password"];

/// The texts of a file that may be keys.
pub(crate) fn keys_in(text: &str) -> Vec<Range<usize>> {
    let positions = Positions::of(text);
    let below = |parts: &[&str], may_hold: fn(&str) -> bool| {
        let texts = parts.iter().flat_map(|part| positions.texts_below(part));
        texts.filter(|span| text.get(span.clone()).is_some_and(may_hold)).collect::<Vec<_>>()
    };
    [below(&PARTS, may_be_a_key), below(&ADDRESSES, may_hold_a_key), below(&REQUESTS, is_path_with_a_key)].concat()
}

/// One word or several, with a digit, that is neither the name of a variable nor made of parts in braces.
fn may_be_a_key(value: &str) -> bool {
    let is_scalar = !value.contains(['{', '[', ',', '\n']) && !value.contains(": ");
    let is_variable = value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_scalar && !is_variable && value.len() >= SHORTEST && value.contains(|c: char| c.is_ascii_digit())
}

/// An address with a password or a query.
fn may_hold_a_key(address: &str) -> bool {
    !address.starts_with('{') && address.contains(['@', '?'])
}

fn is_path_with_a_key(text: &str) -> bool {
    let path = text.trim_start_matches(['"', '\'']);
    path.starts_with('/') && key_in_query(path).is_some()
}

/// The parameter in the query of a path that holds a key as it stands.
pub(crate) fn key_in_query(path: &str) -> Option<&str> {
    let (_, query) = path.split_once('?')?;
    let written = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(_, value)| !value.contains('{'));
    written.map(|(name, _)| name).find(|name| KEY_PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_key_is_found_where_it_would_be_pasted() {
        let text = "auth: { style: bearer, env: [sk-live-0123456789, ACME_API_KEY_2], kye: \"sk-live-abcdef-7\", secrets: { sk-live-99999999: A, a: sk-live-88888888, a: B } }\n\
                    headers: { X-Version: 2024-10, X-Key: Bearer abc123def456 }\n\
                    docs: https://docs.example.com/v1/abc\nid: sk-live-0123456789\nbase_url: https://me:a@a.example.com\n";
        let mut found: Vec<_> = keys_in(text).into_iter().map(|span| &text[span]).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "\"sk-live-abcdef-7\"",
                "Bearer abc123def456",
                "https://me:a@a.example.com",
                "sk-live-0123456789",
                "sk-live-88888888",
                "sk-live-99999999"
            ]
        );
    }
}
