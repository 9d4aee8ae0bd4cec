//! `vidspec test`

use std::path::PathBuf;

use clap::Args;
use vidspec_harness::Folders;

use super::Form;

#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub(crate) struct Test {
    /// The folder that holds `providers` and `fixtures`
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// The definitions; if not given, DIR/providers
    #[arg(long, value_name = "DIR")]
    providers: Option<PathBuf>,

    /// The evidence; if not given, DIR/fixtures
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// The snapshots; if not given, DIR/tests/snapshots
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,

    /// Only the scenarios whose PROVIDER/SCENARIO contains this text; can be given again. Then coverage is not counted
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Vec<String>,

    /// Make the reports the new snapshots, where the claims hold; claims are never rewritten
    #[arg(long, conflicts_with = "check")]
    pub(crate) update: bool,

    /// Fail if a snapshot is missing, changed or left over, as a build server should
    #[arg(long)]
    pub(crate) check: bool,

    /// Fail if fewer of a definition's parts have evidence than this percentage
    #[arg(long, value_name = "PERCENT", value_parser = percent, conflicts_with = "filter")]
    pub(crate) min_coverage: Option<f64>,

    /// Show the evidence for each part of each definition
    #[arg(long, conflicts_with = "filter")]
    pub(crate) coverage: bool,

    /// Write the outcome into this file too, as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// How the outcome is printed; json holds the evidence for each part of each definition, ndjson is a provider a line
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,
}

impl Test {
    /// Where everything lies.
    pub(crate) fn folders(&self) -> Folders {
        let mut folders = Folders::below(&self.folder);
        for (place, stated) in [
            (&mut folders.providers, &self.providers),
            (&mut folders.fixtures, &self.fixtures),
            (&mut folders.snapshots, &self.snapshots),
        ] {
            if let Some(stated) = stated {
                place.clone_from(stated);
            }
        }
        folders
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim().parse().ok();
    number.filter(|number| (0.0..=100.0).contains(number)).ok_or_else(|| "expected a percentage from 0 to 100".to_owned())
}

const TEST_EXAMPLES: &str = "\
Examples:
  vidspec test
      the definitions of ./providers against the evidence of ./fixtures
  vidspec test my --filter acme/done
      one scenario of the folder my
  vidspec test --update
      accept the reports as they are now
  vidspec test --check --min-coverage 100 --junit vidspec.xml
      on a build server

Exit codes:
  0  all claims hold
  1  a claim does not; with --check also a snapshot, with --min-coverage also too little evidence
  2  usage, or a definition or a file of the evidence has mistakes";
