//! `vidspec download --replay`: what would be fetched. The documentation shows addresses, not files, so nothing is.

use std::io::Write as _;

use url::Url;
use vidspec::{Check, Client, Output, Resolved};

use super::super::replay;
use super::Selection;
use crate::args;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{table, text, visible};
use crate::session::{self, Session};

/// Said with each plan.
pub(crate) const NOTHING_SAVED: &str = "note: nothing was saved: the documentation shows the address of a file, not the file";

/// Asks the server of the documented answers about each job, and tells which files it names.
pub(super) fn run(args: &args::Download, jobs: Vec<Resolved>, name: Option<&str>) -> Result<Vec<ExitCode>, CliError> {
    let builder = Client::builder().timeout(args.timeout).clock(replay::clock(&jobs));
    let session = Session::local(builder)?;
    let selection = Selection::of(args.role, args.all);
    session::runtime()?.block_on(async {
        let mut codes = Vec::new();
        for job in jobs {
            let answered = replay::ask(&session.client, job, name).await?;
            let mut stderr = anstream::stderr();
            let _ = writeln!(stderr, "{}", answered.announcement.as_deref().unwrap_or_default());
            let check = &answered.check;
            codes.push(ExitCode::of_check(check, true));
            match plan(selection, check) {
                Some(plan) => {
                    let _ = write!(anstream::stdout(), "{plan}");
                    let _ = writeln!(stderr, "{NOTHING_SAVED}");
                }
                None => {
                    let _ = writeln!(stderr, "no file: {}", text::row(check).join("  ").trim_end());
                }
            }
        }
        Ok(codes)
    })
}

/// What would be fetched, if there is something.
pub(crate) fn plan(selection: Selection, check: &Check) -> Option<String> {
    let report = check.outcome.as_ref().ok()?;
    let chosen = selection.of_report(report);
    let rows = chosen.iter().map(|output| row(output, &output.file_stem(&check.job, &report.outputs))).collect();
    (!chosen.is_empty()).then(|| table(&["FILE", "WOULD COME FROM", "KEY", "NAME"], rows))
}

fn row(output: &Output, stem: &str) -> Vec<String> {
    let host = output.url.as_ref().and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned));
    let key = if output.key_needed { "goes along" } else { "not sent" };
    let role = output.role.as_str().replace('_', " ");
    vec![role, visible(&host.unwrap_or_else(|| text::location(output))), key.to_owned(), stem.to_owned()]
}
