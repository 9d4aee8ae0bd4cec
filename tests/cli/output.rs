//! The forms of output.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::server::{Server, json};
use crate::support::{KEY, PICTORY_JOB, Test, check, check_at};

/// The keys that the table of docs/report.md lists, as `failure.reason` or `outputs[].url`.
fn documented_keys() -> BTreeSet<String> {
    let rows = include_str!("../../docs/report.md").lines().filter_map(|line| line.strip_prefix("| `"));
    let first_cells = rows.filter_map(|row| row.split(" | ").next());
    first_cells.flat_map(|cell| cell.split(", ")).map(|key| key.trim_matches('`').to_owned()).collect()
}

/// The keys of an object below a prefix of the table; of the report itself with an empty prefix.
fn documented_below(prefix: &str) -> BTreeSet<String> {
    let keys = documented_keys();
    let below = keys.iter().filter_map(|key| key.strip_prefix(prefix));
    below.filter(|key| !key.contains('.')).map(str::to_owned).collect()
}

fn keys(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap_or_else(|| panic!("expected an object, found {object}")).keys().cloned().collect()
}

fn report(job: &str, scenario: &str) -> Value {
    check([job, &format!("--replay={scenario}"), "--output", "json"]).run().json()
}

#[test]
fn a_report_has_exactly_the_documented_keys_whatever_came_of_the_check() {
    let documented = documented_below("");
    assert!(documented.contains("job") && documented.contains("vidspec") && documented.len() > 20, "{documented:?}");
    for (job, scenario) in [
        (PICTORY_JOB, "completed"),
        (PICTORY_JOB, "in-progress"),
        (PICTORY_JOB, "failed-internal"),
        (PICTORY_JOB, "unmapped-status"),
        (PICTORY_JOB, "wrong-key"),
        ("colossyan:x", "completed-video-server-error"),
    ] {
        assert_eq!(keys(&report(job, scenario)), documented, "{job} {scenario}");
    }
    assert_eq!(keys(&check([PICTORY_JOB, "--output", "json"]).run().code(3).json()), documented);
}

#[test]
fn the_parts_of_a_report_have_exactly_the_documented_keys() {
    let problem = documented_below("problem.");
    assert_eq!(keys(&report(PICTORY_JOB, "failed-internal")["failure"]), documented_below("failure."));
    assert_eq!(keys(&report(PICTORY_JOB, "wrong-key")["problem"]), problem);
    assert_eq!(keys(&report("colossyan:x", "completed-video-server-error")["result_problem"]), problem);
    for output in report(PICTORY_JOB, "completed")["outputs"].as_array().unwrap() {
        assert_eq!(keys(output), documented_below("outputs[]."));
    }
    let anomalies = &report(PICTORY_JOB, "completed-without-files")["anomalies"];
    assert_eq!(keys(&anomalies[0]), BTreeSet::from(["kind".to_owned(), "message".to_owned()]));
    let lifecycle = ["state", "date", "replacement", "note"].map(str::to_owned);
    assert_eq!(keys(&report("sora:x", "completed")["lifecycle"]), BTreeSet::from(lifecycle));
}

#[test]
fn what_is_not_known_is_null_or_empty() {
    let report = report(PICTORY_JOB, "wrong-key");
    for key in
        ["raw_status", "failure", "progress", "created_at", "elapsed_seconds", "eta_seconds", "next_check_seconds", "lifecycle"]
    {
        assert_eq!(report[key], Value::Null, "{key}");
    }
    assert_eq!((&report["outputs"], &report["details"]), (&Value::Array(vec![]), &Value::Object(serde_json::Map::new())));
    assert_eq!((report["state"].as_str(), report["http_status"].as_u64()), (Some("unknown"), Some(401)));
}

#[test]
fn times_are_rfc_3339_in_utc() {
    let report = report("varg:job_a1b2c3d4", "completed");
    assert_eq!(report["created_at"], "2026-02-13T10:00:00Z");
    assert_eq!(report["completed_at"], "2026-02-13T10:02:30Z");
    assert_eq!(report["elapsed_seconds"], 150);
    let checked_at = report["checked_at"].as_str().unwrap();
    assert!(checked_at.starts_with("20") && checked_at.contains('T') && checked_at.ends_with('Z'), "{checked_at}");
}

