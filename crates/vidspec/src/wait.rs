//! Asking about many jobs, once or until they end.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream};

use crate::client::Client;
use crate::credentials::Credentials;
use crate::judge::Question;
use crate::pace::Pace;
use crate::problem::Problem;
use crate::provider::Provider;
use crate::report::Check;
use crate::request::Request;
use crate::response::Response;

mod asking;
mod clock;
mod event;
mod job;
mod queue;
mod schedule;
mod tempo;

use asking::{Answer, Asking, Step};
use clock::TokioClock;
use job::WaitingJob;
use tempo::Tempo;

pub use clock::Clock;
#[cfg(feature = "schema")]
pub(crate) use event::Document;
pub use event::{Ending, Event, EventKind};
pub use job::Seen;

/// How many questions are under way at once, over all providers.
const AT_ONCE: usize = 64;

/// How many questions in a row may give no state before waiting is given up, unless the caller says otherwise.
const MAX_ERRORS: u32 = 20;

/// A job to wait for.
#[derive(Clone, Debug)]
pub struct WaitJob<'p> {
    question: Question<'p>,
    seen: Seen,
}

impl<'p> From<Question<'p>> for WaitJob<'p> {
    fn from(question: Question<'p>) -> Self {
        Self { question, seen: Seen::default() }
    }
}

impl<'p> WaitJob<'p> {
    /// The question that is put about it.
    pub fn question(&self) -> &Question<'p> {
        &self.question
    }

    /// The same job, of which something is known from earlier: that is not told again, and its events are counted on.
    #[must_use]
    pub fn seen(mut self, seen: Seen) -> Self {
        self.seen = seen;
        self
    }
}

/// How jobs are waited for.
#[derive(Clone)]
#[must_use]
pub struct WaitOptions {
    pace: Pace,
    max_errors: u32,
    at_once: usize,
    every_answer: bool,
    seed: u64,
    clock: Arc<dyn Clock>,
    listeners: Listeners,
}

/// Who is told what is asked and answered, each time with the place of the job among those given.
#[derive(Clone, Default)]
struct Listeners {
    /// Before a question is put.
    asked: Option<Arc<Asked>>,
    /// After each request.
    answered: Option<Arc<Answered>>,
}

type Asked = dyn Fn(usize) + Send + Sync;
type Answered = dyn Fn(usize, &Request, &Response) + Send + Sync;

impl Default for WaitOptions {
    /// Each provider's own pace, at most 64 questions at once, 20 errors in a row, tokio's clock.
    fn default() -> Self {
        let (pace, clock) = (Pace::default(), Arc::new(TokioClock::new()));
        Self {
            pace,
            max_errors: MAX_ERRORS,
            at_once: AT_ONCE,
            every_answer: false,
            seed: 0,
            clock,
            listeners: Listeners::default(),
        }
    }
}

impl std::fmt::Debug for WaitOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WaitOptions").field("pace", &self.pace).field("max_errors", &self.max_errors).finish_non_exhaustive()
    }
}

impl WaitOptions {
    /// What beats the definitions' own pace; what it leaves open is as they say.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// After how many questions in a row without a state one more ends the wait; 20 if not set.
    pub fn max_errors(mut self, errors: u32) -> Self {
        self.max_errors = errors;
        self
    }

    /// How many questions are under way at once, over all providers; 64 if not set.
    pub fn at_once(mut self, questions: usize) -> Self {
        self.at_once = questions;
        self
    }

    /// Whether answers that tell nothing new are events too, as for a display.
    pub fn every_answer(mut self, wanted: bool) -> Self {
        self.every_answer = wanted;
        self
    }

    /// Another clock, as for a simulation.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who is shown each request and its answer, as with [`Client::check_observed`], with the place of the job among those given.
    pub fn observe(mut self, observe: impl Fn(usize, &Request, &Response) + Send + Sync + 'static) -> Self {
        self.listeners.answered = Some(Arc::new(observe));
        self
    }

    /// Who is told that a question is put now, with the place of its job among those given: it may have waited for its turn since
    /// it fell due.
    pub fn asked(mut self, asked: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.listeners.asked = Some(Arc::new(asked));
        self
    }

