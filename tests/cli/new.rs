//! `vidspec new`

use vidspec::Provider;

use crate::schema::complaints_about;
use crate::support::{Kept, Ran, Test};

const FACTS: [&str; 22] = [
    "new",
    "acme",
    "--name",
    "Acme: \"the\" studio",
    "--docs",
    "https://docs.acme.example/get",
    "--base-url",
    "https://api.acme.example/v2",
    "--auth",
    "header:X-Acme-Key",
    "--env",
    "ACME_API_KEY,ACME_KEY",
    "--get",
    "/renders/{job_id}",
    "--status-path",
    "$.data.status",
    "--map",
    "waiting=queued,done=completed,1=failed",
    "--video",
    "$.data.url",
    "--job-id",
    "rnd_7Qx2mV",
];

const ANSWER: &str =
    r#"{"data": {"state": "ready"}, "files": [{"url": "https://cdn.acme.example/v.mp4"}], "error": {"code": 0}}"#;

/// The definition that was written, which must be sound.
fn provider(kept: &Kept, file: &str) -> Provider {
    let text = kept.read(file);
    assert!(text.starts_with("# yaml-language-server: $schema=provider.schema.json\n"), "{text}");
    let name = file.rsplit('/').next().unwrap();
    Provider::parse(name, &text).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"))
}

/// `vidspec test` over what was written.
fn tested(kept: &Kept, files: &[&str]) -> Ran {
    files.iter().fold(Test::new(), |test, file| test.file(file, kept.read(file))).args(["test"]).run()
}

#[test]
fn facts_become_a_definition_and_its_first_evidence() {
    let (kept, ran) = Test::new().args(FACTS).run_kept();
    ran.code(0).stdout_is(
        "providers/acme.yaml\nfixtures/acme/documented.yaml\nfixtures/acme/first/scenario.yaml\nfixtures/acme/first/answer.json\n\
         providers/provider.schema.json\n",
    );
    ran.stderr_has("vidspec lint\n").stderr_has("vidspec test\n");
    let provider = provider(&kept, "providers/acme.yaml");
    assert_eq!((provider.id(), provider.name()), ("acme", "Acme: \"the\" studio"));
    assert_eq!(provider.key_variables().collect::<Vec<_>>(), ["ACME_API_KEY", "ACME_KEY"]);
    assert_eq!(provider.places(), ["status.map.waiting", "status.map.done", "status.map.1", "outputs.video"]);
    let files = [
        "providers/acme.yaml",
        "fixtures/acme/documented.yaml",
        "fixtures/acme/first/scenario.yaml",
        "fixtures/acme/first/answer.json",
    ];
    let ran = tested(&kept, &files);
    ran.code(0).stdout_has("1 claim holds").stdout_has("none for status.map.waiting, status.map.1");
    let scenario = kept.read("fixtures/acme/first/scenario.yaml");
    for text in ["GET /v2/renders/rnd_7Qx2mV", "evidence: prose", "state: completed", "source: https://docs.acme.example/get"] {
        assert!(scenario.contains(text), "{text}\n{scenario}");
    }
}

#[test]
fn what_nobody_said_is_marked_and_nothing_is_made_up() {
    let (kept, ran) = Test::new().args(["new", "acme-film", "my/folder"]).run_kept();
    ran.code(0).stderr_has("places are marked TODO").stderr_has("vidspec lint my/folder");
    let provider = provider(&kept, "my/folder/providers/acme-film.yaml");
    assert_eq!((provider.name(), provider.places()), ("Acme Film", vec!["status.map.TODO".to_owned()]));
    let definition = kept.read("my/folder/providers/acme-film.yaml");
    for (todo, line) in [
        ("# TODO: the page", "docs: https://example.com/TODO"),
        ("# TODO: the address of the API", "base_url: https://api.example.com"),
        ("# TODO: is the key sent like this", "auth: { style: bearer, env: [ACME_FILM_API_KEY] }"),
        ("# TODO: the words that the pages list", "TODO: unknown"),
    ] {
        let mut lines = definition.lines().map(str::trim).skip_while(|line| !line.starts_with(todo));
        assert_eq!((lines.next().is_some(), lines.next()), (true, Some(line)), "{definition}");
    }
    assert!(kept.read("my/folder/fixtures/acme-film/first/scenario.yaml").contains("evidence: prose"));
}

#[test]
fn a_published_answer_is_kept_byte_for_byte_and_places_are_proposed_from_it() {
    let (kept, ran) = Test::new().file("answer.json", ANSWER).args(["new", "acme", "--from", "answer.json"]).run_kept();
    ran.code(0);
    assert_eq!(kept.read("fixtures/acme/first/answer.json"), ANSWER);
    let definition = kept.read("providers/acme.yaml");
    for text in [
        "# in the answer, $.data.state is \"ready\"\n  path: $.data.state\n",
        "# in the answer, $.files[*].url is \"https://cdn.acme.example/v.mp4\"\n  outputs:\n    video: \"$.files[*].url\"\n",
        "    ready: unknown\n",
        "# in the answer, $.error.code is \"0\"\n",
    ] {
        assert!(definition.contains(text), "{text}\n{definition}");
    }
    provider(&kept, "providers/acme.yaml");
    let files = [
        "providers/acme.yaml",
        "fixtures/acme/documented.yaml",
        "fixtures/acme/first/scenario.yaml",
        "fixtures/acme/first/answer.json",
    ];
    // The word has no meaning yet, and no page lists it.
    tested(&kept, &files)
        .code(1)
        .stdout_has("`ready` is in status.map, but no page of documented.yaml lists it")
        .stdout_has("1 claim holds");
}

