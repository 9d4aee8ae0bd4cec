//! A request that is safe to send: it only reads.

use std::borrow::Cow;

use url::Url;

use crate::redactor::Redactor;
use crate::response::{LARGEST_BODY, Response};
use crate::secret::Secret;
use crate::time::Timestamp;

/// A request that is safe to send: it only reads. Its `Debug` does not show the key.
#[derive(Clone)]
pub struct Request {
    method: Method,
    url: Url,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_limit: usize,
    key: Key,
}

/// How a question is put. A `POST` is one only where the author of the definition says that it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Method {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// The key in the place where the provider wants it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) place: KeyPlace,
    /// As it is sent there.
    pub(crate) value: Secret,
    /// Takes it out of an answer, as the user holds it and as it is spelt on the way.
    pub(crate) redactor: Redactor,
}

#[derive(Clone, Debug)]
pub(crate) enum KeyPlace {
    Header(String),
    Query(String),
}

impl Request {
    pub(crate) fn new(method: Method, url: Url, headers: Vec<(String, String)>, key: Key) -> Self {
        Self { method, url, headers, body: None, body_limit: LARGEST_BODY, key }
    }

    /// The same with JSON in it.
    pub(crate) fn with_body(mut self, body: &serde_json::Value) -> Self {
        self.body = Some(body.to_string());
        self
    }

    /// The same for an answer of another size.
    pub(crate) fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The method: `GET`, or `POST` for a question that the provider wants as JSON.
    pub fn method(&self) -> &'static str {
        self.method.as_str()
    }

    /// What to send in it: JSON, or nothing.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// The largest body of the answer, in bytes, that is to be read.
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// The address to send it to; with the key in it where the provider wants it in the query.
    pub fn url(&self) -> Url {
        let mut url = self.url.clone();
        if let KeyPlace::Query(name) = &self.key.place {
            url.query_pairs_mut().append_pair(name, self.key.value.expose());
        }
        url
    }

    /// The address without any key: fit to be shown.
    pub fn public_url(&self) -> &Url {
        &self.url
    }

    /// All headers to send, the one with the key among them.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let key = match &self.key.place {
            KeyPlace::Header(name) => Some((name.as_str(), self.key.value.expose())),
            KeyPlace::Query(_) => None,
        };
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(key)
    }

    /// The answer to this request, without the key: some servers echo it. Names of headers may be spelt in any way.
    pub fn receive(&self, status: u16, headers: Vec<(String, String)>, body: Vec<u8>, received_at: Timestamp) -> Response {
        let clean = |text: String| match self.key.redactor.redact(text.as_bytes()) {
            Cow::Owned(clean) => String::from_utf8_lossy(&clean).into_owned(),
            Cow::Borrowed(_) => text,
        };
        let headers = headers.into_iter().map(|(name, value)| (name, clean(value))).collect();
        let body = match self.key.redactor.redact(&body) {
            Cow::Owned(clean) => clean,
            Cow::Borrowed(_) => body,
        };
        Response { status, headers, body, received_at }
    }

    /// The same request for another path of the same host, as a redirect asks for it.
    #[cfg(feature = "http")]
    pub(crate) fn redirected(&self, url: Url) -> Self {
        let mut url = url;
        if let KeyPlace::Query(name) = &self.key.place {
            // The server may have repeated the query, with the key or what stands for it; the key is added anew.
            let others: Vec<_> = url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
            url.query_pairs_mut().clear().extend_pairs(others);
            if url.query() == Some("") {
                url.set_query(None);
            }
        }
        Self { url, ..self.clone() }
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("method", &self.method()).field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
