//! Which addresses of files are asked, and which of them may see the key.

use url::Url;

use super::error::DownloadError;
use super::inside;
use crate::base_url::is_loopback;
use crate::judge::Question;
use crate::output::Output;

/// Judges the addresses that a provider names: they come from outside.
pub(super) struct Gate<'q> {
    pub(super) question: &'q Question<'q>,
    pub(super) key_needed: bool,
    pub(super) allow_private: bool,
}

/// An address that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Admitted {
    pub(super) url: Url,
    /// Whether the key goes along.
    pub(super) with_key: bool,
}

impl Gate<'_> {
    /// The address that a report names.
    pub(super) fn first(&self, output: &Output) -> Result<Admitted, DownloadError> {
        let address = output.url.as_deref().unwrap_or_default();
        let url = Url::parse(address).ok().filter(|url| output.fetchable && url.has_host());
        let url = url.ok_or_else(|| DownloadError::NotHttp { role: output.role, advice: advice(address) })?;
        let admitted = self.admit(url)?;
        if self.key_needed && !admitted.with_key {
            let message = format!(
                "the {} is on {} and needs the key, which belongs to {}: it is not sent there",
                output.role.as_str(),
                host(&admitted.url),
                self.question.base_url().map_or_else(|| self.question.provider().name().to_owned(), host)
            );
            return Err(DownloadError::Refused(message));
        }
        Ok(admitted)
    }

    /// The address that a redirect names. Once the key has been left behind it does not come back: another server would choose
    /// what is asked with it.
    pub(super) fn next(&self, last: &Admitted, to: Url) -> Result<Admitted, DownloadError> {
        let from = &last.url;
        if from.scheme() == "https" && to.scheme() == "http" {
            let message = format!("redirected from {} to {} without encryption, which was not followed", host(from), host(&to));
            return Err(DownloadError::Refused(message));
        }
        let admitted = self.admit(to)?;
        Ok(Admitted { with_key: admitted.with_key && last.with_key, ..admitted })
    }

    fn admit(&self, url: Url) -> Result<Admitted, DownloadError> {
        let refused = |why: &str| Err(DownloadError::Refused(format!("the address on {} was not asked: {why}", host(&url))));
        if !matches!(url.scheme(), "https" | "http") {
            return refused("it is no `https` address");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("it holds a user's name or a password");
        }
        if !self.may_lead_there(&url) {
            return Err(DownloadError::Private(host(&url)));
        }
        let with_key = self.key_needed && self.question.may_see_key(&url);
        Ok(Admitted { url, with_key })
    }

    /// An address inside is asked only if the user chose to ask there: the same host, or this machine as in a replay or a test.
    fn may_lead_there(&self, url: &Url) -> bool {
        let is_asked = self
            .question
            .base_url()
            .is_some_and(|asked| if is_loopback(url) { is_loopback(asked) } else { url.host() == asked.host() });
        self.allow_private || is_asked || !inside::leads_there(url)
    }
}

/// Host and port, fit to be shown: a path and a query may hold a signature.
pub(super) fn host(url: &Url) -> String {
    crate::client::host_and_port(url)
}

