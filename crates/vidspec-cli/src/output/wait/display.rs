//! One line a job on a terminal, kept up to date.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use terminal_size::{Height, Width, terminal_size_of};
use vidspec::{Event, JobReference, State};

use super::rows::{Next, Row, Size, laid_out};
use crate::output::progress::Bars;
use crate::output::visible;

/// One line a job on a terminal, kept up to date.
pub(crate) struct Display {
    lines: MultiProgress,
    live: Option<RefCell<Live>>,
}

struct Live {
    /// All rows at once.
    drawn: ProgressBar,
    jobs: BTreeMap<usize, Shown>,
    /// The jobs whose question has been put since they were looked at.
    asked: Arc<Mutex<Vec<usize>>>,
    begin: Instant,
    ticks: usize,
}

/// What was heard last of a job.
struct Shown {
    job: String,
    state: String,
    progress: Option<f64>,
    eta_seconds: Option<f64>,
    question: Asking,
}

/// Where the next question about a job is.
enum Asking {
    /// It falls due at this moment; whoever has it asked may keep it back longer, until it is its turn.
    Due(Instant),
    UnderWay,
}

impl Display {
    /// How often it is brought up to date.
    pub(crate) const TICK: Duration = Duration::from_millis(250);

    /// If it is wanted and there is a terminal.
    pub(crate) fn new(wanted: bool) -> Self {
        let is_live = wanted && std::io::stderr().is_terminal();
        let target = if is_live { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let lines = MultiProgress::with_draw_target(target);
        let live = is_live.then(|| {
            let drawn = lines.add(ProgressBar::no_length());
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                drawn.set_style(style);
            }
            RefCell::new(Live { drawn, jobs: BTreeMap::new(), asked: Arc::default(), begin: Instant::now(), ticks: 0 })
        });
        Self { lines, live }
    }

    /// These jobs are waited for. What is given back is to be told of each question that is put, by the place of its job.
    pub(crate) fn begin(&self, jobs: &mut dyn Iterator<Item = JobReference>) -> impl Fn(usize) + Send + Sync + use<> {
        let asked = self.live.as_ref().map(|live| {
            let mut live = live.borrow_mut();
            live.jobs = jobs.map(|job| Shown::waiting(&job)).enumerate().collect();
            live.asked.clone()
        });
        move |job| {
            if let Some(mut asked) = asked.as_ref().and_then(|asked| asked.lock().ok()) {
                asked.push(job);
            }
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Whether changes are printed, each on a line: where nothing shows them, or what shows them is not what is read.
    pub(crate) fn wants_lines(&self) -> bool {
        self.live.is_none() || !std::io::stdout().is_terminal()
    }

    /// Bars for files, below the lines of the jobs.
    pub(crate) fn bars(&self) -> Bars {
        Bars::among(self.lines.clone())
    }

    /// Brings the line of a job up to date.
    pub(crate) fn show(&self, event: &Event) {
        let Some(live) = &self.live else { return };
        let mut live = live.borrow_mut();
        if event.ending().is_some() {
            live.jobs.remove(&event.index);
        } else {
            live.jobs.insert(event.index, Shown::of(event));
        }
        live.draw();
    }

    /// Brings the times up to date.
    pub(crate) fn tick(&self) {
        if let Some(live) = &self.live {
            let mut live = live.borrow_mut();
            live.ticks = live.ticks.wrapping_add(1);
            live.draw();
        }
    }

    /// Prints something while the lines are out of the way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.lines.suspend(print)
    }

    /// Leaves the lines as they are. What was typed has moved the cursor, so that they could not be taken away any more.
    pub(crate) fn leave(&self) {
        if self.is_live() {
            self.lines.set_draw_target(ProgressDrawTarget::hidden());
            let _ = writeln!(std::io::stderr());
        }
    }

    /// Takes the lines away.
    pub(crate) fn clear(&self) {
        if let Some(live) = &self.live {
            live.borrow().drawn.finish_and_clear();
        }
        let _ = self.lines.clear();
    }
}

impl Live {
    fn draw(&mut self) {
        let asked = self.asked.lock().map(|mut asked| std::mem::take(&mut *asked));
        for job in asked.unwrap_or_default() {
            if let Some(shown) = self.jobs.get_mut(&job) {
                shown.question = Asking::UnderWay;
            }
        }
        if self.jobs.is_empty() {
            // Without a line that stays empty.
            self.drawn.finish_and_clear();
            return;
        }
        let size = terminal_size_of(std::io::stderr());
        let size = size.map_or(Size { columns: 80, lines: 24 }, |(Width(columns), Height(lines))| Size {
            columns: columns.into(),
            lines: lines.into(),
        });
        let rows: Vec<Row> = self.jobs.values().take(size.room()).map(|shown| shown.row(self.begin)).collect();
        self.drawn.set_message(laid_out(&rows, self.jobs.len(), size, self.ticks));
        self.drawn.tick();
    }
}

impl Shown {
    /// A job that nothing was heard of.
    fn waiting(job: &JobReference) -> Self {
        let (job, state) = (visible(&job.to_string()), String::new());
        Self { job, state, progress: None, eta_seconds: None, question: Asking::Due(Instant::now()) }
    }

    fn of(event: &Event) -> Self {
        let outcome = event.check.as_ref().map(|check| &check.outcome);
        let report = outcome.and_then(|outcome| outcome.as_ref().ok());
        let problem = match outcome {
            Some(Err(problem)) => Some(problem),
            _ => report.and_then(|report| report.result_problem.as_ref()),
        };
        let state = match (problem, event.errors) {
            (None, _) => event.state.unwrap_or(State::Unknown).to_string(),
            (Some(problem), errors) => {
                let times = if errors > 1 { format!(" ({errors} times)") } else { String::new() };
                format!("{}{times}", problem.kind.as_str().replace('_', " "))
            }
        };
        let next = event.next_question_seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default();
        Self {
            job: visible(&event.job.to_string()),
            state,
            progress: report.and_then(|report| report.progress),
            eta_seconds: report.and_then(|report| report.eta_seconds),
            question: Asking::Due(Instant::now().checked_add(next).unwrap_or_else(Instant::now)),
        }
    }

    fn row(&self, begin: Instant) -> Row {
        Row {
            job: self.job.clone(),
            state: self.state.clone(),
            progress: self.progress,
            elapsed: begin.elapsed(),
            eta_seconds: self.eta_seconds,
            next: match self.question {
                Asking::UnderWay => Next::UnderWay,
                Asking::Due(due) => due.checked_duration_since(Instant::now()).map_or(Next::Waits, Next::In),
            },
        }
    }
}
