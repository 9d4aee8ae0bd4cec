//! `vidspec wait`

use serde_json::Value;

use crate::server::{Server, json};
use crate::support::{KEY, PICTORY_JOB, Ran, Test};

/// `vidspec wait` against another address, as fast as it can.
fn wait_at(url: &str, args: impl IntoIterator<Item = impl AsRef<str>>) -> Test {
    Test::new().args(["wait", "--base-url", url, "--interval", "1ms"]).args(args).keys()
}

const QUEUED: &str = r#"{"status":"pending"}"#;
const RUNNING: &str = r#"{"status":"processing"}"#;
const DONE: &str = r#"{"status":"done","video_url":"https://cdn.example.com/v.mp4"}"#;

fn answers(bodies: &[&str]) -> Server {
    Server::answering(bodies.iter().map(|body| json(200, body)))
}

/// A server that wants the next question only after an hour: with a shorter time limit, a wait is over after this answer.
fn slow(body: &str) -> Server {
    Server::answering([json(200, body).insert_header("retry-after", "3600")])
}

fn words(ran: &Ran, key: &str) -> Vec<Value> {
    ran.ndjson().iter().map(|event| event[key].clone()).collect()
}

#[test]
fn it_waits_until_the_job_has_ended_and_prints_a_line_for_each_change() {
    let server = answers(&[QUEUED, QUEUED, RUNNING, RUNNING, DONE]);
    let ran = wait_at(&server.url(), ["vozo:1"]).run();
    ran.code(0).stderr_is("").stdout_is("vozo:1  queued\nvozo:1  processing\nvozo:1  completed  https://cdn.example.com/v.mp4\n");
    assert_eq!(server.request_lines(), ["GET /v1/video_generation/1"; 5]);
}

