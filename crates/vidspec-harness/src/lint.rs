//! Definitions and their evidence, looked at without sending anything.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vidspec::{Catalogue, Code, Diagnostics, Entry};

use crate::evidence::{Evidence, EvidenceError};
use crate::suite::{SuiteError, evidence_without_definition, link_in};

mod proof;

/// Definitions, and the evidence for them.
#[derive(Clone, Debug)]
pub struct LintTarget {
    /// A folder of definitions, or one file.
    pub definitions: PathBuf,
    /// The folder of their evidence. It need not exist.
    pub fixtures: PathBuf,
}

/// What came of it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct LintOutcome {
    /// How many definitions were looked at.
    pub definitions: usize,
    /// What is to be said, file by file; files of which there is nothing to say are left out.
    pub findings: Vec<Diagnostics>,
    /// What cannot be read.
    pub unreadable: Vec<SuiteError>,
}

/// Looks for mistakes in definitions and their evidence, and for what is probably not as it was meant. No key is read, nothing is sent,
/// and links are refused. Whether claims hold is for [`Suite`](crate::Suite) to say.
pub fn lint(targets: &[LintTarget]) -> LintOutcome {
    let mut outcome = LintOutcome::default();
    let mut catalogue = Catalogue::empty();
    // For each definition of the catalogue the folder of its evidence.
    let mut fixtures: Vec<&Path> = Vec::new();
    let mut whole: Vec<&Path> = Vec::new();
    let mut known = HashSet::new();
    for target in targets {
        let links: Vec<_> = [&target.definitions, &target.fixtures].into_iter().filter_map(|place| link_in(place)).collect();
        if !links.is_empty() {
            outcome.unreadable.extend(links);
            continue;
        }
        match own_definitions(target) {
            Ok(own) => {
                for file in own {
                    // A file may be named twice, alone and with its folder.
                    if known.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
                        catalogue.add_file(file);
                        fixtures.push(&target.fixtures);
                    }
                }
            }
            Err(error) => outcome.unreadable.push(error),
        }
        if target.definitions.is_dir() && target.fixtures.is_dir() && !whole.contains(&&*target.fixtures) {
            whole.push(&target.fixtures);
        }
    }
    // Several folders of definitions can have their evidence in one.
    for error in whole.into_iter().flat_map(|fixtures| evidence_without_definition(fixtures, &catalogue)) {
        outcome.stray(error);
    }
    // Ids are told apart from those of the definitions that are built in too, and those can be extended.
    catalogue.add_builtin();
    for (entry, fixtures) in catalogue.entries().iter().zip(fixtures) {
        outcome.look_at(&catalogue, entry, fixtures);
    }
    outcome.findings.retain(|diagnostics| diagnostics.iter().next().is_some());
    outcome
}

/// The files of a folder, or the one file.
fn own_definitions(target: &LintTarget) -> Result<Vec<PathBuf>, SuiteError> {
    if !target.definitions.is_dir() {
        return Ok(vec![target.definitions.clone()]);
    }
    let mut own = Catalogue::empty();
    own.add_folder(&target.definitions).map_err(|error| SuiteError::Definition(Arc::new(error)))?;
    let files: Vec<_> = own.entries().iter().filter_map(Entry::file).map(Path::to_owned).collect();
    if files.is_empty() { Err(SuiteError::Empty(target.definitions.clone())) } else { Ok(files) }
}

impl LintOutcome {
    fn look_at(&mut self, catalogue: &Catalogue, entry: &Entry, fixtures: &Path) {
        let mut linted = match catalogue.lint(entry) {
            Ok(linted) => linted,
            Err(error) => return self.unreadable.push(SuiteError::Definition(Arc::new(error))),
        };
        self.definitions += 1;
        let evidence = fixtures.join(entry.id()).is_dir().then(|| Evidence::load_all(fixtures, entry.id()));
        let mut malformed = Vec::new();
        match (evidence, linted.provider().cloned()) {
            (None, _) => {
                let folder = fixtures.join(entry.id());
                let message = format!("there is no evidence for this definition: expected a folder {}", folder.display());
                linted.add(Code::NoEvidence, "id", message, Some("docs/fixtures.md says what belongs into it".into()));
            }
            (Some(Ok(evidence)), Some(provider)) => proof::compare(&provider, &evidence, &mut linted),
            (Some(Ok(_)), None) => {}
            (Some(Err(errors)), _) => malformed = errors,
        }
        self.findings.push(linted.into_diagnostics());
        self.findings.extend(malformed.into_iter().map(|error| bad_evidence(fixtures, error)));
    }

    /// A folder of evidence whose provider has no definition, or one that cannot be read.
    fn stray(&mut self, error: SuiteError) {
        match error {
            SuiteError::NoDefinition { folder, provider } => {
                let mut diagnostics = Diagnostics::about(&folder.display().to_string(), "");
                let message = format!("expected a definition {provider}.yaml for this evidence, found none");
                diagnostics.add(Code::BadEvidence, 0, message, None);
                self.findings.push(diagnostics);
            }
            other => self.unreadable.push(other),
        }
    }
}

fn bad_evidence(fixtures: &Path, EvidenceError { file, reason, at }: EvidenceError) -> Diagnostics {
    let path = fixtures.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    // The place is shown anyway.
    let reason = at.and_then(|_| Some(reason.rsplit_once(" at line ")?.0.to_owned())).unwrap_or(reason);
    let mut diagnostics = Diagnostics::about(&path.display().to_string(), &text);
    diagnostics.add(Code::BadEvidence, at.unwrap_or_default(), reason, None);
    diagnostics
}
