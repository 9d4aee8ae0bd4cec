//! What `vidspec lint` found, told to a person or a program.

use std::fmt::Write as _;

use serde_json::{Value, json};
use vidspec::{Diagnostic, Diagnostics, Level};
use vidspec_harness::LintOutcome;

use super::visible;

/// For people: a picture of each finding, then one line for all.
pub(crate) fn text(outcome: &LintOutcome, lightest: Level) -> String {
    let mut text = String::new();
    for diagnostics in outcome.findings.iter().map(|diagnostics| diagnostics.at_least(lightest)) {
        if diagnostics.iter().next().is_some() {
            let _ = writeln!(text, "{}\n", diagnostics.render(true));
        }
    }
    text + &summary(outcome)
}

/// For programs: a list of findings.
pub(crate) fn json(outcome: &LintOutcome, lightest: Level) -> String {
    let findings = shown(outcome, lightest).map(|(file, found)| {
        json!({
            "file": file,
            "line": found.line,
            "column": found.column,
            "level": found.code.level().as_str(),
            "code": found.code.as_str(),
            "message": found.message,
            "help": found.help,
        })
    });
    format!("{:#}\n", findings.collect::<Value>())
}

/// For GitHub: a workflow command for each finding, which shows it beside its line.
pub(crate) fn github(outcome: &LintOutcome, lightest: Level) -> String {
    let mut text = String::new();
    for (file, found) in shown(outcome, lightest) {
        let command = match found.code.level() {
            Level::Note => "notice",
            other => other.as_str(),
        };
        let help = found.help.as_ref().map(|help| format!("%0A{}", message(help))).unwrap_or_default();
        let _ = writeln!(
            text,
            "::{command} file={},line={},col={},title={}::{}{help}",
            property(file),
            found.line,
            found.column,
            property(found.code.as_str()),
            message(&found.message),
        );
    }
    text
}

fn shown(outcome: &LintOutcome, lightest: Level) -> impl Iterator<Item = (&str, &Diagnostic)> {
    let all = outcome.findings.iter().flat_map(|diagnostics| diagnostics.iter().map(|found| (diagnostics.file(), found)));
    all.filter(move |(_, found)| found.code.level() >= lightest)
}

/// `27 definitions: no errors, 2 warnings, 9 notes`
fn summary(outcome: &LintOutcome) -> String {
    let count = |level: Level| {
        let found = outcome.findings.iter().flat_map(Diagnostics::iter);
        counted(found.filter(|found| found.code.level() == level).count(), level.as_str())
    };
    let definitions = counted(outcome.definitions, "definition");
    format!("{definitions}: {}, {}, {}\n", count(Level::Error), count(Level::Warning), count(Level::Note))
}

/// `no errors`, `1 error`, `2 errors`
fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// The escapes of GitHub's workflow commands, in which a line break would end the command.
fn message(text: &str) -> String {
    text.split('\n').map(|line| visible(line).replace('%', "%25")).collect::<Vec<_>>().join("%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_end_its_command() {
        assert_eq!(message("50 %\r\n::error::x\u{1b}"), "50 %25\u{FFFD}%0A::error::x\u{FFFD}");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
