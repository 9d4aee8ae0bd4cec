//! Values beside the id, questions by `POST`, addresses and secrets from the environment, files in the answer.

use serde_json::{Value, json};

use crate::server::{Server, header};
use crate::support::{PICTORY_JOB, Ran, Test};

/// A provider that needs an app beside the id, is asked by `POST`, and takes a key or two secrets.
const ACME: &str = r#"vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: { env: [ACME_URL] }
auth:
  - { style: bearer, env: [ACME_API_KEY] }
  - { header: authorization, value: "Key {id}:{secret}", secrets: { id: ACME_ID, secret: ACME_SECRET } }
params:
  app: { about: the owner and name of the model, pattern: "^[a-z0-9-]+/[a-z0-9-]+$", env: [ACME_APP], example: acme/film }
  kind: { default: video }
job_id: { pattern: "^acm_[0-9]+$", example: acm_7 }
status:
  post: "/{+app}/jobs"
  body: { id: "{job_id}", kind: "{kind}" }
  safe: true
  path: $.status
  map: { waiting: queued, ready: completed }
  outputs: { video: { base64: $.data, media_type: video/mp4 } }
"#;

/// `vidspec check` in a folder with that provider, whose address is the server's.
fn check(server: &Server, args: &[&str]) -> Test {
    let test = Test::new().file(".config/vidspec/providers/acme.yaml", ACME).env("ACME_URL", &server.url());
    test.key("ACME_API_KEY", "acme-key-1234").args(["check"]).args(args)
}

