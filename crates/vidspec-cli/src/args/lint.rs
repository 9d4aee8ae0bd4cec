//! `vidspec lint`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use vidspec::Level;
use vidspec_harness::LintTarget;

use crate::error::CliError;

#[derive(Debug, Args)]
#[command(after_help = LINT_EXAMPLES)]
pub(crate) struct Lint {
    /// Definitions, folders of them, or folders that hold `providers` and `fixtures`; if none is given, ./providers
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,

    /// A folder of definitions; can be given again
    #[arg(long, value_name = "DIR")]
    providers: Vec<PathBuf>,

    /// The evidence; if not given, the folder `fixtures` beside each folder of definitions
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// Fail where there are warnings too
    #[arg(long, value_name = "LEVEL")]
    pub(crate) deny: Option<Denied>,

    /// Show only what weighs as much as this, or more; all is counted
    #[arg(long, value_name = "LEVEL", default_value = "note")]
    pub(crate) level: Shown,

    /// How the findings are printed; github shows them beside the lines of a pull request
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: LintForm,
}

/// What fails beside errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Denied {
    Warnings,
}

/// The lightest findings that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shown {
    Note,
    Warning,
    Error,
}

impl From<Shown> for Level {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Note => Self::Note,
            Shown::Warning => Self::Warning,
            Shown::Error => Self::Error,
        }
    }
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintForm {
    Text,
    Json,
    Github,
}

impl Lint {
    /// The definitions, each with the place of its evidence.
    pub(crate) fn targets(&self) -> Result<Vec<LintTarget>, CliError> {
        if let Some(missing) = self.fixtures.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(CliError::new(format!("{}: expected a folder, found none", missing.display())));
        }
        let nothing_named = self.paths.is_empty() && self.providers.is_empty();
        let here = nothing_named.then(|| PathBuf::from(PROVIDERS));
        let mut targets: Vec<LintTarget> = Vec::new();
        let named = self.paths.iter().map(|path| definitions_of(path)).chain(self.providers.iter().cloned());
        for definitions in here.into_iter().chain(named) {
            let fixtures = self.fixtures.clone().unwrap_or_else(|| beside(&definitions));
            if !targets.iter().any(|known| known.definitions == definitions) {
                targets.push(LintTarget { definitions, fixtures });
            }
        }
        Ok(targets)
    }
}

const PROVIDERS: &str = "providers";

/// The folder `providers` of a folder that has one. What lies here is named without the `./` that would only be in the way.
fn definitions_of(path: &Path) -> PathBuf {
    let below = if path == Path::new(".") { PathBuf::from(PROVIDERS) } else { path.join(PROVIDERS) };
    if below.is_dir() { below } else { path.to_owned() }
}

/// The folder `fixtures` beside that of the definitions.
fn beside(definitions: &Path) -> PathBuf {
    let folder = if definitions.is_dir() { Some(definitions) } else { definitions.parent() };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match folder.parent() {
        Some(parent) if folder.file_name().is_some() => parent.join("fixtures"),
        _ => folder.join("..").join("fixtures"),
    }
}

const LINT_EXAMPLES: &str = "\
Examples:
  vidspec lint
      the definitions of ./providers, and their evidence in ./fixtures
  vidspec lint my/acme.yaml
      one definition
  vidspec lint my --deny warnings --output github
      on a build server
  vidspec explain unseen-path
      more about one kind of finding

Exit codes:
  0  nothing is wrong; there may be notes, and warnings unless they are denied
  1  there are errors, or warnings that are denied
  2  usage, or a file or folder cannot be read";
