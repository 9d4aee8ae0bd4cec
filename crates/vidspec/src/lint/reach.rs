//! Rules and entries of the map that can never decide.

use std::borrow::Cow;

use crate::code::Code;
use crate::definition::{Answer, BodyKind, Clause, Condition, Definition, Finding, HttpStatus, Place, Step, Test, Word, below};
use crate::json_path::JsonPath;

pub(super) fn check(definition: &Definition, found: &mut Vec<Finding>) {
    for (part, answer) in definition.answers() {
        let at = [Step::from(part.as_str())];
        check_rules(answer, &below(&at, "rules"), found);
        check_words(answer, &below(&at, "map"), found);
    }
}

fn check_rules(answer: &Answer, at: &[Step], found: &mut Vec<Finding>) {
    for (index, rule) in answer.rules.iter().enumerate() {
        let at = below(&below(at, index), "when");
        let facts = whole(&rule.when);
        let earlier = || answer.rules.iter().take(index).position(|earlier| holds_given(&whole(&earlier.when), &facts));
        if let Some(subject) = contradiction(&rule.when) {
            let message = format!("this rule never decides: `{subject}` contradicts itself, or what stands beside it");
            found.push(Finding {
                help: Some("all lines of a condition must hold at once; for one of several write `any:`".into()),
                ..Finding::new(Code::NeverFires, below(&at, &*subject), message)
            });
        } else if let Some(earlier) = earlier() {
            let message = format!("this rule never decides: whenever it would hold, rule {} before it holds too", earlier + 1);
            found.push(Finding {
                help: Some("the first rule that holds decides: put the narrower one first".into()),
                ..Finding::new(Code::NeverFires, at, message)
            });
        }
    }
}

/// The words that a rule takes before the map is asked.
fn check_words(answer: &Answer, at: &[Step], found: &mut Vec<Finding>) {
    let Some([origin]) = answer.path.as_ref().map(crate::definition::Source::origins) else { return };
    let (Place::Path(path), None, None) = (&origin.place, &origin.part, &origin.into) else { return };
    for word in answer.map.keys() {
        let test = Test { is: Some(vec![word.clone()]), ..Test::default() };
        let facts = [Clause::Path(path.clone(), test), success(), Clause::Body(vec![BodyKind::Json])];
        if let Some(rule) = answer.rules.iter().position(|rule| holds_given(&whole(&rule.when), &facts)) {
            let message = format!("`{}` is never looked up: rule {} takes it before", word.as_str(), rule + 1);
            found.push(Finding {
                help: Some("take it out here, or let the rule ask for more".into()),
                quote: Some(word.as_str().to_owned()),
                own_only: true,
                ..Finding::new(Code::NeverFires, below(at, word.as_str()), message)
            });
        }
    }
}

/// The clauses of a condition, with the one that it has without saying so.
fn whole(condition: &Condition) -> Cow<'_, [Clause]> {
    if condition.names_http() {
        Cow::Borrowed(&condition.0)
    } else {
        Cow::Owned(condition.0.iter().cloned().chain([success()]).collect())
    }
}

fn success() -> Clause {
    Clause::Http(vec![HttpStatus::Class(2)])
}

/// Whether all of these clauses hold wherever the facts do. Where that is not certain, it is denied.
fn holds_given(clauses: &[Clause], facts: &[Clause]) -> bool {
    clauses.iter().all(|clause| follows(clause, facts))
}

fn follows(clause: &Clause, facts: &[Clause]) -> bool {
    let one_of = |conditions: &[Condition]| conditions.iter().any(|condition| holds_given(&condition.0, facts));
    facts.iter().any(|fact| follows_from(clause, fact)) || matches!(clause, Clause::Any(conditions) if one_of(conditions))
}

