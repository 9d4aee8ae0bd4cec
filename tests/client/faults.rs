//! Every fault of `faults.yaml`, against the client.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde::Deserialize;
use vidspec::Credentials;

use crate::support::{KEY, Server, acme, hang, hasty_client, message, question, read_head};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    name: String,
    sends: Vec<Piece>,
    #[serde(default)]
    then: Then,
    expect: String,
    #[serde(default)]
    says: String,
    takes: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Piece {
    Text(String),
    Repeat { repeat: String, times: usize },
    Gzip { gzip_of_zeros: usize },
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Then {
    #[default]
    Close,
    Reset,
    Hang,
    Drip,
}

/// What lies in the buffers of the system, and between the two sides of the client, was sent and not taken.
const BUFFERS: usize = 32 << 20;

/// Each character is one byte.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("one byte")).collect()
}

/// One literal zero and its repetitions, 258 with every 13 bits, in one block of fixed codes (RFC 1951, section 3.2.6). The bits
/// come back to the same place in their byte after 13 bytes.
fn gzip_of_zeros(count: usize) -> (Vec<u8>, Vec<u8>, usize) {
    let mut bits: Vec<u8> = vec![1, 1, 0]; // the last block, of fixed codes
    bits.extend([0, 0, 1, 1, 0, 0, 0, 0]); // the literal 0
    bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0].repeat(16)); // length 258, distance 1
    let packed: Vec<_> =
        bits.chunks(8).map(|byte| byte.iter().enumerate().map(|(place, bit)| bit << place).sum::<u8>()).collect();
    let head = [&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF], &packed[..2]].concat();
    (head, packed[2..15].to_vec(), count / 258 / 8)
}

impl Piece {
    /// What comes first, what comes again and again, and how often.
    fn parts(&self) -> (Vec<u8>, Vec<u8>, usize) {
        match self {
            Self::Text(text) => (bytes(text), Vec::new(), 0),
            Self::Repeat { repeat, times } => (Vec::new(), bytes(repeat), *times),
            Self::Gzip { gzip_of_zeros: count } => gzip_of_zeros(*count),
        }
    }
}

/// Sends all of it, or as much as the other side takes; says how much that was.
fn send(stream: &mut TcpStream, (first, again, times): &(Vec<u8>, Vec<u8>, usize)) -> usize {
    const AT_ONCE: usize = 1_000;
    let mut sent = if stream.write_all(first).is_ok() { first.len() } else { return 0 };
    let block = again.repeat(AT_ONCE.min(*times));
    for _ in 0..times.div_ceil(AT_ONCE) {
        if stream.write_all(&block).is_err() {
            break;
        }
        sent += block.len();
    }
    sent
}

/// One byte after the other. Between two of them it listens to a client that says no more, until that takes too long.
fn drip(stream: &mut TcpStream, piece: &[u8]) {
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    for byte in piece {
        if stream.write_all(&[*byte]).is_err() {
            return;
        }
        let _ = stream.read(&mut [0]);
    }
}

/// A server with this fault, and where it says how much it could send.
fn server(fault: &Fault) -> (Server, Receiver<usize>) {
    let (sender, sent) = channel();
    let mut pieces: Vec<_> = fault.sends.iter().map(Piece::parts).collect();
    let then = fault.then;
    let last = if then == Then::Drip { pieces.pop() } else { None };
    let serve = move |stream: &mut TcpStream, _: &Mutex<Vec<String>>| {
        if then == Then::Reset {
            // A socket that is closed with bytes it did not read resets its connection.
            let _ = stream.peek(&mut [0]);
        } else {
            read_head(stream);
        }
        let _ = sender.send(pieces.iter().map(|piece| send(stream, piece)).sum());
        match (&last, then) {
            (Some((piece, ..)), _) => drip(stream, piece),
            (None, Then::Hang) => hang(stream),
            _ => {}
        }
    };
    (Server::unread(serve), sent)
}

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let faults: Vec<Fault> = serde_yaml::from_str(include_str!("faults.yaml")).unwrap();
    let acme = acme();
    let mut wrong = Vec::new();
    for fault in &faults {
        let (server, sent) = server(fault);
        let client = if fault.expect == "timeout" { hasty_client() } else { crate::support::client() };
        let check = client.check(&question(&acme, &server), &Credentials::new(KEY)).await;
        let (found, said) = match &check.outcome {
            Ok(report) => (report.state.to_string(), ""),
            Err(problem) => (problem.kind.as_str().to_owned(), message(problem)),
        };
        if found != fault.expect || !said.contains(&fault.says) || (found == "timeout") != said.contains("within 0.2 s") {
            wrong.push(format!("{}: expected {} `{}`, found {found} `{said}`", fault.name, fault.expect, fault.says));
        }
        if let Some(most) = fault.takes {
            // The client closes its connection while the test waits.
            let sent = tokio::task::spawn_blocking(move || sent.recv().unwrap()).await.unwrap();
            assert!(sent <= most + BUFFERS, "{}: {sent} bytes were taken", fault.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
