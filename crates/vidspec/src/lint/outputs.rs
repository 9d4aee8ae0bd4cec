//! Jobs that are completed with nothing to show for it.

use crate::code::Code;
use crate::definition::{Answer, Definition, Finding, Ruling, Step, Verdict, below};
use crate::state::State;

pub(super) fn check(definition: &Definition, found: &mut Vec<Finding>) {
    if definition.answers().any(|(_, answer)| !answer.outputs.entries.is_empty()) {
        return;
    }
    let completed = definition.answers().flat_map(|(part, answer)| verdicts(&[Step::from(part.as_str())], answer));
    let without_a_file =
        completed.into_iter().find(|(_, verdict)| verdict.ruling == Ruling::State(State::Completed) && !verdict.without_outputs);
    if let Some((at, _)) = without_a_file {
        found.push(Finding {
            help: Some("add `outputs: { video: $.… }`, or say `{ state: completed, outputs: none }` where no file is due".into()),
            // An output that was taken out as mistaken is one all the same.
            unless_broken: Some(Vec::new()),
            ..Finding::new(Code::NoOutput, at, "a job can be completed, but no output says where its file is".into())
        });
    }
}

/// All verdicts of an answer, with their places.
fn verdicts<'d>(at: &[Step], answer: &'d Answer) -> Vec<(Vec<Step>, &'d Verdict)> {
    let rules = answer.rules.iter().enumerate();
    let rules = rules.map(|(index, rule)| (below(&below(&below(at, "rules"), index), "then"), &rule.then));
    let words = answer.map.iter().map(|(word, verdict)| (below(&below(at, "map"), word.as_str()), verdict));
    let missing = answer.missing.iter().map(|verdict| (below(at, "missing"), verdict));
    rules.chain(words).chain(missing).collect()
}
