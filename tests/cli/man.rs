//! `vidspec man`

use crate::support::Test;

#[test]
fn the_page_is_printed() {
    let ran = Test::new().args(["man"]).run();
    ran.code(0).stderr_is("").stdout_has(".TH vidspec 1").stdout_has("vidspec\\-check(1)").stdout_has("Examples:");
}

#[test]
fn a_page_for_each_command_is_written() {
    let ran = Test::new().args(["man", "share/man1"]).run();
    ran.code(0).stdout_is("").stderr_is("the pages of all commands are in share/man1\n");
    for (page, text) in [
        ("vidspec.1", "vidspec\\-wait(1)"),
        ("vidspec-check.1", "\\-\\-exit\\-status"),
        ("vidspec-providers-show.1", "evidence for each part"),
    ] {
        let written = String::from_utf8(ran.file(&format!("share/man1/{page}"))).unwrap();
        ran.expect(written.contains(text), &format!("`{text}` in {page}"));
    }
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let ran = Test::new().file("taken", "a file").args(["man", "taken"]).run();
    ran.code(2).stderr_has("cannot be written to taken");
}
