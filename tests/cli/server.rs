//! Servers on this machine: one that answers as told, and some that misbehave.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

use tokio::runtime::Runtime;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A server that answers as told and remembers what it was asked.
pub(crate) struct Server {
    mock: MockServer,
    runtime: Runtime,
}

/// Gives each request the next answer, and goes on with the last one.
struct Script {
    answers: Vec<ResponseTemplate>,
    next: AtomicUsize,
}

impl Respond for Script {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.answers.get(next).or(self.answers.last()).unwrap().clone()
    }
}

/// An answer in JSON.
pub(crate) fn json(status: u16, body: impl AsRef<[u8]>) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.as_ref(), "application/json")
}

impl Server {
    fn start(mocks: impl IntoIterator<Item = Mock>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mock = runtime.block_on(async {
            let server = MockServer::start().await;
            for mock in mocks {
                mock.mount(&server).await;
            }
            server
        });
        Self { mock, runtime }
    }

    /// Answers each request with the next one of these, and then always with the last.
    pub(crate) fn answering(answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let script = Script { answers: answers.into_iter().collect(), next: AtomicUsize::new(0) };
        Self::start([Mock::given(any()).respond_with(script)])
    }

    /// Answers every request with HTTP 200 and this JSON.
    pub(crate) fn saying(body: impl AsRef<[u8]>) -> Self {
        Self::answering([json(200, body)])
    }

    /// Answers by path.
    pub(crate) fn of_paths<'p>(answers: impl IntoIterator<Item = (&'p str, ResponseTemplate)>) -> Self {
        Self::start(answers.into_iter().map(|(at, answer)| Mock::given(path(at)).respond_with(answer)))
    }

    /// Answers as this says.
    pub(crate) fn by(answer: impl Fn(&Request) -> ResponseTemplate + Send + Sync + 'static) -> Self {
        Self::start([Mock::given(any()).respond_with(answer)])
    }

    /// Its address, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        self.mock.uri()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.runtime.block_on(self.mock.received_requests()).unwrap()
    }

    /// What has arrived, each as method, path and query.
    pub(crate) fn request_lines(&self) -> Vec<String> {
        let target = |request: &Request| match request.url.query() {
            Some(query) => format!("{} {}?{query}", request.method, request.url.path()),
            None => format!("{} {}", request.method, request.url.path()),
        };
        self.requests().iter().map(target).collect()
    }
}

/// The value of a header of a request.
pub(crate) fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers.get(name).map(|value| value.to_str().unwrap())
}

/// A server that takes connections and never says a word, for as long as the listener lives.
pub(crate) fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// An address at which nobody listens: no test is given this port.
pub(crate) const DESERTED: &str = "http://127.0.0.1:1";

/// A server with the job 1, about which it says this, and with its file: it sends 5,000 bytes of it and then nothing more, and the
/// rest to whoever asks for that. It tells which parts were asked for.
pub(crate) fn stalling(job: &'static str, file: Vec<u8>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, ranges) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (begin, rest, length) = (&file[..5_000], &file[5_000..], file.len());
        for mut stream in listener.incoming().flatten() {
            let head = read_head(&mut stream);
            let range = head.lines().find_map(|line| line.strip_prefix("range: bytes="));
            if head.starts_with("GET /jobs/1") {
                let length = job.len();
                write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{job}").unwrap();
            } else if let Some(range) = range {
                write!(stream, "HTTP/1.1 206 Partial\r\nconnection: close\r\netag: \"v1\"\r\n").unwrap();
                write!(stream, "content-range: bytes 5000-{}/{length}\r\n", length - 1).unwrap();
                write!(stream, "content-length: {}\r\n\r\n", rest.len()).unwrap();
                stream.write_all(rest).unwrap();
                asked.send(range.to_owned()).unwrap();
            } else {
                write!(stream, "HTTP/1.1 200 OK\r\netag: \"v1\"\r\ncontent-length: {length}\r\n\r\n").unwrap();
                stream.write_all(begin).unwrap();
                // Silent until the command is killed.
                let _ = stream.read(&mut [0]);
            }
        }
    });
    (url, ranges)
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A server that reads one request, says exactly this, and hangs up.
pub(crate) fn blunt(answer: &'static [u8]) -> String {
    let (listener, url) = silent();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream);
        stream.write_all(answer).unwrap();
    });
    url
}

/// A server that reads something, says exactly this, and hangs up, again and again.
pub(crate) fn rude(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    let (listener, url) = silent();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // One that has gone away is no matter.
            let _ = stream.read(&mut [0; 4096]).and_then(|_| stream.write_all(&answer));
        }
    });
    url
}
