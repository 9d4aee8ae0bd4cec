//! Definitions held against their evidence, without sending anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;
use vidspec::{Answers, Catalogue, Code, Diagnostics, Entry, JobId, Linted, Provider};

use crate::coverage::Coverage;
use crate::evidence::{Evidence, EvidenceError};
use crate::suite::{SuiteError, evidence_without_definition};

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

/// Looks for mistakes in definitions and their evidence, and for what is probably not as it was meant. No key is read, and nothing is
/// sent. Whether claims hold is for [`Suite`](crate::Suite) to say.
pub fn lint(targets: &[LintTarget]) -> LintOutcome {
    let mut outcome = LintOutcome::default();
    let mut catalogue = Catalogue::empty();
    // For each definition of the catalogue the folder of its evidence.
    let mut fixtures: Vec<&Path> = Vec::new();
    let mut whole: Vec<&Path> = Vec::new();
    for target in targets {
        match own_definitions(target) {
            Ok(own) => {
                fixtures.extend(own.iter().map(|_| &*target.fixtures));
                own.into_iter().for_each(|file| catalogue.add_file(file));
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
        outcome.definitions += 1;
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
        let evidence = fixtures.join(entry.id()).is_dir().then(|| Evidence::load_all(fixtures, entry.id()));
        let mut malformed = Vec::new();
        match (evidence, linted.provider().cloned()) {
            (None, _) => {
                let folder = fixtures.join(entry.id());
                let message = format!("there is no evidence for this definition: expected a folder {}", folder.display());
                linted.add(Code::NoEvidence, "id", message, Some("docs/fixtures.md says what belongs into it".into()));
            }
            (Some(Ok(evidence)), Some(provider)) => compare(&provider, &evidence, &mut linted),
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
    let mut diagnostics = Diagnostics::about(&path.display().to_string(), &text);
    diagnostics.add(Code::BadEvidence, at.unwrap_or_default(), reason, None);
    diagnostics
}

fn compare(provider: &Provider, evidence: &Evidence, linted: &mut Linted) {
    let coverage = Coverage::judged(provider, evidence);
    for part in coverage.missing() {
        let help = Some("add a fixture that shows it, or take it out".into());
        linted.add(Code::Unproven, part, format!("no fixture shows `{part}`"), help);
    }
    for disagreement in coverage.against(&evidence.documented) {
        let (section, word) = (disagreement.section, &disagreement.word);
        let message = disagreement.to_string();
        if disagreement.is_documented {
            let help = format!("say in `{section}` what it means, or take it out of documented.yaml");
            linted.add(Code::UnmappedWord, section, message, Some(help));
        } else {
            let help = Some("name the page that lists it in documented.yaml, or take it out here".into());
            linted.add(Code::UndocumentedWord, &format!("{section}.{word}"), message, help);
        }
    }
    let mut answers = Answers::default();
    for scenario in &evidence.scenarios {
        let judged = evidence.documented.judge_each(provider, scenario);
        answers.status.extend(judged.iter().map(|judged| &*judged.status.body));
        answers.result.extend(judged.iter().filter_map(|judged| Some(&*judged.result?.body)));
    }
    linted.add_unseen_paths(&answers);
    held_back(provider, evidence, linted);
}

/// Hosts of examples (RFC 2606): a page that shows one does not tell the real host.
fn is_placeholder(host: &str) -> bool {
    let below = |name: &str| host == name || host.strip_suffix(name).is_some_and(|labels| labels.ends_with('.'));
    ["example", "example.com", "example.net", "example.org", "invalid", "test", "localhost"].into_iter().any(below)
}

/// Files that cannot be fetched: they need the key, which does not go where they are.
fn held_back(provider: &Provider, evidence: &Evidence, linted: &mut Linted) {
    let mut told = Vec::new();
    for scenario in &evidence.scenarios {
        let Ok(job_id) = JobId::new(&scenario.job_id) else { continue };
        let question = evidence.documented.question(provider, job_id, &scenario.params);
        for report in evidence.documented.judge(provider, scenario).into_iter().filter_map(|check| check.outcome.ok()) {
            for output in report.outputs.iter().filter(|output| output.key_needed) {
                let Some(url) = output.url.as_ref().and_then(|url| Url::parse(url).ok()) else { continue };
                let host = url.host_str().unwrap_or_default().to_owned();
                if question.may_see_key(&url) || is_placeholder(&host) || told.contains(&(output.role, host.clone())) {
                    continue;
                }
                let role = output.role.as_str();
                let part = [role, "file"].map(|role| format!("outputs.{role}")).into_iter();
                let part = part.into_iter().find(|part| provider.places().contains(part)).unwrap_or_default();
                let message = format!("the {role} of `{}` needs the key, which does not go to {host}", scenario.name);
                linted.add(Code::KeyHeldBack, &part, message, Some("name the host in `hosts`, or leave `key` out".into()));
                told.push((output.role, host));
            }
        }
    }
}
