//! The outcome of `vidspec test`, told to a person or a program.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use vidspec_harness::{Outcome, SnapshotState, Tested};

use super::visible;

/// What the telling needs to know.
pub(crate) struct View<'v> {
    /// The folder of the evidence.
    pub(crate) fixtures: &'v Path,
    /// Whether snapshots count.
    pub(crate) strict: bool,
    /// The smallest coverage that passes, in percent.
    pub(crate) minimum: Option<f64>,
    /// Whether the evidence for each part is shown.
    pub(crate) all_parts: bool,
    /// Whether only some scenarios were asked for, so that coverage says nothing.
    pub(crate) filtered: bool,
}

impl View<'_> {
    /// Whether all is well with a provider.
    pub(crate) fn passes(&self, outcome: &Outcome) -> bool {
        let snapshots = !self.strict || (outcome.left_over.is_empty() && outcome.tested.iter().all(Tested::is_as_before));
        outcome.tested.iter().all(Tested::holds) && outcome.complaints.is_empty() && snapshots && self.is_covered(outcome)
    }

    fn is_covered(&self, outcome: &Outcome) -> bool {
        self.minimum.is_none_or(|minimum| outcome.coverage.percent() >= minimum)
    }

    /// For people: first what is wrong, then how much is known, then one line for all.
    pub(crate) fn text(&self, outcomes: &[Outcome]) -> String {
        let mut text = String::new();
        for outcome in outcomes {
            self.troubles(outcome, &mut text);
        }
        if !self.filtered {
            for outcome in outcomes {
                self.coverage(outcome, &mut text);
            }
            text.push('\n');
        }
        text.push_str(&summary(outcomes));
        text
    }

    fn troubles(&self, outcome: &Outcome, text: &mut String) {
        let id = outcome.provider.id();
        for tested in &outcome.tested {
            let name = format!("{id}/{}", tested.scenario.name);
            if !tested.holds() {
                heading(text, "FAILED", AnsiColor::Red, &name, &tested.scenario.title);
                line(text, &self.fixtures.join(id).join(&tested.scenario.file).display().to_string());
                mistakes(text, tested);
            } else if let SnapshotState::Changed { diff } = &tested.snapshot {
                heading(text, "CHANGED", AnsiColor::Yellow, &name, "the claim holds, but the report is not as its snapshot");
                changes(text, diff);
            } else if self.strict && tested.snapshot == SnapshotState::Missing {
                heading(text, "MISSING", AnsiColor::Yellow, &name, "there is no snapshot of the report");
            }
        }
        for complaint in &outcome.complaints {
            heading(text, "FAILED", AnsiColor::Red, id, complaint);
        }
        for path in &outcome.left_over {
            heading(text, "LEFT OVER", AnsiColor::Yellow, &path.display().to_string(), "no scenario has this name; delete it");
        }
    }

    fn coverage(&self, outcome: &Outcome, text: &mut String) {
        let id = outcome.provider.id();
        let (seen, all) = outcome.coverage.count();
        let grades = outcome.coverage.by_grade().iter().map(|(grade, count)| format!("{count} {grade}")).collect::<Vec<_>>();
        let grades = if grades.is_empty() { String::new() } else { format!(": {}", grades.join(", ")) };
        let _ = writeln!(text, "{id:<12} {seen} of {all} parts have evidence ({}){grades}", percent(outcome));
        if self.all_parts {
            for (place, shown) in outcome.coverage.places() {
                let shown =
                    shown.map_or_else(|| "-".to_owned(), |shown| format!("{} ({})", shown.grade.as_str(), shown.scenario));
                let _ = writeln!(text, "{:12} {:<36} {shown}", "", visible(place));
            }
        } else if seen < all {
            let missing = outcome.coverage.missing().collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "{:12} none for {}", "", visible(&missing));
        }
        if !self.is_covered(outcome) {
            heading(
                text,
                "FAILED",
                AnsiColor::Red,
                id,
                &format!("less than {} % have evidence", self.minimum.unwrap_or_default()),
            );
        }
    }

    /// For programs.
    pub(crate) fn document(&self, outcomes: &[Outcome]) -> Value {
        outcomes.iter().map(|outcome| self.of_provider(outcome)).collect()
    }

    /// One provider, for programs.
    pub(crate) fn of_provider(&self, outcome: &Outcome) -> Value {
        let scenarios = outcome.tested.iter().map(|tested| {
            json!({
                "name": tested.scenario.name,
                "title": tested.scenario.title,
                "evidence": tested.scenario.evidence.to_string(),
                "holds": tested.holds(),
                "complaints": tested.replayed.complaints().collect::<Vec<_>>(),
                "snapshot": match &tested.snapshot {
                    SnapshotState::Same => "same",
                    SnapshotState::Missing => "missing",
                    _ => "changed",
                },
                "report": tested.replayed.report,
            })
        });
        let parts = outcome.coverage.places().map(|(place, shown)| {
            json!({
                "part": place,
                "evidence": shown.map(|shown| shown.grade.as_str()),
                "scenario": shown.map(|shown| &shown.scenario),
            })
        });
        let coverage = json!({ "percent": outcome.coverage.percent(), "parts": parts.collect::<Value>() });
        json!({
            "provider": outcome.provider.id(),
            "passes": self.passes(outcome),
            "scenarios": scenarios.collect::<Value>(),
            "complaints": outcome.complaints,
            "left_over": outcome.left_over,
            "coverage": if self.filtered { Value::Null } else { coverage },
        })
    }
}

