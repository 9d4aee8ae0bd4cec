//! `vidspec providers`: how good the evidence is, and all that is known of one provider.

use std::path::Path;

use crate::support::{KEY, Test};

fn example(folder: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/own-provider").join(folder).display().to_string()
}

#[test]
fn the_list_tells_how_good_the_evidence_is() {
    let ran = Test::new().args(["providers"]).run();
    assert!(ran.code(0).line("sora ").contains("documented, 100 %, 6 states"), "{}", ran.stdout());
    let list = Test::new().args(["providers", "--output", "json"]).run().json();
    for entry in list.as_array().unwrap() {
        assert_eq!(entry["coverage_percent"], 100.0, "{entry}");
        assert!(entry["states"].as_array().unwrap().contains(&"completed".into()) && entry["evidence"].is_string(), "{entry}");
    }
}

#[test]
fn a_definition_of_ones_own_has_the_evidence_that_is_named() {
    let list = |args: &[&str]| Test::new().args(["providers", "--providers", &example("providers")]).args(args).run();
    assert!(list(&[]).code(0).line("acme ").contains(" none "));
    assert!(list(&["--fixtures", &example("fixtures")]).line("acme ").contains("documented, 100 %, 5 states"));
    // What is built in says nothing about a definition of the same name.
    let text = std::fs::read_to_string(example("providers/acme.yaml")).unwrap().replace("id: acme", "id: sora");
    let ran = Test::new().file("p/sora.yaml", text).args(["providers", "--providers", "p"]).run();
    assert!(ran.line("sora ").contains("Acme Render") && ran.line("sora ").contains(" none "), "{}", ran.stdout());
    let test = Test::new().file("f/acme/documented.yaml", "a: [").args(["providers", "--providers", &example("providers")]);
    test.args(["--fixtures", "f"]).run().code(2).stdout_has("sora").stderr_has("f/acme/documented.yaml: ");
}

#[test]
fn one_provider_is_shown_with_the_evidence_for_each_part() {
    let ran = Test::new().args(["providers", "show", "minimax"]).key("MINIMAX_API_KEY", KEY).run();
    ran.code(0).stderr_is("").stdout_has("minimax  MiniMax Hailuo\n").stdout_has("MINIMAX_API_KEY (set)");
    assert_eq!(ran.line("asks"), "GET /v1/query/video_generation?task_id=176843862716480");
    assert_eq!(ran.line("then"), "GET /v1/files/retrieve?file_id=176844028768320");
    assert_eq!(ran.line("sent as"), "authorization: Bearer {key}");
    let row = ran.line("problem.codes.1004 ");
    assert!(row.starts_with("unauthorized"), "{row}");
    let lifecycle = Test::new().args(["providers", "show", "sora"]).run().line("lifecycle");
    assert!(lifecycle.starts_with("retired since 2026-09-24; "), "{lifecycle}");
}

#[test]
fn one_provider_is_shown_to_programs_and_options_stand_anywhere() {
    let shown =
        Test::new().args(["providers", "show", "acme", "--output", "json", "--providers", &example("providers")]).run().json();
    assert_eq!((&shown["id"], &shown["evidence"]), (&"acme".into(), &serde_json::Value::Null));
    let args = ["--fixtures", &example("fixtures"), "--output", "json", "show", "acme"];
    let shown = Test::new().args(["providers", "--providers", &example("providers")]).args(args).run().json();
    let part = shown["parts"].as_array().unwrap().iter().find(|part| part["part"] == "error.codes.E_CONTENT").unwrap();
    assert_eq!((&part["comes_to"], &part["evidence"]), (&"failed".into(), &"documented".into()));
    assert_eq!(part["scenario"], "failed-content");
    Test::new().args(["providers", "show", "soar"]).run().code(2).stdout_is("").stderr_has("did you mean `sora`?");
}
