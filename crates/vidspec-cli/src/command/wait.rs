//! `vidspec wait`

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;
use vidspec::{Client, Credentials, Ending, Event, EventKind, JobReference, Question, Resolved, State, WaitJob, WaitOptions};
use vidspec_harness::{QuickClock, ReplayServer};

use super::replay;
use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::journal::{History, Journal};
use crate::output::wait::{Display, line};
use crate::session::{self, Found, Session};

mod hook;
mod pace;
mod told;

use pace::Chosen;
use told::Told;

pub(crate) fn run(args: &args::Wait) -> Result<ExitCode, CliError> {
    let chosen = pace::choose(args)?;
    let Found { jobs, many, mut codes } = session::find(&args.jobs, &args.folders)?;
    let jobs = unique(jobs);
    if jobs.is_empty() {
        return Ok(ExitCode::of_all(codes));
    }
    let session = match args.replay {
        Some(_) => Session::local(&args.connection, Client::builder().clock(replay::clock(&jobs)))?,
        None => Session::open(&args.connection, &jobs, Client::builder())?,
    };
    if args.verbose {
        chosen.tell(&jobs);
    }
    let (journal, history) = match &args.journal {
        Some(path) => Journal::open(path).map(|(journal, history)| (Some(journal), history))?,
        None => (None, History::default()),
    };
    let hooks_at_once = Arc::new(Semaphore::new(hook::AT_ONCE));
    let ended = vec![None; jobs.len()];
    let waiting = Waiting { args, chosen, session, jobs: &jobs, many, journal, ended, hooks_at_once, hook_failed: false };
    codes.extend(session::runtime()?.block_on(waiting.all(history))?);
    Ok(ExitCode::of_all(codes))
}

/// Each job once, in the order in which they were first named.
fn unique(jobs: Vec<Resolved>) -> Vec<Resolved> {
    let mut known = HashSet::new();
    jobs.into_iter().filter(|job| known.insert((job.provider.id().to_owned(), job.job_id.clone()))).collect()
}

struct Waiting<'a> {
    args: &'a args::Wait,
    chosen: Chosen,
    session: Session<'a>,
    jobs: &'a [Resolved],
    many: bool,
    journal: Option<Journal>,
    /// What was told of the end of each job.
    ended: Vec<Option<Told>>,
    hooks_at_once: Arc<Semaphore>,
    hook_failed: bool,
}

