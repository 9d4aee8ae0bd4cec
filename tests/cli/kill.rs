//! The real command, killed at many moments: its journal loses nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use wiremock::ResponseTemplate;

use crate::server::{Server, json};

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

const VIDEO: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";

/// A server whose jobs run for some steps and are then completed, with their video.
fn server() -> Server {
    let asked: Mutex<HashMap<String, usize>> = Mutex::default();
    Server::by(move |request| {
        let path = request.url.path();
        if path == "/v.mp4" {
            return ResponseTemplate::new(200).set_body_raw(VIDEO, "video/mp4");
        }
        let mut asked = asked.lock().unwrap();
        let asked = asked.entry(path.to_owned()).or_default();
        *asked += 1;
        match *asked {
            ..STEPS => json(200, format!(r#"{{"status":"working","percent":{asked}}}"#)),
            _ => json(200, r#"{"status":"ready","url":"/v.mp4"}"#),
        }
    })
}

/// Waits until the journal holds so many bytes, kills, and gives what was printed; `true` once it came to its end by itself.
fn run_until(bytes: u64, folder: &Path, url: &str) -> (Vec<u8>, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
    command.args(["wait", "--providers", "providers", "--base-url", url, "--interval", "1ms", "--output", "ndjson"]);
    command.args(["--journal", "journal", "--download", "."]).args((0..JOBS).map(|job| format!("acme:{job}")));
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
    let server = server();
    let mut printed: BTreeMap<String, String> = BTreeMap::new();
    let mut kills = 0;
    let journal = folder.path().join("journal");
    let mut saving = false;
    for moment in 1_u64.. {
        // The journal grows by four to five kilobytes from kill to kill, each time by another number of lines and a part of one;
        // by less once files are saved, which takes few lines.
        let length = || std::fs::metadata(&journal).map_or(0, |file| file.len());
        let bytes = if saving { length() + 150 } else { moment * 4_931 };
        let (stdout, ended) = run_until(bytes, folder.path(), &server.url());
        saving = printed.values().any(|line| line.contains("\"ending\":\"job\""));
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
    let journal = std::fs::read_to_string(journal).unwrap();
    let lines = || journal.lines().filter(|line| line.starts_with("{\"event\":"));
    let written: BTreeSet<&str> = lines().collect();
    assert_eq!(written.len(), lines().count(), "an event was written twice");
    assert_eq!(written, printed.values().map(String::as_str).collect(), "what was written is what was printed");
    for job in 0..JOBS {
        let events: Vec<Value> = printed.values().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of_job: Vec<&Value> = events.iter().filter(|event| event["job"] == format!("acme:{job}")).collect();
        let ids: BTreeSet<String> = of_job.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, (1..=of_job.len()).map(|number| format!("acme:{job}#{number}")).collect(), "no number is left out");
        assert_eq!(of_job.iter().filter(|event| event["ending"] == "job" && event["state"] == "completed").count(), 1);
        assert_eq!(of_job.iter().filter(|event| event["event"] == "saved").count(), 1);
        assert!(of_job.iter().all(|event| event["event"] != "not_saved"));
        assert_eq!(std::fs::read(folder.path().join(format!("acme-{job}.mp4"))).unwrap(), VIDEO);
    }
}
