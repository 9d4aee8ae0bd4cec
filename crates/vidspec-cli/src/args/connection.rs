//! How a provider is reached.

use std::path::PathBuf;

use clap::Args;

/// How a provider is reached.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// Read the key from this environment variable instead, as for a second account
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,

    /// Ask at this address instead of the provider's, such as a gateway's; it replaces all of the definition's `base_url`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Trust the certificates of this PEM file too; if not given, those of `SSL_CERT_FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
}
