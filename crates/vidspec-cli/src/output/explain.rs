//! How an answer was judged, told to a person or a program.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use vidspec::{Check, Effect, Explanation, Look, Stage, Step};
use vidspec_harness::Explained;

use super::{text, visible};

/// The report, perhaps with the explanation as one more member.
#[derive(Serialize)]
struct Document<'e> {
    #[serde(flatten)]
    check: Option<&'e Check>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'e [Explanation]>,
}

/// What programs get. Without a check, as where the second answer is missing, there is no report.
pub(crate) fn document(check: Option<&Check>, explanation: Option<&[Explanation]>, pretty: bool) -> String {
    let document = Document { check, explanation };
    let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
    text.unwrap_or_default()
}

/// The steps of all answers to one question, and what they came to in one line.
pub(crate) fn page(explained: &Explained) -> String {
    let mut text: String = explained.explanations.iter().map(steps).collect();
    let line = match &explained.check {
        Some(check) => text::row(check).into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("  "),
        None => "the second answer is not here; the folder of a scenario can hold both".to_owned(),
    };
    let _ = writeln!(text, "{line}");
    text
}

/// The steps of one answer.
pub(crate) fn steps(explanation: &Explanation) -> String {
    let bold = Style::new().bold();
    let mut text = format!("{bold}the answer to `{}`, HTTP {}{bold:#}\n", explanation.answer, explanation.http_status);
    let cells: Vec<(String, String)> = explanation.steps.iter().map(place).collect();
    let width = |cell: fn(&(String, String)) -> &String| cells.iter().map(|cells| cell(cells).chars().count()).max();
    let widths = (width(|cells| &cells.0).unwrap_or_default(), width(|cells| &cells.1).unwrap_or_default());
    let mut stage = None;
    for (step, cells) in explanation.steps.iter().zip(&cells) {
        if stage.replace(step.stage) != Some(step.stage) {
            let _ = writeln!(text, "{} {bold}{:<8}{bold:#} {}", step.stage.number(), step.stage.as_str(), question(step.stage));
        }
        write_step(&mut text, step, cells, widths);
    }
    text.push('\n');
    text
}

/// The file with the line, and the path of the part.
fn place(step: &Step) -> (String, String) {
    match &step.place {
        Some(place) => (visible(&format!("{}:{}", place.file, place.line)), visible(&place.path)),
        None => (String::new(), String::new()),
    }
}

fn write_step(text: &mut String, step: &Step, (line, path): &(String, String), (lines, paths): (usize, usize)) {
    let (mark, style) = match step.effect {
        Effect::Decided => ("=>", Style::new().fg_color(Some(AnsiColor::Green.into())).bold()),
        Effect::Used => (" +", Style::new()),
        _ => (" -", Style::new().dimmed()),
    };
    let conclusion = visible(&step.conclusion);
    let _ = match step.place {
        Some(_) => writeln!(text, "  {style}{mark} {line:<lines$}  {path:<paths$}  {conclusion}{style:#}"),
        None => writeln!(text, "  {style}{mark} {conclusion}{style:#}"),
    };
    for look in &step.looks {
        let _ = writeln!(text, "       {}", visible(&sentence(look)));
    }
}

/// ``- $.error.code: expected `1`, found nothing``
fn sentence(look: &Look) -> String {
    let mark = if look.holds { '+' } else { '-' };
    let expected = look.expected.as_ref().map(|expected| format!("expected {expected}, ")).unwrap_or_default();
    let found = if look.found.is_empty() { "nothing".to_owned() } else { look.found.join(", ") };
    let taken = look.taken.as_ref().map(|taken| format!(", of which {taken} is taken")).unwrap_or_default();
    format!("{mark} {}: {expected}found {found}{taken}", look.at)
}

/// What a stage asks.
fn question(stage: Stage) -> &'static str {
    match stage {
        Stage::Body => "what has come?",
        Stage::Rules => "which is the first that holds?",
        Stage::Problem => "does the API refuse to answer?",
        Stage::Status => "what is the provider's word, and what does it mean?",
        Stage::Error => "why did the job end badly?",
        Stage::Values => "what else does it tell?",
        Stage::Result => "is a second request needed?",
        Stage::Guards => "what does not fit together?",
        _ => "",
    }
}
