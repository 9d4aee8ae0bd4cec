//! `vidspec lint`

use vidspec::{Diagnostics, Level};

use crate::args::{self, Denied, LintForm};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{lint, print};

pub(crate) fn run(args: &args::Lint) -> Result<ExitCode, CliError> {
    let outcome = vidspec_harness::lint(&args.targets()?);
    let unreadable: Vec<ExitCode> = outcome.unreadable.iter().map(|error| CliError::from(error).print()).collect();
    if outcome.findings.is_empty() && !unreadable.is_empty() && args.output == LintForm::Text {
        // There is nothing to sum up.
        return Ok(ExitCode::of_all(unreadable));
    }
    let lightest = args.level.into();
    print(&match args.output {
        LintForm::Text => lint::text(&outcome, lightest),
        LintForm::Json => lint::json(&outcome, lightest),
        LintForm::Github => lint::github(&outcome, lightest),
    });
    let denied = if args.deny == Some(Denied::Warnings) { Level::Warning } else { Level::Error };
    let fails = outcome.findings.iter().flat_map(Diagnostics::iter).any(|found| found.code.level() >= denied);
    let findings = if fails { ExitCode::EndedBadly } else { ExitCode::Done };
    Ok(ExitCode::of_all(unreadable.into_iter().chain([findings])))
}
