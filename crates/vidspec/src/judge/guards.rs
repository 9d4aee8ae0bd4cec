//! The last look at a report: what does not fit together. A guard never changes a state. Step 8.

use super::trace::{Draft, Tracer};
use crate::explanation::Stage;
use crate::report::{Anomaly, AnomalyKind, Report};
use crate::state::State;

pub(super) fn examine(report: &mut Report, without_outputs: bool, trace: &impl Tracer) {
    let before = report.anomalies.len();
    let mut note = |holds: bool, kind: AnomalyKind, message: &str| {
        if holds {
            trace.came_to(|| Draft::used(Stage::Guards, &[], message));
            report.anomalies.push(Anomaly { kind, message: message.to_owned() });
        }
    };
    note(
        report.state == State::Completed && report.outputs.is_empty() && !without_outputs,
        AnomalyKind::CompletedWithoutOutput,
        "the provider calls the job completed, but names no file",
    );
    note(
        report.state == State::Queued && report.progress.is_some_and(|progress| progress >= 1.0),
        AnomalyKind::ProgressAheadOfState,
        "the progress is complete, but the job still waits",
    );
    let backwards = matches!((report.created_at, report.completed_at), (Some(created), Some(completed)) if completed < created);
    note(backwards, AnomalyKind::TimesRunBackwards, "the job was completed before it was created");
    if report.anomalies.len() == before {
        trace.came_to(|| Draft::idle(Stage::Guards, &[], "nothing stands out"));
    }
}
