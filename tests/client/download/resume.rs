//! Connections that break, and what is gone on from.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vidspec::{DownloadError, DownloadEvent, ProblemKind, Target};

use super::{Shelf, acme, fetch, fetch_with, options, output, site, site_with, video, whole};
use crate::support::{Server, answer, client, hang, question, send};

const DATES: &str = "last-modified: Sun, 06 Nov 1994 08:49:37 GMT\r\ndate: Sun, 06 Nov 1994 08:50:00 GMT";

/// The first 800 bytes of an answer of 2,000.
fn torn(version: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: 2000\r\n{version}\r\n\r\n");
    [head.as_bytes(), &video()[..800]].concat()
}

/// The rest from there.
fn rest(tag: &str, range: &str, from: usize) -> Vec<u8> {
    answer(206, &[&format!("content-range: {range}"), &format!("etag: {tag}")], &video()[from..])
}

/// Answers for the file in turn, the last one again and again.
fn files(answers: Vec<Vec<u8>>) -> Server {
    let next = AtomicUsize::new(0);
    site("/files/1", move |stream, _| {
        let number = next.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        send(stream, &answers[number]);
    })
}

/// The value of a header of the request for the file with this number.
fn header(server: &Server, number: usize, name: &str) -> Option<String> {
    let head = server.heads()[number + 1].clone();
    head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_broke_off() {
    for (version, validator) in [("etag: \"v1\"", "\"v1\""), (DATES, "Sun, 06 Nov 1994 08:49:37 GMT")] {
        let server = files(vec![torn(version), rest("\"v1\"", "bytes 800-1999/2000", 800)]);
        let shelf = Shelf::new();
        let mut seen = Vec::new();
        let event = |event: DownloadEvent<'_>| {
            seen.push(match event {
                DownloadEvent::Received { bytes, total } => format!("{bytes} of {total:?}"),
                DownloadEvent::Retrying { problem, .. } => problem.kind.as_str().to_owned(),
                // Told before the file has its name.
                DownloadEvent::Whole(file) if !file.path.as_ref().unwrap().exists() => format!("whole, {}", file.bytes),
                _ => "?".to_owned(),
            });
        };
        let done = fetch_with(&acme(), &server, shelf.target(), options(), event).await.unwrap();
        assert_eq!((shelf.read("acme-1.mp4"), done.bytes), (video(), 2_000));
        assert_eq!(shelf.names(), ["acme-1.mp4"]);
        assert_eq!(header(&server, 1, "range").as_deref(), Some("bytes=800-"));
        assert_eq!(header(&server, 1, "if-range").as_deref(), Some(validator));
        assert_eq!(header(&server, 0, "range"), None);
        assert!(seen.contains(&"transport".to_owned()), "{seen:?}");
        assert!(seen.ends_with(&["2000 of Some(2000)".to_owned(), "whole, 2000".to_owned()]), "{seen:?}");
    }
}

#[tokio::test]
async fn where_nothing_can_be_gone_on_from_the_whole_is_asked_for() {
    for version in ["x: y", "etag: W/\"v1\"", "accept-ranges: none"] {
        let (server, shelf) = (files(vec![torn(version), whole()]), Shelf::new());
        fetch(&acme(), &server, shelf.target()).await.unwrap();
        assert_eq!(shelf.read("acme-1.mp4"), video(), "{version}");
        assert_eq!(header(&server, 1, "range"), None, "{version}");
    }
}

#[tokio::test]
async fn versions_are_never_mixed() {
    let mut changed = video();
    changed.reverse();
    changed[..24].copy_from_slice(&video()[..24]);
    for second in [
        // What RFC 9110 asks of a server, and what some do instead.
        answer(200, &["etag: \"v2\""], &changed),
        answer(206, &["content-range: bytes 800-1999/2000", "etag: \"v2\""], &changed[800..]),
        answer(206, &["content-range: bytes 800-1999/2001", "etag: \"v1\""], &changed[800..]),
        answer(206, &["content-range: bytes 0-1999/2000", "etag: \"v1\""], &changed),
        answer(206, &["etag: \"v1\""], &changed[800..]),
        answer(206, &["content-type: multipart/byteranges; boundary=x", "etag: \"v1\""], "--x\r\n"),
        answer(416, &["content-range: bytes */700"], ""),
    ] {
        let server = files(vec![torn("etag: \"v1\""), second, answer(200, &["etag: \"v2\""], &changed)]);
        let shelf = Shelf::new();
        fetch(&acme(), &server, shelf.target()).await.unwrap();
        assert_eq!(shelf.read("acme-1.mp4"), changed);
        assert_eq!(header(&server, 1, "range").as_deref(), Some("bytes=800-"));
    }
}

