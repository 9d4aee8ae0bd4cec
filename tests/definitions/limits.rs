//! Definitions that are too much, too little, or meant to be slow to read. They can come from strangers.

use std::time::{Duration, Instant};

use vidspec::{Diagnostic, Provider};

use crate::{SOUND, refused};

/// A guard against hanging, not a measure: it leaves room for a busy machine and a debug build.
const QUICK: Duration = Duration::from_secs(20);

const LARGEST_FILE: usize = 65_536;

/// What is found, and that it is found and shown quickly.
fn quickly(text: &str) -> Vec<Diagnostic> {
    let start = Instant::now();
    let found = Provider::parse("acme.yaml", text).err();
    let _picture = found.as_ref().map(|mistakes| mistakes.render(false));
    let took = start.elapsed();
    assert!(took < QUICK, "{} bytes took {took:?}", text.len());
    found.iter().flat_map(|mistakes| mistakes.iter().cloned()).collect()
}

/// A definition with these entries in its table of codes.
fn with_codes(entries: impl Iterator<Item = String>) -> String {
    let head = format!("{SOUND}error:\n  code: $.code\n  codes:");
    [head].into_iter().chain(entries).collect::<Vec<_>>().join("\n    ") + "\n"
}

fn padded_to(length: usize) -> String {
    format!("{SOUND}#{}", "x".repeat(length - SOUND.len() - 1))
}

#[test]
fn a_file_may_have_64_kib_and_not_a_byte_more() {
    assert!(Provider::parse("acme.yaml", &padded_to(LARGEST_FILE)).is_ok());
    let mistakes = refused(&padded_to(LARGEST_FILE + 1));
    let [mistake] = mistakes.iter().collect::<Vec<_>>()[..] else { panic!("{mistakes}") };
    assert_eq!((mistake.line, mistake.column), (1, 1));
    assert_eq!(mistake.message, "expected a file of at most 65536 bytes, found more");
}

/// A definition of a stranger can be a link to a file without an end.
#[cfg(unix)]
#[test]
fn of_a_file_without_an_end_only_the_beginning_is_read() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("acme.yaml")).unwrap();
    let mut catalogue = vidspec::Catalogue::empty();
    catalogue.add_folder(folder.path()).unwrap();
    let error = catalogue.provider("acme").expect_err("a definition of zeros").to_string();
    assert!(error.contains("expected a file of at most 65536 bytes, found more"), "{error}");
}

#[test]
fn a_file_without_anything_lacks_every_key_at_its_beginning() {
    for text in ["", "\u{feff}", "\n", "\r\n\r\n", "   ", "#", "---", "---\n...\n", "~", "null", "{}"] {
        let mistakes = refused(text);
        let found: Vec<_> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
        let lacking = ["vidspec", "id", "name", "docs", "base_url", "auth", "status"];
        assert_eq!(found, lacking.map(|key| format!("expected a key `{key}`, found none")), "{text:?}");
        assert!(mistakes.iter().all(|mistake| mistake.line == 1), "{text:?}: {mistakes}");
    }
}

#[test]
fn deep_nesting_without_brackets_is_refused() {
    for text in ["- ".repeat(30_000), "? ".repeat(30_000), "- ? ".repeat(15_000), "!a ".repeat(20_000), ": ".repeat(30_000)] {
        assert_eq!(quickly(&text).len(), 1, "{}", &text[..8]);
    }
}

#[test]
fn brackets_in_any_number_are_refused_quickly() {
    for text in [
        "[".repeat(60_000),
        "{".repeat(60_000),
        "[{".repeat(30_000),
        "[]".repeat(30_000),
        "]".repeat(60_000),
        "{a: ".repeat(15_000),
    ] {
        assert!(!quickly(&text).is_empty(), "{}", &text[..8]);
    }
}

#[test]
fn brackets_in_comments_and_texts_nest_nothing() {
    let open = "[".repeat(65);
    for text in [format!("# {open}\n{SOUND}"), SOUND.replace("Acme Video", &format!("\"{open}\""))] {
        assert!(Provider::parse("acme.yaml", &text).is_ok(), "{}", refused(&text));
    }
}

#[test]
fn a_list_that_is_repeated_by_name_does_not_fill_the_memory() {
    // 13,000 of each would fit into a file, and fill 12 GB.
    let text = format!("{SOUND}  rules: [{}]\npoll: [{}]\n", format_args!("&a [{}]", "0,".repeat(1_500)), "*a,".repeat(1_500));
    assert!(!quickly(&text).is_empty());
}

#[test]
fn an_alias_that_holds_itself_is_refused() {
    assert!(!quickly(&format!("{SOUND}  details: &a {{ x: *a }}\n")).is_empty());
    assert!(!quickly("&a [*a, *a]\n").is_empty());
}

#[test]
fn a_short_json_path_is_read_quickly_however_it_is_nested() {
    // Each level more doubles the time; the length that is allowed has room for 60.
    let paths = [
        format!("$[?{}@.a{}==1]", "(length(".repeat(18), "))".repeat(18)),
        format!("$[?{}@.a{}]", "count(@[?".repeat(18), "])".repeat(18)),
        format!("$[?{}@.a{}]", "(".repeat(90), ")".repeat(90)),
        format!("$[?{}@.a{}]", "@[?".repeat(50), "]".repeat(50)),
        format!("$[?{}@.a]", "!".repeat(400)),
    ];
    for path in paths {
        quickly(&format!("{SOUND}  details: {{ x: '{path}' }}\n"));
    }
}

#[test]
fn many_patterns_beside_many_mistakes_are_read_quickly() {
    for (patterns, mistakes) in [(25, 25), (100, 99)] {
        let patterns = (0..patterns).map(|code| format!("/{code}\\w/: quota"));
        let wrong = (0..mistakes).map(|code| format!("x{code}: quot"));
        assert!(quickly(&with_codes(patterns.chain(wrong))).len() >= mistakes);
    }
}

#[test]
fn not_more_than_a_hundred_mistakes_are_shown() {
    let wrong_words = with_codes((0..1_500).map(|code| format!("x{code}: quot")));
    let same_keys = "a: 1\n".repeat(1_500);
    for text in [wrong_words, same_keys] {
        let found = quickly(&text).len();
        assert!((1..=100).contains(&found), "{found} were shown");
    }
}
