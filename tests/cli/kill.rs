//! The real command, killed at many moments: its journal loses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::server::Server;

const JOBS: usize = 4;

/// How many answers a job runs for; each tells another progress.
const STEPS: usize = 30;

const DEFINITION: &str = r#"vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com
auth: { style: bearer, env: [ACME_API_KEY] }
status:
  get: "/jobs/{job_id}"
  path: $.status
  map: { working: processing, ready: completed }
  outputs: { video: $.url }
  progress: { path: $.percent, unit: percent }
"#;

/// Waits until the journal holds so many bytes, kills, and gives what was printed; `true` once it came to its end by itself.
fn run_until(bytes: u64, folder: &Path, url: &str) -> (Vec<u8>, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
    command.args(["wait", "--providers", "providers", "--base-url", url, "--interval", "1ms", "--output", "ndjson"]);
    command.args(["--journal", "journal"]).args((0..JOBS).map(|job| format!("acme:{job}")));
    command.current_dir(folder).env_clear().env("HOME", folder).env("ACME_API_KEY", "a-key").stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let journal = folder.join("journal");
    let ended = loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            break true;
        }
        if std::fs::metadata(&journal).is_ok_and(|file| file.len() >= bytes) {
            child.kill().unwrap();
            break false;
        }
        std::thread::yield_now();
    };
    (child.wait_with_output().unwrap().stdout, ended)
}

#[test]
fn killed_at_many_moments_it_loses_nothing_and_repeats_at_most_a_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("providers")).unwrap();
    std::fs::write(folder.path().join("providers/acme.yaml"), DEFINITION).unwrap();
    let server = Server::counting(|asked| match asked {
        ..STEPS => format!(r#"{{"status":"working","percent":{asked}}}"#),
        _ => r#"{"status":"ready","url":"https://cdn.example.com/v.mp4"}"#.to_owned(),
    });
    let mut printed: BTreeMap<String, String> = BTreeMap::new();
    let mut kills = 0;
    // The journal grows by four to five kilobytes from kill to kill, each time by another number of lines and a part of one.
    for moment in 1_u64.. {
        let (stdout, ended) = run_until(moment * 4_931, folder.path(), &server.url());
        let mut repeated = 0;
        // A line without its end was cut by the kill.
        for line in String::from_utf8(stdout).unwrap().split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let event: Value = serde_json::from_str(line).unwrap();
            if let Some(before) = printed.insert(event["id"].as_str().unwrap().to_owned(), line.to_owned()) {
                assert_eq!(before, line, "one id, two events");
                repeated += 1;
            }
        }
        assert!(repeated <= 1, "{repeated} lines were repeated");
        if ended {
            break;
        }
        kills += 1;
    }
    assert!(kills >= 10, "killed only {kills} times");
    let journal = std::fs::read_to_string(folder.path().join("journal")).unwrap();
    let written: BTreeSet<&str> = journal.lines().collect();
    assert_eq!(written.len(), journal.lines().count(), "an event was written twice");
    assert_eq!(written, printed.values().map(String::as_str).collect(), "what was written is what was printed");
    for job in 0..JOBS {
        let events: Vec<Value> = printed.values().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of_job: Vec<&Value> = events.iter().filter(|event| event["job"] == format!("acme:{job}")).collect();
        let ids: BTreeSet<String> = of_job.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, (1..=of_job.len()).map(|number| format!("acme:{job}#{number}")).collect(), "no number is left out");
        assert_eq!(of_job.iter().filter(|event| event["ending"] == "job" && event["state"] == "completed").count(), 1);
    }
}
