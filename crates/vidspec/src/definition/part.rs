//! The part of a text that matters.

use std::borrow::Cow;

use super::leaf::Word;
use super::pattern::Pattern;
use crate::code::Code;
use crate::effort::Effort;

/// Which part of a text is meant.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// The first group of this expression, or all that it matches.
    Capture(Pattern),
    /// The value of this parameter in the query of an address: a signed address says there when it expires.
    Query(Word),
}

impl Part {
    pub(super) fn at_most_one_of(capture: Option<Pattern>, query: Option<Word>) -> Result<Option<Self>, String> {
        match (capture, query) {
            (Some(_), Some(_)) => Err(Code::MisplacedKey.tag("expected at most one of `capture` and `query`")),
            (Some(pattern), None) => Ok(Some(Self::Capture(pattern))),
            (None, query) => Ok(query.map(Self::Query)),
        }
    }

    /// `None` if the text has no such part, or an empty one.
    pub(super) fn of<'t>(&self, text: &'t str, effort: &Effort) -> Option<Cow<'t, str>> {
        let part = match self {
            Self::Capture(pattern) => pattern.capture(text, effort).map(Cow::Borrowed),
            Self::Query(name) => {
                effort.spend_on_text(text).continue_value()?;
                parameter(text, name.as_str())
            }
        };
        part.filter(|part| !part.is_empty())
    }
}

/// The first parameter of this name (RFC 3986, section 3.4, in the form that HTML gave it), decoded.
fn parameter<'t>(address: &'t str, name: &str) -> Option<Cow<'t, str>> {
    let (_, query) = address.split_once('?').filter(|(before, _)| !before.contains('#'))?;
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(known, _)| decoded(known) == name).map(|(_, value)| decoded(value))
}

fn decoded(text: &str) -> Cow<'_, str> {
    // Most need no decoding.
    if memchr::memchr2(b'%', b'+', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_of_an_address_is_found_by_its_whole_name_and_decoded() {
        let expiry = |text| Part::Query(Word("Expires".into())).of(text, &Effort::for_body(0)).map(Cow::into_owned);
        assert_eq!(expiry("https://x/v.mp4?Expires=17&Signature=a").as_deref(), Some("17"));
        assert_eq!(expiry("https://x/v.mp4?a=1&%45xpires=+2+").as_deref(), Some(" 2 "));
        assert_eq!(expiry("https://x/v.mp4?NotExpires=1&Expires=a%20b#Expires=2").as_deref(), Some("a b"));
        assert_eq!(expiry("https://x/v.mp4?Expires=MTc=&a=1").as_deref(), Some("MTc="));
        for without in [
            "https://x/Expires=1",
            "https://x/?expires=1",
            "https://x/?Expires=",
            "https://x/?Expires",
            "https://x/#?Expires=1",
            "",
        ] {
            assert_eq!(expiry(without), None, "{without}");
        }
    }
}
