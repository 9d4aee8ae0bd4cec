//! How a client is set up.

use std::sync::Arc;
use std::time::Duration;

use super::proxies::proxies;
use super::{Client, Clock, tls};
use crate::time::Timestamp;

/// How long one request may take, from the connection to the last byte, unless the caller says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    timeout: Duration,
    extra_roots: Option<Vec<u8>>,
    proxy: bool,
    clock: Clock,
}

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The certificates that were given cannot be used.
    #[error("expected certificates in PEM form, found {0}")]
    Certificates(String),
    /// The HTTP library refuses its settings, such as a malformed proxy address in the environment.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder").field("timeout", &self.timeout).field("proxy", &self.proxy).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self { timeout: TIMEOUT, extra_roots: None, proxy: true, clock: Arc::new(Timestamp::now) }
    }

    /// How long one request may take, from the connection to the last byte; 30 seconds if not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Certificates in PEM form that are trusted beside the built-in ones, such as a company's own.
    pub fn extra_roots(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_roots = Some(pem.into());
        self
    }

    /// Ignores the proxies that the environment names (`HTTPS_PROXY` and its kin).
    pub fn without_proxy(mut self) -> Self {
        self.proxy = false;
        self
    }

    /// Where the moment of receipt is taken from; the system's clock if not set.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// If the certificates or the proxies of the environment cannot be used.
    pub fn build(self) -> Result<Client, ClientError> {
        let tls = tls::configuration(self.extra_roots.as_deref())?;
        let setup = |error: reqwest::Error| ClientError::Setup(error.to_string());
        let local = http(tls.clone()).no_proxy().build().map_err(setup)?;
        let proxies = if self.proxy { proxies()? } else { Vec::new() };
        // Most environments name no proxy; then one client serves both.
        let http = if proxies.is_empty() { local.clone() } else { http(tls.clone()).build().map_err(setup)? };
        Ok(Client { http, local, tls, proxies: proxies.into(), timeout: self.timeout, clock: self.clock })
    }
}

/// The library follows redirects with all but two headers, and tells the next host the last address: both are off.
pub(super) fn http(tls: rustls::ClientConfig) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("vidspec/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .tls_backend_preconfigured(tls)
}
