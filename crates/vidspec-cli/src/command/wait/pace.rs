//! Who decides the pace: the flag, then the environment, then the definition, then what is usual.

use std::io::Write as _;
use std::time::Duration;

use vidspec::{Pace, Provider, Question, Resolved};

use crate::args;
use crate::error::CliError;
use crate::output::text::span;

/// How many errors in a row are borne where nobody says anything.
const MAX_ERRORS: u32 = 20;

/// Nobody's server is asked about a job more often than that, whatever the user says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// What the user decided, and where.
pub(super) struct Chosen {
    pub(super) pace: Pace,
    pub(super) max_errors: u32,
    timeout_by: &'static str,
    interval_by: &'static str,
    max_errors_by: &'static str,
}

/// # Errors
/// If a variable of the environment is not readable.
pub(super) fn choose(args: &args::Wait) -> Result<Chosen, CliError> {
    let (timeout, timeout_by) = decide(args.timeout, "--timeout", "VIDSPEC_TIMEOUT", args::duration)?;
    let (interval, interval_by) = decide(args.interval, "--interval", "VIDSPEC_INTERVAL", args::duration)?;
    let number = |text: &str| text.parse().map_err(|_| "expected a whole number".to_owned());
    let (max_errors, max_errors_by) = decide(args.max_errors, "--max-errors", "VIDSPEC_MAX_ERRORS", number)?;
    let mut pace = Pace::default();
    (pace.timeout, pace.interval) = (timeout, interval);
    Ok(Chosen { pace, max_errors: max_errors.unwrap_or(MAX_ERRORS), timeout_by, interval_by, max_errors_by })
}

/// The value of a flag or else of a variable, and the name of what had it.
fn decide<T>(
    flag: Option<T>,
    flag_name: &'static str,
    variable: &'static str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<(Option<T>, &'static str), CliError> {
    if flag.is_some() {
        return Ok((flag, flag_name));
    }
    match std::env::var(variable).ok().filter(|text| !text.is_empty()) {
        Some(text) => {
            let value = read(&text).map_err(|expected| CliError::new(format!("{expected} in {variable}, found `{text}`")))?;
            Ok((Some(value), variable))
        }
        None => Ok((None, "")),
    }
}

fn length(duration: Duration) -> String {
    span(duration.as_secs_f64())
}

impl Chosen {
    /// Raises an interval that is too short for servers of others, and says where a wish is not granted. A server on this machine may
    /// be asked without end, unless its definition says otherwise.
    pub(super) fn spare_others<'q>(&mut self, questions: impl Iterator<Item = Question<'q>>) {
        let Some(wanted) = self.pace.interval else { return };
        let (mut elsewhere, mut told) = (false, Vec::new());
        for question in questions {
            let provider = question.provider();
            let shortest = provider.pace().min.filter(|min| wanted < *min);
            if let Some(min) = shortest.filter(|_| !told.contains(&provider.id())) {
                told.push(provider.id());
                self.not_granted(
                    wanted,
                    &format!("{} is asked every {} at most, as its definition says", provider.id(), length(min)),
                );
            }
            elsewhere |= shortest.is_none() && !question.is_local();
        }
        if elsewhere && wanted < SHORTEST_INTERVAL {
            self.pace.interval = Some(SHORTEST_INTERVAL);
            self.not_granted(wanted, "only a server on this machine is asked more often than every second");
        }
    }

    fn not_granted(&self, wanted: Duration, why: &str) {
        let _ = writeln!(anstream::stderr(), "note: {} is {}, but {why}", self.interval_by, length(wanted));
    }

    /// Tells the pace of each provider, and who decided it.
    pub(super) fn tell(&self, jobs: &[Resolved]) {
        let mut told: Vec<&str> = Vec::new();
        for job in jobs {
            if !told.contains(&job.provider.id()) {
                told.push(job.provider.id());
                let _ = writeln!(anstream::stderr(), "pace    {}", self.of(&job.provider));
            }
        }
        let by = if self.max_errors_by.is_empty() { "default" } else { self.max_errors_by };
        let _ = writeln!(anstream::stderr(), "        at most {} errors in a row ({by})", self.max_errors);
    }

    fn of(&self, provider: &Provider) -> String {
        let (own, usual) = (provider.pace(), Pace::DEFAULT);
        let settled = self.pace.or(&own).or(&usual);
        let length = |name: &str, chosen: &str, own: Option<Duration>, settled: Option<Duration>| {
            let by = if !chosen.is_empty() {
                chosen
            } else if own.is_some() {
                "definition"
            } else {
                "default"
            };
            settled.map(|length| format!("{name} {} ({by})", span(length.as_secs_f64())))
        };
        let mut parts = vec![
            length("every", self.interval_by, own.interval, settled.interval),
            length("for", self.timeout_by, own.timeout, settled.timeout),
        ];
        if let (Some(interval), Some(min)) = (settled.interval, own.min.filter(|min| settled.interval < Some(*min))) {
            let (interval, min) = (span(interval.as_secs_f64()), span(min.as_secs_f64()));
            parts.push(Some(format!("but not every {interval}: at least {min} apart (definition)")));
        }
        if let Some(rate) = settled.rate {
            parts.push(Some(format!("questions {} apart (definition)", span(rate.distance().as_secs_f64()))));
        }
        let by = if own.concurrency.is_some() { "definition" } else { "default" };
        parts.push(settled.concurrency.map(|count| format!("{count} at once ({by})")));
        format!("{}: {}", provider.id(), parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
