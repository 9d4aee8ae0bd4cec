//! Which provider a job belongs to, by its reference, its address or the look of its id.

use std::sync::Arc;

use url::Url;

use crate::catalogue::{Catalogue, CatalogueError};
use crate::definition::BaseAddress;
use crate::job::{InvalidJobId, JobId, JobReference};
use crate::judge::Question;
use crate::params::{Params, Surroundings};
use crate::problem::Problem;
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
    /// What was given beside the id: by the reference, or stated for it.
    pub params: Params,
}

impl Resolved {
    /// The question about the job, with the params that were given for it and those of the environment.
    ///
    /// ```
    /// # use vidspec::{Catalogue, Surroundings};
    /// let job = Catalogue::builtin().resolve("sora:video_abc123def456789", None)?;
    /// let question = job.question(&Surroundings::new(|name| std::env::var(name).ok()));
    /// # Ok::<(), vidspec::ResolveError>(())
    /// ```
    pub fn question(&self, surroundings: &Surroundings<'_>) -> Question<'_> {
        self.provider.question_with(self.job_id.clone(), &self.params, surroundings)
    }

    /// The reference that names it in every command.
    pub fn reference(&self) -> JobReference {
        self.provider.reference(&self.job_id, self.params.clone())
    }
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
    /// The only providers that have ids like this one need params that nobody gives.
    #[error("`{}` looks like a job of {}", without_query(.id.as_str()), reasons(.needs))]
    Incomplete {
        /// The id.
        id: JobId,
        /// The ids of the providers, each with what it needs.
        needs: Vec<(String, Problem)>,
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
        self.resolve_in(text, provider, &Surroundings::none())
    }

    /// The same, where params may be stated or stand in the environment: a provider that needs one is a candidate for a bare id only
    /// if there is one.
    ///
    /// # Errors
    /// As [`Catalogue::resolve`].
    pub fn resolve_in(
        &self,
        text: &str,
        provider: Option<&str>,
        surroundings: &Surroundings<'_>,
    ) -> Result<Resolved, ResolveError> {
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
            (Some((prefix, id)), _) => self.resolve_named(prefix, id, surroundings),
            (None, Some(provider)) => self.resolve_named(provider, text, surroundings),
            (None, None) => self.resolve_bare(text, surroundings),
        }
    }

    fn resolve_named(&self, provider: &str, text: &str, surroundings: &Surroundings<'_>) -> Result<Resolved, ResolveError> {
        let provider = self.provider(provider).map_err(ResolveError::Provider)?;
        let (id, params) = provider.part(text, surroundings);
        let job_id = JobId::new(id)?;
        Ok(Resolved { provider, job_id, params })
    }

    fn resolve_bare(&self, text: &str, surroundings: &Surroundings<'_>) -> Result<Resolved, ResolveError> {
        let whole = JobId::new(text)?;
        let mut needs = Vec::new();
        let mut candidates = Vec::new();
        for provider in self.readable() {
            let (id, params) = provider.part(text, surroundings);
            let Some(job_id) = JobId::new(id).ok().filter(|_| provider.recognises(id)) else { continue };
            match provider.check_params(&job_id, &params, surroundings) {
                Ok(()) => candidates.push(Resolved { provider, job_id, params }),
                Err(problem) => needs.push((provider.id().to_owned(), problem)),
            }
        }
        only_one(candidates, whole, |id| {
            if needs.is_empty() { ResolveError::Unrecognised(id) } else { ResolveError::Incomplete { id, needs } }
        })
    }

