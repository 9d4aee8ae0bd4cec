//! Ids that several providers have.

use std::sync::Arc;

use crate::code::Code;
use crate::compile::element;
use crate::definition::{Definition, Finding, JobIdShape, at};
use crate::provider::Provider;

/// A pattern that takes nearly everything takes ids of nearly everybody.
const MOST_NAMED: usize = 3;

pub(super) fn check(definition: &Definition, others: &[Arc<Provider>], found: &mut Vec<Finding>) {
    let Some(shape) = &definition.job_id else { return };
    for (index, pattern) in shape.pattern.0.iter().enumerate() {
        let taken = |other: &JobIdShape| other.example.0.iter().find(|id| pattern.is_match(id.as_str())).cloned();
        let taken = others.iter().filter_map(|other| {
            let shape = other.definition().job_id.as_ref()?;
            Some((other, taken(shape)?, shape))
        });
        // An id that looks the same at both tells neither, as with a variant; a pattern that alone takes the other's ids is too wide.
        let (alike, wide): (Vec<_>, Vec<_>) =
            taken.partition(|(other, _, theirs)| takes_one_of(theirs, shape) || are_variants(definition, other));
        let at = element(at!["job_id", "pattern"], index, shape.pattern.0.len());
        for (code, what, help, providers) in [
            (Code::LoosePattern, "the pattern also takes ids of", "say what sets the ids of this provider apart", wide),
            (Code::SharedId, "ids look like those of", "without its prefix such a job is not told apart", alike),
        ] {
            if providers.is_empty() {
                continue;
            }
            let named = providers.iter().take(MOST_NAMED).map(|(other, id, _)| format!("{} (`{}`)", other.id(), id.as_str()));
            let mut named = named.collect::<Vec<_>>().join(", ");
            if let more @ 1.. = providers.len().saturating_sub(MOST_NAMED) {
                named = format!("{named} and {more} more");
            }
            found.push(Finding { help: Some(help.into()), ..Finding::new(code, at.clone(), format!("{what} {named}")) });
        }
    }
}

/// Whether one extends the other: then one program may have made the ids of both.
fn are_variants(definition: &Definition, other: &Provider) -> bool {
    let extended = definition.extends.as_ref().map(|parent| &*parent.0);
    extended == Some(other.id()) || other.extends() == Some(&*definition.id.0)
}

fn takes_one_of(shape: &JobIdShape, other: &JobIdShape) -> bool {
    shape.pattern.0.iter().any(|pattern| other.example.0.iter().any(|id| pattern.is_match(id.as_str())))
}
