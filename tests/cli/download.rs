//! Getting the file, end to end.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use wiremock::ResponseTemplate;

use crate::server::{Server, header, json, stalling};
use crate::support::{KEY, PICTORY_JOB, Test, check_at, download_at};

/// 60,000 bytes that begin like a video.
pub(crate) fn video() -> Vec<u8> {
    let rest = (0..59_976_u32).map(|number| u8::try_from(number * 7 % 251).unwrap());
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".iter().copied().chain(rest).collect()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn bytes(media_type: &str, body: impl AsRef<[u8]>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.as_ref(), media_type)
}

const DONE: &str = r#"{"status":"completed","output":{"url":"/v.mp4","media_type":"video/mp4"}}"#;

/// A server with the job 1 of Varg, which is completed, and with its video.
fn varg() -> Server {
    varg_with(bytes("video/mp4", video()))
}

fn varg_with(file: ResponseTemplate) -> Server {
    Server::of_paths([("/jobs/1", json(200, DONE)), ("/jobs/2", json(200, DONE)), ("/v.mp4", file)])
}

#[test]
fn a_video_is_saved_under_the_name_of_its_job() {
    let server = varg();
    let ran = download_at(&server.url(), ["varg:1"]).run();
    ran.code(0).stdout_is("varg-1.mp4\n").stderr_is("");
    assert_eq!((ran.files(), ran.file("varg-1.mp4")), (vec!["varg-1.mp4".to_owned()], video()));
    assert_eq!(server.request_lines(), ["GET /jobs/1", "GET /v.mp4"]);
    assert_eq!(header(&server.requests()[0], "authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(header(&server.requests()[1], "authorization"), None, "the file needs no key");
}

#[test]
fn what_is_written_as_a_folder_is_made_and_that_of_a_file_must_be_there() {
    let server = varg();
    let at = |place: &str| Test::new().args(["download", "varg:1", "-o", place, "--base-url", &server.url()]).keys().run();
    at("nowhere/v.mp4").code(2).stderr_has("expected a folder at nowhere").stderr_has("help: make it first");
    assert!(server.requests().is_empty());
    assert_eq!(at("new/videos/").code(0).file("new/videos/varg-1.mp4"), video());
}

#[test]
fn what_check_advises_works() {
    let server = varg();
    let ran = check_at(&server.url(), ["varg:1"]).run();
    let next = ran.code(0).line("next");
    let args: Vec<_> = next.split(' ').skip(1).collect();
    assert_eq!(args, ["download", "varg:1", "--base-url", &server.url()]);
    let ran = Test::new().args(args).keys().run();
    assert_eq!(ran.code(0).file("varg-1.mp4"), video());
}

#[test]
fn check_can_save_the_video_itself() {
    let server = varg();
    let ran = check_at(&server.url(), ["varg:1", "--download"]).run();
    ran.code(0).stdout_has("varg:1  completed\n").stdout_has("\nvarg-1.mp4\n").stdout_lacks("vidspec download");
    assert_eq!(ran.file("varg-1.mp4"), video());

    let running = Server::saying(r#"{"status":"processing"}"#);
    let ran = check_at(&running.url(), ["varg:1", "--download"]).run();
    ran.code(0).stdout_has("processing").stderr_is("");
    assert_eq!((running.requests().len(), ran.files()), (1, Vec::new()));

    let page = varg_with(bytes("text/html", "<html>sorry</html>"));
    check_at(&page.url(), ["varg:1", "--download"]).run().code(8).stderr_has("expected the video, found text/html");
}

#[test]
fn the_key_of_sora_goes_to_its_own_endpoint_and_to_no_other_host() {
    let cdn = Server::answering([bytes("video/mp4", video())]);
    let moved = ResponseTemplate::new(302).insert_header("location", format!("{}/signed?s=1", cdn.url()));
    let status = json(200, r#"{"id":"video_1","status":"completed","progress":100}"#);
    let server = Server::of_paths([("/v1/videos/video_1", status), ("/v1/videos/video_1/content", moved)]);
    let ran = download_at(&format!("{}/v1", server.url()), ["sora:video_1"]).run();
    assert_eq!(ran.code(0).file("sora-video_1.mp4"), video());
    let bearer = format!("Bearer {KEY}");
    for request in server.requests() {
        assert_eq!(header(&request, "authorization"), Some(bearer.as_str()));
    }
    let [request] = cdn.requests().try_into().unwrap();
    assert!(request.headers.iter().all(|(_, value)| !value.to_str().unwrap().contains(KEY)));
    assert_eq!((header(&request, "authorization"), header(&request, "referer")), (None, None));
}

#[test]
fn the_key_of_veo_goes_over_both_hops_and_is_not_shown() {
    let samples = r#"{"generateVideoResponse":{"generatedSamples":[{"video":{"uri":"/v1beta/files/1:download?alt=media"}}]}}"#;
    let moved = json(302, r#"{"error":{"code":302,"message":"Unknown Error.","status":"UNKNOWN"}}"#)
        .insert_header("location", "/download/v1beta/files/1:download?alt=media")
        .insert_header("x-goog-api-key", KEY);
    let server = Server::of_paths([
        ("/v1beta/models/m/operations/o", json(200, format!(r#"{{"done":true,"response":{samples}}}"#))),
        ("/v1beta/files/1:download", moved),
        ("/download/v1beta/files/1:download", bytes("video/mp4", video())),
    ]);
    let ran = download_at(&server.url(), ["veo:models/m/operations/o"]).run();
    assert_eq!(ran.code(0).file("veo-o.mp4"), video());
    assert_eq!(server.requests().len(), 3);
    for request in server.requests() {
        assert_eq!(header(&request, "x-goog-api-key"), Some(KEY));
    }
}

#[test]
fn a_job_that_has_no_file_says_why() {
    for (status, body, code, words) in [
        (200, r#"{"status":"processing"}"#, 4, "no file: varg:1  processing"),
        (200, r#"{"status":"failed","error":{"message":"bad prompt"}}"#, 1, "no file: varg:1  failed"),
        (200, r#"{"status":"cancelled"}"#, 1, "canceled"),
        (200, r#"{"status":"daydreaming"}"#, 7, "daydreaming"),
        (200, r#"{"status":"completed"}"#, 7, "no file: varg:1  completed"),
        (401, "{}", 3, "unauthorized"),
        (404, "{}", 5, "not found"),
        (500, "{}", 6, "provider unavailable"),
    ] {
        let ran = download_at(&Server::answering([json(status, body)]).url(), ["varg:1"]).run();
        ran.code(code).stdout_is("").stderr_has(words);
        assert_eq!(ran.files(), [""; 0], "{body}");
    }
    let ran = Test::new().args(["download", "varg:1"]).run();
    ran.code(3).stdout_is("").stderr_has("VARG_API_KEY");
}

#[test]
fn a_page_is_not_saved_as_a_video() {
    for (media_type, body) in [("text/html", "<html>sorry</html>"), ("video/mp4", r#"{"error":"expired"}"#), ("video/mp4", "")] {
        for to in [".", "v.mp4", "-"] {
            let ran = download_at(&varg_with(bytes(media_type, body)).url(), ["varg:1", "-o", to]).run();
            ran.code(8).stdout_is("").stderr_has("error: no video of varg:1: expected the video, found ");
            assert_eq!(ran.files(), [""; 0]);
        }
    }
}

#[test]
fn an_expired_address_is_resolved_again_once() {
    let server = varg_with(json(403, r#"{"message":"Request has expired"}"#));
    let ran = download_at(&server.url(), ["varg:1"]).run();
    ran.code(8).stderr_has("the address has expired").stderr_has("HTTP 403 from 127.0.0.1");
    assert_eq!(server.request_lines(), ["GET /jobs/1", "GET /v.mp4", "GET /jobs/1"]);
}

#[test]
fn files_go_where_they_are_wanted() {
    let server = varg();
    let ran = download_at(&server.url(), ["varg:1", "-o", "cat.mp4"]).run();
    assert_eq!(ran.code(0).stdout_is("cat.mp4\n").file("cat.mp4"), video());
    let ran = download_at(&server.url(), ["varg:1", "-o", "videos/"]).file("videos/old", "").run();
    assert_eq!(ran.code(0).stdout_is("videos/varg-1.mp4\n").file("videos/varg-1.mp4"), video());
    download_at(&server.url(), ["varg:1", "-o", "-"]).run().code(0).stdout_is(video()).stderr_is("");
    download_at(&server.url(), ["varg:1", "-o", "missing/v.mp4"]).run().code(2).stderr_has("expected a folder at missing");
    download_at(&server.url(), ["varg:1", "-o", "-"]).run_unread().code(0).stderr_is("");
}

#[test]
fn one_place_takes_one_file() {
    let server = varg();
    for to in ["v.mp4", "-"] {
        download_at(&server.url(), ["varg:1", "varg:2", "-o", to]).run().code(2).stdout_is("").stderr_has("expected one job for");
    }
    download_at(&server.url(), ["varg:1", "-o", "-", "--output", "json"]).run().code(2).stdout_is("").stderr_has("not both");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn nothing_is_overwritten_without_force() {
    let server = varg();
    let ran = download_at(&server.url(), ["varg:1"]).file("varg-1.mp4", "precious").run();
    ran.code(8).stderr_has("varg-1.mp4 exists already").stderr_has("help: --force replaces it");
    assert_eq!(ran.file("varg-1.mp4"), b"precious");
    let ran = download_at(&server.url(), ["varg:1", "--force"]).file("varg-1.mp4", "precious").run();
    assert_eq!((ran.code(0).file("varg-1.mp4"), ran.files().len()), (video(), 1));
}

const MANY: &str = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\n\
                    auth: { style: bearer, env: [ACME_API_KEY] }\n\
                    status:\n  get: '/jobs/{job_id}'\n  path: $.s\n  map: { done: completed }\n\
                    \x20 outputs: { video: '$.videos[*]', thumbnail: $.thumbnail, share_page: $.page, audio: $.audio }\n";

/// A job with two videos, a thumbnail and a page.
fn acme(args: &[&str]) -> crate::support::Ran {
    let body = r#"{"s":"done","videos":["/a","/b"],"thumbnail":"/t","page":"/watch"}"#;
    let server = Server::of_paths([
        ("/jobs/1", json(200, body)),
        ("/a", bytes("video/mp4", video())),
        ("/b", bytes("video/mp4", video())),
        ("/t", bytes("image/png", PNG)),
    ]);
    let test = Test::new().file("p/acme.yaml", MANY).key("ACME_API_KEY", KEY);
    test.args(["download", "acme:1", "--providers", "p", "--base-url", &server.url()]).args(args).run()
}

#[test]
fn the_files_of_a_job_are_chosen_by_role() {
    for (args, stdout) in [
        (&[][..], "acme-1.mp4\nacme-1-2.mp4\n"),
        (&["--role", "video"], "acme-1.mp4\nacme-1-2.mp4\n"),
        (&["--role", "thumbnail"], "acme-1-thumbnail.png\n"),
        (&["--all"], "acme-1.mp4\nacme-1-2.mp4\nacme-1-thumbnail.png\n"),
        (&["--role", "thumbnail", "-o", "t.png"], "t.png\n"),
    ] {
        acme(args).code(0).stdout_is(stdout).stderr_is("");
    }
    acme(&["--role", "subtitles"]).code(8).stderr_has("acme:1 has no subtitles; it has video, thumbnail, share_page");
    acme(&["--role", "share_page"]).code(8).stderr_has("a page for a browser, not a file");
    acme(&["-o", "v.mp4"]).code(2).stderr_has("acme:1 has 2 files of this kind, and v.mp4 takes one");
    acme(&["--role", "movie"]).code(2).stderr_has("thumbnail");
    acme(&["--role", "video", "--all"]).code(2).stderr_has("--all");
}

#[test]
fn the_result_is_told_to_programs() {
    let report = acme(&["--all", "--output", "json"]).code(0).json();
    assert_eq!(report.as_array().unwrap().len(), 3);
    assert_eq!(
        report[2],
        serde_json::json!({
            "job": "acme:1", "state": "completed", "role": "thumbnail", "path": "acme-1-thumbnail.png", "bytes": 16,
            "media_type": "image/png", "error": null, "exit_code": 0,
        })
    );
    let server = Server::of_paths([
        ("/jobs/1", json(200, DONE)),
        ("/jobs/2", json(200, r#"{"status":"queued"}"#)),
        ("/v.mp4", bytes("video/mp4", video())),
    ]);
    let ran = download_at(&server.url(), ["-", "--output", "ndjson"]).stdin("varg:1\nvarg:2\n").run();
    let [first, second] = ran.code(4).ndjson().try_into().unwrap();
    assert_eq!((&first["path"], &first["bytes"], &first["exit_code"]), (&"varg-1.mp4".into(), &60_000.into(), &0.into()));
    assert_eq!(
        (&second["state"], &second["path"], &second["exit_code"]),
        (&"queued".into(), &serde_json::Value::Null, &4.into())
    );
    assert!(second["error"].as_str().unwrap().starts_with("no file: varg:2  queued"));
}

#[test]
fn a_file_on_this_machine_is_not_fetched_for_a_provider_elsewhere() {
    // The status comes from this machine, as it must in a test; so the network behind it stands for the machine.
    let body = r#"{"status":"completed","output":{"url":"http://169.254.169.254/latest/meta-data"}}"#;
    let ran = download_at(&Server::saying(body).url(), ["varg:1"]).run();
    ran.code(8).stderr_has("169.254.169.254 was not asked").stderr_has("help: if that address is to be trusted: --allow-private");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_told() {
    let ran = download_at(&varg().url(), ["varg:1", "-o", "/proc"]).run();
    ran.code(8).stdout_is("").stderr_has("/proc/.varg-1.part cannot be written");
}

/// The command with a limit on the size of files, which stands for a full disk: both refuse the bytes in the middle.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_nothing_half_under_the_final_name() {
    let (server, folder) = (varg(), tempfile::tempdir().unwrap());
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_vidspec"), "download", "varg:1", "--base-url", &server.url()]);
    let output = command.current_dir(folder.path()).env("VARG_API_KEY", KEY).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(8), "{stderr}");
    assert!(stderr.contains(".varg-1.part cannot be written"), "{stderr}");
    assert!(!folder.path().join("varg-1.mp4").exists());
}

/// Starts a download that stalls, and ends it with this signal once something has arrived.
fn ended_by(signal: &str, args: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
    command.args(args).current_dir(folder).env("VARG_API_KEY", KEY).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let part = folder.join(".varg-1.part");
    while std::fs::metadata(&part).map_or(0, |found| found.len()) < 5_000 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let kill = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    child.wait_with_output().unwrap()
}

#[test]
fn what_was_killed_goes_on_where_it_was() {
    for signal in ["KILL", "INT", "TERM"] {
        let (folder, (url, ranges)) = (tempfile::tempdir().unwrap(), stalling(DONE, video()));
        let args = ["download", "varg:1", "--base-url", &url];
        let ended = ended_by(signal, &args, folder.path());
        assert!(!folder.path().join("varg-1.mp4").exists());
        if signal != "KILL" {
            let said = format!("interrupted; what has arrived is kept\ngo on: vidspec {}\n", args.join(" "));
            assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr)), (Some(8), said.into()));
        }

        let mut again = Command::new(env!("CARGO_BIN_EXE_vidspec"));
        let output = again.args(args).current_dir(folder.path()).env("VARG_API_KEY", KEY).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(ranges.recv().unwrap(), "5000-");
        assert_eq!(std::fs::read(folder.path().join("varg-1.mp4")).unwrap(), video());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn the_way_on_from_a_job_that_runs_or_a_file_in_the_way_is_told() {
    let server = Server::of_paths([("/jobs/1", json(200, r#"{"status":"processing"}"#))]);
    let ran = download_at(&server.url(), ["varg:1"]).run();
    ran.code(4).stderr_is(&format!(
        "error: no file: varg:1  processing\nhelp: to wait for it: vidspec wait varg:1 --download . --base-url {}\n",
        server.url()
    ));
    let server = varg();
    let ran = check_at(&server.url(), ["varg:1", "--download"]).file("varg-1.mp4", "mine").run();
    let replace =
        format!("help: to replace it: vidspec download varg:1 --base-url {} --force; if it is another job's", server.url());
    ran.code(8).stderr_has("varg-1.mp4 exists already").stderr_has(&replace);
}

#[test]
fn a_file_that_the_key_does_not_open_is_told_as_such() {
    let server = varg_with(json(403, "{}"));
    let key_goes_along = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example\nbase_url: https://api.example.com\n\
        auth: { style: bearer, env: [ACME_KEY] }\nstatus: { get: \"/jobs/{job_id}\", path: $.status, map: { completed: completed },\n  \
        outputs: { video: { url: $.output.url, key: true } } }\n";
    let test = Test::new().file("p/acme.yaml", key_goes_along).key("ACME_KEY", KEY);
    let ran = test.args(["download", "acme:1", "--providers", "p", "--base-url", &server.url()]).run();
    ran.code(3).stderr_has("HTTP 403 from 127.0.0.1").stderr_has("help: the file is fetched with the key");
}

#[test]
fn a_replay_tells_what_would_be_fetched_and_saves_nothing() {
    let ran = Test::new().args(["download", PICTORY_JOB, "--replay"]).run();
    ran.code(0).stdout_has("video  example.cloudfront.net  not sent  pictory-4a09edf9-d071-4847-bda5-8dea913d80fe\n");
    ran.stderr_has("to this machine only; no key was read").stderr_has("nothing was saved");
    assert_eq!(ran.files(), [""; 0]);
    let ran = Test::new().args(["download", "sora:video_1", "--replay=completed", "--all"]).run();
    ran.code(0).stdout_has("video      api.openai.com   goes along").stdout_has("thumbnail  api.openai.com   goes along");
    let ran = Test::new().args(["download", PICTORY_JOB, "--replay=in-progress"]).run();
    ran.code(4).stdout_is("").stderr_has("no file: pictory:4a09edf9-d071-4847-bda5-8dea913d80fe  processing");
}
