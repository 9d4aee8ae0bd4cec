//! `vidspec check`

use std::io::{IsTerminal as _, Read as _, Write};
use std::path::PathBuf;

use futures_util::{StreamExt as _, stream};
use url::Url;
use vidspec::{Client, Credentials, Problem, Provider, ResolveError, Resolved, Timestamp};
use vidspec_harness::Evidence;

use super::answered::Answered;
use super::replay;
use crate::args::{self, Form};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::table;
use crate::output::text::{self, Hints};

/// How many jobs are asked about at the same time: enough to be quick, few enough for the limits of one account.
const AT_ONCE: usize = 16;

/// Where certificates are looked for without `--cacert`.
const CERTIFICATES_VARIABLE: &str = "SSL_CERT_FILE";

/// The arguments, checked.
struct Asking<'a> {
    args: &'a args::Check,
    client: Client,
    base_url: Option<Url>,
}

pub(crate) fn run(args: &args::Check) -> Result<ExitCode, CliError> {
    let base_url = args.base_url.as_deref().map(base_url).transpose()?;
    if args.key_env.as_ref().is_some_and(|name| !is_variable_name(name)) {
        return Err(CliError::new("expected the name of an environment variable with --key-env, found something else")
            .help("the key itself is never an argument: every user of the machine could see it"));
    }
    let (texts, from_stdin) = job_texts(&args.jobs)?;
    let (jobs, mut codes) = resolve(args, &texts)?;
    if jobs.is_empty() {
        return if codes.is_empty() { Err(CliError::new("expected a job, found none")) } else { Ok(ExitCode::of_all(codes)) };
    }
    let many = from_stdin || texts.len() > 1;
    one_provider_only(args, &jobs)?;
    let client = client(args, base_url.as_ref(), &jobs)?;
    let asking = Asking { args, client, base_url };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::new(format!("no runtime: {error}")))?;
    codes.extend(runtime.block_on(asking.all(jobs, many)));
    Ok(ExitCode::of_all(codes))
}

/// The address of a gateway. It is not repeated in an error: it may hold a password.
fn base_url(text: &str) -> Result<Url, CliError> {
    let expected =
        || CliError::new("expected an address of host and path only with --base-url, such as https://gateway.example.com/v1");
    let url = Url::parse(text).map_err(|_| expected())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if plain && url.has_host() && matches!(url.scheme(), "https" | "http") { Ok(url) } else { Err(expected()) }
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The jobs as they were written, and whether they came from standard input.
fn job_texts(jobs: &[String]) -> Result<(Vec<String>, bool), CliError> {
    let mut texts = Vec::new();
    let mut from_stdin = false;
    for job in jobs {
        if job != "-" {
            texts.push(job.clone());
            continue;
        }
        let mut lines = String::new();
        let read = std::io::stdin().read_to_string(&mut lines);
        read.map_err(|error| CliError::new(format!("standard input cannot be read: {error}")))?;
        let lines = lines.trim_start_matches('\u{FEFF}').lines().map(str::trim);
        texts.extend(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned));
        from_stdin = true;
    }
    Ok((texts, from_stdin))
}

/// Finds the provider of each job. What cannot be found is told, each trouble once, and the other jobs are asked about.
fn resolve(args: &args::Check, texts: &[String]) -> Result<(Vec<Resolved>, Vec<ExitCode>), CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    let mut jobs = Vec::new();
    let mut told: Vec<CliError> = Vec::new();
    let mut detection_failed = false;
    for text in texts {
        match catalogue.resolve(text, args.provider.as_deref()) {
            Ok(job) => jobs.push(job),
            Err(error) => {
                detection_failed |= !matches!(error, ResolveError::Provider(_) | ResolveError::InvalidId(_));
                let error = CliError::of_resolving(text, &error, &catalogue);
                if !told.contains(&error) {
                    error.print();
                    told.push(error);
                }
            }
        }
    }
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
    let codes = told.iter().map(|_| ExitCode::Usage).collect();
    Ok((jobs, codes))
}

/// A key and an address that are given for all jobs must not reach another provider.
fn one_provider_only(args: &args::Check, jobs: &[Resolved]) -> Result<(), CliError> {
    let Some(first) = jobs.first().map(|job| job.provider.id()) else { return Ok(()) };
    let other = jobs.iter().map(|job| job.provider.id()).find(|id| *id != first);
    match other {
        Some(other) if args.base_url.is_some() || args.key_env.is_some() => {
            Err(CliError::new(format!("--base-url and --key-env go with the jobs of one provider, found {first} and {other}"))
                .help("one provider's key must not reach another; ask about them in separate calls"))
        }
        _ => Ok(()),
    }
}

fn client(args: &args::Check, base_url: Option<&Url>, jobs: &[Resolved]) -> Result<Client, CliError> {
    let mut builder = Client::builder().timeout(args.timeout);
    if args.replay.is_some() {
        return builder.without_proxy().clock(replay::clock(jobs)).build().map_err(|error| CliError::new(error.to_string()));
    }
    let encrypted = jobs.iter().any(|job| base_url.unwrap_or(job.provider.base_url()).scheme() == "https");
    let Some((file, source)) = certificates(args, encrypted) else {
        return builder.build().map_err(|error| CliError::new(error.to_string()));
    };
    let named = |error: &dyn std::fmt::Display| CliError::new(format!("{} (from {source}): {error}", file.display()));
    let pem = std::fs::read(&file)
        .map_err(|error| CliError::new(format!("{} cannot be read (from {source}): {error}", file.display())))?;
    builder = builder.extra_roots(pem);
    builder.build().map_err(|error| named(&error))
}