#[test]
fn one_job_is_an_object_and_several_are_a_list_in_their_order() {
    assert!(check(["vozo:1", "--replay", "--output", "json"]).run().code(0).json().is_object());
    let list = check(["vozo:2", "varg:1", "vozo:1", "--replay", "--output", "json"]).run().code(0).json();
    let jobs: Vec<_> = list.as_array().unwrap().iter().map(|report| report["job"].as_str().unwrap().to_owned()).collect();
    assert_eq!(jobs, ["vozo:2", "varg:1", "vozo:1"]);
}

#[test]
fn jobs_from_standard_input_are_a_list_even_if_there_is_only_one() {
    let test = Test::new().args(["check", "-", "--replay", "--output", "json"]).stdin("vozo:1");
    assert_eq!(test.run().code(0).json().as_array().map(Vec::len), Some(1));
}

#[test]
fn ndjson_is_one_report_a_line() {
    let reports = check(["vozo:1", "varg:1", "--replay", "--output", "ndjson"]).run().code(0).ndjson();
    assert_eq!(reports.len(), 2);
    assert_eq!((reports[0]["job"].as_str(), reports[1]["job"].as_str()), (Some("vozo:1"), Some("varg:1")));
}

#[test]
fn comments_and_blank_lines_of_standard_input_are_no_jobs() {
    let input = "# my jobs\r\n\r\n  vozo:1  \r\n\t# another\n\nvarg:1";
    let ran = Test::new().args(["check", "sora:0", "-", "veo:9", "--replay", "--output", "ndjson"]).stdin(input).run();
    let reports = ran.code(0).stderr_lacks("error").ndjson();
    let jobs: Vec<_> = reports.iter().map(|report| report["job"].as_str().unwrap()).collect();
    assert_eq!(jobs, ["sora:0", "vozo:1", "varg:1", "veo:9"]);
}

#[test]
fn a_byte_order_mark_before_the_first_job_is_no_part_of_it() {
    let test = Test::new().args(["check", "-", "--replay", "--output", "ndjson"]).stdin("\u{feff}vozo:1\r\n");
    assert_eq!(test.run().code(0).ndjson()[0]["job"], "vozo:1");
}

#[test]
fn several_jobs_are_a_table_with_one_line_each() {
    let ran = check([PICTORY_JOB, "pictory:x", "--replay=render-progress"]).run();
    let stdout = ran.code(0).stdout();
    let lines: Vec<_> = stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{stdout}");
    assert!(lines[0].starts_with("JOB ") && lines[0].contains("STATE") && lines[0].contains("PROGRESS"));
    assert!(lines[1].starts_with(PICTORY_JOB) && lines[2].starts_with("pictory:x "));
    let column = lines[0].find("STATE").unwrap();
    assert!(lines[1..].iter().all(|line| line[column..].starts_with("processing ")), "{stdout}");
}

#[test]
fn raw_is_the_body_byte_for_byte_with_the_key_taken_out() {
    for (body, expected) in [
        ("  {\"status\" :\t\"processing\"}\r\n\r\n".to_owned(), None),
        ("{\"status\":\"processing\"}".to_owned(), None),
        ("not JSON, no line break at the end".to_owned(), None),
        (
            format!("{{\"status\":\"failed\",\"message\":\"key {KEY}\"}}"),
            Some("{\"status\":\"failed\",\"message\":\"key [key]\"}"),
        ),
    ] {
        let server = Server::saying(&body);
        let ran = check_at(&server.url(), ["vozo:1", "--raw"]).run();
        ran.stdout_is(expected.unwrap_or(&body)).stderr_has("vozo:1");
    }
}

