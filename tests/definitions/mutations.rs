//! Shipped definitions with random damage: whatever happens to a file, it is answered quickly and at places inside it.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use vidspec::{Catalogue, Diagnostics, Provider};

use crate::shipped::shipped;
use crate::{marked, refused};

/// One random change.
#[derive(Clone, Debug)]
enum Damage {
    Delete { at: Index, length: usize },
    Insert { at: Index, text: String },
    Replace { at: Index, with: char },
    DeleteLine { line: Index },
    RepeatLine { line: Index, before: Index },
    CutOff { at: Index },
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    // What means something in YAML, in templates, paths and patterns, and letters of several bytes.
    let special = "[\\[\\]{}():,#&*!|>'\"%@`$?.~+\\-\\\\/ \t\n\rä視🎬\u{feff}\u{0}\u{85}\u{2028}]{1,3}";
    prop_oneof![
        4 => (index(), 1..12_usize).prop_map(|(at, length)| Damage::Delete { at, length }),
        4 => (index(), special).prop_map(|(at, text)| Damage::Insert { at, text }),
        2 => (index(), "\\PC{1,6}").prop_map(|(at, text)| Damage::Insert { at, text }),
        4 => (index(), proptest::char::any()).prop_map(|(at, with)| Damage::Replace { at, with }),
        2 => index().prop_map(|line| Damage::DeleteLine { line }),
        2 => (index(), index()).prop_map(|(line, before)| Damage::RepeatLine { line, before }),
        1 => index().prop_map(|at| Damage::CutOff { at }),
    ]
}

impl Damage {
    fn apply(&self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let mut lines: Vec<&str> = text.split('\n').collect();
        let (all, rows) = (characters.len() + 1, lines.len());
        match self {
            Self::Delete { at, length } => {
                let start = at.index(all);
                characters.drain(start..(start + length).min(all - 1).max(start));
            }
            Self::Insert { at, text } => drop(characters.splice(at.index(all)..at.index(all), text.chars())),
            Self::Replace { at, with } => {
                if let Some(character) = characters.get_mut(at.index(all)) {
                    *character = *with;
                }
            }
            Self::DeleteLine { line } => return without(lines, line.index(rows)),
            Self::RepeatLine { line, before } => {
                lines.insert(before.index(rows), lines[line.index(rows)]);
                return lines.join("\n");
            }
            Self::CutOff { at } => characters.truncate(at.index(all)),
        }
        characters.into_iter().collect()
    }
}

fn without(mut lines: Vec<&str>, line: usize) -> String {
    lines.remove(line);
    lines.join("\n")
}

fn places_are_inside(text: &str, mistakes: &Diagnostics) -> Result<(), TestCaseError> {
    prop_assert!(mistakes.iter().next().is_some(), "refused without a mistake");
    for mistake in mistakes.iter() {
        prop_assert!(marked(text, mistake).is_some(), "{:?} is not the place of {:?} in {:?}", mistake.span, mistake, text);
        prop_assert!(!mistake.message.is_empty());
    }
    Ok(())
}

/// What is said about a definition among no others.
fn linted(file: &str, text: &str) -> Diagnostics {
    let mut catalogue = Catalogue::empty();
    catalogue.add_text(file, text);
    catalogue.lint(&catalogue.entries()[0]).unwrap().into_diagnostics()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_definitions_are_answered_quickly_and_inside_the_file(
        which in any::<Index>(),
        damages in proptest::collection::vec(damage(), 1..5),
    ) {
        let (file, sound) = which.get(shipped());
        let text = damages.iter().fold(sound.clone(), |text, damage| damage.apply(&text));
        let start = Instant::now();
        if let Err(mistakes) = Provider::parse(file, &text) {
            places_are_inside(&text, &mistakes)?;
            let picture = mistakes.render(false);
            prop_assert!(picture.contains(file), "{}", picture);
            let _coloured = mistakes.render(true);
        }
        let found = linted(file, &text);
        prop_assert!(found.iter().all(|found| marked(&text, found).is_some()), "{:?} in {:?}", found, text);
        prop_assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
    }
}

/// Found by the random damage above.
#[test]
fn a_byte_order_mark_is_no_part_of_any_place() {
    for text in ["\u{feff}!", "\u{feff}\u{feff}!", "\u{feff}", "\u{feff}vidspec: 2\n"] {
        places_are_inside(text, &refused(text)).unwrap();
    }
}
