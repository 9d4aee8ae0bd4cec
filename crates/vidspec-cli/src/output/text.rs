//! A check, told to a person.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use url::Url;
use vidspec::{Check, Failure, LifecycleState, Output, Problem, ProblemKind, Provider, Report, Retryable, State};

use super::visible;

/// The columns of the table for several jobs.
pub(crate) const COLUMNS: [&str; 4] = ["JOB", "STATE", "PROGRESS", ""];

/// A row of the table for several jobs.
pub(crate) fn row(check: &Check) -> Vec<String> {
    let (state, remark) = match &check.outcome {
        Ok(report) => (report.state.as_str().to_owned(), remark(report)),
        Err(problem) => ("no state".to_owned(), problem_line(problem)),
    };
    let progress = check.outcome.as_ref().ok().and_then(|report| report.progress).map(percent).unwrap_or_default();
    vec![visible(&check.job.to_string()), state, progress, remark]
}

/// What matters most of a report, in one line.
fn remark(report: &Report) -> String {
    if let Some(failure) = &report.failure {
        return failure_line(failure);
    }
    if let Some(problem) = &report.result_problem {
        return problem_line(problem);
    }
    match (report.outputs.first(), &report.raw_status) {
        (Some(output), _) => visible(&location(output)),
        (None, Some(raw)) if report.state == State::Unknown => format!("the provider says `{}`", visible(raw)),
        _ => report.anomalies.first().map(|anomaly| visible(&anomaly.message)).unwrap_or_default(),
    }
}

/// What the advice at the end of a report needs to know.
pub(crate) struct Hints<'h> {
    pub(crate) provider: &'h Provider,
    /// The address that was asked.
    pub(crate) asked_at: Option<&'h Url>,
    /// The options with which the same question is put again.
    pub(crate) options: String,
    /// Whether the answer came from the documentation.
    pub(crate) replayed: bool,
    /// Whether there is a documented answer.
    pub(crate) has_evidence: bool,
    /// Whether the files are saved by the same command.
    pub(crate) saves: bool,
}

/// The whole of a check.
pub(crate) fn report(check: &Check, hints: &Hints<'_>) -> String {
    let mut page = Page::default();
    match &check.outcome {
        Ok(report) => {
            page.heading(check, report.state.as_str(), colour(report.state));
            page.report(report);
        }
        Err(problem) => {
            page.heading(check, "no state", AnsiColor::Yellow);
            page.problem("problem", problem);
        }
    }
    if let Some(next) = next_step(check, hints) {
        page.line("next", &next);
    }
    if let Some(lifecycle) = &check.lifecycle {
        let since = format!("this API is {} since {}", lifecycle_word(lifecycle.state), lifecycle.date);
        let more = [&lifecycle.replacement, &lifecycle.note].into_iter().flatten().map(ToString::to_string);
        let text = std::iter::once(since).chain(more).collect::<Vec<_>>().join("; ");
        page.line("lifecycle", &text);
    }
    page.text
}

