//! Text with values put in: `/v1/jobs/{job_id}`.
//!
//! `{name}` puts a value in so that it stays one segment of a path, like the simple expansion of RFC 6570. `{+name}` keeps
//! its slashes, like that RFC's reserved expansion, but unlike there `?`, `#` and `%` are always encoded: a value can
//! never leave the path that the template wrote.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Values come from answers too, and a short template can name one a thousand times.
const LONGEST: usize = 64 * 1024;

/// A compiled template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    text: Box<str>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Text(Box<str>),
    Value { name: Box<str>, keep_slashes: bool },
}

/// How values are written into a template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Writing {
    /// As part of an address: encoded.
    Address,
    /// As part of a sentence: as they are.
    Prose,
}

/// The name that stands for the id of the job.
pub(crate) const JOB_ID: &str = "job_id";

/// The name that stands for the provider's base address; it is written as it is.
pub(crate) const BASE_URL: &str = "base_url";

/// The name that stands for the value that was found, in the `into` of a source.
pub(crate) const VALUE: &str = "value";

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, tail) = rest.split_at(open);
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            let inside = tail.strip_prefix('{').ok_or_else(|| format!("`{text}` has a `}}` without its `{{`"))?;
            let (inside, tail) = inside.split_once('}').ok_or_else(|| format!("`{text}` has a `{{` without its `}}`"))?;
            parts.push(parse_value(inside)?);
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Ok(Self { text: text.into(), parts })
    }

    /// The names of the values that it needs.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value { name, .. } => Some(&**name),
            Part::Text(_) => None,
        })
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Puts the values in. `None` if one is missing, or what comes out is too long.
    pub(crate) fn expand<'v>(&self, writing: Writing, value_of: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut text = String::with_capacity(self.text.len() + 64);
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Value { name, keep_slashes } => {
                    let value = value_of(name)?;
                    if writing == Writing::Prose || &**name == BASE_URL {
                        text.push_str(value);
                    } else {
                        encode(value, *keep_slashes, &mut text);
                    }
                }
            }
            if text.len() > LONGEST {
                return None;
            }
        }
        Some(text)
    }
}

fn parse_value(inside: &str) -> Result<Part, String> {
    let (name, keep_slashes) = match inside.strip_prefix('+') {
        Some(name) => (name, true),
        None => (inside, false),
    };
    let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if well_formed {
        Ok(Part::Value { name: name.into(), keep_slashes })
    } else {
        Err(format!("expected a name in braces, such as `{{job_id}}` or `{{+job_id}}`, found `{{{inside}}}`"))
    }
}

/// All but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_BUT_SLASHES: &AsciiSet = &RESERVED.remove(b'/');

fn encode(value: &str, keep_slashes: bool, text: &mut String) {
    // Nearly all ids consist of these, and to look at every byte is quicker than to stop at the first other one.
    let plain = |byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    if value.bytes().fold(true, |all, byte| all & plain(byte)) {
        text.push_str(value);
        return;
    }
    let reserved = if keep_slashes { RESERVED_BUT_SLASHES } else { RESERVED };
    text.extend(utf8_percent_encode(value, reserved));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(template: &str, id: &str) -> String {
        let value_of = |name: &str| match name {
            "job_id" => Some(id),
            BASE_URL => Some("https://api.example.com/v1"),
            _ => None,
        };
        Template::parse(template).unwrap().expand(Writing::Address, value_of).unwrap()
    }

    #[test]
    fn values_cannot_leave_their_place() {
        for (template, id, expected) in [
            ("/jobs/{job_id}", "a-b_c.d~e", "/jobs/a-b_c.d~e"),
            ("/jobs/{job_id}", "a/b?c#d%2e", "/jobs/a%2Fb%3Fc%23d%252e"),
            ("/v1beta/{+job_id}", "models/m/operations/o", "/v1beta/models/m/operations/o"),
            ("/v1beta/{+job_id}", "a?key=x#y%2e%2e", "/v1beta/a%3Fkey%3Dx%23y%252e%252e"),
            ("{base_url}/videos/{job_id}", "ü", "https://api.example.com/v1/videos/%C3%BC"),
        ] {
            assert_eq!(expand(template, id), expected);
        }
    }

    #[test]
    fn prose_is_not_encoded() {
        let text = Template::parse("job {job_id} is gone").unwrap().expand(Writing::Prose, |_| Some("a/b"));
        assert_eq!(text.as_deref(), Some("job a/b is gone"));
    }

    #[test]
    fn a_missing_value_is_noticed() {
        assert_eq!(Template::parse("/{other}").unwrap().expand(Writing::Address, |_| None), None);
    }

    #[test]
    fn malformed_templates_are_refused() {
        for text in ["/{", "/}", "/{}", "/{Job}", "/{a b}", "/{v:3}", "/{?q}", "/{a}}"] {
            assert!(Template::parse(text).is_err(), "{text} was accepted");
        }
    }
}
