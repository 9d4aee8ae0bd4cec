//! The definitions that are built in.

use std::sync::OnceLock;

use vidspec::{Catalogue, Credentials, JobId, ProblemKind, Provider};

use crate::root;

/// The files of `providers/`, by name.
pub(crate) fn shipped() -> &'static [(String, String)] {
    static SHIPPED: OnceLock<Vec<(String, String)>> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let files = std::fs::read_dir(root().join("providers")).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect();
        files.sort_by_key(|file| file.file_stem().map(ToOwned::to_owned));
        let read = |path: std::path::PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        };
        files.into_iter().map(read).collect()
    })
}

#[test]
fn every_shipped_definition_is_sound() {
    assert!(shipped().len() >= 6);
    for (file, text) in shipped() {
        let provider = Provider::parse(file, text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert_eq!(format!("{}.yaml", provider.id()), *file);
        assert!(provider.docs().next().is_some() && provider.key_variables().next().is_some());
        assert!(provider.base_url().is_none_or(|url| url.scheme() == "https"));
    }
}

#[test]
fn every_shipped_definition_is_built_in() {
    let catalogue = Catalogue::builtin();
    let files: Vec<_> = shipped().iter().map(|(file, _)| file.trim_end_matches(".yaml")).collect();
    assert_eq!(catalogue.ids().collect::<Vec<_>>(), files);
    for id in files {
        assert_eq!(catalogue.provider(id).unwrap_or_else(|error| panic!("{error}")).id(), id);
    }
}

#[test]
fn no_key_hides_in_a_shipped_definition() {
    for (file, text) in shipped() {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let key = words.into_iter().find(|word| ["sk-", "AIza", "eyJ"].iter().any(|start| word.starts_with(start)));
        assert_eq!(key, None, "{file} holds something that begins like a key");
    }
}

#[test]
fn the_line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
    for (file, text) in shipped() {
        let expected = Provider::parse(file, text).unwrap_or_else(|mistakes| panic!("{mistakes}")).places();
        for rewritten in [text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
            let provider = Provider::parse(file, &rewritten).unwrap_or_else(|mistakes| panic!("{mistakes}"));
            assert_eq!(provider.places(), expected, "{file}");
        }
    }
}

#[test]
fn a_question_about_vertex_goes_to_the_host_of_its_location() {
    let provider = Catalogue::builtin().provider("veo-vertex").unwrap_or_else(|error| panic!("{error}"));
    let asked = |location: &str| {
        let id = format!("projects/p/locations/{location}/publishers/google/models/m/operations/o");
        provider.request(&JobId::new(&id).unwrap(), &Credentials::new("key")).map(|request| request.public_url().to_string())
    };
    for (location, host) in [
        ("us-central1", "us-central1-aiplatform.googleapis.com"),
        ("global", "aiplatform.googleapis.com"),
        ("us", "aiplatform.us.rep.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
    ] {
        let path = format!("v1/projects/p/locations/{location}/publishers/google/models/m:fetchPredictOperation");
        assert_eq!(asked(location).unwrap(), format!("https://{host}/{path}"));
    }
    for hostile in ["evil.example", "evil.example%2F", "a@evil", "-", "global_"] {
        assert_eq!(asked(hostile).unwrap_err().kind, ProblemKind::Misconfigured, "{hostile}");
    }
}
