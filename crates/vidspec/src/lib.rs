//! A declarative status engine for AI video jobs.
//!
//! Every video generator answers "how is my job?" in its own way. Here a provider is one YAML file, a *definition*; the engine
//! turns whatever that provider answers into one report with one vocabulary.
//!
//! # The way of the data
//!
//! 1. A [`Catalogue`] holds definitions: those built in, and those of folders and texts that you add.
//! 2. [`Catalogue::resolve`] finds the [`Provider`] of a job, by reference (`pictory:4a09…`), address or the look of the id.
//! 3. [`Resolved::question`] makes a [`Question`]; with [`Credentials`] it gives the [`Request`] to send.
//! 4. The [`Response`] is judged: [`Question::judge`] gives a [`Check`], or a [`Followup`] where the address of the file takes a
//!    second request.
//! 5. A [`Check`] holds a [`Report`], what the provider says about the job, or a [`Problem`], why that could not be learned. It
//!    serialises to the JSON that the command line prints.
//!
//! [`Catalogue::lint`] says what is wrong with a definition, or probably not meant so.
//!
//! [`Client`] does 3 to 5 over HTTP, and [`Client::download`] fetches the files. Judging itself is pure: no network, no clock, the same answer always gives the same
//! judgement. So an HTTP client of your own serves as well:
//!
//! ```
//! use vidspec::{Catalogue, Credentials, JobId, Judgement, Response, State};
//!
//! let sora = Catalogue::builtin().provider("sora")?;
//! let job = JobId::new("video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5")?;
//!
//! let request = sora.request(&job, &Credentials::new("sk-example"))?;
//! assert_eq!(request.url().path(), "/v1/videos/video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5");
//!
//! let answer = Response::new(200, r#"{"status": "in_progress", "progress": 33}"#);
//! let Judgement::Final(check) = sora.judge(&job, &answer) else { panic!("Sora needs no second request") };
//! let report = check.outcome?;
//! assert_eq!(report.state, State::Processing);
//! assert_eq!(report.progress, Some(0.33));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//!
//! - It never guesses: a word that the definition does not map is [`State::Unknown`], an answer that does not fit is
//!   [`ProblemKind::UndocumentedResponse`].
//! - It only reads: no request of a definition submits, cancels or deletes anything.
//! - A key goes to its provider's hosts and nowhere else, and is never shown.
//!
//! # Features
//!
//! - `http` (on by default): the [`Client`]. Without it the crate builds requests and judges answers, also for WebAssembly.
//! - `schema`: JSON Schemas of the definition, the report and the event, in the module `schema`.
//!
//! The definition language is described in `docs/definition-format.md`, the JSON in `docs/report.md`.

mod base_url;
mod catalogue;
#[cfg(feature = "http")]
mod client;
mod code;
mod compile;
mod credentials;
mod decision;
mod definition;
mod detect;
mod diagnostic;
mod effort;
mod explanation;
mod failure;
mod job;
mod json;
mod json_path;
mod judge;
mod lint;
mod media_type;
mod nearest;
mod output;
mod pace;
mod params;
mod problem;
mod provider;
mod redactor;
mod report;
mod request;
mod response;
#[cfg(feature = "schema")]
pub mod schema;
mod secret;
mod state;
mod template;
mod time;
#[cfg(feature = "http")]
mod wait;

pub use catalogue::{Catalogue, CatalogueError, Entry};
#[cfg(feature = "http")]
pub use client::{Client, ClientBuilder, ClientError, DownloadError, DownloadEvent, DownloadOptions, Downloaded, Target};
pub use code::{Code, Level};
pub use credentials::Credentials;
pub use definition::{Lifecycle, LifecycleState};
pub use detect::{ResolveError, Resolved};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use explanation::{Effect, Explanation, Look, Place, Stage, Step};
pub use failure::{Failure, Reason, Retryable};
pub use job::{InvalidJobId, JobId, JobReference};
pub use judge::{Followup, Judgement, Question};
pub use lint::{Answers, Linted};
pub use output::{Inline, Output, Role};
pub use pace::{Pace, Rate};
pub use params::{Params, Surroundings};
pub use problem::{Problem, ProblemKind};
pub use provider::Provider;
pub use report::{Anomaly, AnomalyKind, Check, Report};
pub use request::Request;
pub use response::{LARGEST_BODY, Response};
pub use state::State;
pub use time::Timestamp;
#[cfg(feature = "http")]
pub use wait::{Clock, Ending, Event, EventKind, Seen, WaitJob, WaitOptions};

#[cfg(test)]
mod tests {
    use super::*;

    /// They are shared between tasks of any runtime.
    #[test]
    fn public_types_are_send_and_sync() {
        fn assert<T: Send + Sync>() {}
        assert::<Catalogue>();
        assert::<Provider>();
        assert::<Question<'static>>();
        assert::<Followup<'static>>();
        assert::<Credentials>();
        assert::<Check>();
        assert::<Diagnostics>();
        #[cfg(feature = "http")]
        {
            assert::<Client>();
            assert::<DownloadError>();
        }
    }
}
