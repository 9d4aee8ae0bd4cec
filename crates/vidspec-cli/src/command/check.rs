//! `vidspec check`

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};

use futures_util::stream::{self, LocalBoxStream, StreamExt as _};
use vidspec::{Check, Client, DownloadOptions, Provider, Question, Request, Resolved, Response, State};
use vidspec_harness::Evidence;

use super::answered::Answered;
use super::download::{Destination, Fetched, Files, Selection};
use super::exchanges::{Exchanges, Kept};
use super::{recorded, replay};
use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::progress::{Bars, Count};
use crate::output::text::{self, Hints, quoted};
use crate::output::{explain, print, printed, table, visible};
use crate::session::{self, Found, Session};

/// How many jobs are asked about at the same time; each provider has a limit of its own.
const AT_ONCE: usize = 64;

struct Asking<'a> {
    args: &'a args::Check,
    session: Session,
}

pub(crate) fn run(args: &args::Check) -> Result<ExitCode, CliError> {
    let Found { jobs, many, mut codes } = session::find(&args.jobs, &args.folders)?;
    if jobs.is_empty() {
        return Ok(ExitCode::of_all(codes));
    }
    let builder = Client::builder().timeout(args.timeout);
    let session = match args.replay {
        Some(_) => Session::local(builder.clock(replay::clock(&jobs))),
        None => Session::open(&args.connection, &jobs, builder),
    };
    let asking = Asking { args, session: session? };
    codes.extend(session::runtime()?.block_on(asking.all(jobs, many)));
    Ok(ExitCode::of_all(codes))
}

