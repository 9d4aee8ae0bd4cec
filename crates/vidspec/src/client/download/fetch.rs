//! Asking for a file: redirects, the key, and what the answer means.

use std::time::Duration;

use url::Url;

use super::address::{Admitted, Gate, host};
use super::error::DownloadError;
use super::resolver::LeadsInside;
use crate::base_url::is_loopback;
use crate::client::{MOST_REDIRECTS, location, transport_problem, with_headers};
use crate::credentials::Credentials;
use crate::problem::{Problem, ProblemKind};
use crate::request::Request;
use crate::response::Response;
use crate::time::Timestamp;

/// Why an attempt gave no whole file.
#[derive(Debug)]
pub(super) enum Fault {
    /// It may be better in a moment.
    Passing(Problem),
    /// The address gives the file no longer; a fresh one may.
    Stale(DownloadError),
    /// Nothing can be done.
    Final(DownloadError),
}

impl From<DownloadError> for Fault {
    fn from(error: DownloadError) -> Self {
        Self::Final(error)
    }
}

/// Asks servers for files.
pub(super) struct Fetcher<'d> {
    pub(super) http: reqwest::Client,
    pub(super) local: reqwest::Client,
    pub(super) gate: Gate<'d>,
    pub(super) credentials: &'d Credentials,
    /// How long a server may be silent.
    pub(super) patience: Duration,
}

/// An answer that holds the file or a part of it: its head, and the body yet to be read.
pub(super) struct Answer {
    pub(super) head: Response,
    pub(super) body: Body,
}

/// A body as it arrives.
pub(super) struct Body {
    answer: reqwest::Response,
    from: Url,
    patience: Duration,
}

impl Fetcher<'_> {
    /// Asks for the file, or for what comes after its first bytes if it is still the version of this validator.
    pub(super) async fn ask(&self, address: &Admitted, rest: Option<(u64, &str)>) -> Result<Answer, Fault> {
        let mut address = address.clone();
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.send(&address, rest).await?;
            match location(&address.url, &answer.head) {
                Some(target) => address = self.gate.next(&address, target)?,
                None => return usable(answer, &address),
            }
        }
        Err(Fault::Final(DownloadError::Refused(format!("redirected more than {MOST_REDIRECTS} times"))))
    }

    async fn send(&self, address: &Admitted, rest: Option<(u64, &str)>) -> Result<Answer, Fault> {
        let request = if address.with_key {
            let (url, now) = (address.url.clone(), Timestamp::now());
            let request = self.gate.question.request_for_file(url, self.credentials, now).map_err(DownloadError::from)?;
            Some(request.redirected(address.url.clone()))
        } else {
            None
        };
        let url = request.as_ref().map_or_else(|| address.url.clone(), Request::url);
        let http = if is_loopback(&url) { &self.local } else { &self.http };
        let own = request.iter().flat_map(Request::headers).filter(|(name, _)| !name.eq_ignore_ascii_case("accept"));
        let plain = [("accept", "*/*"), ("accept-encoding", "identity")];
        let mut builder = with_headers(http.get(url), own.chain(plain));
        if let Some((from, validator)) = rest {
            builder = builder.header("range", format!("bytes={from}-")).header("if-range", validator);
        }
        let answer = within(self.patience, &address.url, builder.send()).await?;
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().iter().map(header).collect());
        let received_at = Timestamp::now();
        let head = match &request {
            Some(request) => request.receive(status, headers, Vec::new(), received_at),
            None => Response { status, headers, body: Vec::new(), received_at },
        };
        Ok(Answer { head, body: Body { answer, from: address.url.clone(), patience: self.patience } })
    }
}

impl Body {
    /// The next bytes; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Fault> {
        within(self.patience, &self.from, self.answer.chunk()).await
    }

    /// What it means that the body ended too early.
    pub(super) fn broken_off(&self, received: u64, total: u64) -> Fault {
        let message = format!("{} of {total} bytes arrived from {}", received, host(&self.from));
        Fault::Passing(Problem::new(ProblemKind::Transport, message))
    }
}

/// Waits for a server, but not for ever.
async fn within<T>(patience: Duration, url: &Url, work: impl Future<Output = reqwest::Result<T>>) -> Result<T, Fault> {
    let Ok(done) = tokio::time::timeout(patience, work).await else {
        let message = format!("nothing from {} for {} s", host(url), patience.as_secs_f64());
        return Err(Fault::Passing(Problem::new(ProblemKind::Timeout, message)));
    };
    done.map_err(|error| match LeadsInside::among_causes(&error) {
        Some(LeadsInside(host)) => Fault::Final(DownloadError::Private(host.clone())),
        None => Fault::Passing(transport_problem(error, url)),
    })
}

/// Sorts the answers that hold a file from those that refuse it.
fn usable(answer: Answer, address: &Admitted) -> Result<Answer, Fault> {
    let status = answer.head.status;
    // 416: the server has no such part; then the whole is asked for.
    if matches!(status, 200 | 206 | 416) {
        return Ok(answer);
    }
    let kind = ProblemKind::of_http_status(status).unwrap_or(ProblemKind::UndocumentedResponse);
    let message = format!("HTTP {status} from {} instead of the file", host(&address.url));
    let refused_key = address.with_key && matches!(kind, ProblemKind::Unauthorized | ProblemKind::Forbidden);
    let problem =
        Problem { retry_after_seconds: crate::judge::retry_after_header(&answer.head), ..Problem::new(kind, message.as_str()) };
    Err(match kind {
        _ if refused_key => Fault::Stale(DownloadError::Problem(problem)),
        ProblemKind::Unauthorized | ProblemKind::Forbidden | ProblemKind::NotFound | ProblemKind::Gone => {
            Fault::Stale(DownloadError::Gone(message))
        }
        ProblemKind::RateLimited | ProblemKind::Timeout | ProblemKind::ProviderUnavailable => Fault::Passing(problem),
        _ => Fault::Final(DownloadError::Refused(message)),
    })
}
