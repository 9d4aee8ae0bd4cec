//! `vidspec lint` and `vidspec explain`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::server::Server;
use crate::support::{KEY, Ran, Test};

/// A definition of which there is nothing to say, with evidence for all of it.
const ACME: &str = r#"vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com
auth: { style: bearer, env: [ACME_API_KEY] }
status:
  get: "/v1/jobs/{job_id}"
  path: $.status
  map: { done: completed }
  outputs: { video: $.video_url }
poll: { interval: 5s, timeout: 10m }
"#;

const DOCUMENTED: &str = r#"key_header: { name: authorization, value: "Bearer {key}", source: https://docs.example.com/auth }
statuses:
  - { source: https://docs.example.com/status, values: [done] }
"#;

const CASES: &str = r#"- name: done
  title: The video is ready
  source: https://docs.example.com/status
  read: 2026-11-24
  evidence: documented
  job_id: "1"
  request: GET /v1/jobs/1
  body: '{"status": "done", "video_url": "https://cdn.example.com/1.mp4"}'
  expect: { state: completed }
"#;

const PAGE: &str = include_str!("../../docs/lint.md");

/// `vidspec lint` in a folder that holds Acme Video and its evidence.
fn lint() -> Test {
    let test = Test::new().args(["lint"]).file("providers/acme.yaml", ACME);
    test.file("fixtures/acme/documented.yaml", DOCUMENTED).file("fixtures/acme/cases.yaml", CASES)
}

/// The same, with a text in place of another one in the definition.
fn lint_with(from: &str, to: &str) -> Test {
    assert!(ACME.contains(from), "{from}");
    lint().file("providers/acme.yaml", ACME.replace(from, to))
}

fn codes(ran: &Ran) -> BTreeSet<String> {
    ran.json().as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

fn folder_of(root: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(root).display().to_string()
}

#[test]
fn of_a_proven_definition_there_is_nothing_to_say() {
    lint().args(["--deny", "warnings"]).run().code(0).stderr_is("").stdout_is("1 definition: no errors, no warnings, no notes\n");
    lint().args(["--output", "json"]).run().code(0).stdout_is("[]\n");
    lint().args(["--output", "github"]).run().code(0).stdout_is("");
}

#[test]
fn a_finding_is_shown_with_its_code_its_place_its_line_and_advice() {
    let ran = lint_with("$.video_url", "$.video_uri").run();
    ran.code(0).stdout_has("warning[unseen-path]: `$.video_uri` names nothing in any fixture\n");
    ran.stdout_has(
        "--> providers/acme.yaml:11:21\n   |\n11 |   outputs: { video: $.video_uri }\n   |                     ^^^^^^^^^^^\n",
    );
    ran.stdout_has("= help: add a fixture whose answer holds it, or take it out\n");
    ran.stdout_has("warning[unproven]: no fixture shows `outputs.video`\n")
        .stdout_has("1 definition: no errors, 2 warnings, no notes\n");
}

#[test]
fn errors_fail_and_warnings_do_where_they_are_denied() {
    let broken = || lint_with("done: completed", "done: complete");
    broken().run().code(1).stdout_has("error[unknown-word]: unknown word `complete`").stdout_has("did you mean `completed`?");
    broken().run().stdout_has("1 definition: 1 error, no warnings, no notes\n");
    let doubtful = || lint_with("$.video_url", "$.video_uri");
    doubtful().run().code(0);
    doubtful().args(["--deny", "warnings"]).run().code(1);
    let remarkable = || lint_with("interval: 5s, ", "");
    remarkable().args(["--deny", "warnings"]).run().code(0).stdout_has("note[no-interval]").stdout_has("1 note\n");
    let ran = remarkable().args(["--level", "warning"]).run();
    ran.code(0).stdout_is("1 definition: no errors, no warnings, 1 note\n");
}

#[test]
fn programs_are_told_the_same() {
    let ran = lint_with("$.video_url", "$.video_uri").args(["--output", "json"]).run();
    let expected = json!({
        "file": "providers/acme.yaml",
        "line": 11,
        "column": 21,
        "level": "warning",
        "code": "unseen-path",
        "message": "`$.video_uri` names nothing in any fixture",
        "help": "add a fixture whose answer holds it, or take it out",
    });
    ran.code(0).expect(ran.json().as_array().unwrap().contains(&expected), &format!("{expected}"));
    let ran = lint_with("done: completed", "done: complete").args(["--output", "github"]).run();
    ran.code(1)
        .stdout_has("::error file=providers/acme.yaml,line=10,col=16,title=unknown-word::unknown word `complete`, expected ");
    ran.stdout_has("%0Adid you mean `completed`?\n");
}

#[test]
fn all_mistakes_of_definitions_and_evidence_are_told_in_one_pass() {
    let test = lint_with("done: completed", "done: complete").file("providers/emca.yaml", ACME.replace("auth:", "aut:"));
    let test = test.file("fixtures/acme/cases.yaml", CASES.replace("source:", "sorce:"));
    let test = test.file("fixtures/acme/bad/scenario.yaml", "title: [\n").file("fixtures/acne/documented.yaml", DOCUMENTED);
    let ran = test.args(["--output", "json"]).run();
    let found: Vec<_> =
        ran.code(1).json().as_array().unwrap().iter().map(|found| (found["file"].clone(), found["code"].clone())).collect();
    for (file, code) in [
        ("fixtures/acne", "bad-evidence"),
        ("providers/acme.yaml", "unknown-word"),
        ("fixtures/acme/bad/scenario.yaml", "bad-evidence"),
        ("fixtures/acme/cases.yaml", "bad-evidence"),
        ("providers/emca.yaml", "unknown-key"),
        ("providers/emca.yaml", "missing-key"),
        ("providers/emca.yaml", "wrong-file-name"),
        ("providers/emca.yaml", "no-evidence"),
    ] {
        ran.expect(found.contains(&(json!(file), json!(code))), &format!("{code} of {file}"));
    }
}

#[test]
fn a_mistake_in_the_evidence_is_shown_at_its_line() {
    let ran = lint()
        .file("fixtures/acme/cases.yaml", CASES.replace("  sorce", "").replace("read: 2026-11-24", "red: 2026-11-24"))
        .run();
    ran.code(1).stdout_has("error[bad-evidence]: ").stdout_has("--> fixtures/acme/cases.yaml:4:").stdout_has("red: 2026-11-24\n");
    let ran = lint().file("fixtures/acne/documented.yaml", DOCUMENTED).run();
    ran.code(1)
        .stdout_has("error[bad-evidence]: expected a definition acne.yaml for this evidence, found none\n--> fixtures/acne\n");
}

#[test]
fn files_and_folders_are_found_however_they_are_named() {
    let whole = || lint_with("$.video_url", "$.video_uri").args(["--output", "json"]);
    for args in [
        &["."][..],
        &["providers"],
        &["providers/acme.yaml"],
        &["--providers", "providers"],
        &["--providers", "providers", "--fixtures", "fixtures"],
        &["providers", "--providers", "providers"],
        &[".", "./providers/acme.yaml"],
    ] {
        assert_eq!(
            codes(whole().args(args).run().code(0)),
            BTreeSet::from(["unproven".to_owned(), "unseen-path".to_owned()]),
            "{args:?}"
        );
    }
    let ran = Test::new().args(["lint"]).run();
    ran.code(2).stdout_is("").stderr_has("providers cannot be read: ");
    let ran = whole().args(["--fixtures", "providers"]).run();
    assert_eq!(codes(ran.code(0)), BTreeSet::from(["no-evidence".to_owned()]));
}

#[test]
fn what_cannot_be_read_is_told_beside_the_findings() {
    for (args, words) in [
        (&["nonesuch.yaml"][..], "nonesuch.yaml cannot be read: "),
        (&["fixtures"], "fixtures: expected definitions such as acme.yaml, found none"),
        (&["--fixtures", "nonesuch"], "nonesuch: expected a folder, found none"),
        (&["--deny", "errors"], "--deny"),
    ] {
        lint().args(args).run().code(2).stderr_has(words);
    }
    let ran = lint_with("done: completed", "done: complete").args([".", "nonesuch.yaml"]).run();
    ran.code(2).stderr_has("nonesuch.yaml cannot be read").stdout_has("error[unknown-word]");
    lint().file("providers/acme.yaml", [0xff, 0xfe]).run().code(2).stderr_has("providers/acme.yaml cannot be read");
}

/// A definition that would like to reach an address and to read a key.
#[test]
fn no_key_is_read_and_nothing_is_sent() {
    let elsewhere = Server::saying("{}");
    let definition = ACME.replace("https://api.example.com", &elsewhere.url()).replace("$.video_url", "'{base_url}/{job_id}'");
    let test = lint().file("providers/acme.yaml", definition).key("ACME_API_KEY", KEY);
    test.run().code(0);
    assert_eq!(elsewhere.request_lines(), [] as [&str; 0]);
}

#[test]
fn what_a_file_holds_does_not_steer_the_terminal() {
    let ran = lint_with("done: completed", "\"a\\e[31m\": complete, \u{202E}b: completed").run();
    ran.code(1).stdout_lacks("\u{1b}").stdout_lacks("\u{202E}");
}

#[test]
fn the_shipped_definitions_and_the_example_have_no_errors_and_no_warnings() {
    for root in [".", "examples/own-provider"] {
        Test::new().args(["lint", &folder_of(root), "--deny", "warnings", "--level", "warning"]).run().code(0).stderr_is("");
    }
}

#[test]
fn a_broken_definition_shows_its_codes_in_every_command() {
    let broken = ACME.replace("done: completed", "done: complete");
    let test = Test::new().file("mine/acme.yaml", broken).args(["check", "acme:7", "--providers", "mine"]);
    test.run().code(2).stderr_has("error[unknown-word]: unknown word `complete`");
}

#[test]
fn explain_prints_the_section_of_a_code() {
    let ran = Test::new().args(["explain", "unseen-path"]).run();
    ran.code(0).stderr_is("").stdout_has("warning: unseen-path\n\nA JSONPath names nothing in any answer of the fixtures.");
    ran.stdout_has("outputs: { video: $.video_uri }").stdout_lacks("unmapped-word");
}

#[test]
fn explain_lists_all_codes_and_corrects_a_slip() {
    let ran = Test::new().args(["explain"]).run();
    ran.code(0).stdout_has("CODE ").stdout_has("not-yaml ").stdout_has("shared-id ").stdout_has("A JSONPath cannot be read.");
    let ran = Test::new().args(["explain", "bad-pth"]).run();
    ran.code(2)
        .stdout_is("")
        .stderr_has("there is no code `bad-pth`")
        .stderr_has("did you mean bad-path?")
        .stderr_has("shared-id");
    let file = Test::new().file("b.json", "{}").args(["explain", "b.json"]).run();
    file.code(2).stderr_has("say by whose definition: --provider ID").stderr_lacks("the codes are");
    Test::new().args(["explain", "error[bad-path]"]).run().code(0).stdout_has("error: bad-path");
    Test::new().args(["explain", "\u{1b}[31m"]).run().code(2).stderr_lacks("\u{1b}[31m");
}

/// A block of the page: the text of a file, or the keys of a definition that are different.
struct Block {
    /// Whether it shows the mistake, or how it is mended.
    broken: bool,
    file: String,
    text: String,
}

/// The blocks below the heading of a code.
fn blocks(code: &str) -> Vec<Block> {
    let section = PAGE.split(&format!("\n## {code}\n")).nth(1).unwrap_or_else(|| panic!("no section for {code}"));
    let section = section.split("\n## ").next().unwrap();
    let block = |fenced: &str| {
        let (info, text) = fenced.split_once('\n').unwrap();
        let mut words = info.split(' ');
        assert_eq!(words.next(), Some("yaml"), "{code}: {info}");
        let broken = match words.next() {
            Some("broken") => true,
            Some("mended") => false,
            other => panic!("{code}: expected `broken` or `mended`, found {other:?}"),
        };
        Block { broken, file: words.next().unwrap_or("providers/acme.yaml").to_owned(), text: text.to_owned() }
    };
    section.split("```").skip(1).step_by(2).map(block).collect()
}

/// Acme Video with the sections of a block in place of its own, as text: a block may be broken YAML.
fn laid_over(block: &str) -> String {
    let key = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let stated: BTreeSet<String> = block.lines().filter(|line| !line.starts_with([' ', '#'])).map(key).collect();
    let mut kept = true;
    let own = ACME.lines().filter(|line| {
        kept = if line.starts_with(' ') { kept } else { !stated.contains(&key(line)) };
        kept
    });
    own.flat_map(|line| [line, "\n"]).collect::<String>() + block
}

/// The codes that linting finds where these blocks lie over Acme Video and its evidence.
fn found_with(blocks: &[&Block]) -> BTreeSet<String> {
    let mut test = lint().args([".", "--output", "json"]);
    let mut folders = BTreeSet::new();
    for Block { file, text, .. } in blocks {
        let folder = file.split('/').next().unwrap();
        let text = if folder == "fixtures" { text.clone() } else { laid_over(text) };
        folders.extend((!["fixtures", "providers"].contains(&folder)).then_some(folder));
        test = test.file(file, text);
    }
    codes(&test.args(folders).run())
}

#[test]
fn the_examples_of_the_page_are_broken_and_mended_as_they_say() {
    let headings: Vec<_> = PAGE.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let known: Vec<String> = vidspec::Code::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(headings, known, "the sections of docs/lint.md are the codes, in their order");
    for code in headings {
        let blocks = blocks(code);
        let (broken, mended): (Vec<&Block>, Vec<&Block>) = blocks.iter().partition(|block| block.broken);
        assert!(!broken.is_empty() && !mended.is_empty(), "{code} has no broken or no mended example");
        let (broken, mended) = (found_with(&broken), found_with(&mended));
        assert!(broken.contains(code), "the broken example of {code} gives {broken:?}");
        assert!(!mended.contains(code), "the mended example of {code} gives {mended:?}");
        let errors = |codes: &BTreeSet<String>| {
            codes.iter().filter(|code| level(code) == vidspec::Level::Error).cloned().collect::<Vec<_>>()
        };
        assert_eq!(errors(&mended), [""; 0], "the mended example of {code}");
        assert!(errors(&broken).iter().all(|found| found == code), "the broken example of {code} gives {broken:?}");
    }
}

fn level(code: &str) -> vidspec::Level {
    vidspec::Code::parse(code).unwrap().level()
}

#[test]
fn the_json_is_a_list_also_where_nothing_is_found() {
    assert_eq!(lint().args(["--output", "json"]).run().json(), Value::Array(Vec::new()));
}