impl Waiting<'_> {
    async fn all(mut self, history: History) -> Result<Vec<ExitCode>, CliError> {
        let mut hooks = FuturesUnordered::new();
        // It was made durable, but perhaps not printed any more.
        if let Some(told) = history.last.and_then(Told::again) {
            self.print(&told);
        }
        let servers = self.servers().await?;
        let mut waited = Vec::new();
        let mut indices = Vec::new();
        for (index, job) in self.jobs.iter().enumerate() {
            let past = history.jobs.get(&reference(job).to_string());
            if let Some(told) = past.and_then(|past| past.ended.clone()).and_then(Told::again) {
                if past.is_some_and(|past| !past.done) {
                    hooks.extend(self.hook(&told));
                }
                self.set_ended(index, told);
            } else {
                let question = self.session.question(job);
                let question = servers.get(index).map_or(question.clone(), |server| server.redirect(&question));
                waited.push(WaitJob::from(question).seen(past.map(|past| past.seen.clone()).unwrap_or_default()));
                indices.push(index);
            }
        }
        let display = Display::new(self.args.output == Form::Text, waited.len());
        let key = |provider: &vidspec::Provider| match self.args.replay {
            Some(_) => Ok(Credentials::new(replay::KEY)),
            None => self.session.key(provider),
        };
        let mut events = std::pin::pin!(self.session.client.wait(waited, &key, self.options(display.is_live())));
        let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
        let mut ticks = tokio::time::interval(Display::TICK);
        loop {
            tokio::select! {
                event = events.next() => {
                    let Some(mut event) = event else { break };
                    event.index = indices.get(event.index).copied().unwrap_or_default();
                    if let (Some(server), Some(check)) = (servers.get(event.index), &mut event.check) {
                        server.restore(&self.question(event.index), check);
                    }
                    display.show(&event);
                    if event.kind != EventKind::Answered {
                        hooks.extend(self.happened(&event, &display)?);
                    }
                }
                Some(finished) = hooks.next(), if !hooks.is_empty() => self.hook_finished(finished)?,
                _ = ticks.tick(), if display.is_live() => display.tick(),
                _ = &mut interrupt => {
                    display.clear();
                    self.tell_how_to_go_on();
                    return Ok(self.codes());
                }
            }
        }
        display.clear();
        while let Some(finished) = hooks.next().await {
            self.hook_finished(finished)?;
        }
        self.print_together();
        if self.many || self.codes().contains(&ExitCode::Running) {
            self.tell_how_to_go_on();
        }
        Ok(self.codes())
    }

    fn question(&self, index: usize) -> Question<'_> {
        #[expect(clippy::indexing_slicing, reason = "an index of the jobs that were given to the client")]
        let job = &self.jobs[index];
        self.session.question(job)
    }

    fn options(&self, live: bool) -> WaitOptions {
        let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        let options = WaitOptions::default().pace(self.chosen.pace.clone()).max_errors(self.chosen.max_errors);
        let options = options.every_answer(live).seed(u64::from(seed));
        if self.args.replay.is_some() { options.clock(QuickClock::default()) } else { options }
    }

    /// For a replay, a server for each job.
    async fn servers(&self) -> Result<Vec<ReplayServer>, CliError> {
        let mut servers = Vec::new();
        if let Some(name) = &self.args.replay {
            for job in self.jobs {
                let scenario = replay::scenario(&replay::evidence(&job.provider)?, job, name.as_deref())?;
                let _ = writeln!(anstream::stderr(), "{}", replay::announce(&scenario, &reference(job).to_string(), &[]));
                servers.push(ReplayServer::start(&scenario).await);
            }
        }
        Ok(servers)
    }

    /// Makes it durable, prints it, and begins what is to be done about it.
    fn happened(&mut self, event: &Event, display: &Display) -> Result<Option<hook::Running>, CliError> {
        let code = event.ending().map(|ending| exit_code(event, ending));
        let told = Told::new(event, code);
        if let Some(journal) = &mut self.journal {
            journal.append(&told.line)?;
        }
        display.aside(|| {
            if event.ending().is_some() || display.wants_lines() {
                self.print(&told);
            }
        });
        if event.ending().is_none() {
            return Ok(None);
        }
        let hook = self.hook(&told);
        self.set_ended(event.index, told);
        Ok(hook)
    }

    fn print(&self, told: &Told) {
        match self.args.output {
            Form::Text => crate::output::print(&line(&told.value())),
            Form::Ndjson => crate::output::print(&format!("{}\n", told.line)),
            Form::Json => {}
        }
    }

    /// The ends of all jobs.
    fn print_together(&self) {
        if self.args.output == Form::Json {
            let ends = self.ended.iter().flatten().map(|told| format!("{:#}", told.value())).collect::<Vec<_>>().join(",\n");
            crate::output::print(&if self.many { format!("[\n{ends}\n]\n") } else { format!("{ends}\n") });
        }
    }

    fn hook(&self, told: &Told) -> Option<hook::Running> {
        let command = self.args.exec.as_ref().filter(|_| told.is_completed())?;
        Some(hook::run(command.clone(), told.clone(), self.hooks_at_once.clone()))
    }

    fn hook_finished(&mut self, finished: hook::Finished) -> Result<(), CliError> {
        match finished.outcome {
            Ok(()) => match &mut self.journal {
                Some(journal) => journal.done(&finished.event_id),
                None => Ok(()),
            },
            Err(reason) => {
                self.hook_failed = true;
                CliError::new(format!("--exec for {}: {reason}", finished.event_id)).print();
                Ok(())
            }
        }
    }

    fn set_ended(&mut self, index: usize, told: Told) {
        if let Some(ended) = self.ended.get_mut(index) {
            *ended = Some(told);
        }
    }

    /// A job that was not told to have ended still runs, as far as is known.
    fn codes(&self) -> Vec<ExitCode> {
        let codes = self.ended.iter().map(|told| told.as_ref().map_or(ExitCode::Running, Told::exit_code));
        codes.chain(self.hook_failed.then_some(ExitCode::Usage)).collect()
    }

    fn tell_how_to_go_on(&self) {
        let codes = self.codes();
        let count = |wanted: fn(&ExitCode) -> bool| codes.iter().filter(|code| wanted(code)).count();
        let (completed, running) = (count(|code| *code == ExitCode::Done), count(|code| *code == ExitCode::Running));
        let other = self.jobs.len().saturating_sub(completed + running);
        let mut stderr = anstream::stderr();
        let _ = writeln!(stderr, "{completed} completed, {running} not ended, {other} ended otherwise");
        if running > 0 {
            let command = std::env::args().skip(1).map(|arg| crate::output::text::quoted(&arg)).collect::<Vec<_>>().join(" ");
            let list = if self.args.jobs.jobs.iter().any(|job| job == "-") { ", with the same list" } else { "" };
            let _ = writeln!(stderr, "go on{list}: vidspec {command}");
        }
    }
}

fn reference(job: &Resolved) -> JobReference {
    JobReference::new(job.provider.id(), job.job_id.clone())
}

fn exit_code(event: &Event, ending: Ending) -> ExitCode {
    match (&event.check, ending) {
        (_, Ending::Deadline) if event.state == Some(State::Unknown) => ExitCode::NotUnderstood,
        (Some(check), Ending::Job | Ending::Problem) => ExitCode::of_check(check, true),
        _ => ExitCode::Running,
    }
}
