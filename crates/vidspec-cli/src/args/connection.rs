//! How a provider is reached.

use std::path::PathBuf;

use clap::Args;

/// How a provider is reached.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// Read the key from this environment variable instead, as for a second account
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,

    /// Read the keys from this file, not from the environment: lines of NAME=value, by the names of the variables
    #[arg(long, value_name = "FILE", conflicts_with = "key_command")]
    pub(crate) key_file: Option<PathBuf>,

    /// Take the keys from what this command of the shell prints, not from the environment; see docs/keys.md
    ///
    /// It is run once for each variable that is needed, whose name it finds in `VIDSPEC_VARIABLE`; `VIDSPEC_PROVIDER` tells the
    /// provider. Nothing it prints is shown. A command in `VIDSPEC_KEY_COMMAND` is asked for what the environment does not hold.
    #[arg(long, value_name = "COMMAND")]
    pub(crate) key_command: Option<String>,

    /// Ask at this address instead of the provider's, such as a gateway's; it replaces all of the definition's `base_url`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Let an address of --base-url or of the environment be plain `http` on another machine: the key is readable on the way
    ///
    /// This machine may be asked without encryption in any case, and the addresses of a definition never.
    #[arg(long)]
    pub(crate) insecure_http: bool,

    /// Trust the certificates of this PEM file too; if not given, those of `SSL_CERT_FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,

    /// Tell where each key was found and, for `wait`, the pace of each provider and who set it
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// What is shown of a command that prints keys: it may hold more than it should.
pub(crate) const NOT_REPEATED: &str = "…";

/// The arguments of this process, fit to be shown.
pub(crate) fn repeatable() -> impl Iterator<Item = String> {
    const OPTION: &str = "--key-command";
    let mut is_command = false;
    std::env::args_os().skip(1).map(move |arg| {
        let arg = arg.to_string_lossy().into_owned();
        if std::mem::replace(&mut is_command, arg == OPTION) {
            NOT_REPEATED.to_owned()
        } else if arg.strip_prefix(OPTION).is_some_and(|rest| rest.starts_with('=')) {
            format!("{OPTION}={NOT_REPEATED}")
        } else {
            arg
        }
    })
}