/// The file of certificates, and who named it. That of the environment costs some milliseconds: it is read where it can matter.
fn certificates(args: &args::Check, encrypted: bool) -> Option<(PathBuf, &'static str)> {
    let of_environment = || std::env::var_os(CERTIFICATES_VARIABLE).filter(|file| encrypted && !file.is_empty());
    let stated = args.cacert.clone().map(|file| (file, "--cacert"));
    stated.or_else(|| Some((PathBuf::from(of_environment()?), CERTIFICATES_VARIABLE)))
}

impl Asking<'_> {
    /// Asks about all jobs, several at once, and prints in the order in which they were named.
    async fn all(&self, jobs: Vec<Resolved>, many: bool) -> Vec<ExitCode> {
        let mut answers = stream::iter(jobs).map(|job| self.one(job)).buffered(AT_ONCE);
        let mut codes = Vec::new();
        let mut answered = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(answer) => {
                    codes.push(ExitCode::of_check(&answer.check, self.args.exit_status));
                    self.print_at_once(&answer);
                    if !self.args.raw && self.args.output != Form::Ndjson {
                        answered.push(answer);
                    }
                }
                Err(error) => codes.push(error.print()),
            }
        }
        self.print_together(&answered, many);
        codes
    }

    async fn one(&self, job: Resolved) -> Result<Answered, CliError> {
        if let Some(name) = &self.args.replay {
            return replay::ask(&self.client, job, name.as_deref()).await;
        }
        let question = job.provider.question(job.job_id.clone());
        let question = match &self.base_url {
            Some(url) => question.at(url.clone()),
            None => question,
        };
        let mut bodies = Vec::new();
        let key = self.key(&job.provider);
        let key_header = key.as_ref().ok().and_then(|key| key.header_with(&format!("${}", key.name()?), &job.provider));
        let check = match &key {
            Ok(key) if self.args.raw => {
                self.client.check_observed(&question, key, |_, response| bodies.push(response.clone())).await
            }
            Ok(key) => self.client.check(&question, key).await,
            Err(problem) => question.failed(problem.clone(), Timestamp::now()),
        };
        Ok(Answered { provider: job.provider.clone(), check, bodies, key_header, announcement: None })
    }

    fn key(&self, provider: &Provider) -> Result<Credentials, Problem> {
        let lookup = |name: &str| std::env::var(name).ok();
        match &self.args.key_env {
            Some(name) => Credentials::find_under(provider, name, lookup),
            None => Credentials::find(provider, lookup),
        }
    }

    /// What needs not wait for the other jobs.
    fn print_at_once(&self, answered: &Answered) {
        if let Some(announcement) = &answered.announcement {
            let _ = writeln!(anstream::stderr(), "{announcement}");
        }
        if self.args.raw {
            print_raw(answered);
        } else if self.args.output == Form::Ndjson {
            print(&format!("{}\n", serde_json::to_string(&answered.check).unwrap_or_default()));
        }
    }

    fn print_together(&self, answered: &[Answered], many: bool) {
        match self.args.output {
            Form::Ndjson => {}
            _ if self.args.raw => {}
            Form::Json => {
                let documents = answered.iter().map(|answered| serde_json::to_string_pretty(&answered.check).unwrap_or_default());
                let documents = documents.collect::<Vec<_>>().join(",\n");
                print(&if many { format!("[\n{documents}\n]\n") } else { format!("{documents}\n") });
            }
            Form::Text if many => {
                let rows = answered.iter().map(|answered| text::row(&answered.check)).collect();
                print(&table(&text::COLUMNS, rows));
            }
            Form::Text => answered.iter().for_each(|answered| print(&text::report(&answered.check, &self.hints(answered)))),
        }
    }

    /// What the advice at the end of a report needs to know.
    fn hints<'h>(&'h self, answered: &'h Answered) -> Hints<'h> {
        let own = |name: &str, value: Option<&String>| {
            value.map(|value| format!(" {name} {}", text::quoted(value))).unwrap_or_default()
        };
        let folders = self.args.folders.providers.iter().map(|folder| folder.display().to_string());
        let folders = folders.map(|folder| own("--providers", Some(&folder))).collect::<String>();
        let options = own("--base-url", self.args.base_url.as_ref()) + &own("--key-env", self.args.key_env.as_ref()) + &folders;
        Hints {
            provider: &answered.provider,
            key_header: answered.key_header.clone(),
            asked_at: self.base_url.as_ref().unwrap_or(answered.provider.base_url()),
            options,
            replayed: answered.announcement.is_some(),
            has_evidence: Evidence::is_builtin(answered.provider.id()),
        }
    }
}

fn print(text: &str) {
    // A reader that has seen enough, as `head`, closes the pipe.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
}

/// The bodies as they were received, and the conclusion beside them.
fn print_raw(answered: &Answered) {
    let mut stdout = std::io::stdout().lock();
    for response in &answered.bodies {
        let _ = stdout.write_all(&response.body);
        if !response.body.ends_with(b"\n") && stdout.is_terminal() {
            let _ = stdout.write_all(b"\n");
        }
    }
    let _ = writeln!(anstream::stderr(), "{}", text::row(&answered.check).join("  "));
}
