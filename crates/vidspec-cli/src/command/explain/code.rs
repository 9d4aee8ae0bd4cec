//! What is known about a kind of finding.

use std::path::Path;

use vidspec::Code;

use crate::error::CliError;
use crate::output::{print, table};

/// `docs/lint.md`, which has a section for each code.
const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lint.md"));

/// Prints the section of a code.
pub(super) fn print_page(name: &str) -> Result<(), CliError> {
    // As it stands in a finding: `error[bad-path]`.
    let bare = name.split_once('[').map_or(name, |(_, rest)| rest.trim_end_matches([']', ':']));
    let code = Code::parse(bare).ok_or_else(|| unknown(name))?;
    let section = section(code).unwrap_or(code.meaning());
    print(&format!("{}: {}\n\n{}\n", code.level(), code, section.trim()));
    Ok(())
}

/// Prints all codes, each in a line.
pub(super) fn print_list() {
    let row = |code: &Code| vec![code.to_string(), code.level().to_string(), code.meaning().to_owned()];
    print(&table(&["CODE", "LEVEL", "MEANING"], Code::ALL.iter().map(row).collect()));
}

/// What stands below the heading of a code.
fn section(code: Code) -> Option<&'static str> {
    let heading = format!("\n## {code}\n");
    let (_, rest) = PAGE.split_once(&heading)?;
    rest.split("\n## ").next()
}

fn unknown(name: &str) -> CliError {
    let names = || Code::ALL.iter().map(|code| code.as_str());
    let distance = |known: &str| strsim::damerau_levenshtein(known, name);
    let nearest = names().min_by_key(|known| distance(known)).filter(|known| distance(known) <= 1 + known.len() / 4);
    let error = CliError::new(format!("there is no code `{name}`"));
    if Path::new(name).exists() {
        return error.help("to see how an answer is judged, say by whose definition: --provider ID");
    }
    match nearest {
        Some(nearest) => error.help(format!("did you mean {nearest}? All are: {}", names().collect::<Vec<_>>().join(", "))),
        None => error.help(format!("the codes are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_section() {
        let without: Vec<_> = Code::ALL.iter().filter(|code| section(**code).is_none()).collect();
        assert!(without.is_empty(), "docs/lint.md has no section for {without:?}");
    }
}
