//! How an answer was judged, shown by `vidspec explain` and `vidspec check --explain`.

use serde_json::{Value, json};

use crate::server::Server;
use crate::support::{KEY, PICTORY_JOB, Ran, Test, check, check_at};

/// An answer of Vozo about a completed job.
const DONE: &str = r#"{"status": "done", "video_url": "https://cdn.example.com/v.mp4"}"#;

fn explain(args: &[&str]) -> Test {
    Test::new().args(["explain"]).args(args)
}

/// The step that decided, of each answer.
fn decided(report: &Value) -> Vec<&Value> {
    let steps = report["explanation"].as_array().unwrap().iter().flat_map(|explanation| explanation["steps"].as_array().unwrap());
    steps.filter(|step| step["effect"] == "decided").map(|step| &step["place"]).collect()
}

#[test]
fn a_body_is_read_from_a_file_or_from_standard_input() {
    let expected = "vozo:JOB  completed  https://cdn.example.com/v.mp4\n";
    let ran = explain(&["--provider", "vozo", "body.json"]).file("body.json", DONE).run();
    ran.code(0).stderr_is("").stdout_has("the answer to `status`, HTTP 200\n").stdout_has(expected);
    for args in [&["--provider", "vozo"][..], &["--provider", "vozo", "-"]] {
        explain(args).stdin(DONE).run().code(0).stderr_is("").stdout_is(ran.stdout());
    }
}

#[test]
fn what_came_with_the_body_counts() {
    let args = ["--provider", "vozo", "--http", "429", "--header", "Retry-After: 30", "--job-id", "7"];
    let ran = explain(&args).stdin("").run();
    ran.code(0).stdout_has("HTTP 429: rate_limited").stdout_has("a header asks to wait 30 s").stdout_has("vozo:7  no state");
    ran.stdout_has("0 bytes: an empty body");
}