/// One line for all.
fn summary(outcomes: &[Outcome]) -> String {
    let tested = || outcomes.iter().flat_map(|outcome| &outcome.tested);
    let failed = tested().filter(|tested| !tested.holds()).count();
    let count = |wanted: fn(&SnapshotState) -> bool| tested().filter(|tested| wanted(&tested.snapshot)).count();
    let changed = count(|state| matches!(state, SnapshotState::Changed { .. }));
    let missing = count(|state| *state == SnapshotState::Missing);
    let claims = match failed {
        0 if tested().count() == 1 => "1 claim holds".to_owned(),
        0 => format!("{} claims hold", tested().count()),
        _ => format!("{failed} of {} claims do not hold", tested().count()),
    };
    let mut text = format!("{claims}; snapshots: {changed} changed, {missing} missing\n");
    if changed + missing > 0 && failed == 0 {
        text.push_str("accept the reports as they are with --update\n");
    }
    text
}

/// Rounded down: 99.9 % is not all.
fn percent(outcome: &Outcome) -> String {
    format!("{:.0} %", outcome.coverage.percent().floor())
}

fn heading(text: &mut String, word: &str, colour: AnsiColor, name: &str, sentence: &str) {
    let style = Style::new().fg_color(Some(colour.into())).bold();
    let _ = writeln!(text, "{style}{word}{style:#}  {}  {}", visible(name), visible(sentence));
}

fn line(text: &mut String, words: &str) {
    let _ = writeln!(text, "  {}", visible(words));
}

/// What was sent otherwise in sentences, what was concluded otherwise side by side.
fn mistakes(text: &mut String, tested: &Tested) {
    tested.replayed.troubles.iter().for_each(|trouble| line(text, trouble));
    if !tested.replayed.diff.is_empty() {
        line(text, "- the claim, + what was concluded");
        changes(text, &tested.replayed.diff);
    }
}

fn changes(text: &mut String, diff: &str) {
    for change in diff.lines() {
        let style = match change.chars().next() {
            Some('-') => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Some('+') => Style::new().fg_color(Some(AnsiColor::Green.into())),
            _ => Style::new(),
        };
        let _ = writeln!(text, "    {style}{}{style:#}", visible(change));
    }
}
