//! A provider: a definition that was checked.

use std::sync::Arc;

use url::Url;

use crate::compile;
use crate::credentials::Credentials;
use crate::definition::{Definition, Lifecycle, Word};
use crate::diagnostic::{Diagnostics, SourceText};
use crate::job::{JobId, JobReference};
use crate::judge::{Judgement, Question};
use crate::problem::Problem;
use crate::request::Request;
use crate::response::Response;

/// A provider: a definition that was checked and can be asked about jobs.
#[derive(Debug)]
pub struct Provider {
    definition: Definition,
    lifecycle: Option<Arc<Lifecycle>>,
}

impl Provider {
    /// Reads and checks a definition. `file` is the name that mistakes are reported under.
    ///
    /// ```
    /// let provider = vidspec::Provider::parse("acme.yaml", r#"
    /// vidspec: 1
    /// id: acme
    /// name: Acme Video
    /// docs: https://docs.example.com/status
    /// base_url: https://api.example.com/v1
    /// auth: { style: bearer, env: [ACME_API_KEY] }
    /// status:
    ///   get: "/jobs/{job_id}"
    ///   path: $.status
    ///   map: { waiting: queued, working: processing, ready: completed, broken: failed }
    ///   outputs: { video: $.video_url }
    /// "#)?;
    /// assert_eq!(provider.id(), "acme");
    /// # Ok::<(), vidspec::Diagnostics>(())
    /// ```
    ///
    /// # Errors
    /// All mistakes of the file, each with line and column.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        compile::provider(&SourceText { name: file.into(), text: text.into() })
    }

    /// The same for a definition that is known to be sound.
    pub(crate) fn proven(file: &str, text: &str) -> Result<Self, Diagnostics> {
        compile::proven(&SourceText { name: file.into(), text: text.into() })
    }

    pub(crate) fn of(definition: Definition) -> Self {
        let lifecycle = definition.lifecycle.clone().map(Arc::new);
        Self { definition, lifecycle }
    }

    /// The short name, such as `pictory`.
    pub fn id(&self) -> &str {
        &self.definition.id.0
    }

    /// The name for people.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The pages that the definition was written from.
    pub fn docs(&self) -> impl Iterator<Item = &str> {
        self.definition.docs.0.iter().map(|page| page.0.as_str())
    }

    /// The address that requests are sent below.
    pub fn base_url(&self) -> &Url {
        &self.definition.base_url.0
    }

    /// The environment variables that may hold the key, in the order in which they are looked for.
    pub fn key_variables(&self) -> impl Iterator<Item = &str> {
        self.definition.auth.0.iter().flat_map(|way| &way.env.0).map(Word::as_str)
    }

    /// Set when the provider's API is going away.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }

    /// Whether an id looks like one of this provider's. It says nothing about ids that do not.
    pub fn recognises(&self, id: &str) -> bool {
        self.definition.job_id.as_ref().is_some_and(|shape| shape.pattern.0.iter().any(|pattern| pattern.is_match(id)))
    }

    /// All words, codes and rules of the definition that can decide, named as in
    /// [`Check::places`](crate::Check::places). Evidence should cover them all.
    pub fn places(&self) -> Vec<String> {
        compile::places(&self.definition)
    }

    /// The question about one job.
    pub fn question(&self, job_id: JobId) -> Question<'_> {
        Question::new(self, job_id)
    }

    /// The request that asks about a job, for callers with an HTTP client of their own.
    ///
    /// # Errors
    /// A problem of the kind `misconfigured` if the id or the key cannot be sent.
    pub fn request(&self, job_id: &JobId, credentials: &Credentials) -> Result<Request, Problem> {
        self.question(job_id.clone()).request(credentials)
    }

    /// What an answer means. It asks nothing of the world: the same answer always gives the same judgement.
    ///
    /// ```
    /// # use vidspec::{Catalogue, JobId, Judgement, Response, State};
    /// let vozo = Catalogue::builtin().provider("vozo")?;
    /// let response = Response::new(200, r#"{"status": "processing"}"#);
    /// let Judgement::Final(check) = vozo.judge(&JobId::new("task-1")?, &response) else { unreachable!() };
    /// assert_eq!(check.state(), State::Processing);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge(&self, job_id: &JobId, response: &Response) -> Judgement<'_> {
        self.question(job_id.clone()).judge(response)
    }

    pub(crate) fn definition(&self) -> &Definition {
        &self.definition
    }

    pub(crate) fn reference(&self, job_id: &JobId) -> JobReference {
        JobReference::new(self.definition.id.0.clone(), job_id.clone())
    }

    pub(crate) fn shared_lifecycle(&self) -> Option<Arc<Lifecycle>> {
        self.lifecycle.clone()
    }
}
