//! `vidspec mock`: the real binary as a server, asked by the real client, by plain HTTP, and by a client of others.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use vidspec_harness::LIVES;

use crate::support::{KEY, Ran, Test, check_at};

/// A running `vidspec mock`, which ends with this value.
struct Mock {
    child: Child,
    /// What a client takes for the provider's address.
    base_url: String,
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mock {
    fn of(provider: &str, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
        command.args(["mock", "--provider", provider, "--port", "0"]).args(args).env_remove("VIDSPEC_PROVIDERS");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut base_url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base_url).unwrap();
        Self { child, base_url: base_url.trim_end().to_owned() }
    }

    /// One question about a job, by `vidspec check`.
    fn ask(&self, job: &str) -> Ran {
        check_at(&self.base_url, [job, "--output", "json"]).run()
    }

    /// The states that so many questions show; a problem shows as its kind.
    fn life(&self, job: &str, questions: usize) -> Vec<String> {
        let word = |report: Value| match report["problem"]["kind"].as_str() {
            Some(kind) => kind.to_owned(),
            None => report["state"].as_str().unwrap().to_owned(),
        };
        (0..questions).map(|_| word(self.ask(job).json())).collect()
    }

    fn third_report(&self, job: &str) -> Value {
        self.life(job, 2);
        self.ask(job).json()
    }

    /// The status and the body of a plain request.
    fn http(&self, method: &str, path: &str, headers: &[&str], body: &str) -> (u16, Vec<u8>) {
        let host = self.base_url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let headers = headers.iter().map(|header| [*header, "\r\n"].concat()).collect::<String>();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return (0, answer) };
        let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
        (status, answer.split_off(end + 4))
    }

    fn control(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.http("POST", &format!("/__vidspec/{path}"), &[], &body.to_string());
        let answer = serde_json::from_slice(&answer).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

#[test]
fn each_question_moves_a_job_on_until_its_last_answer() {
    let mock = Mock::of("sora", &[]);
    assert!(mock.base_url.starts_with("http://127.0.0.1:") && mock.base_url.ends_with("/v1"), "{}", mock.base_url);
    assert_eq!(mock.life("sora:video_1", 4), ["queued", "processing", "completed", "completed"]);
    // Another job has a life of its own, and its answers speak of it.
    let ran = mock.ask("sora:video_2");
    assert_eq!((&ran.json()["state"], &ran.json()["job_id"]), (&"queued".into(), &"video_2".into()));
    let (_, body) = mock.http("GET", "/v1/videos/video_2", &["authorization: Bearer any"], "");
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["id"], "video_2");
}

#[test]
fn the_id_of_a_job_chooses_how_it_fares() {
    let mock = Mock::of("sora", &[]);
    for (job, life) in [
        ("sora:fail-1", &["queued", "processing", "failed", "failed"][..]),
        ("sora:moderated-1", &["queued", "processing", "failed", "failed"]),
        ("sora:expired-1", &["queued", "processing", "expired", "expired"]),
        ("sora:stuck-1", &["queued", "processing", "processing", "processing"]),
        ("sora:throttled-1", &["queued", "rate_limited", "rate_limited", "processing", "completed"]),
        ("sora:flaky-1", &["queued", "provider_unavailable", "processing", "transport", "completed"]),
        // The name of a scenario does too, and so does an id that only one scenario speaks of.
        ("sora:status-canceled-1", &["queued", "processing", "canceled"]),
        ("sora:no-balance-1", &["quota", "quota"]),
        ("sora:video_68f10985d6c4819097007665bdcfba5f", &["queued", "processing", "failed"]),
    ] {
        assert_eq!(mock.life(job, life.len()), life, "{job}");
    }
    assert_eq!(mock.ask("sora:moderated-1").json()["failure"]["reason"], "moderated");
}

#[test]
fn an_option_or_a_header_chooses_how_jobs_fare() {
    let mock = Mock::of("sora", &["--scenario", "fail"]);
    assert_eq!(mock.life("sora:video_1", 3), ["queued", "processing", "failed"]);
    let state = |header: &[&str]| {
        let (_, body) = mock.http("GET", "/v1/videos/video_9", &[&["authorization: Bearer any"], header].concat(), "");
        serde_json::from_slice::<Value>(&body).unwrap()["status"].as_str().map(str::to_owned)
    };
    let expired = ["x-vidspec-scenario: status-expired"];
    assert_eq!(
        [state(&expired), state(&expired), state(&expired)],
        ["queued", "in_progress", "expired"].map(|word| Some(word.into()))
    );
    assert_eq!(mock.http("GET", "/v1/videos/9", &["authorization: Bearer a", "x-vidspec-scenario: nonesuch"], "").0, 501);
    let ran = Test::new().args(["mock", "--provider", "sora", "--scenario", "hapy", "--port", "0"]).run();
    ran.code(2).stdout_is("").stderr_has("there is no scenario `hapy`").stderr_has("happy, fail");
}

