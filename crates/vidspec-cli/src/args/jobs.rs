//! Which jobs a command is about.

use std::path::PathBuf;

use clap::Args;

/// Which jobs a command is about.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the name of the argument, in the help too")]
pub(crate) struct Jobs {
    /// The jobs; `-` reads them from standard input, one a line
    #[arg(value_name = "JOB", required_unless_present = "from")]
    pub(crate) jobs: Vec<String>,

    /// Read jobs from this file too, one a line; empty lines and those that begin with # are passed over
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Vec<PathBuf>,

    /// The provider of all jobs; then an id may look in any way
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,

    /// A value that the provider needs beside the id, such as app=fal-ai/veo3; may be repeated
    ///
    /// The same can stand behind the id: `ID:JOB?app=fal-ai/veo3`. It goes to those jobs whose provider knows the name.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = param)]
    pub(crate) params: Vec<(String, String)>,
}

fn param(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE, such as app=fal-ai/veo3".to_owned()),
    }
}
