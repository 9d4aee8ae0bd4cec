//! Ids that try to leave their place in the address.

use vidspec::{Credentials, InvalidJobId, JobId, ProblemKind, Provider, State};

use crate::support::{KEY, STYLES, Server, acme_with, client, job, message, ok, problem, report};

/// A definition whose path is this.
fn with_path(get: &str) -> Provider {
    let text = format!(
        "vidspec: 1\nid: acme\nname: Acme Video\ndocs: https://docs.example.com\nbase_url: https://api.example.com\n\
         auth: {{ style: bearer, env: [K] }}\nstatus: {{ get: \"{get}\", path: $.status, map: {{ ready: completed }} }}\n"
    );
    Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// The first line that arrives for an id.
async fn line_for(provider: &Provider, base: &str, id: &str) -> String {
    let server = Server::answering(ok(r#"{"status":"ready"}"#));
    let check = client().check(&provider.question(job(id)).at(server.url(base)), &Credentials::new(KEY)).await;
    assert_eq!(report(&check).state, State::Completed, "{id}");
    assert_eq!(check.job.job_id.as_str(), id);
    let [line] = &server.lines()[..] else { panic!("expected one request, found {:?}", server.lines()) };
    line.strip_prefix("GET ").and_then(|line| line.strip_suffix(" HTTP/1.1")).unwrap_or(line).to_owned()
}

#[test]
fn ids_that_would_climb_are_refused() {
    for id in ["..", ".", "../x", "x/..", "a/../b", "a/./b", "/..", "../", "..\\x", "a\\..\\b", "./.", "a//.."] {
        assert_eq!(JobId::new(id), Err(InvalidJobId::DotSegment), "{id}");
    }
    for (id, error) in
        [("", InvalidJobId::Empty), ("a\r\nx: y", InvalidJobId::ControlCharacter), ("a\u{a0}b", InvalidJobId::ControlCharacter)]
    {
        assert_eq!(JobId::new(id), Err(error), "{id:?}");
    }
    assert_eq!(JobId::new(&"a".repeat(1025)), Err(InvalidJobId::TooLong));
    assert!(JobId::new(&"a".repeat(1024)).is_ok());
}

#[tokio::test]
async fn an_id_stays_one_segment() {
    let plain = with_path("/v1/jobs/{job_id}");
    for (id, path) in [
        ("job-1_a.b~c", "/v1/jobs/job-1_a.b~c"),
        ("%2e%2e", "/v1/jobs/%252e%252e"),
        ("%2E%2E%2Faccount", "/v1/jobs/%252E%252E%252Faccount"),
        (".%2e", "/v1/jobs/.%252e"),
        ("...", "/v1/jobs/..."),
        ("a?b#c", "/v1/jobs/a%3Fb%23c"),
        ("a/b", "/v1/jobs/a%2Fb"),
        ("a\\b", "/v1/jobs/a%5Cb"),
        ("a;b,c:d@e&f=g+h", "/v1/jobs/a%3Bb%2Cc%3Ad%40e%26f%3Dg%2Bh"),
        ("ü視🎬", "/v1/jobs/%C3%BC%E8%A6%96%F0%9F%8E%AC"),
        ("'\"<>`{}|^", "/v1/jobs/%27%22%3C%3E%60%7B%7D%7C%5E"),
        ("\u{200b}", "/v1/jobs/%E2%80%8B"),
    ] {
        assert_eq!(line_for(&plain, "", id).await, path, "{id}");
    }
}

#[tokio::test]
async fn an_id_with_slashes_stays_below_the_base() {
    let slashes = with_path("/v1beta/{+job_id}");
    for (id, path) in [
        ("models/veo-3.1/operations/x", "/v1beta/models/veo-3.1/operations/x"),
        ("%2e%2e/account", "/v1beta/%252e%252e/account"),
        ("a/%2e%2e/b", "/v1beta/a/%252e%252e/b"),
        ("a?b#c", "/v1beta/a%3Fb%23c"),
        ("a/b?key=x", "/v1beta/a/b%3Fkey%3Dx"),
        ("/evil.example/x", "/v1beta//evil.example/x"),
        ("https://evil.example/x", "/v1beta/https%3A//evil.example/x"),
        ("@evil.example", "/v1beta/%40evil.example"),
    ] {
        assert_eq!(line_for(&slashes, "", id).await, path, "{id}");
    }
    let bare = with_path("/{+job_id}");
    for (id, path) in [("/evil.example/x", "//evil.example/x"), ("@evil.example", "/%40evil.example"), (":80", "/%3A80")] {
        assert_eq!(line_for(&bare, "", id).await, path, "{id}");
    }
}

#[tokio::test]
async fn an_id_in_the_query_stays_one_value() {
    let query = with_path("/status.get?video_id={job_id}&kind=video");
    for (id, path) in [
        ("42", "/status.get?video_id=42&kind=video"),
        ("42&kind=account", "/status.get?video_id=42%26kind%3Daccount&kind=video"),
        ("a/b?c#d e".replace(' ', "+").as_str(), "/status.get?video_id=a%2Fb%3Fc%23d%2Be&kind=video"),
    ] {
        assert_eq!(line_for(&query, "", id).await, path, "{id}");
    }
}

#[tokio::test]
async fn ids_of_shipped_providers_arrive_as_documented() {
    let catalogue = vidspec::Catalogue::builtin();
    for (provider, base, id, path) in [
        (
            "pictory",
            "/pictoryapis",
            "4a09edf9-d071-4847-bda5-8dea913d80fe",
            "/pictoryapis/v1/jobs/4a09edf9-d071-4847-bda5-8dea913d80fe",
        ),
        ("sora", "/v1", "video_123?x", "/v1/videos/video_123%3Fx"),
        ("veo", "", "models/veo-3.1/operations/a?key=b", "/v1beta/models/veo-3.1/operations/a%3Fkey%3Db"),
        ("vozo", "", "%2e%2e", "/v1/video_generation/%252e%252e"),
    ] {
        let server = Server::answering(ok("{}"));
        let provider = catalogue.provider(provider).unwrap();
        client().check(&provider.question(job(id)).at(server.url(base)), &Credentials::new(KEY)).await;
        assert_eq!(server.lines(), [format!("GET {path} HTTP/1.1")]);
    }
}

#[tokio::test]
async fn a_value_from_an_answer_stays_one_segment_too() {
    let result = "result:\n  with: { video_id: $.video }\n  get: \"/videos/{video_id}\"\n  outputs: { video: $.url }\n";
    let acme = acme_with(STYLES[0].0, result);
    for (value, path) in [
        ("v-1", "/v1/videos/v-1"),
        ("../../account", "/v1/videos/..%2F..%2Faccount"),
        ("%2e%2e", "/v1/videos/%252e%252e"),
        ("a?b#c", "/v1/videos/a%3Fb%23c"),
        ("a\\r\\nx: y", "/v1/videos/a%0D%0Ax%3A%20y"),
        ("https://evil.example/", "/v1/videos/https%3A%2F%2Fevil.example%2F"),
    ] {
        let server = Server::in_turn(&[
            ok(&format!(r#"{{"status":"ready","video":"{value}"}}"#)),
            ok(r#"{"url":"https://cdn.example.com/v"}"#),
        ]);
        let check = client().check(&crate::support::question(&acme, &server), &Credentials::new(KEY)).await;
        assert_eq!(report(&check).outputs.len(), 1, "{value}");
        assert_eq!(server.lines()[1], format!("GET {path} HTTP/1.1"), "{value}");
    }
}

#[tokio::test]
async fn a_value_from_an_answer_that_would_climb_is_not_sent() {
    let result = "result:\n  with: { video_id: $.video }\n  get: \"/videos/{+video_id}\"\n  outputs: { video: $.url }\n";
    let acme = acme_with(STYLES[0].0, result);
    for value in ["..", ".", "../../account", "a/../b"] {
        let server = Server::answering(ok(&format!(r#"{{"status":"ready","video":"{value}"}}"#)));
        let check = client().check(&crate::support::question(&acme, &server), &Credentials::new(KEY)).await;
        let trouble = report(&check).result_problem.as_ref().expect("the trouble of the second request");
        assert_eq!((report(&check).state, trouble.kind), (State::Completed, ProblemKind::Misconfigured), "{value}");
        assert!(message(trouble).contains("would leave its place in the path"), "{trouble}");
        assert_eq!(server.lines().len(), 1, "{value}");
    }
}

#[tokio::test]
async fn a_path_that_only_an_id_makes_climb_is_not_sent() {
    // `JobId` refuses dots only where they are a whole segment of the id.
    let joined = with_path("/v1/.{job_id}/secret");
    let server = Server::answering(ok("{}"));
    let question = joined.question(job(".x")).at(server.url(""));
    client().check(&question, &Credentials::new(KEY)).await;
    assert_eq!(server.lines(), ["GET /v1/..x/secret HTTP/1.1"]);
    let templated = with_path("/v1/.{job_id}.");
    assert!(JobId::new(".").is_err());
    assert_eq!(line_for(&templated, "", "x").await, "/v1/.x.");
    let check = client().check(&with_path("/v1{+job_id}").question(job("/a")).at(server.url("")), &Credentials::new(KEY)).await;
    assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse);
}
