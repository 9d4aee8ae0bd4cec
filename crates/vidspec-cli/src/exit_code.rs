//! What the exit codes mean; the same for every command.

use vidspec::{AnomalyKind, Check, DownloadError, Problem, ProblemKind, Report, State};

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// What was asked has been done.
    Done = 0,
    /// The job ended without a result; a test failed.
    EndedBadly = 1,
    /// Usage, configuration or a definition.
    Usage = 2,
    /// The key is missing or refused.
    Key = 3,
    /// The job still runs.
    Running = 4,
    /// No such job.
    NoSuchJob = 5,
    /// No answer now.
    Unavailable = 6,
    /// The answer was not understood.
    NotUnderstood = 7,
    /// The file could not be saved.
    NotSaved = 8,
}

/// Of several results the first of these that occurred is the one that a caller must know.
const MOST_TELLING: [ExitCode; 9] = [
    ExitCode::Usage,
    ExitCode::Key,
    ExitCode::NotSaved,
    ExitCode::NotUnderstood,
    ExitCode::Unavailable,
    ExitCode::NoSuchJob,
    ExitCode::EndedBadly,
    ExitCode::Running,
    ExitCode::Done,
];

impl ExitCode {
    /// The code of one check; with `by_state` the state of the job counts too.
    pub(crate) fn of_check(check: &Check, by_state: bool) -> Self {
        match &check.outcome {
            Err(problem) => Self::of_problem(problem),
            Ok(report) => match (&report.result_problem, by_state) {
                (Some(problem), _) => Self::of_problem(problem),
                (None, _) if report.state == State::Unknown || lacks_its_file(report) => Self::NotUnderstood,
                (None, true) => Self::of_state(report.state),
                (None, false) => Self::Done,
            },
        }
    }

    /// The code of a file that could not be had.
    pub(crate) fn of_download(error: &DownloadError) -> Self {
        match error {
            DownloadError::Problem(problem) => Self::of_problem(problem),
            _ => Self::NotSaved,
        }
    }

    /// The code of several results.
    pub(crate) fn of_all(codes: impl IntoIterator<Item = Self>) -> Self {
        let codes: Vec<Self> = codes.into_iter().collect();
        MOST_TELLING.into_iter().find(|code| codes.contains(code)).unwrap_or(Self::Done)
    }

    /// The code of this number.
    pub(crate) fn of_number(number: u8) -> Option<Self> {
        MOST_TELLING.into_iter().find(|code| *code as u8 == number)
    }

    fn of_state(state: State) -> Self {
        match state {
            State::Completed => Self::Done,
            State::Failed | State::Canceled | State::Expired => Self::EndedBadly,
            State::Queued | State::Processing => Self::Running,
            _ => Self::NotUnderstood,
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        match problem.kind {
            ProblemKind::Unauthorized | ProblemKind::Forbidden => Self::Key,
            ProblemKind::NotFound | ProblemKind::Gone => Self::NoSuchJob,
            ProblemKind::InvalidRequest | ProblemKind::Misconfigured => Self::Usage,
            ProblemKind::UndocumentedResponse => Self::NotUnderstood,
            _ => Self::Unavailable,
        }
    }
}

/// Completed, but no file that is at least addressed.
fn lacks_its_file(report: &Report) -> bool {
    let is = |kind| report.anomalies.iter().any(|anomaly| anomaly.kind == kind);
    let addressed = report
        .outputs
        .iter()
        .any(|output| output.inline().is_some() || output.url.as_ref().is_some_and(|url| url.contains("://")));
    is(AnomalyKind::CompletedWithoutOutput) || (is(AnomalyKind::UnusableAddress) && !addressed)
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_telling_code_wins() {
        use ExitCode::{Done, EndedBadly, Key, NotSaved, NotUnderstood, Running, Unavailable, Usage};
        for (codes, expected) in [
            (vec![], Done),
            (vec![Done, Running], Running),
            (vec![Running, EndedBadly, Done], EndedBadly),
            (vec![EndedBadly, Unavailable], Unavailable),
            (vec![Unavailable, NotUnderstood], NotUnderstood),
            (vec![NotUnderstood, NotSaved], NotSaved),
            (vec![NotSaved, Key], Key),
            (vec![Key, Usage], Usage),
        ] {
            assert_eq!(ExitCode::of_all(codes.clone()), expected, "{codes:?}");
        }
    }
}