#[tokio::test]
async fn a_part_that_nobody_asked_for_is_not_the_file() {
    let (server, shelf) = (site_with(rest("\"v1\"", "bytes 0-1999/2000", 0)), Shelf::new());
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    assert!(error.to_string().contains("HTTP 206 with another part"), "{error}");
    assert_eq!(shelf.names(), [""; 0]);
}

#[tokio::test]
async fn too_few_bytes_are_never_taken_for_the_file() {
    let (server, shelf) = (site_with(torn("x: y")), Shelf::new());
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    let DownloadError::Problem(problem) = &error else { panic!("{error}") };
    assert_eq!(problem.kind, ProblemKind::Transport);
    assert_eq!(server.lines().len(), 1 + 3, "three attempts");
    assert_eq!(shelf.names(), [""; 0], "nothing can go on from it");

    // A rest that is itself too short, by a length that fits.
    let short = answer(206, &["content-range: bytes 800-1199/2000", "etag: \"v1\""], &video()[800..1_200]);
    let (server, shelf) = (files(vec![torn("etag: \"v1\""), short, answer(500, &[], "")]), Shelf::new());
    assert!(fetch(&acme(), &server, shelf.target()).await.is_err());
    assert_eq!(shelf.names(), [".acme-1.part", ".acme-1.part.json"]);
    assert_eq!(shelf.read(".acme-1.part"), video()[..1_200]);
}

#[tokio::test]
async fn a_later_run_goes_on_with_the_same_file_only() {
    let give_up = files(vec![torn("etag: \"v1\""), answer(500, &[], "")]);
    let shelf = Shelf::new();
    assert!(fetch(&acme(), &give_up, shelf.target()).await.is_err());
    assert_eq!(shelf.names(), [".acme-1.part", ".acme-1.part.json"]);
    assert!(!String::from_utf8(shelf.read(".acme-1.part.json")).unwrap().contains("k3y"));

    // The same job at another address (another port here) may be another file.
    let other = files(vec![whole()]);
    let copy = Shelf::new();
    for name in shelf.names() {
        std::fs::copy(shelf.path().join(&name), copy.path().join(&name)).unwrap();
    }
    fetch(&acme(), &other, copy.target()).await.unwrap();
    assert_eq!((header(&other, 0, "range"), copy.names()), (None, vec!["acme-1.mp4".to_owned()]));
    assert_eq!(copy.read("acme-1.mp4"), video());

    // A note that cannot be read, or that is missing, is as good as another file's.
    for note in [Some("{"), Some(""), None] {
        let broken = Shelf::new();
        std::fs::write(broken.path().join(".acme-1.part"), vec![1; 800]).unwrap();
        if let Some(note) = note {
            std::fs::write(broken.path().join(".acme-1.part.json"), note).unwrap();
        }
        let server = files(vec![whole()]);
        fetch(&acme(), &server, broken.target()).await.unwrap();
        assert_eq!((header(&server, 0, "range"), broken.read("acme-1.mp4")), (None, video()));
    }
}