fn bodies(server: &Server) -> Vec<Value> {
    server.requests().iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

fn reference(ran: &Ran) -> String {
    ran.json()["job"].as_str().unwrap().to_owned()
}

#[test]
fn a_param_is_given_by_option_reference_or_environment() {
    let server = Server::saying(r#"{"status":"waiting"}"#);
    for (args, variable, line, reported) in [
        (&["acme:acm_7", "--param", "app=a/b"][..], None, "POST /a/b/jobs", "acme:acm_7?app=a/b"),
        (&["acme:acm_7?app=a/b"], Some("c/d"), "POST /a/b/jobs", "acme:acm_7?app=a/b"),
        (&["acme:acm_7"], Some("c/d"), "POST /c/d/jobs", "acme:acm_7?app=c/d"),
        (&["acm_7"], Some("c/d"), "POST /c/d/jobs", "acme:acm_7?app=c/d"),
        (&["acm_7", "--param", "app=a/b"], None, "POST /a/b/jobs", "acme:acm_7?app=a/b"),
        (&["acm_7?app=a/b&kind=image"], None, "POST /a/b/jobs", "acme:acm_7?app=a/b&kind=image"),
    ] {
        let test = check(&server, args).args(["--output", "json"]);
        let test = variable.iter().fold(test, |test, app| test.env("ACME_APP", app));
        let ran = test.run();
        ran.code(0);
        assert_eq!(reference(&ran), reported, "{args:?}");
        assert_eq!(server.request_lines().last().map(String::as_str), Some(line), "{args:?}");
    }
    let kinds: Vec<_> = bodies(&server).iter().map(|body| body["kind"].clone()).collect();
    assert_eq!(kinds, ["video", "video", "video", "video", "video", "image"]);
    assert_eq!(bodies(&server)[0], json!({"id": "acm_7", "kind": "video"}));
}

#[test]
fn the_next_step_repeats_what_was_given() {
    let server = Server::saying(r#"{"status":"waiting"}"#);
    let ran = check(&server, &["acm_7", "--param", "app=a/b"]).run();
    assert_eq!(ran.code(0).line("next"), "ask again: vidspec check 'acme:acm_7?app=a/b'");
}

#[test]
fn a_missing_param_is_told_with_all_ways_to_give_it() {
    let server = Server::saying("{}");
    let ways = "acme needs `app`, the owner and name of the model, such as acme/film: write acme:JOB?app=acme/film, \
                state --param app=acme/film, or set ACME_APP";
    check(&server, &["acme:acm_7"]).run().code(2).stdout_has("no state").stdout_has(ways);
    check(&server, &["acm_7"]).run().code(2).stderr_has(&format!("error: `acm_7` looks like a job of acme, but {ways}"));
    check(&server, &["acm_7", "--param", "app=A"]).run().code(2).stderr_has("expected `app` to match");
    assert_eq!(server.request_lines(), [""; 0]);
}

#[test]
fn a_param_that_no_provider_knows_is_a_slip() {
    let server = Server::saying("{}");
    let ran = check(&server, &["acme:acm_7", "--param", "aap=a/b"]).run();
    ran.code(2).stderr_is("error: acme has no param `aap`\nhelp: known are app, kind\n");
    check(&server, &["sora:video_1", "--param", "app=a/b"]).run().code(2).stderr_is("error: sora has no param `app`\n");
    check(&server, &["acme:acm_7", "--param", "app"]).run().code(2).stderr_has("expected NAME=VALUE, such as");
    assert_eq!(server.request_lines(), [""; 0]);
}

#[test]
fn a_param_of_a_reference_that_its_provider_does_not_know_is_a_slip() {
    let server = Server::saying("{}");
    let ran = check(&server, &["acme:acm_7?aap=a/b"]).run();
    ran.code(2).stdout_has("acme has no param `aap` (known: `app`, `kind`); did you mean `app`?");
    check(&server, &["acm_7?aap=a/b"]).run().code(2).stderr_has("looks like a job of acme, but acme has no param `aap`");
    let pictory = format!("{PICTORY_JOB}?app=a/b");
    let ran = Test::new().args(["check", &pictory]).key("PICTORY_API_KEY", "pictory-key-1234").run();
    ran.code(2).stdout_has("pictory has no param `app` (none is known)");
    assert_eq!(server.request_lines(), [""; 0]);
}

#[test]
fn a_key_and_a_param_that_are_missing_are_told_together() {
    for command in ["check", "wait", "download"] {
        let test = Test::new().file(".config/vidspec/providers/acme.yaml", ACME).env("ACME_URL", "http://127.0.0.1:9");
        let ran = test.args([command, "acme:acm_7"]).run();
        let said = format!("{}{}", ran.code(3).stdout(), ran.stderr());
        for missing in ["no key for Acme Video: set ACME_API_KEY", "; and acme needs `app`", "--param app=acme/film"] {
            assert!(said.contains(missing), "{command} does not tell `{missing}`: {said}");
        }
    }
}

#[test]
fn several_jobs_take_the_params_that_their_providers_know() {
    let server = Server::saying(r#"{"status":"waiting"}"#);
    let test = check(&server, &["acme:acm_7", "acme:acm_8?app=c/d", "sora:video_1", "--param", "app=a/b", "--output", "ndjson"]);
    let jobs: Vec<_> = test.run().code(3).ndjson().iter().map(|report| report["job"].clone()).collect();
    assert_eq!(jobs, ["acme:acm_7?app=a/b", "acme:acm_8?app=c/d", "sora:video_1"]);
    // Two are asked at once.
    let mut lines = server.request_lines();
    lines.sort();
    assert_eq!(lines, ["POST /a/b/jobs", "POST /c/d/jobs"]);
}

#[test]
fn a_wait_tells_jobs_apart_by_their_params_and_knows_them_again() {
    let (server, folder) = (Server::saying(r#"{"status":"ready","data":"aGVsbG8="}"#), tempfile::tempdir().unwrap());
    let journal = folder.path().join("journal");
    let wait = || {
        let test = Test::new().file(".config/vidspec/providers/acme.yaml", ACME).env("ACME_URL", &server.url());
        let test = test.key("ACME_API_KEY", "acme-key-1234").args(["wait", "acme:acm_7?app=a/b", "acme:acm_7?app=c/d"]);
        test.args(["--journal", journal.to_str().unwrap()]).run()
    };
    wait().code(0).stdout_has("acme:acm_7?app=a/b  completed").stdout_has("acme:acm_7?app=c/d  completed");
    assert_eq!(server.requests().len(), 2);
    wait().code(0).stderr_has("2 completed");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_address_that_only_the_user_knows_is_asked_for() {
    let test = Test::new().file(".config/vidspec/providers/acme.yaml", ACME).key("ACME_API_KEY", "acme-key-1234");
    let ran = test.args(["check", "acme:acm_7?app=a/b"]).run();
    ran.code(2).stdout_has("the address of Acme Video is not known: set ACME_URL, or give --base-url");
}

#[test]
fn an_option_beats_the_address_of_the_environment() {
    let (server, other) = (Server::saying(r#"{"status":"waiting"}"#), Server::saying(r#"{"status":"waiting"}"#));
    check(&server, &["acme:acm_7?app=a/b", "--base-url", &other.url()]).run().code(0);
    assert_eq!((server.request_lines().len(), other.request_lines().len()), (0, 1));
}

#[test]
fn two_secrets_make_a_key() {
    let server = Server::saying(r#"{"status":"waiting","message":"acme-id-1234 acme-secret-1234"}"#);
    let test = Test::new().file("mine/acme.yaml", ACME).env("ACME_URL", &server.url());
    let test = test.key("ACME_ID", "acme-id-1234").key("ACME_SECRET", "acme-secret-1234");
    test.args(["check", "acme:acm_7?app=a/b", "--providers", "mine", "--raw"]).run().code(0).stdout_has("[key] [key]");
    assert_eq!(header(&server.requests()[0], "authorization"), Some("Key acme-id-1234:acme-secret-1234"));
    let half = Test::new().file("mine/acme.yaml", ACME).env("ACME_URL", &server.url()).key("ACME_ID", "acme-id-1234");
    let ran = half.args(["check", "acme:acm_7?app=a/b", "--providers", "mine"]).run();
    ran.code(3).stdout_has("set ACME_API_KEY, or ACME_ID and ACME_SECRET in the environment");
    let listed = Test::new().file("mine/acme.yaml", ACME).key("ACME_ID", "acme-id-1234");
    let ran = listed.args(["providers", "--providers", "mine"]).run();
    ran.code(0).stdout_has("ACME_ID (set) + ACME_SECRET (not set) …");
}

#[test]
fn a_file_in_the_answer_is_told_by_its_size() {
    let server = Server::saying(r#"{"status":"ready","data":"aGVsbG8gd29ybGQ="}"#);
    let ran = check(&server, &["acme:acm_7?app=a/b"]).run();
    ran.code(0).stdout_lacks("aGVsbG8");
    assert_eq!(ran.line("video"), "11 bytes, in the answer itself");
    let ran = check(&server, &["acme:acm_7?app=a/b", "--output", "json"]).run();
    assert_eq!(ran.code(0).json()["outputs"][0]["inline"], json!({"bytes": 11}));
    ran.stdout_lacks("aGVsbG8");
}
