//! The pages about definitions: every example on them is accepted, and no word of the language is left out.

#![expect(clippy::panic, reason = "a test stops at what should not be")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_yaml::{Mapping, Value};
use vidspec::{Diagnostics, Provider};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

/// A block that shows only some of the top-level keys is put over this.
const COMPLETE: &str = r#"
vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com
auth: { style: bearer, env: [ACME_API_KEY] }
status: { get: "/v1/jobs/{job_id}", path: $.status, map: { done: completed } }
"#;

/// A block between fences.
struct Block {
    /// The line of the page on which its text begins, counted from 1.
    line: usize,
    /// What stands behind the opening fence, such as `yaml`.
    info: String,
    text: String,
}

fn read(page: &str) -> String {
    let path = Path::new(DOCS).join(page);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The blocks of a page that hold YAML of some kind.
fn yaml_blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in read(page).lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => open = Some(Block { line: index + 2, info: info.trim().to_owned(), text: String::new() }),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "docs/{page}: the last block has no closing fence");
    blocks.retain(|block| block.info.starts_with("yaml"));
    assert!(!blocks.is_empty(), "docs/{page}: no blocks of YAML were found");
    blocks
}

/// The complete definition with the keys of a block in place of its own.
fn completed_with(block: &str) -> Result<String, serde_yaml::Error> {
    let mut definition: Mapping = serde_yaml::from_str(COMPLETE)?;
    definition.extend(serde_yaml::from_str::<Mapping>(block)?);
    serde_yaml::to_string(&definition)
}

fn rendered(mistakes: &Diagnostics) -> String {
    mistakes.render(false)
}

/// Fails with all complaints, each headed by the page and the line of its block.
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} blocks are not as they should be:\n\n{}", complaints.len(), complaints.join("\n\n"));
}

#[test]
fn every_example_of_the_reference_is_a_part_of_a_definition() {
    let page = "definition-format.md";
    let complaint = |block: Block| {
        let found = match completed_with(&block.text) {
            _ if block.info != "yaml" => format!("expected `yaml` behind the fence, found `{}`", block.info),
            Ok(text) => rendered(&Provider::parse("acme.yaml", &text).err()?),
            Err(error) => format!("this is no mapping of YAML: {error}"),
        };
        Some(format!("docs/{page}:{}\n{found}", block.line))
    };
    expect_none(&yaml_blocks(page).into_iter().filter_map(complaint).collect::<Vec<_>>());
}

#[test]
fn every_example_of_the_recipes_is_a_definition_or_marked_as_a_fixture() {
    ["adding-a-provider.md", "new.md", "schema.md"].into_iter().for_each(examples_are_definitions_or_fixtures);
}

fn examples_are_definitions_or_fixtures(page: &str) {
    let complaint = |block: Block| {
        let found = match block.info.as_str() {
            "yaml" if block.text.lines().any(|line| line == "vidspec: 1") => {
                rendered(&Provider::parse("acme.yaml", &block.text).err()?)
            }
            "yaml" => "expected a line `vidspec: 1`; a fixture is marked `yaml fixture` behind the fence".to_owned(),
            "yaml fixture" => format!("this is not YAML: {}", serde_yaml::from_str::<Value>(&block.text).err()?),
            other => format!("expected `yaml` or `yaml fixture` behind the fence, found `{other}`"),
        };
        Some(format!("docs/{page}:{}\n{found}", block.line))
    };
    expect_none(&yaml_blocks(page).into_iter().filter_map(complaint).collect::<Vec<_>>());
}

/// The text of every Rust file below a folder.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let text = |path: &Path| match path.extension() {
        _ if path.is_dir() && !path.is_symlink() => sources(path),
        Some(extension) if extension == "rs" => std::fs::read_to_string(path).unwrap_or_default(),
        _ => String::new(),
    };
    entries.flatten().map(|entry| text(&entry.path())).collect()
}

