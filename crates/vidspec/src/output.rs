//! One file of a finished job.

use std::borrow::Cow;
use std::sync::Arc;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::read::DecoderReader;
use base64::{Engine as _, alphabet};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a file is to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// The video itself.
    Video,
    /// A sound file as the result.
    Audio,
    /// A picture as the result.
    Image,
    /// A small picture of the video.
    Thumbnail,
    /// A preview of the video.
    Preview,
    /// The last frame, from which a next video can go on.
    LastFrame,
    /// Subtitles.
    Subtitles,
    /// The spoken text.
    Transcript,
    /// A web page that shows the video; not a file.
    SharePage,
}

impl Role {
    /// The word used in definitions and reports, such as `last_frame`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Image => "image",
            Self::Thumbnail => "thumbnail",
            Self::Preview => "preview",
            Self::LastFrame => "last_frame",
            Self::Subtitles => "subtitles",
            Self::Transcript => "transcript",
            Self::SharePage => "share_page",
        }
    }

    /// The words under which a definition may speak of such a file.
    pub(crate) fn stated_as(self) -> impl Iterator<Item = &'static str> {
        let by_media_type = matches!(self, Self::Video | Self::Audio | Self::Image).then_some("file");
        std::iter::once(self.as_str()).chain(by_media_type)
    }
}

/// One file of a finished job.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Output {
    /// What the file is.
    pub role: Role,
    /// Its address, as the provider gave it (a path of the provider's own host is made absolute). Nothing for a file that stands
    /// in the answer itself.
    pub url: Option<String>,
    /// The file itself, where it stands in the answer.
    #[serde(rename = "inline")]
    pub(crate) content: Option<Inline>,
    /// Such as `video/mp4`.
    pub media_type: Option<Cow<'static, str>>,
    /// When the address stops working.
    pub expires_at: Option<Timestamp>,
    /// For how many seconds after its making the provider keeps the file.
    pub lifetime_seconds: Option<f64>,
    /// Whether the provider's key must be sent to fetch it.
    pub key_needed: bool,
    /// False for an address that no HTTP client can fetch as it stands (`gs://`, `s3://`, no scheme).
    pub fetchable: bool,
}

impl Output {
    /// The file itself, where it stands in the answer instead of at an address.
    pub fn inline(&self) -> Option<&Inline> {
        self.content.as_ref()
    }
}

/// A file that stands in the answer itself. It is kept as it came, in base64, and shown by its size alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inline {
    /// The size of the file, in bytes.
    bytes: usize,
    #[serde(skip)]
    base64: Arc<str>,
}

impl Inline {
    /// `None` if the text is not base64.
    pub(crate) fn new(base64: &str) -> Option<Self> {
        let mut decoder = DecoderReader::new(base64.as_bytes(), &BASE64);
        let bytes = std::io::copy(&mut decoder, &mut std::io::sink()).ok()?;
        Some(Self { bytes: usize::try_from(bytes).ok()?, base64: base64.into() })
    }

    /// The size of the file, in bytes.
    pub fn size(&self) -> usize {
        self.bytes
    }

    /// The file, piece by piece as it is decoded.
    pub fn reader(&self) -> impl std::io::Read {
        DecoderReader::new(self.base64.as_bytes(), &BASE64)
    }

    /// The whole file, decoded now.
    pub fn bytes(&self) -> Vec<u8> {
        // It was decoded once already.
        BASE64.decode(self.base64.as_bytes()).unwrap_or_default()
    }
}

impl std::fmt::Debug for Inline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inline").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// With or without padding: both are in use.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn inline_files_are_decoded_when_asked_for() {
        for text in ["aGVsbG8=", "aGVsbG8"] {
            let file = Inline::new(text).unwrap();
            assert_eq!((file.size(), file.bytes()), (5, b"hello".to_vec()), "{text}");
            let mut read = Vec::new();
            file.reader().read_to_end(&mut read).unwrap();
            assert_eq!(read, b"hello");
        }
        for text in ["aGVsbG8*", "a", "aGVs bG8=", "https://x.example/v.mp4", "aGVsbG8=aGVsbG8="] {
            assert_eq!(Inline::new(text), None, "{text}");
        }
    }

    #[test]
    fn the_data_is_neither_printed_nor_serialised() {
        let file = Inline::new("aGVsbG8=").unwrap();
        assert_eq!(serde_json::to_string(&file).unwrap(), r#"{"bytes":5}"#);
        assert_eq!(format!("{file:?}"), "Inline { bytes: 5, .. }");
    }
}
