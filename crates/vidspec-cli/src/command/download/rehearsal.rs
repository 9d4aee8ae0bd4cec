//! `vidspec download --replay`: what would be fetched. The documentation shows addresses, not files, so nothing is.

use std::io::Write as _;

use url::Url;
use vidspec::{Client, Output, Resolved};

use super::super::replay;
use super::Selection;
use crate::args;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{table, text, visible};
use crate::session::{self, Session};

/// Asks the server of the documented answers about each job, and tells which files it names.
pub(super) fn run(args: &args::Download, jobs: Vec<Resolved>, name: Option<&str>) -> Result<Vec<ExitCode>, CliError> {
    let builder = Client::builder().timeout(args.timeout).clock(replay::clock(&jobs));
    let session = Session::local(&args.connection, builder)?;
    let selection = Selection::of(args.role, args.all);
    session::runtime()?.block_on(async {
        let mut codes = Vec::new();
        for job in jobs {
            let answered = replay::ask(&session.client, job, name).await?;
            let mut stderr = anstream::stderr();
            let _ = writeln!(stderr, "{}", answered.announcement.as_deref().unwrap_or_default());
            let check = &answered.check;
            codes.push(ExitCode::of_check(check, true));
            let chosen = check.outcome.as_ref().map(|report| selection.of_report(report)).unwrap_or_default();
            if chosen.is_empty() {
                let _ = writeln!(stderr, "no file: {}", text::row(check).join("  ").trim_end());
                continue;
            }
            let all = check.outcome.as_ref().map(|report| report.outputs.as_slice()).unwrap_or_default();
            let rows = chosen.iter().map(|output| row(output, &output.file_stem(&check.job, all)));
            let _ = write!(anstream::stdout(), "{}", table(&["FILE", "WOULD COME FROM", "KEY", "NAME"], rows.collect()));
            let _ = writeln!(stderr, "note: nothing was saved: the documentation shows the address of a file, not the file");
        }
        Ok(codes)
    })
}

fn row(output: &Output, stem: &str) -> Vec<String> {
    let host = output.url.as_ref().and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned));
    let key = if output.key_needed { "goes along" } else { "not sent" };
    let role = output.role.as_str().replace('_', " ");
    vec![role, visible(&host.unwrap_or_else(|| text::location(output))), key.to_owned(), stem.to_owned()]
}
