//! Other addresses for the same question, as `--base-url` gives them.

use url::Url;
use vidspec::{Check, Credentials, ProblemKind, Provider, State};

use crate::support::{KEY, Server, acme, client, job, message, ok, problem, report};

async fn ask_at(provider: &Provider, address: &str) -> Check {
    let address = Url::parse(address).unwrap();
    client().check(&provider.question(job("job-1")).at(address), &Credentials::new(KEY)).await
}

#[tokio::test]
async fn the_path_is_appended_to_whatever_address_is_given() {
    for (base, path) in [
        ("", "/jobs/job-1"),
        ("/", "/jobs/job-1"),
        ("/v1", "/v1/jobs/job-1"),
        ("/v1/", "/v1/jobs/job-1"),
        ("/a/b%20c//", "/a/b%20c/jobs/job-1"),
    ] {
        let server = Server::answering(ok(r#"{"status":"ready","url":"/files/v.mp4"}"#));
        let check = ask_at(&acme(), server.url(base).as_str()).await;
        assert_eq!(server.lines(), [format!("GET {path} HTTP/1.1")], "{base}");
        assert_eq!(
            report(&check).outputs[0].url.as_deref().unwrap_or_default(),
            server.url("/files/v.mp4").as_str(),
            "the file is at the same address"
        );
    }
}

#[tokio::test]
async fn the_question_says_what_it_will_send() {
    let acme = acme();
    let question = acme.question(job("job-1"));
    let request = question.request(&Credentials::new(KEY)).unwrap();
    assert_eq!((request.method(), request.url().as_str()), ("GET", "https://api.example.com/v1/jobs/job-1"));
    let headers: Vec<_> = request.headers().collect();
    assert_eq!(headers, [("accept", "application/json"), ("authorization", "Bearer k3y-alpha:w0rd-omega")]);
    let elsewhere = question.at(Url::parse("https://gateway.example.com/sora/").unwrap());
    assert_eq!(elsewhere.request(&Credentials::new(KEY)).unwrap().url().as_str(), "https://gateway.example.com/sora/jobs/job-1");
}

#[tokio::test]
async fn more_headers_of_the_definition_are_sent() {
    let acme =
        crate::support::acme_with("{ style: bearer, env: [K] }", "headers: { X-Version: 2024-10-01, accept-language: en }\n");
    let server = Server::answering(ok(r#"{"status":"waiting"}"#));
    let check = ask_at(&acme, server.url("/v1").as_str()).await;
    assert_eq!(report(&check).state, State::Queued);
    let heads = server.heads();
    for header in
        ["x-version: 2024-10-01", "accept-language: en", "accept: application/json", "authorization: Bearer k3y-alpha:w0rd-omega"]
    {
        assert_eq!(heads[0].lines().filter(|line| line == &header).count(), 1, "expected `{header}` once in {}", heads[0]);
    }
    assert!(heads[0].contains("\r\nuser-agent: vidspec/"), "{}", heads[0]);
}

/// What is asked at such an address would be another question, or none.
#[tokio::test]
async fn an_address_with_more_than_host_and_path_is_refused() {
    let server = Server::answering(ok(r#"{"status":"ready"}"#));
    let port = server.port();
    for address in [
        format!("http://127.0.0.1:{port}/v1?version=2"),
        format!("http://127.0.0.1:{port}/v1#top"),
        format!("http://user:password@127.0.0.1:{port}/v1"),
    ] {
        let check = ask_at(&acme(), &address).await;
        if let Err(problem) = check.outcome {
            assert_eq!(problem.kind, ProblemKind::Misconfigured, "{address}");
            assert!(!message(&problem).contains("password"), "{problem}");
        }
    }
    assert_eq!(server.lines(), [""; 0], "these were sent");
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    for address in ["ftp://127.0.0.1/v1", "file:///v1", "unix:/run/x", "data:text/plain,x", "ws://127.0.0.1/v1"] {
        let check = ask_at(&acme(), address).await;
        assert_eq!(problem(&check).kind, ProblemKind::Misconfigured, "{address}: {}", problem(&check));
    }
}

#[test]
fn an_address_of_this_machine_may_be_plain_http_in_a_definition() {
    let text = |base: &str| {
        format!(
            "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: {base}\nauth: {{ style: bearer, env: [K] }}\n\
             status: {{ get: \"/{{job_id}}\", path: $.s, map: {{ a: queued }} }}\n"
        )
    };
    for (base, accepted) in [
        ("http://127.0.0.1:8080", true),
        ("http://localhost:8080/v1", true),
        ("http://[::1]:8080", true),
        ("http://127.0.0.1.example.com", false),
        ("http://localhost.example.com", false),
        ("http://0.0.0.0", false),
        ("http://192.168.0.1", false),
        ("ftp://127.0.0.1", false),
    ] {
        assert_eq!(Provider::parse("acme.yaml", &text(base)).is_ok(), accepted, "{base}");
    }
}
