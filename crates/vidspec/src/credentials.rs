//! The key that is sent to a provider.

use crate::definition::Word;
use crate::problem::{Problem, ProblemKind};
use crate::provider::Provider;
use crate::redactor::Redactor;
use crate::request::Key;
use crate::secret::Secret;
use crate::time::Timestamp;

mod token;
mod way;

pub(crate) use way::{TOKEN, Way};

/// The key for one provider, and the way it is sent.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The provider that the key was looked up for; a key that the caller holds belongs to nobody yet.
    provider: Option<String>,
    /// Which of the provider's ways to send a key; if not known, the first that takes one secret.
    way: Option<usize>,
    /// The secrets of that way, in its order.
    secrets: Vec<Secret>,
    /// The names that they were found under.
    names: Vec<String>,
    /// Takes the secrets out of answers.
    redactor: Redactor,
}

impl Credentials {
    /// A key that the caller holds, sent in the provider's first way that takes one secret.
    ///
    /// A key of the form `user:password`, or the base64 of that, is expected where the provider wants HTTP's basic
    /// authentication.
    pub fn new(key: &str) -> Self {
        Self::of(None, None, vec![Secret::new(key)], Vec::new())
    }

    /// Looks the key up under the names that the definition lists, usually in the environment:
    ///
    /// ```
    /// # use vidspec::{Catalogue, Credentials};
    /// # let provider = Catalogue::builtin().provider("veo").unwrap();
    /// let keys = |name: &str| (name == "GEMINI_API_KEY").then(|| "AIza-example".to_owned());
    /// assert!(Credentials::find(&provider, keys).is_ok());
    /// ```
    ///
    /// An empty value counts as none. Where a way takes several secrets, it is used only if all of them are set.
    ///
    /// # Errors
    /// A problem of the kind `unauthorized` that names what was looked for.
    pub fn find(provider: &Provider, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let first_set = |variables: &[Word]| {
            let set = |name: &Word| Some((name.as_str().to_owned(), Secret::new(&lookup(name.as_str())?)));
            variables.iter().filter_map(set).find(|(_, secret)| !secret.expose().is_empty())
        };
        let all_set = |way: &Way| way.secrets().map(first_set).collect::<Option<Vec<_>>>();
        let mut ways = provider.ways().iter().enumerate();
        let found = ways.find_map(|(index, way)| Some((index, all_set(way)?)));
        let (way, found) = found.ok_or_else(|| missing_key(provider.name(), &alternatives(provider)))?;
        let (names, secrets) = found.into_iter().unzip();
        Ok(Self::of(Some(provider), Some(way), secrets, names))
    }

    /// Looks the key up under one name only, as for a second account. It is sent in the way that lists this name, or else in the
    /// first that takes one secret.
    ///
    /// # Errors
    /// A problem of the kind `unauthorized` that names what was looked for.
    pub fn find_under(provider: &Provider, name: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let key = lookup(name).map(|text| Secret::new(&text)).filter(|key| !key.expose().is_empty());
        let lists = |way: &Way| way.secrets().len() == 1 && way.variables().any(|known| known == name);
        let way = provider.ways().iter().position(lists);
        let key = key.ok_or_else(|| missing_key(provider.name(), name))?;
        Ok(Self::of(Some(provider), way, vec![key], vec![name.to_owned()]))
    }

    fn of(provider: Option<&Provider>, way: Option<usize>, secrets: Vec<Secret>, names: Vec<String>) -> Self {
        let redactor = Redactor::new(&secrets);
        Self { provider: provider.map(|provider| provider.id().to_owned()), way, secrets, names, redactor }
    }

    /// The name that the key was found under; of several secrets the first one's.
    pub fn name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }

    /// The names of all its secrets, in the order in which the provider takes them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The header with which this provider is sent the key, with a stand-in for the key; `None` where the key goes into the query,
    /// is encoded, or is made of several secrets.
    pub fn header_with(&self, stand_in: &str, provider: &Provider) -> Option<(String, String)> {
        self.way(provider)?.header_with(stand_in)
    }

    /// The key in the place where this provider wants it, at this moment.
    pub(crate) fn place(&self, provider: &Provider, now: Timestamp) -> Result<Key, Problem> {
        let misconfigured = |message: String| Problem::new(ProblemKind::Misconfigured, message);
        if let Some(own) = self.provider.as_ref().filter(|own| *own != provider.id()) {
            return Err(misconfigured(format!("the key is that of {own}, and {} must not see it", provider.id())));
        }
        let way = self
            .way(provider)
            .ok_or_else(|| misconfigured(format!("{} takes no single key: set {}", provider.name(), alternatives(provider))))?;
        let sendable = self.secrets.iter().all(|secret| can_be_a_key(secret.expose()));
        let key = way.place(&self.secrets, &self.redactor, now).filter(|key| sendable && fits_a_header(key));
        key.ok_or_else(|| {
            let names = if self.names.is_empty() { "it".to_owned() } else { self.names.join(" and ") };
            misconfigured(format!("the key has characters that cannot be sent; was {names} copied whole and alone, without quotes, without `Bearer`?"))
        })
    }

    fn way<'p>(&self, provider: &'p Provider) -> Option<&'p Way> {
        match self.way {
            Some(index) => provider.ways().get(index),
            None => provider.ways().iter().find(|way| way.secrets().len() == self.secrets.len()),
        }
    }
}

/// `A or B`, and where a way takes several secrets `A, or B and C`.
pub(crate) fn alternatives(provider: &Provider) -> String {
    let secrets = |variables: &[Word]| variables.iter().map(Word::as_str).collect::<Vec<_>>().join(" or ");
    let ways = provider.ways().iter().map(|way| way.secrets().map(secrets).collect::<Vec<_>>().join(" and "));
    let several = provider.ways().iter().any(|way| way.secrets().len() > 1);
    ways.collect::<Vec<_>>().join(if several { ", or " } else { " or " })
}

/// The problem of a check that has no key to send.
fn missing_key(provider: &str, names: &str) -> Problem {
    Problem::new(ProblemKind::Unauthorized, format!("no key for {provider}: set {names} in the environment"))
}

/// A password can have blanks in it. Elsewhere they, and quotes around all, come of copying what stands around a key; a server would then
/// speak of a key that nobody looks for in its answer.
fn can_be_a_key(text: &str) -> bool {
    let is_quoted = text.starts_with(['"', '\'', '`']);
    let is_one_word = text.contains(':') || !text.contains(' ');
    !text.is_empty() && !is_quoted && is_one_word && !text.chars().any(char::is_control)
}

/// RFC 9110, section 5.5: visible ASCII and spaces.
fn fits_a_header(key: &Key) -> bool {
    let value = &key.value;
    value.expose().bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
