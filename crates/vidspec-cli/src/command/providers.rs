//! `vidspec providers`

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use vidspec::{Catalogue, Entry, Provider};
use vidspec_harness::{Coverage, Evidence};

use crate::args::{Form, Providers, ProvidersCommand};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::table;
use crate::output::{self, providers};

/// A definition, and what is known about it.
pub(crate) struct Known<'c> {
    pub(crate) entry: &'c Entry,
    pub(crate) provider: Arc<Provider>,
    /// Of several definitions with one id the first is used.
    pub(crate) used: bool,
    pub(crate) evidence: Option<Evidence>,
    pub(crate) coverage: Coverage,
}

pub(crate) fn run(args: &Providers) -> Result<ExitCode, CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    match &args.command {
        Some(ProvidersCommand::Show { id }) => show(args, &catalogue, id),
        None => Ok(list(args, &catalogue)),
    }
}

fn list(args: &Providers, catalogue: &Catalogue) -> ExitCode {
    let mut codes = Vec::new();
    let mut all = Vec::new();
    for entry in catalogue.entries() {
        match known(args, catalogue, entry) {
            Ok(known) => all.push(known),
            Err(error) => codes.push(error.print()),
        }
    }
    let mut stdout = anstream::stdout().lock();
    // A reader that has seen enough, as `head`, closes the pipe.
    let printed = match args.output {
        Form::Text => write!(stdout, "{}", table(&providers::COLUMNS, all.iter().map(providers::row).collect())),
        Form::Json => writeln!(stdout, "{:#}", all.iter().map(providers::document).collect::<serde_json::Value>()),
        Form::Ndjson => all.iter().try_for_each(|known| writeln!(stdout, "{}", providers::document(known))),
    };
    output::printed(printed.and_then(|()| stdout.flush()));
    ExitCode::of_all(codes)
}

fn show(args: &Providers, catalogue: &Catalogue, id: &str) -> Result<ExitCode, CliError> {
    let Some(entry) = catalogue.entries().iter().find(|entry| entry.id() == id) else {
        return Err(catalogue
            .provider(id)
            .err()
            .map_or_else(|| CliError::new("no such provider"), |error| CliError::from(&error)));
    };
    let known = known(args, catalogue, entry)?;
    let mut stdout = anstream::stdout().lock();
    let printed = match args.output {
        Form::Text => write!(stdout, "{}", providers::page(&known)),
        Form::Json => writeln!(stdout, "{:#}", providers::full_document(&known)),
        Form::Ndjson => writeln!(stdout, "{}", providers::full_document(&known)),
    };
    output::printed(printed.and_then(|()| stdout.flush()));
    Ok(ExitCode::Done)
}

fn known<'c>(args: &Providers, catalogue: &Catalogue, entry: &'c Entry) -> Result<Known<'c>, CliError> {
    let provider = entry.provider().map_err(|error| CliError::from(&error))?;
    let evidence = evidence(args.fixtures.as_deref(), entry)?;
    let coverage = match &evidence {
        Some(evidence) => Coverage::judged(&provider, evidence),
        None => Coverage::of(&provider),
    };
    let used = catalogue.entries().iter().find(|other| other.id() == entry.id()).is_some_and(|first| std::ptr::eq(first, entry));
    Ok(Known { entry, provider, used, evidence, coverage })
}

/// What is built in speaks of the definitions that are built in; a folder speaks of all others.
fn evidence(folder: Option<&Path>, entry: &Entry) -> Result<Option<Evidence>, CliError> {
    match folder {
        _ if entry.is_builtin() => Evidence::builtin(entry.id()).map_err(|error| CliError::new(error.to_string())),
        Some(folder) if folder.join(entry.id()).is_dir() => {
            let evidence = Evidence::load(folder, entry.id());
            evidence.map(Some).map_err(|error| CliError::new(format!("{}/{error}", folder.display())))
        }
        _ => Ok(None),
    }
}
