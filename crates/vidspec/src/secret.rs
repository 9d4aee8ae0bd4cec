//! A key, kept from being shown.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

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
        // No spelling is shorter than the key itself.
        if key.len() < SHORTEST_KEY || bytes.len() < key.len() {
            return Cow::Borrowed(bytes);
        }
        let mut clean = Cow::Borrowed(bytes);
        if memchr::memmem::find(bytes, key).is_some() {
            clean = Cow::Owned(replace(bytes, key, |bytes| bytes.starts_with(key).then_some(key.len())));
        }
        if memchr::memchr2(b'\\', b'%', &clean).is_some() {
            clean = Cow::Owned(replace(&clean, key, |bytes| escaped_length(bytes, key)));
        }
        clean
    }

    /// What base64 makes of the key, alone or amidst other text: spellings for two alphabets and three places in a group of
    /// three bytes, as far as they differ. The letters at their ends that depend on the neighbours are left out.
    pub(crate) fn in_base64(&self) -> impl Iterator<Item = Self> {
        let spelt = |before: usize| {
            let text = [vec![0; before].as_slice(), self.0.as_bytes()].concat();
            let own = |spelt: String| spelt.get((before * 8).div_ceil(6)..text.len() * 8 / 6).map(|own| Self(own.into()));
            let (standard, url_safe) = (own(STANDARD_NO_PAD.encode(&text)), own(URL_SAFE_NO_PAD.encode(&text)));
            let other = url_safe.filter(|url_safe| standard.as_ref() != Some(url_safe));
            standard.into_iter().chain(other)
        };
        let long_enough = self.0.len() >= SHORTEST_KEY;
        (0..3).filter(move |_| long_enough).flat_map(spelt)
    }
}

/// Replaces each part that is the key; `length_at` tells whether it begins here, and how long it is.
fn replace(bytes: &[u8], key: &[u8], length_at: impl Fn(&[u8]) -> Option<usize>) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    // It begins with its first letter or with an escape.
    let next = |rest: &[u8]| memchr::memchr3(*key.first()?, b'\\', b'%', rest);
    while let Some((before, here)) = next(rest).and_then(|at| rest.split_at_checked(at)) {
        clean.extend_from_slice(before);
        if let Some(after) = length_at(here).and_then(|length| here.get(length..)) {
            clean.extend_from_slice(REDACTED.as_bytes());
            rest = after;
        } else {
            let (first, tail) = here.split_at_checked(1).unwrap_or((here, &[]));
            clean.extend_from_slice(first);
            rest = tail;
        }
    }
    clean.extend_from_slice(rest);
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
    fn base64_of_it_is_replaced_wherever_it_stands_in_the_text() {
        let key = Secret::new("sk?live>1234~");
        let spellings: Vec<_> = key.in_base64().collect();
        for before in ["", "a", "ab", "user:", "Bearer "] {
            for after in ["", ":", "xy", "xyz"] {
                for engine in [base64::engine::general_purpose::STANDARD, base64::engine::general_purpose::URL_SAFE] {
                    let text = engine.encode(format!("{before}{}{after}", key.expose()));
                    let clean = spellings.iter().fold(text.clone().into_bytes(), |text, key| key.redact(&text).into_owned());
                    let clean = String::from_utf8(clean).unwrap();
                    let left = clean.replacen(REDACTED, "", 1).len();
                    // The letters that hold bits of the neighbours too.
                    let most = engine.encode(before).len() + engine.encode(after).len() + 4;
                    assert!(clean.contains(REDACTED) && left <= most, "{text} became {clean}");
                }
            }
        }
        assert_eq!(Secret::new("short").in_base64().count(), 0);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("sk-live-1234")), "[key]");
    }
}
