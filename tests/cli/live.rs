//! What is sent, to a server that stands in for the provider, and what is made of the answer.

use crate::server::{Server, header, json};
use crate::support::{KEY, Test, check, check_at};

/// For each provider: a job, what its base address ends in, the path and the header that must arrive, and a body.
const PROVIDERS: [(&str, &str, &str, &str, &str, &str); 6] = [
    (
        "pictory:4a09edf9-d071-4847-bda5-8dea913d80fe",
        "/pictoryapis",
        "GET /pictoryapis/v1/jobs/4a09edf9-d071-4847-bda5-8dea913d80fe",
        "authorization",
        "",
        r#"{"data":{"status":"in-progress"}}"#,
    ),
    (
        "colossyan:650c585a-c55c-468e-ab71-e73a405af5a7",
        "/api/v1",
        "GET /api/v1/video-generation-jobs/650c585a-c55c-468e-ab71-e73a405af5a7",
        "authorization",
        "Bearer ",
        r#"{"status":"generating"}"#,
    ),
    ("sora:video_123", "/v1", "GET /v1/videos/video_123", "authorization", "Bearer ", r#"{"status":"in_progress"}"#),
    ("varg:job_a1b2c3d4", "/v1", "GET /v1/jobs/job_a1b2c3d4", "authorization", "Bearer ", r#"{"status":"processing"}"#),
    (
        "veo:models/veo-3.1-generate-preview/operations/abc123",
        "",
        "GET /v1beta/models/veo-3.1-generate-preview/operations/abc123",
        "x-goog-api-key",
        "",
        r#"{"name":"models/veo-3.1-generate-preview/operations/abc123"}"#,
    ),
    ("vozo:8f3c2a", "", "GET /v1/video_generation/8f3c2a", "authorization", "Bearer ", r#"{"status":"processing"}"#),
];

#[test]
fn one_request_arrives_with_the_key_in_the_documented_header_and_nowhere_else() {
    for (job, base, line, name, scheme, body) in PROVIDERS {
        let server = Server::saying(body);
        let ran = check_at(&format!("{}{base}", server.url()), [job]).run();
        ran.code(0).stdout_has(&format!("{job}  processing\n"));
        assert_eq!(server.request_lines(), [line]);
        let requests = server.requests();
        assert_eq!(header(&requests[0], name), Some(format!("{scheme}{KEY}").as_str()), "{job}");
        let holds_key = |value: &&wiremock::http::HeaderValue| value.to_str().unwrap().contains(KEY);
        assert_eq!(requests[0].headers.values().filter(holds_key).count(), 1, "{job}");
        assert_eq!(header(&requests[0], "accept"), Some("application/json"));
        assert!(requests[0].body.is_empty());
    }
}

#[test]
fn a_base_url_may_end_in_a_slash() {
    let server = Server::saying(r#"{"status":"processing"}"#);
    check_at(&format!("{}/v1/", server.url()), ["varg:job_1"]).run().code(0);
    assert_eq!(server.request_lines(), ["GET /v1/jobs/job_1"]);
}

#[test]
fn the_characters_of_an_id_stay_in_their_place() {
    for (job, line) in [
        ("varg:a/b?c#d&e", "GET /jobs/a%2Fb%3Fc%23d%26e"),
        ("varg:%2e%2e", "GET /jobs/%252e%252e"),
        ("varg:ü", "GET /jobs/%C3%BC"),
        ("veo:a/b?c", "GET /v1beta/a/b%3Fc"),
        ("vozo:CjNQtmctxFMAAAAAAGZ1Vw==", "GET /v1/video_generation/CjNQtmctxFMAAAAAAGZ1Vw%3D%3D"),
    ] {
        let server = Server::saying(r#"{"status":"processing"}"#);
        check_at(&server.url(), [job]).run();
        assert_eq!(server.request_lines(), [line], "{job}");
    }
}

#[test]
fn veo_takes_google_api_key_before_gemini_api_key_and_an_empty_one_counts_as_unset() {
    for (google, gemini, sent) in [
        (Some("google-key-1234"), Some("gemini-key-1234"), "google-key-1234"),
        (None, Some("gemini-key-1234"), "gemini-key-1234"),
        (Some(""), Some("gemini-key-1234"), "gemini-key-1234"),
        (Some(" "), Some("gemini-key-1234"), "gemini-key-1234"),
        (Some("google-key-1234"), None, "google-key-1234"),
    ] {
        let server = Server::saying("{}");
        let mut test = check(["veo:models/m/operations/o", "--base-url", &server.url()]);
        for (name, key) in [("GOOGLE_API_KEY", google), ("GEMINI_API_KEY", gemini)] {
            test = key.into_iter().fold(test, |test, key| test.env(name, key));
        }
        test.run().code(0);
        assert_eq!(header(&server.requests()[0], "x-goog-api-key"), Some(sent), "{google:?} {gemini:?}");
    }
}

#[test]
fn the_key_of_a_second_account_is_sent_instead() {
    let server = Server::saying(r#"{"data":{"status":"in-progress"}}"#);
    let test = check_at(&server.url(), ["pictory:x", "--key-env", "PICTORY_KEY_OF_ACME"]);
    test.key("PICTORY_KEY_OF_ACME", "key-of-acme-1234").run().code(0);
    assert_eq!(header(&server.requests()[0], "authorization"), Some("key-of-acme-1234"));
}

#[test]
fn a_line_break_after_a_key_is_not_sent() {
    let server = Server::saying(r#"{"data":{"status":"in-progress"}}"#);
    check(["pictory:x", "--base-url", &server.url()]).key("PICTORY_API_KEY", &format!("{KEY}\r\n")).run().code(0);
    assert_eq!(header(&server.requests()[0], "authorization"), Some(KEY));
}

const FINISHED: &str = r#"{"videoId":"9d1f0c3e","progress":1,"maximumProgress":1,"status":"finished"}"#;

#[test]
fn the_file_of_colossyan_takes_a_second_request_to_the_same_host() {
    let video = r#"{"publicUrl":"https://v.example.com/a.mp4","thumbnailUrl":null,"videoDurationSeconds":12}"#;
    let server = Server::answering([json(200, FINISHED), json(200, video)]);
    let ran = check_at(&format!("{}/api/v1", server.url()), ["colossyan:650c585a"]).run();
    ran.code(0).stdout_has("colossyan:650c585a  completed\n").stdout_has("https://v.example.com/a.mp4").stdout_has("12 s\n");
    assert_eq!(server.request_lines(), ["GET /api/v1/video-generation-jobs/650c585a", "GET /api/v1/generated-videos/9d1f0c3e"]);
    for request in server.requests() {
        assert_eq!(header(&request, "authorization"), Some(format!("Bearer {KEY}").as_str()));
    }
}

#[test]
fn trouble_with_the_second_request_leaves_the_state() {
    for (answer, kind, code) in [
        (json(500, ""), "provider_unavailable", 6),
        (json(401, "{}"), "unauthorized", 3),
        (json(404, "{}"), "not_found", 5),
        (json(200, r#"{"publicUrl":"ht"#), "undocumented_response", 7),
    ] {
        let server = Server::answering([json(200, FINISHED), answer]);
        let ran = check_at(&server.url(), ["colossyan:650c585a", "--output", "json"]).run();
        let report = ran.code(code).json();
        assert_eq!((report["state"].as_str(), &report["problem"]), (Some("completed"), &serde_json::Value::Null));
        assert_eq!(report["result_problem"]["kind"], kind);
    }
}

#[test]
fn a_running_job_is_not_asked_for_its_file() {
    let server = Server::saying(r#"{"videoId":"9d1f0c3e","status":"generating","progress":1,"maximumProgress":4}"#);
    check_at(&server.url(), ["colossyan:650c585a"]).run().code(0).stdout_has("processing\n").stdout_has("25 %");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_a_provider_tells_is_shown() {
    let body = r#"{"id":"video_1","model":"sora-2","status":"in_progress","progress":45,"seconds":"8","size":"1280x720"}"#;
    let ran = check_at(&Server::saying(body).url(), ["sora:video_1"]).run();
    ran.code(0).stdout_has("sora:video_1  processing\n").stdout_has("`in_progress` in the provider's words");
    ran.stdout_has("45 %").stdout_has("sora-2").stdout_has("8 s").stdout_has("1280x720").stdout_has("retired");
}

#[test]
fn a_refusal_is_told_in_the_providers_words_and_is_no_failure_of_the_job() {
    let body = r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
    let ran = check_at(&Server::answering([json(429, body)]).url(), ["sora:video_1"]).run();
    ran.code(6).stdout_has("no state").stdout_has("quota (insufficient_quota): You exceeded your current quota");
    ran.stdout_lacks("failed");
}

#[test]
fn a_compressed_answer_is_read() {
    // {"status":"processing"}
    let body = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xab\x56\x2a\x2e\x49\x2c\x29\x2d\x56\xb2\x52\x2a\x28\xca\x4f\x4e\x2d\x2e\xce\xcc\
                 \x4b\x57\xaa\x05\0\x4b\xdd\x76\x60\x17\0\0\0";
    let server = Server::answering([json(200, body).insert_header("content-encoding", "gzip")]);
    check_at(&server.url(), ["vozo:1"]).run().code(0).stdout_has("vozo:1  processing\n");
    check_at(&server.url(), ["vozo:1", "--raw"]).run().code(0).stdout_is(r#"{"status":"processing"}"#);
}

#[test]
fn a_redirect_within_the_same_host_is_followed_with_the_key() {
    let answers = [json(307, "").insert_header("location", "/v2/jobs/job_1"), json(200, r#"{"status":"queued"}"#)];
    let server = Server::answering(answers);
    check_at(&format!("{}/v1", server.url()), ["varg:job_1"]).run().code(0).stdout_has("queued");
    assert_eq!(server.request_lines(), ["GET /v1/jobs/job_1", "GET /v2/jobs/job_1"]);
    assert_eq!(header(&server.requests()[1], "authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[test]
fn a_hundred_jobs_are_asked_once_each_and_shown_in_their_order() {
    let server = Server::saying(r#"{"status":"processing"}"#);
    let jobs: Vec<String> = (0..100).map(|number| format!("vozo:job-{number}")).collect();
    let ran =
        Test::new().args(["check", "-", "--output", "ndjson", "--base-url", &server.url()]).keys().stdin(jobs.join("\n")).run();
    let shown: Vec<_> = ran.code(0).ndjson().iter().map(|report| report["job"].as_str().unwrap().to_owned()).collect();
    assert_eq!(shown, jobs);
    let mut paths = server.request_lines();
    paths.sort();
    paths.dedup();
    assert_eq!((paths.len(), server.requests().len()), (100, 100));
}

#[test]
fn the_next_step_asks_the_same_address_with_the_same_key_again() {
    let server = Server::saying(r#"{"status":"in_progress"}"#);
    let ran = check_at(&server.url(), ["sora:video_1", "--key-env", "GATEWAY_KEY"]).key("GATEWAY_KEY", "gateway-key-1").run();
    let next = ran.code(0).line("next");
    assert!(next.contains("vidspec check sora:video_1"), "{next}");
    assert!(next.contains(&format!("--base-url {}", server.url())) && next.contains("--key-env GATEWAY_KEY"), "{next}");
}

/// Answers may come in any order; the first one is the slowest here.
#[test]
fn what_is_printed_as_it_comes_keeps_the_order_too() {
    let server = Server::by(|request| match request.url.path() {
        "/v1/video_generation/0" => json(200, r#"{"status":"pending"}"#).set_delay(std::time::Duration::from_millis(100)),
        _ => json(200, r#"{"status":"processing"}"#),
    });
    let jobs: Vec<_> = (0..8).map(|job| format!("vozo:{job}")).collect();
    let ran = check_at(&server.url(), &jobs).args(["--output", "ndjson"]).run();
    assert_eq!(ran.code(0).ndjson().iter().map(|report| report["job"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), jobs);
}

#[test]
fn a_provider_is_asked_within_its_limits() {
    let definition = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\n\
                      auth: { style: bearer, env: [ACME_API_KEY] }\npoll: { concurrency: 1 }\n\
                      status: { get: '/jobs/{job_id}', path: $.s, map: { done: completed } }\n\
                      result: { get: '/files/{job_id}', outputs: { video: $.s } }\n";
    let server = Server::saying(r#"{"s":"done"}"#);
    let test = check(["acme:1", "acme:2", "--base-url", &server.url(), "--providers", "p"]);
    test.file("p/acme.yaml", definition).key("ACME_API_KEY", KEY).run().stdout_has("acme:2  completed");
    // The second job only after both questions about the first.
    assert_eq!(server.request_lines(), ["GET /jobs/1", "GET /files/1", "GET /jobs/2", "GET /files/2"]);
}
