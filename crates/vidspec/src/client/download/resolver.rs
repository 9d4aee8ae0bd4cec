//! Names that lead into the own network are found out when they are looked up: an address alone does not show it.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::inside::is_inside;

/// Looks names up, and refuses those that lead inside.
pub(super) struct GuardedResolver {
    /// The hosts that the user chose, wherever they are: the one that was asked, and proxies.
    pub(super) trusted: Vec<String>,
}

/// The name of a host that leads into this machine or its network.
#[derive(Debug, thiserror::Error)]
#[error("{0} leads into this machine or its network")]
pub(super) struct LeadsInside(pub(super) String);

impl LeadsInside {
    /// Finds it below the library's errors.
    pub(super) fn among_causes<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Self> {
        std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_trusted = self.trusted.iter().any(|trusted| trusted.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One address inside among others is as bad as all: which of them is asked is chance.
            if !is_trusted && found.iter().any(|address| is_inside(address.ip())) {
                return Err(LeadsInside(name.as_str().to_owned()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn look_up(name: &str, trusted: &[&str]) -> Result<usize, String> {
        let resolver = GuardedResolver { trusted: trusted.iter().map(|name| (*name).to_owned()).collect() };
        let found = resolver.resolve(name.parse().unwrap()).await;
        found.map(Iterator::count).map_err(|error| LeadsInside::among_causes(&*error).map_or("other", |_| "inside").to_owned())
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_unless_it_is_the_one_that_was_asked() {
        assert_eq!(look_up("localhost", &[]).await, Err("inside".to_owned()));
        assert_eq!(look_up("localhost", &["api.example.com"]).await, Err("inside".to_owned()));
        assert!(look_up("localhost", &["api.example.com", "localhost"]).await.is_ok_and(|found| found > 0));
    }
}