    /// Understands the address that a status request is sent to. A key in its query is dropped unseen.
    fn resolve_address(&self, text: &str, provider: Option<&str>) -> Result<Resolved, ResolveError> {
        let address = Url::parse(text).map_err(|_| ResolveError::ForeignAddress("an address that cannot be read".into()))?;
        let foreign = || ResolveError::ForeignAddress(format!("{}{}", address.origin().ascii_serialization(), address.path()));
        let known = self.readable().filter(|known| provider.is_none_or(|id| known.id() == id));
        let mut found = known.filter_map(|provider| Some((job_in(&provider, &address)?, provider))).peekable();
        let ((id, _), _) = found.peek().ok_or_else(foreign)?;
        let whole = JobId::new(id)?;
        let resolved = found.filter_map(|((id, params), provider)| {
            let job_id = JobId::new(&id).ok()?;
            Some(Resolved { provider, job_id, params })
        });
        only_one(resolved.collect(), whole, |_| foreign())
    }

    /// Definitions with mistakes are passed over: they cannot recognise anything.
    fn readable(&self) -> impl Iterator<Item = Arc<Provider>> {
        self.winners().filter_map(|entry| entry.provider().ok())
    }
}

/// The only candidate; of several none is chosen.
fn only_one(
    mut candidates: Vec<Resolved>,
    id: JobId,
    none: impl FnOnce(JobId) -> ResolveError,
) -> Result<Resolved, ResolveError> {
    match (candidates.pop(), candidates.is_empty()) {
        (Some(resolved), true) => Ok(resolved),
        (Some(last), false) => {
            let names = candidates.iter().chain([&last]).map(|candidate| candidate.provider.id().to_owned());
            Err(ResolveError::Ambiguous { id, candidates: names.collect() })
        }
        (None, _) => Err(none(id)),
    }
}

/// `fal, but fal needs …`.
fn reasons(needs: &[(String, Problem)]) -> String {
    let reason = |(id, problem): &(String, Problem)| format!("{id}, but {}", problem.message.as_deref().unwrap_or_default());
    needs.iter().map(reason).collect::<Vec<_>>().join("; or of ")
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

/// Reads the id of a job and its params back out of the address of a status request.
fn job_in(provider: &Provider, address: &Url) -> Option<(String, Params)> {
    let (_, template) = provider.definition().status.request()?;
    let known_host = match provider.base_url() {
        Some(base) => address.host() == base.host() && address.port_or_known_default() == base.port_or_known_default(),
        None => provider.may_see_key(address),
    };
    let base_path = provider.definition().base_url.url.as_ref().map_or("", BaseAddress::path).trim_end_matches('/');
    let wanted = known_host.then(|| Template::parse(&format!("{base_path}{}", template.as_str())).ok()).flatten()?;
    let path = address.path();
    let target = if template.as_str().contains('?') { format!("{path}?{}", address.query()?) } else { path.to_owned() };
    let mut values = values_in(&wanted, target.trim_end_matches('/'))?;
    let id = values.iter().position(|(name, _)| *name == JOB_ID)?;
    let (_, id) = values.swap_remove(id);
    let given = values.iter().filter(|(name, _)| provider.params().any(|known| known == *name));
    Some((id, given.fold(Params::new(), |params, (name, value)| params.with(name, value))))
}

/// Reads the values back out of an expanded template.
fn values_in<'t>(template: &'t Template, text: &str) -> Option<Vec<(&'t str, String)>> {
    let mut names = Vec::new();
    let mut expression = String::from("^");
    for part in template.parts() {
        match part {
            Part::Text(literal) => expression.push_str(&regex_lite::escape(literal)),
            Part::Value { name, keep_slashes } => {
                names.push(&**name);
                expression.push_str(if *keep_slashes { "([^?#]+)" } else { "([^/?#&]+)" });
            }
        }
    }
    expression.push('$');
    let captures = regex_lite::Regex::new(&expression).ok()?.captures(text)?;
    let decoded = |(name, part): (&'t str, Option<regex_lite::Match<'_>>)| {
        let value = percent_encoding::percent_decode_str(part?.as_str()).decode_utf8().ok()?;
        Some((name, value.into_owned()))
    };
    names.into_iter().zip(captures.iter().skip(1)).map(decoded).collect()
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
