//! Definitions with their evidence, tested as a whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use vidspec::{Catalogue, CatalogueError, Provider};

use crate::coverage::Coverage;
use crate::evidence::{Evidence, EvidenceError};
use crate::folders::Folders;
use crate::links;
use crate::outcome::{Outcome, Tested};
use crate::replay::replay;
use crate::scenario::Scenario;
use crate::snapshot::Snapshots;

/// How many scenarios are replayed at the same time; each waits for a server thread of its own most of the time.
const AT_ONCE: usize = 16;

/// Definitions with their evidence.
#[derive(Debug)]
pub struct Suite {
    subjects: Vec<Subject>,
    snapshots: Snapshots,
}

#[derive(Debug)]
struct Subject {
    provider: Arc<Provider>,
    /// `None` if it has no folder.
    evidence: Option<Evidence>,
}

/// Why definitions and evidence cannot be tested.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// A definition has mistakes, or the folder cannot be read.
    #[error("{0}")]
    Definition(Arc<CatalogueError>),
    /// A file of the evidence is missing or malformed.
    #[error("{}/{error}", folder.display())]
    Evidence {
        /// The folder of fixtures.
        folder: PathBuf,
        /// The file and what is wrong with it.
        #[source]
        error: EvidenceError,
    },
    /// The folder of definitions holds none.
    #[error("{}: expected definitions such as acme.yaml, found none", .0.display())]
    Empty(PathBuf),
    /// Evidence for a provider that has no definition.
    #[error("{}: expected a definition {provider}.yaml for this evidence, found none", folder.display())]
    NoDefinition {
        /// The folder of the evidence.
        folder: PathBuf,
        /// The provider's id.
        provider: String,
    },
    /// A link among the files. Who may propose a definition may not read any file by it.
    #[error("{}: expected a file or folder, found a link", .0.display())]
    Link(PathBuf),
    /// A folder cannot be listed.
    #[error("{} cannot be read: {error}", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        #[source]
        error: std::io::Error,
    },
}

impl Suite {
    /// Reads all definitions of a folder, and the evidence for them. Links are refused, not followed.
    ///
    /// # Errors
    /// All mistakes of the files, in one pass.
    pub fn open(folders: &Folders) -> Result<Self, Vec<SuiteError>> {
        let mut errors: Vec<_> = [&folders.providers, &folders.fixtures, &folders.snapshots]
            .into_iter()
            .filter_map(|folder| link_in(folder))
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut subjects = Vec::new();
        let mut catalogue = Catalogue::empty();
        if let Err(error) = catalogue.add_folder(&folders.providers) {
            return Err(vec![SuiteError::Definition(Arc::new(error))]);
        }
        let own = catalogue.entries().len();
        if own == 0 {
            errors.push(SuiteError::Empty(folders.providers.clone()));
        }
        errors.extend(evidence_without_definition(&folders.fixtures, &catalogue));
        // What a definition extends may be built in.
        catalogue.add_builtin();
        for entry in catalogue.entries().iter().take(own) {
            let has_evidence = folders.fixtures.join(entry.id()).is_dir();
            let evidence = has_evidence.then(|| Evidence::load_all(&folders.fixtures, entry.id())).transpose();
            match (entry.provider(), evidence) {
                (Ok(provider), Ok(evidence)) => subjects.push(Subject { provider, evidence }),
                (provider, evidence) => {
                    errors.extend(provider.err().map(SuiteError::Definition));
                    let malformed = evidence.err().unwrap_or_default().into_iter();
                    errors.extend(malformed.map(|error| SuiteError::Evidence { folder: folders.fixtures.clone(), error }));
                }
            }
        }
        let snapshots = Snapshots::new(&folders.snapshots);
        if errors.is_empty() { Ok(Self { subjects, snapshots }) } else { Err(errors) }
    }

    /// The snapshots of its reports.
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// Replays the scenarios whose `provider/scenario` contains one of these texts, or all if there is none. No key is read, and
    /// no address but this machine's is reached. Providers of which no scenario was asked for are left out.
    ///
    /// # Errors
    /// If a snapshot cannot be read.
    pub async fn run(&self, filter: &[String]) -> std::io::Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        for subject in &self.subjects {
            let id = subject.provider.id();
            let wanted =
                |name: &str| filter.is_empty() || filter.iter().any(|part| format!("{id}/{name}").contains(part.as_str()));
            let scenarios = subject.evidence.iter().flat_map(|evidence| &evidence.scenarios);
            let scenarios: Vec<_> = scenarios.filter(|scenario| wanted(&scenario.name)).cloned().collect();
            if scenarios.is_empty() && !filter.is_empty() {
                continue;
            }
            let mut outcome = self.test(subject, scenarios).await?;
            if filter.is_empty() {
                let evidence = subject.evidence.as_ref();
                let disagreements = evidence.map(|evidence| outcome.coverage.against(&evidence.documented)).unwrap_or_default();
                outcome.complaints = disagreements.iter().map(ToString::to_string).collect();
                let scenarios = evidence.map_or(&[][..], |evidence| &evidence.scenarios);
                outcome.left_over = self.snapshots.left_over(id, scenarios)?;
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn test(&self, subject: &Subject, scenarios: Vec<Scenario>) -> std::io::Result<Outcome> {
        let provider = &subject.provider;
        let documented = subject.evidence.as_ref().map(|evidence| Arc::new(evidence.documented.clone()));
        // A task for each: the mock server's shutdown blocks a task whose budget is spent.
        let replays = stream::iter(scenarios).filter_map(|scenario| {
            let (provider, documented) = (provider.clone(), documented.clone());
            async move {
                let documented = documented?;
                Some(tokio::spawn(async move {
                    let replayed = replay(&provider, &documented, &scenario).await;
                    (scenario, replayed)
                }))
            }
        });
        let mut replays = std::pin::pin!(replays.buffered(AT_ONCE));
        let mut tested = Vec::new();
        let mut coverage = Coverage::of(provider);
        while let Some(done) = replays.next().await {
            let (scenario, replayed) = done.map_err(std::io::Error::other)?;
            let snapshot = self.snapshots.compare(provider.id(), &scenario, &replayed.report)?;
            if replayed.complaints().next().is_none() {
                coverage.add(&replayed.check, &scenario);
            }
            tested.push(Tested { scenario, replayed, snapshot });
        }
        let (complaints, left_over) = (Vec::new(), Vec::new());
        Ok(Outcome { provider: provider.clone(), tested, complaints, left_over, coverage })
    }
}

/// A link in what may be somebody else's.
pub(crate) fn link_in(folder: &Path) -> Option<SuiteError> {
    let unreadable = |error| Some(SuiteError::Unreadable { folder: folder.to_owned(), error });
    links::first_in(folder).map_or_else(unreadable, |link| link.map(SuiteError::Link))
}

/// Folders of evidence whose provider is not among the definitions: a slip in a name would go unnoticed.
pub(crate) fn evidence_without_definition(fixtures: &Path, catalogue: &Catalogue) -> Vec<SuiteError> {
    let unreadable = |error| SuiteError::Unreadable { folder: fixtures.to_owned(), error };
    let entries = match std::fs::read_dir(fixtures) {
        Ok(entries) => entries,
        Err(error) => return vec![unreadable(error)],
    };
    let mut errors = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if entry.path().is_dir() => {
                let provider = entry.file_name().to_string_lossy().into_owned();
                if !catalogue.contains(&provider) {
                    errors.push(SuiteError::NoDefinition { folder: entry.path(), provider });
                }
            }
            Ok(_) => {}
            Err(error) => errors.push(unreadable(error)),
        }
    }
    errors
}
