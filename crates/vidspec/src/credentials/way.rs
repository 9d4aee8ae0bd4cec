//! A way to send the key: the short forms and the long one of `auth`, in one shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::token;
use crate::definition::{Auth, AuthStyle, TokenRule, Word};
use crate::redactor::Redactor;
use crate::request::{Key, KeyPlace};
use crate::secret::Secret;
use crate::template::{Template, Writing};
use crate::time::Timestamp;

/// The name of the one secret of a style.
const KEY: &str = "key";

/// The name that stands for a signed token.
pub(crate) const TOKEN: &str = "token";

/// One way to send the key.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    place: KeyPlace,
    value: Value,
    /// The secrets by name, each with the variables that may hold it.
    secrets: Vec<(Box<str>, Vec<Word>)>,
}

/// What is sent.
#[derive(Clone, Debug)]
enum Value {
    Text(Template),
    /// `Basic` and the base64 of the secret.
    Basic,
    /// With a token signed anew for each request.
    Signed(Template, TokenRule),
}

impl Way {
    /// `None` only for what the checks refuse.
    pub(crate) fn of(auth: &Auth) -> Option<Self> {
        let Some(style) = auth.style else { return Self::of_long_form(auth) };
        let header = |name: &str| KeyPlace::Header(name.to_ascii_lowercase());
        let name = || auth.name.as_ref().map(Word::as_str);
        let (place, before) = match style {
            AuthStyle::Bearer => (header("authorization"), "Bearer ".to_owned()),
            AuthStyle::Raw | AuthStyle::Basic => (header("authorization"), String::new()),
            AuthStyle::Scheme => (header("authorization"), format!("{} ", auth.scheme.as_ref()?.as_str())),
            AuthStyle::Header => (header(name()?), String::new()),
            AuthStyle::Query => (KeyPlace::Query(name()?.to_owned()), String::new()),
        };
        let value = match style {
            AuthStyle::Basic => Value::Basic,
            _ => Value::Text(Template::parse(&format!("{before}{{{KEY}}}")).ok()?),
        };
        Some(Self { place, value, secrets: vec![(KEY.into(), auth.env.as_ref()?.0.clone())] })
    }

    fn of_long_form(auth: &Auth) -> Option<Self> {
        let header = auth.header.as_ref().map(|name| KeyPlace::Header(name.0.to_ascii_lowercase()));
        let place = header.or_else(|| Some(KeyPlace::Query(auth.query.as_ref()?.as_str().to_owned())))?;
        let template = auth.value.clone()?;
        let value = match &auth.token {
            Some(rule) => Value::Signed(template, rule.clone()),
            None => Value::Text(template),
        };
        let secrets = auth.secrets.iter().map(|(name, variables)| (name.as_str().into(), variables.0.clone())).collect();
        Some(Self { place, value, secrets })
    }

    /// All variables that may hold a secret of it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.secrets().flatten().map(Word::as_str)
    }

    /// Of each of its secrets the variables that may hold it.
    pub(crate) fn secrets(&self) -> impl ExactSizeIterator<Item = &[Word]> {
        self.secrets.iter().map(|(_, variables)| variables.as_slice())
    }

    /// Puts the secrets into their place, in the order in which they are declared; `redactor` knows them. `None` if one is missing.
    pub(super) fn place(&self, secrets: &[Secret], redactor: &Redactor, now: Timestamp) -> Option<Key> {
        let of_name = |name: &str| {
            let (_, secret) = self.secrets.iter().zip(secrets).find(|((known, _), _)| **known == *name)?;
            Some(secret.expose())
        };
        let mut derived = Vec::new();
        let value = match &self.value {
            Value::Text(template) => Secret::new(&template.expand(Writing::Prose, of_name)?),
            Value::Basic => basic(secrets.first()?, &mut derived),
            Value::Signed(template, rule) => {
                let token = token::sign(rule, of_name, now)?;
                let value =
                    template.expand(Writing::Prose, |name| if name == TOKEN { Some(token.expose()) } else { of_name(name) });
                derived.push(token.clone());
                Secret::new(&value?)
            }
        };
        Some(Key { place: self.place.clone(), value, redactor: redactor.with(&derived) })
    }

    /// The header, with a stand-in for the key. `None` where the key goes into the query, or is not sent as it is.
    pub(super) fn header_with(&self, stand_in: &str) -> Option<(String, String)> {
        match (&self.place, &self.value, self.secrets.as_slice()) {
            (KeyPlace::Header(name), Value::Text(template), [_]) => {
                Some((name.clone(), template.expand(Writing::Prose, |_| Some(stand_in))?))
            }
            _ => None,
        }
    }
}

/// HTTP's basic authentication (RFC 7617): the base64 of `user:password`, unless the user has that already. What else must not be
/// seen then is added to `derived`.
fn basic(key: &Secret, derived: &mut Vec<Secret>) -> Secret {
    let text = key.expose();
    let decoded = BASE64.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.filter(|plain| !text.contains(':') && plain.contains(':') && !plain.chars().any(char::is_control));
    let encoded = if decoded.is_some() { key.clone() } else { Secret::new(&BASE64.encode(text)) };
    let plain = decoded.map_or_else(|| key.clone(), |plain| Secret::new(&plain));
    // Some providers put the key before the colon, and nothing after it.
    let part = plain.expose().split_once(':').map(|(user, password)| if password.is_empty() { user } else { password });
    let part = part.map(Secret::new);
    let value = Secret::new(&format!("Basic {}", encoded.expose()));
    derived.extend([encoded, plain]);
    derived.extend(part);
    value
}
