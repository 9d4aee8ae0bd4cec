//! Questions that are put by `POST`.

use std::io::Read as _;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use vidspec::{Check, Credentials, ProblemKind, Provider, State};

use crate::support::{KEY, STYLES, Server, answer, client, job, message, ok, problem, report, send};

/// A definition whose requests are these.
fn posting(status: &str, result: &str) -> Provider {
    let text = format!(
        "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example\nbase_url: https://api.example.com/v1\n\
         auth: {{ style: bearer, env: [K] }}\nstatus:\n  {status}\n  path: $.status\n  map: {{ running: processing, ready: completed }}\n\
         {result}"
    );
    Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn plain() -> Provider {
    posting("post: \"/jobs:get\"\n  body: { name: \"{job_id}\", fields: [state, 1, true, ~] }\n  safe: true", "")
}

/// A server that notes the bodies of its requests.
fn noting(answers: Vec<Vec<u8>>) -> (Server, Arc<Mutex<Vec<String>>>) {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&bodies);
    let server = Server::new(move |stream, head| {
        let body = read_body(stream, head);
        let mut noted = noted.lock().unwrap();
        send(stream, &answers[noted.len().min(answers.len() - 1)]);
        noted.push(body);
    });
    (server, bodies)
}

fn read_body(stream: &mut TcpStream, head: &str) -> String {
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

async fn ask(provider: &Provider, server: &Server, id: &str) -> Check {
    client().check(&provider.question(job(id)).at(server.url("/v1")), &Credentials::new(KEY)).await
}

#[tokio::test]
async fn the_question_arrives_as_json() {
    let (server, bodies) = noting(vec![ok(r#"{"status":"running"}"#)]);
    let check = ask(&plain(), &server, "projects/7/operations/x").await;
    assert_eq!(report(&check).state, State::Processing);
    assert_eq!(server.lines(), ["POST /v1/jobs:get HTTP/1.1"]);
    let head = server.heads().concat();
    for header in ["content-type: application/json", "accept: application/json", "authorization: Bearer k3y-alpha:w0rd-omega"] {
        assert!(head.lines().any(|line| line == header), "expected `{header}` in {head}");
    }
    let sent: Value = serde_json::from_str(&bodies.lock().unwrap()[0]).unwrap();
    assert_eq!(sent, json!({"name": "projects/7/operations/x", "fields": ["state", 1, true, null]}));
}

#[tokio::test]
async fn an_id_cannot_leave_its_text() {
    let (server, bodies) = noting(vec![ok(r#"{"status":"running"}"#)]);
    for id in [r#"x","admin":"y"#, r"\", "\\\"},{", "{job_id}", "ü\u{200b}"] {
        ask(&plain(), &server, id).await;
        let sent: Value = serde_json::from_str(bodies.lock().unwrap().last().unwrap()).unwrap();
        assert_eq!(sent, json!({"name": id, "fields": ["state", 1, true, null]}));
    }
}

#[tokio::test]
async fn values_may_stand_in_the_path_and_there_may_be_no_body() {
    let (server, bodies) = noting(vec![ok(r#"{"status":"running"}"#)]);
    ask(&posting("post: \"/jobs/{job_id}:get\"\n  safe: true", ""), &server, "a/b").await;
    assert_eq!(server.lines(), ["POST /v1/jobs/a%2Fb:get HTTP/1.1"]);
    let head = server.heads().concat();
    assert!(bodies.lock().unwrap()[0].is_empty() && !head.contains("content-type"), "{head}");
}

#[tokio::test]
async fn the_second_request_may_be_one_too() {
    let result = "result:\n  with: { file: $.file }\n  post: \"/files\"\n  body: { id: \"{file}\", job: \"{job_id}\" }\n  safe: true\n\
                  \x20 outputs: { video: $.url }\n";
    let (server, bodies) =
        noting(vec![ok(r#"{"status":"ready","file":"f\"1"}"#), ok(r#"{"url":"https://cdn.example.com/v.mp4"}"#)]);
    let check = ask(&posting("get: \"/jobs/{job_id}\"", result), &server, "7").await;
    assert_eq!(report(&check).outputs[0].url.as_deref(), Some("https://cdn.example.com/v.mp4"));
    assert_eq!(server.lines(), ["GET /v1/jobs/7 HTTP/1.1", "POST /v1/files HTTP/1.1"]);
    let sent: Value = serde_json::from_str(&bodies.lock().unwrap()[1]).unwrap();
    assert_eq!(sent, json!({"id": "f\"1", "job": "7"}));
}

/// A client that repeats a `POST` elsewhere, or turns it into a `GET`, asks something else than was declared to be safe.
#[tokio::test]
async fn it_is_never_redirected() {
    for status in [301, 302, 303, 307, 308] {
        let moved = answer(status, &["location: /v2/jobs:get"], r#"{"status":"ready"}"#);
        let (server, bodies) = noting(vec![moved]);
        let check = ask(&plain(), &server, "7").await;
        assert_eq!((problem(&check).kind, check.http_status), (ProblemKind::UndocumentedResponse, Some(status)));
        assert_eq!(bodies.lock().unwrap().len(), 1, "HTTP {status} was followed");
    }
}

#[tokio::test]
async fn what_is_said_of_it_holds_no_key() {
    for (style, _) in STYLES {
        let text = format!(
            "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: https://api.example.com\nauth: {style}\n\
             status: {{ post: \"/x\", body: {{ id: \"{{job_id}}\" }}, safe: true, path: $.s, map: {{ a: queued }} }}\n"
        );
        let acme = Provider::parse("acme.yaml", &text).unwrap();
        let request = acme.request(&job("7"), &Credentials::new(KEY)).unwrap();
        assert_eq!((request.method(), request.body()), ("POST", Some(r#"{"id":"7"}"#)));
        let shown = format!("{request:?}");
        assert!(shown.contains("POST") && !shown.contains("k3y-alpha"), "{shown}");
    }
}

#[tokio::test]
async fn a_value_that_is_missing_is_told_and_nothing_is_sent() {
    let text = "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: https://api.example.com\n\
                auth: { style: bearer, env: [K] }\njob_id: { pattern: '^p/(?<project>[a-z]+)$', example: p/a }\n\
                status: { post: \"/x\", body: { id: \"{job_id}\", p: \"{project}\" }, safe: true, path: $.s, map: { a: queued } }\n";
    let acme = Provider::parse("acme.yaml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let (server, bodies) = noting(vec![ok(r#"{"s":"a"}"#)]);
    let check = ask(&acme, &server, "7").await;
    assert_eq!(problem(&check).kind, ProblemKind::Misconfigured);
    assert!(message(problem(&check)).contains("acme needs `project`") && message(problem(&check)).contains("like p/a"));
    assert!(bodies.lock().unwrap().is_empty());
    ask(&acme, &server, "p/film").await;
    assert_eq!(bodies.lock().unwrap()[0], r#"{"id":"p/film","p":"film"}"#);
}
