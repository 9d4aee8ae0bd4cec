//! The lines of running jobs, laid out for a terminal of a certain size. Pure.

use std::time::Duration;

use crate::output::text::{percent, span};

/// More lines than that nobody reads.
const MOST_ROWS: usize = 20;

/// How many characters a bar has.
const BAR: usize = 10;

/// The longest state, as a rule.
const STATE: usize = "processing".len();

/// What the other columns take, the estimate apart.
const BESIDE_THE_JOB: usize = "  processing  ░░░░░░░░░░ 100 %  12 min 34 s, waits its turn".len() - 2 * BAR;

/// A job is not cut to less, whatever else finds no room then.
const SHORTEST_JOB: usize = 20;

const SPINNER: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// An estimate beyond that comes of old times, as documented answers have them.
const LONGEST_ETA: f64 = 86_400.0;

/// The line of a job that runs.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) job: String,
    /// Its state, or the trouble with it.
    pub(super) state: String,
    pub(super) progress: Option<f64>,
    pub(super) elapsed: Duration,
    pub(super) eta_seconds: Option<f64>,
    pub(super) next: Next,
}

/// When the job is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    /// Not before so long.
    In(Duration),
    /// As soon as the provider's limits allow.
    Waits,
    /// Now.
    UnderWay,
}

/// The size of a terminal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) lines: usize,
}

impl Size {
    /// How many lines there is room for: a line stays free for the cursor, another for what is typed.
    pub(super) fn room(self) -> usize {
        self.lines.saturating_sub(2).clamp(1, MOST_ROWS)
    }
}

/// The first rows of so many, as many as there is room for, and how many more jobs there are.
pub(super) fn laid_out(rows: &[Row], running: usize, size: Size, tick: usize) -> String {
    let fits = running <= size.room();
    let shown = rows.get(..if fits { size.room() } else { size.room() - 1 }.min(rows.len())).unwrap_or_default();
    let widest = |text: fn(&Row) -> &str, least: usize| {
        shown.iter().map(|row| text(row).chars().count()).max().unwrap_or_default().max(least)
    };
    let most = size.columns.saturating_sub(BESIDE_THE_JOB).max(SHORTEST_JOB);
    let widths = (widest(|row| &row.job, 0).min(most), widest(|row| &row.state, STATE));
    let mut lines: Vec<String> = shown.iter().map(|row| row.laid_out(widths, size.columns, tick)).collect();
    let more = running.saturating_sub(shown.len());
    if more > 0 {
        lines.push(format!("{more} more"));
    }
    lines.join("\n")
}

impl Row {
    /// What does not fit is left out, the least important first.
    fn laid_out(&self, (job, state): (usize, usize), columns: usize, tick: usize) -> String {
        let whole = |length: Duration| span(length.as_secs_f64().floor());
        let next = match self.next {
            Next::In(length) => format!("next in {}", span(length.as_secs_f64().ceil())),
            Next::Waits => "waits its turn".to_owned(),
            Next::UnderWay => "being asked".to_owned(),
        };
        let eta = self.eta_seconds.filter(|eta| *eta < LONGEST_ETA).map(|eta| format!("about {} left", span(eta.floor())));
        let (bar, done) = match self.progress {
            Some(progress) => (bar(progress), format!("{:>5}", percent(progress))),
            None => (format!("{:BAR$}", SPINNER.get(tick % SPINNER.len()).unwrap_or(&' ')), " ".repeat(5)),
        };
        let elapsed = whole(self.elapsed);
        let mut times = vec![format!("{elapsed}, {next}"), elapsed.clone()];
        if let Some(eta) = eta {
            times.splice(0..0, [format!("{elapsed}, {eta}, {next}"), format!("{elapsed}, {eta}")]);
        }
        let begin = format!("{:job$}  {:state$}", shortened(&self.job, job), self.state);
        let with_bar = format!("{begin}  {bar} {done}");
        let mut candidates: Vec<String> = times.into_iter().map(|times| format!("{with_bar}  {times}")).collect();
        candidates.extend([format!("{begin}  {done}"), begin.clone(), self.job.clone()]);
        let fits = |line: &String| line.chars().count() < columns;
        let line = candidates.into_iter().map(|line| line.trim_end().to_owned()).find(fits);
        line.unwrap_or_else(|| shortened(&begin, columns.saturating_sub(1)))
    }
}

