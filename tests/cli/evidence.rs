//! `vidspec test`: definitions of one's own against their evidence.

use std::path::Path;

use crate::server::Server;
use crate::support::{KEY, Ran, Test};

const ACME: &str = include_str!("../../examples/own-provider/providers/acme.yaml");
const DOCUMENTED: &str = include_str!("../../examples/own-provider/fixtures/acme/documented.yaml");
const DONE: &str = include_str!("../../examples/own-provider/fixtures/acme/done/scenario.yaml");
const BODY: &str = include_str!("../../examples/own-provider/fixtures/acme/done/done.json");
const CASES: &str = include_str!("../../examples/own-provider/fixtures/acme/cases.yaml");

/// `vidspec test` in a folder that holds Acme Render, with these texts in place of those of the example.
fn acme<'t>(changes: impl IntoIterator<Item = (&'t str, &'t str)>) -> Test {
    let files = [
        ("providers/acme.yaml", ACME),
        ("fixtures/acme/documented.yaml", DOCUMENTED),
        ("fixtures/acme/cases.yaml", CASES),
        ("fixtures/acme/done/scenario.yaml", DONE),
        ("fixtures/acme/done/done.json", BODY),
    ];
    let changes: Vec<(&str, &str)> = changes.into_iter().collect();
    let changed = |text: &str| changes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    files.iter().fold(Test::new().args(["test"]), |test, (file, text)| test.file(file, changed(text)))
}

fn folder_of(root: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(root).display().to_string()
}

#[test]
fn the_example_holds_and_all_of_it_has_evidence() {
    let ran = Test::new().args(["test", &folder_of("examples/own-provider"), "--check", "--min-coverage", "100"]).run();
    ran.code(0).stderr_is("").stdout_has("acme         12 of 12 parts have evidence (100 %): 6 documented, 6 prose\n");
    ran.stdout_has("10 claims hold; snapshots: 0 changed, 0 missing\n").stdout_lacks("--update");
}

#[test]
fn a_claim_that_does_not_hold_is_shown_side_by_side_with_what_was_concluded() {
    let ran = acme([("unit: percent", "unit: fraction"), ("/renders/{job_id}", "/render/{job_id}")]).run();
    ran.code(1).stdout_has("FAILED  acme/done  The video is ready\n").stdout_has("fixtures/acme/done/scenario.yaml\n");
    ran.stdout_has("request: expected GET /v2/renders/rnd_7Qx2mV, found GET /v2/render/rnd_7Qx2mV\n");
    ran.stdout_has("    - anomalies: []\n    + anomalies:\n    + - progress_out_of_range\n");
    ran.stdout_has("    - progress: 1\n    + progress: null\n").stdout_has("10 of 10 claims do not hold;");
}

#[test]
fn names_of_scenarios_are_told_where_they_do_not_fit_together() {
    for (change, told) in [
        (
            ("name: failed-asset", "name: failed-content"),
            "acme/cases.yaml: expected different names, found `failed-content` twice",
        ),
        (("name: failed-asset", "name: done"), "acme/cases.yaml: expected different names, found `done` twice"),
        (
            ("statuses:", "create: { request: POST /v2/renders, answer: made, source: https://docs.acme.example }\nstatuses:"),
            "acme/documented.yaml: expected the name of a scenario in `create.answer`, found `made`",
        ),
    ] {
        acme([change]).run().code(2).stderr_has(told);
    }
    let second = acme([]).file("fixtures/acme/second/scenario.yaml", DONE).file("fixtures/acme/second/done.json", BODY);
    second.run().code(2).stderr_has("acme/second/scenario.yaml: second: expected one scenario with `default`, found done too");
}

#[test]
fn a_word_without_evidence_or_documentation_is_told() {
    let ran = acme([("  E_ASSET: {", "  E_OTHER: {")]).run();
    ran.code(1).stdout_has("FAILED  acme  `E_ASSET` is documented, but error.codes has no entry for it\n");
    ran.stdout_has("FAILED  acme  `E_OTHER` is in error.codes, but no page of documented.yaml lists it\n");
    ran.stdout_has("acme         11 of 12 parts have evidence (91 %)").stdout_has("none for error.codes.E_OTHER\n");
}

#[test]
fn coverage_has_a_smallest_share_and_tells_the_grade_of_each_part() {
    let without_cases = || acme([(CASES, "[]\n")]);
    without_cases().run().code(0).stdout_has("acme         2 of 12 parts have evidence (16 %): 2 documented\n");
    without_cases().args(["--min-coverage", "16"]).run().code(0);
    let ran = without_cases().args(["--min-coverage", "17%"]).run();
    ran.code(1).stdout_has("FAILED  acme  less than 17 % have evidence\n");
    without_cases().args(["--min-coverage", "101"]).run().code(2).stdout_is("");
    let ran = without_cases().args(["--coverage"]).run();
    ran.stdout_has("outputs.video                        documented (done)")
        .stdout_has("status.map.waiting                   -\n");
    let document = without_cases().args(["--output", "json"]).run().json();
    let parts = document[0]["coverage"]["parts"].as_array().unwrap();
    let of = |name: &str| parts.iter().find(|part| part["part"] == name).unwrap();
    assert_eq!((&of("status.map.done")["evidence"], &of("status.map.done")["scenario"]), (&"documented".into(), &"done".into()));
    assert_eq!(of("status.map.error")["evidence"], serde_json::Value::Null);
}

