//! One answer of a job's life, and what the engine concludes from it.

use url::Url;
use vidspec::{Check, JobId, Judgement, Problem, ProblemKind, Provider, Reason, State};

use crate::evidence::Documented;
use crate::grade::Grade;
use crate::scenario::{Exchange, Scenario};

/// One answer of a job's life: the status, and the second answer that belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The name of the scenario.
    pub(super) scenario: String,
    pub(super) grade: Grade,
    /// The id that the answers speak of.
    pub(super) job_id: String,
    pub(super) status: Exchange,
    pub(super) result: Option<Exchange>,
    /// Below which address the provider itself is asked about this job.
    pub(super) base_url: Option<Url>,
    check: Check,
}

/// A file that the job's provider keeps itself: its path and query, and its media type.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) target: String,
    pub(super) media_type: String,
}

impl Step {
    /// The steps that a scenario shows, in its order.
    pub(super) fn all_of(provider: &Provider, documented: &Documented, scenario: &Scenario) -> Vec<Self> {
        let Ok(job_id) = JobId::new(&scenario.job_id) else { return Vec::new() };
        let question = documented.question(provider, job_id, &scenario.params);
        let base_url = question.base_url().cloned();
        let mut exchanges = scenario.exchanges.iter().peekable();
        let mut steps = Vec::new();
        while let Some(status) = exchanges.next() {
            let (check, result) = match question.judge(&status.response(&scenario.read)) {
                Judgement::Ask(followup) => match exchanges.next() {
                    Some(result) => (followup.judge(&result.response(&scenario.read)), Some(result.clone())),
                    None => (followup.failed(Problem::new(ProblemKind::Transport, "no second answer")), None),
                },
                Judgement::Final(check) => (check, None),
                _ => continue,
            };
            let (name, job_id) = (scenario.name.clone(), scenario.job_id.clone());
            steps.push(Self {
                scenario: name,
                grade: scenario.evidence.clone(),
                job_id,
                status: status.clone(),
                result,
                base_url: base_url.clone(),
                check,
            });
        }
        steps
    }

    pub(super) fn state(&self) -> State {
        self.check.state()
    }

    pub(super) fn problem(&self) -> Option<ProblemKind> {
        self.check.outcome.as_ref().err().map(|problem| problem.kind)
    }

    pub(super) fn reason(&self) -> Option<Reason> {
        self.check.outcome.as_ref().ok().and_then(|report| Some(report.failure.as_ref()?.reason))
    }

    /// Whether a whole, untroubled report comes of it: the best to show for a state.
    pub(super) fn is_plain(&self) -> bool {
        self.check.outcome.as_ref().is_ok_and(|report| report.anomalies.is_empty() && report.result_problem.is_none())
    }

    /// What a reader is told about it: `completed`, or the problem.
    pub(super) fn word(&self) -> &'static str {
        self.problem().map_or(self.state().as_str(), ProblemKind::as_str)
    }

    /// The provider's own address for this job, without a path.
    pub(super) fn origin(&self) -> Option<String> {
        self.base_url.as_ref().map(|url| url.origin().ascii_serialization())
    }

    /// Whether files of it lie elsewhere than at the provider's own address.
    pub(super) fn has_files_elsewhere(&self) -> bool {
        let addresses = self.check.outcome.iter().flat_map(|report| &report.outputs).filter(|output| output.url.is_some());
        addresses.count() > self.files().len()
    }

    /// The files that lie at the provider's own address.
    pub(super) fn files(&self) -> Vec<File> {
        let Some(origin) = self.origin() else { return Vec::new() };
        let outputs = self.check.outcome.iter().flat_map(|report| &report.outputs);
        let own = outputs.filter_map(|output| {
            let target = output.url.as_ref()?.strip_prefix(&origin).filter(|rest| rest.starts_with('/'))?;
            Some(File { target: target.to_owned(), media_type: output.media_type.as_deref().unwrap_or("video/mp4").to_owned() })
        });
        own.collect()
    }
}