pub(crate) fn lifecycle_word(state: LifecycleState) -> &'static str {
    match state {
        LifecycleState::Retired => "retired",
        _ => "deprecated",
    }
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn heading(&mut self, check: &Check, state: &str, colour: AnsiColor) {
        let style = Style::new().fg_color(Some(colour.into())).bold();
        let job = visible(&check.job.to_string());
        let _ = writeln!(self.text, "{job}  {style}{state}{style:#}");
    }

    fn line(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "  {name:<11} {}", visible(value));
    }

    fn report(&mut self, report: &Report) {
        // `done: true` says nothing more, unless that is all there is.
        let telling =
            |raw: &str| report.state == State::Unknown || (raw != report.state.as_str() && raw.parse::<bool>().is_err());
        let is_word = |raw: &&String| telling(raw);
        if let Some(raw) = report.raw_status.as_ref().filter(is_word) {
            self.line("status", &format!("`{raw}` in the provider's words"));
        }
        if let Some(progress) = report.progress {
            self.line("progress", &percent(progress));
        }
        if let Some(elapsed) = report.elapsed_seconds {
            self.line("elapsed", &span(elapsed));
        }
        if let Some(eta) = report.eta_seconds {
            self.line("left", &format!("about {} at this pace", span(eta)));
        }
        if let Some(failure) = &report.failure {
            self.line("reason", &failure_line(failure));
            self.line("retry", retry_words(failure.retryable));
        }
        for output in &report.outputs {
            self.output(output);
        }
        for (name, value) in &report.details {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match name.strip_suffix("_seconds") {
                Some(name) => self.line(name, &format!("{text} s")),
                None => self.line(&name.replace('_', " "), &text),
            }
        }
        if let Some(problem) = &report.result_problem {
            self.problem("no address", problem);
        }
        for anomaly in &report.anomalies {
            self.line("warning", &anomaly.message);
        }
    }

    fn output(&mut self, output: &Output) {
        self.line(&output.role.as_str().replace('_', " "), &location(output));
        let mut remarks = Vec::new();
        remarks.extend(output.expires_at.map(|moment| format!("until {moment}")));
        if let (None, Some(lifetime)) = (output.expires_at, output.lifetime_seconds) {
            remarks.push(format!("kept for {} after its making", span(lifetime)));
        }
        if output.key_needed {
            remarks.push("needs the key".to_owned());
        }
        if !output.fetchable && output.inline().is_none() {
            remarks.push("not to be fetched by HTTP as it stands".to_owned());
        }
        if !remarks.is_empty() {
            self.line("", &remarks.join(", "));
        }
    }

    fn problem(&mut self, name: &str, problem: &Problem) {
        self.line(name, &problem_line(problem));
        if let Some(seconds) = problem.retry_after_seconds {
            self.line("", &format!("asks to wait {}", span(seconds)));
        }
    }
}

/// What to do next: one command, or one sentence.
fn next_step(check: &Check, hints: &Hints<'_>) -> Option<String> {
    let again = format!("vidspec check {}{}", quoted(&check.job.to_string()), hints.options);
    if hints.replayed {
        let key = hints.provider.key_variables().next().unwrap_or_default();
        return Some(format!("ask the real API, with your key in {key}: {again}"));
    }
    match &check.outcome {
        Err(problem) => advice(problem, check, hints, &again),
        Ok(report) => match report.state {
            State::Queued | State::Processing => {
                let when = report.next_check_seconds.map(|seconds| format!(" in {}", span(seconds))).unwrap_or_default();
                Some(format!("ask again{when}: {again}"))
            }
            State::Completed => fetching(report, check, hints),
            State::Unknown => Some(format!("the word is not in the definition; see the whole answer: {again} --raw")),
            _ => None,
        },
    }
}

/// How to get the main file. The key goes along only to the hosts that it belongs to.
fn fetching(report: &Report, check: &Check, hints: &Hints<'_>) -> Option<String> {
    if hints.saves {
        return None;
    }
    let output = report.main_outputs().find(|output| output.fetchable || output.inline().is_some())?;
    let url = output.url.as_ref().and_then(|url| Url::parse(url).ok());
    let may_see_key = |url: Url| hints.asked_at.is_some_and(|asked| hints.provider.may_pass_key(asked, &url));
    if output.key_needed && output.inline().is_none() && !url.is_some_and(may_see_key) {
        return Some(
            "the file is on another host than the one that was asked: decide yourself whether it may see your key".into(),
        );
    }
    Some(format!("vidspec download {}{}", quoted(&check.job.to_string()), hints.options))
}

/// Where a file is: its address, or its size where it stands in the answer.
pub(crate) fn location(output: &Output) -> String {
    match (&output.url, output.inline()) {
        (Some(url), _) => url.clone(),
        (None, Some(file)) => format!("{} bytes, in the answer itself", file.size()),
        (None, None) => String::new(),
    }
}

/// As a shell needs it.
pub(crate) fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn colour(state: State) -> AnsiColor {
    match state {
        State::Completed => AnsiColor::Green,
        State::Failed | State::Canceled | State::Expired => AnsiColor::Red,
        State::Queued | State::Processing => AnsiColor::Cyan,
        _ => AnsiColor::Yellow,
    }
}

