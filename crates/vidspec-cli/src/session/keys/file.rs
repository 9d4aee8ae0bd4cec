//! A file of keys: lines of `NAME=value`, as `.env` files have them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use crate::error::CliError;
use crate::session::is_variable_name;

/// More than that is no list of keys.
const LARGEST: u64 = 1024 * 1024;

/// The values of a file by their names. Where a name stands twice the last one counts, as in a shell.
///
/// # Errors
/// If it cannot be read, or a line is something else. Nothing of it is repeated.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, CliError> {
    let shown = path.display();
    let trouble = |error: std::io::Error| CliError::new(format!("the keys in {shown} cannot be read: {error}"));
    let file = File::open(path).map_err(trouble)?;
    warn_if_others_can_read(path, &file);
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text).map_err(trouble)?;
    if text.len() as u64 > LARGEST {
        return Err(CliError::new(format!("expected a list of keys in {shown}, found more than 1 MiB")));
    }
    let mut values = BTreeMap::new();
    for (index, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = entry(line).ok_or_else(|| {
            let number = index.saturating_add(1);
            CliError::new(format!(
                "expected NAME=value on line {number} of {shown}, such as OPENAI_API_KEY=…, found something else"
            ))
            .help(format!("a file that holds a key alone is read with --key-command 'cat {shown}'"))
        })?;
        values.insert(name.to_owned(), value.to_owned());
    }
    Ok(values)
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    // A remark begins behind a space, and in quotes it is none.
    let is_over = |rest: &str| rest.is_empty() || rest.starts_with(" #");
    let within = |quote| value.strip_prefix(quote)?.split_once(quote).filter(|(_, rest)| is_over(rest)).map(|(within, _)| within);
    let quoted = ['"', '\''].into_iter().find_map(within);
    let plain = || value.split_once(" #").map_or(value, |(value, _)| value.trim_end());
    is_variable_name(name).then(|| (name, quoted.unwrap_or_else(plain)))
}

/// Only of a file: of what a process passes on, as in `<(sops -d keys.env)`, the mode says nothing.
#[cfg(unix)]
fn warn_if_others_can_read(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt as _;
    let is_open = |found: std::fs::Metadata| found.is_file() && found.permissions().mode() & 0o044 != 0;
    if file.metadata().is_ok_and(is_open) {
        let shown = crate::output::visible(&path.display().to_string());
        let _ = writeln!(anstream::stderr(), "note: {shown} can be read by other users; chmod 600 keeps its keys to yourself");
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_: &Path, _: &File) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_a_value() {
        for (line, expected) in [
            ("A_KEY=sk-1", Some(("A_KEY", "sk-1"))),
            ("export A_KEY=sk-1", Some(("A_KEY", "sk-1"))),
            ("A_KEY = sk-1 # of the team", Some(("A_KEY", "sk-1"))),
            ("A_KEY=\"sk 1 # x\"", Some(("A_KEY", "sk 1 # x"))),
            ("A_KEY='sk-1'", Some(("A_KEY", "sk-1"))),
            ("export A_KEY=\"sk-1\" # of the team", Some(("A_KEY", "sk-1"))),
            ("A_KEY=\"a\"b\"", Some(("A_KEY", "\"a\"b\""))),
            ("A_KEY=c2stMQ==", Some(("A_KEY", "c2stMQ=="))),
            ("A_KEY=a#b", Some(("A_KEY", "a#b"))),
            ("A_KEY=", Some(("A_KEY", ""))),
            ("A_KEY=\"", Some(("A_KEY", "\""))),
            ("sk-live-1234", None),
            ("c2stMQ==", Some(("c2stMQ", "="))),
            ("sk-live-1234==", None),
            ("=x", None),
        ] {
            assert_eq!(entry(line), expected, "{line}");
        }
    }
}
