//! TLS with certificates of one's own: no certificate of the system is used here.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, ServerConnection, Stream};
use rustls_pki_types::PrivateKeyDer;
use url::Url;
use vidspec::{Check, Client, Credentials, ProblemKind, State};

use crate::support::{KEY, acme, job, message, problem};

/// Answers one request over TLS, with a certificate for this name; gives the port and the certificate in PEM form.
fn server_named(name: &str) -> (u16, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
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
