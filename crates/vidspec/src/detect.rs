//! Which provider a job belongs to, by its reference, its address or the look of its id.

use std::sync::Arc;

use url::Url;

use crate::catalogue::{Catalogue, CatalogueError};
use crate::job::{InvalidJobId, JobId};
use crate::provider::Provider;
use crate::template::{JOB_ID, Part, Template};

/// A job whose provider is known.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resolved {
    /// The provider.
    pub provider: Arc<Provider>,
    /// The id of the job.
    pub job_id: JobId,
}

/// Why it is not known which job is meant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The id cannot be sent.
    #[error(transparent)]
    InvalidId(#[from] InvalidJobId),
    /// The provider that was named is not known, or its definition has mistakes.
    #[error("{0}")]
    Provider(Arc<CatalogueError>),
    /// Several providers have ids that look like this one.
    #[error("`{id}` could be a job of {}", alternatives(.candidates))]
    Ambiguous {
        /// The id.
        id: JobId,
        /// The ids of the providers.
        candidates: Vec<String>,
    },
    /// The reference names one provider, the caller another.
    #[error("the job is said to be of {stated}, but its reference names {named}")]
    Contradiction {
        /// The provider of the reference.
        named: String,
        /// The provider that the caller stated.
        stated: String,
    },
    /// No known provider has ids that look like this one.
    #[error("no known provider has ids like `{}`", without_query(.0.as_str()))]
    Unrecognised(JobId),
    /// The address is not the status address of a known provider.
    #[error("no known provider has jobs at {0}")]
    ForeignAddress(String),
}

impl Catalogue {
    /// Finds the provider of a job. `text` is a reference (`pictory:4a09…`), the address of a status request, or a bare id.
    /// With `provider` given, an id may look in any way.
    ///
    /// ```
    /// # use vidspec::Catalogue;
    /// let catalogue = Catalogue::builtin();
    /// assert_eq!(catalogue.resolve("video_abc123def456789", None)?.provider.id(), "sora");
    /// assert_eq!(catalogue.resolve("abc123", Some("sora"))?.provider.id(), "sora");
    /// assert!(catalogue.resolve("4a09edf9-d071-4847-bda5-8dea913d80fe", None).is_err());
    /// # Ok::<(), vidspec::ResolveError>(())
    /// ```
    ///
    /// # Errors
    /// If the id cannot be sent, or if it does not tell exactly one provider.
    pub fn resolve(&self, text: &str, provider: Option<&str>) -> Result<Resolved, ResolveError> {
        let text = text.trim();
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if matches!(scheme.as_deref(), Some("https" | "http")) {
            return self.resolve_address(text, provider);
        }
        let named = text.split_once(':').filter(|(prefix, _)| self.contains(prefix));
        match (named, provider) {
            (Some((named, _)), Some(stated)) if named != stated => {
                Err(ResolveError::Contradiction { named: named.to_owned(), stated: stated.to_owned() })
            }
            (Some((prefix, id)), _) => self.resolve_named(prefix, id),
            (None, Some(provider)) => self.resolve_named(provider, text),
            (None, None) => self.resolve_bare(text),
        }
    }

    fn resolve_named(&self, provider: &str, id: &str) -> Result<Resolved, ResolveError> {
        let provider = self.provider(provider).map_err(ResolveError::Provider)?;
        Ok(Resolved { provider, job_id: JobId::new(id)? })
    }

    fn resolve_bare(&self, id: &str) -> Result<Resolved, ResolveError> {
        let job_id = JobId::new(id)?;
        let mut candidates: Vec<Arc<Provider>> = self.readable().filter(|provider| provider.recognises(id)).collect();
        match (candidates.pop(), candidates.is_empty()) {
            (Some(provider), true) => Ok(Resolved { provider, job_id }),
            (Some(last), false) => {
                let candidates = candidates.iter().chain([&last]).map(|provider| provider.id().to_owned()).collect();
                Err(ResolveError::Ambiguous { id: job_id, candidates })
            }
            (None, _) => Err(ResolveError::Unrecognised(job_id)),
        }
    }

    /// Understands the address that a status request is sent to. A key in its query is dropped unseen.
    fn resolve_address(&self, text: &str, provider: Option<&str>) -> Result<Resolved, ResolveError> {
        let address = Url::parse(text).map_err(|_| ResolveError::ForeignAddress("an address that cannot be read".into()))?;
        let foreign = || ResolveError::ForeignAddress(format!("{}{}", address.origin().ascii_serialization(), address.path()));
        let known = self.readable().filter(|known| provider.is_none_or(|id| known.id() == id));
        let mut found: Vec<_> = known.filter_map(|provider| Some((job_id_in(&provider, &address)?, provider))).collect();
        let (id, provider) = found.pop().ok_or_else(foreign)?;
        let job_id = JobId::new(&id)?;
        if found.is_empty() {
            return Ok(Resolved { provider, job_id });
        }
        let candidates = found.iter().map(|(_, provider)| provider).chain([&provider]).map(|provider| provider.id().to_owned());
        Err(ResolveError::Ambiguous { id: job_id, candidates: candidates.collect() })
    }

