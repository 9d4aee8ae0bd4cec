//! Who is asked for the file, and who sees the key.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};

use vidspec::{Credentials, DownloadError, DownloadEvent, ProblemKind};

use super::{Shelf, acme, acme_with_key, fetch, fetch_with, options, output, site, site_with, video, whole};
use crate::support::{KEY, STYLES, Server, TRACES, answer, client, job, ok, send};

/// No head holds the key, in any spelling.
fn assert_keyless(server: &Server) {
    for head in server.heads() {
        assert!(TRACES.iter().all(|trace| !head.contains(trace)), "{head}");
    }
}

#[tokio::test]
async fn the_key_goes_along_where_the_definition_says_so() {
    for (style, sent) in STYLES {
        let (server, shelf) = (site_with(whole()), Shelf::new());
        fetch(&acme_with_key(style), &server, shelf.target()).await.unwrap();
        let head = server.heads()[1].clone();
        assert!(head.starts_with("GET /files/1") && head.contains(sent), "expected `{sent}` in {head}");
    }
}

#[tokio::test]
async fn the_key_stays_at_home_where_the_definition_does_not_say_so() {
    let (server, shelf) = (site_with(whole()), Shelf::new());
    fetch(&acme(), &server, shelf.target()).await.unwrap();
    let head = server.heads()[1].clone();
    assert!(TRACES.iter().all(|trace| !head.contains(trace)), "{head}");
    assert!(head.contains("accept: */*\r\n") && head.contains("accept-encoding: identity\r\n"), "{head}");
}

#[tokio::test]
async fn as_with_veo_the_key_goes_over_two_hops_of_one_host() {
    for (style, sent) in STYLES {
        let moved = answer(
            302,
            &[
                "location: /download/v1/files/1:download?alt=media",
                "content-type: application/json",
                &format!("x-goog-api-key: {KEY}"),
            ],
            r#"{"error": {"code": 302, "message": "Unknown Error.", "status": "UNKNOWN"}}"#,
        );
        let server = site("/files/1:download?alt=media", move |stream, head| {
            send(stream, &if head.starts_with("GET /files/") { moved.clone() } else { whole() });
        });
        let shelf = Shelf::new();
        let done = fetch(&acme_with_key(style), &server, shelf.target()).await.unwrap();
        assert_eq!(shelf.read("acme-1.mp4"), video());
        assert_eq!((done.bytes, done.media_type.as_deref()), (2_000, Some("video/mp4")));
        let heads = server.heads();
        assert!(heads[1].starts_with("GET /files/1:download?alt=media"), "{}", heads[1]);
        assert!(heads[2].starts_with("GET /download/v1/files/1:download?alt=media"), "{}", heads[2]);
        for head in &heads[1..] {
            assert!(head.contains(sent.trim_start_matches('?')), "expected `{sent}` in {head}");
            assert!(!head.to_lowercase().contains("referer"), "{head}");
        }
    }
}

#[tokio::test]
async fn as_with_sora_another_host_is_followed_and_never_sees_the_key() {
    for (style, _) in STYLES {
        for status in [301, 302, 303, 307, 308] {
            let cdn = Server::answering(whole());
            let moved = answer(status, &[&format!("location: {}", cdn.url("/v.mp4?signature=1"))], "");
            let (server, shelf) = (site_with(moved), Shelf::new());
            fetch(&acme_with_key(style), &server, shelf.target()).await.unwrap();
            assert_eq!(shelf.read("acme-1.mp4"), video());
            assert_eq!(cdn.lines(), ["GET /v.mp4?signature=1 HTTP/1.1"], "{style}");
            assert_keyless(&cdn);
            assert!(!cdn.heads()[0].to_lowercase().contains("referer"));
        }
    }
}

#[tokio::test]
async fn a_redirect_cannot_carry_the_key_away_in_its_address() {
    for (style, _) in STYLES {
        let cdn = Server::answering(whole());
        let leak =
            format!("location: {}?key=k3y-alpha%3Aw0rd-omega&again={KEY}&basic=azN5LWFscGhhOncwcmQtb21lZ2E=", cdn.url("/v"));
        let (server, shelf) = (site_with(answer(302, &[&leak], "")), Shelf::new());
        fetch(&acme_with_key(style), &server, shelf.target()).await.unwrap();
        assert_eq!(cdn.heads().len(), 1);
        let head = cdn.heads()[0].clone();
        assert!(!head.contains("k3y-alpha") && !head.contains("w0rd-omega"), "{style}: {head}");
    }
}

