//! `vidspec schema`

use crate::args::{Schema, Subject};
use crate::exit_code::ExitCode;
use crate::output;

pub(crate) fn run(args: &Schema) -> ExitCode {
    let schema = match args.subject {
        Subject::Definition => vidspec::schema::definition(),
        Subject::Scenario => vidspec_harness::schema::scenario(),
        Subject::Cases => vidspec_harness::schema::cases(),
        Subject::Documented => vidspec_harness::schema::documented(),
        Subject::Report => vidspec::schema::report(),
        Subject::Event => super::wait::event_schema(),
    };
    output::print(&format!("{schema:#}\n"));
    ExitCode::Done
}
