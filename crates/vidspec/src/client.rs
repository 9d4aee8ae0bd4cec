//! Asking a provider over HTTP. The only module that touches the network.

use std::sync::Arc;
use std::time::{Duration, Instant};

use url::Url;

use crate::base_url::is_loopback;
use crate::credentials::Credentials;
use crate::judge::{Followup, Judgement, Question};
use crate::problem::{Problem, ProblemKind};
use crate::provider::Provider;
use crate::report::Check;
use crate::request::Request;
use crate::response::Response;
use crate::time::Timestamp;

mod builder;
mod download;
mod proxies;
mod tls;

pub use builder::{ClientBuilder, ClientError};
pub use download::{DownloadError, DownloadEvent, DownloadOptions, Downloaded, Target};

/// More hops than that are a loop.
const MOST_REDIRECTS: usize = 5;

/// Asks providers about jobs.
///
/// It sends only what definitions mark as a safe read. A key goes to the hosts that its definition names and nowhere else: a
/// redirect to another host is not followed. What a server echoes of the key is removed before anything looks at the answer.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use vidspec::{Catalogue, Client, Credentials, Surroundings};
///
/// let catalogue = Catalogue::builtin();
/// let job = catalogue.resolve("pictory:4a09edf9-d071-4847-bda5-8dea913d80fe", None)?;
/// let key = Credentials::find(&job.provider, |name| std::env::var(name).ok())?;
/// let question = job.question(&Surroundings::new(|name| std::env::var(name).ok()));
/// let check = Client::new()?.check(&question, &key).await;
/// match check.outcome {
///     Ok(report) => println!("{}", report.state),
///     Err(problem) => println!("no state: {problem}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// For addresses on this machine, which no proxy may see: plain HTTP is allowed there.
    local: reqwest::Client,
    tls: rustls::ClientConfig,
    /// The proxies that are used, as the environment names them.
    proxies: Arc<[Url]>,
    timeout: Duration,
    clock: Clock,
}

type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

impl Client {
    /// A client with the usual settings.
    ///
    /// # Errors
    /// If the environment holds settings that cannot be used.
    pub fn new() -> Result<Self, ClientError> {
        Self::builder().build()
    }

    /// A client with other settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Asks about one job: the status, and the address of its file where that takes a second request.
    pub async fn check(&self, question: &Question<'_>, credentials: &Credentials) -> Check {
        self.check_observed(question, credentials, |_, _| {}).await
    }

    /// The same, and shows each request and its answer to the caller, redirects apart. The answer holds no key; of the request
    /// [`Request::public_url`] is fit to be shown.
    pub async fn check_observed(
        &self,
        question: &Question<'_>,
        credentials: &Credentials,
        observe: impl FnMut(&Request, &Response),
    ) -> Check {
        self.check_within(None, question, credentials, observe).await
    }

    /// The same, given up once the patience for all its requests together has run out.
    pub(crate) async fn check_within(
        &self,
        patience: Option<Duration>,
        question: &Question<'_>,
        credentials: &Credentials,
        mut observe: impl FnMut(&Request, &Response),
    ) -> Check {
        let until = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut request = match question.request_at(credentials, self.now()) {
            Ok(request) => request,
            Err(problem) => return question.failed(problem, self.now()),
        };
        // In a block of its own: what is alive at an await makes the future larger, and there is one for each question under way.
        let followup = {
            let response = match self.ask(question.provider(), &mut request, until, &mut observe).await {
                Ok(response) => response,
                Err(Trouble { problem, http_status }) => {
                    return Check { http_status, ..question.failed(problem, self.now()) };
                }
            };
            match question.judge(&response) {
                Judgement::Final(check) => return check,
                Judgement::Ask(followup) => Box::new(followup),
            }
        };
        Box::pin(self.follow_up(followup, credentials, until, observe)).await
    }

    async fn follow_up(
        &self,
        followup: Box<Followup<'_>>,
        credentials: &Credentials,
        until: Option<Instant>,
        mut observe: impl FnMut(&Request, &Response),
    ) -> Check {
        let mut request = match followup.request_at(credentials, self.now()) {
            Ok(request) => request,
            Err(problem) => return followup.failed(problem),
        };
        match self.ask(followup.provider(), &mut request, until, &mut observe).await {
            Ok(response) => followup.judge(&response),
            Err(trouble) => followup.failed(trouble.problem),
        }
    }