#[tokio::test]
async fn the_key_does_not_come_back_once_it_was_left_behind() {
    // Another server would choose what is asked with the key.
    let back = Arc::new(OnceLock::<String>::new());
    let home = Arc::clone(&back);
    let cdn = Server::new(move |stream, _| send(stream, &answer(302, &[&format!("location: {}", home.get().unwrap())], "")));
    let away = answer(302, &[&format!("location: {}", cdn.url("/v"))], "");
    let server = site("/files/1", move |stream, head| {
        send(stream, &if head.starts_with("GET /files/") { away.clone() } else { whole() });
    });
    back.set(server.url("/account").into()).unwrap();
    let shelf = Shelf::new();
    fetch(&acme_with_key(STYLES[0].0), &server, shelf.target()).await.unwrap();
    let last = server.heads().pop().unwrap();
    assert!(last.starts_with("GET /account") && !last.contains("k3y-alpha"), "{last}");
}

#[tokio::test]
async fn a_file_of_another_host_that_needs_the_key_is_not_asked_for() {
    let thief = Server::answering(whole());
    for address in [thief.url("/v.mp4").to_string(), format!("http://localhost:{}/v.mp4", thief.port())] {
        let (server, shelf) = (site(&address, |_, _| ()), Shelf::new());
        let error = fetch(&acme_with_key(STYLES[0].0), &server, shelf.target()).await.unwrap_err();
        assert!(matches!(error, DownloadError::Refused(_)), "{error}");
        assert!(error.to_string().contains(&format!("which belongs to 127.0.0.1:{}", server.port())), "{error}");
        assert_eq!(shelf.names(), [""; 0]);
    }
    assert_eq!(thief.heads(), [""; 0]);
}

#[tokio::test]
async fn addresses_of_the_own_network_are_refused_at_first_and_after_a_redirect() {
    for address in
        ["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/v.mp4", "http://[fd00::1]/v.mp4", "http://192.168.1.1/"]
    {
        let first = site(address, |_, _| ());
        let hop = site_with(answer(302, &[&format!("location: {address}")], ""));
        for server in [first, hop] {
            let shelf = Shelf::new();
            let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
            assert!(error.to_string().contains("it leads into this machine or its network"), "{error}");
            assert_eq!(shelf.names(), [""; 0]);
        }
    }
}

