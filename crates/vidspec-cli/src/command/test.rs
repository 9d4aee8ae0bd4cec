//! `vidspec test`

use std::io::Write as _;
use std::path::Path;

use vidspec_harness::{Outcome, SnapshotState, Suite, SuiteError, write_whole};

use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{self, test};
use crate::session;

pub(crate) fn run(args: &args::Test) -> Result<ExitCode, CliError> {
    let folders = args.folders();
    let suite = match Suite::open(&folders) {
        Ok(suite) => suite,
        Err(errors) => return Ok(ExitCode::of_all(errors.iter().map(|error| CliError::from(error).print()))),
    };
    let mut outcomes =
        session::runtime()?.block_on(suite.run(&args.filter)).map_err(|error| unreadable(&folders.snapshots, &error))?;
    if outcomes.is_empty() {
        return Err(CliError::new(format!("no scenario matches --filter {}", args.filter.join(" or "))));
    }
    if args.update {
        accept(&mut outcomes, &suite).map_err(|error| unreadable(&folders.snapshots, &error))?;
    }
    if let Some(file) = &args.junit {
        let xml = vidspec_harness::junit(&outcomes, args.check);
        xml.and_then(|xml| write_whole(file, xml))
            .map_err(|error| CliError::new(format!("{} cannot be written: {error}", file.display())))?;
    }
    let view = test::View {
        fixtures: &folders.fixtures,
        strict: args.check,
        minimum: args.min_coverage,
        all_parts: args.coverage,
        filtered: !args.filter.is_empty(),
    };
    let mut stdout = anstream::stdout().lock();
    // A reader that has seen enough, as `head`, closes the pipe.
    let printed = match args.output {
        Form::Text => stdout.write_all(view.text(&outcomes).as_bytes()),
        Form::Json => writeln!(stdout, "{:#}", view.document(&outcomes)),
        Form::Ndjson => outcomes.iter().try_for_each(|outcome| writeln!(stdout, "{}", view.of_provider(outcome))),
    };
    output::printed(printed.and_then(|()| stdout.flush()));
    Ok(if outcomes.iter().all(|outcome| view.passes(outcome)) { ExitCode::Done } else { ExitCode::EndedBadly })
}

/// A report whose claim does not hold never becomes a snapshot.
fn accept(outcomes: &mut [Outcome], suite: &Suite) -> std::io::Result<()> {
    for outcome in outcomes {
        for tested in &mut outcome.tested {
            if tested.holds() && tested.snapshot != SnapshotState::Same {
                tested.accept(&outcome.provider, suite.snapshots())?;
            }
        }
    }
    Ok(())
}

fn unreadable(snapshots: &Path, error: &std::io::Error) -> CliError {
    CliError::new(format!("the snapshots in {} cannot be read or written: {error}", snapshots.display()))
}

impl From<&SuiteError> for CliError {
    fn from(error: &SuiteError) -> Self {
        match error {
            SuiteError::Definition(error) => Self::from(error),
            other => Self::new(other.to_string()),
        }
    }
}
