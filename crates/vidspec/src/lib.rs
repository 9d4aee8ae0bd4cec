//! scaffold
mod catalogue;
#[cfg(feature = "http")]
mod client;
mod compile;
mod credentials;
mod decision;
mod definition;
mod detect;
mod diagnostic;
mod failure;
mod job;
mod json_path;
mod judge;
mod nearest;
mod output;
mod problem;
mod provider;
mod report;
mod request;
mod response;
mod secret;
mod state;
mod template;
mod time;

pub use catalogue::{Catalogue, CatalogueError, Entry};
#[cfg(feature = "http")]
pub use client::{Client, ClientBuilder, ClientError};
pub use credentials::Credentials;
pub use definition::{Lifecycle, LifecycleState};
pub use detect::{ResolveError, Resolved};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use failure::{Failure, Reason, Retryable};
pub use job::{InvalidJobId, JobId, JobReference};
pub use judge::{Followup, Judgement, Question};
pub use output::{Output, Role};
pub use problem::{Problem, ProblemKind};
pub use provider::Provider;
pub use report::{Anomaly, AnomalyKind, Check, Report};
pub use request::Request;
pub use response::{LARGEST_BODY, Response};
pub use secret::Secret;
pub use state::State;
pub use time::Timestamp;
