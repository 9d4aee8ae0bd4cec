//! Waiting, told to a person.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use vidspec::{Event, State};

use super::progress::Bars;
use super::text::{percent, span};
use super::visible;

/// An event in one line: the job, its state, its progress, and what matters most of it.
pub(crate) fn line(event: &Value) -> String {
    match event.get("event").and_then(Value::as_str) {
        Some(kind @ ("saved" | "not_saved")) => line_of_file(event, kind),
        _ => line_of_job(event),
    }
}

/// What has become of a file; why there is none is told apart.
fn line_of_file(event: &Value, kind: &str) -> String {
    let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{}\n", visible(format!("{}  {}  {}", text("job"), kind.replace('_', " "), text("path")).trim_end()))
}

fn line_of_job(event: &Value) -> String {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let problem = ["/report/problem", "/report/result_problem"].iter().find(|at| event.pointer(at).is_some_and(Value::is_object));
    let state = match text("/state") {
        _ if text("/ending") != Some("deadline") && problem == Some(&"/report/problem") => "no state",
        Some(state) => state,
        None => "no state",
    };
    let progress = event.pointer("/report/progress").and_then(Value::as_f64).map(percent);
    let explained = |at: &str, class: &str| {
        let class = text(&format!("{at}/{class}"))?.replace('_', " ");
        let code = text(&format!("{at}/code")).map(|code| format!(" ({code})")).unwrap_or_default();
        let message = text(&format!("{at}/message")).map(|message| format!(": {message}")).unwrap_or_default();
        Some(format!("{class}{code}{message}"))
    };
    let again = event.get("next_question_seconds").and_then(Value::as_f64);
    let again = again.filter(|_| problem.is_some()).map(|seconds| format!("asked again in {}", span(seconds)));
    let remark = match text("/ending") {
        Some("deadline") => Some("not ended within the time limit".to_owned()),
        _ => None,
    };
    let unknown = || Some(format!("the provider says `{}`", text("/report/raw_status")?)).filter(|_| state == "unknown");
    let remark = remark
        .or_else(|| explained("/report/failure", "reason"))
        .or_else(|| explained(problem?, "kind"))
        .or_else(unknown)
        .or_else(|| text("/report/outputs/0/url").map(str::to_owned))
        .or_else(|| text("/report/anomalies/0/message").map(str::to_owned));
    let parts = [text("/job").map(str::to_owned), Some(state.to_owned()), progress, remark, again];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| visible(&part)).collect();
    format!("{}\n", parts.join("  "))
}

/// So many jobs have a line of their own; the others are counted.
const MOST_LINES: usize = 20;

/// One line a job on a terminal, kept up to date.
pub(crate) struct Display {
    lines: MultiProgress,
    live: Option<Live>,
}

struct Live {
    lines: MultiProgress,
    jobs: RefCell<BTreeMap<usize, Shown>>,
    rest: ProgressBar,
    begin: Instant,
    running: RefCell<usize>,
}

struct Shown {
    bar: ProgressBar,
    state: String,
    eta: Option<f64>,
    next: Option<Instant>,
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
            let rest = lines.add(ProgressBar::new_spinner());
            Live { lines: lines.clone(), jobs: RefCell::default(), rest, begin: Instant::now(), running: RefCell::new(0) }
        });
        Self { lines, live }
    }

    /// So many jobs are waited for.
    pub(crate) fn begin(&self, jobs: usize) {
        if let Some(live) = &self.live {
            live.running.replace(jobs);
        }
    }

    /// Bars for files, below the lines of the jobs.
    pub(crate) fn bars(&self) -> Bars {
        Bars::among(self.lines.clone())
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Whether changes are printed, each on a line: where nothing shows them, or what shows them is not what is read.
    pub(crate) fn wants_lines(&self) -> bool {
        self.live.is_none() || !std::io::stdout().is_terminal()
    }

    /// Brings the line of a job up to date.
    pub(crate) fn show(&self, event: &Event) {
        let Some(live) = &self.live else { return };
        let mut jobs = live.jobs.borrow_mut();
        if event.ending().is_some() {
            if let Some(shown) = jobs.remove(&event.index) {
                live.lines.remove(&shown.bar);
            }
            let mut running = live.running.borrow_mut();
            *running = running.saturating_sub(1);
        } else if jobs.len() < MOST_LINES || jobs.contains_key(&event.index) {
            let shown = jobs.entry(event.index).or_insert_with(|| live.line(&event.job.to_string()));
            shown.update(event);
        }
        drop(jobs);
        self.tick();
    }

    /// Brings the times up to date.
    pub(crate) fn tick(&self) {
        let Some(live) = &self.live else { return };
        let jobs = live.jobs.borrow();
        jobs.values().for_each(|shown| shown.draw(live.begin));
        match live.running.borrow().saturating_sub(jobs.len()) {
            0 => live.rest.set_message(""),
            rest => live.rest.set_message(format!("{rest} more")),
        }
    }

    /// Prints something while the lines are out of the way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.live {
            Some(live) => live.lines.suspend(print),
            None => print(),
        }
    }

    /// Takes the lines away.
    pub(crate) fn clear(&self) {
        if let Some(live) = &self.live {
            let _ = live.lines.clear();
        }
    }
}

impl Live {
    fn line(&self, job: &str) -> Shown {
        let bar = self.lines.insert_before(&self.rest, ProgressBar::new(100));
        bar.set_prefix(visible(job));
        Shown { bar, state: String::new(), eta: None, next: None }
    }
}

impl Shown {
    fn update(&mut self, event: &Event) {
        let report = event.check.as_ref().and_then(|check| check.outcome.as_ref().ok());
        self.state = match (event.errors, event.state) {
            (0, Some(state)) => state.to_string(),
            (0, None) => State::Unknown.to_string(),
            (1, _) => "no answer".to_owned(),
            (errors, _) => format!("no answer, {errors} times"),
        };
        self.eta = report.and_then(|report| report.eta_seconds);
        let next = event.next_question_seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        self.next = next.and_then(|next| Instant::now().checked_add(next));
        let progress = report.and_then(|report| report.progress);
        let template = if progress.is_some() { "{prefix}  {bar:20}  {msg}" } else { "{prefix}  {spinner}  {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        if let Some(progress) = progress {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100, as just ensured")]
            self.bar.set_position((progress.clamp(0.0, 1.0) * 100.0) as u64);
        }
    }

    fn draw(&self, begin: Instant) {
        let whole = |length: Duration| span(length.as_secs_f64().floor());
        let next = self.next.map(|next| next.saturating_duration_since(Instant::now()));
        let next =
            next.map(|next| if next.is_zero() { "being asked".to_owned() } else { format!("next question in {}", whole(next)) });
        let eta = self.eta.map(|eta| format!("about {} left", span(eta.floor())));
        let parts = [Some(self.state.clone()), Some(whole(begin.elapsed())), eta, next];
        self.bar.set_message(parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
        self.bar.tick();
    }
}