#[tokio::test]
async fn this_machine_is_not_asked_for_a_job_of_another() {
    let inside = Server::answering(whole());
    let (acme, shelf) = (acme(), Shelf::new());
    let output = output(&acme, &site(inside.url("/v.mp4").as_str(), |_, _| ())).await;
    let question = acme.question(job("job-1"));
    let key = Credentials::new(KEY);
    let error = client().download(&question, &key, &output, shelf.target(), options(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("it leads into this machine"), "{error}");
    assert_eq!(inside.heads(), [""; 0]);
    client().download(&question, &key, &output, shelf.target(), options().allow_private(true), |_| {}).await.unwrap();
    assert_eq!(shelf.read("acme-1.mp4"), video());
}

#[tokio::test]
async fn a_loop_of_redirects_is_left_after_five() {
    let (server, shelf) = (site_with(answer(302, &["location: /files/1"], "")), Shelf::new());
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    assert_eq!(error.to_string(), "redirected more than 5 times");
    assert_eq!(server.lines().len(), 1 + 6);
}

#[tokio::test]
async fn what_http_does_not_reach_is_explained() {
    for (address, words) in [("gs://bucket/v.mp4", "gcloud storage cp"), ("s3://bucket/v.mp4", "aws s3 cp"), ("v.mp4", "no host")]
    {
        let (server, shelf) = (site(address, |_, _| ()), Shelf::new());
        let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
        assert!(matches!(error, DownloadError::NotHttp { .. }) && error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn an_expired_address_is_asked_for_once_more() {
    for status in [401, 403, 404, 410] {
        let fresh = AtomicBool::new(false);
        let server = Server::new(move |stream, head| {
            let signature = if fresh.load(SeqCst) { "new" } else { "old" };
            if head.starts_with("GET /v1/jobs/") {
                send(stream, &ok(&format!(r#"{{"status":"ready","url":"/v.mp4?signature={signature}"}}"#)));
                return;
            }
            let served = head.contains("signature=new");
            fresh.store(true, SeqCst);
            send(stream, &if served { whole() } else { answer(status, &["content-type: text/html"], "<html>expired</html>") });
        });
        let shelf = Shelf::new();
        let mut renewed = 0;
        let event = |event: DownloadEvent<'_>| renewed += i32::from(matches!(event, DownloadEvent::Renewed));
        fetch_with(&acme(), &server, shelf.target(), options(), event).await.unwrap();
        assert_eq!((shelf.read("acme-1.mp4"), renewed), (video(), 1), "{status}");
        let paths: Vec<_> = server.lines().iter().map(|line| line.replace(" HTTP/1.1", "")).collect();
        assert_eq!(paths, ["GET /v1/jobs/job-1", "GET /v.mp4?signature=old", "GET /v1/jobs/job-1", "GET /v.mp4?signature=new"]);
    }
}

#[tokio::test]
async fn a_file_that_is_gone_for_good_is_not_asked_for_again_and_again() {
    let (server, shelf) = (site_with(answer(404, &[], "")), Shelf::new());
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    assert!(matches!(error, DownloadError::Gone(_)), "{error}");
    assert!(error.to_string().contains("HTTP 404 from 127.0.0.1"), "{error}");
    assert_eq!(server.lines().len(), 3, "the status, the file, the status again: the same address");
    assert_eq!(shelf.names(), [""; 0]);
}

#[tokio::test]
async fn fresh_addresses_that_expire_too_are_not_followed_without_end() {
    let asked = AtomicUsize::new(0);
    let server = Server::new(move |stream, head| {
        let number = asked.fetch_add(1, SeqCst);
        let ready = ok(&format!(r#"{{"status":"ready","url":"/v.mp4?signature={number}"}}"#));
        let expired = if number > 6 { whole() } else { answer(403, &[], "") };
        send(stream, &if head.starts_with("GET /v1/jobs/") { ready } else { expired });
    });
    let shelf = Shelf::new();
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    assert!(matches!(error, DownloadError::Gone(_)), "{error}");
    assert_eq!(server.lines().len(), 4, "{:?}", server.lines());
}

#[tokio::test]
async fn a_fresh_address_of_another_file_begins_anew() {
    let asked = AtomicUsize::new(0);
    let server = Server::new(move |stream, head| {
        let number = asked.fetch_add(1, SeqCst);
        if head.starts_with("GET /v1/jobs/") {
            let path = if number == 0 { "/old.mp4" } else { "/new.mp4" };
            send(stream, &ok(&format!(r#"{{"status":"ready","url":"{path}"}}"#)));
        } else if head.starts_with("GET /new.mp4") {
            send(stream, &whole());
        } else if number == 1 {
            let torn = [&b"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\netag: \"v1\"\r\n\r\n"[..], &video()[..800]].concat();
            send(stream, &torn);
        } else {
            send(stream, &answer(410, &[], ""));
        }
    });
    let shelf = Shelf::new();
    fetch(&acme(), &server, shelf.target()).await.unwrap();
    assert_eq!(shelf.read("acme-1.mp4"), video());
    let last = server.heads().pop().unwrap();
    assert!(last.starts_with("GET /new.mp4") && !last.contains("range: "), "{last}");
}

#[tokio::test]
async fn a_refused_key_is_told_from_an_expired_address() {
    let (server, shelf) = (site_with(answer(401, &[], KEY)), Shelf::new());
    let error = fetch(&acme_with_key(STYLES[0].0), &server, shelf.target()).await.unwrap_err();
    let DownloadError::Problem(problem) = &error else { panic!("{error}") };
    assert_eq!(problem.kind, ProblemKind::Unauthorized);
    assert!(!format!("{error} {error:?}").contains("k3y-alpha"));
}

#[tokio::test]
async fn the_question_about_a_fresh_address_can_have_trouble_of_its_own() {
    let asked = AtomicBool::new(false);
    let server = Server::new(move |stream, head| {
        let again = head.starts_with("GET /v1/jobs/") && asked.swap(true, SeqCst);
        let ready = ok(r#"{"status":"ready","url":"/v.mp4"}"#);
        send(stream, &if again || head.starts_with("GET /v.mp4") { answer(410, &[], "{}") } else { ready });
    });
    let shelf = Shelf::new();
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    let DownloadError::Problem(problem) = error else { panic!("{error}") };
    assert_eq!(problem.kind, ProblemKind::Gone);
}
