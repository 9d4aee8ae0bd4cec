//! The floor that `vidspec check` is measured against: the same request with the same HTTP client, and nothing else.
//!
//! `bare_request http://127.0.0.1:8080/v1/jobs/1`

use std::error::Error;

use vidspec::Response;

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("expected an address")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let response = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls()?).build()?;
        let answer = client.get(url).header("authorization", "a-key").send().await?;
        let status = answer.status().as_u16();
        Ok::<_, Box<dyn Error>>(Response::new(status, answer.bytes().await?.to_vec()))
    })?;
    println!("{} {}", response.status, String::from_utf8_lossy(&response.body));
    Ok(())
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
