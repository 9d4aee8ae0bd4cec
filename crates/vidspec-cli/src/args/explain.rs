//! `vidspec explain`

use std::path::PathBuf;

use clap::Args;

use super::{Folders, Form};

#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct Explain {
    /// The code that stands in brackets (all are listed if none is given). With --provider: a file with the body of an answer, or
    /// the folder of a scenario; `-` or nothing reads a body from standard input
    #[arg(value_name = "CODE|BODY")]
    pub(crate) subject: Option<PathBuf>,

    /// The provider whose definition judges the answer
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,

    /// The HTTP status that the body came with; 200 if not given
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(100..=999), requires = "provider")]
    pub(crate) http: Option<u16>,

    /// A header that the body came with, such as 'Retry-After: 30'; can be given again
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header, requires = "provider")]
    pub(crate) headers: Vec<(String, String)>,

    /// The id of the job, of which some addresses are made
    #[arg(long, value_name = "ID", requires = "provider")]
    pub(crate) job_id: Option<String>,

    #[command(flatten)]
    pub(crate) folders: Folders,

    /// How the judgement is printed: text is for people, json and ndjson are the report with the steps in `explanation`
    #[arg(long, value_name = "FORM", default_value = "text", requires = "provider")]
    pub(crate) output: Form,
}

fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected NAME: VALUE, such as 'Retry-After: 30'".to_owned()),
    }
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  vidspec explain
      all codes, each in a line
  vidspec explain bad-path
      what it means, an example, and how it is mended
  vidspec explain --provider veo body.json
      why the answer in this file means what it means
  curl -s https://api.example.com/v1/jobs/7 | vidspec explain --provider acme --providers ./my-definitions
      an answer of your own, judged by a definition of your own
  vidspec explain --provider sora --http 429 --header 'Retry-After: 30' refusal.json
      a refusal
  vidspec explain --provider colossyan fixtures/colossyan/completed
      a scenario, with its second answer

Each step of a judgement is marked `=>` where it gave the state or the problem, `+` where it gave a part of the report, and `-`
where it gave nothing; below stand the places of the answer that it looked at. See docs/explain.md. `vidspec check --explain` shows
the same for a job.";
