//! Where keys come from.

use crate::server::{Server, header};
use crate::support::{Ran, Test};

/// A provider with one secret or two, and one with one.
const TWO_WAYS: &str = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\n\
    auth:\n- { style: bearer, env: [ACME_KEY, ACME_OLD_KEY] }\n\
    - { header: X-Pair, value: '{id}/{secret}', secrets: { id: ACME_ID, secret: ACME_SECRET } }\n\
    status: { get: '/jobs/{job_id}', path: $.s, map: { busy: processing } }\n";

/// Runs a command about a job of Acme; what has arrived in the two headers that may hold a key.
fn asked(test: Test, args: &[&str]) -> (Vec<Option<String>>, Ran) {
    let server = Server::saying(r#"{"s":"busy"}"#);
    let test = test.file("p/acme.yaml", TWO_WAYS).args(["check", "acme:1", "--providers", "p", "--base-url", &server.url()]);
    let ran = test.args(args).secret("MARKED").run();
    let sent = |name: &str| server.requests().first().and_then(|request| header(request, name).map(str::to_owned));
    (vec![sent("authorization"), sent("x-pair")], ran)
}

fn bearer(key: &str) -> Vec<Option<String>> {
    vec![Some(format!("Bearer {key}")), None]
}

#[test]
fn a_file_holds_keys_by_the_names_of_their_variables() {
    let keys = "# of the team\nexport OTHER_KEY=x\n\nACME_ID=\"MARKED-id\"\r\nACME_SECRET = MARKED-secret # new\n";
    let (sent, ran) = asked(Test::new().file("keys.env", keys), &["--key-file", "keys.env", "--verbose"]);
    assert_eq!(sent, [None, Some("MARKED-id/MARKED-secret".to_owned())]);
    ran.code(0).stderr_has("key     acme: ACME_ID and ACME_SECRET (--key-file keys.env)\n");
}

#[test]
fn what_an_option_names_is_asked_alone() {
    let in_environment = || Test::new().key("ACME_KEY", "MARKED-env").file("keys.env", "ACME_OLD_KEY=MARKED-file\n");
    let (sent, _) = asked(in_environment(), &["--key-file", "keys.env"]);
    assert_eq!(sent, bearer("MARKED-file"));
    let (sent, ran) = asked(in_environment().file("none.env", "OTHER=MARKED-x\n"), &["--key-file", "none.env"]);
    assert_eq!(sent, [None, None]);
    ran.code(3).stdout_has("no key for Acme in none.env: expected ACME_KEY or ACME_OLD_KEY, or ACME_ID and ACME_SECRET");
    let (sent, ran) = asked(in_environment(), &["--verbose"]);
    assert_eq!(sent, bearer("MARKED-env"));
    ran.code(0).stderr_has("key     acme: ACME_KEY (environment)\n");
}

#[test]
fn one_name_can_be_chosen_of_a_file() {
    let test = Test::new().file("keys.env", "ACME_KEY=MARKED-first\nACME_TEST_KEY=MARKED-second\n");
    let (sent, _) = asked(test, &["--key-file", "keys.env", "--key-env", "ACME_TEST_KEY"]);
    assert_eq!(sent, bearer("MARKED-second"));
}

#[test]
fn a_file_that_is_no_list_of_keys_is_refused_and_not_repeated() {
    for (text, words) in [
        ("MARKED-key-alone\n", "expected NAME=value on line 1 of keys.env"),
        ("ACME_KEY=MARKED-1\nMARKED-2\n", "expected NAME=value on line 2 of keys.env"),
        ("ACME KEY=MARKED-1\n", "expected NAME=value on line 1 of keys.env"),
    ] {
        let (sent, ran) = asked(Test::new().file("keys.env", text), &["--key-file", "keys.env"]);
        assert_eq!(sent, [None, None]);
        ran.code(2).stdout_is("").stderr_has(words).stderr_has("--key-command 'cat keys.env'");
    }
    let (_, ran) = asked(Test::new().file("keys.env", b"ACME_KEY=MARKED\xFF\n"), &["--key-file", "keys.env"]);
    ran.code(2).stderr_has("the keys in keys.env cannot be read");
    let (_, ran) = asked(Test::new(), &["--key-file", "missing.env"]);
    ran.code(2).stderr_has("the keys in missing.env cannot be read");
    let (_, ran) = asked(Test::new().file("keys.env", "A=1\n".repeat(300_000)), &["--key-file", "keys.env"]);
    ran.code(2).stderr_has("found more than 1 MiB");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_pointed_out() {
    use std::os::unix::fs::PermissionsExt as _;
    for (mode, told) in [(0o644, true), (0o640, true), (0o604, true), (0o600, false), (0o400, false)] {
        let test = Test::new().file("keys.env", "ACME_KEY=MARKED-key\n");
        std::fs::set_permissions(test.folder().join("keys.env"), std::fs::Permissions::from_mode(mode)).unwrap();
        let (sent, ran) = asked(test, &["--key-file", "keys.env"]);
        assert_eq!(sent, bearer("MARKED-key"));
        let note = "note: keys.env can be read by other users; chmod 600 keeps its keys to yourself\n";
        ran.code(0).stderr_is(if told { note } else { "" });
    }
}

#[cfg(unix)]
mod command {
    use super::*;

    #[test]
    fn a_command_is_run_for_each_name_that_is_needed() {
        let log = "echo \"$VIDSPEC_PROVIDER $VIDSPEC_VARIABLE\" >> log; ";
        for (command, sent, log) in [
            ("echo MARKED-1", bearer("MARKED-1"), "acme ACME_KEY\n"),
            ("printf 'MARKED-1\\r\\n'", bearer("MARKED-1"), "acme ACME_KEY\n"),
            (
                "case $VIDSPEC_VARIABLE in ACME_OLD_KEY) echo MARKED-old;; esac",
                bearer("MARKED-old"),
                "acme ACME_KEY\nacme ACME_OLD_KEY\n",
            ),
            (
                "case $VIDSPEC_VARIABLE in ACME_ID) echo MARKED-id;; ACME_SECRET) echo MARKED-2;; esac",
                vec![None, Some("MARKED-id/MARKED-2".to_owned())],
                "acme ACME_KEY\nacme ACME_OLD_KEY\nacme ACME_ID\nacme ACME_SECRET\n",
            ),
        ]
        .map(|(command, sent, asked)| (format!("{log}{command}"), sent, asked))
        {
            let (arrived, ran) = asked(Test::new(), &["--key-command", &command, "--verbose"]);
            assert_eq!(arrived, sent);
            ran.code(0).stderr_has("(--key-command)\n");
            assert_eq!(String::from_utf8(ran.file("log")).unwrap(), log);
        }
    }

    #[test]
    fn a_command_that_gives_no_key_is_told_and_what_it_prints_is_not() {
        for (command, code, words) in [
            (
                "true",
                3,
                "no key for Acme from --key-command: it printed nothing for ACME_KEY or ACME_OLD_KEY, or ACME_ID and ACME_SECRET",
            ),
            ("echo", 3, "it printed nothing for ACME_KEY"),
            (
                "echo MARKED; echo MARKED >&2; exit 9",
                2,
                "no key for Acme from --key-command: it failed with exit status: 9 for ACME_KEY (what it prints is not shown here, run it by itself to see more)",
            ),
            ("no-such-command-MARK", 2, "it failed with exit status: 127"),
            ("kill -9 $$", 2, "it failed with signal: 9"),
            ("yes MARKED", 2, "it printed more than a key for ACME_KEY"),
            ("printf 'MARKED\\377'", 2, "it printed something else than text"),
            ("printf 'MARKED\\nMARKED'", 2, "the key has characters that cannot be sent"),
        ] {
            for verbosity in [&[][..], &["--verbose"]] {
                let (sent, ran) =
                    asked(Test::new().key("ACME_OLD_KEY", "MARKED-env"), &[&["--key-command", command], verbosity].concat());
                assert_eq!(sent, [None, None], "{command}");
                ran.code(code).stdout_has(words);
            }
        }
    }

    #[test]
    fn the_command_of_the_environment_is_asked_for_what_the_environment_does_not_hold() {
        let command = "echo MARKED-command; echo asked >> log";
        let (sent, ran) = asked(Test::new().env("VIDSPEC_KEY_COMMAND", command), &["--verbose"]);
        assert_eq!(sent, bearer("MARKED-command"));
        ran.code(0).stderr_has("key     acme: ACME_KEY (VIDSPEC_KEY_COMMAND)\n");
        assert_eq!(ran.file("log"), b"asked\n");
        for args in [&[][..], &["--key-file", "keys.env"]] {
            let test = Test::new().env("VIDSPEC_KEY_COMMAND", command).key("ACME_OLD_KEY", "MARKED-own");
            let (sent, ran) = asked(test.file("keys.env", "ACME_KEY=MARKED-own\n"), args);
            assert_eq!(sent, bearer("MARKED-own"));
            assert!(!ran.files().contains(&"log".to_owned()), "the command was run");
        }
    }

    #[test]
    fn a_command_takes_no_jobs_from_standard_input() {
        let server = Server::saying(r#"{"s":"busy"}"#);
        let test =
            Test::new().file("p/acme.yaml", TWO_WAYS).args(["check", "-", "--providers", "p", "--base-url", &server.url()]);
        let ran = test.args(["--key-command", "cat; echo MARKED-1; echo asked >> log"]).stdin("acme:1\nacme:2\n").run();
        ran.code(0).stdout_has("acme:2");
        let keys: Vec<_> = server.requests().iter().map(|request| header(request, "authorization").unwrap().to_owned()).collect();
        assert_eq!(keys, ["Bearer MARKED-1", "Bearer MARKED-1"]);
        assert_eq!(ran.file("log"), b"asked\n", "once for each provider, not for each job");
    }

    #[test]
    fn every_command_that_asks_a_provider_takes_it() {
        let server = Server::saying(r#"{"s":"done"}"#);
        let definition = TWO_WAYS.replace("{ busy: processing }", "{ done: failed }");
        for command in ["check", "download", "wait"] {
            let args = [command, "acme:1", "--providers", "p", "--base-url", &server.url(), "--key-command", "echo MARKED-9"];
            Test::new().file("p/acme.yaml", &definition).args(args).secret("MARKED").run();
            assert_eq!(header(server.requests().last().unwrap(), "authorization"), Some("Bearer MARKED-9"), "{command}");
        }
    }

    #[test]
    fn the_command_itself_is_not_repeated() {
        let server = Server::saying(r#"{"s":"busy"}"#);
        for option in [vec!["--key-command", "echo MARKED-1"], vec!["--key-command=echo MARKED-1"]] {
            for command in [&["check"][..], &["wait", "--timeout", "1ms"]] {
                let test = Test::new().file("p/acme.yaml", TWO_WAYS).args(command).args(["acme:1", "--providers", "p"]);
                let ran = test.args(["--base-url", &server.url()]).args(&option).secret("MARKED").run();
                ran.expect(format!("{}{}", ran.stdout(), ran.stderr()).contains("--key-command"), "a command to go on with");
            }
        }
    }

    #[test]
    fn a_replay_reads_no_key() {
        let test = Test::new().args(["check", crate::support::PICTORY_JOB, "--replay"]).env("VIDSPEC_KEY_COMMAND", "touch ran");
        assert_eq!(test.run().code(0).files(), [""; 0]);
        for option in [["--key-command", "touch ran"], ["--key-file", "keys.env"]] {
            for command in ["check", "download", "wait"] {
                let ran = Test::new().args([command, crate::support::PICTORY_JOB, "--replay"]).args(option).run();
                ran.code(2).stderr_has("cannot be used with");
            }
        }
    }
}

#[test]
fn a_file_and_a_command_exclude_each_other() {
    let args = ["check", "vozo:1", "--key-file", "a", "--key-command", "b"];
    Test::new().args(args).run().code(2).stderr_has("cannot be used with");
}