#[test]
fn a_wrong_or_missing_key_is_refused_as_documented() {
    let mock = Mock::of("sora", &["--key", "my-test-key"]);
    let ask = |header: &[&str]| {
        let (status, body) = mock.http("GET", "/v1/videos/video_1", header, "");
        (status, serde_json::from_slice::<Value>(&body).unwrap()["error"]["code"].clone())
    };
    for headers in [&[][..], &["authorization: my-test-key"], &["authorization: Bearer other"], &["x-api-key: my-test-key"]] {
        assert_eq!(ask(headers), (401, "invalid_api_key".into()), "{headers:?}");
    }
    assert_eq!(ask(&["authorization: Bearer my-test-key"]), (200, Value::Null));
    // Vozo refuses with HTTP 400 and a code, MiniMax with HTTP 200 and a code.
    for (provider, path, status, code) in [
        ("vozo", "/v1/video_generation/1", 400, r#""code":"1302""#),
        ("minimax", "/v1/query/video_generation?task_id=1", 200, r#""status_code":1004"#),
    ] {
        let (found, body) = Mock::of(provider, &[]).http("GET", path, &["authorization: Bearer wrong-key"], "");
        let body = String::from_utf8_lossy(&body);
        assert!(found == status && body.replace(' ', "").contains(code), "{provider}: {found} {body}");
    }
}

#[test]
fn the_control_endpoint_sets_resets_lists_and_counts() {
    let mock = Mock::of("sora", &[]);
    mock.control("set", &json!({ "job": "video_1", "scenario": "fail", "at": 2 }));
    assert_eq!(mock.life("sora:video_1", 2), ["failed", "failed"]);
    mock.http("GET", "/v1/videos/video_1", &[], "");
    let (_, summary) = mock.http("GET", "/__vidspec", &[], "");
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    let job = json!({ "job": "video_1", "scenario": "fail", "questions": 2, "at": 4, "next": "failed" });
    assert_eq!((&summary["jobs"], &summary["refused"]), (&json!([job]), &1.into()));
    mock.control("reset", &json!({}));
    assert_eq!(mock.life("sora:video_1", 1), ["queued"]);
    assert_eq!(mock.http("POST", "/__vidspec/set", &[], r#"{"jbo":1}"#).0, 400);
    assert_eq!(mock.http("GET", "/__vidspec/nonesuch", &[], "").0, 404);
}

#[test]
fn trouble_comes_on_demand_and_moves_nothing_on() {
    let mock = Mock::of("sora", &[]);
    for (kind, problem) in [("drop", "transport"), ("server_error", "provider_unavailable"), ("garbage", "undocumented_response")]
    {
        mock.control("fault", &json!({ "kind": kind, "times": 2 }));
        assert_eq!(mock.life("sora:video_1", 2), [problem, problem]);
    }
    assert_eq!(mock.life("sora:video_1", 3), ["queued", "processing", "completed"]);
    assert_eq!(mock.control("delay", &json!({ "milliseconds": 20 }))["delay_milliseconds"], 20);
    check_at(&mock.base_url, ["sora:video_1", "--timeout", "1ms"]).run().code(6).stdout_has("timeout");
}

#[test]
fn the_file_of_a_finished_job_is_a_placeholder_that_says_so() {
    let mock = Mock::of("sora", &[]);
    let key = ["authorization: Bearer any"];
    assert_eq!(mock.http("GET", "/v1/videos/video_1/content", &key, "").0, 404);
    mock.life("sora:video_1", 3);
    let (status, video) = mock.http("GET", "/v1/videos/video_1/content", &key, "");
    assert_eq!((status, &video[4..12]), (200, &b"ftypisom"[..]));
    assert_eq!(mock.http("GET", "/v1/videos/video_1/content?variant=thumbnail", &key, "").1[8..12], *b"WEBP");
    assert_eq!(mock.http("GET", "/v1/videos/video_1/content", &[], "").0, 401);
}

/// A second request for the file, and addresses of the provider's own in the body.
#[test]
fn other_shapes_of_providers_are_answered_too() {
    let mock = Mock::of("colossyan", &[]);
    let report = mock.third_report("colossyan:my-job");
    assert_eq!((&report["state"], &report["result_problem"]), (&"completed".into(), &Value::Null));
    let mock = Mock::of("veo", &[]);
    let report = mock.third_report("veo:models/veo-3.1-generate-preview/operations/my-job");
    let url = report["outputs"][0]["url"].as_str().unwrap();
    let path = url.strip_prefix(mock.base_url.trim_end_matches("/v1beta")).unwrap_or_else(|| panic!("{url}"));
    assert_eq!(mock.http("GET", path, &["x-goog-api-key: any"], "").0, 200, "{url}");
}

#[test]
fn every_provider_can_be_answered_for_and_asks_for_a_key() {
    for entry in vidspec::Catalogue::builtin().entries() {
        let mock = Mock::of(entry.id(), &[]);
        let (_, summary) = mock.http("GET", "/__vidspec", &[], "");
        let summary: Value = serde_json::from_slice(&summary).unwrap();
        let lives: Vec<_> = summary["lives"].as_array().unwrap().iter().map(|life| life.as_str().unwrap().to_owned()).collect();
        assert!(lives.contains(&"happy".to_owned()) && lives.len() <= LIVES.len(), "{}: {lives:?}", entry.id());
        mock.http("GET", "/", &[], "");
        let (_, summary) = mock.http("GET", "/__vidspec", &[], "");
        assert_eq!(serde_json::from_slice::<Value>(&summary).unwrap()["refused"], 1, "{}", entry.id());
    }
}

#[test]
fn a_provider_of_ones_own_needs_its_evidence() {
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/own-provider");
    let providers = example.join("providers").display().to_string();
    let fixtures = example.join("fixtures").display().to_string();
    let ran = Test::new().args(["mock", "--provider", "acme", "--providers", &providers, "--port", "0"]).run();
    ran.code(2).stdout_is("").stderr_has("no documented answers of acme are built in").stderr_has("--fixtures");
    let mock = Mock::of("acme", &["--providers", &providers, "--fixtures", &fixtures]);
    let ask = || {
        let args = ["acme:rnd_1", "--providers", &providers, "--base-url", &mock.base_url, "--output", "json"];
        crate::support::check(args).key("ACME_API_KEY", KEY).run().json()["state"].clone()
    };
    assert_eq!([ask(), ask(), ask()], ["queued", "processing", "completed"].map(Value::from));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let mock = Mock::of("sora", &[]);
    let port = mock.base_url.split(':').nth(2).unwrap().trim_end_matches("/v1").to_owned();
    let ran = Test::new().args(["mock", "--provider", "sora", "--port", &port]).run();
    ran.code(2).stdout_is("").stderr_has(&format!("port {port} on 127.0.0.1 cannot be had")).stderr_has("--port");
}

const POLLING: &str = r#"
import sys, warnings
warnings.simplefilter("ignore")
from openai import OpenAI, AuthenticationError
client = OpenAI(base_url=sys.argv[1], api_key="any")
video = client.videos.create_and_poll(model="sora-2", prompt="a cat", poll_interval_ms=1)
print(video.status, client.videos.retrieve(video.id).id == video.id)
print(len(client.videos.download_content(video.id).read()) > 1000)
print(client.videos.poll("fail-1", poll_interval_ms=1).error.code)
try:
    OpenAI(base_url=sys.argv[1], api_key="wrong").videos.retrieve("video_1")
except AuthenticationError as error:
    print(error.code)
"#;

/// It runs where Python has the package; `VIDSPEC_TEST_PYTHON` names another Python than `python3`.
#[test]
fn the_official_client_of_openai_polls_a_video_to_its_end() {
    let named = std::env::var("VIDSPEC_TEST_PYTHON").ok();
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import openai"]).output().is_ok_and(|output| output.status.success());
    if !found {
        assert_eq!(named, None, "VIDSPEC_TEST_PYTHON names a Python without the package openai");
        // Not by a macro, whose output a passing test does not show.
        let _ = writeln!(std::io::stderr(), "skipped: {python} has no package openai to poll the mock server with");
        return;
    }
    let mock = Mock::of("sora", &[]);
    let output = Command::new(&python).args(["-c", POLLING, &mock.base_url]).env("NO_PROXY", "*").output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let failed = "content_policy_violation\n";
    assert_eq!(stdout, format!("completed True\nTrue\n{failed}invalid_api_key\n"), "{}", String::from_utf8_lossy(&output.stderr));
}