fn bar(progress: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100, as just ensured")]
    let full = (progress.clamp(0.0, 1.0) * 100.0 + 1e-9) as usize * BAR / 100;
    "█".repeat(full) + &"░".repeat(BAR.saturating_sub(full))
}

/// The beginning and the end of a text: ids are told apart by both.
fn shortened(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let (begin, end) = (kept.div_ceil(2), kept / 2);
    text.chars().take(begin).chain(['…']).chain(text.chars().skip(length - end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(job: &str, progress: Option<f64>) -> Row {
        let (elapsed, next) = (Duration::from_secs(75), Next::In(Duration::from_millis(9_400)));
        Row { job: job.to_owned(), state: "processing".to_owned(), progress, elapsed, eta_seconds: Some(125.0), next }
    }

    fn shown(rows: &[Row], columns: usize) -> Vec<String> {
        laid_out(rows, rows.len(), Size { columns, lines: 24 }, 0).lines().map(str::to_owned).collect()
    }

    #[test]
    fn columns_are_aligned_and_what_does_not_fit_is_left_out() {
        let rows = [row("sora:1", Some(0.42)), Row { state: "queued".to_owned(), eta_seconds: None, ..row("luma:abc", None) }];
        assert_eq!(
            shown(&rows, 100),
            [
                "sora:1    processing  ████░░░░░░  42 %  1 min 15 s, about 2 min 5 s left, next in 10 s",
                "luma:abc  queued      ⠋                 1 min 15 s, next in 10 s",
            ]
        );
        assert_eq!(shown(&rows[..1], 80), ["sora:1  processing  ████░░░░░░  42 %  1 min 15 s, about 2 min 5 s left"]);
        assert_eq!(shown(&rows[..1], 50), ["sora:1  processing  ████░░░░░░  42 %  1 min 15 s"]);
        assert_eq!(shown(&rows[..1], 40), ["sora:1  processing   42 %"]);
        assert_eq!(shown(&rows[..1], 20), ["sora:1  processing"]);
        assert_eq!(shown(&rows[..1], 10), ["sora:1"]);
    }

    #[test]
    fn no_line_is_as_long_as_the_terminal_is_wide() {
        let long = row("pictory:4a09edf9-d071-4847-bda5-8dea913d80fe", Some(1.0));
        assert!(
            shown(std::slice::from_ref(&long), 110)[0].starts_with("pictory:4a09edf9-d071-4847-bda5-8dea913d80fe  processing")
        );
        let waits = Row { eta_seconds: None, next: Next::Waits, ..long.clone() };
        assert_eq!(
            shown(&[row("sora:1", Some(0.5)), waits], 80),
            [
                "sora:1                 processing  █████░░░░░  50 %  1 min 15 s, next in 10 s",
                "pictory:4a…ea913d80fe  processing  ██████████ 100 %  1 min 15 s, waits its turn",
            ]
        );
        assert_eq!(shown(std::slice::from_ref(&long), 40), ["pictory:4a…a913d80fe  processing  100 %"]);
        for columns in 2..120 {
            assert!(shown(std::slice::from_ref(&long), columns)[0].chars().count() < columns, "{columns}");
        }
    }

    #[test]
    fn jobs_that_find_no_room_are_counted() {
        let rows: Vec<Row> = (0..30).map(|job| row(&format!("sora:{job}"), None)).collect();
        let lines = |running: usize, lines: usize| {
            let text = laid_out(&rows[..running.min(30)], running, Size { columns: 80, lines }, 0);
            (text.lines().count(), text.lines().last().unwrap_or_default().to_owned())
        };
        assert_eq!(lines(30, 12), (10, "21 more".to_owned()));
        assert_eq!(lines(30, 100), (20, "11 more".to_owned()));
        assert_eq!(lines(10, 12).0, 10);
        assert_eq!(lines(30, 1), (1, "30 more".to_owned()));
        assert_eq!(lines(0, 24), (0, String::new()));
    }

    #[test]
    fn an_estimate_of_days_is_none() {
        let row = Row { eta_seconds: Some(75e6), ..row("sora:1", Some(0.3)) };
        assert_eq!(shown(&[row], 100), ["sora:1  processing  ███░░░░░░░  30 %  1 min 15 s, next in 10 s"]);
    }
}