#[tokio::test]
async fn a_later_run_goes_on_and_the_signature_may_have_changed() {
    let asked = AtomicUsize::new(0);
    let server = Server::new(move |stream, head| {
        if head.starts_with("GET /v1/jobs/") {
            let number = asked.fetch_add(1, Ordering::SeqCst);
            send(stream, &crate::support::ok(&format!(r#"{{"status":"ready","url":"/v.mp4?signature={number}"}}"#)));
        } else if head.contains("signature=0") {
            send(stream, &torn("etag: \"v1\""));
        } else {
            send(stream, &rest("\"v1\"", "bytes 800-1999/2000", 800));
        }
    });
    let shelf = Shelf::new();
    let once = options().attempts(1);
    assert!(fetch_with(&acme(), &server, shelf.target(), once, |_| {}).await.is_err());
    assert_eq!(shelf.read(".acme-1.part"), video()[..800]);
    let mut first = None;
    let event = |event: DownloadEvent<'_>| {
        if let DownloadEvent::Received { bytes, .. } = event {
            first = first.or(Some(bytes));
        }
    };
    fetch_with(&acme(), &server, shelf.target(), once, event).await.unwrap();
    assert_eq!((shelf.read("acme-1.mp4"), first), (video(), Some(800)));
    assert_eq!(shelf.names(), ["acme-1.mp4"]);
}

#[tokio::test]
async fn two_at_once_never_share_a_file() {
    let server = site("/files/1", |stream, _| {
        send(stream, &torn("etag: \"v1\""));
        hang(stream);
    });
    let (acme, shelf) = (acme(), Shelf::new());
    let (output, question, key) = (output(&acme, &server).await, question(&acme, &server), vidspec::Credentials::new("k-123456"));
    let arrived = tokio::sync::Notify::new();
    let client = client();
    let first = client.download(&question, &key, &output, shelf.target(), options(), |event| {
        if matches!(event, DownloadEvent::Received { bytes: 800, .. }) {
            arrived.notify_one();
        }
    });
    let second = async {
        arrived.notified().await;
        client.download(&question, &key, &output, shelf.target(), options(), |_| {}).await.unwrap_err()
    };
    tokio::select! {
        first = first => panic!("{first:?}"),
        error = second => assert!(matches!(error, DownloadError::Busy(_)), "{error}"),
    }
    // The first was dropped on its way; what it had is kept, whole and alone.
    assert_eq!(shelf.read(".acme-1.part"), video()[..800]);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let server = site("/files/1", |stream, _| {
        send(stream, &torn("x: y"));
        hang(stream);
    });
    let shelf = Shelf::new();
    let hasty = options().patience(Duration::from_millis(100)).attempts(2);
    let error = fetch_with(&acme(), &server, shelf.target(), hasty, |_| {}).await.unwrap_err();
    let DownloadError::Problem(problem) = &error else { panic!("{error}") };
    assert_eq!(problem.kind, ProblemKind::Timeout);
    assert_eq!(error.to_string(), format!("timeout: nothing from 127.0.0.1:{} for 0.1 s", server.port()));
}

#[tokio::test]
async fn trouble_of_the_server_is_waited_out_but_not_for_hours() {
    for status in [408, 429, 500, 502, 503, 504] {
        let (server, shelf) = (files(vec![answer(status, &["retry-after: 0"], ""), whole()]), Shelf::new());
        fetch(&acme(), &server, shelf.target()).await.unwrap();
        assert_eq!(shelf.read("acme-1.mp4"), video(), "{status}");
    }
    let (server, shelf) = (files(vec![answer(503, &["retry-after: 3600"], ""), whole()]), Shelf::new());
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    assert!(error.to_string().contains("HTTP 503 from 127.0.0.1"), "{error}");
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn other_answers_are_final() {
    for status in [202, 204, 304, 400, 402, 405, 418, 451] {
        let (server, shelf) = (site_with(answer(status, &[], "")), Shelf::new());
        let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
        assert!(error.to_string().contains(&format!("HTTP {status} from 127.0.0.1")), "{error}");
        assert_eq!((server.lines().len(), shelf.names()), (2, Vec::new()), "{status}");
    }
}

#[tokio::test]
async fn what_was_passed_on_is_gone_on_from_or_given_up() {
    let mut received = Vec::new();
    let server = files(vec![torn("etag: \"v1\""), rest("\"v1\"", "bytes 800-1999/2000", 800)]);
    let done = fetch(&acme(), &server, Target::Writer(&mut received)).await.unwrap();
    assert_eq!((received, done.path, done.bytes), (video(), None, 2_000));

    let mut received = Vec::new();
    let server = files(vec![torn("x: y"), whole()]);
    let error = fetch(&acme(), &server, Target::Writer(&mut received)).await.unwrap_err();
    assert!(error.to_string().contains("what has been passed on cannot be taken back"), "{error}");
    assert_eq!(received, video()[..800]);
}
