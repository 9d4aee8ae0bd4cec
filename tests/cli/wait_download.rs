//! `vidspec wait --download`

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json as value};
use wiremock::ResponseTemplate;

use crate::download::video;
use crate::server::{Server, json, stalling};
use crate::support::{KEY, PICTORY_JOB, Ran, Test};

const RUNNING: &str = r#"{"status":"processing"}"#;
const DONE: &str = r#"{"status":"completed","output":{"url":"/v.mp4","media_type":"video/mp4"}}"#;

fn file(media_type: &str, body: impl AsRef<[u8]>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.as_ref(), media_type)
}

/// A server with two completed jobs of Varg, and with the video of both.
fn varg() -> Server {
    varg_with(file("video/mp4", video()))
}

fn varg_with(file: ResponseTemplate) -> Server {
    Server::of_paths([("/jobs/1", json(200, DONE)), ("/jobs/2", json(200, DONE)), ("/v.mp4", file)])
}

fn wait_at(url: &str, args: impl IntoIterator<Item = impl AsRef<str>>) -> Test {
    Test::new().args(["wait", "--base-url", url, "--interval", "1ms"]).args(args).keys()
}

/// The same in a folder that several runs share.
fn wait_in(folder: &Path, url: &str, args: &[&str]) -> Ran {
    let journal = folder.join("journal");
    let shared = ["varg:1", "--download", folder.to_str().unwrap(), "--journal", journal.to_str().unwrap()];
    wait_at(url, shared).args(args).run()
}

fn events(ran: &Ran) -> Vec<Value> {
    ran.ndjson().iter().map(|event| event["event"].clone()).collect()
}

#[test]
fn the_video_of_each_completed_job_is_saved_under_the_name_of_its_job() {
    let ran = wait_at(&varg().url(), ["varg:1", "varg:2", "--download", "videos"]).file("videos/old", "").run();
    ran.code(0).stderr_is("2 completed, 0 not ended, 0 ended otherwise\n");
    for job in [1, 2] {
        ran.stdout_has(&format!("varg:{job}  saved  videos/varg-{job}.mp4\n"));
        assert_eq!(ran.file(&format!("videos/varg-{job}.mp4")), video());
    }
}

