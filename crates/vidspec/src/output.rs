//! One file of a finished job.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a file is to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
}

/// One file of a finished job.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Output {
    /// What the file is.
    pub role: Role,
    /// Its address, as the provider gave it (a path of the provider's own host is made absolute).
    pub url: String,
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
