//! What may stand before the path of a request.

use url::Url;

/// Where an address without encryption may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// To this machine only.
    #[default]
    Here,
    /// Anywhere: the user takes the risk.
    Anywhere,
}

/// What is wrong with an address below which a provider is to be asked; `None` if nothing is. It does not repeat what it found,
/// which may hold a password.
pub(crate) fn complaint(url: &Url, plain_http: PlainHttp) -> Option<String> {
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Some("expected an `https` address, found another kind".into());
    }
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !plain {
        return Some("expected an address of host and path only, found more".into());
    }
    if url.scheme() == "http" && plain_http == PlainHttp::Here && !is_loopback(url) {
        let host = url.host_str().unwrap_or_default();
        return Some(format!("expected an `https` address, found http://{host}: the key would be readable on the way"));
    }
    None
}

/// Whether an address leads to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a text is one or more labels of a host name (RFC 1123, section 2.1): letters, digits and `-` between dots.
pub(crate) fn are_labels(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_a_host() {
        for text in ["us-central1", "eu", "a.b-c.example", "x".repeat(63).as_str()] {
            assert!(are_labels(text), "{text}");
        }
        for text in ["", "a..b", ".a", "a.", "-a", "a-", "a/b", "a@b", "a:1", "a_b", "ü", "a b", "a#", x64().as_str()] {
            assert!(!are_labels(text), "{text}");
        }
    }

    fn x64() -> String {
        "x".repeat(64)
    }
}
