//! Values beside the id of a job: given, read out of the id, or worked out of each other.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::definition::{Definition, Param};
use crate::job::{JobId, check_value};
use crate::problem::{Problem, ProblemKind};

/// What needs no encoding in a reference.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

/// Values beside the id of a job, by name; in a job reference they stand behind a `?`, as in `fal:764c…?app=fal-ai/veo3`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Params(Vec<(Arc<str>, Arc<str>)>);

impl Params {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more. A name that is there already keeps its value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if self.get(name).is_none() {
            self.0.push((name.into(), value.into()));
        }
        self
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| &**known == name).map(|(_, value)| &**value)
    }

    /// Names and values, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads `app=fal-ai/veo3&kind=x`; `None` if it is no such text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.split('&').try_fold(Self::new(), |params, pair| {
            let (name, value) = pair.split_once('=')?;
            params.get(name).is_none().then(|| ())?;
            let value = percent_decode_str(value).decode_utf8().ok()?;
            Some(params.with(name, &value))
        })
    }
}

impl std::fmt::Display for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (name, value)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "&" };
            write!(f, "{separator}{name}={}", utf8_percent_encode(value, &ENCODED))?;
        }
        Ok(())
    }
}

/// What surrounds a question: params that the user states for it, and the environment.
///
/// ```
/// use vidspec::Surroundings;
/// let surroundings = Surroundings::new(|name| std::env::var(name).ok()).with_param("app", "fal-ai/veo3");
/// ```
#[derive(Clone)]
pub struct Surroundings<'s> {
    stated: Params,
    environment: Arc<dyn Fn(&str) -> Option<String> + Send + Sync + 's>,
}

impl<'s> Surroundings<'s> {
    /// Those with this environment: what is set under a name.
    pub fn new(environment: impl Fn(&str) -> Option<String> + Send + Sync + 's) -> Self {
        Self { stated: Params::new(), environment: Arc::new(environment) }
    }

    /// Those without an environment.
    pub fn none() -> Self {
        Self::new(|_| None)
    }

    /// The same with a param that the user states. Providers that have no such param do not see it.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.stated = self.stated.with(name, value);
        self
    }

    /// The first of these names that is set and not empty, and its value.
    pub(crate) fn first_set<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<(&'n str, String)> {
        let set = |name: &'n str| Some((name, (self.environment)(name)?.trim().to_owned()));
        names.into_iter().filter_map(set).find(|(_, value)| !value.is_empty())
    }
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("stated", &self.stated).finish_non_exhaustive()
    }
}

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
    let groups = captured_names(definition).filter(|name| !definition.params.contains_key(*name));
    declared.chain(groups)
}

