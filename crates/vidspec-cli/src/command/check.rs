//! `vidspec check`

use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;

use futures_util::{StreamExt as _, stream};
use vidspec::{Client, DownloadOptions, Request, Resolved, Response, State, Timestamp};
use vidspec_harness::{Evidence, Recorder};

use super::answered::Answered;
use super::download::{Destination, Fetched, Files, Selection};
use super::replay;
use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::progress::Bars;
use crate::output::text::{self, Hints};
use crate::output::{explain, print, table, visible};
use crate::session::{self, Found, Session};

/// How many jobs are asked about at the same time: enough to be quick, few enough for the limits of one account.
const AT_ONCE: usize = 16;

struct Asking<'a> {
    args: &'a args::Check,
    session: Session<'a>,
}

pub(crate) fn run(args: &args::Check) -> Result<ExitCode, CliError> {
    let Found { jobs, many, mut codes } = session::find(&args.jobs, &args.folders)?;
    if jobs.is_empty() {
        return Ok(ExitCode::of_all(codes));
    }
    let builder = Client::builder().timeout(args.timeout);
    let session = match args.replay {
        Some(_) => Session::local(&args.connection, builder.clock(replay::clock(&jobs))),
        None => Session::open(&args.connection, &jobs, builder),
    };
    let asking = Asking { args, session: session? };
    codes.extend(session::runtime()?.block_on(asking.all(jobs, many)));
    Ok(ExitCode::of_all(codes))
}

impl Asking<'_> {
    /// Asks about all jobs, several at once, and prints in the order in which they were named.
    async fn all(&self, jobs: Vec<Resolved>, many: bool) -> Vec<ExitCode> {
        let mut answers = stream::iter(jobs).map(|job| self.one(job)).buffered(AT_ONCE);
        let mut codes = Vec::new();
        let mut answered = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(answer) => {
                    codes.push(ExitCode::of_check(&answer.check, self.args.exit_status));
                    codes.extend(answer.recorded.as_ref().and_then(tell_recorded));
                    self.print_at_once(&answer);
                    if !self.args.raw && self.args.output != Form::Ndjson {
                        answered.push(answer);
                    }
                }
                Err(error) => codes.push(error.print()),
            }
        }
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
            ledger: None,
        };
        let mut codes = Vec::new();
        for Answered { job, check, .. } in answered.iter().filter(|answered| answered.check.state() == State::Completed) {
            let question = self.session.question(job);
            let fetched = files.of_check(&question, &self.session.key(&job.provider), check).await;
            for one in &fetched {
                one.print_at_once(Form::Text);
            }
            codes.extend(fetched.iter().map(Fetched::code));
        }
        codes
    }

    async fn one(&self, job: Resolved) -> Result<Answered, CliError> {
        let Session { client, .. } = &self.session;
        if let Some(name) = &self.args.replay {
            return replay::ask(client, job, name.as_deref()).await;
        }
        let question = self.session.question(&job);
        let mut bodies = Vec::new();
        let key = self.session.key(&job.provider);
        let mut recorder = self.args.record.as_ref().map(|_| Recorder::new(&question));
        let observe = |request: &Request, response: &Response| {
            if self.args.raw || self.args.explain {
                bodies.push(response.clone());
            }
            if let Some(recorder) = &mut recorder {
                recorder.add(request, response);
            }
        };
        let check = match &key {
            Ok(key) => client.check_observed(&question, key, observe).await,
            Err(problem) => question.failed(problem.clone(), Timestamp::now()),
        };
        let explained = if self.args.explain { vidspec_harness::explain(&question, &bodies) } else { Vec::new() };
        let explanations = explained.into_iter().flat_map(|explained| explained.explanations).collect();
        let asked_at = question.base_url().cloned();
        let recorded = recorder.zip(self.args.record.as_ref()).map(|(recorder, folder)| {
            let written = recorder.write(folder, &check);
            written.map_err(|error| CliError::new(format!("nothing can be recorded in {}: {error}", folder.display())))
        });
        Ok(Answered { job, check, bodies, explanations, asked_at, announcement: None, recorded })
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
        }
    }
}

/// Where an exchange was kept, or why not.
fn tell_recorded(recorded: &Result<Option<PathBuf>, CliError>) -> Option<ExitCode> {
    let told = match recorded {
        Ok(Some(file)) => format!("recorded in {}; look through it before you share it", file.display()),
        Ok(None) => "nothing is recorded: there was no answer".to_owned(),
        Err(error) => return Some(error.print()),
    };
    let _ = writeln!(anstream::stderr(), "{}", visible(&told));
    None
}

/// The bodies as they were received, and the conclusion beside them.
fn print_raw(answered: &Answered) {
    let mut stdout = std::io::stdout().lock();
    for response in &answered.bodies {
        let _ = stdout.write_all(&response.body);
        if !response.body.ends_with(b"\n") && stdout.is_terminal() {
            let _ = stdout.write_all(b"\n");
        }
    }
    let _ = writeln!(anstream::stderr(), "{}", text::row(&answered.check).join("  "));
}
