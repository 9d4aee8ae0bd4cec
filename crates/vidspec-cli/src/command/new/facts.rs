//! What is known of a provider before its definition is written.

use vidspec::{Diagnostics, Provider};

use super::proposal::Proposals;
use super::{definition, yaml};
use crate::args::New;
use crate::error::CliError;

/// The facts, as they were given; `None` is not known.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) docs: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) auth: Option<String>,
    pub(super) env: Option<String>,
    pub(super) get: Option<String>,
    pub(super) status_path: Option<String>,
    pub(super) map: Option<String>,
    pub(super) video: Option<String>,
    pub(super) job_id: Option<String>,
}

/// What stands for a word, an id or a page that nobody gave.
pub(super) const TODO: &str = "TODO";

impl From<&New> for Facts {
    fn from(args: &New) -> Self {
        Self {
            id: args.short_name.clone(),
            name: args.name.clone(),
            docs: args.docs.clone(),
            base_url: args.base_url.clone(),
            auth: args.auth.clone(),
            env: args.env.clone(),
            get: args.get.clone(),
            status_path: args.status_path.clone(),
            map: args.map.clone(),
            video: args.video.clone(),
            job_id: args.job_id.clone(),
        }
    }
}

impl Facts {
    /// Whether a definition can be made of them. What is wrong with a fact is what is wrong with the definition.
    pub(super) fn check(&self) -> Result<(), Vec<CliError>> {
        if self.variables().iter().any(|name| !is_variable(name)) {
            // It is not repeated: it may be the key itself.
            let error = CliError::new("expected the name of an environment variable such as ACME_API_KEY, found something else");
            return Err(vec![error.help("the key itself never belongs into a file")]);
        }
        if let Some(part) = self.map.iter().flat_map(|map| map.split(',')).find(|part| !part.contains('=')) {
            let error = CliError::new(format!("expected WORD=STATE, such as done=completed, found `{part}`"));
            return Err(vec![error.help("several are separated by commas")]);
        }
        let text = definition::text(self, &Proposals::default());
        let mistakes = Provider::parse(&format!("{}.yaml", self.id), &text).err();
        let told = mistakes.iter().flat_map(Diagnostics::iter).map(|mistake| {
            let error = CliError::new(&mistake.message);
            mistake.help.iter().fold(error, CliError::help)
        });
        let told: Vec<CliError> = told.collect();
        if told.is_empty() { Ok(()) } else { Err(told) }
    }

    /// The name for people: that of the id, if no other is known.
    pub(super) fn name(&self) -> String {
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        };
        self.name.clone().unwrap_or_else(|| self.id.split('-').map(capital).collect::<Vec<_>>().join(" "))
    }

    pub(super) fn docs(&self) -> &str {
        self.docs.as_deref().unwrap_or("https://example.com/TODO")
    }

    /// How the key is sent, and the name or word that belongs to it.
    pub(super) fn auth(&self) -> (&str, Option<&str>) {
        let auth = self.auth.as_deref().unwrap_or("bearer");
        auth.split_once(':').map_or((auth, None), |(style, name)| (style, Some(name)))
    }

    /// The usual name of the variable, if none is known.
    pub(super) fn variables(&self) -> Vec<String> {
        let of_name = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let usual = || format!("{}_API_KEY", self.id.chars().map(of_name).collect::<String>());
        let env = self.env.clone().unwrap_or_else(usual);
        env.split(',').map(|name| name.trim().to_owned()).collect()
    }

    /// The words and their states.
    pub(super) fn words(&self) -> Vec<(&str, &str)> {
        let pairs = self.map.iter().flat_map(|map| map.split(',')).filter_map(|part| part.split_once('='));
        pairs.map(|(word, state)| (word.trim(), state.trim())).collect()
    }

    /// The id of the job that the evidence is about.
    pub(super) fn job_id(&self) -> &str {
        self.job_id.as_deref().unwrap_or(TODO)
    }

    /// `auth` of the definition.
    pub(super) fn auth_text(&self) -> String {
        let (style, name) = self.auth();
        let key = if style == "scheme" { "scheme" } else { "name" };
        let name = name.map(|name| format!(" {key}: {},", yaml::scalar(name))).unwrap_or_default();
        format!("{{ style: {},{name} env: {} }}", yaml::scalar(style), yaml::list(self.variables().iter().map(String::as_str)))
    }
}

fn is_variable(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    begins && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