#[test]
fn snapshots_are_written_when_asked_for_and_guard_against_change() {
    let snapshot = "tests/snapshots/acme/done.snap";
    let updated = acme([]).args(["--update"]);
    let (updated, ran) = updated.run_kept();
    ran.code(0).stdout_has("10 claims hold; snapshots: 0 changed, 0 missing\n");
    let text = updated.read(snapshot);
    assert!(text.contains("\nstate: completed\n") && !text.contains("\nvidspec:"), "{text}");
    acme([])
        .file(snapshot, &text)
        .run()
        .code(0)
        .stdout_has("9 missing")
        .stdout_has("accept the reports as they are with --update");
    acme([]).file(snapshot, &text).args(["--check"]).run().code(1).stdout_has("MISSING  acme/failed-content  ");
    let one = |text: &str| acme([]).file(snapshot, text).args(["--filter", "acme/done"]);
    one(&text).args(["--check"]).run().code(0);
    one(&text.replace('\n', "\r\n")).args(["--check"]).run().code(0);
    let changed = text.replace("\nstate: completed\n", "\nstate: failed\n");
    for (option, code) in [(&[][..], 0), (&["--check"][..], 1)] {
        let ran = one(&changed).args(option).run();
        ran.code(code)
            .stdout_has("CHANGED  acme/done  the claim holds")
            .stdout_has("    - state: failed\n    + state: completed\n");
    }
    let ran = acme([]).file("tests/snapshots/acme/gone.snap", &text).args(["--check"]).run();
    ran.code(1).stdout_has("LEFT OVER  ").stdout_has("gone.snap  no scenario has this name");
}

#[test]
fn an_update_rewrites_no_claim_and_accepts_no_report_whose_claim_fails() {
    let (test, ran) = acme([("unit: percent", "unit: fraction")]).args(["--update"]).run_kept();
    ran.code(1);
    assert_eq!(test.read("fixtures/acme/done/scenario.yaml"), DONE);
    assert_eq!(test.read("fixtures/acme/cases.yaml"), CASES);
    assert!(!test.folder().join("tests/snapshots/acme/done.snap").exists());
    assert!(test.folder().join("tests/snapshots/acme/failed-content.snap").exists());
}

#[test]
fn one_scenario_is_tested_alone() {
    let ran = acme([]).args(["--filter", "acme/status-", "--filter", "bad-key"]).run();
    ran.code(0).stdout_has("5 claims hold").stdout_lacks("parts have evidence");
    acme([]).args(["--filter", "nonesuch"]).run().code(2).stdout_is("").stderr_has("no scenario matches --filter nonesuch");
}

