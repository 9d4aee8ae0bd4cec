//! `vidspec wait`

use std::cell::RefCell;
use std::io::Write as _;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use vidspec::{Client, Credentials, EventKind, Question, Resolved, WaitJob, WaitOptions};
use vidspec_harness::{QuickClock, ReplayServer};

use super::exchanges::Exchanges;
use super::replay;
use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::journal::{History, Journal};
use crate::output::wait::Display;
use crate::session::{self, Found, Session};

mod ended;
mod follow_up;
mod happened;
mod hook;
mod pace;
mod summary;
mod told;

use ended::Ended;
use follow_up::FollowUp;
use pace::Chosen;
use told::Told;
pub(crate) use told::schema as event_schema;

pub(crate) fn run(args: &args::Wait) -> Result<ExitCode, CliError> {
    let mut chosen = pace::choose(args)?;
    let Found { jobs, many, mut codes } = session::find(&args.jobs, &args.folders)?;
    if jobs.is_empty() {
        return Ok(ExitCode::of_all(codes));
    }
    let session = match args.replay {
        Some(_) => Session::local(Client::builder().clock(replay::clock(&jobs)))?,
        None => Session::open(&args.connection, &jobs, Client::builder())?,
    };
    if args.replay.is_none() {
        chosen.spare_others(jobs.iter().map(|job| session.question(job)));
    }
    if args.connection.verbose {
        chosen.tell(&jobs);
    }
    let display = Display::new(args.output == Form::Text);
    let (journal, history) = match &args.journal {
        Some(path) => Journal::open(path).map(|(journal, history)| (Some(RefCell::new(journal)), history))?,
        None => (None, History::default()),
    };
    let folder = args.download.as_deref().filter(|_| args.replay.is_none());
    let options = session::options(&args.connection, &args.folders);
    let follow_up = FollowUp::new(&session, journal.as_ref(), &display, folder, args.exec.as_deref(), options)?;
    let waiting = Waiting {
        args,
        chosen,
        session: &session,
        jobs: &jobs,
        many,
        journal: journal.as_ref(),
        display: &display,
        follow_up: &follow_up,
        ended: jobs.iter().map(|_| None).collect(),
        failed: false,
    };
    codes.extend(session::runtime()?.block_on(waiting.all(history))?);
    Ok(ExitCode::of_all(codes))
}

struct Waiting<'a> {
    args: &'a args::Wait,
    chosen: Chosen,
    session: &'a Session,
    jobs: &'a [Resolved],
    many: bool,
    journal: Option<&'a RefCell<Journal>>,
    display: &'a Display,
    follow_up: &'a FollowUp<'a>,
    /// The jobs that have ended, each at its place.
    ended: Vec<Option<Ended>>,
    /// Whether a command of `--exec` or a recording has failed.
    failed: bool,
}

impl<'a> Waiting<'a> {
    async fn all(mut self, mut history: History) -> Result<Vec<ExitCode>, CliError> {
        let mut running = FuturesUnordered::new();
        // It was made durable, but perhaps not printed any more.
        if let Some(told) = history.last.take().and_then(Told::again).filter(|told| self.is_asked_for(told)) {
            self.print(&told);
        }
        let servers = self.servers().await?;
        let mut waited = Vec::new();
        let mut indices = Vec::new();
        for (index, job) in self.jobs.iter().enumerate() {
            let question = self.session.question(job);
            let past = history.jobs.remove(&question.reference().to_string()).unwrap_or_default();
            if let Some(told) = past.ended.clone().and_then(Told::again) {
                running.extend(self.ended_earlier(index, told, past));
            } else {
                let question = servers.get(index).map_or(question.clone(), |server| server.redirect(&question));
                waited.push(WaitJob::from(question).seen(past.seen));
                indices.push(index);
            }
        }
        let display = self.display;
        let asked = display.begin(&mut waited.iter().map(|job: &WaitJob<'_>| job.question().reference()));
        let key = |provider: &vidspec::Provider| match self.args.replay {
            Some(_) => Ok(Credentials::new(replay::KEY)),
            None => self.session.key(provider),
        };
        let exchanges = Exchanges::new(waited.iter().map(WaitJob::question), false, self.args.record.is_some());
        let mut events = std::pin::pin!(self.session.client.wait(waited, &key, self.options(exchanges.clone()).asked(asked)));
        let mut interrupt = std::pin::pin!(session::interrupted());
        let mut ticks = tokio::time::interval(Display::TICK);
        let mut waits = true;
        while waits || !running.is_empty() {
            tokio::select! {
                event = events.next(), if waits => {
                    let Some(mut event) = event else {
                        waits = false;
                        continue;
                    };
                    display.show(&event);
                    let kept = event.ending().map(|_| exchanges.take(event.index));
                    event.index = indices.get(event.index).copied().unwrap_or_default();
                    if let (Some(server), Some(check)) = (servers.get(event.index), &mut event.check) {
                        server.restore(&self.question(event.index), check);
                    }
                    self.record(kept, &event);
                    if event.kind != EventKind::Answered {
                        running.extend(self.happened(event)?);
                    }
                }
                Some(done) = running.next(), if !running.is_empty() => running.extend(self.done(done)?),
                _ = ticks.tick(), if display.is_live() => display.tick(),
                () = &mut interrupt => break,
            }
        }
        let interrupted = waits || !running.is_empty();
        if interrupted {
            display.leave();
        } else {
            display.clear();
            self.print_together();
        }
        if interrupted || self.many || self.codes().contains(&ExitCode::Running) {
            self.tell_how_to_go_on();
        }
        Ok(self.codes())
    }

    fn job(&self, index: usize) -> &'a Resolved {
        #[expect(clippy::indexing_slicing, reason = "an index of the jobs that were given to the client")]
        &self.jobs[index]
    }

    /// Whether an event is one of these jobs; a journal can hold others.
    fn is_asked_for(&self, told: &Told) -> bool {
        let job = told.text("job");
        self.jobs.iter().any(|own| self.session.question(own).reference().to_string() == job)
    }

    fn question(&self, index: usize) -> Question<'a> {
        self.session.question(self.job(index))
    }

    fn options(&self, exchanges: Exchanges) -> WaitOptions {
        let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        let options = WaitOptions::default().pace(self.chosen.pace.clone()).max_errors(self.chosen.max_errors);
        let options = options.every_answer(self.display.is_live()).seed(u64::from(seed));
        let options = if self.args.record.is_some() {
            options.observe(move |job, request, response| exchanges.add(job, request, response))
        } else {
            options
        };
        if self.args.replay.is_some() { options.clock(QuickClock::default()) } else { options }
    }

    /// For a replay, a server for each job.
    async fn servers(&self) -> Result<Vec<ReplayServer>, CliError> {
        let mut servers = Vec::new();
        if let Some(name) = &self.args.replay {
            for job in self.jobs {
                let scenario = replay::scenario(&replay::evidence(&job.provider)?, job, name.as_deref())?;
                let reference = self.session.question(job).reference().to_string();
                let _ = writeln!(anstream::stderr(), "{}", replay::announce(&scenario, &reference, &[]));
                servers.push(ReplayServer::start(&scenario).await);
            }
        }
        Ok(servers)
    }
}
