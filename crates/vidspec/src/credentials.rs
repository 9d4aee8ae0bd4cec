//! The key that is sent to a provider.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::definition::{Auth, AuthStyle};
use crate::problem::{Problem, ProblemKind};
use crate::provider::Provider;
use crate::request::{Key, KeyPlace};
use crate::secret::Secret;

/// The key for one provider, and the way it is sent.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The provider that the key was looked up for; a key that the caller holds belongs to nobody yet.
    provider: Option<String>,
    /// Which of the provider's ways to send a key.
    way: usize,
    key: Secret,
    name: Option<String>,
}

impl Credentials {
    /// A key that the caller holds, sent in the provider's first way.
    ///
    /// A key of the form `user:password` is expected where the provider wants HTTP's basic authentication.
    pub fn new(key: &str) -> Self {
        Self { provider: None, way: 0, key: Secret::new(key), name: None }
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
    /// An empty value counts as none.
    ///
    /// # Errors
    /// A problem of the kind `unauthorized` that names what was looked for.
    pub fn find(provider: &Provider, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let ways = &provider.definition().auth.0;
        for (index, way) in ways.iter().enumerate() {
            let found = way.env.0.iter().filter_map(|name| Some((name, Secret::new(&lookup(name.as_str())?))));
            if let Some((name, key)) = found.into_iter().find(|(_, key)| !key.expose().is_empty()) {
                let provider = Some(provider.id().to_owned());
                return Ok(Self { provider, way: index, key, name: Some(name.as_str().to_owned()) });
            }
        }
        Err(missing_key(provider.name(), provider.key_variables()))
    }

    /// Looks the key up under one name only, as for a second account.
    ///
    /// # Errors
    /// A problem of the kind `unauthorized` that names what was looked for.
    pub fn find_under(provider: &Provider, name: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let key = lookup(name).map(|text| Secret::new(&text)).filter(|key| !key.expose().is_empty());
        let listed = |way: &Auth| way.env.0.iter().any(|known| known.as_str() == name);
        let way = provider.definition().auth.0.iter().position(listed).unwrap_or_default();
        let found = key.map(|key| Self { provider: Some(provider.id().to_owned()), way, key, name: Some(name.to_owned()) });
        found.ok_or_else(|| missing_key(provider.name(), std::iter::once(name)))
    }

    /// The name that the key was found under.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The header with which this provider is sent the key, with a stand-in for the key; `None` where the key goes into the query
    /// or is encoded.
    pub fn header_with(&self, stand_in: &str, provider: &Provider) -> Option<(String, String)> {
        let way = provider.definition().auth.0.get(self.way).filter(|way| way.style != AuthStyle::Basic)?;
        let key = place(way, &Secret::new(stand_in))?;
        match key.place {
            KeyPlace::Header(name) => Some((name, key.value.expose().to_owned())),
            KeyPlace::Query(_) => None,
        }
    }

    /// The key in the place where this provider wants it.
    pub(crate) fn place(&self, provider: &Provider) -> Result<Key, Problem> {
        if let Some(own) = self.provider.as_ref().filter(|own| *own != provider.id()) {
            let message = format!("the key is that of {own}, and {} must not see it", provider.id());
            return Err(Problem::new(ProblemKind::Misconfigured, message));
        }
        let key = provider.definition().auth.0.get(self.way).and_then(|way| place(way, &self.key));
        key.filter(|key| fits_a_header(key) && can_be_a_key(self.key.expose())).ok_or_else(|| {
            let name = self.name.as_deref().unwrap_or("it");
            let message = format!("the key has characters that cannot be sent; was {name} copied whole, and alone?");
            Problem::new(ProblemKind::Misconfigured, message)
        })
    }
}

/// The problem of a check that has no key to send.
fn missing_key<'n>(provider: &str, names: impl Iterator<Item = &'n str>) -> Problem {
    let names: Vec<&str> = names.collect();
    let message = format!("no key for {provider}: set {} in the environment", names.join(" or "));
    Problem::new(ProblemKind::Unauthorized, message)
}

fn place(auth: &Auth, key: &Secret) -> Option<Key> {
    let encoded = || Secret::new(&BASE64.encode(key.expose()));
    let (place, value) = match auth.style {
        AuthStyle::Bearer => (authorization(), format!("Bearer {}", key.expose())),
        AuthStyle::Raw => (authorization(), key.expose().to_owned()),
        AuthStyle::Scheme => (authorization(), format!("{} {}", auth.scheme.as_ref()?.as_str(), key.expose())),
        AuthStyle::Basic => (authorization(), format!("Basic {}", encoded().expose())),
        AuthStyle::Header => (KeyPlace::Header(auth.name.as_ref()?.as_str().to_ascii_lowercase()), key.expose().to_owned()),
        AuthStyle::Query => (KeyPlace::Query(auth.name.as_ref()?.as_str().to_owned()), key.expose().to_owned()),
    };
    let mut spellings = vec![key.clone()];
    if auth.style == AuthStyle::Basic {
        spellings.push(encoded());
        // Some providers put the key before the colon, and nothing after it.
        let part = key.expose().split_once(':').map(|(user, password)| if password.is_empty() { user } else { password });
        spellings.extend(part.map(Secret::new));
    }
    Some(Key { place, value: Secret::new(&value), spellings })
}

fn authorization() -> KeyPlace {
    KeyPlace::Header("authorization".into())
}

fn can_be_a_key(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// RFC 9110, section 5.5: visible ASCII and spaces.
fn fits_a_header(key: &Key) -> bool {
    let value = &key.value;
    value.expose().bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
