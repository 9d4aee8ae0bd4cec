//! The shell that runs the commands that a user gives.

/// Its name, and the option before a command.
pub(crate) const SHELL: (&str, &str) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
