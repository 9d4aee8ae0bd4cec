//! Bytes from strangers: inputs that once went wrong, and random damage to sound ones. `fuzz/` looks for more, with coverage.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has found something")]

mod targets;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

type Run = fn(&[u8]);

/// Every kind of bytes, by the name of its fuzz target.
const KINDS: [(&str, Run); 7] = [
    ("definition", targets::definition),
    ("response", targets::response),
    ("job_id", targets::job_id),
    ("template", targets::template),
    ("json_path", targets::json_path),
    ("scenario", scenario),
    ("time", targets::time),
];

fn scenario(data: &[u8]) {
    targets::scenario(targets::scenario_folder().path(), data);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_below(folder: &Path, ending: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(std::fs::read(path).unwrap());
        }
    }
    found
}

/// What was found goes into `regressions/KIND/`, under a name that says what it is.
#[test]
fn nothing_that_was_found_goes_wrong_again() {
    let regressions = root().join("tests/fuzz/regressions");
    for folder in std::fs::read_dir(&regressions).unwrap().map(|entry| entry.unwrap().path()) {
        let kind = folder.file_name().unwrap().to_string_lossy();
        let (_, run) = KINDS.iter().find(|(name, _)| *name == kind).unwrap_or_else(|| panic!("no kind `{kind}`"));
        for data in files_below(&folder, "") {
            run(&data);
        }
    }
}

/// One random change of bytes.
#[derive(Clone, Debug)]
enum Damage {
    Delete { at: Index, length: usize },
    Insert { at: Index, bytes: Vec<u8> },
    Repeat { at: Index, length: usize, times: usize },
    CutOff { at: Index },
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    // What means something in JSON, in templates and in paths; letters of several bytes; any byte.
    let bytes = prop_oneof![
        4 => "[\\[\\]{}():,#&*?.$@%/\\\\\"'0-9eE+\\- \\n\\t\u{0}äﬃ🎬\u{202e}]{1,4}".prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 1..4),
    ];
    prop_oneof![
        3 => (at(), 1..16_usize).prop_map(|(at, length)| Damage::Delete { at, length }),
        4 => (at(), bytes).prop_map(|(at, bytes)| Damage::Insert { at, bytes }),
        2 => (at(), 1..16_usize, 1..200_usize).prop_map(|(at, length, times)| Damage::Repeat { at, length, times }),
        1 => at().prop_map(|at| Damage::CutOff { at }),
    ]
}

impl Damage {
    fn apply(&self, mut data: Vec<u8>) -> Vec<u8> {
        let within = |at: &Index, length: usize| at.index(data.len() + 1)..(at.index(data.len() + 1) + length).min(data.len());
        match self {
            Self::Delete { at, length } => drop(data.drain(within(at, *length))),
            Self::Insert { at, bytes } => drop(data.splice(within(at, 0), bytes.iter().copied())),
            Self::Repeat { at, length, times } => {
                let range = within(at, *length);
                let again = data[range.clone()].repeat(*times);
                data.splice(range.end..range.end, again);
            }
            Self::CutOff { at } => data.truncate(at.index(data.len() + 1)),
        }
        data
    }
}

/// Sound bytes, damaged a little.
fn damaged(sound: &'static [Vec<u8>]) -> impl Strategy<Value = Vec<u8>> {
    let seed = any::<Index>().prop_map(|which| which.get(sound).clone());
    (seed, vec(damage(), 0..4)).prop_map(|(seed, damages)| damages.iter().fold(seed, |data, damage| damage.apply(data)))
}

static DEFINITIONS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files_below(&root().join("providers"), ".yaml"));
static BODIES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files_below(&root().join("fixtures"), ".json"));
static SCENARIOS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files_below(&root().join("fixtures"), "scenario.yaml"));

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

static JOBS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    texts(&[
        "pictory:4a09edf9-d071-4847-bda5-8dea913d80fe",
        "fal:764cabcf-b745-4b3e-ae38-1200304cf45b?app=fal-ai/veo3",
        "models/veo-3.1-generate-preview/operations/abc123",
        "projects/p/locations/us-central1/publishers/google/models/veo-3.1/operations/123",
        "https://api.pictory.ai/pictoryapis/v1/jobs/4a09edf9-d071-4847-bda5-8dea913d80fe?a=b#c",
        "video_68f0b1",
        "kling:842250903629086785?kind=text2video",
        "",
    ])
});
static TEMPLATES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    texts(&["/v1/jobs/{job_id}", "{base_url}/files/{+job_id}", "/v1/files/{file}", "https://a.example/{value}"])
});
static PATHS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    texts(&[
        ".a.b\n{\"a\":{\"b\":\"done\"}}",
        "..[?@.type=='mp4' && @.n>1].url\n[{\"type\":\"mp4\",\"n\":2,\"url\":\"done\"}]",
        "[*][1:-1:2]\n[[1,\"done\",3],[[]]]",
        "[?match(@,'d.*') || count(@.*)>1 || length(@)==4]\n[\"done\",{\"a\":1,\"b\":2}]",
    ])
});
static TIMES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    texts(&[
        "2026-02-13T11:00:00.123456+01:00",
        "2026-02-13T11:00:00",
        "Fri, 13 Feb 2026 10:00:00 GMT",
        "1h30m2.5s",
        "0:00:59.5",
        "1771000000",
        "1.5e3",
        "-1",
    ])
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn definitions(data in damaged(&DEFINITIONS)) {
        targets::definition(&data);
    }

    #[test]
    fn responses(which in any::<u8>(), status in any::<u8>(), body in damaged(&BODIES)) {
        targets::response(&[&[which, status], &*body].concat());
    }

    #[test]
    fn templates(data in damaged(&TEMPLATES)) {
        targets::template(&data);
    }

    #[test]
    fn json_paths(data in damaged(&PATHS)) {
        targets::json_path(&data);
    }

    #[test]
    fn scenarios(data in damaged(&SCENARIOS)) {
        scenario(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn job_ids(data in damaged(&JOBS)) {
        targets::job_id(&data);
    }

    #[test]
    fn times(data in damaged(&TIMES)) {
        targets::time(&data);
    }
}
