//! Tiny valid files, in place of those that a finished job would have.

const FILES: &[(&str, &[u8])] = &[
    // One frame of one colour, 16 by 16.
    ("video/mp4", include_bytes!("placeholder/video.mp4")),
    ("image/webp", include_bytes!("placeholder/image.webp")),
    ("image/png", include_bytes!("placeholder/image.png")),
];

/// A file of this media type; `None` if there is none.
pub(super) fn file(media_type: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == media_type).map(|(_, bytes)| *bytes)
}
