//! A server that answers like a provider over the life of a job, for the tests of those who use the provider's API.
//!
//! Each question about a job moves it on by one documented answer, and then it stays at its last. Nothing is invented: the lives
//! are composed from the scenarios by state, and what has no evidence is skipped and told.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vidspec::{Provider, State};
use wiremock::matchers::any;
use wiremock::{Match, MockServer, Request, Respond, ResponseTemplate};

use crate::evidence::Evidence;

mod body;
mod control;
mod fault;
mod jobs;
mod key;
mod life;
mod placeholder;
mod route;
mod step;
mod world;

pub use life::LIVES;
use life::Lives;
use world::World;

/// The header with which a request asks for a life; it may be one of [`LIVES`] or the name of a scenario.
pub const SCENARIO_HEADER: &str = "x-vidspec-scenario";

/// Settings of a [`Mock`].
#[must_use]
pub struct MockBuilder {
    provider: Arc<Provider>,
    evidence: Evidence,
    scenario: String,
    key: Option<String>,
    delay: Duration,
    log: Log,
}

type Log = Box<dyn Fn(&str) + Send + Sync>;

/// Why a mock server cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MockError {
    /// There is no evidence for this life.
    #[error("{provider} cannot show `{scenario}`: {reason}")]
    NoSuchLife {
        /// The provider's id.
        provider: String,
        /// What was asked for.
        scenario: String,
        /// Which evidence is missing.
        reason: String,
        /// What it can show.
        known: Vec<String>,
    },
}

/// A server on this machine that answers like a provider, over the life of each job.
#[derive(Debug)]
pub struct Mock {
    server: MockServer,
    world: Shared,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<World>>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Mock {
    /// A mock server of this provider, with the usual settings: every job has the life `happy`.
    pub fn builder(provider: Arc<Provider>, evidence: Evidence) -> MockBuilder {
        let (scenario, log) = ("happy".to_owned(), Box::new(|_: &str| {}));
        MockBuilder { provider, evidence, scenario, key: None, delay: Duration::ZERO, log }
    }

    /// Its address, without a path: `http://127.0.0.1:4010`.
    pub fn uri(&self) -> String {
        self.server.uri()
    }

    /// What a client takes for the provider's base address.
    pub fn base_url(&self) -> String {
        self.world.with(|world| world.base_url())
    }

    /// Those of [`LIVES`] that there is evidence for.
    pub fn lives(&self) -> Vec<&'static str> {
        self.world.with(|world| world.lives().composed().collect())
    }

    /// The names of the scenarios, each of which is a life too.
    pub fn scenarios(&self) -> Vec<String> {
        self.world.with(|world| world.lives().scenarios().map(str::to_owned).collect())
    }

    /// The states before the end that no evidence shows; the lives skip them.
    pub fn skipped(&self) -> Vec<State> {
        self.world.with(|world| world.lives().skipped().collect())
    }

    /// The scenario that shows how a wrong key is refused; `None` if there is none, and a plain HTTP 401 is given.
    pub fn refusal(&self) -> Option<String> {
        self.world.with(|world| world.refusal())
    }

    /// Whether documented addresses of files lead to other hosts, for which nothing is answered here.
    pub fn has_files_elsewhere(&self) -> bool {
        self.world.with(|world| world.lives().steps().any(|step| step.has_files_elsewhere()))
    }

    /// The request that makes a new job, if one is documented.
    pub fn create(&self) -> Option<String> {
        self.world.with(|world| world.create())
    }
}

impl MockBuilder {
    /// The life of jobs whose id and request say nothing else: one of [`LIVES`], or the name of a scenario.
    pub fn scenario(mut self, name: impl Into<String>) -> Self {
        self.scenario = name.into();
        self
    }

    /// Accepts this key only. Without it any key is accepted that does not begin with `wrong`.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Waits so long before each answer.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Is told about each request, in one line.
    pub fn log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Box::new(log);
        self
    }

    /// Starts it on this listener, which should be one of this machine only.
    ///
    /// # Errors
    /// If there is no evidence for the life that was asked for.
    pub async fn start(self, listener: TcpListener) -> Result<Mock, MockError> {
        let lives = Lives::of(&self.provider, &self.evidence);
        let usual = lives.named(&self.scenario).map_err(|reason| MockError::NoSuchLife {
            provider: self.provider.id().to_owned(),
            scenario: self.scenario.clone(),
            reason,
            known: lives.composed().map(str::to_owned).chain(lives.scenarios().map(str::to_owned)).collect(),
        })?;
        // Recording the requests would keep them all for ever.
        let server = MockServer::builder().listener(listener).disable_request_recording().start().await;
        let world = World::new(self, lives, usual, server.uri());
        let world = Shared(Arc::new(Mutex::new(world)));
        let dropped = |_: &Request| std::io::Error::new(std::io::ErrorKind::ConnectionReset, "dropped on demand");
        let drops = wiremock::Mock::given(WillDrop(world.clone())).respond_with_err(dropped).with_priority(1);
        drops.mount(&server).await;
        wiremock::Mock::given(any()).respond_with(world.clone()).mount(&server).await;
        Ok(Mock { server, world })
    }
}

/// Requests that are left without an answer: wiremock has another kind of mock for them.
struct WillDrop(Shared);

impl Match for WillDrop {
    fn matches(&self, request: &Request) -> bool {
        self.0.with(|world| world.drops(request))
    }
}

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        self.with(|world| world.answer(request))
    }
}