impl Asking<'_> {
    /// Asks about all jobs, several at once, and prints in the order in which they were named.
    async fn all(&self, jobs: Vec<Resolved>, many: bool) -> Vec<ExitCode> {
        let count = Count::new("checked", jobs.len());
        let mut answers = std::pin::pin!(self.answers(&jobs));
        // Answers that came before that of a job named earlier.
        let mut early: BTreeMap<usize, Result<Answered, CliError>> = BTreeMap::new();
        let mut codes = Vec::new();
        let mut answered = Vec::new();
        let mut next = 0;
        while let Some((index, answer)) = answers.next().await {
            count.one_more();
            early.insert(index, answer);
            while let Some(answer) = early.remove(&next) {
                next += 1;
                match answer {
                    Ok(answer) => {
                        codes.push(ExitCode::of_check(&answer.check, self.args.exit_status));
                        count.aside(|| {
                            codes.extend(answer.recorded.as_ref().and_then(recorded::tell));
                            self.print_at_once(&answer);
                        });
                        if !self.args.raw && self.args.output != Form::Ndjson {
                            answered.push(answer);
                        }
                    }
                    Err(error) => codes.push(count.aside(|| error.print())),
                }
            }
        }
        drop(count);
        self.print_together(&answered, many);
        if self.args.download {
            codes.extend(self.download(&answered).await);
        }
        codes
    }

    /// Fetches the files of the jobs that are completed.
    async fn download(&self, answered: &[Answered]) -> Vec<ExitCode> {
        let files = Files {
            session: &self.session,
            selection: Selection::Main,
            destination: Destination::here(),
            options: DownloadOptions::default().patience(self.args.timeout),
            bars: Bars::new(),
            reach: session::options(&self.args.connection, &self.args.folders),
            ledger: None,
        };
        let mut codes = Vec::new();
        for Answered { job, check, .. } in answered.iter().filter(|answered| answered.check.state() == State::Completed) {
            let question = self.session.question(job);
            let fetched = files.of_check(&question, &self.session.key(&job.provider), check).await;
            let again = format!("vidspec download {}{}", quoted(&check.job.to_string()), files.reach);
            for one in &fetched {
                one.print_after_check(&again);
            }
            codes.extend(fetched.iter().map(Fetched::code));
        }
        codes
    }

    /// The answers as they come, each with the place of its job.
    fn answers<'j>(&'j self, jobs: &'j [Resolved]) -> LocalBoxStream<'j, (usize, Result<Answered, CliError>)> {
        let client = &self.session.client;
        if let Some(name) = &self.args.replay {
            let ask = move |(index, job): (usize, &'j Resolved)| {
                let job = job.clone();
                async move { (index, replay::ask(client, job, name.as_deref()).await) }
            };
            return Box::pin(stream::iter(jobs.iter().enumerate()).map(ask).buffer_unordered(AT_ONCE));
        }
        let questions: Vec<_> = jobs.iter().map(|job| self.session.question(job)).collect();
        let exchanges = Exchanges::new(&questions, self.args.raw || self.args.explain, self.args.record.is_some());
        let observed = exchanges.clone();
        let observe = move |job: usize, request: &Request, response: &Response| observed.add(job, request, response);
        let key = |provider: &Provider| self.session.key(provider);
        let checks = client.check_all_observed(questions.clone(), &key, AT_ONCE, observe);
        let answered = move |(index, check)| {
            let (job, question) = (jobs.get(index)?, questions.get(index)?);
            Some((index, Ok(self.answered(job, question, check, exchanges.take(index)))))
        };
        Box::pin(checks.filter_map(move |checked| std::future::ready(answered(checked))))
    }

    fn answered(&self, job: &Resolved, question: &Question<'_>, check: Check, kept: Kept) -> Answered {
        let recorded = kept.recorder.zip(self.args.record.as_ref());
        let recorded = recorded.map(|(recorder, folder)| recorded::outcome(recorder.write(folder, &check), folder));
        let (bodies, asked_at) = (kept.bodies.unwrap_or_default(), question.base_url().cloned());
        let explained = if self.args.explain { vidspec_harness::explain(question, &bodies) } else { Vec::new() };
        let explanations = explained.into_iter().flat_map(|explained| explained.explanations).collect();
        Answered { job: job.clone(), check, bodies, explanations, asked_at, announcement: None, recorded }
    }

    /// What needs not wait for the other jobs.
    fn print_at_once(&self, answered: &Answered) {
        if let Some(announcement) = &answered.announcement {
            let _ = writeln!(anstream::stderr(), "{announcement}");
        }
        if self.args.explain && (self.args.raw || self.args.output == Form::Text) {
            let steps: String = answered.explanations.iter().map(explain::steps).collect();
            let _ = write!(anstream::stderr(), "{}: {steps}", visible(&answered.check.job.to_string()));
        }
        if self.args.raw {
            print_raw(answered);
        } else if self.args.output == Form::Ndjson {
            print(&format!("{}\n", self.document(answered)));
        }
    }

    fn print_together(&self, answered: &[Answered], many: bool) {
        match self.args.output {
            Form::Ndjson => {}
            _ if self.args.raw => {}
            Form::Json => {
                let documents = answered.iter().map(|answered| self.document(answered));
                let documents = documents.collect::<Vec<_>>().join(",\n");
                print(&if many { format!("[\n{documents}\n]\n") } else { format!("{documents}\n") });
            }
            Form::Text if many => {
                let rows = answered.iter().map(|answered| text::row(&answered.check)).collect();
                print(&table(&text::COLUMNS, rows));
            }
            Form::Text => answered.iter().for_each(|answered| print(&text::report(&answered.check, &self.hints(answered)))),
        }
    }

    /// The report as JSON, with how it came about where that is asked for.
    fn document(&self, answered: &Answered) -> String {
        let explanation = self.args.explain.then_some(&*answered.explanations);
        explain::document(Some(&answered.check), explanation, self.args.output == Form::Json)
    }

    /// What the advice at the end of a report needs to know.
    fn hints<'h>(&'h self, answered: &'h Answered) -> Hints<'h> {
        Hints {
            provider: &answered.job.provider,
            asked_at: answered.asked_at.as_ref(),
            options: session::options(&self.args.connection, &self.args.folders),
            replayed: answered.announcement.is_some(),
            has_evidence: Evidence::is_builtin(answered.job.provider.id()),
            saves: self.args.download,
        }
    }
}

/// The bodies as they were received, and the conclusion beside them.
fn print_raw(answered: &Answered) {
    let mut stdout = std::io::stdout().lock();
    for response in &answered.bodies {
        let needs_an_end = !response.body.ends_with(b"\n") && stdout.is_terminal();
        let end: &[u8] = if needs_an_end { b"\n" } else { b"" };
        printed(stdout.write_all(&response.body).and_then(|()| stdout.write_all(end)).and_then(|()| stdout.flush()));
    }
    let _ = writeln!(anstream::stderr(), "{}", text::row(&answered.check).join("  "));
}
