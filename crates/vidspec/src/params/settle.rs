//! Finding the values of one question: given, read out of the id, or worked out of each other.

use super::{Params, Surroundings};
use crate::definition::{Definition, OneOrMany, Param, Pattern, Word};
use crate::job::{JobId, check_value};
use crate::nearest::nearest;
use crate::problem::{Problem, ProblemKind};
use crate::template::Writing;

/// All values of one question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settled {
    /// What was given beside the id, so that a reference can say it again.
    pub(crate) given: Params,
    /// What templates can name.
    values: Params,
}

impl Settled {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)
    }
}

/// The names that can be given a value: those that are declared and not worked out, and the named groups of the id.
pub(crate) fn givable(definition: &Definition) -> impl Iterator<Item = &str> {
    let declared = definition.params.iter().filter(|(_, param)| !param.is_derived()).map(|(name, _)| name.as_str());
    declared.chain(captured_names(definition).filter(|name| !definition.params.contains_key(*name)))
}

/// The names of the groups in the patterns of the id, each once.
pub(crate) fn captured_names(definition: &Definition) -> impl Iterator<Item = &str> {
    let mut names: Vec<&str> = Vec::new();
    for name in patterns(definition).iter().flat_map(Pattern::group_names) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter()
}

/// Finds all values of a question. The first of these that has one gives it: the reference, the user, the id, the environment,
/// the default.
pub(crate) fn settle(
    definition: &Definition,
    job_id: &JobId,
    referred: &Params,
    surroundings: &Surroundings<'_>,
) -> Result<Settled, Problem> {
    let mut settled = Settled::default();
    if let Some((slip, _)) = referred.iter().find(|(name, _)| givable(definition).all(|known| known != *name)) {
        return Err(unknown(definition, slip));
    }
    let captured = captured(definition, job_id);
    for name in givable(definition) {
        let declared = definition.params.get(name);
        let own = captured.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let stated = referred.get(name).or(surroundings.stated.get(name));
        let set = || surroundings.first_set(variables(declared).iter().map(Word::as_str));
        let given = match (stated, own) {
            (Some(value), Some(own)) if value != own => {
                return Err(refused(format!("`{name}` is `{own}` in the id, but `{value}` was given beside it; leave that out")));
            }
            (_, Some(_)) => None,
            (Some(value), None) => Some(("what was given beside the id", value.to_owned())),
            (None, None) => set(),
        };
        let default = declared.and_then(|param| param.default.as_ref()).map(Word::as_str);
        let value = given.as_ref().map(|(_, value)| value.as_str()).or(own).or(default);
        let value = value.ok_or_else(|| missing(definition, name, declared))?;
        // A default was checked with the definition.
        if let Some(whose) = given.as_ref().map(|(whose, _)| *whose).or(own.map(|_| "the id")) {
            check(name, value, declared, whose)?;
        }
        settled.values = settled.values.with(name, value);
        if given.is_some() {
            settled.given = settled.given.with(name, value);
        }
    }
    for (name, param) in &definition.params {
        if let Some(from) = &param.from {
            let value = worked_out(name.as_str(), param, from.as_str(), &settled.values)?;
            check(name.as_str(), &value, Some(param), "what it is worked out of")?;
            settled.values = settled.values.with(name.as_str(), &value);
        }
    }
    Ok(settled)
}

fn patterns(definition: &Definition) -> &[Pattern] {
    definition.job_id.as_ref().map_or(&[], |shape| &shape.pattern.0)
}

fn variables(declared: Option<&Param>) -> &[Word] {
    declared.and_then(|param| param.env.as_ref()).map_or(&[], |OneOrMany(names)| names)
}

/// The named groups of the first pattern that matches.
fn captured<'d>(definition: &'d Definition, job_id: &'d JobId) -> Vec<(&'d str, &'d str)> {
    let patterns = patterns(definition);
    // Most definitions name no group; then no pattern is tried.
    if patterns.iter().all(|pattern| pattern.group_names().next().is_none()) {
        return Vec::new();
    }
    let groups = patterns.iter().find_map(|pattern| pattern.groups(job_id.as_str()));
    groups.map(Iterator::collect).unwrap_or_default()
}

fn worked_out(name: &str, param: &Param, from: &str, values: &Params) -> Result<String, Problem> {
    let value = values.get(from).unwrap_or_default();
    let listed = param.map.get(value).map(|word| word.as_str().to_owned());
    let otherwise = || param.otherwise.as_ref()?.expand(Writing::Prose, |name| values.get(name));
    let nothing =
        || refused(format!("`{name}` cannot be worked out: the definition does not say what it is for `{from}` `{value}`"));
    listed.or_else(otherwise).ok_or_else(nothing)
}

/// A value is subject to what holds for an id, and to the pattern of its param.
fn check(name: &str, value: &str, declared: Option<&Param>, whose: &str) -> Result<(), Problem> {
    if let Err(error) = check_value(value) {
        let what = error.to_string().replace("a job id", "a value");
        return Err(refused(format!("`{name}` of {whose} cannot be sent: {what}")));
    }
    let pattern = declared.and_then(|param| param.pattern.as_ref()).filter(|pattern| !pattern.is_match(value));
    let like = like(declared);
    let unlike = |pattern: &Pattern| {
        refused(format!("expected `{name}` to match `{}`{like}, found `{value}` in {whose}", pattern.as_str()))
    };
    pattern.map_or(Ok(()), |pattern| Err(unlike(pattern)))
}

/// The problem of a name that means nothing.
fn unknown(definition: &Definition, name: &str) -> Problem {
    let meant = nearest(name, givable(definition)).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    let known = givable(definition).map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    let known = if known.is_empty() { "none is known".to_owned() } else { format!("known: {known}") };
    refused(format!("{} has no param `{name}` ({known}){meant}", &*definition.id.0))
}

/// The problem of a value that nobody gives, with all ways to give it.
fn missing(definition: &Definition, name: &str, declared: Option<&Param>) -> Problem {
    let id = &*definition.id.0;
    let about = declared.and_then(|param| param.about.as_ref()).map(|about| format!(", {}", about.as_str())).unwrap_or_default();
    let value = declared.and_then(|param| param.example.as_ref()).map_or("VALUE", Word::as_str);
    let mut ways = vec![format!("write {id}:JOB?{name}={value}"), format!("state --param {name}={value}")];
    let variables: Vec<&str> = variables(declared).iter().map(Word::as_str).collect();
    if !variables.is_empty() {
        ways.push(format!("set {}", variables.join(" or ")));
    }
    if captured_names(definition).any(|captured| captured == name) {
        let example = definition.job_id.as_ref().and_then(|shape| shape.example.0.first()).map_or("", Word::as_str);
        ways.push(format!("give the whole id, like {example}"));
    }
    let last = ways.pop().unwrap_or_default();
    refused(format!("{id} needs `{name}`{about}{}: {}, or {last}", like(declared), ways.join(", ")))
}

/// `, such as x`.
fn like(declared: Option<&Param>) -> String {
    let example = declared.and_then(|param| param.example.as_ref());
    example.map(|example| format!(", such as {}", example.as_str())).unwrap_or_default()
}

fn refused(message: String) -> Problem {
    Problem::new(ProblemKind::Misconfigured, message)
}
