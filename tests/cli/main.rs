//! The command `vidspec`, run as a user runs it: the real binary in an empty folder, with an empty environment.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has found something")]

mod bad_input;
mod completions;
mod detection;
mod download;
mod evidence;
mod exit_codes;
mod explain;
mod faults;
mod files;
mod help;
mod keys;
mod kill;
mod lint;
mod live;
mod man;
mod mock;
mod naming;
mod new;
mod output;
mod own_definitions;
mod params;
mod providers;
mod record;
mod replay;
mod schema;
mod secrets;
mod server;

mod support;
mod sweep;
mod untrusted;
mod wait;
mod wait_download;
#[path = "../docs/waiting.rs"]
mod waiting_page;
