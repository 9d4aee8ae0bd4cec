//! What comes is looked at before it is saved.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use vidspec::{DownloadError, Provider, Role};

use super::{Shelf, acme, fetch, site_with, video};
use crate::support::{STYLES, Server, acme_of, answer, ok};

async fn refused(provider: &Provider, server: &Server) -> String {
    let shelf = Shelf::new();
    let error = fetch(provider, server, shelf.target()).await.unwrap_err();
    assert!(matches!(error, DownloadError::NotTheFile { .. }), "{error}");
    assert_eq!(shelf.names(), [""; 0], "something was saved");
    error.to_string()
}

#[tokio::test]
async fn a_page_is_never_saved_as_a_video() {
    for content_type in ["video/mp4", "text/html; charset=utf-8", "application/octet-stream", "application/json"] {
        for body in [
            "<!DOCTYPE html><html><body>Please sign in</body></html>",
            "\n\n<html>",
            r#"{"error":{"code":403,"message":"expired"}}"#,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code></Error>",
            "Not found",
            "",
        ] {
            let server = site_with(answer(200, &[&format!("content-type: {content_type}")], body));
            let error = refused(&acme(), &server).await;
            assert!(error.starts_with("expected the video, found "), "{body}: {error}");
            assert_eq!(server.lines().len(), 2, "it was asked for again");
        }
    }
    // Longer than what is looked at.
    let page = format!("<!doctype html>{}", "<p>sorry</p>".repeat(1_000));
    assert!(refused(&acme(), &site_with(answer(200, &[], page))).await.contains("text/html"));
}

#[tokio::test]
async fn a_page_is_not_passed_on_either() {
    let server = site_with(answer(200, &[], "<html>".repeat(1_000)));
    let mut received = Vec::new();
    let error = fetch(&acme(), &server, vidspec::Target::Writer(&mut received)).await.unwrap_err();
    assert!(matches!(error, DownloadError::NotTheFile { expected: Role::Video, .. }), "{error}");
    assert_eq!(received, b"");
}

#[tokio::test]
async fn the_ending_follows_the_content() {
    let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0; 600]].concat();
    for (outputs, content_type, body, name) in [
        ("{ video: $.url }", "application/octet-stream", video(), "acme-1.mp4"),
        ("{ video: $.url }", "text/plain", video(), "acme-1.mp4"),
        ("{ thumbnail: $.url }", "image/jpeg", png.clone(), "acme-1.png"),
        ("{ video: { url: $.url, media_type: video/webm } }", "video/mp4", vec![0xAA; 900], "acme-1.webm"),
        ("{ video: $.url }", "video/mp4", vec![0xAA; 900], "acme-1.mp4"),
        ("{ video: $.url }", "video/of-the-future", vec![0xAA; 900], "acme-1"),
        ("{ subtitles: $.url }", "text/vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n".to_vec(), "acme-1.vtt"),
    ] {
        let server = site_with(answer(200, &[&format!("content-type: {content_type}")], &body));
        let shelf = Shelf::new();
        let done = fetch(&acme_of(STYLES[0].0, outputs, ""), &server, shelf.target()).await.unwrap();
        assert_eq!(shelf.names(), [name], "{content_type}");
        assert_eq!(shelf.read(name), body);
        assert_eq!(done.path, Some(shelf.path().join(name)));
    }
}

#[tokio::test]
async fn a_file_in_the_answer_itself_is_decoded_and_looked_at_too() {
    let inline = acme_of(STYLES[0].0, "{ video: { base64: $.data } }", "");
    let serve = |data: &str| Server::answering(ok(&format!(r#"{{"status":"ready","data":"{data}"}}"#)));
    let (server, shelf) = (serve(&BASE64.encode(video())), Shelf::new());
    let done = fetch(&inline, &server, shelf.target()).await.unwrap();
    assert_eq!((shelf.names(), shelf.read("acme-1.mp4")), (vec!["acme-1.mp4".to_owned()], video()));
    assert_eq!((done.bytes, server.lines().len()), (2_000, 1));
    assert!(matches!(fetch(&inline, &server, shelf.target()).await, Err(DownloadError::Exists(_))));
    assert!(refused(&inline, &serve(&BASE64.encode("<html>sorry</html>"))).await.contains("text/html"));
    assert!(refused(&inline, &serve(&BASE64.encode(r#"{"error":1}"#))).await.contains("found text"));
}

#[tokio::test]
async fn a_file_that_a_server_compresses_unasked_is_no_video() {
    let gzip = [&b"\x1f\x8b\x08\0\0\0\0\0\x02\x03"[..], &[7; 600]].concat();
    let server = site_with(answer(200, &["content-type: video/mp4", "content-encoding: gzip"], gzip));
    assert_eq!(refused(&acme(), &server).await, "expected the video, found application/gzip: nothing was saved");
}
