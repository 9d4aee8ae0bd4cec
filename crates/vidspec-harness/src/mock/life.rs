//! The lives that a job can have, composed from the evidence by state.

use std::sync::Arc;

use vidspec::{ProblemKind, Provider, Reason, State};

use super::step::Step;
use crate::evidence::Evidence;

/// The lives that are composed, each with what it is.
pub const LIVES: [(&str, &str); 7] = [
    ("happy", "queued, processing, completed"),
    ("fail", "queued, processing, failed"),
    ("moderated", "queued, processing, then refused for its content"),
    ("expired", "queued, processing, expired"),
    ("stuck", "queued, then processing for ever"),
    ("throttled", "queued, asked to slow down twice, processing, completed"),
    ("flaky", "queued, a server error, processing, a dropped connection, completed"),
];

/// The answers of a job, one for each question; the last one stays.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub(super) name: String,
    pub(super) answers: Vec<Answer>,
}

#[derive(Clone, Debug)]
pub(super) enum Answer {
    Step(Arc<Step>),
    /// The connection breaks without an answer.
    Drop,
}

impl Answer {
    /// What a reader is told about it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Step(step) => step.word(),
            Self::Drop => "connection dropped",
        }
    }
}

impl Life {
    /// The answer to this question, counted from 0.
    pub(super) fn answer(&self, question: usize) -> Option<&Answer> {
        self.answers.get(question).or(self.answers.last())
    }
}

/// The evidence of a provider, as steps of lives.
#[derive(Clone, Debug)]
pub(super) struct Lives {
    /// The steps of each scenario; the default one comes first.
    scenarios: Vec<Vec<Arc<Step>>>,
}

impl Lives {
    pub(super) fn of(provider: &Provider, evidence: &Evidence) -> Self {
        let mut scenarios: Vec<_> = evidence.scenarios.iter().collect();
        scenarios.sort_by_key(|scenario| !scenario.default);
        let steps = scenarios
            .into_iter()
            .map(|scenario| Step::all_of(provider, &evidence.documented, scenario).into_iter().map(Arc::new).collect());
        Self { scenarios: steps.filter(|steps: &Vec<_>| !steps.is_empty()).collect() }
    }

    /// All steps, each once.
    pub(super) fn steps(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.scenarios.iter().flatten()
    }

