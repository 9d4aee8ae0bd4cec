//! `vidspec completions`

use clap::Args;
use clap_complete::Shell;

use super::Folders;

#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,

    #[command(flatten)]
    pub(crate) folders: Folders,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  vidspec completions bash > ~/.local/share/bash-completion/completions/vidspec
      for the next bash
  vidspec completions zsh > \"${fpath[1]}/_vidspec\"
      for the next zsh
  vidspec completions fish > ~/.config/fish/completions/vidspec.fish
      for fish, at once
  vidspec completions powershell >> $PROFILE
      for the next PowerShell

The names of your own definitions are completed too. They are those of the moment, so write the file again when there are new ones.";
