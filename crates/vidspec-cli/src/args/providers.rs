//! `vidspec providers`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Folders, Form};

#[derive(Debug, Args)]
#[command(after_help = PROVIDERS_EXAMPLES)]
pub(crate) struct Providers {
    #[command(subcommand)]
    pub(crate) command: Option<ProvidersCommand>,

    #[command(flatten)]
    pub(crate) folders: Folders,

    /// A folder with the evidence for definitions of your own; that for the others is built in
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) fixtures: Option<PathBuf>,

    /// How the list is printed
    #[arg(long, value_name = "FORM", default_value = "text", global = true)]
    pub(crate) output: Form,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProvidersCommand {
    /// Show all that is known of one provider, and how good the evidence for each part is
    Show {
        /// Its short name, such as sora
        #[arg(value_name = "ID")]
        id: String,
    },
}

const PROVIDERS_EXAMPLES: &str = "\
Examples:
  vidspec providers
  vidspec providers show sora
      where and how it is asked, and the evidence for each of its words and codes
  vidspec providers --providers ./my-definitions --fixtures ./my-fixtures
      yours come first; of two with one id the later is marked as not used
  vidspec providers --output json

EVIDENCE: the best grade; the share of the definition's words, rules, codes and
outputs that have any; how many states it shows.
KEY: the variable of the key; `…` stands for more, which `show` tells.
FROM: definitions are looked for in the folders of --providers, then in those
of VIDSPEC_PROVIDERS, then in ~/.config/vidspec/providers, then built in.";
