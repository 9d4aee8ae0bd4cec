//! A value of the answer, put into an address or a sentence.

use vidspec::{Provider, State};

use crate::support::{Server, ask, ok, report};

fn acme() -> Provider {
    let text = r#"
vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com
base_url: https://api.example.com/v1
auth: { style: bearer, env: [K] }
status:
  get: "/jobs/{job_id}"
  path: $.status
  map: { ready: completed, broken: failed }
  outputs:
    video:
      - { url: { path: "$.files[*].id", into: "{base_url}/files/{value}/content?job={job_id}" }, key: true }
      - { url: { header: x-file, capture: '^id=(.+)', into: "https://cdn.example.com/{+value}" } }
error:
  message: { path: $.reason, into: "Acme says: {value}" }
"#;
    Provider::parse("acme.yaml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

async fn addresses(server: &Server) -> Vec<String> {
    let check = ask(&acme(), server).await;
    let report = report(&check);
    assert_eq!(report.state, State::Completed);
    report.outputs.iter().map(|output| output.url.clone().unwrap()).collect()
}

#[tokio::test]
async fn each_value_gives_an_address_and_stays_in_its_place() {
    let body = r#"{"status":"ready","files":[{"id":"gen_1"},{"id":7},{"id":""},{"id":null},{},{"id":"../a?b#c%2f"}]}"#;
    let server = Server::answering(ok(body));
    let expected =
        ["gen_1", "7", "..%2Fa%3Fb%23c%252f"].map(|id| format!("{}?job=job-1", server.url(&format!("/v1/files/{id}/content"))));
    assert_eq!(addresses(&server).await, expected);
}

#[tokio::test]
async fn a_header_is_put_in_by_the_same_rules() {
    let body = r#"{"status":"ready","files":[]}"#;
    let answer = format!("HTTP/1.1 200 OK\r\nx-file: id=a b/c\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let server = Server::answering(answer.into_bytes());
    assert_eq!(addresses(&server).await, ["https://cdn.example.com/a%20b/c"]);
}

#[tokio::test]
async fn in_a_sentence_it_stands_as_it_is() {
    let server = Server::answering(ok(r#"{"status":"broken","reason":"no/thing"}"#));
    let check = ask(&acme(), &server).await;
    let failure = report(&check).failure.as_ref().unwrap();
    assert_eq!(failure.message.as_deref(), Some("Acme says: no/thing"));
    let server = Server::answering(ok(r#"{"status":"broken"}"#));
    let check = ask(&acme(), &server).await;
    assert_eq!(report(&check).failure.as_ref().unwrap().message, None);
}
