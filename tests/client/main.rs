//! The client against servers that misbehave, on loopback.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has found something")]

mod addresses;
mod bodies;
mod download;
mod faults;
mod followup;
mod hosts;
mod ids;
mod inline;
mod into;
mod params;
mod posting;
mod redirects;
mod retry;
mod secrets;
mod signing;
mod support;
mod tls;
mod transport;
mod waiting;
