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

/// What stands for a source of keys in a command that is shown.
const NOT_REPEATED: &str = "…";

/// A source of keys as it is shown: a command may hold more than it should, and what a shell passes on is there only once.
pub(crate) fn key_source<'v>(option: &str, value: &'v str) -> &'v str {
    let is_passed_on = value.starts_with("/dev/") || value.starts_with("/proc/");
    if option == "--key-command" || (option == "--key-file" && is_passed_on) { NOT_REPEATED } else { value }
}

/// What is said before a command that is shown, where something of it has to be given anew.
pub(crate) fn to_give_anew(command: &str) -> &'static str {
    if command.contains(NOT_REPEATED) { ", with what gives the keys in place of …" } else { "" }
}

/// The arguments of this process, fit to be shown.
pub(crate) fn repeatable() -> impl Iterator<Item = String> {
    let mut before = String::new();
    std::env::args_os().skip(1).map(move |arg| {
        let arg = arg.to_string_lossy().into_owned();
        let shown = match arg.split_once('=') {
            Some((option, value)) if option.starts_with("--key-") => format!("{option}={}", key_source(option, value)),
            _ => key_source(&before, &arg).to_owned(),
        };
        before = arg;
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_keys_that_cannot_be_named_again_are_not() {
        for (option, value, shown) in [
            ("--key-command", "op read op://video/sora/key", NOT_REPEATED),
            ("--key-file", "/dev/fd/63", NOT_REPEATED),
            ("--key-file", "/proc/self/fd/11", NOT_REPEATED),
            ("--key-file", "/dev/stdin", NOT_REPEATED),
            ("--key-file", "keys.env", "keys.env"),
            ("--key-file", "/home/me/keys.env", "/home/me/keys.env"),
            ("--from", "/dev/fd/63", "/dev/fd/63"),
            ("wait", "video_1", "video_1"),
        ] {
            assert_eq!(key_source(option, value), shown, "{option} {value}");
        }
    }
}
