//! Putting many questions, each provider within its limits.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;

use super::Listeners;
use super::clock::Clock;
use super::schedule::{Moment, Next, Schedule};
use super::tempo::Tempo;
use crate::client::Client;
use crate::credentials::Credentials;
use crate::judge::Question;
use crate::pace::Pace;
use crate::problem::Problem;
use crate::provider::Provider;
use crate::report::Check;
use crate::request::Request;
use crate::response::Response;
use crate::time::Timestamp;

/// Many questions, each with its turn.
pub(super) struct Asking<'p> {
    client: Arc<Client>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) schedule: Schedule,
    lanes: Vec<Lane<'p>>,
    jobs: Vec<Asked<'p>>,
    under_way: FuturesUnordered<Pin<Box<dyn Future<Output = Answer> + Send + 'p>>>,
    begin: Moment,
    listeners: Listeners,
}

/// One provider.
struct Lane<'p> {
    provider: &'p Provider,
    key: Result<Arc<Credentials>, Problem>,
    tempo: Tempo,
}

struct Asked<'p> {
    question: Arc<Question<'p>>,
    lane: usize,
}

/// The answer about one job.
pub(super) struct Answer {
    pub(super) job: usize,
    pub(super) check: Check,
    /// How long after its turn the question was put.
    pub(super) late: Duration,
    requests: u32,
}

/// What came of going on.
#[expect(clippy::large_enum_variant, reason = "it is passed on at once and never stored")]
pub(super) enum Step {
    Answered(Answer, Moment),
    Late(usize),
}

impl<'p> Asking<'p> {
    pub(super) fn new(client: &Client, clock: Arc<dyn Clock>, at_once: usize, listeners: Listeners) -> Self {
        let (schedule, begin) = (Schedule::new(at_once), clock.now());
        let (lanes, jobs, under_way) = (Vec::new(), Vec::new(), FuturesUnordered::new());
        Self { client: Arc::new(client.clone()), clock, schedule, lanes, jobs, under_way, begin, listeners }
    }

    /// Takes the job in; it is the next by number.
    pub(super) fn add(
        &mut self,
        question: Question<'p>,
        key: &dyn Fn(&Provider) -> Result<Credentials, Problem>,
        tempo: &impl Fn(&Pace) -> Tempo,
    ) {
        let provider = question.provider();
        let lane = self.lanes.iter().position(|lane| std::ptr::eq(lane.provider, provider));
        let lane = lane.unwrap_or_else(|| {
            let tempo = tempo(&provider.pace());
            let number = self.schedule.open(tempo.limits());
            self.lanes.push(Lane { provider, key: key(provider).map(Arc::new), tempo });
            number
        });
        let first = self.lanes.get(lane).map(|lane| lane.tempo.first(self.begin));
        self.schedule.add(lane, self.jobs.len(), first.unwrap_or_default());
        self.jobs.push(Asked { question: Arc::new(question), lane });
    }

    pub(super) fn question(&self, job: usize) -> Option<&Question<'p>> {
        self.jobs.get(job).map(|job| &*job.question)
    }

    /// The lane of a job, and its pace.
    pub(super) fn lane(&self, job: usize) -> Option<(usize, &Tempo)> {
        let lane = self.jobs.get(job)?.lane;
        Some((lane, &self.lanes.get(lane)?.tempo))
    }

    /// The time of day.
    pub(super) fn wall_clock(&self) -> Timestamp {
        self.client.now()
    }

    /// Asks what is due and waits for the next answer, or for a job that is late; `None` when nothing is left.
    pub(super) async fn step(&mut self) -> Option<Step> {
        loop {
            let now = self.clock.now();
            let answer = match self.schedule.next(now) {
                Next::Ask { job, turn } => {
                    self.ask(job, now, now.saturating_sub(turn));
                    continue;
                }
                Next::Late { job } => return Some(Step::Late(job)),
                Next::Nothing => return None,
                Next::Answer => self.under_way.next().await,
                Next::At(moment) => {
                    let alarm = self.clock.sleep_until(moment);
                    if self.under_way.is_empty() {
                        alarm.await;
                        continue;
                    }
                    match select(self.under_way.next(), alarm).await {
                        Either::Left((answer, _)) => answer,
                        Either::Right(_) => continue,
                    }
                }
            };
            let answer = answer?;
            if let Some((lane, _)) = self.lane(answer.job) {
                self.schedule.answered(lane, answer.requests);
            }
            return Some(Step::Answered(answer, self.clock.now()));
        }
    }

    fn ask(&mut self, job: usize, now: Moment, late: Duration) {
        let Some((asked, lane)) = self.jobs.get(job).and_then(|asked| Some((asked, self.lanes.get(asked.lane)?))) else { return };
        let (client, question, key) = (self.client.clone(), asked.question.clone(), lane.key.clone());
        let (patience, answered) = (lane.tempo.remaining(now), self.listeners.answered.clone());
        if let Some(asked) = &self.listeners.asked {
            asked(job);
        }
        self.under_way.push(Box::pin(async move {
            let mut requests = 0;
            let observe = |request: &Request, response: &Response| {
                requests += 1;
                if let Some(answered) = &answered {
                    answered(job, request, response);
                }
            };
            let check = match key {
                Ok(key) => client.check_within(patience, &question, &key, observe).await,
                Err(problem) => question.failed_without_key(problem, client.now()),
            };
            Answer { job, check, late, requests: requests.max(1) }
        }));
    }
}
