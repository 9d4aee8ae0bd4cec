//! Checks of the ways to send the key.

use super::findings::{Findings, at, below, element};
use super::sources::check_template;
use super::{check_name, check_variables};
use crate::code::Code;
use crate::credentials::TOKEN;
use crate::definition::{Auth, AuthStyle, Definition, FromScalar as _, HeaderName, Step, TokenRule, Word};
use crate::template::Template;

pub(super) fn check_auth(definition: &Definition, findings: &mut Findings) {
    for (index, way) in definition.auth.0.iter().enumerate() {
        let at = element(at!["auth"], index, definition.auth.0.len());
        match way.style {
            Some(style) => check_short_form(way, style, &at, findings),
            None => check_long_form(way, &at, findings),
        }
    }
}

fn check_short_form(auth: &Auth, style: AuthStyle, at: &[Step], findings: &mut Findings) {
    let long = [
        ("header", auth.header.is_some()),
        ("query", auth.query.is_some()),
        ("value", auth.value.is_some()),
        ("secrets", !auth.secrets.is_empty()),
        ("token", auth.token.is_some()),
    ];
    for (key, _) in long.into_iter().filter(|(_, present)| *present) {
        let help = Some("a `style` stands for all of `header`, `value` and `secrets`");
        findings.require(
            Code::MisplacedKey,
            false,
            &below(at, key),
            || format!("expected no `{key}` beside `style`, found one"),
            help,
        );
    }
    findings.require_unless_broken(
        Code::MissingKey,
        auth.env.is_some(),
        at,
        || "expected a key `env`, found none".into(),
        None,
        Some(&below(at, "env")),
    );
    let named = matches!(style, AuthStyle::Header | AuthStyle::Query);
    findings.require(
        if named { Code::MissingKey } else { Code::MisplacedKey },
        named == auth.name.is_some(),
        at,
        || {
            if named {
                "expected `name`, the name of the header or parameter, found none".into()
            } else {
                "expected no `name` with this style, found one".into()
            }
        },
        Some("`name` goes with the styles `header` and `query`, and only with them"),
    );
    if let Some(name) = auth.name.as_ref().filter(|_| style == AuthStyle::Header) {
        let is_name = HeaderName::from_scalar(name.as_str());
        findings.require(
            Code::BadValue,
            is_name.is_ok(),
            &below(at, "name"),
            || is_name.as_ref().err().cloned().unwrap_or_default(),
            None,
        );
    }
    if let Some(scheme) = &auth.scheme {
        let word = scheme.as_str();
        let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let message = || format!("expected one word such as `Key` before the key, found `{word}`");
        findings.require(Code::BadValue, is_word, &below(at, "scheme"), message, None);
    }
    let schemed = style == AuthStyle::Scheme;
    findings.require(
        if schemed { Code::MissingKey } else { Code::MisplacedKey },
        schemed == auth.scheme.is_some(),
        at,
        || {
            if schemed {
                "expected `scheme`, the word before the key, found none".into()
            } else {
                "expected no `scheme` with this style, found one".into()
            }
        },
        Some("`scheme` goes with the style `scheme`, and only with it"),
    );
    check_variables(auth.env.iter().flat_map(|env| &env.0), &below(at, "env"), findings);
}

fn check_long_form(auth: &Auth, at: &[Step], findings: &mut Findings) {
    let place = auth.header.is_some() || auth.query.is_some();
    if !place && auth.value.is_none() && auth.secrets.is_empty() {
        let help = Some("add it, for example `style: bearer`, or say what is sent with `header`, `value` and `secrets`");
        findings.require_unless_broken(
            Code::MissingKey,
            false,
            at,
            || "expected a key `style`, found none".into(),
            help,
            Some(at),
        );
        return;
    }
    for (key, present) in [("name", auth.name.is_some()), ("scheme", auth.scheme.is_some()), ("env", auth.env.is_some())] {
        let help = Some("without a `style`, what is sent stands in `header`, `value` and `secrets`");
        findings.require(
            Code::MisplacedKey,
            !present,
            &below(at, key),
            || format!("expected `{key}` only beside `style`, found it without"),
            help,
        );
    }
    findings.require_part(place, at, "expected a key `header` or `query`, the place of the key, found neither");
    findings.require(
        Code::MisplacedKey,
        auth.header.is_none() || auth.query.is_none(),
        at,
        || "expected one of `header` and `query`, found both".into(),
        None,
    );
    findings.require_part(auth.value.is_some(), at, "expected a key `value`, what is sent, found none");
    findings.require_part(!auth.secrets.is_empty(), at, "expected a key `secrets`, what `value` is made of, found none");
    for (name, variables) in &auth.secrets {
        let at = below(&below(at, "secrets"), name.as_str());
        check_name(name.as_str(), &[TOKEN], &at, "it stands in braces in `value`, such as `{access_key}`", findings);
        check_variables(&variables.0, &at, findings);
    }
    let before = std::mem::take(&mut findings.names);
    findings.names = auth.secrets.keys().map(|name| name.as_str().to_owned()).collect();
    if let Some(rule) = &auth.token {
        check_token(rule, auth, &below(at, "token"), findings);
        findings.names.push(TOKEN.to_owned());
    }
    if let Some(value) = auth.value.as_ref().filter(|_| !auth.secrets.is_empty()) {
        check_value(value, auth.token.is_some(), at, findings);
    }
    findings.names = before;
}

fn check_value(value: &Template, signed: bool, at: &[Step], findings: &mut Findings) {
    let names_token = value.names().any(|name| name == TOKEN);
    let token = below(at, "token");
    let message = || "expected a key `token` beside `{token}`, found none".into();
    findings.require_unless_broken(Code::MissingKey, signed || !names_token, at, message, None, Some(&token));
    let at = below(at, "value");
    if signed || !names_token {
        check_template(value, &at, findings);
    }
    let needed = if signed { names_token } else { value.names().next().is_some() };
    let what = if signed { "`{token}`" } else { "one of the secrets" };
    findings.require(Code::MissingValue, needed, &at, || format!("expected {what} in what is sent, found none"), None);
}

fn check_token(rule: &TokenRule, auth: &Auth, at: &[Step], findings: &mut Findings) {
    let known = auth.secrets.contains_key(&rule.key);
    let names = || auth.secrets.keys().map(Word::as_str).collect::<Vec<_>>().join("` and `");
    let message = || format!("expected one of the secrets, `{}`, found `{}`", names(), rule.key.as_str());
    findings.require(Code::UnknownValue, known, &below(at, "key"), message, Some("the secret of this name signs the token"));
    for (name, template) in &rule.claims {
        let at = below(&below(at, "claims"), name.as_str());
        let taken = ["exp", "nbf"].contains(&name.as_str());
        let help = Some("they are worked out of `lifetime` and `leeway`");
        findings.require(
            Code::MisplacedKey,
            !taken,
            &at,
            || format!("expected a claim other than `exp` and `nbf`, found `{}`", name.as_str()),
            help,
        );
        check_template(template, &at, findings);
    }
    let message = || "expected a token that is valid for some time, found none".into();
    findings.require(Code::BadValue, rule.lifetime.0 > 0.0, &below(at, "lifetime"), message, None);
}