    /// Definitions with mistakes are passed over: they cannot recognise anything.
    fn readable(&self) -> impl Iterator<Item = Arc<Provider>> {
        self.winners().filter_map(|entry| entry.provider().ok())
    }
}

/// `a, b or c`.
fn alternatives(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// What follows may be a key: an address that was pasted without its scheme looks like an id.
fn without_query(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or(text)
}

fn job_id_in(provider: &Provider, address: &Url) -> Option<String> {
    let base = provider.base_url();
    let same_host = address.host() == base.host() && address.port_or_known_default() == base.port_or_known_default();
    let template = &provider.definition().status.get;
    let wanted = Template::parse(&format!("{}{}", base.path().trim_end_matches('/'), template.as_str())).ok()?;
    let path = address.path();
    let target = if template.as_str().contains('?') { format!("{path}?{}", address.query()?) } else { path.to_owned() };
    same_host.then(|| value_in(&wanted, target.trim_end_matches('/'))).flatten()
}

/// Reads the job id back out of an expanded template.
fn value_in(template: &Template, text: &str) -> Option<String> {
    let expression: String = template
        .parts()
        .iter()
        .map(|part| match part {
            Part::Text(literal) => regex_lite::escape(literal),
            Part::Value { name, keep_slashes } => {
                let characters = if *keep_slashes { "[^?#]" } else { "[^/?#&]" };
                if &**name == JOB_ID { format!("(?P<{JOB_ID}>{characters}+)") } else { format!("{characters}+") }
            }
        })
        .collect();
    let captures = regex_lite::Regex::new(&format!("^{expression}$")).ok()?.captures(text)?;
    let encoded = captures.name(JOB_ID)?.as_str();
    percent_encoding::percent_decode_str(encoded).decode_utf8().ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let mut catalogue = Catalogue::empty();
        for (id, base, get, pattern) in [
            ("alpha", "https://api.alpha.test/v1", "/jobs/{job_id}", "^[0-9]{4}$"),
            ("beta", "https://beta.test", "/{+job_id}", "^ops/[a-z]+$"),
            ("gamma", "https://gamma.test", "/status.get?video_id={job_id}", "^[0-9]+$"),
        ] {
            let text = format!(
                "vidspec: 1\nid: {id}\nname: N\ndocs: https://d.test\nbase_url: {base}\nauth: {{ style: bearer, env: [K] }}\n\
                 job_id: {{ pattern: '{pattern}', example: [{}] }}\n\
                 status: {{ get: '{get}', path: $.s, map: {{ a: queued }} }}\n",
                if id == "beta" { "ops/x" } else { "'1234'" }
            );
            catalogue.add_text(&format!("{id}.yaml"), text);
        }
        catalogue
    }

    fn found(text: &str, provider: Option<&str>) -> String {
        match catalogue().resolve(text, provider) {
            Ok(resolved) => format!("{}:{}", resolved.provider.id(), resolved.job_id),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn references_addresses_and_bare_ids() {
        for (text, provider, expected) in [
            ("alpha:x", None, "alpha:x"),
            ("alpha:1:2", None, "alpha:1:2"),
            ("ops/abc", None, "beta:ops/abc"),
            ("12345", None, "gamma:12345"),
            (" 12345\n", None, "gamma:12345"),
            ("1234", None, "`1234` could be a job of alpha or gamma"),
            ("1234", Some("alpha"), "alpha:1234"),
            ("alpha:1234", Some("alpha"), "alpha:1234"),
            ("alpha:1234", Some("beta"), "the job is said to be of beta, but its reference names alpha"),
            ("nobody:1234", Some("beta"), "beta:nobody:1234"),
            ("HTTPS://API.ALPHA.TEST/v1/jobs/7", None, "alpha:7"),
            ("https://me:SECRET@evil.test/7", None, "no known provider has jobs at https://evil.test/7"),
            ("evil.test/7?key=SECRET", None, "no known provider has ids like `evil.test/7`"),
            ("nobody:1234", None, "no known provider has ids like `nobody:1234`"),
            ("x", Some("alfa"), "unknown provider `alfa`, did you mean `alpha`?; known are alpha, beta, gamma"),
            ("https://api.alpha.test/v1/jobs/7", None, "alpha:7"),
            ("https://api.alpha.test/v1/jobs/7/", None, "alpha:7"),
            (
                "https://api.alpha.test/v1/jobs/a%20b%2Fc?key=SECRET",
                None,
                "expected a job id without control characters and white space, found one that has them",
            ),
            ("https://beta.test/ops/x?key=SECRET", None, "beta:ops/x"),
            ("https://gamma.test/status.get?video_id=9", None, "gamma:9"),
            ("https://evil.test/v1/jobs/7?key=SECRET", None, "no known provider has jobs at https://evil.test/v1/jobs/7"),
            ("alpha:", None, "expected a job id, found nothing"),
            (
                "alpha:..",
                None,
                "expected a job id without the path segments `.` and `..`, found one that would leave its place in the address",
            ),
        ] {
            assert_eq!(found(text, provider), expected, "{text}");
        }
    }
}
