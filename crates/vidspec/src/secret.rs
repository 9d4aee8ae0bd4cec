//! A key, kept from being shown.

use std::borrow::Cow;

/// What stands where a key stood.
const REDACTED: &str = "[key]";

/// Shorter texts are no keys; replacing them wherever they occur would destroy the answer.
const SHORTEST_KEY: usize = 6;

/// A key. Its `Debug` shows nothing; [`Secret::expose`] is the only way to its text.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Box<str>);

impl Secret {
    /// Wraps a key; surrounding white space, as a trailing line break from a file, is dropped.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// The key itself, for the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Replaces every occurrence of the key, as it is or as a URL or JSON would write it.
    pub(crate) fn redact<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let key = self.0.as_bytes();
        if key.len() < SHORTEST_KEY {
            return Cow::Borrowed(bytes);
        }
        let mut clean = Cow::Borrowed(bytes);
        if memchr::memmem::find(bytes, key).is_some() {
            clean = Cow::Owned(replace(bytes, |bytes| bytes.starts_with(key).then_some(key.len())));
        }
        if memchr::memchr2(b'\\', b'%', &clean).is_some() {
            clean = Cow::Owned(replace(&clean, |bytes| escaped_length(bytes, key)));
        }
        clean
    }
}

/// Replaces each part that is a key; `length_at` tells whether one begins here, and how long it is.
fn replace(bytes: &[u8], length_at: impl Fn(&[u8]) -> Option<usize>) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        if let Some(after) = length_at(rest).and_then(|length| rest.get(length..)) {
            clean.extend_from_slice(REDACTED.as_bytes());
            rest = after;
        } else {
            clean.push(*first);
            rest = tail;
        }
    }
    clean
}

/// How many bytes the key takes here if some of its characters may be escaped as JSON (`\/`, `\u003d`) or a URL (`%3d`) does.
fn escaped_length(bytes: &[u8], key: &[u8]) -> Option<usize> {
    let mut at = 0;
    for expected in key {
        at += match bytes.get(at..)? {
            [found, ..] if found == expected => 1,
            [b'\\', b'u', digits @ ..] if is_hex(digits.get(..4)?, *expected) => 6,
            [b'%', digits @ ..] if is_hex(digits.get(..2)?, *expected) => 3,
            [b'\\', found, ..] if found == expected => 2,
            _ => return None,
        };
    }
    Some(at)
}

fn is_hex(digits: &[u8], expected: u8) -> bool {
    let number = std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number == Some(u32::from(expected))
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echoed_key_is_replaced_in_every_spelling() {
        let key = Secret::new(" sk/live+1234\n");
        let body =
            br#"{"a":"sk/live+1234","b":"sk\/live+1234","c":"?key=sk%2Flive%2B1234","d":"\u0073k/live\u002B1234","e":"\n"}"#;
        let clean = key.redact(body);
        assert_eq!(clean.as_ref(), br#"{"a":"[key]","b":"[key]","c":"?key=[key]","d":"[key]","e":"\n"}"#);
        assert!(matches!(key.redact(br#"{"a":"sk/live"}"#), Cow::Borrowed(_)));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("sk-live-1234")), "[key]");
    }
}
