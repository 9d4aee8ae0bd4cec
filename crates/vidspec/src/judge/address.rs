//! The address of a request.

use std::borrow::Cow;

use url::Url;

use super::reading::Values;
use crate::base_url::{self, PlainHttp};
use crate::definition::{BaseAddress, BaseUrl, Word};
use crate::params::{Settled, Surroundings};
use crate::problem::{Problem, ProblemKind};
use crate::provider::Provider;
use crate::template::{BASE_URL, Template, Writing};

/// The address below which a question is put: another one that the environment names, or the provider's own.
pub(super) fn base<'p>(
    provider: &'p Provider,
    params: &Result<Settled, Problem>,
    surroundings: &Surroundings<'_>,
) -> Result<Cow<'p, Url>, Problem> {
    let BaseUrl { url, env, .. } = &provider.definition().base_url;
    if let Some((variable, text)) = surroundings.first_set(env.iter().map(Word::as_str)) {
        let url =
            Url::parse(&text).map_err(|_| refused(&format!("{variable} holds no address, such as https://api.example.com")))?;
        return match complaint(&url, surroundings.plain_http()) {
            None => Ok(Cow::Owned(url)),
            Some(complaint) => Err(refused(&format!("{variable}: {complaint}"))),
        };
    }
    match url {
        Some(BaseAddress::Fixed(url)) => Ok(Cow::Borrowed(url)),
        Some(BaseAddress::Template(template)) => {
            with_host(template, params.as_ref().map_err(Clone::clone)?, provider).map(Cow::Owned)
        }
        None => {
            let names = env.iter().map(Word::as_str).collect::<Vec<_>>().join(" or ");
            let message = format!("the address of {} is not known: set {names}, or give --base-url", provider.name());
            Err(Problem::new(ProblemKind::Misconfigured, message))
        }
    }
}

/// Puts params into the host of an address. Whatever they are, the host is one that the provider names.
fn with_host(template: &Template, params: &Settled, provider: &Provider) -> Result<Url, Problem> {
    let unfit = template.names().find(|name| !params.get(name).is_some_and(base_url::are_labels));
    if let Some(name) = unfit {
        let found = params.get(name).unwrap_or_default();
        return Err(refused(&format!("expected `{name}` to be a part of a host, found `{found}`")));
    }
    let text = template.expand(Writing::Prose, |name| params.get(name));
    let url = text.and_then(|text| Url::parse(&text).ok()).ok_or_else(|| refused("it is no address"))?;
    if provider.may_see_key(&url) {
        Ok(url)
    } else {
        let host = url.host_str().unwrap_or_default();
        Err(refused(&format!("{host} is none of the hosts of {}", provider.name())))
    }
}

/// What is wrong with an address that the user gives, and what can be done about it.
fn complaint(url: &Url, plain_http: PlainHttp) -> Option<String> {
    let complaint = base_url::complaint(url, plain_http)?;
    let is_plain = base_url::complaint(url, PlainHttp::Anywhere).is_none();
    Some(if is_plain { format!("{complaint}, unless --insecure-http allows it") } else { complaint })
}

/// Appends a path to the base address. Whatever the values hold, the result stays below it.
pub(super) fn build(base: &Url, plain_http: PlainHttp, path: &Template, values: &Values<'_>) -> Result<Url, Problem> {
    if let Some(complaint) = complaint(base, plain_http) {
        return Err(refused(&complaint));
    }
    let expanded = path.expand(Writing::Address, |name| values.get(name));
    let text = values.base_url.to_owned() + &expanded.ok_or_else(|| refused("a value of its path is missing or too long"))?;
    let url = Url::parse(&text).map_err(|_| refused("it is no address"))?;
    // A URL parser resolves `.` and `..`: if it changed anything, a value would have left its place.
    if url.as_str() == text { Ok(url) } else { Err(refused("the id would leave its place in the path")) }
}

pub(super) fn refused(why: &str) -> Problem {
    Problem::new(ProblemKind::Misconfigured, format!("the request cannot be addressed: {why}"))
}

/// The address of an output: a template, or a value that is resolved against the base address if it is a path.
pub(super) fn of_output(text: &str, values: &Values<'_>) -> String {
    let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    let resolved = || Url::parse(values.get(BASE_URL)?).ok()?.join(text).ok();
    if is_path { resolved().map_or_else(|| text.to_owned(), String::from) } else { text.to_owned() }
}