#[test]
fn the_line_of_a_definition_of_ones_own_is_named() {
    let definition = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://docs.example.com\nbase_url: https://api.example.com\n\
                      auth: { style: bearer, env: [ACME_API_KEY] }\nstatus:\n  get: \"/{job_id}\"\n  rules:\n    \
                      - when: { http: [404, 5xx], any: [{ $.a: { above: 1 } }, { $.b: { not: [x, y] } }] }\n      then: expired\n  \
                      path: $.s\n  map: { a: queued }\n";
    let test = explain(&["--provider", "acme", "--providers", "mine", "--http", "503"]).file("mine/acme.yaml", definition);
    let ran = test.stdin(r#"{"a": 1, "b": "z"}"#).run();
    ran.code(0).stdout_has("=> mine/acme.yaml:10  status.rules[0]  holds: expired\n");
    for look in [
        "+ http: expected one of 404, 5xx, found 503\n",
        "- $.a: expected more than 1, found 1\n",
        "+ $.b: expected not one of `x`, `y`, found \"z\"\n",
        "+ any: expected one of the alternatives above, found one\n",
    ] {
        ran.stdout_has(&format!("       {look}"));
    }
}

#[test]
fn a_scenario_is_explained_with_all_its_answers() {
    let scenario = "title: T\nsource: https://docs.example.com\nread: 2026-11-22\nevidence: prose\njob_id: j1\nexchanges:\n\
                    - { request: GET /api/v1/video-generation-jobs/j1, body: first.json }\n\
                    - { request: GET /api/v1/generated-videos/v1, body: second.json }\nexpect: {}\n";
    let with_files = |test: Test| {
        let test = test.file("mine/finished/scenario.yaml", scenario);
        let test = test.file("mine/finished/first.json", r#"{"status": "finished", "videoId": "v1"}"#);
        test.file("mine/finished/second.json", r#"{"publicUrl": "https://cdn.example.com/v.mp4"}"#)
    };
    let ran = with_files(explain(&["--provider", "colossyan", "mine/finished"])).run();
    ran.code(0).stdout_has("the answer to `status`").stdout_has("the answer to `result`");
    ran.stdout_has("GET /generated-videos/v1\n").stdout_has("\ncolossyan:j1  completed  https://cdn.example.com/v.mp4\n");
    let ran = with_files(explain(&["--provider", "colossyan", "mine/finished", "--output", "json"])).run();
    let reports = ran.code(0).json();
    assert_eq!(reports[0]["state"], "completed");
    assert_eq!(reports[0]["explanation"][1]["answer"], "result");
    let ran = with_files(explain(&["--provider", "colossyan", "mine/finished", "--http", "200"])).run();
    ran.code(2).stdout_is("").stderr_has("--http, --header and --job-id go with a body");
}

#[test]
fn a_second_answer_that_is_not_there_is_no_conclusion() {
    let body = r#"{"status": "finished", "videoId": "v1"}"#;
    let ran = explain(&["--provider", "colossyan"]).stdin(body).run();
    ran.code(0).stdout_has("GET /generated-videos/v1\n").stdout_has("the second answer is not here");
    let report = explain(&["--provider", "colossyan", "--output", "ndjson"]).stdin(body).run().code(0).ndjson().remove(0);
    assert_eq!(report.as_object().unwrap().keys().collect::<Vec<_>>(), ["explanation"]);
}

#[test]
fn the_report_for_programs_has_one_more_member() {
    let args = ["--provider", "vozo", "--output", "json"];
    let report = explain(&args).stdin(DONE).run().code(0).json();
    assert_eq!(report["state"], "completed");
    assert_eq!(decided(&report), [&json!({"path": "status.map.done", "file": "vozo.yaml", "line": 13})]);
    assert_eq!(report["decided_by"], "status.map.done");
    let word = json!({
        "stage": "status", "effect": "used", "place": {"path": "status.path", "file": "vozo.yaml", "line": 12},
        "conclusion": "the word is `done`",
        "looks": [{"at": "$.status", "expected": null, "found": ["\"done\""], "taken": null, "holds": true}],
    });
    assert_eq!(report["explanation"][0]["steps"][2], word);
}

#[test]
fn a_check_is_explained_beside_its_report() {
    let plain = check([PICTORY_JOB, "--replay"]).run();
    let ran = check([PICTORY_JOB, "--replay", "--explain"]).run();
    ran.code(0).stdout_is(plain.stdout()).stderr_has(&format!("{PICTORY_JOB}: the answer to `status`, HTTP 200\n"));
    ran.stderr_has("=> pictory.yaml:");
    let ran = check([PICTORY_JOB, "--replay", "--explain", "--output", "json"]).run();
    ran.code(0).stderr_lacks("the answer to");
    let mut report = ran.json();
    assert_eq!(decided(&report)[0]["path"], report["decided_by"]);
    report.as_object_mut().unwrap().remove("explanation");
    assert_eq!(report, check([PICTORY_JOB, "--replay", "--output", "json"]).run().json());
}

#[test]
fn a_live_answer_is_explained_without_the_key() {
    let server = Server::saying(format!(r#"{{"status": "{KEY}", "code": 5, "message": "not {KEY}"}}"#));
    let ran = check_at(&server.url(), ["vozo:7", "--explain"]).run();
    ran.code(7).stderr_has("the word is `[key]`").stderr_has("status.map  ");
    assert_eq!(server.request_lines(), ["GET /v1/video_generation/7"]);
}

#[test]
fn without_an_answer_there_is_nothing_to_explain() {
    let args = ["vozo:7", "--explain", "--output", "json"];
    let report = check_at("http://127.0.0.1:1", args).run().code(6).json();
    assert_eq!(report["explanation"], json!([]));
}

#[test]
fn what_cannot_be_explained_is_told() {
    let expect = |args: &[&str], told: &str| {
        explain(args).file("empty/x", "").stdin("{}").run().code(2).stdout_is("").stderr_has(told);
    };
    expect(&["--provider", "voso"], "did you mean `vozo`?");
    expect(&["--provider", "vozo", "missing.json"], "missing.json cannot be read");
    expect(&["--provider", "vozo", "empty"], "expected a file with a body, or the folder of a scenario");
    expect(&["--provider", "vozo", "--header", "nonsense"], "expected NAME: VALUE");
    expect(&["--provider", "vozo", "--http", "1000"], "1000");
    expect(&["--provider", "vozo", "--job-id", ""], "error:");
}

#[test]
fn nothing_in_an_answer_steers_the_terminal() {
    let body = "{\"status\": \"a\\u001b[31mb\\u202e\"}";
    explain(&["--provider", "vozo"]).stdin(body).run().code(0).stdout_lacks("\u{1b}").stdout_lacks("\u{202e}");
}

/// The blocks of the page: what stands behind the fence, and the text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = page.split("```").skip(1).step_by(2).collect();
    parts.into_iter().filter_map(|block| block.split_once('\n')).collect()
}

fn run_example(line: &str, files: &[(&str, &str)]) -> Ran {
    let (stdin, command) = line.rsplit_once(" | ").unwrap_or(("echo ''", line));
    let unquoted = command.split('\'').enumerate().flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    let test = Test::new().args(unquoted.skip(1)).stdin(stdin.trim_start_matches("echo ").trim_matches('\'').to_owned() + "\n");
    files.iter().fold(test, |test, (name, text)| test.file(name, text)).run()
}

#[test]
fn the_examples_of_the_page_are_what_the_command_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/explain.md");
    let page = std::fs::read_to_string(path).unwrap();
    let blocks = blocks(&page);
    let files: Vec<_> = blocks.iter().filter_map(|(info, text)| Some((info.strip_prefix("json ")?, *text))).collect();
    let mut count = 0;
    for text in blocks.iter().filter(|(info, _)| *info == "text").map(|(_, text)| text) {
        let (line, expected) = text.split_once('\n').unwrap();
        run_example(line.strip_prefix("$ ").unwrap(), &files).code(0).stderr_is("").stdout_is(expected);
        count += 1;
    }
    assert_eq!(count, 2);
}
