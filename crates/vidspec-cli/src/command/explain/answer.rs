//! How an answer is judged that is at hand.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use vidspec::{JobId, Params, Provider, Question, Response, Surroundings};
use vidspec_harness::{Evidence, Explained, Scenario, explain};

use crate::args::{Explain, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::explain::{document, page};
use crate::output::print;

/// The id of a job whose id nobody told.
const SOME_JOB: &str = "JOB";

pub(crate) fn run(provider: &str, args: &Explain) -> Result<ExitCode, CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    let provider = catalogue.provider(provider).map_err(|error| CliError::from(&error))?;
    if let Some(folder) = args.subject.as_deref().filter(|body| body.is_dir()) {
        let scenario = scenario(args, folder)?;
        let question = question(&provider, &scenario.job_id, &scenario.params)?;
        let answers: Vec<Response> = scenario.exchanges.iter().map(|exchange| exchange.response(&scenario.read)).collect();
        tell(&explain(&question, &answers), args.output, true);
    } else {
        let question = question(&provider, args.job_id.as_deref().unwrap_or(SOME_JOB), &Params::new())?;
        tell(&explain(&question, [&answer(args)?]), args.output, false);
    }
    Ok(ExitCode::Done)
}

/// The scenario of a folder, which says itself what came with each body.
fn scenario(args: &Explain, folder: &Path) -> Result<Scenario, CliError> {
    if args.http.is_some() || !args.headers.is_empty() || args.job_id.is_some() {
        return Err(CliError::new("--http, --header and --job-id go with a body, found a folder")
            .help("a scenario says itself with what its bodies came"));
    }
    Scenario::load(folder).map_err(|error| {
        CliError::new(error.to_string()).help("expected a file with a body, or the folder of a scenario; see docs/fixtures.md")
    })
}

/// The question, put where the provider is documented to live.
fn question<'p>(provider: &'p Provider, job_id: &str, params: &Params) -> Result<Question<'p>, CliError> {
    let job_id = JobId::new(job_id).map_err(|error| CliError::new(error.to_string()))?;
    let evidence = Evidence::builtin(provider.id()).map_err(|error| CliError::new(error.to_string()))?;
    Ok(match evidence {
        Some(evidence) => evidence.documented.question(provider, job_id, params),
        None => provider.question_with(job_id, params, &Surroundings::none()),
    })
}

/// The answer that the arguments describe.
fn answer(args: &Explain) -> Result<Response, CliError> {
    let body = match args.subject.as_deref() {
        Some(file) if file != Path::new("-") => {
            std::fs::read(file).map_err(|error| CliError::new(format!("{} cannot be read: {error}", file.display())))?
        }
        _ => read_stdin()?,
    };
    let response = Response::new(args.http.unwrap_or(200), body);
    Ok(args.headers.iter().fold(response, |response, (name, value)| response.with_header(name, value)))
}

fn read_stdin() -> Result<Vec<u8>, CliError> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        return Err(CliError::new("expected the body of an answer, found none")
            .help("name a file, or pipe a body in: vidspec check JOB --raw | vidspec explain --provider ID"));
    }
    let mut body = Vec::new();
    let read = stdin.read_to_end(&mut body);
    read.map(|_| body).map_err(|error| CliError::new(format!("standard input cannot be read: {error}")))
}

fn tell(all: &[Explained], form: Form, many: bool) {
    let document = |explained: &Explained| document(explained.check.as_ref(), Some(&explained.explanations), form == Form::Json);
    let documents = || all.iter().map(document).collect::<Vec<_>>();
    print(&match form {
        Form::Text => all.iter().map(page).collect::<Vec<_>>().join("\n"),
        Form::Json if many => format!("[\n{}\n]\n", documents().join(",\n")),
        Form::Json | Form::Ndjson => documents().join("\n") + "\n",
    });
}
