//! What must not be seen in an answer, and taking it out.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use crate::secret::{REDACTED, Secret};

/// Shorter texts are no keys; replacing them wherever they occur would destroy the answer.
const SHORTEST_KEY: usize = 6;

/// Takes secrets out of texts, as they are, in base64, and as a URL or JSON would write them.
#[derive(Clone)]
pub(crate) struct Redactor {
    /// The longest first, so that what holds another goes as a whole.
    spellings: Arc<[Finder<'static>]>,
}

impl Redactor {
    pub(crate) fn new(secrets: &[Secret]) -> Self {
        let keys = || secrets.iter().filter(|secret| is_key(secret));
        Self::of(keys().cloned().chain(keys().flat_map(Secret::in_base64)).map(|spelling| finder(&spelling)))
    }

    /// The same that also knows what else is sent.
    pub(crate) fn with(&self, spellings: &[Secret]) -> Self {
        if spellings.is_empty() {
            return self.clone();
        }
        Self::of(self.spellings.iter().cloned().chain(spellings.iter().filter(|spelling| is_key(spelling)).map(finder)))
    }

    fn of(spellings: impl Iterator<Item = Finder<'static>>) -> Self {
        let mut spellings: Vec<_> = spellings.collect();
        spellings.sort_by_key(|spelling| Reverse(spelling.needle().len()));
        Self { spellings: spellings.into() }
    }

    /// The bytes with `[key]` in each place of a secret.
    pub(crate) fn redact<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let mut clean = Cow::Borrowed(bytes);
        let may_be_escaped = memchr::memchr2(b'\\', b'%', bytes).is_some();
        for spelling in &*self.spellings {
            let key = spelling.needle();
            // No way to write it is shorter.
            if clean.len() < key.len() {
                continue;
            }
            clean = without(clean, |bytes| spelling.find(bytes).map(|at| at..at + key.len()));
            if may_be_escaped {
                clean = without(clean, |bytes| find_escaped(bytes, key));
            }
        }
        clean
    }
}

fn is_key(secret: &Secret) -> bool {
    secret.expose().len() >= SHORTEST_KEY
}

fn finder(secret: &Secret) -> Finder<'static> {
    Finder::new(secret.expose()).into_owned()
}

/// The bytes without each part that is found.
fn without(bytes: Cow<'_, [u8]>, find: impl Fn(&[u8]) -> Option<Range<usize>>) -> Cow<'_, [u8]> {
    let (mut clean, mut rest) = (Vec::new(), &*bytes);
    while let Some((before, after)) = find(rest).and_then(|found| Some((rest.get(..found.start)?, rest.get(found.end..)?))) {
        clean.extend_from_slice(before);
        clean.extend_from_slice(REDACTED.as_bytes());
        rest = after;
    }
    if clean.is_empty() {
        return bytes;
    }
    clean.extend_from_slice(rest);
    Cow::Owned(clean)
}

/// Where the key stands with some of its characters escaped.
fn find_escaped(bytes: &[u8], key: &[u8]) -> Option<Range<usize>> {
    // It begins with its first letter or with an escape.
    let mut begins = memchr::memchr3_iter(*key.first()?, b'\\', b'%', bytes);
    begins.find_map(|at| Some(at..at + escaped_length(bytes.get(at..)?, key)?))
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

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    fn redactor(key: &str) -> Redactor {
        Redactor::new(&[Secret::new(key)])
    }

    #[test]
    fn an_echoed_key_is_replaced_in_every_spelling() {
        let redactor = redactor(" sk/live+1234\n");
        let body =
            br#"{"a":"sk/live+1234","b":"sk\/live+1234","c":"?key=sk%2Flive%2B1234","d":"\u0073k/live\u002B1234","e":"\n"}"#;
        let clean = redactor.redact(body);
        assert_eq!(clean.as_ref(), br#"{"a":"[key]","b":"[key]","c":"?key=[key]","d":"[key]","e":"\n"}"#);
        for without_it in [&br#"{"a":"sk/live"}"#[..], br#"{"a":"sk\/live"}"#] {
            assert!(matches!(redactor.redact(without_it), Cow::Borrowed(_)), "copied for nothing");
        }
    }

    #[test]
    fn base64_of_it_is_replaced_wherever_it_stands_in_the_text() {
        let key = "sk?live>1234~";
        let redactor = redactor(key);
        for before in ["", "a", "ab", "user:", "Bearer "] {
            for after in ["", ":", "xy", "xyz"] {
                for engine in [STANDARD, URL_SAFE] {
                    let text = engine.encode(format!("{before}{key}{after}"));
                    let clean = String::from_utf8(redactor.redact(text.as_bytes()).into_owned()).unwrap();
                    let left = clean.replacen(REDACTED, "", 1).len();
                    // The letters that hold bits of the neighbours too.
                    let most = engine.encode(before).len() + engine.encode(after).len() + 4;
                    assert!(clean.contains(REDACTED) && left <= most, "{text} became {clean}");
                }
            }
        }
    }

    #[test]
    fn what_holds_another_spelling_goes_as_a_whole() {
        let redactor = redactor("user:secret").with(&[Secret::new("user:secret-and-more")]);
        assert_eq!(redactor.redact(b"user:secret-and-more, user:secret").as_ref(), b"[key], [key]");
    }

    #[test]
    fn short_texts_are_no_keys() {
        assert_eq!(redactor("short").redact(b"a short text, c2hvcnQ=").as_ref(), b"a short text, c2hvcnQ=");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", redactor("sk-live-1234")), "Redactor");
    }
}
