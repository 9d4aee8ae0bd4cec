//! What the command says about itself.

use crate::support::Test;

#[test]
fn the_version_is_told() {
    for option in ["--version", "-V"] {
        let expected = format!("vidspec {}\n", env!("CARGO_PKG_VERSION"));
        Test::new().args([option]).run().code(0).stdout_is(expected).stderr_is("");
    }
}

#[test]
fn the_help_of_every_command_has_examples() {
    for (args, example) in [
        (vec!["--help"], "vidspec check "),
        (vec!["check", "--help"], "vidspec check "),
        (vec!["download", "--help"], "vidspec download "),
        (vec!["wait", "--help"], "vidspec wait "),
        (vec!["explain", "--help"], "vidspec explain "),
        (vec!["providers", "--help"], "vidspec providers"),
        (vec!["test", "--help"], "vidspec test"),
        (vec!["mock", "--help"], "vidspec mock"),
        (vec!["lint", "--help"], "vidspec lint"),
        (vec!["explain", "--help"], "vidspec explain"),
        (vec!["schema", "--help"], "vidspec schema "),
        (vec!["new", "--help"], "vidspec new "),
        (vec!["completions", "--help"], "vidspec completions "),
        (vec!["man", "--help"], "vidspec man"),
    ] {
        let ran = Test::new().args(args).run();
        let stdout = ran.code(0).stderr_is("").stdout();
        let examples = stdout.split_once("Examples:").map(|(_, examples)| examples);
        ran.expect(examples.is_some_and(|examples| examples.contains(example)), &format!("an example of `{example}`"));
    }
}

#[test]
fn the_help_of_check_explains_the_exit_codes_and_names_the_options() {
    let ran = Test::new().args(["check", "--help"]).run();
    for text in
        ["Exit codes:", "--replay", "--base-url", "--key-env", "--raw", "--exit-status", "ndjson", "--cacert", "--timeout"]
    {
        ran.stdout_has(text);
    }
}

#[test]
fn the_help_of_download_explains_the_exit_codes_and_names_the_options() {
    let ran = Test::new().args(["download", "--help"]).run();
    for text in ["Exit codes:", "-o", "--role", "--all", "--force", "--allow-private", "--base-url", "--output", "ndjson"] {
        ran.stdout_has(text);
    }
}

#[test]
fn help_shows_no_values_of_the_environment() {
    Test::new().args(["check", "--help"]).keys().env("SSL_CERT_FILE", "/home/me/private.pem").run().stdout_lacks("private.pem");
}

#[test]
fn without_a_command_the_commands_are_listed() {
    Test::new().run().code(2).stdout_is("").stderr_has("check").stderr_has("providers").stderr_has("--help");
}

#[test]
fn a_mistyped_command_or_option_is_corrected() {
    Test::new().args(["chek", "vozo:1"]).run().code(2).stderr_has("'check'");
    Test::new().args(["check", "vozo:1", "--outptu", "json"]).run().code(2).stderr_has("--output");
}