/// The names of the groups in the patterns of the id, each once.
pub(crate) fn captured_names(definition: &Definition) -> impl Iterator<Item = &str> {
    let patterns = definition.job_id.as_ref().map_or(&[][..], |shape| &shape.pattern.0);
    let names = move |before: usize| patterns.iter().take(before).flat_map(|pattern| pattern.group_names());
    let own = move |(index, name): (usize, &'_ str)| names(index).all(|earlier| earlier != name);
    let all = patterns.iter().enumerate().flat_map(|(index, pattern)| pattern.group_names().map(move |name| (index, name)));
    all.filter(move |&(index, name)| own((index, name))).map(|(_, name)| name)
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
    let captured = captured(definition, job_id);
    for name in givable(definition) {
        let declared = definition.params.get(name);
        let written = referred.get(name).map(|value| ("the reference", value));
        let stated = written.or_else(|| surroundings.stated.get(name).map(|value| ("the param that was stated", value)));
        let own = captured.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        if let (Some((who, value)), Some(own)) = (stated, own)
            && value != own
        {
            return Err(refused(format!("`{name}` is `{own}` in the id, but `{value}` in {who}; leave the latter out")));
        }
        let variables = declared.and_then(|param| param.env.as_ref()).map_or(&[][..], |env| &env.0);
        let set = || surroundings.first_set(variables.iter().map(|name| name.as_str()));
        let given = match (stated, own) {
            (Some((who, value)), _) => Some((who.to_owned(), value.to_owned())),
            (None, Some(_)) => None,
            (None, None) => set().map(|(variable, value)| (variable.to_owned(), value)),
        };
        let default = declared.and_then(|param| param.default.as_ref()).map(|word| word.as_str());
        let value = given.as_ref().map(|(_, value)| value.as_str()).or(own).or(default);
        let value = value.ok_or_else(|| missing(definition, name, declared))?;
        check(name, value, declared, given.as_ref().map_or("the id", |(who, _)| who))?;
        settled.values = settled.values.with(name, value);
        if given.is_some() && own.is_none() {
            settled.given = settled.given.with(name, value);
        }
    }
    for (name, param) in &definition.params {
        if let Some(from) = &param.from {
            let value = derived(param, from.as_str(), &settled.values);
            let value = value.ok_or_else(|| {
                let found = settled.values.get(from.as_str()).unwrap_or_default();
                refused(format!(
                    "`{}` cannot be worked out: nothing is known of `{}` being `{found}`",
                    name.as_str(),
                    from.as_str()
                ))
            })?;
            check(name.as_str(), &value, Some(param), "what it is worked out of")?;
            settled.values = settled.values.with(name.as_str(), &value);
        }
    }
    Ok(settled)
}

/// The named groups of the first pattern that matches.
fn captured<'d>(definition: &'d Definition, job_id: &'d JobId) -> Vec<(&'d str, &'d str)> {
    let patterns = definition.job_id.as_ref().map_or(&[][..], |shape| &shape.pattern.0);
    // Most definitions name no group; then no pattern is tried.
    if patterns.iter().all(|pattern| pattern.group_names().next().is_none()) {
        return Vec::new();
    }
    let groups = patterns.iter().find_map(|pattern| pattern.groups(job_id.as_str()));
    groups.map(Iterator::collect).unwrap_or_default()
}

fn derived(param: &Param, from: &str, values: &Params) -> Option<String> {
    let value = values.get(from)?;
    let listed = param.map.get(value).map(|word| word.as_str().to_owned());
    let otherwise = || param.otherwise.as_ref()?.expand(crate::template::Writing::Prose, |name| values.get(name));
    listed.or_else(otherwise)
}

/// A value is subject to what holds for an id, and to the pattern of its param.
fn check(name: &str, value: &str, declared: Option<&Param>, who: &str) -> Result<(), Problem> {
    if let Err(error) = check_value(value) {
        let what = error.to_string().replace("a job id", "a value");
        return Err(refused(format!("`{name}` of {who} cannot be sent: {what}")));
    }
    let pattern = declared.and_then(|param| param.pattern.as_ref()).filter(|pattern| !pattern.is_match(value));
    let like = declared.and_then(|param| param.example.as_ref()).map(|example| format!(", such as {}", example.as_str()));
    match pattern {
        None => Ok(()),
        Some(pattern) => Err(refused(format!(
            "expected `{name}` to match `{}`{}, found `{value}` in {who}",
            pattern.as_str(),
            like.unwrap_or_default()
        ))),
    }
}

fn missing(definition: &Definition, name: &str, declared: Option<&Param>) -> Problem {
    let id = &*definition.id.0;
    let about = declared.and_then(|param| param.about.as_ref()).map(|about| format!(", {}", about.as_str())).unwrap_or_default();
    let example = declared.and_then(|param| param.example.as_ref()).map(|word| word.as_str());
    let like = example.map(|example| format!(", such as {example}")).unwrap_or_default();
    let value = example.unwrap_or("VALUE");
    let mut ways = vec![format!("write {id}:JOB?{name}={value}"), format!("state --param {name}={value}")];
    let variables = declared.and_then(|param| param.env.as_ref()).map_or(&[][..], |env| &env.0);
    let variables: Vec<&str> = variables.iter().map(|name| name.as_str()).collect();
    if !variables.is_empty() {
        ways.push(format!("set {}", variables.join(" or ")));
    }
    if captured_names(definition).any(|captured| captured == name) {
        let examples = definition.job_id.iter().flat_map(|shape| &shape.example.0).map(|example| example.as_str());
        ways.push(format!("give the whole id, like {}", examples.take(1).collect::<String>()));
    }
    let last = ways.pop().unwrap_or_default();
    refused(format!("{id} needs `{name}`{about}{like}: {}, or {last}", ways.join(", ")))
}

fn refused(message: String) -> Problem {
    Problem::new(ProblemKind::Misconfigured, message)
}