#[test]
fn the_exit_code_tells_how_it_ended() {
    for (code, answers) in [
        (0, vec![json(200, DONE)]),
        (1, vec![json(200, RUNNING), json(200, r#"{"status":"failed"}"#)]),
        (3, vec![json(401, "{}")]),
        (5, vec![json(200, RUNNING), json(404, "{}")]),
        (6, vec![json(503, "{}")]),
        (7, vec![json(200, RUNNING), json(200, "[]")]),
        (4, vec![json(200, RUNNING), json(429, "{}").insert_header("retry-after", "3600")]),
    ] {
        let server = Server::answering(answers);
        wait_at(&server.url(), ["vozo:1", "--max-errors", "2", "--timeout", "10m"]).run().code(code);
    }
}

#[test]
fn the_time_limit_ends_the_wait() {
    let ran = wait_at(&slow(RUNNING).url(), ["vozo:1", "--timeout", "10m"]).run();
    ran.code(4).stdout_has("not ended within the time limit").stderr_has("go on: vidspec wait");
    let ran = wait_at(&slow(r#"{"status":"pondering"}"#).url(), ["vozo:1", "--timeout", "10m"]).run();
    ran.code(7).stdout_has("vozo:1  unknown  the provider says `pondering`\n");
}

#[test]
fn events_have_a_stable_id_and_the_whole_report() {
    let server = Server::answering([json(200, QUEUED), json(503, "{}"), json(200, DONE)]);
    let ran = wait_at(&server.url(), ["vozo:1", "--output", "ndjson"]).run();
    ran.code(0);
    assert_eq!(words(&ran, "event"), ["changed", "trouble", "ended"]);
    assert_eq!(words(&ran, "id"), ["vozo:1#1", "vozo:1#2", "vozo:1#3"]);
    assert_eq!(words(&ran, "errors"), [0, 1, 0]);
    assert_eq!(words(&ran, "state"), ["queued", "queued", "completed"]);
    assert_eq!(words(&ran, "exit_code"), [Value::Null, Value::Null, Value::from(0)]);
    let end = &ran.ndjson()[2];
    assert_eq!((&end["ending"], &end["next_question_seconds"]), (&Value::from("job"), &Value::Null));
    assert_eq!(end["report"]["outputs"][0]["url"], "https://cdn.example.com/v.mp4");
    let keys: Vec<_> = end.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["at", "ending", "errors", "event", "exit_code", "id", "job", "next_question_seconds", "report", "state"];
    assert_eq!(keys.len(), expected.len());
    assert!(expected.iter().all(|key| keys.contains(key)), "{keys:?}");
}

#[test]
fn json_is_one_object_for_one_job_and_a_list_for_several() {
    let server = answers(&[DONE]);
    assert_eq!(wait_at(&server.url(), ["vozo:1", "--output", "json"]).run().code(0).json()["state"], "completed");
    let line = wait_at(&server.url(), ["vozo:1", "--output", "ndjson"]).run().stdout().lines().last().unwrap().to_owned();
    let document = wait_at(&server.url(), ["vozo:1", "--output", "json"]).run().stdout().clone();
    let names =
        |text: &str| ["event", "id", "job", "report", "exit_code"].map(|name| text.find(&format!("\"{name}\":")).unwrap());
    assert!(names(&line).is_sorted() && names(&document).is_sorted(), "{line}\n{document}");
    let both = wait_at(&server.url(), ["vozo:1", "vozo:2", "--output", "json"]).run().code(0).json();
    assert_eq!((&both[0]["job"], &both[1]["job"]), (&Value::from("vozo:1"), &Value::from("vozo:2")));
}

#[test]
fn jobs_come_from_files_and_standard_input_and_each_is_asked_about_once() {
    let server = answers(&[DONE]);
    let list = "# mine\n vozo:1 \n\nvozo:2\nvozo:1\n";
    let ran = wait_at(&server.url(), ["--from", "jobs.txt", "vozo:2", "-"]).file("jobs.txt", list).stdin("vozo:3\n").run();
    ran.code(0).stderr_has("3 completed, 0 not ended, 0 ended otherwise");
    let mut lines = server.request_lines();
    lines.sort();
    assert_eq!(lines, [1, 2, 3].map(|job| format!("GET /v1/video_generation/{job}")));
    wait_at(&server.url(), ["--from", "none.txt"]).run().code(2).stderr_has("none.txt");
}

#[test]
fn the_flag_beats_the_environment_and_that_the_definition() {
    let pace = |args: &[&str], env: &[(&str, &str)]| {
        let test = Test::new().args(["wait", PICTORY_JOB, "--replay", "--verbose"]).args(args);
        env.iter().fold(test, |test, (name, value)| test.env(name, value)).run().code(0).stderr().to_owned()
    };
    let (flag, env) = (["--timeout", "2h", "--interval", "20s"], [("VIDSPEC_TIMEOUT", "1h"), ("VIDSPEC_INTERVAL", "12s")]);
    assert!(pace(&[], &[]).contains("pictory: every 15 s (definition), for 30 min (definition), 16 at once (default)"));
    assert!(pace(&[], &env).contains("every 12 s (VIDSPEC_INTERVAL), for 1 h (VIDSPEC_TIMEOUT)"));
    assert!(pace(&flag, &env).contains("every 20 s (--interval), for 2 h (--timeout)"));
    assert!(pace(&["--interval", "1s"], &[]).contains("but not every 1 s: at least 10 s apart (definition)"));
    assert!(pace(&["--max-errors", "3"], &[]).contains("at most 3 errors in a row (--max-errors)"));
    let wrong = Test::new().args(["wait", "vozo:1"]).env("VIDSPEC_TIMEOUT", "soon").run();
    wrong.code(2).stderr_has("expected a time such as 500ms, 30s or 2m, or a number of seconds in VIDSPEC_TIMEOUT, found `soon`");
}

#[test]
fn only_a_server_on_this_machine_is_asked_more_often_than_every_second() {
    let raised = "note: --interval is 20 ms, but only a server on this machine is asked more often than every second";
    let ran = Test::new().args(["wait", "vozo:1", "--interval", "20ms", "--verbose"]).run();
    ran.code(3).stderr_has(raised).stderr_has("every 1 s (--interval)");
    let server = answers(&[DONE]);
    let own = wait_at(&server.url(), ["vozo:1", "--verbose"]).run();
    assert!(own.code(0).stderr_has("every 1 ms (--interval)").stderr().lines().all(|line| !line.starts_with("note")));
}

#[test]
fn an_interval_below_that_of_the_definition_is_told() {
    let ran = Test::new().args(["wait", PICTORY_JOB, "--interval", "1s"]).run();
    ran.code(3).stderr_is("note: --interval is 1 s, but pictory is asked every 10 s at most, as its definition says\n");
}

#[test]
fn jobs_without_a_state_are_counted_apart_and_may_be_gone_on_with() {
    let ran = Test::new().args(["wait", "vozo:1", "sora:video_1"]).run();
    ran.code(3)
        .stderr_is("0 completed, 0 not ended, 0 ended otherwise, 2 without a state\ngo on: vidspec wait vozo:1 sora:video_1\n");
    let server = Server::answering([json(404, "{}")]);
    let ran = wait_at(&server.url(), ["vozo:1", "vozo:2", "--max-errors", "0"]).run();
    ran.code(5).stderr_is("0 completed, 0 not ended, 0 ended otherwise, 2 without a state\n");
}

#[test]
fn a_provider_that_asks_for_more_quiet_than_there_is_time_is_not_asked_again() {
    for longest in ["3600", "99999999999999999999"] {
        let server = Server::answering([json(429, "{}").insert_header("retry-after", longest)]);
        wait_at(&server.url(), ["vozo:1", "--timeout", "60s"]).run().code(4);
        assert_eq!(server.requests().len(), 1, "{longest}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_without_an_end_is_not_read_to_it() {
    let ran = Test::new().args(["wait", "--from", "/dev/zero"]).run();
    ran.code(2).stderr_has("error: expected a list of at most 32 MiB in /dev/zero, found more");
}

#[test]
fn a_missing_key_ends_the_wait_before_anything_is_sent() {
    let server = answers(&[DONE]);
    let ran = Test::new().args(["wait", "vozo:1", "--base-url", &server.url()]).run();
    ran.code(3).stdout_has("VOZO_API_KEY");
    assert!(server.requests().is_empty());
}

#[test]
fn a_replay_waits_without_a_key_and_without_time() {
    let ran = Test::new().args(["wait", PICTORY_JOB, "--replay"]).run();
    ran.code(0).stdout_has("completed  https://example.cloudfront.net/").stderr_has("no key was read");
    Test::new().args(["wait", PICTORY_JOB, "--replay=in-progress"]).run().code(4).stdout_has("not ended within");
}

/// The whole lives in the evidence; what is told on the way is claimed there.
#[test]
fn a_life_gives_the_exit_code_of_its_end() {
    const VEO: &str = "veo:models/veo-3.1-lite-generate-preview/operations/umz7sqimep69";
    const RENDERING: &str = "pictory:265a7c1a-4985-4058-9208-68114f131a2b";
    for (job, scenario, code) in [
        ("sora:video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5", "wait-completed", 0),
        (VEO, "wait-recorded", 0),
        (VEO, "wait-throttled", 0),
        (VEO, "wait-overloaded", 0),
        (RENDERING, "wait-stuck", 4),
        (RENDERING, "wait-failed-late", 1),
        ("veo:models/veo-3.1-generate-preview/operations/umz7sqimep69", "wait-moderated", 1),
        (PICTORY_JOB, "wait-vanished", 5),
    ] {
        let ran = Test::new().args(["wait", job, &format!("--replay={scenario}"), "--output", "ndjson"]).run();
        assert_eq!(ran.code(code).ndjson().last().unwrap()["exit_code"], code, "{scenario}");
    }
}

#[test]
fn a_journal_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let args = ["vozo:1", "vozo:2", "--output", "ndjson", "--journal", journal.to_str().unwrap()];
    let first = wait_at(&slow(RUNNING).url(), args).args(["--timeout", "10m"]).run();
    first.code(4);
    assert_eq!(first.ndjson().len(), 4);
    let server = answers(&[DONE]);
    let second = wait_at(&server.url(), args).run();
    // The last event of the first run may not have been seen; then both jobs end.
    second.code(0);
    assert_eq!(second.ndjson()[0], first.ndjson()[3]);
    let mut ids = words(&second, "id").split_off(1);
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, ["vozo:1#3", "vozo:2#3"]);
    let server = answers(&[RUNNING]);
    let third = wait_at(&server.url(), args).run();
    third.code(0);
    assert_eq!(third.ndjson(), second.ndjson().split_off(2));
    assert!(server.requests().is_empty());
    let lines: Vec<Value> =
        std::fs::read_to_string(&journal).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, [first.ndjson(), second.ndjson().split_off(1)].concat());
}

#[test]
fn a_file_that_is_no_journal_is_refused_before_anything_is_asked() {
    let server = answers(&[DONE]);
    let ran = wait_at(&server.url(), ["vozo:1", "--journal", "notes"]).file("notes", "dear diary\n").run();
    ran.code(2).stderr_has("expected an event on line 1 of the journal notes");
    assert!(server.requests().is_empty());
}

/// The shell of other systems speaks another language.
#[cfg(unix)]
mod exec {
    use super::*;

    const TELL: &str =
        r#"cat > event; echo "$VIDSPEC_JOB|$VIDSPEC_PROVIDER|$VIDSPEC_JOB_ID|$VIDSPEC_STATE|$VIDSPEC_EVENT_ID|$VIDSPEC_URL" >&2"#;

    #[test]
    fn the_command_is_told_what_completed() {
        let server = answers(&[RUNNING, DONE]);
        let test = wait_at(&server.url(), ["vozo:1", "--output", "ndjson", "--exec", &format!("{TELL}; cat event >&2; echo hi")]);
        let ran = test.run();
        ran.code(0).stderr_has("vozo:1|vozo|1|completed|vozo:1#2|https://cdn.example.com/v.mp4\n");
        // What the command prints is no event; what it was given is one.
        assert_eq!(ran.ndjson().len(), 2);
        ran.stderr_has("hi").stderr_has(ran.stdout().lines().last().unwrap());
    }

    #[test]
    fn what_a_provider_says_is_never_run() {
        let url = "https://cdn.example.com/$(touch pwned);`touch pwned`;'touch pwned'.mp4";
        let server = answers(&[&format!(r#"{{"status":"done","video_url":"{url}"}}"#)]);
        let test = wait_at(&server.url(), ["vozo:a;$(touch${IFS}pwned)", "--exec", "echo $VIDSPEC_URL >&2; ls >&2"]);
        test.run().code(0).stderr_has("$(touch pwned)").stderr_lacks("\npwned\n");
    }

    #[test]
    fn only_what_completed_is_told_and_a_command_that_fails_is_said() {
        let (server, folder) = (answers(&[r#"{"status":"failed"}"#]), tempfile::tempdir().unwrap());
        let journal = folder.path().join("journal");
        for _ in 0..2 {
            let args = ["vozo:1", "--exec", "echo ran >&2", "--journal", journal.to_str().unwrap()];
            wait_at(&server.url(), args).run().code(1).stderr_lacks("ran").stderr_lacks("go on");
        }
        let server = answers(&[DONE]);
        wait_at(&server.url(), ["vozo:1", "--exec", "exit 9"])
            .run()
            .code(2)
            .stderr_has("--exec for vozo:1#1: it failed with exit");
    }

    #[test]
    fn with_a_journal_it_is_run_until_it_has_succeeded_and_not_again() {
        let server = answers(&[DONE]);
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let wait =
            |command: &str| wait_at(&server.url(), ["vozo:1", "--journal", journal.to_str().unwrap(), "--exec", command]).run();
        wait("exit 1").code(2);
        wait("echo \"ran for $VIDSPEC_EVENT_ID\" >&2").code(0).stderr_has("ran for vozo:1#1");
        wait("echo ran >&2").code(0).stderr_lacks("ran");
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn no_key_reaches_a_journal() {
    let server = Server::answering([json(200, format!(r#"{{"status":"{KEY}"}}"#)), json(200, DONE)]);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    wait_at(&server.url(), ["vozo:1", "--journal", journal.to_str().unwrap()]).run().code(0);
    assert!(!std::fs::read_to_string(journal).unwrap().contains(KEY));
}
