//! How answers are judged, step by step.

use vidspec::{Check, Explanation, Judgement, Question, Response};

/// What the answers to one question came to, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explained {
    /// How the answer about the status was judged, then that about the file where it takes a second request.
    pub explanations: Vec<Explanation>,
    /// What they came to; `None` where the second answer is due and was not given.
    pub check: Option<Check>,
}

/// Judges answers in their order, each question anew: an answer that asks for a second request takes the next one too.
pub fn explain<'a>(question: &Question<'_>, answers: impl IntoIterator<Item = &'a Response>) -> Vec<Explained> {
    let mut answers = answers.into_iter();
    let mut all = Vec::new();
    while let Some(answer) = answers.next() {
        let (judgement, explanation) = question.explain(answer);
        let mut explanations = vec![explanation];
        let check = match judgement {
            Judgement::Final(check) => Some(check),
            Judgement::Ask(followup) => answers.next().map(|answer| {
                let (check, explanation) = followup.explain(answer);
                explanations.push(explanation);
                check
            }),
            _ => None,
        };
        all.push(Explained { explanations, check });
    }
    all
}
