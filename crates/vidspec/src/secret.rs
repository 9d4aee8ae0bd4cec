//! A key, kept from being shown.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// What stands where a key stood.
pub(crate) const REDACTED: &str = "[key]";

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
        (0..3).flat_map(spelt)
    }
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
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("sk-live-1234")), "[key]");
    }
}
