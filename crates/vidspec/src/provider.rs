//! A provider: a definition that was checked.

use std::sync::Arc;

use url::Url;

use crate::catalogue;
use crate::compile;
use crate::credentials::{self, Credentials, Way};
use crate::definition::{BaseAddress, Definition, HostPattern, Lifecycle, Word};
use crate::diagnostic::{Diagnostics, SourceText};
use crate::job::{JobId, JobReference};
use crate::judge::{Judgement, Question};
use crate::pace::Pace;
use crate::params::{self, Params, Surroundings};
use crate::problem::Problem;
use crate::request::Request;
use crate::response::Response;

/// A provider: a definition that was checked and can be asked about jobs.
#[derive(Debug)]
pub struct Provider {
    definition: Definition,
    lifecycle: Option<Arc<Lifecycle>>,
    /// In which the key can be sent.
    ways: Vec<Way>,
    /// The hosts that may see the key.
    hosts: Vec<HostPattern>,
    /// The files that it was read from: its own, and that of the definition that it extends.
    files: Vec<SourceText>,
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
    /// All mistakes of the file, each with line and column. A file that extends another one can extend those that are built in;
    /// a [`Catalogue`](crate::Catalogue) knows others too.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        compile::provider(&SourceText::new(file, text), &catalogue::builtin_parent)
    }

    pub(crate) fn of(definition: Definition, files: Vec<SourceText>) -> Self {
        let lifecycle = definition.lifecycle.clone().map(Arc::new);
        let ways = definition.auth.0.iter().filter_map(Way::of).collect();
        let hosts = match (&definition.hosts, &definition.base_url.url) {
            (Some(hosts), _) => hosts.0.clone(),
            (None, Some(BaseAddress::Fixed(url))) => url.host_str().map(HostPattern::exactly).into_iter().collect(),
            (None, _) => Vec::new(),
        };
        Self { definition, lifecycle, ways, hosts, files }
    }

    /// The short name, such as `pictory`.
    pub fn id(&self) -> &str {
        &self.definition.id.0
    }

    /// The name for people.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The id of the definition that this one is a variant of.
    pub fn extends(&self) -> Option<&str> {
        self.definition.extends.as_ref().map(|parent| &*parent.0)
    }

    /// The pages that the definition was written from.
    pub fn docs(&self) -> impl Iterator<Item = &str> {
        self.definition.docs.0.iter().map(|page| page.0.as_str())
    }

    /// The address that requests are sent below; `None` where it depends on params, or where only the user knows it. That of one
    /// question is [`Question::base_url`].
    pub fn base_url(&self) -> Option<&Url> {
        match &self.definition.base_url.url {
            Some(BaseAddress::Fixed(url)) => Some(url),
            _ => None,
        }
    }

    /// The environment variables that may hold another address, in the order in which they are looked for.
    pub fn base_url_variables(&self) -> impl Iterator<Item = &str> {
        self.definition.base_url.env.iter().map(Word::as_str)
    }

    /// Whether an address may see the key: it is `https`, and its host is one of those that the definition names. What was asked
    /// itself may see it in any case: see [`Question::may_see_key`].
    ///
    /// ```
    /// # let sora = vidspec::Catalogue::builtin().provider("sora").unwrap();
    /// assert!(sora.may_see_key(&"https://api.openai.com/v1/videos/video_1/content".parse()?));
    /// assert!(!sora.may_see_key(&"https://cdn.example.com/video.mp4".parse()?));
    /// # Ok::<(), url::ParseError>(())
    /// ```
    pub fn may_see_key(&self, address: &Url) -> bool {
        let host = address.host_str().unwrap_or_default();
        let plain = address.username().is_empty() && address.password().is_none() && address.port().is_none();
        plain && address.scheme() == "https" && self.hosts.iter().any(|known| known.holds(host))
    }

    /// Whether the key that one address was sent may be sent to another one too: to the same scheme, host and port, and between
    /// the hosts that the definition names.
    pub fn may_pass_key(&self, from: &Url, to: &Url) -> bool {
        from.origin() == to.origin() || (self.may_see_key(from) && self.may_see_key(to))
    }

    /// The environment variables that may hold the key, in the order in which they are looked for.
    pub fn key_variables(&self) -> impl Iterator<Item = &str> {
        self.ways.iter().flat_map(Way::variables)
    }

    /// The same, apart for each of the ways in which the key can be sent: of each way its secrets, of each secret its variables.
    pub fn key_ways(&self) -> impl Iterator<Item = Vec<Vec<&str>>> {
        self.ways.iter().map(|way| way.secrets().map(|names| names.iter().map(Word::as_str).collect()).collect())
    }

    /// The same for a sentence: `A or B`, and where a way takes several secrets `A, or B and C`.
    pub fn wanted_keys(&self) -> String {
        credentials::alternatives(self)
    }

    /// The names of the params that jobs of this provider can be given.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        params::givable(&self.definition)
    }

    /// Set when the provider's API is going away.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }

    /// What the definition says about how often to ask, and for how long.
    pub fn pace(&self) -> Pace {
        self.definition.poll.pace()
    }

    /// Whether an id looks like one of this provider's. It says nothing about ids that do not.
    pub fn recognises(&self, id: &str) -> bool {
        self.definition.job_id.as_ref().is_some_and(|shape| shape.pattern.0.iter().any(|pattern| pattern.is_match(id)))
    }

    /// All words, codes and rules of the definition that can decide, named as in
    /// [`Check::places`](crate::Check::places). Evidence should cover them all.
    pub fn places(&self) -> Vec<String> {
        compile::places(&self.definition).into_iter().map(|place| place.name).collect()
    }

    /// The question about one job, where nothing is known beside its id. [`Resolved::question`](crate::Resolved::question) takes
    /// params and the environment into account.
    pub fn question(&self, job_id: JobId) -> Question<'_> {
        self.question_with(job_id, &Params::new(), &Surroundings::none())
    }

    /// The question about one job, with the params of its reference and with what surrounds it. What is missing or contradicts
    /// itself is told when the request is asked for.
    pub fn question_with(&self, job_id: JobId, params: &Params, surroundings: &Surroundings<'_>) -> Question<'_> {
        Question::new(self, job_id, params, surroundings)
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

    pub(crate) fn files(&self) -> &[SourceText] {
        &self.files
    }

    pub(crate) fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Checks that all is known that the question about a job needs.
    pub(crate) fn check_params(&self, job_id: &JobId, params: &Params, surroundings: &Surroundings<'_>) -> Result<(), Problem> {
        params::settle(&self.definition, job_id, params, surroundings).map(drop)
    }

    pub(crate) fn ways(&self) -> &[Way] {
        &self.ways
    }

    /// Parts the id of a job from the params behind it. A `?` begins params if the provider knows all their names, or if only what
    /// stands before it has the form of its ids: then a name is misspelt. Otherwise it is part of the id. What is stated for all
    /// jobs goes along, as far as the provider knows it.
    pub(crate) fn part<'t>(&self, text: &'t str, surroundings: &Surroundings<'_>) -> (&'t str, Params) {
        let is_known = |name: &str| self.params().any(|known| known == name);
        let are_known = |params: &Params| params.iter().all(|(name, _)| is_known(name));
        let parted = text.rsplit_once('?').and_then(|(id, params)| Some((id, Params::parse(params)?)));
        let parted = parted.filter(|(id, params)| are_known(params) || (self.recognises(id) && !self.recognises(text)));
        let (id, params) = parted.unwrap_or((text, Params::new()));
        let stated = surroundings.stated().iter().filter(|(name, _)| is_known(name));
        (id, stated.fold(params, |params, (name, value)| params.with(name, value)))
    }

    pub(crate) fn reference(&self, job_id: &JobId, params: Params) -> JobReference {
        JobReference::new(self.definition.id.0.clone(), job_id.clone()).with_params(params)
    }

    pub(crate) fn shared_lifecycle(&self) -> Option<Arc<Lifecycle>> {
        self.lifecycle.clone()
    }
}
