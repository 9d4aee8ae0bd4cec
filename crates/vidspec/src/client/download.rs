//! Getting the file of a completed job.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Client;
use super::builder::http;
use crate::credentials::Credentials;
use crate::judge::Question;
use crate::output::Output;
use crate::problem::Problem;

mod address;
mod error;
mod fetch;
mod inside;
mod kind;
mod name;
mod options;
mod part;
mod resolver;
mod sink;
mod version;

pub use error::DownloadError;
pub use options::DownloadOptions;

use address::{Admitted, Gate};
use fetch::{Fault, Fetcher};
use resolver::GuardedResolver;
use sink::Sink;
use version::Version;

/// A server that asks to wait longer than that is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Where a file goes.
pub enum Target<'t> {
    /// A file of this name.
    File(&'t Path),
    /// A file in this folder, of this name and the ending that its content calls for.
    Folder {
        /// The folder, which must exist.
        folder: &'t Path,
        /// The name without an ending, such as [`Output::file_stem`] makes.
        stem: &'t str,
    },
    /// Standard output, for example. What was passed on cannot be taken back if the connection breaks for good.
    Writer(&'t mut (dyn Write + Send)),
}

/// What has become of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// Where it is, unless it was passed on.
    pub path: Option<PathBuf>,
    /// Its size.
    pub bytes: u64,
    /// Such as `video/mp4`: as its first bytes show, or else as the provider says.
    pub media_type: Option<String>,
}

/// What happens while a file arrives.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadEvent<'e> {
    /// So much has arrived. The number can fall: a server that cannot go on begins anew.
    Received {
        /// Bytes so far, with those of an earlier run.
        bytes: u64,
        /// Of how many, where the server says so.
        total: Option<u64>,
    },
    /// An attempt failed, and another one follows.
    Retrying {
        /// Why.
        problem: &'e Problem,
        /// When.
        pause: Duration,
    },
    /// The address had expired, and the provider named a fresh one.
    Renewed,
    /// All has arrived and is safe on the disk; the next step gives the file its name, unless another file has just taken it.
    Whole(&'e Downloaded),
}

impl Client {
    /// Fetches a file of a completed job.
    ///
    /// It arrives beside its final name and takes that name when it is whole, is what it should be, and is on the disk. What
    /// breaks off is gone on from if the server still has the same version, also by a later call. An address that has expired is
    /// asked for once more. A file that stands in the answer itself is decoded.
    ///
    /// The key goes along only where the definition says so and only to the host that was asked about the job, on every hop.
    /// `event` is told what happens. Dropping the future ends it; a later call can go on.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use vidspec::{Catalogue, Client, Credentials, DownloadOptions, Target};
    ///
    /// let catalogue = Catalogue::builtin();
    /// let job = catalogue.resolve("pictory:4a09edf9-d071-4847-bda5-8dea913d80fe", None)?;
    /// let key = Credentials::find(&job.provider, |name| std::env::var(name).ok())?;
    /// let (client, question) = (Client::new()?, job.provider.question(job.job_id));
    ///
    /// let check = client.check(&question, &key).await;
    /// let report = check.outcome?;
    /// for output in report.main_outputs() {
    ///     let stem = output.file_stem(&check.job, &report.outputs);
    ///     let target = Target::Folder { folder: ".".as_ref(), stem: &stem };
    ///     let done = client.download(&question, &key, output, target, DownloadOptions::default(), |_| {}).await?;
    ///     println!("{:?}", done.path);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`DownloadError`]. Nothing stands under the final name then that was not there before.
    ///
    /// # Panics
    /// Outside of a Tokio runtime, as all that this client does over the network.
    pub async fn download(
        &self,
        question: &Question<'_>,
        credentials: &Credentials,
        output: &Output,
        target: Target<'_>,
        options: DownloadOptions,
        mut event: impl FnMut(DownloadEvent<'_>),
    ) -> Result<Downloaded, DownloadError> {
        if let Some(file) = output.inline() {
            let mut sink = Sink::open(target, output, question.reference().to_string(), options.force)?;
            sink.fill(file.reader())?;
            return sink.finish(event).await;
        }
        let fetcher = self.fetcher(question, credentials, output, options)?;
        let mut address = fetcher.gate.first(output)?;
        let source = format!("{} {}", question.reference(), without_query(&address));
        let mut sink = Sink::open(target, output, source, options.force)?;
        let (mut failed, mut furthest, mut renewed) = (0, sink.written(), false);
        loop {
            match attempt(&fetcher, &address, &mut sink, &mut event).await {
                Ok(()) => return sink.finish(event).await,
                Err(Fault::Passing(problem)) => {
                    failed = if sink.written() > furthest { 1 } else { failed + 1 };
                    furthest = furthest.max(sink.written());
                    let asked =
                        problem.retry_after_seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
                    let pause = options.pause(failed).max(asked.unwrap_or_default());
                    if failed >= options.attempts || pause > LONGEST_PAUSE {
                        return Err(problem.into());
                    }
                    event(DownloadEvent::Retrying { problem: &problem, pause });
                    tokio::time::sleep(pause).await;
                }
                Err(Fault::Stale(error)) => {
                    let fresh = if renewed { None } else { self.fresh(question, credentials, output).await? };
                    let fresh = fresh.map(|output| fetcher.gate.first(&output)).transpose()?;
                    let Some(fresh) = fresh.filter(|fresh| *fresh != address) else { return Err(error) };
                    if without_query(&fresh) != without_query(&address) {
                        // It may be another file, of which what is there is no part.
                        sink.empty(Version::default())?;
                    }
                    (address, renewed) = (fresh, true);
                    event(DownloadEvent::Renewed);
                }
                Err(Fault::Final(error)) => return Err(error),
            }
        }
    }

    /// Asks about the job anew: the address that takes the place of this one, if there is one.
    async fn fresh(
        &self,
        question: &Question<'_>,
        credentials: &Credentials,
        output: &Output,
    ) -> Result<Option<Output>, DownloadError> {
        let report = self.check(question, credentials).await.outcome?;
        let path = |output: &Output| output.url.as_deref().and_then(|url| url.split(['?', '#']).next()).map(str::to_owned);
        let mut candidates: Vec<_> = report.outputs.into_iter().filter(|other| other.role == output.role).collect();
        if candidates.len() > 1 {
            candidates.retain(|other| path(other) == path(output));
        }
        Ok(candidates.into_iter().next())
    }

    fn fetcher<'d>(
        &self,
        question: &'d Question<'d>,
        credentials: &'d Credentials,
        output: &Output,
        options: DownloadOptions,
    ) -> Result<Fetcher<'d>, DownloadError> {
        let gate = Gate { question, key_needed: output.key_needed, allow_private: options.allow_private };
        // A file is saved as it is sent: decompressing it would make its size and its ranges meaningless.
        let plain = || http(self.tls.clone()).no_gzip();
        let setup = |error: reqwest::Error| DownloadError::Refused(format!("the HTTP client cannot be set up: {error}"));
        let local = plain().no_proxy().build().map_err(setup)?;
        // A proxy looks names up itself, as the network's own gate; it is not asked about all of them.
        let http = if self.proxies.is_empty() { plain().no_proxy() } else { plain() };
        let chosen = question.base_url().into_iter().chain(self.proxies.iter());
        let trusted = chosen.filter_map(|url| url.host_str().map(str::to_owned)).collect();
        let http = if options.allow_private { http } else { http.dns_resolver(GuardedResolver { trusted }) };
        Ok(Fetcher { http: http.build().map_err(setup)?, local, gate, credentials, patience: options.patience })
    }
}