/// A promise whose test has gone is none.
#[test]
fn the_tests_that_the_page_on_security_names_exist() {
    let page = read("../SECURITY.md");
    let root = Path::new(DOCS).join("..");
    let sources = ["tests", "crates"].map(|folder| sources(&root.join(folder))).concat();
    let names: Vec<&str> =
        page.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
    let tests: Vec<&&str> = names.iter().filter(|name| name.contains('_') && !name.contains('/')).collect();
    let missing: Vec<_> = tests.iter().filter(|name| !sources.contains(&format!("fn {name}("))).collect();
    assert!(
        tests.len() > 40 && missing.is_empty(),
        "of {} tests, SECURITY.md names these that are not there: {missing:?}",
        tests.len()
    );
}

/// Places where the language knows a closed list of words, each with a word that it does not know. The complaint lists those
/// that it does.
const PLACES: [&str; 30] = [
    "zzz: 1",
    "lifecycle: { state: retired, date: 2027-01-01, zzz: 1 }",
    "lifecycle: { state: zzz, date: 2027-01-01 }",
    "auth: { style: bearer, env: A, zzz: 1 }",
    "auth: { style: zzz, env: A }",
    "auth: { header: a, value: '{a}', secrets: { a: A }, token: { jwt: HS256, key: a, lifetime: 1m, zzz: 1 } }",
    "auth: { header: a, value: '{a}', secrets: { a: A }, token: { jwt: zzz, key: a, lifetime: 1m } }",
    "base_url: { url: 'https://a.example', zzz: 1 }",
    "params: { a: { example: a, zzz: 1 } }",
    "job_id: { pattern: a, example: a, zzz: 1 }",
    "status: { get: '/{job_id}', zzz: 1 }",
    "status: { get: '/{job_id}', rules: [{ when: { http: 404 }, then: queued, zzz: 1 }] }",
    "status: { get: '/{job_id}', rules: [{ when: { $.a: { is: 1, zzz: 1 } }, then: queued }] }",
    "status: { get: '/{job_id}', rules: [{ when: { body: zzz }, then: queued }] }",
    "status: { get: '/{job_id}', missing: zzz }",
    "status: { get: '/{job_id}', missing: { zzz: 1 } }",
    "status: { get: '/{job_id}', missing: { problem: zzz } }",
    "status: { get: '/{job_id}', missing: { state: failed, reason: zzz, retryable: zzz } }",
    "status: { get: '/{job_id}', missing: { state: completed, outputs: zzz } }",
    "status: { get: '/{job_id}', outputs: { zzz: $.a } }",
    "status: { get: '/{job_id}', outputs: { file: { url: $.a, zzz: 1 } } }",
    "status: { get: '/{job_id}', outputs: { file: [{ zzz: 1 }] } }",
    "status: { get: '/{job_id}', outputs: [{ role: file, zzz: 1 }] }",
    "status: { get: '/{job_id}', progress: { path: $.a, zzz: 1 } }",
    "status: { get: '/{job_id}', progress: { path: $.a, unit: zzz } }",
    "status: { get: '/{job_id}', times: { zzz: 1 } }",
    "error: { zzz: 1 }",
    "error: { codes: { 1: { reason: other, zzz: 1 } } }",
    "problem: { zzz: 1 }",
    "poll: { zzz: 1 }",
];

/// The words between backquotes of "unknown key `zzz`, expected one of `a`, `b`".
fn words_expected_at(place: &str) -> BTreeSet<String> {
    let text = completed_with(place).unwrap_or_else(|error| panic!("{place}: {error}"));
    let Err(mistakes) = Provider::parse("acme.yaml", &text) else { panic!("{place}: an unknown word was accepted") };
    let lists = mistakes.iter().filter_map(|mistake| mistake.message.split_once("`zzz`, expected "));
    let words = lists.flat_map(|(_, list)| list.split('`').skip(1).step_by(2)).map(str::to_owned).collect::<BTreeSet<_>>();
    assert!(!words.is_empty(), "{place}: no known words were listed, but\n{}", rendered(&mistakes));
    words
}

#[test]
fn the_reference_names_every_word_of_the_language() {
    let page = read("definition-format.md");
    let known: BTreeSet<String> = PLACES.iter().flat_map(|place| words_expected_at(place)).collect();
    let unnamed: Vec<&String> = known.iter().filter(|word| !page.contains(&format!("`{word}`"))).collect();
    assert!(unnamed.is_empty(), "docs/definition-format.md does not name {unnamed:?}");
}
