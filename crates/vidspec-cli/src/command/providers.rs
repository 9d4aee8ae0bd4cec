//! `vidspec providers`

use std::io::Write as _;

use serde_json::json;
use vidspec::{Catalogue, Entry, Provider};

use crate::args::{Form, Providers};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::table;

pub(crate) fn run(args: &Providers) -> Result<ExitCode, CliError> {
    let catalogue = crate::catalogue::open(&args.folders)?;
    let mut code = ExitCode::Done;
    let mut known = Vec::new();
    for entry in catalogue.entries() {
        match entry.provider() {
            Ok(provider) => known.push((entry, provider)),
            Err(error) => code = CliError::from(&error).print(),
        }
    }
    let mut stdout = anstream::stdout().lock();
    let printed = match args.output {
        Form::Text => {
            let rows = known.iter().map(|(entry, provider)| row(&catalogue, entry, provider));
            write!(stdout, "{}", table(&["ID", "NAME", "KEY", "FROM", ""], rows.collect()))
        }
        Form::Json => {
            let list = known.iter().map(|(entry, provider)| document(&catalogue, entry, provider));
            writeln!(stdout, "{:#}", list.collect::<serde_json::Value>())
        }
        Form::Ndjson => {
            known.iter().try_for_each(|(entry, provider)| writeln!(stdout, "{}", document(&catalogue, entry, provider)))
        }
    };
    // A reader that has seen enough, as `head`, closes the pipe.
    let _ = printed;
    Ok(code)
}

fn row(catalogue: &Catalogue, entry: &Entry, provider: &Provider) -> Vec<String> {
    let key = |name: &str| format!("{name} ({})", if is_set(name) { "set" } else { "not set" });
    let secret = |names: Vec<&str>| names.into_iter().map(key).collect::<Vec<_>>().join(", ");
    let keys = provider.key_ways().map(|secrets| secrets.into_iter().map(secret).collect::<Vec<_>>().join(" + "));
    let remark = match (used(catalogue, entry), provider.lifecycle()) {
        (false, _) => "not used: an earlier one has this id".to_owned(),
        (true, Some(lifecycle)) => format!("{} {}", crate::output::text::lifecycle_word(lifecycle.state), lifecycle.date),
        (true, None) => String::new(),
    };
    vec![entry.id().to_owned(), provider.name().to_owned(), keys.collect::<Vec<_>>().join(", "), entry.origin(), remark]
}

fn document(catalogue: &Catalogue, entry: &Entry, provider: &Provider) -> serde_json::Value {
    let keys: Vec<_> = provider.key_variables().map(|name| json!({ "name": name, "set": is_set(name) })).collect();
    json!({
        "id": entry.id(),
        "name": provider.name(),
        "docs": provider.docs().collect::<Vec<_>>(),
        "extends": provider.extends(),
        "base_url": provider.base_url().map(url::Url::as_str),
        "base_url_variables": provider.base_url_variables().collect::<Vec<_>>(),
        "params": provider.params().collect::<Vec<_>>(),
        "key_variables": keys,
        "lifecycle": provider.lifecycle(),
        "from": entry.origin(),
        "used": used(catalogue, entry),
    })
}

/// Of several definitions with one id the first is used.
fn used(catalogue: &Catalogue, entry: &Entry) -> bool {
    catalogue.entries().iter().find(|other| other.id() == entry.id()).is_some_and(|first| std::ptr::eq(first, entry))
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