#[test]
fn a_build_server_is_told_in_its_own_form() {
    let (test, ran) = acme([("unit: percent", "unit: fraction")]).args(["--junit", "out.xml"]).run_kept();
    ran.code(1);
    let xml = test.read("out.xml");
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"vidspec\">"), "{xml}");
    assert!(xml.contains(r#"<testsuite name="acme" tests="11" failures="3">"#), "{xml}");
    assert!(xml.contains(r#"<testcase classname="acme" name="bad-key"/>"#), "{xml}");
    assert!(xml.contains("<failure message=\"progress: expected 0.4, found null\""), "{xml}");
    acme([]).args(["--junit", "no/such/folder.xml"]).run().code(2).stderr_has("no/such/folder.xml cannot be written");
}

#[test]
fn all_mistakes_of_the_files_are_told_in_one_pass() {
    let test = acme([("done: completed", "done: complete"), ("title: The video is ready\n", "")]);
    let ran = test.file("fixtures/acne/documented.yaml", DOCUMENTED).run();
    ran.code(2).stdout_is("").stderr_has("providers/acme.yaml:").stderr_has("did you mean `completed`?");
    ran.stderr_has("fixtures/acme/done/scenario.yaml: ").stderr_has("title");
    ran.stderr_has("fixtures/acne: expected a definition acne.yaml for this evidence, found none");
    Test::new().args(["test"]).run().code(2).stderr_has("providers cannot be read");
}

#[test]
fn an_empty_claim_proves_nothing() {
    let claim = DONE.find("expect:").map(|at| &DONE[at..]).unwrap();
    acme([(claim, "expect: {}\n")]).run().code(1).stdout_has("the claim is empty: write into `expect` what must be concluded");
}

#[test]
fn a_day_that_is_none_is_told() {
    for day in ["28.11.2026", "yesterday", "2026-13-01"] {
        let dated = acme([("read: 2026-11-22", format!("read: {day}").as_str())]);
        dated.run().code(2).stderr_has(&format!("expected the day in `read` as YYYY-MM-DD, found `{day}`"));
    }
}

#[test]
fn a_name_that_would_leave_its_folder_is_refused() {
    let cases = CASES.replace("name: bad-key", "name: ../../bad-key");
    acme([(CASES, cases.as_str())]).args(["--update"]).run().code(2).stderr_has("cases.yaml: expected a name of letters");
}

/// A definition that would like to reach other addresses, and answers that would lead there.
#[test]
fn no_key_is_read_and_no_other_address_is_reached() {
    let elsewhere = Server::saying(r#"{"status":"done"}"#);
    let url = elsewhere.url();
    let definition = format!(
        "vidspec: 1\nid: evil\nname: Evil\ndocs: https://d.example.com\nbase_url: {url}/v1\n\
         auth: {{ style: bearer, env: [EVIL_API_KEY] }}\nresult: {{ with: {{ file: $.next }}, get: '/files/{{file}}', path: $.s, map: {{ ok: completed }}, outputs: {{ video: $.url }} }}\n\
         status: {{ get: '/jobs/{{job_id}}', path: $.s, map: {{ done: completed, busy: processing }} }}\n"
    );
    let case = |name: &str, rest: &str| {
        format!(
            "- {{ name: {name}, title: t, source: s, read: 2026-11-22, evidence: prose, job_id: j, request: GET /v1/jobs/j, {rest}, expect: {{ job_id: j }} }}\n"
        )
    };
    let cases = case("moved", &format!("http: 302, headers: {{ location: '{url}/steal' }}"))
        + &case("followed", &format!(r#"body: '{{"s":"done","next":"{url}/steal"}}'"#))
        + &case("output", &format!(r#"body: '{{"s":"busy","url":"{url}/steal"}}'"#));
    let test = Test::new().args(["test"]).file("providers/evil.yaml", definition).file("fixtures/evil/cases.yaml", cases);
    let documented = "key_header: { name: authorization, value: 'Bearer {key}', source: s }\n";
    let test = test.file("fixtures/evil/documented.yaml", documented).key("EVIL_API_KEY", KEY);
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let ran: Ran = proxies.iter().fold(test, |test, name| test.env(name, &url)).args(["--output", "json"]).run();
    assert_eq!(elsewhere.request_lines(), [] as [&str; 0]);
    // What was sent elsewhere would carry the stand-in for the key, and the scenarios did run.
    let document = ran.json();
    let followed = document[0]["scenarios"].as_array().unwrap().iter().find(|scenario| scenario["name"] == "followed").unwrap();
    assert_eq!(followed["complaints"], serde_json::json!(["requests: expected 1, found 2"]));
}

/// What a pull request from a stranger can bring: it is told within bounded memory.
#[cfg(target_os = "linux")]
mod from_strangers {
    use super::*;

    /// Most of it is room that each thread sets aside and does not use.
    const MEBIBYTES: usize = 1024;

    #[test]
    fn a_path_over_an_answer_that_would_never_end_is_told() {
        let nested = format!(r#"{{"status":"waiting","x":[{}0]}}"#, "[[[[[[0]]]]]],".repeat(50_000));
        let test = acme([("created: { path: $.created, unit: milliseconds }", "created: '$..[?count($..*)>9]'")]);
        let test = test.file("fixtures/acme/done/done.json", nested).args(["--filter", "acme"]).memory(MEBIBYTES);
        test.run().code(1).stdout_has("a body that takes more than 10 million steps to look through");
    }

    #[test]
    fn files_without_an_end_are_not_read_to_it() {
        let endless = |test: Test, file: &str| {
            let path = test.folder().join(file);
            std::fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink("/dev/zero", path).unwrap();
            test.memory(MEBIBYTES).run()
        };
        for file in ["providers/acme.yaml", "fixtures/acme/done/done.json"] {
            endless(acme([]), file).code(2).stderr_has("expected a file or folder, found a link");
        }
        // A folder of the user's own may hold links.
        let check = Test::new().args(["check", "acme:1", "--providers", "."]).file("acme.yaml", ACME);
        endless(check, "acme.yaml").code(2).stderr_has("expected a file of at most 65536 bytes, found more");
    }

    #[test]
    fn evidence_that_multiplies_itself_or_is_too_large_is_refused() {
        let bomb = (1..10).fold("a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned(), |text, level| {
            let below = format!("*a{}, ", level - 1).repeat(8);
            format!("{text}a{level}: &a{level} [{below}]\n")
        });
        for (cases, words) in [
            (format!("# {}\n{CASES}", "x".repeat(128 * 1024)), "expected a file of at most 131072 bytes"),
            (format!("- {}", "[".repeat(100_000)), "cases.yaml: "),
            (format!("{bomb}{CASES}"), "cases.yaml: "),
        ] {
            acme([(CASES, cases.as_str())]).memory(MEBIBYTES).run().code(2).stderr_has(words);
        }
    }
}