#[test]
fn raw_shows_the_body_of_a_refusal_too_and_says_what_it_means() {
    let page = "<html>\u{1b}[31m502</html>";
    let server = Server::answering([json(502, page)]);
    let ran = check_at(&server.url(), ["vozo:1", "--raw"]).run();
    ran.code(6).stdout_is(page).stderr_has("provider unavailable").stderr_lacks("\u{1b}");
}

#[test]
fn raw_shows_both_bodies_of_a_job_that_takes_two_requests() {
    let ran = check(["colossyan:x", "--replay", "--raw"]).run();
    let stdout = ran.code(0).stdout();
    let bodies: Vec<Value> = serde_json::Deserializer::from_str(&stdout).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!((bodies.len(), &bodies[0]["status"], &bodies[1]["name"]), (2, &"finished".into(), &"My first video".into()));
}

#[test]
fn colours_are_for_terminals_only() {
    for args in [[PICTORY_JOB, "--replay"], ["nonesuch", "--replay"]] {
        let ran = check(args).run();
        ran.stdout_lacks("\u{1b}").stderr_lacks("\u{1b}");
    }
    // The nearest that a test without a terminal can come to one.
    check([PICTORY_JOB, "--replay"]).env("CLICOLOR_FORCE", "1").run().stdout_has("\u{1b}[");
    check([PICTORY_JOB, "--replay"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run().stdout_lacks("\u{1b}");
    let json = check([PICTORY_JOB, "--replay", "--output", "json"]).env("CLICOLOR_FORCE", "1").run();
    json.stdout_lacks("\u{1b}").json();
}

/// The text without the style of its first line, the state.
fn without_our_styles(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap();
    let mut parts = first.split('\u{1b}');
    let plain = parts.next().unwrap().to_owned();
    let styled = parts.filter_map(|part| part.split_once('m')).map(|(_, text)| text);
    styled.fold(plain, |plain, text| plain + text) + "\n" + rest
}

/// Lets a provider say something in every place that is shown, to one job and to several.
#[track_caller]
fn nothing_shown_has(said: &str, unwanted: impl Fn(char) -> bool) {
    for body in [
        format!(r#"{{"status":"failed","message":"{said}"}}"#),
        format!(r#"{{"status":"done","video_url":"https://v.example.com/{said}"}}"#),
        format!(r#"{{"status":"{said}"}}"#),
        format!(r#"{{"code":104,"message":"{said}"}}"#),
    ] {
        let server = Server::saying(&body);
        for jobs in [&["vozo:1"][..], &["vozo:1", "vozo:2"], &["vozo:1", "--raw"]] {
            // As on a terminal, where nothing is taken out on the way; what is our own is taken out here.
            let ran = check_at(&server.url(), jobs).env("CLICOLOR_FORCE", "1").run();
            let shown = if jobs.contains(&"--raw") { ran.stderr().to_owned() } else { without_our_styles(&ran.stdout()) };
            ran.expect(!shown.contains(&unwanted), "no character that steers a terminal");
            ran.expect(!shown.lines().any(|line| line.starts_with("forged")), "no forged line");
        }
    }
}

#[test]
fn control_characters_of_a_provider_do_not_reach_the_terminal() {
    let said = r"\u001b[31mred\u001b[0m \u0007bell\r\nforged: line \u009b31m \u007f";
    nothing_shown_has(said, |c| c.is_control() && c != '\n');
}

#[test]
fn letters_of_a_provider_that_turn_the_writing_around_do_not_reach_the_terminal() {
    nothing_shown_has(r"\u202egnp.4pm \u2066x", |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
}

#[test]
fn a_reader_that_has_seen_enough_causes_no_trouble() {
    for args in [
        vec!["check", PICTORY_JOB, "--replay"],
        vec!["check", PICTORY_JOB, "--replay", "--raw"],
        vec!["check", PICTORY_JOB, "vozo:1", "--replay", "--output", "json"],
        vec!["check", PICTORY_JOB, "vozo:1", "--replay", "--output", "ndjson"],
        vec!["providers"],
        vec!["providers", "--output", "json"],
        vec!["check", "--help"],
    ] {
        Test::new().args(args).run_unread().code(0).stderr_lacks("error");
    }
}