    /// Sends the request; afterwards it is the one that was answered.
    async fn ask(
        &self,
        provider: &Provider,
        request: &mut Request,
        until: Option<Instant>,
        observe: &mut impl FnMut(&Request, &Response),
    ) -> Result<Response, Trouble> {
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(request, self.limit(until)).await?;
            let target = redirect(provider, request, &response);
            let http_status = Some(response.status);
            if let Some(url) = target.map_err(|problem| Trouble { problem, http_status })? {
                *request = request.redirected(url);
                continue;
            }
            observe(request, &response);
            return Ok(response);
        }
        let message = format!("redirected more than {MOST_REDIRECTS} times");
        Err(Problem::new(ProblemKind::UndocumentedResponse, message).into())
    }

    /// How long one request may take if all must be over by then.
    fn limit(&self, until: Option<Instant>) -> Duration {
        until.map_or(self.timeout, |until| self.timeout.min(until.saturating_duration_since(Instant::now())))
    }

    async fn send(&self, request: &Request, limit: Duration) -> Result<Response, Trouble> {
        let http = if is_loopback(request.public_url()) { &self.local } else { &self.http };
        let method = if request.method() == "POST" { reqwest::Method::POST } else { reqwest::Method::GET };
        let mut builder = with_headers(http.request(method, request.url()), request.headers()).timeout(limit);
        if let Some(body) = request.body() {
            builder = builder.body(body.to_owned());
        }
        let mut answer = builder.send().await.map_err(|error| trouble(error, request, limit))?;
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().iter().map(header).collect());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| trouble(error, request, limit))? {
            if body.len() + chunk.len() > request.body_limit() {
                let message = format!("HTTP {status} with a body of more than {} MiB", request.body_limit() >> 20);
                let problem = Problem::new(ProblemKind::UndocumentedResponse, message);
                return Err(Trouble { problem, http_status: Some(status) });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(request.receive(status, headers, body, self.now()))
    }

    /// The moment by the clock that stamps answers.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The library's error in our words, without the address, which may hold a key.
fn trouble(error: reqwest::Error, request: &Request, limit: Duration) -> Problem {
    let url = request.public_url();
    if error.is_timeout() {
        let message = format!("no whole answer from {} within {} s", host_and_port(url), limit.as_secs_f64());
        return Problem::new(ProblemKind::Timeout, message);
    }
    transport_problem(error, url)
}

/// A problem, and the HTTP status if there was an answer at all.
struct Trouble {
    problem: Problem,
    http_status: Option<u16>,
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self { problem, http_status: None }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// Adds headers that no trace shows: most carry no key, but none needs to stand there.
fn with_headers<'h>(
    builder: reqwest::RequestBuilder,
    headers: impl IntoIterator<Item = (&'h str, &'h str)>,
) -> reqwest::RequestBuilder {
    headers.into_iter().fold(builder, |builder, (name, value)| match reqwest::header::HeaderValue::from_str(value) {
        Ok(mut value) => {
            value.set_sensitive(true);
            builder.header(name, value)
        }
        Err(_) => builder.header(name, value),
    })
}

/// Trouble on the way, without the address, which may hold a key.
fn transport_problem(error: reqwest::Error, url: &Url) -> Problem {
    let what = if error.is_connect() { "no connection to" } else { "the connection broke with" };
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Problem::new(ProblemKind::Transport, format!("{what} {}: {cause}", host_and_port(url)))
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Where a redirect leads, if the answer is one.
fn location(here: &Url, response: &Response) -> Option<Url> {
    let moved = matches!(response.status, 301 | 302 | 303 | 307 | 308);
    here.join(response.header("location").filter(|_| moved)?).ok()
}

/// Where to ask instead, if the answer is a redirect. It is followed to the same host, and between the hosts of the provider: the
/// key belongs to them. A question by `POST` is never put anew.
fn redirect(provider: &Provider, request: &Request, response: &Response) -> Result<Option<Url>, Problem> {
    if request.method() != "GET" {
        return Ok(None);
    }
    let here = request.public_url();
    let Some(target) = location(here, response) else {
        return Ok(None);
    };
    if provider.may_pass_key(here, &target) {
        return Ok(Some(target));
    }
    let target = if target.has_host() { host_and_port(&target) } else { "another kind of address".to_owned() };
    let message =
        format!("HTTP {} to {target}, which was not followed: the key belongs to {}", response.status, host_and_port(here));
    Err(Problem::new(ProblemKind::UndocumentedResponse, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobId;

    /// What a server on a port of this machine cannot show: several hosts of one provider, by HTTPS.
    #[test]
    fn between_the_hosts_of_a_provider_a_redirect_is_followed() {
        let text = "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: https://api.example.com\n\
                    hosts: [api.example.com, \"*.files.example.com\"]\nauth: { style: bearer, env: [K] }\n\
                    status: { get: \"/{job_id}\", path: $.s, map: { a: queued } }\n";
        let provider = Provider::parse("acme.yaml", text).unwrap();
        let job_id = JobId::new("7").unwrap();
        let asked_at = |base: &str| {
            let question = provider.question(job_id.clone()).at(Url::parse(base).unwrap());
            question.request(&Credentials::new("the-key")).unwrap()
        };
        for (asked, location, followed) in [
            ("https://api.example.com", "https://eu.files.example.com/7", true),
            ("https://api.example.com", "https://api.example.com/other", true),
            ("https://eu.files.example.com", "https://api.example.com/7", true),
            ("https://api.example.com", "http://eu.files.example.com/7", false),
            ("https://api.example.com", "https://files.example.com/7", false),
            ("https://api.example.com", "https://api.example.com:8443/7", false),
            ("https://gateway.test", "https://api.example.com/7", false),
            ("https://gateway.test", "https://gateway.test/7", true),
        ] {
            let answer = Response::new(302, "").with_header("location", location);
            let target = redirect(&provider, &asked_at(asked), &answer);
            assert_eq!(target.is_ok_and(|target| target.is_some()), followed, "{asked} to {location}");
        }
    }

    /// The allocator has a quick way for what is smaller than about a kilobyte.
    #[test]
    fn a_question_under_way_takes_little_memory() {
        let text = "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: https://api.example.com\n\
                    auth: { style: bearer, env: [K] }\nstatus: { get: \"/{job_id}\", path: $.s, map: { a: queued } }\n";
        let provider = Provider::parse("acme.yaml", text).unwrap();
        let (client, key) = (Client::new().unwrap(), Credentials::new("the-key"));
        let question = provider.question(JobId::new("7").unwrap());
        assert!(size_of_val(&client.check(&question, &key)) < 1024);
    }
}
