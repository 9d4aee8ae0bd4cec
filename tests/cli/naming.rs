//! Jobs are named by the dozen, and wrongly: each line that is wrong is told with its place, once, and the others are asked.

use crate::server::{Server, json};
use crate::support::{PICTORY_JOB, Test, check, check_at};

const DONE: &str = r#"{"status":"done","video_url":"https://cdn.example.com/v.mp4"}"#;

#[test]
fn a_job_that_is_named_twice_is_asked_about_once() {
    let server = Server::saying(DONE);
    let ran = check_at(&server.url(), ["vozo:1", "vozo:1", "vozo:2"]).run();
    assert_eq!(ran.code(0).stdout().matches("vozo:1 ").count(), 1, "{}", ran.stdout());
    assert_eq!(server.request_lines().len(), 2);
}

#[test]
fn a_provider_that_nobody_knows_is_named() {
    let ran = check(["typo:1"]).run();
    ran.code(2).stderr_has("no provider is called typo; known are colossyan, ").stderr_lacks("name it with");
    check(["sorra:1"]).run().code(2).stderr_has("did you mean sora:1?");
    check(["a b c"]).run().code(2).stderr_lacks("is called");
    check(["models/x"]).run().code(2).stderr_has("name it with --provider ID, or as ID:JOB");
}

#[test]
fn a_definition_that_lies_beside_is_pointed_at() {
    let here = Test::new().args(["providers", "show", "acme"]).file("providers/acme.yaml", "").run();
    here.code(2).stderr_has("help: the definitions in ./providers are read with --providers providers");
    Test::new().args(["providers", "show", "acme"]).run().code(2).stderr_lacks("./providers");
}

#[test]
fn wrong_lines_of_a_list_are_told_with_their_place_and_not_without_end() {
    let list = (0..500).map(|number| format!("typo:{number}")).collect::<Vec<_>>().join("\n");
    let test =
        Test::new().args(["check", "--from", "list.txt", "--replay"]).file("list.txt", format!("# mine\n{PICTORY_JOB}\n{list}"));
    let ran = test.run();
    ran.code(2).stdout_has("completed");
    ran.stderr_has("error: list.txt:3: no known provider has ids like `typo:0`").stderr_has("error: list.txt:12: ");
    ran.stderr_lacks("list.txt:13").stderr_has("error: 490 more cannot be read as jobs");
    assert_eq!(ran.stderr().matches("known are").count(), 1);
    let remark = Test::new().args(["check", "-", "--replay"]).stdin("sora:x1   # first\n").run();
    remark.code(2).stderr_has("standard input:1: ").stderr_has("a remark needs a line of its own");
    Test::new().args(["check", "-"]).stdin("\n").run().code(2).stderr_has("a list has one job a line");
}

#[test]
fn an_address_that_may_be_wrong_is_doubted_before_the_id() {
    let server = Server::by(|_| json(404, "{}"));
    check_at(&server.url(), ["vozo:1"]).run().code(5).stdout_has("the address that was asked, to the last part of its path?");
    check(["vozo:1", "--base-url", "127.0.0.1:4010"]).run().code(2).stderr_has("an address that begins with https://");
}

#[test]
fn a_time_of_nothing_is_not_a_bad_notation() {
    check(["vozo:1", "--timeout", "0"]).run().code(2).stderr_has("expected a time above zero");
    check(["vozo:1", "--timeout", "20x"]).run().code(2).stderr_has("or a number of seconds");
}
