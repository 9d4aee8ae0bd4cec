//! `vidspec check --record`: a live exchange, kept as evidence.

use crate::server::{DESERTED, Server, json};
use crate::support::{KEY, Test, check_at};

const BODY: &str = concat!(
    "{\"status\": \"done\",  \"video_url\":\"https://cdn.example.com/v.mp4?X-Amz-Signature=5ec2e7\", \"user\": {\"name\": \"Jane\"},\n",
    " \"message\":\"for jane@mail.example.org, key ",
    "sk-MARKED-9f8e7d6c5b4a\"}\n"
);

fn recorded(server: &Server, args: &[&str]) -> (crate::support::Kept, crate::support::Ran) {
    check_at(&format!("{}/gateway", server.url()), ["vozo:job-1"]).args(["--record", "kept"]).args(args).run_kept()
}

#[test]
fn the_exchange_is_kept_without_the_key_and_personal_values() {
    let answer = json(200, BODY).insert_header("set-cookie", "session=abc").insert_header("x-ratelimit-remaining", "9");
    let server = Server::answering([answer.insert_header("openai-organization", "jane-inc")]);
    let (kept, ran) = recorded(&server, &[]);
    ran.code(0).stdout_has("completed").stderr_has("recorded in kept/vozo/completed-recorded/scenario.yaml; look through it");
    let body = kept.read("kept/vozo/completed-recorded/answer.json");
    assert_eq!(
        body,
        concat!(
            "{\"status\": \"done\",  \"video_url\":\"https://cdn.example.com/v.mp4?X-Amz-Signature=removed\", \"user\": {\"name\": \"removed\"},\n",
            " \"message\":\"for someone@example.com, key [key]\"}\n"
        )
    );
    let scenario = kept.read("kept/vozo/completed-recorded/scenario.yaml");
    for line in [
        "evidence: recorded\n",
        "job_id: \"job-1\"\n",
        "expect: {}\n",
        " Asked at another address than the provider's.\"\n",
        "      \"x-ratelimit-remaining\": \"9\"\n",
        "    body: answer.json\n",
    ] {
        assert!(scenario.contains(line), "{line}{scenario}");
    }
    // As Vozo itself would be asked, not the gateway.
    assert!(scenario.contains("  - request: \"GET /v1/video_generation/job-1\"\n"), "{scenario}");
    for secret in [KEY, "session=", "jane", "Jane", "5ec2e7", "gateway"] {
        assert!(!scenario.contains(secret) && !body.contains(secret), "{secret}: {scenario}{body}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let server = Server::saying(r#"{"status":"processing"}"#);
    let test = check_at(&server.url(), ["vozo:1", "vozo:2"]).args(["--record", "kept"]);
    let test = test.file("kept/vozo/processing-recorded/scenario.yaml", "mine");
    let (kept, ran) = test.run_kept();
    ran.code(0);
    assert_eq!(kept.read("kept/vozo/processing-recorded/scenario.yaml"), "mine");
    let both =
        ["processing-recorded-2", "processing-recorded-3"].map(|name| kept.read(&format!("kept/vozo/{name}/scenario.yaml")));
    assert!(both.iter().any(|text| text.contains("\"1\"")) && both.iter().any(|text| text.contains("\"2\"")), "{both:?}");
}

#[test]
fn both_requests_are_kept_and_a_recording_replays() {
    let finished = json(200, r#"{"id":"j","videoId":"v9","status":"finished"}"#);
    let server = Server::answering([finished, json(200, r#"{"publicUrl":"https://v.example.com/1.mp4"}"#)]);
    let (kept, ran) = check_at(&format!("{}/api/v1", server.url()), ["colossyan:j"]).args(["--record", "fixtures"]).run_kept();
    ran.code(0).stdout_has("https://v.example.com/1.mp4");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let definition = std::fs::read_to_string(root.join("providers/colossyan.yaml")).unwrap();
    let documented = std::fs::read_to_string(root.join("fixtures/colossyan/documented.yaml")).unwrap();
    let folder = "fixtures/colossyan/completed-recorded";
    let test = ["scenario.yaml", "answer-1.json", "answer-2.json"].iter().fold(Test::new().args(["test"]), |test, file| {
        let file = format!("{folder}/{file}");
        test.file(&file, kept.read(&file).replace("expect: {}", "expect: { state: completed, outputs: [{ role: video }] }"))
    });
    let test = test.file("providers/colossyan.yaml", definition).file("fixtures/colossyan/documented.yaml", documented);
    test.run().code(0).stdout_has("1 claim holds;");
}

#[test]
fn what_is_given_beside_the_id_and_what_is_sent_are_kept_too() {
    let definition = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com/v1\n\
                      auth: { style: bearer, env: [ACME_API_KEY] }\nparams: { app: { about: the model, example: a/b } }\n\
                      status: { post: '/{+app}:fetch', body: { name: '{job_id}' }, safe: true, path: $.s, map: { busy: processing } }\n";
    let server = Server::saying(r#"{"s":"busy"}"#);
    let args = ["check", "acme:1?app=x/y", "--providers", "p", "--base-url", &server.url(), "--record", "kept"];
    let (kept, ran) = Test::new().file("p/acme.yaml", definition).args(args).key("ACME_API_KEY", KEY).run_kept();
    ran.code(0);
    let scenario = kept.read("kept/acme/processing-recorded/scenario.yaml");
    let expected = "params: { \"app\": \"x/y\" }\nexchanges:\n  - request: \"POST /v1/x/y:fetch\"\n    sent: {\"name\":\"1\"}\n    http: 200\n";
    assert!(scenario.contains(expected), "{scenario}");
}

#[test]
fn a_refusal_is_kept_and_silence_is_not() {
    let server = Server::answering([json(404, r#"{"code":"1401","message":"no task"}"#)]);
    recorded(&server, &[]).1.stderr_has("-recorded/scenario.yaml");
    let (kept, ran) = check_at(DESERTED, ["vozo:1"]).args(["--record", "kept"]).run_kept();
    ran.code(6).stderr_has("nothing is recorded: there was no answer");
    assert!(!kept.folder().join("kept").exists());
    let ran = check_at(&server.url(), ["vozo:1"]).file("kept", "a file").args(["--record", "kept"]).run();
    ran.code(2).stderr_has("nothing can be recorded in kept").stdout_has("vozo:1");
    check_at(&server.url(), ["vozo:1", "--replay", "--record", "kept"]).run().code(2);
}

#[test]
fn a_whole_wait_is_kept_and_replays() {
    let running = || json(200, r#"{"status":"processing"}"#);
    let throttled = json(429, r#"{"message":"slow down"}"#).insert_header("retry-after", "0");
    let done = json(200, r#"{"status":"done","video_url":"https://cdn.example.com/v.mp4?X-Amz-Signature=5ec2e7"}"#);
    let server = Server::answering([running(), running(), throttled, running(), done]);
    let args = ["wait", "vozo:1", "--base-url", &server.url(), "--interval", "1ms", "--record", "fixtures"];
    let (kept, ran) = Test::new().args(args).keys().run_kept();
    let folder = "fixtures/vozo/wait-completed-recorded";
    ran.code(0).stderr_has(&format!("recorded in {folder}/scenario.yaml; look through it"));
    let scenario = kept.read(&format!("{folder}/scenario.yaml"));
    let lines = |word: &str| scenario.lines().filter_map(|line| Some(line.split_once(word)?.1.to_owned())).collect::<Vec<_>>();
    assert_eq!(lines("http: "), ["200", "200", "429", "200", "200"]);
    // What is the same is kept once.
    assert_eq!(lines("body: "), ["answer-1.json", "answer-1.json", "answer-2.json", "answer-1.json", "answer-3.json"]);
    assert!(
        scenario.contains("\nwait: true\n") && !kept.read(&format!("{folder}/answer-3.json")).contains("5ec2e7"),
        "{scenario}"
    );

    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let test = Test::new().args(["test"]).file("providers/vozo.yaml", read("providers/vozo.yaml"));
    let test = test.file("fixtures/vozo/documented.yaml", read("fixtures/vozo/documented.yaml"));
    let claim = "expect: { events: [{ event: changed }, { event: trouble, problem: rate_limited }, { event: changed }, { ending: job }] }";
    let test = ["scenario.yaml", "answer-1.json", "answer-2.json", "answer-3.json"].iter().fold(test, |test, file| {
        let file = format!("{folder}/{file}");
        test.file(&file, kept.read(&file).replace("expect: {}", claim))
    });
    test.run().code(0).stdout_has("1 claim holds;");
}

#[test]
fn a_wait_that_is_given_up_is_kept_too_each_job_for_itself() {
    let server = Server::by(|request| match request.url.path() {
        "/v1/video_generation/1" => json(200, "[]"),
        _ => json(200, r#"{"status":"processing"}"#).insert_header("retry-after", "3600"),
    });
    let args = ["wait", "vozo:1", "vozo:2", "--base-url", &server.url(), "--timeout", "10m", "--record", "kept"];
    let (kept, ran) = Test::new().args(args).keys().run_kept();
    ran.code(7);
    let strange = kept.read("kept/vozo/wait-undocumented-response-recorded/scenario.yaml");
    assert_eq!(strange.matches("GET /v1/video_generation/1").count(), 1, "{strange}");
    let late = kept.read("kept/vozo/wait-processing-recorded/scenario.yaml");
    assert_eq!(late.matches("GET /v1/video_generation/2").count(), 1, "{late}");
    Test::new().args(["wait", "vozo:1", "--replay", "--record", "kept"]).run().code(2);
}