/// Asks for what is missing, and passes it on as it arrives.
async fn attempt(
    fetcher: &Fetcher<'_>,
    address: &Admitted,
    sink: &mut Sink<'_>,
    event: &mut impl FnMut(DownloadEvent<'_>),
) -> Result<(), Fault> {
    let from = sink.written();
    let validator = sink.version().validator.clone().filter(|_| from > 0);
    let rest = validator.as_deref().map(|validator| (from, validator));
    let mut answer = fetcher.ask(address, rest).await?;
    match answer.head.status {
        200 => sink.begin(&answer.head)?,
        206 if rest.is_some() && sink.version().is_continued_by(&answer.head, from) => {}
        status => {
            sink.empty(Version::default())?;
            let message = format!("HTTP {status} with another part of the file than was asked for");
            return Err(Fault::Passing(Problem::new(crate::ProblemKind::UndocumentedResponse, message)));
        }
    }
    let total = sink.version().total;
    event(DownloadEvent::Received { bytes: sink.received(), total });
    while let Some(bytes) = answer.body.next().await? {
        sink.write(bytes.as_ref())?;
        event(DownloadEvent::Received { bytes: sink.received(), total });
    }
    match total {
        Some(total) if sink.received() != total => Err(answer.body.broken_off(sink.received(), total)),
        _ => Ok(()),
    }
}

/// What stays the same when an address is signed anew.
fn without_query(address: &Admitted) -> String {
    let mut url = address.url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::resolver::LeadsInside;
    use super::*;
    use crate::{JobId, Provider};

    /// The environment may name a proxy for one scheme, or except hosts: for all others this process looks names up itself.
    #[tokio::test]
    async fn beside_a_proxy_names_are_guarded_too() {
        if !crate::client::proxies::proxies().is_ok_and(|named| named.is_empty()) {
            eprintln!("not tested: the environment names a proxy");
            return;
        }
        let text = "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: https://api.example.com\n\
                    auth: { style: bearer, env: [K] }\nstatus: { get: \"/{job_id}\", path: $.s, map: { a: completed } }\n";
        let acme = Provider::parse("acme.yaml", text).unwrap();
        let question = acme.question(JobId::new("1").unwrap());
        let output = Output {
            role: crate::Role::Video,
            url: None,
            content: None,
            media_type: None,
            expires_at: None,
            lifetime_seconds: None,
            key_needed: false,
            fetchable: true,
        };
        let client = Client {
            proxies: [url::Url::parse("http://proxy.example:3128").unwrap()].into(),
            ..Client::builder().without_proxy().build().unwrap()
        };
        for (allow, refused) in [(false, true), (true, false)] {
            let options = DownloadOptions::default().allow_private(allow);
            let key = Credentials::new("the-key");
            let fetcher = client.fetcher(&question, &key, &output, options).unwrap();
            // Nobody listens there; it is the name that matters.
            let error = fetcher.http.get("http://localhost:1/").send().await.unwrap_err();
            assert_eq!(LeadsInside::among_causes(&error).is_some(), refused, "{error:?}");
        }
    }
}
