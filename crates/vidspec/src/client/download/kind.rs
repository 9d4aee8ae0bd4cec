//! What has come: the file, or a page that tells why there is none.

use infer::MatcherType;

use crate::media_type::{ending_of, is_text};
use crate::output::Role;

/// So many bytes tell the kind of a file.
pub(super) const HEAD: usize = 512;

/// Whether what begins so can be a file of this role.
///
/// # Errors
/// What came instead, in words.
pub(super) fn verify(role: Role, content_type: Option<&str>, head: &[u8]) -> Result<(), String> {
    let named = || content_type.map(|named| format!(" ({})", bare(named))).unwrap_or_default();
    let sniffed = infer::get(head);
    let is_page = sniffed.is_some_and(|kind| kind.mime_type() == "text/html");
    match role {
        _ if head.is_empty() => Err("nothing".to_owned()),
        Role::Subtitles | Role::Transcript if is_page => Err("a web page".to_owned()),
        Role::Subtitles | Role::Transcript | Role::SharePage => Ok(()),
        _ => match sniffed.map(|kind| (kind.matcher_type(), kind.mime_type())) {
            Some((MatcherType::Video | MatcherType::Audio | MatcherType::Image, _)) => Ok(()),
            Some((_, media_type)) => Err(media_type.to_owned()),
            None if looks_like_text(head) => Err(format!("text{}", named())),
            None if content_type.is_some_and(|named| is_text(bare(named))) => Err(format!("text{}", named())),
            None => Ok(()),
        },
    }
}

/// The media type and the ending of the file's name: the bytes know better than the provider, and it better than the server.
pub(super) fn described(head: &[u8], stated: Option<&str>, content_type: Option<&str>) -> (Option<String>, Option<&'static str>) {
    if let Some(kind) = infer::get(head).filter(is_media) {
        return (Some(kind.mime_type().to_owned()), Some(kind.extension()));
    }
    let of_server = content_type.map(bare).filter(|named| !named.ends_with("/octet-stream"));
    let known = [stated, of_server].into_iter().flatten().find_map(|named| Some((named, ending_of(named)?)));
    let media_type = known.map(|(named, _)| named).or(stated).or(of_server);
    (media_type.map(str::to_owned), known.map(|(_, ending)| ending))
}

fn is_media(kind: &infer::Type) -> bool {
    matches!(kind.matcher_type(), MatcherType::Video | MatcherType::Audio | MatcherType::Image)
}

/// Without parameters such as a charset.
fn bare(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// No format of video, sound or pictures begins with so many readable characters only, be they UTF-8, UTF-16, which has its mark, or
/// mostly ASCII.
fn looks_like_text(head: &[u8]) -> bool {
    let is_readable = !head.is_empty() && head.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace());
    // The beginning may end in the middle of a character.
    let is_utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let is_mostly_ascii = head.iter().filter(|byte| byte.is_ascii()).count() >= head.len() / 2;
    let has_mark = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    has_mark || (is_readable && (is_utf8 || is_mostly_ascii))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const UNKNOWN: &[u8] = b"\0\x01\x02\x03 no format that anybody knows";

    #[test]
    fn an_error_page_is_no_video() {
        for (content_type, head, found) in [
            (Some("video/mp4"), &b"<!DOCTYPE html><html><body>Sign in</body></html>"[..], "text/html"),
            (Some("text/html; charset=utf-8"), b"\n  <html>", "text/html"),
            (Some("application/json"), br#"{"error":{"code":302,"message":"Unknown Error."}}"#, "text (application/json)"),
            (Some("video/mp4"), br#"[{"error":1}]"#, "text (video/mp4)"),
            (None, b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "text/xml"),
            (None, b"Not found", "text"),
            (Some("application/vnd.apple.mpegurl"), b"#EXTM3U\n#EXT-X-VERSION:3\n", "text (application/vnd.apple.mpegurl)"),
            (None, "not found: é".as_bytes().split_at(12).0, "text"),
            (Some("video/mp4"), b"Zugriff \xFCber diese Adresse verweigert", "text (video/mp4)"),
            (Some("video/mp4"), b"\xFF\xFE<\0h\0t\0m\0l\0>\0", "text (video/mp4)"),
            (Some("application/problem+json"), UNKNOWN, "text (application/problem+json)"),
            (Some("video/mp4"), b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (Some("video/mp4"), b"", "nothing"),
        ] {
            assert_eq!(verify(Role::Video, content_type, head), Err(found.to_owned()), "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_video_is_one_whatever_the_server_calls_it() {
        for content_type in [Some("video/mp4"), Some("application/octet-stream"), Some("text/plain"), None] {
            assert_eq!(verify(Role::Video, content_type, MP4), Ok(()), "{content_type:?}");
        }
        assert_eq!(verify(Role::Video, Some("video/new"), UNKNOWN), Ok(()));
        assert_eq!(verify(Role::Thumbnail, None, PNG), Ok(()));
    }

    #[test]
    fn words_may_be_text_and_no_page() {
        assert_eq!(verify(Role::Subtitles, Some("text/vtt"), b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello"), Ok(()));
        assert_eq!(verify(Role::Transcript, Some("application/json"), br#"{"text":"Hello"}"#), Ok(()));
        assert_eq!(verify(Role::Subtitles, Some("text/vtt"), b"<html>"), Err("a web page".to_owned()));
        assert_eq!(verify(Role::Subtitles, None, b""), Err("nothing".to_owned()));
    }

    #[test]
    fn the_bytes_know_best_what_they_are() {
        for (head, stated, content_type, expected) in [
            (PNG, Some("video/mp4"), Some("video/mp4"), (Some("image/png"), Some("png"))),
            (UNKNOWN, Some("video/webm"), Some("video/mp4"), (Some("video/webm"), Some("webm"))),
            (UNKNOWN, None, Some("video/mp4; codecs=av1"), (Some("video/mp4"), Some("mp4"))),
            (UNKNOWN, Some("video/new"), Some("application/octet-stream"), (Some("video/new"), None)),
            (b"WEBVTT", None, Some("text/vtt"), (Some("text/vtt"), Some("vtt"))),
            (UNKNOWN, None, None, (None, None)),
        ] {
            let (media_type, ending) = described(head, stated, content_type);
            assert_eq!((media_type.as_deref(), ending), expected);
        }
    }
}
