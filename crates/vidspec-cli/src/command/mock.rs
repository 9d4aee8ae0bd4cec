//! `vidspec mock`

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};

use vidspec::{JobId, JobReference, Provider};
use vidspec_harness::{Evidence, Mock, MockError};

use crate::args;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::text::quoted;
use crate::output::visible;
use crate::session;

pub(crate) fn run(args: &args::Mock) -> Result<ExitCode, CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    let provider = catalogue.provider(&args.provider).map_err(|error| CliError::from(&error))?;
    let evidence = evidence(args, &provider)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(|error| {
        CliError::new(format!("port {} on 127.0.0.1 cannot be had: {error}", args.port))
            .help("take another one with --port, or 0 for a free one")
    })?;
    let example = evidence.scenarios.iter().find(|scenario| scenario.default).map(|scenario| {
        let id = JobId::new(&scenario.job_id).map(|id| JobReference::new(provider.id(), id).with_params(scenario.params.clone()));
        id.map_or_else(|_| provider.id().to_owned(), |reference| reference.to_string())
    });
    let mut settings = Mock::builder(provider.clone(), evidence).scenario(&args.scenario).log(|line| {
        let _ = writeln!(anstream::stderr(), "{}", visible(line));
    });
    if let Some(key) = &args.key {
        settings = settings.key(key);
    }
    if let Some(delay) = args.delay {
        settings = settings.delay(delay);
    }
    session::runtime()?.block_on(async {
        let mock = settings.start(listener).await.map_err(|error| CliError::from(&error))?;
        announce(&mock, &provider, example.as_deref(), args);
        // It ends with the process.
        std::future::pending().await
    })
}

/// That of `--fixtures`, or else the evidence that is built in.
fn evidence(args: &args::Mock, provider: &Provider) -> Result<Evidence, CliError> {
    if let Some(folder) = &args.fixtures {
        return Evidence::load(folder, provider.id()).map_err(|error| CliError::new(format!("{}/{error}", folder.display())));
    }
    let builtin = Evidence::builtin(provider.id()).map_err(|error| CliError::new(error.to_string()))?;
    builtin.ok_or_else(|| {
        let help = "name the folder that holds them with --fixtures";
        CliError::new(format!("no documented answers of {} are built in", provider.id())).help(help)
    })
}

/// The address on standard output, for programs; all else on standard error, for people.
fn announce(mock: &Mock, provider: &Provider, example: Option<&str>, args: &args::Mock) {
    let mut lines = vec![format!("{} is answered for at {}", visible(provider.name()), mock.base_url())];
    let refusal =
        mock.refusal().map_or("a plain HTTP 401, for lack of evidence".to_owned(), |scenario| format!("in `{scenario}`"));
    lines.push(match &args.key {
        Some(_) => format!("one key is accepted; others are refused as {refusal}"),
        None => format!("any key is accepted but one that begins with `wrong`, which is refused as {refusal}"),
    });
    lines.extend(mock.skipped().iter().map(|state| format!("there is no evidence of `{state}`; it is skipped")));
    let (lives, scenarios) = (mock.lives().join(", "), mock.scenarios().len());
    lines.push(format!("jobs fare as `{}`; there are {lives}, and {scenarios} scenarios", args.scenario));
    lines.extend(mock.create().map(|request| format!("{request} makes a new job")));
    if mock.has_files_elsewhere() {
        lines.push("files on other hosts are not served: their documented addresses are left as they are".to_owned());
    }
    lines.push(format!("control: {}/__vidspec", mock.uri()));
    lines.extend(example.map(|job| format!("try:     {}", try_it(provider, &mock.base_url(), job))));
    let _ = writeln!(anstream::stderr(), "{}\n", visible_lines(&lines));
    let mut stdout = anstream::stdout().lock();
    let _ = writeln!(stdout, "{}", mock.base_url()).and_then(|()| stdout.flush());
}

/// A command that asks it about a job.
fn try_it(provider: &Provider, base_url: &str, job: &str) -> String {
    let key = provider.key_ways().next().unwrap_or_default().into_iter().filter_map(|variables| variables.first().copied());
    let mut words: Vec<String> = key.map(|variable| format!("{variable}=any-key")).collect();
    words.push(format!("vidspec check {} --base-url {base_url}", quoted(job)));
    words.join(" ")
}

fn visible_lines(lines: &[String]) -> String {
    lines.iter().map(|line| visible(line)).collect::<Vec<_>>().join("\n")
}

impl From<&MockError> for CliError {
    fn from(error: &MockError) -> Self {
        let shown = Self::new(error.to_string());
        match error {
            MockError::NoSuchLife { known, .. } => shown.help(format!("there are: {}", known.join(", "))),
            _ => shown,
        }
    }
}
