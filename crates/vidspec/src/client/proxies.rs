//! The proxies that the environment names.

use url::Url;

use super::ClientError;

/// The variables in which the HTTP library looks for them.
const VARIABLES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// # Errors
/// If one is no address: the library would pass over it, and go without.
pub(super) fn proxies() -> Result<Vec<Url>, ClientError> {
    let set = |name: &'static str| Some((name, std::env::var_os(name).filter(|value| !value.is_empty())?));
    let address = |(name, value): (&str, std::ffi::OsString)| {
        let text = value.to_str().map(str::trim).unwrap_or_default();
        // It may be given without a scheme.
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        // What was found is not shown: it can hold a password.
        let refused = || ClientError::Setup(format!("expected {name} to be the address of a proxy, such as http://proxy:3128"));
        Url::parse(&text).ok().filter(Url::has_host).ok_or_else(refused)
    };
    VARIABLES.into_iter().filter_map(set).map(address).collect()
}
