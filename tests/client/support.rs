//! Definitions, keys and servers for the tests.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use url::Url;
use vidspec::{Check, Client, Credentials, JobId, Problem, Provider, Question, Report, Timestamp};

/// Fits every style, also basic authentication; it opens nothing.
pub(crate) const KEY: &str = "k3y-alpha:w0rd-omega";

/// Parts that betray the key, however it is written: its halves, its base64, and its colon as a URL writes it.
pub(crate) const TRACES: [&str; 4] = ["k3y-alpha", "w0rd-omega", "azN5LWFscGhh", "OncwcmQtb21l"];

/// Every style, and where the key must arrive.
pub(crate) const STYLES: [(&str, &str); 6] = [
    ("{ style: bearer, env: [K] }", "authorization: Bearer k3y-alpha:w0rd-omega"),
    ("{ style: raw, env: [K] }", "authorization: k3y-alpha:w0rd-omega"),
    ("{ style: scheme, scheme: Token, env: [K] }", "authorization: Token k3y-alpha:w0rd-omega"),
    ("{ style: basic, env: [K] }", "authorization: Basic azN5LWFscGhhOncwcmQtb21lZ2E="),
    ("{ style: header, name: x-goog-api-key, env: [K] }", "x-goog-api-key: k3y-alpha:w0rd-omega"),
    ("{ style: query, name: key, env: [K] }", "?key=k3y-alpha%3Aw0rd-omega"),
];

/// A definition with this way to send the key, and with more at its end.
pub(crate) fn acme_with(auth: &str, more: &str) -> Provider {
    acme_of(auth, "{ video: $.url }", more)
}

/// The same with other files.
pub(crate) fn acme_of(auth: &str, outputs: &str, more: &str) -> Provider {
    let text = format!(
        "vidspec: 1\nid: acme\nname: Acme Video\ndocs: https://docs.example.com\nbase_url: https://api.example.com/v1\nauth: {auth}\n\
         status:\n  get: \"/jobs/{{job_id}}\"\n  path: $.status\n\
         \x20 map: {{ waiting: queued, working: processing, ready: completed, broken: failed }}\n\
         \x20 outputs: {outputs}\n\
         error: {{ code: $.code, message: $.message }}\n\
         problem: {{ code: $.code, message: $.message }}\n{more}"
    );
    Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

pub(crate) fn acme() -> Provider {
    acme_with(STYLES[0].0, "")
}

pub(crate) fn job(id: &str) -> JobId {
    JobId::new(id).unwrap()
}

/// A question at a server of the test.
pub(crate) fn question<'p>(provider: &'p Provider, server: &Server) -> Question<'p> {
    provider.question(job("job-1")).at(server.url("/v1"))
}

pub(crate) fn client() -> Client {
    client_with(Duration::from_secs(10))
}

/// For servers that never finish.
pub(crate) fn hasty_client() -> Client {
    client_with(Duration::from_millis(200))
}

fn client_with(timeout: Duration) -> Client {
    let moment = Timestamp::parse("1994-11-06T08:49:07Z").unwrap();
    Client::builder().without_proxy().timeout(timeout).clock(move || moment).build().unwrap()
}

pub(crate) async fn ask(provider: &Provider, server: &Server) -> Check {
    client().check(&question(provider, server), &Credentials::new(KEY)).await
}

pub(crate) fn problem(check: &Check) -> &Problem {
    check.outcome.as_ref().expect_err("a state was concluded")
}

pub(crate) fn report(check: &Check) -> &Report {
    check.outcome.as_ref().unwrap_or_else(|problem| panic!("{problem}"))
}

pub(crate) fn message(problem: &Problem) -> &str {
    problem.message.as_deref().unwrap_or_default()
}

/// A server of raw bytes on a thread of its own. It notes the head of every request.
pub(crate) struct Server {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Does with every connection as it is told, once the head of the request is there; then closes it.
    pub(crate) fn new(serve: impl Fn(&mut TcpStream, &str) + Send + 'static) -> Self {
        Self::unread(move |stream, heads| {
            let head = read_head(stream);
            if !head.is_empty() {
                heads.lock().unwrap().push(head.clone());
                serve(stream, &head);
            }
        })
    }

    /// The same for servers that do not read, or do not speak HTTP.
    pub(crate) fn unread(serve: impl Fn(&mut TcpStream, &Mutex<Vec<String>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&heads);
        std::thread::spawn(move || listener.incoming().flatten().for_each(|mut stream| serve(&mut stream, &noted)));
        Self { address, heads }
    }

    /// Answers every request in the same way.
    pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |stream, _| send(stream, &answer))
    }

    /// Answers each request with the next of these, and goes on with the last one.
    pub(crate) fn in_turn(answers: &[Vec<u8>]) -> Self {
        let answers = answers.to_vec();
        let next = Mutex::new(0);
        Self::new(move |stream, _| {
            let mut next = next.lock().unwrap();
            send(stream, &answers[(*next).min(answers.len() - 1)]);
            *next += 1;
        })
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of all requests, as they arrived.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The first lines of all requests.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.heads().iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect()
    }
}

/// Reads up to the empty line, or to the end.
pub(crate) fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A client that has given up is no matter here.
pub(crate) fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

/// Keeps the connection open and silent until the client closes it.
pub(crate) fn hang(stream: &mut TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

/// A whole answer with more headers, each `name: value`.
pub(crate) fn answer(status: u16, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = format!("content-length: {}", body.len());
    let head = [&["connection: close", &length], headers].concat().join("\r\n");
    [format!("HTTP/1.1 {status} Any\r\n{head}\r\n\r\n").as_bytes(), body].concat()
}

/// An answer of 200 with JSON.
pub(crate) fn ok(json: &str) -> Vec<u8> {
    answer(200, &["content-type: application/json"], json)
}