#[test]
fn it_is_saved_while_other_jobs_are_waited_for() {
    let fetched = AtomicBool::new(false);
    let server = Server::by(move |request| match request.url.path() {
        "/v.mp4" => {
            fetched.store(true, Ordering::SeqCst);
            file("video/mp4", video())
        }
        // The second job ends only once the file of the first one has been asked for.
        "/jobs/2" if !fetched.load(Ordering::SeqCst) => json(200, RUNNING),
        "/jobs/2" => json(200, r#"{"status":"failed"}"#),
        _ => json(200, DONE),
    });
    let ran = wait_at(&server.url(), ["varg:1", "varg:2", "--download", "."]).run();
    ran.code(1).stdout_has("varg:1  saved  varg-1.mp4\n").stdout_has("varg:2  failed");
    assert_eq!(ran.files(), ["varg-1.mp4"]);
}

#[test]
fn what_became_of_each_file_is_an_event() {
    let server = varg();
    let ran = wait_at(&server.url(), ["varg:1", "--download", ".", "--output", "ndjson"]).run();
    let [_, saved] = ran.code(0).ndjson().try_into().unwrap();
    let expected = value!({
        "event": "saved", "id": "varg:1#2", "at": saved["at"], "job": "varg:1", "state": "completed", "role": "video",
        "path": "varg-1.mp4", "bytes": 60_000, "media_type": "video/mp4", "error": null, "exit_code": 0,
    });
    assert!(saved["at"].is_string());
    assert_eq!(saved, expected);

    let end = wait_at(&server.url(), ["varg:1", "--download", ".", "--output", "json"]).run().code(0).json();
    assert_eq!((&end["event"], &end["files"][0]["path"]), (&value!("ended"), &value!("varg-1.mp4")));
    let end = wait_at(&server.url(), ["varg:1", "--output", "json"]).run().code(0).json();
    assert_eq!(end["files"], value!([]));
}

#[test]
fn a_file_that_cannot_be_saved_is_told_with_the_command_that_tries_again() {
    let server = varg_with(file("text/html", "<html>sorry</html>"));
    let ran = wait_at(&server.url(), ["varg:1", "--download", ".", "--output", "ndjson", "--exec", "echo ran >&2"]).run();
    ran.code(8).stderr_has("error: no video of varg:1: expected the video, found text/html").stderr_lacks("ran");
    ran.stderr_has(&format!("help: try again with: vidspec download varg:1 -o . --base-url {}\n", server.url()));
    assert_eq!((events(&ran), ran.files()), (vec!["ended".into(), "not_saved".into()], vec![]));
    let told = &ran.ndjson()[1];
    assert_eq!((&told["path"], &told["exit_code"], &told["id"]), (&Value::Null, &value!(8), &value!("varg:1#2")));
    assert!(told["error"].as_str().unwrap().contains("found text/html"));
}

#[test]
fn nothing_is_overwritten() {
    let ran = wait_at(&varg().url(), ["varg:1", "--download", "."]).file("varg-1.mp4", "precious").run();
    ran.code(8)
        .stderr_has("varg-1.mp4 exists already")
        .stderr_has("help: to replace it: vidspec download varg:1 -o . --base-url http://127.0.0.1:")
        .stderr_has(" --force; if it is another job");
    assert_eq!(ran.file("varg-1.mp4"), b"precious");
}

/// Its file would be in the way of the command that goes on.
#[test]
fn a_job_whose_file_is_saved_is_not_named_again() {
    let server =
        Server::of_paths([("/jobs/1", json(200, DONE)), ("/jobs/2", json(200, RUNNING)), ("/v.mp4", file("video/mp4", video()))]);
    let args = ["varg:1", "varg:2", "--download", ".", "--timeout", "300ms"];
    let ran = wait_at(&server.url(), args).run();
    ran.code(4).stderr_has("1 completed, 1 not ended").stderr_has("--interval 1ms --download . --timeout 300ms varg:2\n");
    ran.stderr_lacks("varg:1 ");
    // However it was named.
    let ran = wait_at(&server.url(), ["1", "2", "--provider", "varg", "--download", ".", "--timeout", "300ms"]).run();
    ran.code(4).stderr_has("--provider varg --download . --timeout 300ms varg:2\n");
    let ran = wait_at(&server.url(), args).args(["--journal", "journal"]).run();
    ran.code(4).stderr_has("--interval 1ms varg:1 varg:2 --download . ");
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    for folder in ["videos", "new/videos/"] {
        let ran = wait_at(&varg().url(), ["varg:1", "--download", folder]).run();
        assert_eq!(ran.code(0).stderr_is("").file(&format!("{}/varg-1.mp4", folder.trim_end_matches('/'))), video());
    }
}

#[test]
fn what_can_be_no_folder_is_told_before_anything_is_asked() {
    let server = varg();
    for (folder, complaint) in [("-", "expected a folder, found `-`"), ("taken", "expected a folder at taken, found a file")] {
        wait_at(&server.url(), ["varg:1", "--download", folder]).file("taken", "").run().code(2).stderr_has(complaint);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_replay_tells_what_would_be_fetched() {
    let ran = Test::new().args(["wait", PICTORY_JOB, "--replay", "--download", "."]).run();
    ran.code(0).stderr_has("video  example.cloudfront.net  not sent  pictory-4a09edf9-d071-4847-bda5-8dea913d80fe\n");
    ran.stderr_has("nothing was saved");
    assert_eq!(ran.files(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn the_command_is_told_where_the_file_is() {
    let args = ["varg:1", "--download", ".", "--exec", r#"wc -c < "$VIDSPEC_FILE" >&2; echo "in $VIDSPEC_FILE" >&2"#];
    wait_at(&varg().url(), args).run().code(0).stderr_has("60000").stderr_has("in varg-1.mp4\n");
}

#[test]
fn with_a_journal_what_is_saved_is_not_fetched_again() {
    let (server, folder) = (varg(), tempfile::tempdir().unwrap());
    let first = wait_in(folder.path(), &server.url(), &["--output", "ndjson"]);
    assert_eq!(events(first.code(0).stderr_is("")), ["ended", "saved"]);
    let asked = server.requests().len();
    let second = wait_in(folder.path(), &server.url(), &["--output", "ndjson"]);
    // The last event may not have been seen.
    assert_eq!(second.code(0).stderr_is("").ndjson(), first.ndjson().split_off(1));
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn with_a_journal_a_file_that_is_gone_or_wanted_elsewhere_is_fetched_again() {
    let (server, folder) = (varg(), tempfile::tempdir().unwrap());
    wait_in(folder.path(), &server.url(), &[]).code(0);
    std::fs::remove_file(folder.path().join("varg-1.mp4")).unwrap();
    let again = wait_in(folder.path(), &server.url(), &["--output", "json"]).code(0).json();
    assert_eq!((again["files"].as_array().unwrap().len(), &again["files"][0]["id"]), (1, &value!("varg:1#3")));
    assert_eq!(std::fs::read(folder.path().join("varg-1.mp4")).unwrap(), video());

    let (other, journal) = (folder.path().join("other"), folder.path().join("journal"));
    let args = ["varg:1", "--download", other.to_str().unwrap(), "--journal", journal.to_str().unwrap(), "--output", "json"];
    let elsewhere = wait_at(&server.url(), args).run().code(0).json();
    assert_eq!(elsewhere["files"].as_array().unwrap().len(), 1, "{elsewhere}");
    assert_eq!(std::fs::read(other.join("varg-1.mp4")).unwrap(), video());
}

#[test]
fn with_a_journal_a_file_that_could_not_be_saved_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    wait_in(folder.path(), &varg_with(file("text/html", "<html>")).url(), &[]).code(8);
    let ran = wait_in(folder.path(), &varg().url(), &["--output", "ndjson"]);
    let told = ran.code(0).ndjson();
    assert_eq!((told[1]["event"].clone(), told[1]["id"].clone()), (value!("saved"), value!("varg:1#3")));
    assert_eq!(std::fs::read(folder.path().join("varg-1.mp4")).unwrap(), video());
}

/// Killed between the name of the file and the line that tells of it.
#[test]
fn a_file_that_was_named_and_not_told_is_known_as_ours() {
    let (server, folder) = (varg(), tempfile::tempdir().unwrap());
    wait_in(folder.path(), &server.url(), &[]).code(0);
    let journal = folder.path().join("journal");
    let written = std::fs::read_to_string(&journal).unwrap();
    let killed: String = written.split_inclusive('\n').take(2).collect();
    assert!(killed.contains(r#""naming":"varg-1.mp4""#) && !killed.contains("saved"), "{killed}");
    std::fs::write(&journal, &killed).unwrap();

    let ran = wait_in(folder.path(), &server.url(), &["--output", "ndjson"]);
    assert_eq!(events(ran.code(0).stderr_is("")), ["ended", "saved"]);
    assert_eq!(server.request_lines(), ["GET /jobs/1", "GET /v.mp4", "GET /jobs/1"]);

    // Another file under that name is none of ours.
    std::fs::write(&journal, &killed).unwrap();
    std::fs::write(folder.path().join("varg-1.mp4"), "precious").unwrap();
    wait_in(folder.path(), &server.url(), &[]).code(8).stderr_has("exists already");
    assert_eq!(std::fs::read(folder.path().join("varg-1.mp4")).unwrap(), b"precious");
}

#[test]
fn what_was_killed_while_a_file_arrived_goes_on_where_it_was() {
    let (folder, (url, ranges)) = (tempfile::tempdir().unwrap(), stalling(DONE, video()));
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
        command.args(["wait", "varg:1", "--download", ".", "--journal", "journal", "--base-url", &url]);
        command.current_dir(folder.path()).env("VARG_API_KEY", KEY).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let mut killed = command().spawn().unwrap();
    let part = folder.path().join(".varg-1.part");
    while std::fs::metadata(&part).map_or(0, |found| found.len()) < 5_000 {
        assert!(killed.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();

    let output = command().output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("varg:1  saved  varg-1.mp4\n"));
    assert_eq!(ranges.recv().unwrap(), "5000-");
    assert_eq!(std::fs::read(folder.path().join("varg-1.mp4")).unwrap(), video());
}
