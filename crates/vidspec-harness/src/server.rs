//! A loopback server that answers as a scenario documents it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use url::Url;
use vidspec::{Check, Question};
use wiremock::http::{HeaderName, HeaderValue};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::scenario::{Exchange, Scenario};

/// A loopback server that answers as a scenario documents it.
pub struct ReplayServer {
    server: MockServer,
}

/// Answers each request with the next exchange, and goes on with the last one.
struct Script {
    exchanges: Arc<[Exchange]>,
    next: AtomicUsize,
}

impl Respond for Script {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(exchange) = self.exchanges.get(next).or(self.exchanges.last()) else {
            return ResponseTemplate::new(500);
        };
        exchange.answer_with(exchange.body.clone())
    }
}

impl Exchange {
    /// Why this cannot be answered over HTTP, if it cannot.
    pub(crate) fn complaint(&self) -> Option<String> {
        if !(200..=999).contains(&self.http) {
            return Some(format!("http: expected a status from 200 to 999, found {}", self.http));
        }
        let fits = |(name, value): &&(String, String)| {
            HeaderName::try_from(name.as_str()).is_ok() && HeaderValue::try_from(value.as_str()).is_ok()
        };
        let misfit = self.headers.iter().find(|header| !fits(header))?;
        Some(format!("headers: expected a header, found `{}: {}`", misfit.0, misfit.1))
    }

    /// The answer, with this body.
    pub(crate) fn answer_with(&self, body: Vec<u8>) -> ResponseTemplate {
        let answer = ResponseTemplate::new(self.http).set_body_bytes(body);
        self.headers.iter().fold(answer, |answer, (name, value)| answer.insert_header(name.as_str(), value.as_str()))
    }
}

impl ReplayServer {
    /// Starts it.
    pub async fn start(scenario: &Scenario) -> Self {
        let server = MockServer::start().await;
        let script = Script { exchanges: scenario.exchanges.as_slice().into(), next: AtomicUsize::new(0) };
        Mock::given(any()).respond_with(script).mount(&server).await;
        Self { server }
    }

    /// The same question, put to this server instead of the provider, whatever the provider's address is.
    ///
    /// # Panics
    /// Never: a server that listens has an address.
    pub fn redirect<'p>(&self, question: &Question<'p>) -> Question<'p> {
        #[expect(clippy::expect_used, reason = "scheme, address and port of a socket that listens")]
        let mut here = Url::parse(&self.server.uri()).expect("the address of a server is one");
        // Joined, a path that begins with `//` would be the name of another host.
        here.set_path(question.base_url().map(Url::path).unwrap_or_default());
        question.clone().at(here)
    }

    /// Puts the provider's own address where the report names this server.
    pub fn restore(&self, question: &Question<'_>, check: &mut Check) {
        let Some(real) = question.base_url().map(|url| url.origin().ascii_serialization()) else { return };
        let urls = check.outcome.iter_mut().flat_map(|report| &mut report.outputs).filter_map(|output| output.url.as_mut());
        for url in urls {
            if let Some(path) = url.strip_prefix(&self.server.uri()) {
                *url = format!("{real}{path}");
            }
        }
    }

    /// What has arrived so far.
    pub(crate) async fn received(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap_or_default()
    }
}
