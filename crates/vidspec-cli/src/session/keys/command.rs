//! A command that prints keys, such as that of a password manager.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::shell::SHELL;

/// More than that is no key.
const LONGEST_KEY: u64 = 64 * 1024;

/// A command of the shell that prints keys.
pub(super) struct KeyCommand(String);

/// What it printed for one provider: it is run once for each name, and not again once it has failed.
pub(super) struct Asked<'c> {
    command: &'c KeyCommand,
    provider: &'c str,
    printed: RefCell<BTreeMap<String, Option<String>>>,
    failure: RefCell<Option<String>>,
}

impl KeyCommand {
    pub(super) fn new(command: &str) -> Self {
        Self(command.to_owned())
    }

    pub(super) fn about<'c>(&'c self, provider: &'c str) -> Asked<'c> {
        Asked { command: self, provider, printed: RefCell::default(), failure: RefCell::default() }
    }
}

impl Asked<'_> {
    /// The key of this name; `None` where it succeeds and prints nothing.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        if self.failure.borrow().is_some() {
            return None;
        }
        if let Some(known) = self.printed.borrow().get(name) {
            return known.clone();
        }
        let value = self.run(name).unwrap_or_else(|why| {
            let advice = "what it prints is not shown here, run it by itself to see more";
            *self.failure.borrow_mut() = Some(format!("{why} for {name} ({advice})"));
            None
        });
        self.printed.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }

    /// Why there is no key, if it failed.
    pub(super) fn failure(&self) -> Option<String> {
        self.failure.borrow().clone()
    }

    /// Neither of its outputs is shown: each may hold the key. Standard input is the list of jobs, if it is anything.
    fn run(&self, name: &str) -> Result<Option<String>, String> {
        let (shell, option) = SHELL;
        let mut command = Command::new(shell);
        command.args([option, &self.command.0]).env("VIDSPEC_PROVIDER", self.provider).env("VIDSPEC_VARIABLE", name);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("it could not be run ({error})"))?;
        let mut printed = Vec::new();
        // The pipe is closed here, so that a command which prints without end comes to one.
        let read = child.stdout.take().map_or(Ok(0), |stdout| stdout.take(LONGEST_KEY + 1).read_to_end(&mut printed));
        let status = child.wait().map_err(|error| error.to_string())?;
        read.map_err(|error| format!("what it printed could not be read ({error})"))?;
        if printed.len() as u64 > LONGEST_KEY {
            return Err("it printed more than a key".to_owned());
        }
        if !status.success() {
            return Err(format!("it failed with {status}"));
        }
        let printed = String::from_utf8(printed).map_err(|_| "it printed something else than text".to_owned())?;
        let key = printed.strip_suffix('\n').unwrap_or(&printed);
        let key = key.strip_suffix('\r').unwrap_or(key);
        Ok(Some(key.to_owned()).filter(|key| !key.is_empty()))
    }
}
