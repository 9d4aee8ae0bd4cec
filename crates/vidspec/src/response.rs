//! An answer as it was received.

use crate::time::Timestamp;

/// The largest body that the client reads: 8 MiB.
pub const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// An answer as it was received. The moment of receipt is part of it, so judging needs no clock.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// When it was received.
    pub received_at: Timestamp,
}

impl Response {
    /// An answer without headers, received now.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), received_at: Timestamp::now() }
    }

    /// The same with a header more.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// The same, received at another moment.
    #[must_use]
    pub fn received_at(mut self, moment: Timestamp) -> Self {
        self.received_at = moment;
        self
    }

    /// The value of a header, however its name is spelt.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
