//! What is sound and still probably not as it was meant, or not proven.
//!
//! What needs the definition alone is found here. What takes evidence is found by whoever has it, and added with
//! [`Linted::add`] and [`Linted::add_unseen_paths`], which know where each part stands in the file.

use std::sync::Arc;

use crate::code::Code;
use crate::compile::{self, examine};
use crate::definition::{Definition, Finding, Parents, Reading, Step};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceText};
use crate::provider::Provider;

mod ids;
mod outputs;
mod pace;
mod paths;
mod reach;
mod spelling;

/// A definition, and all that is to be said about it.
#[derive(Debug)]
pub struct Linted {
    source: SourceText,
    /// Without its definition where that is sound.
    reading: Reading,
    provider: Option<Arc<Provider>>,
    found: Vec<Diagnostic>,
}

/// The bodies that a provider is documented to answer with.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Answers<'b> {
    /// To the request for the status.
    pub status: Vec<&'b [u8]>,
    /// To the second request, for the result.
    pub result: Vec<&'b [u8]>,
}

impl Linted {
    /// Reads a file and says what can be said without evidence. `others` are the providers that ids are told apart from.
    pub(crate) fn new(source: SourceText, parents: Parents<'_>, others: &[Arc<Provider>]) -> Self {
        let mut reading = examine(&source, parents);
        let mut found = std::mem::take(&mut reading.mistakes);
        let sound = found.is_empty();
        if let Some(definition) = &reading.definition {
            found.extend(reading.place(suspicions(definition, others)));
        }
        let definition = reading.definition.take_if(|_| sound);
        let provider = definition.map(|definition| Arc::new(Provider::of(definition, reading.files())));
        Self { source, reading, provider, found }
    }

    /// The provider, unless the definition has mistakes.
    pub fn provider(&self) -> Option<&Arc<Provider>> {
        self.provider.as_ref()
    }

    /// Says something about a part of the definition, named as in [`Provider::places`], or by its keys with points between them.
    pub fn add(&mut self, code: Code, part: &str, message: String, help: Option<String>) {
        let place =
            self.provider.iter().flat_map(|provider| compile::places(provider.definition())).find(|place| place.name == part);
        let at = place.map_or_else(|| part.split('.').map(Step::from).collect(), |place| place.at);
        let quote = word(&at).map(str::to_owned);
        self.found.extend(self.reading.place(vec![Finding { help, quote, ..Finding::new(code, at, message) }]));
    }

    /// Says which paths of the file name nothing in any of these answers.
    pub fn add_unseen_paths(&mut self, answers: &Answers<'_>) {
        if let Some(provider) = &self.provider {
            let unseen = paths::unseen(provider.definition(), answers);
            self.found.extend(self.reading.place(unseen));
        }
    }

    /// All that was found, in the order of the file.
    pub fn into_diagnostics(self) -> Diagnostics {
        Diagnostics::new(self.source, self.found)
    }
}

/// The provider's word or code, where a part speaks of one.
fn word(at: &[Step]) -> Option<&str> {
    match at {
        [_, Step::Key(table), Step::Key(word)] if table == "map" || table == "codes" => Some(word),
        _ => None,
    }
}

/// What the definition alone gives away.
fn suspicions(definition: &Definition, others: &[Arc<Provider>]) -> Vec<Finding> {
    let mut found = Vec::new();
    reach::check(definition, &mut found);
    spelling::check(definition, &mut found);
    outputs::check(definition, &mut found);
    pace::check(definition, &mut found);
    ids::check(definition, others, &mut found);
    // Where something of a section was taken out as mistaken, its stand-in would be judged.
    for finding in &mut found {
        let section = finding.at.get(..1).unwrap_or_default().to_vec();
        finding.unless_broken.get_or_insert(section);
    }
    found
}
