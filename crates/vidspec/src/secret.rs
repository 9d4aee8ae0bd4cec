//! A key, kept from being shown.

use std::borrow::Cow;

/// What stands where a key stood.
const REDACTED: &str = "[key]";

/// Shorter texts are no keys; replacing them wherever they occur would destroy the answer.
const SHORTEST_KEY: usize = 6;

/// A key. Its `Debug` shows nothing; [`Secret::expose`] is the only way to its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Wraps a key; surrounding white space, as a trailing line break from a file, is dropped.
    pub fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// The key itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Replaces every occurrence of the key, as it is or as JSON or a URL would write it.
    #[cfg(feature = "http")]
    pub(crate) fn redact<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let mut clean = Cow::Borrowed(bytes);
        if self.0.len() < SHORTEST_KEY {
            return clean;
        }
        for spelling in self.spellings() {
            if let Some(replaced) = replace(&clean, spelling.as_bytes()) {
                clean = Cow::Owned(replaced);
            }
        }
        clean
    }

    /// The key as it is, as a URL writes it and as a JSON writer that escapes slashes does.
    fn spellings(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let url: String = url::form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        let json = self.0.replace('/', "\\/");
        let others = [url, json].into_iter().filter(|spelling| **spelling != *self.0);
        std::iter::once(Cow::Borrowed(&*self.0)).chain(others.map(Cow::Owned))
    }
}

fn replace(bytes: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let mut clean = Vec::new();
    let mut rest = bytes;
    let mut found = false;
    while let Some(at) = find(rest, key) {
        found = true;
        clean.extend_from_slice(rest.get(..at)?);
        clean.extend_from_slice(REDACTED.as_bytes());
        rest = rest.get(at + key.len()..)?;
    }
    clean.extend_from_slice(rest);
    found.then_some(clean)
}

fn find(bytes: &[u8], key: &[u8]) -> Option<usize> {
    bytes.windows(key.len()).position(|window| window == key)
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
        let body = br#"{"a":"sk/live+1234","b":"sk\/live+1234","c":"?key=sk%2Flive%2B1234"}"#;
        let clean = key.redact(body);
        assert_eq!(clean.as_ref(), br#"{"a":"[key]","b":"[key]","c":"?key=[key]"}"#);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("sk-live-1234")), "[key]");
    }
}