    /// The composed lives that there is evidence for.
    pub(super) fn composed(&self) -> impl Iterator<Item = &'static str> {
        LIVES.iter().map(|(name, _)| *name).filter(|name| self.named(name).is_ok())
    }

    /// The names of the scenarios.
    pub(super) fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.scenarios.iter().filter_map(|steps| steps.first()).map(|step| step.scenario.as_str())
    }

    /// The life of this name, which is one of [`LIVES`] or a scenario. `Err` says which evidence it lacks.
    pub(super) fn named(&self, name: &str) -> Result<Life, String> {
        let ended = |state: State| {
            let end = self.best(&|step| step.state() == state && step.reason() != Some(Reason::Moderated));
            end.map(|end| self.leading_to(end)).ok_or_else(|| lacks(state.as_str()))
        };
        let answers = match name {
            "happy" => ended(State::Completed)?,
            "fail" => ended(State::Failed)?,
            "expired" => ended(State::Expired)?,
            "moderated" => {
                let end = self.best(&|step| step.reason() == Some(Reason::Moderated)).ok_or_else(|| lacks("moderated"))?;
                self.leading_to(end)
            }
            "stuck" => {
                let end = self.of_state(State::Processing, None).ok_or_else(|| lacks("processing"))?;
                self.leading_to(end)
            }
            "throttled" => {
                let refusal = self.of_problem(ProblemKind::RateLimited).ok_or_else(|| lacks("rate_limited"))?;
                after_the_first(ended(State::Completed)?, vec![Answer::Step(refusal.clone()), Answer::Step(refusal)])
            }
            "flaky" => {
                let error = self.of_problem(ProblemKind::ProviderUnavailable).map_or(Answer::Drop, Answer::Step);
                let mut answers = after_the_first(ended(State::Completed)?, vec![error]);
                answers.insert(answers.len().saturating_sub(1), Answer::Drop);
                answers
            }
            scenario => self.of_scenario(scenario).ok_or_else(|| format!("there is no scenario `{scenario}`"))?,
        };
        Ok(Life { name: name.to_owned(), answers })
    }

    /// The life of this name if there is such a name at all.
    pub(super) fn known(&self, name: &str) -> Option<Result<Life, String>> {
        let known = LIVES.iter().any(|(life, _)| *life == name) || self.scenarios().any(|scenario| scenario == name);
        known.then(|| self.named(name))
    }

    /// The first scenario in which this job ends; none for the job of the default scenario, which is everybody's example.
    pub(super) fn end_of(&self, job_id: &str) -> Option<&str> {
        let mut of_job =
            self.scenarios.iter().map(|steps| steps.last()).enumerate().filter_map(|(index, step)| Some((index, step?)));
        let (index, step) = of_job.find(|(index, step)| step.job_id == job_id && (*index == 0 || step.state().has_ended()))?;
        (index > 0).then_some(step.scenario.as_str())
    }

    /// The states that no answer shows, which lives therefore skip.
    pub(super) fn skipped(&self) -> impl Iterator<Item = State> {
        [State::Queued, State::Processing].into_iter().filter(|state| self.of_state(*state, None).is_none())
    }

    /// A refusal or failure of the API itself.
    pub(super) fn of_problem(&self, kind: ProblemKind) -> Option<Arc<Step>> {
        self.best(&|step| step.problem() == Some(kind))
    }

    /// The whole of a scenario of several steps; one of a single step is led up to.
    fn of_scenario(&self, name: &str) -> Option<Vec<Answer>> {
        let steps = self.scenarios.iter().find(|steps| steps.iter().any(|step| step.scenario == name))?;
        Some(match steps.as_slice() {
            [end] => self.leading_to(end.clone()),
            steps => steps.iter().cloned().map(Answer::Step).collect(),
        })
    }

    /// What comes before an end, and the end. Only a job that has ended was queued and processed first.
    fn leading_to(&self, end: Arc<Step>) -> Vec<Answer> {
        let before: &[State] = match end.state() {
            state if state.has_ended() => &[State::Queued, State::Processing],
            State::Processing => &[State::Queued],
            _ => &[],
        };
        let mut answers: Vec<_> =
            before.iter().filter_map(|state| self.of_state(*state, Some(&end.job_id))).map(Answer::Step).collect();
        answers.push(Answer::Step(end));
        answers
    }

    /// The best answer of a state; one that speaks of the same job is better than any other.
    fn of_state(&self, state: State, job_id: Option<&str>) -> Option<Arc<Step>> {
        let of_job = job_id.and_then(|job_id| self.best(&|step| step.state() == state && step.job_id == job_id));
        of_job.or_else(|| self.best(&|step| step.state() == state))
    }

    /// The best evidence: without trouble in it, of the best grade, the first of several.
    fn best(&self, wanted: &dyn Fn(&Step) -> bool) -> Option<Arc<Step>> {
        let default = self.scenarios.first().and_then(|steps| steps.last()).filter(|step| wanted(step));
        let found = self.steps().filter(|step| wanted(step)).min_by_key(|step| (!step.is_plain(), step.grade.rank()));
        default.or(found).cloned()
    }
}

fn lacks(what: &str) -> String {
    format!("there is no evidence of `{what}`")
}

fn after_the_first(mut answers: Vec<Answer>, inserted: Vec<Answer>) -> Vec<Answer> {
    let at = usize::from(answers.len() > 1);
    answers.splice(at..at, inserted);
    answers
}
