//! Definitions of the user's own.

use serde_json::Value;

use crate::server::{Server, header};
use crate::support::{PICTORY_JOB, Test};

/// A definition without a mistake.
fn definition(id: &str, name: &str) -> String {
    format!(
        "vidspec: 1\nid: {id}\nname: {name}\ndocs: https://docs.example.com/status\nbase_url: https://api.example.com/v1\n\
         auth: {{ style: header, name: X-Acme-Key, env: [ACME_API_KEY] }}\n\
         status:\n  get: \"/jobs/{{job_id}}\"\n  path: $.status\n  map: {{ waiting: queued, ready: completed }}\n  \
         outputs: {{ video: $.video_url }}\n"
    )
}

const BROKEN: &str = r#"vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: http://api.example.com/v1
auth: { style: bearer, env: [ACME_API_KEY] }
status:
  get: "/tasks/{job}"
  path: $.status
  map: { waiting: queud, ready: completed }
  colour: red
"#;

#[test]
fn a_definition_of_ones_own_is_asked_as_it_says() {
    let server = Server::saying(r#"{"status":"ready","video_url":"https://v.example.com/1.mp4"}"#);
    let test = Test::new().file("mine/acme.yaml", definition("acme", "Acme Video")).key("ACME_API_KEY", "acme-key-1234");
    let ran = test.args(["check", "acme:7", "--providers", "mine", "--base-url", &server.url()]).run();
    ran.code(0).stdout_has("acme:7  completed\n").stdout_has("https://v.example.com/1.mp4");
    assert_eq!(server.request_lines(), ["GET /jobs/7"]);
    assert_eq!(header(&server.requests()[0], "x-acme-key"), Some("acme-key-1234"));
    assert_eq!(header(&server.requests()[0], "authorization"), None);
}

#[test]
fn definitions_are_found_by_option_by_variable_and_in_the_users_folder() {
    let text = definition("acme", "Acme Video");
    for (folder, args, variable) in [
        ("mine", &["--providers", "mine"][..], None),
        ("mine", &[][..], Some("mine")),
        (".config/vidspec/providers", &[][..], None),
    ] {
        let test = Test::new().file(&format!("{folder}/acme.yaml"), &text).args(["check", "acme:7"]).args(args);
        let test = variable.iter().fold(test, |test, folder| test.env("VIDSPEC_PROVIDERS", folder));
        test.run().code(3).stdout_has("Acme Video").stdout_has("ACME_API_KEY");
    }
}

#[test]
fn a_folder_named_providers_is_only_used_when_asked_for() {
    let test = Test::new().file("providers/acme.yaml", definition("acme", "Acme Video"));
    test.args(["check", "acme:7"]).run().code(2).stderr_has("no known provider");
}

#[test]
fn the_first_definition_of_an_id_wins_and_the_others_are_shown() {
    let folders = ["one", "two", "three", "four", ".config/vidspec/providers"];
    let test = folders.iter().fold(Test::new(), |test, folder| {
        test.file(&format!("{folder}/pictory.yaml"), definition("pictory", &format!("From {folder}")))
    });
    let home = test.folder().join(".config/vidspec/providers/pictory.yaml").display().to_string();
    let variable = std::env::join_paths(["three", "four"]).unwrap().into_string().unwrap();
    let test = test.env("VIDSPEC_PROVIDERS", &variable);
    let ran = test.args(["providers", "--output", "json", "--providers", "one", "--providers", "two"]).run();
    let list = ran.code(0).json();
    let of_id: Vec<_> = list.as_array().unwrap().iter().filter(|entry| entry["id"] == "pictory").collect();
    let from: Vec<_> = of_id.iter().map(|entry| entry["from"].as_str().unwrap().replace('\\', "/")).collect();
    let files = ["one", "two", "three", "four"].map(|folder| format!("{folder}/pictory.yaml"));
    assert_eq!(from, [&files[..], &[home.replace('\\', "/"), "built in".to_owned()]].concat());
    assert_eq!(of_id.iter().map(|entry| entry["used"] == true).collect::<Vec<_>>(), [true, false, false, false, false, false]);
}

#[test]
fn the_winner_is_the_one_that_is_asked() {
    let test = Test::new().file("mine/pictory.yaml", definition("pictory", "My Pictory"));
    let ran = test.args(["check", PICTORY_JOB, "--providers", "mine"]).run();
    ran.code(3).stdout_has("My Pictory").stdout_has("ACME_API_KEY").stdout_lacks("PICTORY_API_KEY");
}

#[test]
fn the_table_says_which_definition_is_not_used() {
    let test = Test::new().file("mine/pictory.yaml", definition("pictory", "My Pictory"));
    let ran = test.args(["providers", "--providers", "mine"]).run();
    let stdout = ran.code(0).stdout();
    let rows: Vec<_> = stdout.lines().filter(|line| line.starts_with("pictory ")).collect();
    assert!(rows[0].contains("pictory.yaml") && !rows[0].contains("not used"), "{stdout}");
    assert!(rows[1].contains("built in") && rows[1].contains("not used"), "{stdout}");
}

#[test]
fn all_mistakes_of_a_definition_are_told_at_their_places() {
    for command in [&["check", "acme:7"][..], &["providers"][..]] {
        let ran = Test::new().file("mine/acme.yaml", BROKEN).args(command).args(["--providers", "mine"]).run();
        ran.code(2);
        for (place, words) in [
            ("mine/acme.yaml:5:11", "expected an `https` address"),
            ("mine/acme.yaml:8:8", "unknown value `{job}`"),
            ("mine/acme.yaml:10:19", "unknown word `queud`"),
            ("mine/acme.yaml:11:3", "unknown key `colour`"),
        ] {
            ran.stderr_has(place).stderr_has(words);
        }
        ran.stderr_has("did you mean `queued`?").stderr_lacks("\u{1b}");
    }
}

#[test]
fn all_keys_that_are_missing_are_told_at_once() {
    let test = Test::new().file("mine/acme.yaml", "vidspec: 1\nid: acme\n");
    let ran = test.args(["check", "acme:7", "--providers", "mine"]).run();
    for key in ["name", "docs", "base_url", "auth", "status"] {
        ran.code(2).stderr_has(&format!("expected a key `{key}`, found none"));
    }
}

#[test]
fn the_mistakes_of_a_definition_are_told_once() {
    let test = Test::new().file("mine/acme.yaml", BROKEN).args(["check", "acme:7", "acme:8", "--providers", "mine"]);
    let ran = test.run();
    assert_eq!(ran.code(2).stderr().matches("unknown word `queud`").count(), 1, "{}", ran.stderr());
    ran.stderr_lacks("passed over");
}

#[test]
fn a_broken_definition_of_another_provider_does_not_disturb() {
    let broken = || Test::new().file("mine/acme.yaml", BROKEN).file("mine/other.yaml", "a: [").env("VIDSPEC_PROVIDERS", "mine");
    broken().args(["check", PICTORY_JOB, "--replay"]).run().code(0).stderr_lacks("acme").stdout_has("completed");
    broken().args(["check", "x", "--provider", "vozo", "--replay"]).run().code(0).stderr_lacks("acme");
    let ran = broken().args(["providers"]).run();
    ran.code(2).stdout_has("pictory").stdout_has("vozo").stderr_has("mine/acme.yaml:5:11").stderr_has("mine/other.yaml:");
}

#[test]
fn a_definition_that_recognises_nothing_for_its_mistakes_is_named_once() {
    let test = Test::new().file("mine/acme.yaml", BROKEN).args(["check", "abc", "def", "--providers", "mine"]);
    let ran = test.run();
    assert_eq!(ran.code(2).stderr().matches("mine/acme.yaml has mistakes").count(), 1, "{}", ran.stderr());
}

#[test]
fn a_broken_definition_is_not_replaced_by_the_one_built_in() {
    let test = Test::new().file("mine/pictory.yaml", BROKEN.replace("acme", "pictory"));
    test.args(["check", PICTORY_JOB, "--replay", "--providers", "mine"])
        .run()
        .code(2)
        .stdout_is("")
        .stderr_has("pictory.yaml:5:11");
}

#[test]
fn the_name_of_the_file_is_the_id() {
    let test = Test::new().file("mine/acme.yaml", definition("acne", "Acme"));
    let ran = test.args(["check", "acme:1", "--providers", "mine"]).run();
    ran.code(2).stderr_has("mine/acme.yaml:2:5").stderr_has("`acme`").stderr_has("`acne`");
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    for command in [&["check", PICTORY_JOB, "--replay"][..], &["providers"][..]] {
        let test = || Test::new().args(command);
        test().args(["--providers", "nonesuch"]).run().code(2).stdout_is("").stderr_has("nonesuch cannot be read");
        test().env("VIDSPEC_PROVIDERS", "nonesuch").run().code(2).stdout_is("").stderr_has("nonesuch cannot be read");
        test().env("VIDSPEC_PROVIDERS", "").run().code(0);
    }
}

#[test]
fn a_folder_of_the_environment_that_cannot_be_read_names_its_variable() {
    let ran = Test::new().args(["providers"]).env("VIDSPEC_PROVIDERS", "nonesuch").run();
    ran.code(2).stderr_has("VIDSPEC_PROVIDERS");
}

#[test]
fn the_providers_that_are_built_in_are_listed_with_their_variables() {
    let ran = Test::new().args(["providers"]).key("PICTORY_API_KEY", "key-of-pictory").env("VOZO_API_KEY", "").run();
    ran.code(0).stderr_is("").stdout_has("PICTORY_API_KEY (set)").stdout_has("VOZO_API_KEY (not set)");
    ran.stdout_has("GOOGLE_API_KEY (not set) …").stdout_has("retired 2026-09-24");
    let ids: Vec<_> = ran.stdout().lines().skip(1).map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    for id in ["colossyan", "pictory", "sora", "varg", "veo", "vozo"] {
        assert!(ids.iter().any(|known| known == id), "{id} is missing in {ids:?}");
    }
}

#[test]
fn the_list_is_also_there_for_machines() {
    let test = |form| Test::new().args(["providers", "--output", form]).key("GEMINI_API_KEY", "key-of-gemini");
    let list = test("json").run().code(0).json();
    assert_eq!(list.as_array(), Some(&test("ndjson").run().code(0).ndjson()));
    let veo = list.as_array().unwrap().iter().find(|entry| entry["id"] == "veo").unwrap();
    assert_eq!((&veo["name"], &veo["from"], &veo["used"]), (&"Google Veo (Gemini API)".into(), &"built in".into(), &true.into()));
    let keys: Vec<_> = veo["key_variables"].as_array().unwrap().iter().map(|key| (&key["name"], &key["set"])).collect();
    assert_eq!(keys, [(&"GOOGLE_API_KEY".into(), &false.into()), (&"GEMINI_API_KEY".into(), &true.into())]);
    assert_eq!((&veo["lifecycle"], veo["base_url"].as_str()), (&Value::Null, Some("https://generativelanguage.googleapis.com/")));
}

#[test]
fn control_characters_of_a_definition_do_not_reach_the_terminal() {
    let test = Test::new().file("mine/acme.yaml", definition("acme", r#""Acme \e[31mred\a""#)).env("CLICOLOR_FORCE", "1");
    let ran = test.args(["providers", "--providers", "mine"]).run();
    ran.code(0).stdout_has("red").stdout_lacks("\u{1b}[31m").stdout_lacks("\u{7}");
}
