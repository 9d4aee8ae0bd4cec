//! `vidspec providers`

use clap::Args;

use super::{Folders, Form};

/// List the providers that are known
#[derive(Debug, Args)]
#[command(after_help = PROVIDERS_EXAMPLES)]
pub(crate) struct Providers {
    #[command(flatten)]
    pub(crate) folders: Folders,

    /// How the list is printed
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) output: Form,
}

const PROVIDERS_EXAMPLES: &str = "\
Examples:
  vidspec providers
  vidspec providers --providers ./my-definitions
      yours come first; of two with one id the later is marked as not used
  vidspec providers --output json

Definitions are looked for in the folders of --providers, then in those of VIDSPEC_PROVIDERS, then in
~/.config/vidspec/providers, then among those built in.";