pub(crate) fn percent(progress: f64) -> String {
    // 0.29 × 100 is a little less than 29.
    format!("{:.0} %", (progress * 100.0 + 1e-9).floor())
}

fn failure_line(failure: &Failure) -> String {
    explained(failure.reason.as_str(), failure.code.as_deref(), failure.message.as_deref())
}

fn problem_line(problem: &Problem) -> String {
    explained(problem.kind.as_str(), problem.code.as_deref(), problem.message.as_deref())
}

/// `moderated (moderation_blocked): Your request was blocked …`
fn explained(class: &str, code: Option<&str>, message: Option<&str>) -> String {
    let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    visible(&format!("{}{code}{message}", class.replace('_', " ")))
}

fn retry_words(retryable: Retryable) -> &'static str {
    match retryable {
        Retryable::Yes => "submitting the job again may help",
        Retryable::No => "submitting the same job again will not help",
        Retryable::Unknown => "the provider does not say whether submitting it again can help",
    }
}

fn advice(problem: &Problem, check: &Check, hints: &Hints<'_>, again: &str) -> Option<String> {
    let retired = check.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.state == LifecycleState::Retired);
    Some(match problem.kind {
        ProblemKind::Unauthorized if check.http_status.is_none() && hints.has_evidence => {
            format!("without a key, see the documented answer: vidspec check {} --replay", quoted(&check.job.to_string()))
        }
        ProblemKind::Unauthorized if check.http_status.is_none() => return None,
        ProblemKind::Unauthorized => "is the key whole, current and of this provider?".to_owned(),
        ProblemKind::NotFound if retired && hints.options.is_empty() => {
            "the API is gone; name a gateway with --base-url".to_owned()
        }
        ProblemKind::NotFound if problem.code.is_none() && hints.asked_at != hints.provider.base_url() => {
            "is the id whole, and the address that was asked, to the last part of its path?".to_owned()
        }
        ProblemKind::NotFound => "is the id whole, and of this account and region?".to_owned(),
        ProblemKind::UndocumentedResponse => format!("see the whole answer: {again} --raw"),
        ProblemKind::RateLimited | ProblemKind::ProviderUnavailable | ProblemKind::Timeout | ProblemKind::Transport => {
            format!("the job may be running all the same; ask again later: {again}")
        }
        _ => return None,
    })
}

/// `8 s`, `4 min 10 s`, `1 h 5 min`, `2 d`.
pub(crate) fn span(seconds: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")];
    if seconds > 0.0 && seconds < 0.1 {
        return format!("{} ms", (seconds * 1e3).round());
    }
    if seconds < 60.0 {
        return format!("{} s", (seconds * 10.0).round() / 10.0);
    }
    let mut rest = seconds.round();
    let mut parts = Vec::new();
    for (length, unit) in UNITS {
        let count = (rest / length).floor();
        if count >= 1.0 {
            parts.push(format!("{count} {unit}"));
            rest -= count * length;
        }
    }
    parts.truncate(2);
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (0.001, "1 ms"),
            (0.3, "0.3 s"),
            (8.25, "8.3 s"),
            (60.0, "1 min"),
            (250.0, "4 min 10 s"),
            (3_900.0, "1 h 5 min"),
            (172_800.0, "2 d"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }

    #[test]
    fn progress_is_never_rounded_up_to_the_end() {
        assert_eq!(percent(0.999), "99 %");
        assert_eq!(percent(1.0), "100 %");
        for whole in 0..=100_u32 {
            assert_eq!(percent(f64::from(whole) / 100.0), format!("{whole} %"));
        }
    }

    #[test]
    fn what_a_shell_would_read_is_quoted() {
        assert_eq!(quoted("pictory:4a09-edf9"), "pictory:4a09-edf9");
        assert_eq!(quoted("https://x/a?b=1&c='"), r"'https://x/a?b=1&c='\'''");
    }
}
