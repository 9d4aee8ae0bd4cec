//! `vidspec new`

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use vidspec::{Catalogue, Provider};
use vidspec_harness::{write_new, write_whole};

use crate::args::New;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output;

mod ask;
mod definition;
mod evidence;
mod facts;
mod proposal;
mod yaml;

use facts::Facts;
use proposal::Proposals;

pub(crate) fn run(args: &New) -> Result<ExitCode, CliError> {
    let published = args.from.as_deref().map(read).transpose()?;
    let proposals = published.as_deref().map(Proposals::of).unwrap_or_default();
    let mut facts = Facts::from(args);
    if let Err(mistakes) = facts.check() {
        return Ok(ExitCode::of_all(mistakes.iter().map(CliError::print)));
    }
    let (stdin, stderr) = (io::stdin(), io::stderr());
    if stdin.is_terminal() && stderr.is_terminal() {
        ask::missing(&mut facts, &proposals, &mut stdin.lock(), &mut anstream::stderr())
            .map_err(|error| CliError::new(format!("no answers can be read: {error}")))?;
    }
    let definition = definition::text(&facts, &proposals);
    let provider = Provider::parse(&format!("{}.yaml", facts.id), &definition).map_err(|mistakes| {
        CliError::new(format!("the definition that these facts give has mistakes: {}", output::visible(&mistakes.to_string())))
    })?;
    let mut files = evidence::files(&facts, &proposals, &provider, published)?;
    files.insert(0, (format!("providers/{}.yaml", facts.id), definition.into_bytes()));
    write(args, &files)
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(file).map_err(|error| CliError::new(format!("{} cannot be read: {error}", file.display())))
}

/// All of the files, or none where one is there already.
fn write(args: &New, files: &[(String, Vec<u8>)]) -> Result<ExitCode, CliError> {
    let files: Vec<(PathBuf, &[u8])> = files.iter().map(|(name, bytes)| (below(args, name), bytes.as_slice())).collect();
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.exists() && !args.force) {
        return Err(CliError::new(format!("{} is there already; nothing was written", taken.display()))
            .help("choose another id or folder, or write over it with --force"));
    }
    let schema = below(args, "providers/provider.schema.json");
    let schema_text = if schema.exists() { None } else { Some(format!("{:#}\n", vidspec::schema::definition())) };
    let schema = schema_text.as_ref().map(|text| (schema, text.as_bytes()));
    let save = |path: &Path, bytes| if args.force { write_whole(path, bytes) } else { write_new(path, bytes) };
    for (path, bytes) in files.iter().cloned().chain(schema) {
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| save(&path, bytes));
        written.map_err(|error| CliError::new(format!("{} cannot be written: {error}", path.display())))?;
        output::print(&format!("{}\n", output::visible(&path.display().to_string())));
    }
    let todos = files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).matches("# TODO").count()).sum();
    tell_next(args, todos);
    Ok(ExitCode::Done)
}

fn below(args: &New, name: &str) -> PathBuf {
    // What lies here is named without the `./`.
    if args.folder.as_os_str() == "." { PathBuf::from(name) } else { args.folder.join(name) }
}

fn tell_next(args: &New, todos: usize) {
    let folder = if args.folder.as_os_str() == "." { String::new() } else { format!(" {}", args.folder.display()) };
    let folder = output::visible(&folder);
    let open = match todos {
        0 => "nothing is marked TODO".to_owned(),
        1 => "one place is marked TODO".to_owned(),
        more => format!("{more} places are marked TODO"),
    };
    let shadow = if Catalogue::builtin().contains(&args.short_name) {
        format!("\na definition `{}` is built in too; yours is used instead of it where its folder is named", args.short_name)
    } else {
        String::new()
    };
    // Not being told what is next harms nobody.
    let _ = writeln!(
        anstream::stderr(),
        "{shadow}\n{open}; look into the files, then\n  vidspec lint{folder}\n      what is wrong or missing, and where\n  vidspec test{folder}\n      \
         the evidence against the definition"
    );
}
