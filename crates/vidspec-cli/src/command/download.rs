//! `vidspec download`

use std::io::Write as _;

use futures_util::{StreamExt as _, stream};
use vidspec::{Client, DownloadOptions};

use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::progress::Bars;
use crate::output::text::quoted;
use crate::session::{self, Found, Session};

mod destination;
mod fetched;
mod files;
mod rehearsal;
mod selection;

pub(super) use destination::Destination;
pub(super) use fetched::{Document as FileDocument, Fetched};
pub(super) use files::Files;
pub(super) use rehearsal::{NOTHING_SAVED, plan};
pub(super) use selection::Selection;

/// How many files arrive at the same time: more would share the same line.
const AT_ONCE: usize = 4;

pub(crate) fn run(args: &args::Download) -> Result<ExitCode, CliError> {
    let destination = Destination::of(&args.to)?;
    if destination.is_stdout() && args.output != Form::Text {
        return Err(CliError::new("standard output takes the file or the report, not both")
            .help("leave --output out, or name a file or a folder with -o"));
    }
    let Found { jobs, many, mut codes } = session::find(&args.jobs, &args.folders)?;
    if many && !destination.takes_many() {
        return Err(CliError::new(format!("expected one job for {}, found several", destination.described()))
            .help("name a folder with -o: each file gets the name of its job"));
    }
    if jobs.is_empty() {
        return Ok(ExitCode::of_all(codes));
    }
    if let Some(name) = &args.replay {
        codes.extend(rehearsal::run(args, jobs, name.as_deref())?);
        return Ok(ExitCode::of_all(codes));
    }
    let builder = Client::builder().timeout(args.timeout);
    let session = Session::open(&args.connection, &jobs, builder)?;
    let files = Files {
        session: &session,
        selection: Selection::of(args.role, args.all),
        destination: destination.made()?,
        options: DownloadOptions::default().force(args.force).allow_private(args.allow_private).patience(args.timeout),
        bars: Bars::new(),
        reach: session::options(&args.connection, &args.folders),
        ledger: None,
    };
    let (fetched, interrupted) = session::runtime()?.block_on(async {
        let mut jobs = stream::iter(&jobs).map(|job| files.of_job(job)).buffered(AT_ONCE);
        let mut interrupt = std::pin::pin!(session::interrupted());
        let mut all = Vec::new();
        loop {
            let fetched = tokio::select! {
                fetched = jobs.next() => fetched,
                () = &mut interrupt => return (all, true),
            };
            let Some(fetched) = fetched else { return (all, false) };
            files.bars.aside(|| fetched.iter().for_each(|fetched| fetched.print_at_once(args.output)));
            all.extend(fetched);
        }
    });
    if interrupted {
        files.bars.aside(|| tell_how_to_go_on(&files.destination));
        codes.push(ExitCode::NotSaved);
    }
    if args.output == Form::Json {
        fetched::print_list(&fetched);
    }
    codes.extend(fetched.iter().map(Fetched::code));
    Ok(ExitCode::of_all(codes))
}

/// After Ctrl-C.
fn tell_how_to_go_on(destination: &Destination) {
    let command = args::repeatable().map(|arg| quoted(&arg)).collect::<Vec<_>>().join(" ");
    let (anew, kept) = (args::to_give_anew(&command), if destination.is_stdout() { "" } else { "; what has arrived is kept" });
    let _ = writeln!(anstream::stderr(), "interrupted{kept}\ngo on{anew}: vidspec {command}");
}
