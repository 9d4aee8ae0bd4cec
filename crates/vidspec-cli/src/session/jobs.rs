//! From what the user wrote to jobs whose provider is known.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{Read, Write as _};

use vidspec::{Catalogue, ResolveError, Resolved, Surroundings};

use super::environment;
use super::troubles::Troubles;
use crate::args::{Folders, Jobs};
use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Half a million jobs and more.
const LARGEST_LIST: u64 = 32 << 20;

/// The jobs whose provider is known, and what came of the others.
pub(crate) struct Found {
    pub(crate) jobs: Vec<Resolved>,
    /// Whether the user speaks of several, even if only one could be found.
    pub(crate) many: bool,
    /// One for each trouble, which has been told.
    pub(crate) codes: Vec<ExitCode>,
}

/// A job as it was written, and where that stands in a list.
struct Named {
    text: String,
    place: Option<String>,
}

/// Finds the provider of each job, which is taken once however often it is named. What cannot be found is told, each trouble once.
///
/// # Errors
/// If nothing was named, or the catalogue cannot be opened.
pub(crate) fn find(jobs: &Jobs, folders: &Folders) -> Result<Found, CliError> {
    let (named, listed) = named(jobs)?;
    let catalogue = crate::catalogue::open(folders)?;
    let surroundings = jobs.params.iter().fold(environment(), |known, (name, value)| known.with_param(name, value));
    let (found, codes) = resolve(&catalogue, &named, jobs.provider.as_deref(), &surroundings);
    if found.is_empty() && codes.is_empty() {
        let error = CliError::new("expected a job, found none");
        return Err(if listed { error.help("a list has one job a line, such as pictory:4a09edf9-…") } else { error });
    }
    if !found.is_empty() {
        jobs.params.iter().try_for_each(|(name, _)| known_to_any(name, &found))?;
    }
    Ok(Found { jobs: found, many: listed || named.len() > 1, codes })
}

/// The jobs as they were written, and whether some came from a list.
fn named(jobs: &Jobs) -> Result<(Vec<Named>, bool), CliError> {
    let mut named = Vec::new();
    let mut listed = !jobs.from.is_empty();
    for job in &jobs.jobs {
        if job != "-" {
            named.push(Named { text: job.clone(), place: None });
            continue;
        }
        named.extend(lines(&read_list(std::io::stdin().lock(), "standard input")?, "standard input"));
        listed = true;
    }
    for file in &jobs.from {
        let name = file.display().to_string();
        let open = File::open(file).map_err(|error| CliError::new(format!("{name} cannot be read: {error}")))?;
        named.extend(lines(&read_list(open, &name)?, &name));
    }
    Ok((named, listed))
}

/// Reads a list of jobs; one without an end is not read to it.
fn read_list(from: impl Read, name: &str) -> Result<String, CliError> {
    let mut list = String::new();
    let read = from.take(LARGEST_LIST + 1).read_to_string(&mut list);
    read.map_err(|error| CliError::new(format!("{name} cannot be read: {error}")))?;
    if list.len() as u64 > LARGEST_LIST {
        let message = format!("expected a list of at most {} MiB in {name}, found more", LARGEST_LIST >> 20);
        return Err(CliError::new(message).help("a list has one job a line, such as pictory:4a09edf9-…"));
    }
    Ok(list)
}

fn lines(list: &str, file: &str) -> impl Iterator<Item = Named> {
    let lines = list.trim_start_matches('\u{FEFF}').lines().map(str::trim).zip(1..);
    let jobs = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    jobs.map(move |(line, number)| Named { text: line.to_owned(), place: Some(format!("{file}:{number}")) })
}

/// A param that no job can take is a slip.
fn known_to_any(name: &str, jobs: &[Resolved]) -> Result<(), CliError> {
    let names: BTreeSet<&str> = jobs.iter().flat_map(|job| job.provider.params()).collect();
    if names.contains(name) {
        return Ok(());
    }
    let ids: BTreeSet<&str> = jobs.iter().map(|job| job.provider.id()).collect();
    let listed = |words: BTreeSet<&str>| words.into_iter().collect::<Vec<_>>().join(", ");
    let error = CliError::new(format!("{} has no param `{name}`", listed(ids)));
    Err(if names.is_empty() { error } else { error.help(format!("known are {}", listed(names))) })
}

fn resolve(
    catalogue: &Catalogue,
    named: &[Named],
    provider: Option<&str>,
    surroundings: &Surroundings<'_>,
) -> (Vec<Resolved>, Vec<ExitCode>) {
    let mut jobs = Vec::new();
    let mut known = HashSet::new();
    let mut troubles = Troubles::default();
    let mut detection_failed = false;
    for Named { text, place } in named {
        match catalogue.resolve_in(text, provider, surroundings) {
            Ok(job) => {
                if known.insert(job.reference()) {
                    jobs.push(job);
                }
            }
            Err(error) => {
                detection_failed |= !matches!(error, ResolveError::Provider(_) | ResolveError::InvalidId(_));
                let error = CliError::of_resolving(text, &error, catalogue);
                let has_remark = place.is_some() && text.contains(" #");
                let error = if has_remark { error.help("a remark needs a line of its own") } else { error };
                troubles.tell(error, place.as_deref());
            }
        }
    }
    let codes = troubles.end();
    if detection_failed {
        // A definition with mistakes recognises nothing; that must not go unnoticed.
        for entry in catalogue.entries().iter().filter(|entry| entry.provider().is_err()) {
            let _ = writeln!(
                anstream::stderr(),
                "note: {} has mistakes and recognises nothing; see vidspec providers",
                entry.origin()
            );
        }
    }
    (jobs, codes)
}
