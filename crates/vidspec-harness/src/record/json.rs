//! Personal values in JSON. All else stays byte for byte as it was received.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::text::{self, REMOVED};

/// Names whose values are personal, in small letters and without `_` and `-`. `prompt` stands for every name that ends in it.
const PERSONAL: [&str; 42] = [
    "accesstoken",
    "account",
    "accountid",
    "apikey",
    "author",
    "authorization",
    "callback",
    "callbackurl",
    "clientid",
    "clientsecret",
    "cookie",
    "createdby",
    "creator",
    "customer",
    "customerid",
    "email",
    "firstname",
    "fullname",
    "ip",
    "ipaddress",
    "lastname",
    "org",
    "organisation",
    "organisationid",
    "organization",
    "organizationid",
    "orgid",
    "owner",
    "ownerid",
    "password",
    "phone",
    "secret",
    "session",
    "sessionid",
    "team",
    "teamid",
    "tenant",
    "tenantid",
    "token",
    "user",
    "userid",
    "username",
];

fn is_personal(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect();
    PERSONAL.contains(&plain.as_str()) || plain.ends_with("prompt") || plain.starts_with("webhook")
}

/// The text without personal values; `None` if it is not JSON. Adds what was removed.
pub(super) fn cleaned(json: &str, job_id: &str, removed: &mut BTreeSet<String>) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut cleaner = Cleaner { clean: String::with_capacity(json.len()), within: Vec::new(), name: None, job_id, removed };
    let mut rest = json;
    while let Some(token) = next_token(rest) {
        rest = rest.get(token.len()..).unwrap_or_default();
        cleaner.add(token, rest.trim_start().starts_with(':'));
    }
    Some(cleaner.clean)
}

struct Cleaner<'c> {
    clean: String,
    /// For each object and array around this place, the personal name that it stands under.
    within: Vec<Option<String>>,
    /// The name before this value.
    name: Option<String>,
    job_id: &'c str,
    removed: &'c mut BTreeSet<String>,
}

impl Cleaner<'_> {
    /// Takes over a token of valid JSON.
    fn add(&mut self, token: &str, is_name: bool) {
        let written = match token.as_bytes().first() {
            Some(b'"') if is_name => {
                self.name = serde_json::from_str(token).ok();
                Cow::Borrowed(token)
            }
            Some(b'"') => self.string(token),
            Some(b'-' | b'0'..=b'9') if self.personal().is_some() => {
                self.note();
                Cow::Borrowed("0")
            }
            first => {
                match first {
                    Some(b'{' | b'[') => self.within.push(self.personal()),
                    Some(b'}' | b']') => drop(self.within.pop()),
                    Some(b',') => self.name = None,
                    _ => {}
                }
                Cow::Borrowed(token)
            }
        };
        if matches!(token.as_bytes().first(), Some(b'{' | b'[')) {
            self.name = None;
        }
        self.clean.push_str(&written);
    }

    fn string<'t>(&mut self, token: &'t str) -> Cow<'t, str> {
        let text: String = serde_json::from_str(token).unwrap_or_default();
        if text.is_empty() || text == self.job_id {
            return Cow::Borrowed(token);
        }
        if self.personal().is_some() {
            self.note();
            return Cow::Owned(Value::from(REMOVED).to_string());
        }
        match text::cleaned(&text, self.job_id, self.removed) {
            Cow::Borrowed(_) => Cow::Borrowed(token),
            Cow::Owned(clean) => Cow::Owned(Value::from(clean).to_string()),
        }
    }

    /// The personal name that this value stands under.
    fn personal(&self) -> Option<String> {
        self.name.clone().filter(|name| is_personal(name)).or_else(|| self.within.last().cloned().flatten())
    }

    fn note(&mut self) {
        let name = self.personal().unwrap_or_default();
        self.removed.insert(format!("`{name}`"));
    }
}

/// A string, a number or word, white space, or one character of punctuation.
fn next_token(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let length = match first {
        '"' => {
            let mut escaped = false;
            let end = text.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            end.map_or(text.len(), |(end, _)| end.saturating_add(1))
        }
        '{' | '}' | '[' | ']' | ',' | ':' => 1,
        c if c.is_whitespace() => text.find(|c: char| !c.is_whitespace()).unwrap_or(text.len()),
        _ => text.find(|c: char| matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"') || c.is_whitespace()).unwrap_or(text.len()),
    };
    text.get(..length).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_are_replaced_and_all_else_stays_byte_for_byte() {
        let body = concat!(
            "{ \"id\":\"job_1\",\n\t\"n\" : 1.50e3, \"s\":\"a\\u0041\\\"}\", \"user\": {\"id\": 77, \"tags\":[\"x\", null, true]}, ",
            "\"userId\":\"u\", \"revised_prompt\":\"a cat\", \"url\":\"https:\\/\\/c.example\\/v?sig=1\\u0026t=2\", \"after\":[\"x\",2] }\n"
        );
        let expected = concat!(
            "{ \"id\":\"job_1\",\n\t\"n\" : 1.50e3, \"s\":\"a\\u0041\\\"}\", \"user\": {\"id\": 0, \"tags\":[\"removed\", null, true]}, ",
            "\"userId\":\"removed\", \"revised_prompt\":\"removed\", \"url\":\"https://c.example/v?sig=removed&t=removed\", \"after\":[\"x\",2] }\n"
        );
        let mut removed = BTreeSet::new();
        assert_eq!(cleaned(body, "job_1", &mut removed).as_deref(), Some(expected));
        assert_eq!(removed.into_iter().collect::<Vec<_>>(), ["`revised_prompt`", "`userId`", "`user`", "values of queries"]);
        assert_eq!(cleaned("<html>", "job_1", &mut BTreeSet::new()), None);
    }
}
