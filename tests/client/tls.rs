//! TLS with certificates of one's own: no certificate of the system is used here.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, Stream};
use rustls_pki_types::PrivateKeyDer;
use url::Url;
use vidspec::{Check, Client, Credentials, ProblemKind, State};

use crate::support::{KEY, Server, acme, job, message, problem, send};

/// Answers one request over TLS, with a certificate for this name; gives the port and the certificate in PEM form.
fn server_named(name: &str) -> (u16, String) {
    server_with(&CertificateParams::new([name.to_owned()]).unwrap())
}

fn server_with(params: &CertificateParams) -> (u16, String) {
    let signing_key = KeyPair::generate().unwrap();
    let cert = params.self_signed(&signing_key).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = Stream::new(&mut connection, &mut socket);
        let mut head = [0; 4096];
        // A client that refuses the certificate hangs up here.
        if stream.read(&mut head).is_ok_and(|read| read > 0) {
            let body = r#"{"status":"working"}"#;
            let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let _ = stream.flush();
        }
    });
    (port, cert.pem())
}

async fn ask(port: u16, roots: Option<String>) -> Check {
    let mut builder = Client::builder().without_proxy();
    if let Some(pem) = roots {
        builder = builder.extra_roots(pem);
    }
    let acme = acme();
    let question = acme.question(job("job-1")).at(Url::parse(&format!("https://localhost:{port}/v1")).unwrap());
    builder.build().unwrap().check(&question, &Credentials::new(KEY)).await
}

#[tokio::test]
async fn a_certificate_that_was_added_is_trusted() {
    let (port, pem) = server_named("localhost");
    assert_eq!(ask(port, Some(pem)).await.state(), State::Processing);
}

#[tokio::test]
async fn an_unknown_certificate_is_not() {
    let (port, _) = server_named("localhost");
    let check = ask(port, None).await;
    assert_eq!(problem(&check).kind, ProblemKind::Transport);
    assert!(message(problem(&check)).contains("invalid peer certificate"), "{}", problem(&check));
}

#[tokio::test]
async fn a_certificate_of_another_name_is_not() {
    let (port, pem) = server_named("another.example.com");
    let check = ask(port, Some(pem)).await;
    assert_eq!(problem(&check).kind, ProblemKind::Transport);
    assert!(message(problem(&check)).contains("not valid for name"), "{}", problem(&check));
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_not() {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = date_time_ymd(2001, 9, 9);
    let (port, pem) = server_with(&params);
    let check = ask(port, Some(pem)).await;
    assert_eq!(problem(&check).kind, ProblemKind::Transport);
    assert!(message(problem(&check)).contains("certificate expired"), "{}", problem(&check));
}

/// What comes where the certificate should: nothing, another protocol, a record of garbage, a record without end, an alert.
#[tokio::test]
async fn a_handshake_that_is_broken_is_transport() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x16\x03\x03\0\x05garba",
        b"\x16\x03\x03\xFF\xFF",
        b"\x15\x03\x03\0\x02\x02\x28",
    ] {
        let server = Server::unread(move |stream, _| {
            let _ = stream.read(&mut [0; 4096]);
            send(stream, bytes);
        });
        let check = ask(server.port(), None).await;
        assert_eq!(problem(&check).kind, ProblemKind::Transport, "{bytes:?}: {}", problem(&check));
    }
}
