//! What an answer does to one waiting job. Pure: the moment of the answer is passed in.

use super::event::{Ending, EventKind};
use super::schedule::Moment;
use super::tempo::{Delay, Tempo};
use crate::problem::{Problem, ProblemKind};
use crate::report::{AnomalyKind, Check, Report};
use crate::state::State;

/// What is known of a job from earlier: what has been told of it is not told again.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Seen {
    /// How many events there have been.
    pub events: u64,
    /// The state that was read last.
    pub state: Option<State>,
    /// The provider's word for it.
    pub raw_status: Option<Box<str>>,
    /// The progress that was told last, in hundredths.
    pub percent: Option<u8>,
}

impl Seen {
    /// What a number of events told, the last of them of this state, word and progress (0 to 1).
    pub fn after(events: u64, state: Option<State>, raw_status: Option<&str>, progress: Option<f64>) -> Self {
        Self { events, state, raw_status: raw_status.map(Into::into), percent: progress.map(percent) }
    }
}

/// A job that is waited for.
#[derive(Debug, Default)]
pub(crate) struct WaitingJob {
    pub(crate) seen: Seen,
    /// How many questions in a row gave no state.
    pub(crate) errors: u32,
    /// The trouble that was told last, until there is a state again.
    trouble: Option<ProblemKind>,
    /// Since when the provider says what may be just too early to be true.
    doubted: Option<Moment>,
}

/// What follows from an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Consequence {
    pub(crate) kind: EventKind,
    /// When to ask again; `None` at the end.
    pub(crate) again: Option<Delay>,
    /// Whether the provider asked for quiet about all jobs.
    pub(crate) throttled: bool,
}

impl WaitingJob {
    pub(crate) fn new(seen: Seen) -> Self {
        Self { seen, ..Self::default() }
    }

    /// What follows from an answer that came at this moment.
    pub(crate) fn answered(&mut self, check: &Check, at: Moment, tempo: &Tempo, max_errors: u32) -> Consequence {
        match &check.outcome {
            Ok(report) => match &report.result_problem {
                Some(problem) => self.troubled(problem, true, at, tempo, max_errors),
                None => self.reported(report, at, tempo),
            },
            Err(problem) => self.troubled(problem, false, at, tempo, max_errors),
        }
    }

    fn reported(&mut self, report: &Report, at: Moment, tempo: &Tempo) -> Consequence {
        self.errors = 0;
        let news = self.note(report);
        let recovered = self.trouble.take().is_some();
        let kind = if news || recovered { EventKind::Changed } else { EventKind::Answered };
        let again = |delay| Consequence { kind, again: Some(delay), throttled: false };
        if !report.state.has_ended() {
            self.doubted = None;
            let theirs = report.retry_after_seconds.and_then(length).map(Delay::Theirs);
            return again(theirs.unwrap_or(Delay::Ours(tempo.interval)));
        }
        let no_file_yet = report.anomalies.iter().any(|anomaly| anomaly.kind == AnomalyKind::CompletedWithoutOutput);
        match no_file_yet.then(|| self.doubt(at, tempo)).flatten() {
            Some(delay) => again(delay),
            None => Consequence::end(Ending::Job),
        }
    }

    /// `completed` where only the question for the file met the problem.
    fn troubled(&mut self, problem: &Problem, completed: bool, at: Moment, tempo: &Tempo, max_errors: u32) -> Consequence {
        let passes = matches!(
            problem.kind,
            ProblemKind::RateLimited | ProblemKind::ProviderUnavailable | ProblemKind::Timeout | ProblemKind::Transport
        );
        self.errors = self.errors.saturating_add(1);
        // Not known yet, or its file not yet: just submitted, just completed.
        let early = problem.kind == ProblemKind::NotFound && (completed || self.seen.state.is_none());
        let again = if passes && self.errors <= max_errors {
            let theirs = problem.retry_after_seconds.and_then(length).map(Delay::Theirs);
            Some(theirs.unwrap_or_else(|| Delay::Ours(tempo.after_trouble(self.errors))))
        } else if early {
            self.doubt(at, tempo)
        } else {
            None
        };
        let Some(delay) = again else {
            return Consequence::end(if completed { Ending::Job } else { Ending::Problem });
        };
        let told = self.trouble.replace(problem.kind) == Some(problem.kind);
        let kind = if told { EventKind::Answered } else { EventKind::Trouble };
        Consequence { kind, again: Some(delay), throttled: problem.kind == ProblemKind::RateLimited }
    }

    /// One more question after the grace decides.
    fn doubt(&mut self, at: Moment, tempo: &Tempo) -> Option<Delay> {
        let since = *self.doubted.get_or_insert(at);
        let left = tempo.grace.saturating_sub(at.saturating_sub(since));
        (!left.is_zero()).then_some(Delay::Ours(left))
    }

