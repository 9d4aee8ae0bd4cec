//! Words that are one word in two spellings.

use crate::code::Code;
use crate::definition::{Definition, Finding, Step, Verdict, Word, below};

pub(super) fn check(definition: &Definition, found: &mut Vec<Finding>) {
    for (part, answer) in definition.answers() {
        let at = below(&[Step::from(part.as_str())], "map");
        for (index, (word, verdict)) in answer.map.iter().enumerate() {
            let earlier = || answer.map.iter().take(index);
            let twin = earlier().find(|(other, meaning)| plain(other) == plain(word) && !mean_the_same(meaning, verdict));
            if let Some((twin, _)) = twin {
                let message =
                    format!("`{}` and `{}` are spellings of one word, but mean different things", twin.as_str(), word.as_str());
                found.push(Finding {
                    help: Some("one of the two is probably a slip".into()),
                    quote: Some(word.as_str().to_owned()),
                    own_only: true,
                    ..Finding::new(Code::TwinSpelling, below(&at, word.as_str()), message)
                });
            }
            if let Some(other) = other_spelling(word.as_str()).filter(|other| !answer.map.contains_key(other.as_str())) {
                let message = format!("`{}` is spelt `{other}` too; in that spelling it would be unknown", word.as_str());
                found.push(Finding {
                    help: Some("where a page or an answer of the provider shows it, map it too".into()),
                    quote: Some(word.as_str().to_owned()),
                    own_only: true,
                    ..Finding::new(Code::OtherSpelling, below(&at, word.as_str()), message)
                });
            }
        }
    }
}

/// What is left of a word without case, separators and the doubled letter of `cancelled`.
fn plain(word: &Word) -> String {
    let letters = word.as_str().chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.'));
    letters.flat_map(char::to_lowercase).collect::<String>().replace("cancell", "cancel")
}

fn mean_the_same(one: &Verdict, other: &Verdict) -> bool {
    (one.ruling, one.reason, one.retryable, one.without_outputs)
        == (other.ruling, other.reason, other.retryable, other.without_outputs)
}

/// `canceled` for `cancelled`, and the other way round, in any case.
fn other_spelling(word: &str) -> Option<String> {
    [("canceled", "cancelled"), ("CANCELED", "CANCELLED"), ("Canceled", "Cancelled")].into_iter().find_map(|(one, two)| {
        if word.contains(two) { Some(word.replace(two, one)) } else { word.contains(one).then(|| word.replace(one, two)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canceled_has_two_spellings() {
        for (word, other) in [
            ("canceled", Some("cancelled")),
            ("CANCELLED", Some("CANCELED")),
            ("job_Canceled_by_user", Some("job_Cancelled_by_user")),
            ("cancel", None),
        ] {
            assert_eq!(other_spelling(word).as_deref(), other, "{word}");
        }
    }
}
