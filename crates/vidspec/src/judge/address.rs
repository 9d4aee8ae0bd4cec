//! The address of a request.

use url::Url;

use super::reading::Values;
use crate::problem::{Problem, ProblemKind};
use crate::template::{BASE_URL, Template, Writing};

/// Appends a path to the base address. Whatever the values hold, the result stays below it.
pub(super) fn build(base_url: &Url, path: &Template, values: &Values<'_>) -> Result<Url, Problem> {
    if let Some(complaint) = crate::base_url::complaint(base_url) {
        return Err(refused(&complaint));
    }
    let expanded = path.expand(Writing::Address, |name| values.get(name));
    let text =
        expanded.map(|path| format!("{}{path}", values.base_url)).ok_or_else(|| refused("a value of its path is missing"))?;
    let url = Url::parse(&text).map_err(|_| refused("it is no address"))?;
    // A URL parser resolves `.` and `..`: if it changed anything, a value would have left its place.
    if url.as_str() == text { Ok(url) } else { Err(refused("the id would leave its place in the path")) }
}

fn refused(why: &str) -> Problem {
    Problem::new(ProblemKind::Misconfigured, format!("the request cannot be addressed: {why}"))
}

/// The address of an output: a template, or a value that is resolved against the base address if it is a path.
pub(super) fn of_output(text: &str, values: &Values<'_>) -> String {
    let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    let resolved = || Url::parse(values.get(BASE_URL)?).ok()?.join(text).ok();
    if is_path { resolved().map_or_else(|| text.to_owned(), String::from) } else { text.to_owned() }
}
