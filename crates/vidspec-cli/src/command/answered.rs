//! What asking about one job came to.

use std::sync::Arc;

use url::Url;
use vidspec::{Check, Provider, Response};

/// What one job came to.
pub(super) struct Answered {
    pub(super) provider: Arc<Provider>,
    pub(super) check: Check,
    pub(super) bodies: Vec<Response>,
    /// The address below which the question was put, if that is known.
    pub(super) asked_at: Option<Url>,
    /// The header that carried the key, with the shell's variable in place of the key.
    pub(super) key_header: Option<(String, String)>,
    /// Of a replay: where the evidence comes from, and what was sent.
    pub(super) announcement: Option<String>,
}
