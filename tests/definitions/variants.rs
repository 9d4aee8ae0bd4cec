//! Definitions that extend another one.

use std::path::Path;

use vidspec::{Catalogue, CatalogueError, Credentials, JobId, Judgement, Provider, Response, State};

use crate::SOUND;

/// What a variant of `acme` says, beside its head.
fn variant(more: &str) -> Catalogue {
    catalogue(&[("acme.yaml", SOUND), ("other.yaml", &format!("id: other\nname: Other\nextends: acme\n{more}"))])
}

fn catalogue(files: &[(&str, &str)]) -> Catalogue {
    let mut catalogue = Catalogue::empty();
    for (file, text) in files {
        catalogue.add_text(file, *text);
    }
    catalogue
}

fn provider(catalogue: &Catalogue, id: &str) -> std::sync::Arc<Provider> {
    catalogue.provider(id).unwrap_or_else(|error| panic!("{error}"))
}

fn mistakes(catalogue: &Catalogue, id: &str) -> String {
    let error = catalogue.provider(id).expect_err("a broken definition was accepted");
    let CatalogueError::Invalid(mistakes) = &*error else { panic!("{error}") };
    let told =
        mistakes.iter().map(|mistake| format!("{} {}:{} {}", mistakes.file(), mistake.line, mistake.column, mistake.message));
    told.collect::<Vec<_>>().join("\n")
}

fn state(provider: &Provider, body: &str) -> State {
    match provider.judge(&JobId::new("7").unwrap(), &Response::new(200, body)) {
        Judgement::Final(check) => check.state(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_variant_says_only_what_is_different() {
    let other = variant("base_url: https://other.example.com\nstatus: { map: { ready: failed, gone: expired } }\n");
    let other = provider(&other, "other");
    let request = other.request(&JobId::new("7").unwrap(), &Credentials::new("key")).unwrap();
    assert_eq!(request.url().as_str(), "https://other.example.com/jobs/7");
    assert_eq!((other.id(), other.name(), other.extends()), ("other", "Other", Some("acme")));
    for (word, expected) in [("waiting", State::Queued), ("ready", State::Failed), ("gone", State::Expired)] {
        assert_eq!(state(&other, &format!(r#"{{"status":"{word}"}}"#)), expected, "{word}");
    }
    assert_eq!(other.places(), ["status.map.waiting", "status.map.ready", "status.map.gone"]);
}

#[test]
fn nothing_takes_a_key_away() {
    let other = variant("status:\n  map: { ready: ~ }\n  get: ~\n  post: \"/jobs/{job_id}\"\n  safe: true\n");
    let other = provider(&other, "other");
    assert_eq!(state(&other, r#"{"status":"ready"}"#), State::Unknown);
    assert_eq!(other.request(&JobId::new("7").unwrap(), &Credentials::new("key")).unwrap().method(), "POST");
}

#[test]
fn what_identifies_a_provider_is_not_inherited() {
    let parent = format!(
        "{SOUND}lifecycle: {{ state: retired, date: 2026-01-01 }}\njob_id: {{ pattern: ^a, example: a }}\npoll: {{ interval: 5s }}\n"
    );
    let files = catalogue(&[("acme.yaml", &parent), ("other.yaml", "id: other\nname: Other\nextends: acme\n")]);
    let other = provider(&files, "other");
    assert!(other.lifecycle().is_none() && !other.recognises("a"));
    assert!(provider(&files, "acme").recognises("a"));
}

#[test]
fn the_order_of_the_files_does_not_matter_and_built_in_definitions_can_be_extended() {
    let files = catalogue(&[("other.yaml", "id: other\nname: Other\nextends: acme\n"), ("acme.yaml", SOUND)]);
    assert_eq!(state(&provider(&files, "other"), r#"{"status":"ready"}"#), State::Completed);
    let mut files = catalogue(&[("gateway.yaml", "id: gateway\nname: Gateway\nextends: sora\n")]);
    files.add_builtin();
    assert_eq!(state(&provider(&files, "gateway"), r#"{"status":"in_progress"}"#), State::Processing);
}

/// A file of the user's own that changes one thing of a built-in definition.
#[test]
fn a_file_can_extend_another_one_of_its_own_id() {
    let mut files = catalogue(&[("sora.yaml", "id: sora\nname: Mine\nextends: sora\nstatus: { map: { odd: queued } }\n")]);
    files.add_builtin();
    assert_eq!(state(&provider(&files, "sora"), r#"{"status":"odd"}"#), State::Queued);
    assert_eq!(state(&provider(&files, "sora"), r#"{"status":"in_progress"}"#), State::Processing);
}

#[test]
fn mistakes_are_told_where_they_were_made() {
    let broken = variant("status: { map: { done: complete } }\n");
    let told = mistakes(&broken, "other");
    assert!(told.starts_with("other.yaml 4:24 unknown word `complete`"), "{told}");

    let files = catalogue(&[("acme.yaml", "vidspec: 1\n"), ("other.yaml", "id: other\nname: Other\nextends: acme\n")]);
    let told = mistakes(&files, "other");
    assert!(told.starts_with("other.yaml 3:10 expected a sound definition, found mistakes in acme.yaml"), "{told}");
    assert!(!told.contains('\n'), "{told}");
    assert!(mistakes(&files, "acme").starts_with("acme.yaml 1:1 expected a key"), "{}", mistakes(&files, "acme"));

    // Only together with what is inherited there is something wrong: the file that brought them together tells it.
    let together = variant("headers: { x: y }\nauth: { style: header, name: x, env: K }\nhosts: other.example.com\n");
    let told = mistakes(&together, "other");
    assert!(told.contains("other.yaml 4:12 expected headers without a key, found `x`"), "{told}");
    assert!(told.contains("other.yaml 6:8 expected the host of `base_url` among them"), "{told}");
}

#[test]
fn there_is_one_level_and_no_circle() {
    let further = "id: third\nname: Third\nextends: other\n";
    let files =
        catalogue(&[("acme.yaml", SOUND), ("other.yaml", "id: other\nname: Other\nextends: acme\n"), ("third.yaml", further)]);
    let expected = "expected a definition that extends no other, found `other`, which extends `acme`";
    assert_eq!(mistakes(&files, "third"), format!("third.yaml 3:10 {expected}"));
    for (file, parent, expected) in [
        ("self.yaml", "self", "expected the id of a known definition, found `self`"),
        ("third.yaml", "fourth", "expected a definition that extends no other, found `fourth`, which extends `third`"),
    ] {
        let id = file.trim_end_matches(".yaml");
        let text = format!("id: {id}\nname: X\nextends: {parent}\n");
        let fourth = "id: fourth\nname: Fourth\nextends: third\n";
        assert_eq!(mistakes(&catalogue(&[(file, &text), ("fourth.yaml", fourth)]), id), format!("{file} 3:10 {expected}"));
    }
}

#[test]
fn variants_in_folders_are_found_too() {
    let folder = std::env::temp_dir().join(format!("vidspec-variants-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |file: &str, text: &str| std::fs::write(Path::new(&folder).join(file), text).unwrap();
    write("acme.yaml", SOUND);
    write("other.yaml", "\u{feff}id: other\nname: Other\nextends: acme\n");
    let mut files = Catalogue::empty();
    files.add_folder(&folder).unwrap();
    assert_eq!(state(&provider(&files, "other"), r#"{"status":"ready"}"#), State::Completed);
    std::fs::remove_dir_all(&folder).unwrap();
}
