//! Media types and the endings of file names.

/// The endings of files and their media types; of several endings of one type the usual one comes first.
const MEDIA_TYPES: [(&str, &str); 14] = [
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("m4a", "audio/mp4"),
    ("srt", "application/x-subrip"),
    ("vtt", "text/vtt"),
    ("txt", "text/plain"),
];

/// The media type that the ending of an address stands for.
pub(crate) fn of_address(url: &str) -> Option<&'static str> {
    let end = memchr::memchr2(b'?', b'#', url.as_bytes()).unwrap_or(url.len());
    let path = url.get(..end)?;
    let (before, file) = path.split_at_checked(memchr::memrchr(b'/', path.as_bytes())?)?;
    let is_host = before.ends_with('/');
    let ending = file.get(memchr::memrchr(b'.', file.as_bytes())? + 1..).filter(|_| !is_host)?;
    MEDIA_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)).map(|(_, media_type)| *media_type)
}

/// The usual ending of a media type, without the dot.
#[cfg(feature = "http")]
pub(crate) fn ending_of(media_type: &str) -> Option<&'static str> {
    MEDIA_TYPES.iter().find(|(_, known)| known.eq_ignore_ascii_case(media_type)).map(|(ending, _)| *ending)
}

/// Whether a media type is that of something to read: text, JSON, XML.
#[cfg(feature = "http")]
pub(crate) fn is_text(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    let listed = ["application/json", "application/xml", "application/xhtml+xml"];
    media_type.starts_with("text/") || listed.contains(&media_type.as_str()) || media_type.ends_with("+json")
}
