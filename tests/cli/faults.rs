//! Servers and proxies that misbehave: the whole command ends in time and within its memory, with a sentence and an exit code.
//! All the faults, one by one, are in `client/faults.yaml`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use crate::server::silent;
use crate::support::{check, check_at};

/// A server that does this with its first connection, once it has been asked something.
fn first(serve: impl FnOnce(&mut TcpStream) + Send + 'static) -> String {
    let (listener, url) = silent();
    std::thread::spawn(move || serve(&mut asked(&listener).0));
    url
}

/// A connection, and what came over it first.
fn asked(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut head = vec![0; 64 << 10];
    let length = stream.read(&mut head).unwrap();
    (stream, String::from_utf8_lossy(&head[..length]).into_owned())
}

/// Sends this again and again until nobody takes it.
fn without_end(head: &'static str, block: &'static str) -> String {
    first(move |stream| {
        let block = block.repeat(1_000);
        let mut taken = stream.write_all(head.as_bytes());
        while taken.is_ok() {
            taken = stream.write_all(block.as_bytes());
        }
    })
}

#[test]
fn an_answer_byte_by_byte_is_given_up_after_the_time_limit() {
    let url = first(|stream| {
        stream.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
        let mut taken = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while taken.is_ok() {
            let _ = stream.read(&mut [0]);
            taken = stream.write_all(b" ");
        }
    });
    let ran = check_at(&url, ["vozo:1", "--timeout", "300ms"]).run();
    ran.code(6).stdout_has("timeout: no whole answer from 127.0.0.1").stdout_has("within 0.3 s");
}

#[test]
fn a_redirect_to_a_file_is_not_followed() {
    let url = first(|stream| stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\n\r\n").unwrap());
    let ran = check_at(&url, ["vozo:1"]).run();
    ran.code(7).stdout_has("HTTP 302 to another kind of address, which was not followed").stdout_lacks("root:");
}

#[test]
fn interim_answers_without_end_are_given_up() {
    let url = without_end("", "HTTP/1.1 103 Early Hints\r\n\r\n");
    check_at(&url, ["vozo:1", "--timeout", "300ms"]).run().code(6).stdout_has("timeout: ");
}

#[cfg(target_os = "linux")]
mod within_memory {
    use super::*;

    /// The limit of a body is 8 MiB; the rest is the program itself. Without the limit each of these would take gigabytes.
    const MEBIBYTES: usize = 256;

    #[test]
    fn an_endless_body_is_left() {
        let url = without_end("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"processing\",\"pad\":\"", "0123456789abcdef");
        let ran = check_at(&url, ["vozo:1"]).memory(MEBIBYTES).run();
        ran.code(7).stdout_has("undocumented response: HTTP 200 with a body of more than 8 MiB");
    }

    #[test]
    fn a_gzip_without_end_is_left() {
        // A stored block of 16 zeros (RFC 1951, section 3.2.4), again and again.
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n\x1F";
        let url = first(move |stream| {
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(b"\x8B\x08\0\0\0\0\0\0\x03");
            let block = [&b"\0\x10\0\xEF\xFF"[..], &[0; 16]].concat().repeat(1_000);
            while stream.write_all(&block).is_ok() {}
        });
        let ran = check_at(&url, ["vozo:1"]).memory(MEBIBYTES).run();
        ran.code(7).stdout_has("undocumented response: HTTP 200 with a body of more than 8 MiB");
    }

    #[test]
    fn endless_headers_are_left() {
        let url = without_end("HTTP/1.1 200 OK\r\n", "x-filler: 0123456789abcdef\r\n");
        check_at(&url, ["vozo:1"]).memory(MEBIBYTES).run().code(6).stdout_has("transport: ");
    }

    /// Nothing takes more room than lists of two elements.
    #[test]
    fn the_largest_body_of_the_smallest_elements_is_judged() {
        let nested = format!("{}{},", "[".repeat(100), "]".repeat(100));
        for element in ["[0,0],".to_owned(), "[0],".to_owned(), "{\"\":[0]},".to_owned(), nested] {
            let url = first(move |stream| {
                let times = ((8 << 20) - 100) / element.len();
                let body = format!("{{\"status\":\"processing\",\"x\":[{}0]}}", element.repeat(times));
                let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            });
            check_at(&url, ["vozo:1"]).memory(512).run().code(0).stdout_has("processing");
        }
    }
}

/// A proxy that does this with each connection, and tells what it was asked.
fn proxy(answer: &'static [u8]) -> (String, Receiver<String>) {
    let (listener, url) = silent();
    let (sender, asked_for) = channel();
    std::thread::spawn(move || {
        loop {
            let (mut stream, head) = asked(&listener);
            let _ = sender.send(head);
            let _ = stream.write_all(answer);
        }
    });
    (url, asked_for)
}

#[test]
fn a_proxy_that_misbehaves_is_trouble_and_never_sees_the_key() {
    for answer in [
        &b""[..],
        b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 23\r\n\r\n{\"status\":\"processing\"}",
        b"HTTP/1.1 302 Found\r\nlocation: https://elsewhere.invalid/\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x03\0\x05garba",
    ] {
        let (url, asked_for) = proxy(answer);
        let ran = check(["vozo:1"]).keys().env("HTTPS_PROXY", &url).run();
        ran.code(6).stdout_has("no state").stdout_has("transport: no connection to ").stdout_lacks("processing");
        let head = asked_for.recv().unwrap();
        ran.expect(head.starts_with("CONNECT ") && !head.to_lowercase().contains("authorization"), &head);
    }
}

#[test]
fn a_proxy_that_is_no_address_is_told_and_not_passed_over() {
    for proxy in ["http://[::1", "http://", "user:s3cret@pro xy:3128"] {
        let ran = check(["vozo:1"]).keys().secret("s3cret").env("HTTPS_PROXY", proxy).run();
        ran.code(2).stdout_is("").stderr_has("expected HTTPS_PROXY to be the address of a proxy");
    }
}
