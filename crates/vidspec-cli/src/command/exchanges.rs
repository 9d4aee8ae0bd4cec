//! What is kept of what was sent and received.

use std::sync::{Arc, Mutex, PoisonError};

use vidspec::{Question, Request, Response};
use vidspec_harness::Recorder;

/// What was sent and received about each job, as far as it is asked for.
#[derive(Clone)]
pub(super) struct Exchanges(Arc<Vec<Mutex<Kept>>>);

/// The same about one job.
#[derive(Default)]
pub(super) struct Kept {
    /// The answers as they came, if they are to be printed or explained.
    pub(super) bodies: Option<Vec<Response>>,
    /// What will be evidence, if that is wanted.
    pub(super) recorder: Option<Recorder>,
}

impl Exchanges {
    pub(super) fn new<'q>(questions: impl IntoIterator<Item = &'q Question<'q>>, bodies: bool, record: bool) -> Self {
        let kept =
            |question: &Question<'_>| Kept { bodies: bodies.then(Vec::new), recorder: record.then(|| Recorder::new(question)) };
        Self(Arc::new(questions.into_iter().map(kept).map(Mutex::new).collect()))
    }

    pub(super) fn add(&self, job: usize, request: &Request, response: &Response) {
        let Some(kept) = self.0.get(job) else { return };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bodies) = &mut kept.bodies {
            bodies.push(response.clone());
        }
        if let Some(recorder) = &mut kept.recorder {
            recorder.add(request, response);
        }
    }

    /// What was kept of a job that has been answered.
    pub(super) fn take(&self, job: usize) -> Kept {
        let kept = self.0.get(job).map(|kept| std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner)));
        kept.unwrap_or_default()
    }
}