    /// Whether the report tells something new.
    fn note(&mut self, report: &Report) -> bool {
        let percent = report.progress.map(percent);
        let seen = &mut self.seen;
        let same = seen.state == Some(report.state)
            && seen.raw_status.as_deref() == report.raw_status.as_deref()
            && seen.percent == percent;
        if !same {
            seen.state = Some(report.state);
            seen.raw_status = report.raw_status.as_deref().map(Into::into);
            seen.percent = percent;
        }
        !same
    }
}

impl Consequence {
    fn end(ending: Ending) -> Self {
        Self { kind: EventKind::Ended(ending), again: None, throttled: false }
    }
}

/// What no clock can hold is as long as can be.
fn length(seconds: f64) -> Option<std::time::Duration> {
    let longest = (seconds > 1.0).then_some(std::time::Duration::MAX);
    std::time::Duration::try_from_secs_f64(seconds).ok().or(longest)
}

/// Whole hundredths, rounded down: 100 means all of it.
fn percent(fraction: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100, as just ensured")]
    let percent = (fraction.clamp(0.0, 1.0) * 100.0 + 1e-9) as u8;
    percent
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Timestamp;
    use crate::catalogue::Catalogue;
    use crate::failure::{Failure, Reason, Retryable};
    use crate::job::JobId;
    use crate::pace::Pace;
    use crate::report::Anomaly;

    const SECOND: Duration = Duration::from_secs(1);

    fn tempo() -> Tempo {
        let pace = Pace { interval: Some(10 * SECOND), max: Some(60 * SECOND), grace: Some(5 * SECOND), ..Pace::default() };
        Tempo::new(&pace, Moment::ZERO)
    }

    fn check(outcome: Result<Report, Problem>) -> Check {
        let vozo = Catalogue::builtin().provider("vozo").unwrap();
        let question = vozo.question(JobId::new("job-1").unwrap());
        Check { outcome, ..question.failed(Problem::new(ProblemKind::Transport, ""), Timestamp::now()) }
    }

    fn state(state: State) -> Check {
        check(Ok(Report::new(state, Some(state.as_str().to_owned()), None)))
    }

    fn problem(kind: ProblemKind) -> Check {
        check(Err(Problem::new(kind, "")))
    }

    fn without_file() -> Check {
        let mut report = Report::new(State::Completed, None, None);
        report.anomalies.push(Anomaly { kind: AnomalyKind::CompletedWithoutOutput, message: String::new() });
        check(Ok(report))
    }

    /// What follows from answers that come at these seconds, with at most three errors in a row.
    fn follow(answers: &[(u32, Check)]) -> Vec<(EventKind, Option<Delay>)> {
        let mut job = WaitingJob::default();
        let consequence = |(at, check): &(u32, Check)| job.answered(check, *at * SECOND, &tempo(), 3);
        answers.iter().map(consequence).map(|consequence| (consequence.kind, consequence.again)).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be nothing")]
    fn ours(seconds: u32) -> Option<Delay> {
        Some(Delay::Ours(seconds * SECOND))
    }

    const ENDED: (EventKind, Option<Delay>) = (EventKind::Ended(Ending::Job), None);
    const GIVEN_UP: (EventKind, Option<Delay>) = (EventKind::Ended(Ending::Problem), None);

    #[test]
    fn only_what_is_new_is_told() {
        use State::{Completed, Processing, Queued, Unknown};
        let answers = [Queued, Queued, Processing, Processing, Unknown, Unknown, Completed].map(|word| (0, state(word)));
        let (changed, same) = ((EventKind::Changed, ours(10)), (EventKind::Answered, ours(10)));
        assert_eq!(follow(&answers), [changed, same, changed, same, changed, same, ENDED]);
    }

    #[test]
    fn progress_is_told_in_whole_hundredths() {
        let at = |progress| {
            let mut report = Report::new(State::Processing, None, None);
            report.progress = Some(progress);
            (0, check(Ok(report)))
        };
        let kinds: Vec<_> =
            follow(&[at(0.29), at(0.291), at(0.3), at(0.99), at(0.999)]).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [EventKind::Changed, EventKind::Answered, EventKind::Changed, EventKind::Changed, EventKind::Answered]);
    }

    #[test]
    fn a_job_that_ended_badly_has_ended() {
        for word in [State::Failed, State::Canceled, State::Expired] {
            let failure =
                Failure { reason: Reason::Other, retryable: Retryable::Unknown, code: None, message: None, listed_as: None };
            assert_eq!(follow(&[(0, check(Ok(Report::new(word, None, Some(failure)))))]), [ENDED]);
        }
    }

    #[test]
    fn trouble_is_told_once_and_asked_again_ever_later_until_it_is_too_much() {
        let passing = [ProblemKind::RateLimited, ProblemKind::ProviderUnavailable, ProblemKind::Timeout, ProblemKind::Transport];
        for kind in passing {
            let answers = vec![(0, problem(kind)); 4];
            let (told, again) = ((EventKind::Trouble, ours(10)), EventKind::Answered);
            assert_eq!(follow(&answers), [told, (again, ours(20)), (again, ours(40)), GIVEN_UP], "{kind:?}");
        }
    }

    #[test]
    fn a_state_ends_the_trouble_and_is_told_even_if_it_is_the_old_one() {
        let trouble = || (0, problem(ProblemKind::Timeout));
        let running = || (0, state(State::Processing));
        let (told, recovered) = ((EventKind::Trouble, ours(10)), (EventKind::Changed, ours(10)));
        let events = follow(&[running(), trouble(), running(), running(), trouble()]);
        assert_eq!(events, [recovered, told, recovered, (EventKind::Answered, ours(10)), told]);
    }

    #[test]
    fn trouble_of_another_kind_is_told_too() {
        let events = follow(&[(0, problem(ProblemKind::Timeout)), (0, problem(ProblemKind::ProviderUnavailable))]);
        assert_eq!(events, [(EventKind::Trouble, ours(10)), (EventKind::Trouble, ours(20))]);
    }

    #[test]
    fn what_will_not_pass_ends_the_wait_at_once() {
        use ProblemKind::{Forbidden, Gone, InvalidRequest, Misconfigured, Quota, Unauthorized, UndocumentedResponse};
        for kind in [Unauthorized, Forbidden, Quota, Gone, InvalidRequest, UndocumentedResponse, Misconfigured] {
            assert_eq!(follow(&[(0, problem(kind))]), [GIVEN_UP], "{kind:?}");
        }
    }

    #[test]
    fn a_job_that_is_not_known_yet_is_asked_for_once_more_after_the_grace() {
        let unknown = |at| (at, problem(ProblemKind::NotFound));
        assert_eq!(follow(&[unknown(1), unknown(6)]), [(EventKind::Trouble, ours(5)), GIVEN_UP]);
        assert_eq!(follow(&[unknown(1), unknown(3)])[1], (EventKind::Answered, ours(3)));
        let appeared = follow(&[unknown(1), (6, state(State::Queued)), unknown(16)]);
        // Once it was there, it has vanished.
        assert_eq!(appeared[1..], [(EventKind::Changed, ours(10)), GIVEN_UP]);
    }

    #[test]
    fn a_job_that_is_completed_without_its_file_is_asked_for_once_more_after_the_grace() {
        assert_eq!(follow(&[(1, without_file()), (6, without_file())]), [(EventKind::Changed, ours(5)), ENDED]);
        assert_eq!(follow(&[(1, without_file()), (6, state(State::Completed))])[1], ENDED);
    }

    #[test]
    fn trouble_with_the_question_for_the_file_is_asked_again_and_then_reported_beside_the_state() {
        let trouble = |kind| {
            let mut report = Report::new(State::Completed, None, None);
            report.result_problem = Some(Problem::new(kind, ""));
            (0, check(Ok(report)))
        };
        let unavailable = || trouble(ProblemKind::ProviderUnavailable);
        let events = follow(&[unavailable(), unavailable(), unavailable(), unavailable()]);
        assert_eq!((events[0], events[3]), ((EventKind::Trouble, ours(10)), ENDED));
        assert_eq!(follow(&[trouble(ProblemKind::Forbidden)]), [ENDED]);
        assert_eq!(follow(&[trouble(ProblemKind::NotFound)]), [(EventKind::Trouble, ours(5))]);
    }

    #[test]
    fn the_provider_is_obeyed() {
        let throttled = Problem { retry_after_seconds: Some(90.0), ..Problem::new(ProblemKind::RateLimited, "") };
        let consequence = WaitingJob::default().answered(&check(Err(throttled)), Moment::ZERO, &tempo(), 3);
        assert_eq!((consequence.again, consequence.throttled), (Some(Delay::Theirs(90 * SECOND)), true));
        let mut report = Report::new(State::Queued, None, None);
        report.retry_after_seconds = Some(3.0);
        assert_eq!(follow(&[(0, check(Ok(report)))]), [(EventKind::Changed, Some(Delay::Theirs(3 * SECOND)))]);
    }

    #[test]
    fn what_was_seen_earlier_is_not_told_again() {
        let seen = Seen { events: 7, state: Some(State::Queued), raw_status: Some("queued".into()), percent: None };
        let consequence = WaitingJob::new(seen).answered(&state(State::Queued), Moment::ZERO, &tempo(), 3);
        assert_eq!(consequence.kind, EventKind::Answered);
    }
}
