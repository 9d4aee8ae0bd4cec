//! The certificates that a client trusts beside the built-in ones.

use std::path::PathBuf;

use vidspec::{Client, ClientBuilder};

use crate::args::Connection;
use crate::error::CliError;

/// Where they are looked for without `--cacert`.
const CERTIFICATES_VARIABLE: &str = "SSL_CERT_FILE";

/// Builds the client, with them if there are any and something is `encrypted`.
pub(super) fn build(builder: ClientBuilder, connection: &Connection, encrypted: bool) -> Result<Client, CliError> {
    let Some((file, source)) = certificates(connection, encrypted) else {
        return builder.build().map_err(|error| CliError::new(error.to_string()));
    };
    let pem = std::fs::read(&file)
        .map_err(|error| CliError::new(format!("{} cannot be read (from {source}): {error}", file.display())))?;
    let built = builder.extra_roots(pem).build();
    built.map_err(|error| CliError::new(format!("{} (from {source}): {error}", file.display())))
}

/// The file of certificates, and who named it. That of the environment costs some milliseconds: it is read where it can matter.
fn certificates(connection: &Connection, encrypted: bool) -> Option<(PathBuf, &'static str)> {
    let of_environment = || std::env::var_os(CERTIFICATES_VARIABLE).filter(|file| encrypted && !file.is_empty());
    let stated = connection.cacert.clone().map(|file| (file, "--cacert"));
    stated.or_else(|| Some((PathBuf::from(of_environment()?), CERTIFICATES_VARIABLE)))
}
