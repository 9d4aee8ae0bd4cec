//! The files of `invalid/`: exactly the expected mistakes are found, at their places.

use std::fmt::Write as _;

use vidspec::{Code, Diagnostic, Diagnostics, Level, Provider};

use crate::{marked, root};

/// One broken definition.
struct Broken {
    name: String,
    text: String,
    expected: Vec<Expected>,
}

/// A line `# expect: LINE:COLUMN code message | advice`.
#[derive(Debug)]
struct Expected {
    line: usize,
    column: usize,
    code: Code,
    message: String,
    help: Option<String>,
}

impl Expected {
    fn parse(line: &str) -> Option<Self> {
        let (place, words) = line.trim_start_matches('\u{feff}').strip_prefix("# expect: ")?.trim_end().split_once(' ')?;
        let (line, column) = place.split_once(':')?;
        let (code, words) = words.split_once(' ')?;
        let code = Code::parse(code).unwrap_or_else(|| panic!("there is no code {code}"));
        let (message, help) = words.split_once(" | ").map_or((words, None), |(message, help)| (message, Some(help.to_owned())));
        Some(Self { line: line.parse().ok()?, column: column.parse().ok()?, code, message: message.to_owned(), help })
    }

    fn fits(&self, found: &Diagnostic) -> bool {
        let helped = |help: &String| found.help.as_ref().is_some_and(|found| found.contains(help));
        (found.line, found.column, found.code) == (self.line, self.column, self.code)
            && found.message.contains(&self.message)
            && self.help.as_ref().is_none_or(helped)
    }
}

impl Broken {
    fn all() -> Vec<Self> {
        let folder = root().join("tests/definitions/invalid");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect();
        files.sort();
        let read = |path: std::path::PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap();
            let expected: Vec<_> = text.lines().map_while(Expected::parse).collect();
            assert!(!expected.is_empty(), "{} does not say what is expected", path.display());
            Self { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), text, expected }
        };
        files.into_iter().map(read).collect()
    }

    fn mistakes(&self) -> Option<Diagnostics> {
        Provider::parse(&format!("invalid/{}.yaml", self.name), &self.text).err()
    }

    /// The same definition, written in another way that changes no place.
    fn rewritten(mut self, rewrite: impl Fn(&str) -> String) -> Self {
        self.text = rewrite(&self.text);
        self
    }
}

/// Checks every file and complains about all that is not as expected.
fn check(files: impl IntoIterator<Item = Broken>) {
    let mut complaints = String::new();
    let mut wrong = 0;
    for file in files {
        let mistakes = file.mistakes();
        let found: Vec<_> = mistakes.iter().flat_map(Diagnostics::iter).collect();
        let fits =
            found.len() == file.expected.len() && file.expected.iter().zip(&found).all(|(expected, found)| expected.fits(found));
        if !fits {
            wrong += 1;
            writeln!(complaints, "\n{}.yaml", file.name).unwrap();
            for Expected { line, column, code, message, help } in &file.expected {
                let help = help.as_deref().unwrap_or("any advice");
                writeln!(complaints, "  expected {line}:{column} {code} {message} | {help}").unwrap();
            }
            for Diagnostic { line, column, code, message, help, .. } in found {
                let help = help.as_deref().unwrap_or("no advice");
                writeln!(complaints, "  found    {line}:{column} {code} {message} | {help}").unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "{wrong} files are not judged as expected:\n{complaints}");
}

#[test]
fn every_broken_definition_is_refused_with_exactly_its_mistakes() {
    let files = Broken::all();
    assert!(files.len() > 80, "only {} files were found", files.len());
    check(files);
}

fn with_line_ends_of_windows(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn with_byte_order_mark(text: &str) -> String {
    format!("\u{feff}{}", text.trim_start_matches('\u{feff}'))
}

/// In the first line, which is a comment, so that everything after it is at another byte.
fn with_letters_of_several_bytes(text: &str) -> String {
    text.replacen("# expect", "# größer 視頻 🎬", 1)
}

#[test]
fn the_line_ends_of_windows_move_no_mistake() {
    check(Broken::all().into_iter().map(|file| file.rewritten(with_line_ends_of_windows)));
}

#[test]
fn a_byte_order_mark_moves_no_mistake() {
    check(Broken::all().into_iter().map(|file| file.rewritten(with_byte_order_mark)));
}

#[test]
fn letters_of_several_bytes_on_an_earlier_line_move_no_mistake() {
    check(Broken::all().into_iter().map(|file| file.rewritten(with_letters_of_several_bytes)));
}

#[test]
fn what_is_marked_begins_at_line_and_column() {
    for rewrite in [str::to_owned, with_line_ends_of_windows, with_byte_order_mark, with_letters_of_several_bytes] {
        for file in Broken::all().into_iter().map(|file| file.rewritten(rewrite)) {
            for mistake in file.mistakes().iter().flat_map(Diagnostics::iter) {
                assert!(marked(file.text.trim_start_matches('\u{feff}'), mistake).is_some(), "{}: {mistake:?}", file.name);
            }
        }
    }
}

#[test]
fn messages_speak_of_yaml_and_not_of_rust() {
    let rust = [
        "struct ",
        "enum ",
        "tuple",
        "variant",
        "identifier",
        "u64",
        "i64",
        "f64",
        "sequence",
        " a map,",
        "invalid type",
        "unit value",
    ];
    let mut complaints = String::new();
    for file in Broken::all() {
        for mistake in file.mistakes().iter().flat_map(Diagnostics::iter) {
            if let Some(word) = rust.iter().find(|word| mistake.message.contains(*word)) {
                writeln!(complaints, "{}: `{word}` in `{}`", file.name, mistake.message).unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn pictures_of_the_mistakes_do_not_change_unnoticed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/snapshots/definitions"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for file in Broken::all() {
        let picture = file.mistakes().map_or_else(|| "accepted".to_owned(), |mistakes| mistakes.render(false));
        settings.bind(|| insta::assert_snapshot!(file.name.as_str(), picture));
    }
}

#[test]
fn every_code_of_a_mistake_in_a_definition_has_a_broken_one() {
    let expected: Vec<Code> = Broken::all().iter().flat_map(|file| &file.expected).map(|expected| expected.code).collect();
    let errors = Code::ALL.iter().filter(|code| code.level() == Level::Error && **code != Code::BadEvidence);
    let without: Vec<_> = errors.filter(|code| !expected.contains(code)).collect();
    assert!(without.is_empty(), "no file shows {without:?}");
}
