//! One module for each command.

mod answered;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod download;
mod exchanges;
pub(crate) mod explain;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod mock;
pub(crate) mod new;
pub(crate) mod providers;
mod recorded;
mod replay;
pub(crate) mod schema;
pub(crate) mod test;
pub(crate) mod wait;
