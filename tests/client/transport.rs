//! Connections that fail.

use std::net::TcpListener;

use url::Url;
use vidspec::{Check, Client, Credentials, ProblemKind, State};

use crate::support::{KEY, Server, acme, answer, ask, hang, hasty_client, job, message, ok, problem, question, report, send};

/// The check has no state and no status, and says this of the problem.
fn assert_trouble(check: &Check, kind: ProblemKind, words: &str) {
    let problem = problem(check);
    assert_eq!(problem.kind, kind, "{problem}");
    assert!(message(problem).contains(words), "{problem}");
    assert_eq!((check.state(), problem.code.as_deref(), problem.retry_after_seconds), (State::Unknown, None, None));
}

async fn ask_hastily(server: &Server) -> Check {
    let acme = acme();
    hasty_client().check(&question(&acme, server), &Credentials::new(KEY)).await
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let server = Server::new(|stream, _| hang(stream));
    let check = ask_hastily(&server).await;
    assert_trouble(&check, ProblemKind::Timeout, &format!("no whole answer from 127.0.0.1:{} within 0.2 s", server.port()));
    assert_eq!(check.http_status, None);
}

#[tokio::test]
async fn a_refused_connection_is_transport() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let acme = acme();
    let question = acme.question(job("job-1")).at(Url::parse(&format!("http://{address}/v1")).unwrap());
    let check = crate::support::client().check(&question, &Credentials::new(KEY)).await;
    assert_trouble(&check, ProblemKind::Transport, &format!("no connection to {address}: Connection refused"));
}

#[tokio::test]
async fn what_is_not_http_is_transport() {
    let two_lengths = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 18\r\n\r\n{\"status\":\"ready\"}";
    let bad_chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{\"status\":\"ready\"}\r\n0\r\n\r\n";
    for bytes in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "{\"status\":\"ready\"}",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        two_lengths,
        bad_chunk,
    ] {
        assert_trouble(&ask(&acme(), &Server::answering(bytes)).await, ProblemKind::Transport, "127.0.0.1:");
    }
}

#[tokio::test]
async fn a_server_without_tls_gets_no_key() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let server = Server::unread(move |stream, _| {
        let mut received = vec![0; 4096];
        let length = std::io::Read::read(stream, &mut received).unwrap_or_default();
        sender.send(received[..length].to_vec()).unwrap();
        send(stream, &answer(400, &[], "this is plain HTTP"));
    });
    let acme = acme();
    let question = acme.question(job("job-1")).at(Url::parse(&format!("https://127.0.0.1:{}/v1", server.port())).unwrap());
    let check = crate::support::client().check(&question, &Credentials::new(KEY)).await;
    assert_trouble(&check, ProblemKind::Transport, "127.0.0.1:");
    let received = receiver.recv().unwrap();
    assert_eq!(received.first(), Some(&0x16), "expected the handshake of TLS");
    assert!(!String::from_utf8_lossy(&received).contains("k3y-alpha"));
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused_without_connecting() {
    // Names that lead nowhere: whoever tried to connect would report `transport`.
    for address in [
        "http://vidspec.invalid/v1",
        "http://localhost.vidspec.invalid",
        "http://127.0.0.1.vidspec.invalid",
        "http://0x7f.1.invalid",
    ] {
        let acme = acme();
        let question = acme.question(job("job-1")).at(Url::parse(address).unwrap());
        let check = hasty_client().check(&question, &Credentials::new(KEY)).await;
        assert_trouble(&check, ProblemKind::Misconfigured, "expected an `https` address, found http://");
    }
}

#[tokio::test]
async fn old_servers_are_understood() {
    for bytes in [
        "HTTP/1.0 200 OK\r\n\r\n{\"status\":\"ready\",\"url\":\"https://cdn.example.com/v.mp4\"}",
        "HTTP/1.0 200 OK\nContent-Type: text/plain\n\n{\"status\":\"ready\",\"url\":\"https://cdn.example.com/v.mp4\"}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\n\r\n{\"status\":\"ready\",\"url\":\"https://cdn.example.com/v.mp4\"}",
    ] {
        let check = ask(&acme(), &Server::answering(bytes)).await;
        assert_eq!((report(&check).state, check.http_status), (State::Completed, Some(200)));
        assert_eq!(report(&check).outputs[0].url.as_deref().unwrap_or_default(), "https://cdn.example.com/v.mp4");
    }
}

#[tokio::test]
async fn one_client_can_ask_many_jobs_at_once() {
    let server = Server::answering(ok(r#"{"status":"working"}"#));
    let (acme, client, key) = (acme(), crate::support::client(), Credentials::new(KEY));
    let question = question(&acme, &server);
    let (first, second, third) =
        tokio::join!(client.check(&question, &key), client.check(&question, &key), client.check(&question, &key));
    assert!([first, second, third].iter().all(|check| check.state() == State::Processing));
    assert_eq!(server.lines(), ["GET /v1/jobs/job-1 HTTP/1.1"; 3]);
}

#[test]
fn certificates_that_are_none_are_refused() {
    let pem = |inside: &str| format!("-----BEGIN CERTIFICATE-----\n{inside}\n-----END CERTIFICATE-----\n");
    for garbage in [
        String::new(),
        "garbage".to_owned(),
        "\0\u{1}\u{2}".to_owned(),
        pem("not base64!"),
        pem("AAAA"),
        pem(""),
        "-----BEGIN CERTIFICATE-----\nAAAA".to_owned(),
    ] {
        let error = Client::builder().extra_roots(garbage.as_bytes()).build().expect_err("garbage was trusted");
        assert!(error.to_string().starts_with("expected certificates in PEM form, found "), "{garbage:?}: {error}");
    }
}
