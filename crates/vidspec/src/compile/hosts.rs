//! Checks of the address of the API, and of the hosts that may see the key.

use url::Url;

use super::answers::output_rules;
use super::check_variables;
use super::findings::{Findings, at, below};
use super::sources::check_template;
use crate::base_url::{self, PlainHttp};
use crate::code::Code;
use crate::definition::{BaseAddress, Definition, HostPattern, Place, Step};
use crate::template::{Template, Writing};

pub(super) fn check_hosts(definition: &Definition, findings: &mut Findings) {
    let base = &definition.base_url;
    let at = &if base.long { at!["base_url", "url"].to_vec() } else { at!["base_url"].to_vec() };
    check_variables(&base.env, at!["base_url", "env"], findings);
    let hosts = definition.hosts.as_ref().map(|hosts| hosts.0.as_slice());
    match &base.url {
        Some(BaseAddress::Fixed(url)) => {
            let complaint = base_url::complaint(url, PlainHttp::Here);
            let more = complaint.as_ref().is_some_and(|complaint| complaint.ends_with("found more"));
            let help = more.then_some("a query belongs into the path of `get`, a key into `auth`");
            let code = if url.scheme() == "http" && !more { Code::PlainHttp } else { Code::BadAddress };
            findings.require(code, complaint.is_none(), at, || complaint.unwrap_or_default(), help);
            let host = url.host_str().unwrap_or_default();
            let held = hosts.is_none_or(|hosts| hosts.iter().any(|known| known.holds(host)));
            let message = || format!("expected the host of `base_url` among them, `{host}`, found others only");
            findings.require(Code::ForeignHost, held, at!["hosts"], message, None);
        }
        Some(BaseAddress::Template(template)) => check_host_template(template, hosts, at, findings),
        None => findings.require_part(
            !base.env.is_empty(),
            at!["base_url"],
            "expected `url`, or `env` where only the user knows the address, found neither",
        ),
    }
    check_files(definition, findings);
}

/// A file that needs the key, at an address that stands in the definition.
fn check_files(definition: &Definition, findings: &mut Findings) {
    let own = match &definition.base_url.url {
        Some(BaseAddress::Fixed(url)) => url.host_str().map(HostPattern::exactly),
        _ => None,
    };
    let hosts = definition.hosts.as_ref().map_or_else(|| own.into_iter().collect(), |hosts| hosts.0.clone());
    for (part, answer) in definition.answers() {
        for (at, rule) in output_rules(answer, at![part.as_str()]).into_iter().filter(|(_, rule)| rule.key) {
            let (key, source) = rule.content.source();
            for (index, origin) in source.origins().iter().enumerate() {
                let Place::Template(template) = &origin.place else { continue };
                let Some(host) = fixed_host(template) else { continue };
                let held = hosts.is_empty() || hosts.iter().any(|known| known.holds(&host));
                let message = || format!("expected a host that may see the key, found `{host}`");
                let help = Some("name it in `hosts`, or leave `key` out where the file needs none");
                findings.require(Code::ForeignHost, held, &below(&below(&at, key), index), message, help);
            }
        }
    }
}

/// The host of an address in which no value stands.
fn fixed_host(template: &Template) -> Option<String> {
    let url = Url::parse(template.as_str()).ok()?;
    url.host_str().filter(|host| base_url::are_labels(host)).map(str::to_owned)
}

/// Params may stand in the host alone, where they are checked to be labels of it.
fn check_host_template(template: &Template, hosts: Option<&[HostPattern]>, at: &[Step], findings: &mut Findings) {
    check_template(template, at, findings);
    let text = template.as_str();
    let rest = text.strip_prefix("https://").unwrap_or_default();
    let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let example = template.expand(Writing::Prose, |_| Some("x")).and_then(|text| Url::parse(&text).ok());
    let sound = example.is_some_and(|url| base_url::complaint(&url, PlainHttp::Here).is_none() && url.port().is_none());
    let sound = sound && !host.is_empty() && !path.contains('{') && !host.contains('@');
    let message = || format!("expected an `https` address with values in its host only, found `{text}`");
    findings.require(Code::BadAddress, sound, at, message, Some("values of the path belong into `get`"));
    findings.require_unless_broken(
        Code::MissingKey,
        hosts.is_some(),
        at,
        || "expected a key `hosts` beside a host that depends on values, found none".into(),
        Some("add it, for example `hosts: \"*.example.com\"`: the key goes to no other"),
        Some(at!["hosts"]),
    );
}
