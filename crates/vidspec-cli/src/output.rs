//! How results are printed for people.

use std::io::{self, Write as _};

use crate::error::CliError;

pub(crate) mod explain;
pub(crate) mod lint;
pub(crate) mod progress;
pub(crate) mod providers;
pub(crate) mod test;
pub(crate) mod text;
pub(crate) mod wait;

/// Prints a result.
pub(crate) fn print(text: &str) {
    let mut stdout = anstream::stdout().lock();
    printed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
}

/// What came of printing. A reader that has seen enough, as `head`, closes the pipe, and that is no trouble. A result that is lost in
/// any other way, as on a full disk, ends the command at once: what a journal holds is told again by the next run.
pub(crate) fn printed(result: io::Result<()>) {
    if let Err(error) = result
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        let code = CliError::new(format!("standard output cannot be written: {error}")).print();
        std::process::exit(code as i32);
    }
}

/// The text without the characters that would steer a terminal or turn the writing around; they come from elsewhere.
pub(crate) fn visible(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { '\u{FFFD}' } else { c }).collect()
}

/// Columns under their headings; the last one is not padded.
pub(crate) fn table(headings: &[&str], rows: Vec<Vec<String>>) -> String {
    let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let rows = rows.into_iter().map(|row| row.iter().map(|cell| visible(cell)).collect());
    let rows: Vec<Vec<String>> = std::iter::once(headings).chain(rows).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = vec![vec!["a".into(), "bbb".into()], vec!["cccc".into(), String::new()]];
        assert_eq!(table(&["X", "Y"], rows), "X     Y\na     bbb\ncccc\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\r\n\u{202E}c"), "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}\u{FFFD}c");
    }
}