    /// Where chance begins; the same seed spreads the questions in the same way.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Client {
    /// Asks about jobs until they end, and tells what changes. For each job there is one event that says that it
    /// [ended](EventKind::Ended), and it is the last one.
    ///
    /// Each provider is asked at its own pace. Dropping the stream ends the waiting; questions under way are given up. `key`
    /// finds the key of a provider, and is asked once for each.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use futures_util::StreamExt as _;
    /// use vidspec::{Catalogue, Client, Credentials, WaitOptions};
    ///
    /// let catalogue = Catalogue::builtin();
    /// let job = catalogue.resolve("pictory:4a09edf9-d071-4847-bda5-8dea913d80fe", None)?;
    /// let key = |provider: &vidspec::Provider| Credentials::find(provider, |name| std::env::var(name).ok());
    /// let client = Client::new()?;
    /// let mut events = Box::pin(client.wait([job.provider.question(job.job_id)], &key, WaitOptions::default()));
    /// while let Some(event) = events.next().await {
    ///     println!("{} {:?} {:?}", event.job, event.state, event.ending());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait<'p, J: Into<WaitJob<'p>>, I: IntoIterator<Item = J>>(
        &self,
        jobs: I,
        key: &dyn Fn(&Provider) -> Result<Credentials, Problem>,
        options: WaitOptions,
    ) -> impl Stream<Item = Event> + Send + use<'p, J, I> {
        let WaitOptions { pace, max_errors, at_once, every_answer, seed, clock, listeners } = options;
        let begin = clock.now();
        let mut asking = Asking::new(self, clock, at_once, listeners);
        let mut waiting = Vec::new();
        for job in jobs {
            let WaitJob { question, seen } = job.into();
            asking.add(question, key, &|own| Tempo::new(&pace.or(own), begin));
            waiting.push(WaitingJob::new(seen));
        }
        let chance = fastrand::Rng::with_seed(seed);
        // In a box, since it moves with each step.
        let wait = Box::new(Wait { asking, waiting, chance, max_errors, every_answer });
        stream::unfold(wait, |mut wait| async move { wait.next().await.map(|event| (event, wait)) })
    }

    /// Asks about jobs once, many at the same time, each provider within its limits; the checks come as they arrive, each with
    /// the place of its job among those given.
    pub fn check_all<'p, I: IntoIterator<Item = Question<'p>>>(
        &self,
        questions: I,
        key: &dyn Fn(&Provider) -> Result<Credentials, Problem>,
        at_once: usize,
    ) -> impl Stream<Item = (usize, Check)> + Send + use<'p, I> {
        self.check_each(questions, key, at_once, Listeners::default())
    }

    /// The same, and shows each request and its answer, as [`Client::check_observed`] does, with the place of the job.
    pub fn check_all_observed<'p, I, F>(
        &self,
        questions: I,
        key: &dyn Fn(&Provider) -> Result<Credentials, Problem>,
        at_once: usize,
        observe: F,
    ) -> impl Stream<Item = (usize, Check)> + Send + use<'p, I, F>
    where
        I: IntoIterator<Item = Question<'p>>,
        F: Fn(usize, &Request, &Response) + Send + Sync + 'static,
    {
        self.check_each(questions, key, at_once, Listeners { answered: Some(Arc::new(observe)), asked: None })
    }

    fn check_each<'p, I: IntoIterator<Item = Question<'p>>>(
        &self,
        questions: I,
        key: &dyn Fn(&Provider) -> Result<Credentials, Problem>,
        at_once: usize,
        listeners: Listeners,
    ) -> impl Stream<Item = (usize, Check)> + Send + use<'p, I> {
        let mut asking = Asking::new(self, Arc::new(TokioClock::new()), at_once, listeners);
        for question in questions {
            asking.add(question, key, &Tempo::for_one_question);
        }
        // In a box, since it moves with each step.
        stream::unfold(Box::new(asking), |mut asking| async move {
            match asking.step().await? {
                Step::Answered(Answer { job, check, .. }, _) => Some(((job, check), asking)),
                Step::Late(_) => None,
            }
        })
    }
}

/// Jobs that are waited for.
struct Wait<'p> {
    asking: Asking<'p>,
    waiting: Vec<WaitingJob>,
    chance: fastrand::Rng,
    max_errors: u32,
    every_answer: bool,
}

impl Wait<'_> {
    async fn next(&mut self) -> Option<Event> {
        loop {
            let event = match self.asking.step().await? {
                Step::Answered(answer, at) => self.answered(answer, at),
                Step::Late(job) => self.event(job, EventKind::Ended(Ending::Deadline), None),
            };
            if event.is_some() {
                return event;
            }
        }
    }

    /// What is told of an answer, if anything.
    fn answered(&mut self, answer: Answer, at: Duration) -> Option<Event> {
        let job = answer.job;
        let (lane, tempo) = self.asking.lane(job)?;
        let consequence = self.waiting.get_mut(job)?.answered(&answer.check, at, tempo, self.max_errors);
        let due = consequence.again.map(|delay| tempo.due(at, delay, self.chance.f64()));
        if let Some(due) = due {
            self.asking.schedule.add(lane, job, due);
            if consequence.throttled {
                self.asking.schedule.pause(lane, due);
            }
        }
        if consequence.kind == EventKind::Answered && !self.every_answer {
            return None;
        }
        let event = self.event(job, consequence.kind, Some(answer.check))?;
        Some(Event { next_question_seconds: due.map(|due| due.saturating_sub(at).as_secs_f64()), late: answer.late, ..event })
    }

    fn event(&mut self, job: usize, kind: EventKind, check: Option<Check>) -> Option<Event> {
        let waiting = self.waiting.get_mut(job)?;
        let question = self.asking.question(job)?;
        let reference = question.reference();
        if kind != EventKind::Answered {
            waiting.seen.events = waiting.seen.events.saturating_add(1);
        }
        let read = check.as_ref().and_then(|check| check.outcome.as_ref().ok()).map(|report| report.state);
        Some(Event {
            id: format!("{reference}#{}", waiting.seen.events),
            index: job,
            job: reference,
            at: check.as_ref().map_or_else(|| self.asking.wall_clock(), |check| check.checked_at),
            kind,
            state: read.or(waiting.seen.state),
            errors: waiting.errors,
            next_question_seconds: None,
            late: Duration::ZERO,
            check,
        })
    }
}