#[test]
fn the_claim_about_a_published_answer_follows_from_the_facts() {
    let answer = r#"{"phase": {"now": 7}, "status": "ok"}"#;
    let facts = ["new", "acme", "--from", "answer.json", "--status-path", "$.phase.now", "--map", "7=canceled"];
    let (kept, ran) = Test::new().file("answer.json", answer).args(facts).run_kept();
    ran.code(0);
    let scenario = kept.read("fixtures/acme/first/scenario.yaml");
    assert!(scenario.ends_with("expect:\n  state: canceled\n  raw_status: \"7\"\n"), "{scenario}");
    assert!(scenario.contains("evidence: documented"), "{scenario}");
}

#[test]
fn editors_find_nothing_wrong_with_what_is_written() {
    for args in [&FACTS[..], &["new", "acme"], &["new", "acme", "--from", "answer.json"]] {
        let (kept, _) = Test::new().file("answer.json", ANSWER).args(args).run_kept();
        for (subject, file) in [
            ("definition", "providers/acme.yaml"),
            ("documented", "fixtures/acme/documented.yaml"),
            ("scenario", "fixtures/acme/first/scenario.yaml"),
        ] {
            assert_eq!(complaints_about(subject, &kept.read(file)), [""; 0], "{file} of {args:?}");
        }
        let shipped = std::fs::read_to_string(crate::schema::root().join("providers/provider.schema.json")).unwrap();
        assert_eq!(kept.read("providers/provider.schema.json"), shipped);
    }
}

#[test]
fn every_way_to_send_the_key_is_tested_as_it_is_written() {
    for auth in ["bearer", "raw", "basic", "scheme:Key", "header:X-Key", "query:key"] {
        let (kept, ran) =
            Test::new().args(["new", "acme", "--auth", auth, "--map", "done=completed", "--video", "$.url"]).run_kept();
        ran.code(0);
        let files = [
            "providers/acme.yaml",
            "fixtures/acme/documented.yaml",
            "fixtures/acme/first/scenario.yaml",
            "fixtures/acme/first/answer.json",
        ];
        tested(&kept, &files).code(0).stdout_has("1 claim holds");
    }
}

#[test]
fn nothing_is_overwritten_unless_it_is_asked_for() {
    let mine =
        |args: &[&str]| Test::new().file("fixtures/acme/documented.yaml", "mine").args(["new", "acme"]).args(args).run_kept();
    let (kept, ran) = mine(&[]);
    ran.code(2)
        .stdout_is("")
        .stderr_has("fixtures/acme/documented.yaml is there already; nothing was written")
        .stderr_has("--force");
    assert!(!kept.folder().join("providers").exists());
    assert_eq!(kept.read("fixtures/acme/documented.yaml"), "mine");
    let (kept, ran) = mine(&["--force"]);
    ran.code(0);
    assert!(kept.read("fixtures/acme/documented.yaml").contains("key_header"));
}

#[test]
fn facts_that_cannot_be_are_told_as_mistakes_of_the_definition_and_nothing_is_written() {
    for (facts, complaint) in [
        (["--get", "v1/x"], "expected a path that begins with `/`, found `v1/x`"),
        (["--map", "done=complted"], "did you mean `completed`?"),
        (["--map", "done"], "expected WORD=STATE"),
        (["--base-url", "http://api.acme.example"], "the key would be readable on the way"),
        (["--status-path", "status"], "write `$.status`"),
        (["--auth", "header"], "expected `name`"),
        (["--job-id", "../x"], "expected a job id"),
        (["--from", "nowhere.json"], "nowhere.json cannot be read"),
    ] {
        let ran = Test::new().args(["new", "acme"]).args(facts).run();
        ran.code(2).stdout_is("").stderr_has(complaint);
        assert_eq!(ran.files(), [""; 0], "{facts:?}");
    }
    for id in ["../acme", "Acme", "", "a/b"] {
        let ran = Test::new().args(["new", id]).run();
        ran.code(2).stderr_has("expected a short name");
        assert_eq!(ran.files(), [""; 0], "{id}");
    }
}

#[test]
fn a_key_that_was_given_by_mistake_is_not_repeated() {
    let ran = Test::new().args(["new", "acme", "--env", "sk-live-1234567890"]).secret("sk-live-1234567890").run();
    ran.code(2).stderr_has("the key itself never belongs into a file");
}

#[test]
fn an_id_that_is_built_in_is_told() {
    Test::new().args(["new", "sora"]).run().code(0).stderr_has("a definition `sora` is built in too");
}

#[test]
fn what_is_written_is_read_by_the_other_commands() {
    let (kept, _) = Test::new().args(FACTS).run_kept();
    let ran = Test::new()
        .file("mine/acme.yaml", kept.read("providers/acme.yaml"))
        .args(["check", "acme:rnd_1", "--providers", "mine", "--output", "json"])
        .run();
    assert_eq!(ran.code(3).json()["problem"]["kind"], "unauthorized");
}

/// The text between a fence with this word and the next one.
fn block<'p>(page: &'p str, kind: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_example_of_the_documentation_is_what_the_command_writes() {
    let page = std::fs::read_to_string(crate::schema::root().join("docs/new.md")).unwrap().replace("\r\n", "\n");
    let command = block(&page, "sh").replace("\\\n", " ").replace('\'', "");
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("vidspec"));
    let (kept, ran) = Test::new().args(words).run_kept();
    ran.code(0);
    assert_eq!(kept.read("providers/acme.yaml"), block(&page, "yaml"));
}
