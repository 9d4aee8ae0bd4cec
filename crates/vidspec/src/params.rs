//! Values beside the id of a job.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::base_url::PlainHttp;

mod settle;

pub(crate) use settle::{Settled, captured_names, givable, settle};

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
            params.get(name).is_none().then_some(())?;
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
    environment: Arc<Environment<'s>>,
    plain_http: PlainHttp,
}

type Environment<'s> = dyn Fn(&str) -> Option<String> + Send + Sync + 's;

impl<'s> Surroundings<'s> {
    /// Those with this environment: what is set under a name.
    pub fn new(environment: impl Fn(&str) -> Option<String> + Send + Sync + 's) -> Self {
        Self { stated: Params::new(), environment: Arc::new(environment), plain_http: PlainHttp::default() }
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

    /// The same for a network that is trusted: an address that the environment or [`Question::at`](crate::Question::at) gives may
    /// be one of plain HTTP on another machine. The key is readable on the way there.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    pub(crate) fn plain_http(&self) -> PlainHttp {
        self.plain_http
    }

    pub(crate) fn stated(&self) -> &Params {
        &self.stated
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