fn follows_from(clause: &Clause, fact: &Clause) -> bool {
    match (clause, fact) {
        (_, Clause::Any(conditions)) => conditions.iter().all(|condition| follows(clause, &condition.0)),
        (Clause::Path(path, test), Clause::Path(known, fact)) => path.as_str() == known.as_str() && test_follows(test, fact),
        (Clause::Header(name, test), Clause::Header(known, fact)) => {
            name.0.eq_ignore_ascii_case(&known.0) && test_follows(test, fact)
        }
        (Clause::Text(test), Clause::Text(fact)) => test_follows(test, fact),
        (Clause::Http(statuses), Clause::Http(known)) => {
            known.iter().all(|known| statuses.iter().any(|status| includes(*status, *known)))
        }
        (Clause::Body(kinds), Clause::Body(known)) => known.iter().all(|kind| kinds.contains(kind)),
        _ => false,
    }
}

fn includes(status: HttpStatus, known: HttpStatus) -> bool {
    match known {
        HttpStatus::Exactly(known) => status.holds(known),
        HttpStatus::Class(_) => status == known,
    }
}

fn test_follows(test: &Test, fact: &Test) -> bool {
    let Test { is, not, exists, matches, above, below } = test;
    let known = fact.is.as_deref().unwrap_or_default();
    let each_known = |holds: &dyn Fn(&Word) -> bool| !known.is_empty() && known.iter().all(holds);
    let number_above = |known: Option<f64>, bound: f64| known.is_some_and(|known| known >= bound);
    is.as_ref().is_none_or(|words| each_known(&|word| words.contains(word)))
        && not.as_ref().is_none_or(|words| fact.not.as_ref().is_some_and(|known| words.iter().all(|word| known.contains(word))))
        && exists.is_none_or(|exists| if exists { finds_something(fact) } else { fact.exists == Some(false) })
        && matches.as_ref().is_none_or(|pattern| {
            fact.matches.as_ref().is_some_and(|known| known.as_str() == pattern.as_str())
                || each_known(&|word| pattern.is_match(word.as_str()))
        })
        && above.is_none_or(|bound| number_above(fact.above, bound))
        && below.is_none_or(|bound| fact.below.is_some_and(|known| known <= bound))
}

/// Whether a test can only hold where there is something.
fn finds_something(test: &Test) -> bool {
    test.is.is_some() || test.matches.is_some() || test.above.is_some() || test.below.is_some() || test.exists == Some(true)
}

/// What of a condition cannot hold together with the rest, as it is written.
fn contradiction(condition: &Condition) -> Option<Cow<'_, str>> {
    let kinds = condition.0.iter().find_map(|clause| match clause {
        Clause::Body(kinds) => Some(kinds),
        _ => None,
    });
    let rules_out = |kind| kinds.is_some_and(|kinds| !kinds.contains(&kind));
    condition.0.iter().find_map(|clause| match clause {
        Clause::Path(path, test) if rules_out(BodyKind::Json) || contradicts_itself(test, path.is_singular()) => {
            Some(Cow::Borrowed(JsonPath::as_str(path)))
        }
        Clause::Header(name, test) if contradicts_itself(test, true) => Some(Cow::Owned(format!("header.{}", name.0))),
        Clause::Text(test) if rules_out(BodyKind::Text) || contradicts_itself(test, true) => Some(Cow::Borrowed("text")),
        _ => None,
    })
}

/// `single`: there is one value at most, which must be all that is asked for.
fn contradicts_itself(test: &Test, single: bool) -> bool {
    let Test { is, not, exists, matches, above, below } = test;
    let absent = *exists == Some(false) && finds_something(&Test { exists: None, ..test.clone() });
    let excluded = is.as_ref().zip(not.as_ref()).is_some_and(|(is, not)| is.iter().all(|word| not.contains(word)));
    let unmatched =
        is.as_ref().zip(matches.as_ref()).is_some_and(|(is, matches)| !is.iter().any(|word| matches.is_match(word.as_str())));
    let empty = above.zip(*below).is_some_and(|(above, below)| above >= below);
    absent || excluded || (single && (unmatched || empty))
}