/// What to do about an address that HTTP does not reach.
fn advice(url: &str) -> String {
    match url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
        Some("gs") => "copy it with `gcloud storage cp`, under an account that may read it".to_owned(),
        Some("s3") => "copy it with `aws s3 cp`, under an account that may read it".to_owned(),
        Some(scheme) => format!("expected `https`, found `{}`", scheme.chars().take(20).collect::<String>()),
        None => "it names no host".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JobId, Output, Provider, Role};

    fn acme() -> Provider {
        let text = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://docs.example.com\nbase_url: https://api.example.com/v1\n\
                    auth: { style: bearer, env: [K] }\nstatus:\n  get: /{job_id}\n  path: $.s\n  map: { a: completed }\n";
        Provider::parse("acme.yaml", text).unwrap()
    }

    fn output(url: &str) -> Output {
        Output {
            role: Role::Video,
            url: Some(url.to_owned()),
            content: None,
            media_type: None,
            expires_at: None,
            lifetime_seconds: None,
            key_needed: true,
            fetchable: url.starts_with("http"),
        }
    }

    fn question<'p>(provider: &'p Provider, at: &str) -> Question<'p> {
        provider.question(JobId::new("job-1").unwrap()).at(Url::parse(at).unwrap())
    }

    #[test]
    fn addresses_inside_are_refused_unless_they_are_allowed() {
        let acme = acme();
        let question = question(&acme, "https://api.example.com/v1");
        let gate = |allow_private| Gate { question: &question, key_needed: false, allow_private };
        for address in ["http://169.254.169.254/latest/meta-data", "https://10.1.2.3/a", "https://cdn.localhost/a"] {
            let url = Url::parse(address).unwrap();
            assert!(matches!(gate(false).admit(url.clone()), Err(DownloadError::Private(_))), "{address}");
            assert!(gate(true).admit(url).is_ok(), "{address}");
        }
        assert!(gate(false).admit(Url::parse("http://cdn.example.com/a").unwrap()).is_ok());
    }

    #[test]
    fn the_own_machine_is_asked_only_if_it_was_asked_first() {
        let acme = acme();
        let local = question(&acme, "http://127.0.0.1:8080/v1");
        let gate = Gate { question: &local, key_needed: true, allow_private: false };
        let admitted = gate.admit(Url::parse("http://127.0.0.1:9090/a").unwrap()).unwrap();
        assert!(!admitted.with_key, "another port is another server");
        assert!(gate.admit(Url::parse("http://127.0.0.1:8080/a").unwrap()).unwrap().with_key);
        assert!(gate.admit(Url::parse("http://169.254.169.254/a").unwrap()).is_err());

        let inside = question(&acme, "https://10.0.0.5/v1");
        let gate = Gate { question: &inside, key_needed: true, allow_private: false };
        assert!(gate.admit(Url::parse("https://10.0.0.5/a").unwrap()).unwrap().with_key);
        assert!(gate.admit(Url::parse("https://10.0.0.6/a").unwrap()).is_err());
    }

    #[test]
    fn the_key_stays_with_its_host() {
        let acme = acme();
        let question = question(&acme, "https://api.example.com/v1");
        let gate = Gate { question: &question, key_needed: true, allow_private: false };
        assert!(gate.first(&output("https://api.example.com/files/1")).unwrap().with_key);
        for address in
            ["https://api.example.com:8443/a", "http://api.example.com/a", "https://example.com/a", "https://cdn.example.com/a"]
        {
            let error = gate.first(&output(address)).unwrap_err();
            assert!(error.to_string().contains("which belongs to api.example.com"), "{address}: {error}");
        }
        let first = gate.first(&output("https://api.example.com/files/1")).unwrap();
        let hop = |to: &str| gate.next(&first, Url::parse(to).unwrap());
        assert!(hop("https://api.example.com/b").unwrap().with_key);
        let away = hop("https://cdn.example.com/b").unwrap();
        assert!(!away.with_key);
        assert!(!gate.next(&away, Url::parse("https://api.example.com/b").unwrap()).unwrap().with_key, "it came back");
        assert!(hop("http://api.example.com/b").is_err());
        assert!(hop("ftp://cdn.example.com/b").is_err());
        assert!(hop("https://user:word@cdn.example.com/b").is_err());
    }

    #[test]
    fn what_http_does_not_reach_is_explained() {
        let acme = acme();
        let question = question(&acme, "https://api.example.com/v1");
        let gate = Gate { question: &question, key_needed: false, allow_private: false };
        for (address, words) in [
            ("gs://bucket/a.mp4", "gcloud storage cp"),
            ("s3://bucket/a.mp4", "aws s3 cp"),
            ("ftp://example.com/a.mp4", "found `ftp`"),
            ("a.mp4", "names no host"),
        ] {
            let error = gate.first(&output(address)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
