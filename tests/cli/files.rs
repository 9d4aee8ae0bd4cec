//! What is left on the disk: nothing half-written is ever taken for whole, whatever happens in between.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use crate::server::{Server, json};
use crate::support::{PICTORY_JOB, Test};

const SIZE: usize = 60_000;

/// Begins like a video.
fn video() -> Vec<u8> {
    let rest = (0..SIZE - 24).map(|number| u8::try_from(number * 7 % 251).unwrap());
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".iter().copied().chain(rest).collect()
}

/// A server with a completed job of Varg, which sends so many bytes of its video and is silent then.
struct Halting {
    url: String,
    portion: Arc<AtomicUsize>,
}

impl Halting {
    fn after(portion: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let portion = Arc::new(AtomicUsize::new(portion));
        let told = Arc::clone(&portion);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let portion = told.load(Ordering::SeqCst);
                // One that is silent must not keep the others waiting; one whose client was killed is no matter.
                std::thread::spawn(move || answer(stream, portion));
            }
        });
        Self { url, portion }
    }

    fn go_on_after(&self, portion: usize) {
        self.portion.store(portion, Ordering::SeqCst);
    }

    fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
        command.args(["download", "varg:1", "--base-url", &self.url]).args(args).current_dir(folder);
        command.env_clear().env("HOME", folder).env("VARG_API_KEY", "a-key");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn answer(mut stream: TcpStream, portion: usize) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    if head.starts_with("GET /jobs/1") {
        let body = r#"{"status":"completed","output":{"url":"/v.mp4","media_type":"video/mp4"}}"#;
        return write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    }
    let range = head.lines().find_map(|line| line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let (from, video) = (range.unwrap_or_default(), video());
    match range {
        Some(from) => write!(stream, "HTTP/1.1 206 Partial\r\ncontent-range: bytes {from}-{}/{SIZE}\r\n", SIZE - 1)?,
        None => write!(stream, "HTTP/1.1 200 OK\r\n")?,
    }
    write!(stream, "connection: close\r\netag: \"v1\"\r\ncontent-length: {}\r\n\r\n", SIZE - from)?;
    let end = SIZE.min(from + portion);
    stream.write_all(&video[from..end])?;
    if end < SIZE {
        // Until the client has gone.
        stream.read_to_end(&mut Vec::new())?;
    }
    Ok(())
}

fn length(path: &Path) -> usize {
    std::fs::metadata(path).map_or(0, |found| usize::try_from(found.len()).unwrap())
}

/// Waits until a command has come so far, which it must before it ends.
fn wait_until(child: &mut Child, reached: impl Fn() -> bool) {
    while !reached() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Under the final name there is the whole file, or none.
fn assert_whole_or_absent(folder: &TempDir) {
    if let Ok(found) = std::fs::read(folder.path().join("varg-1.mp4")) {
        assert!(found == video(), "{} bytes of {SIZE} under the final name", found.len());
    }
}

#[test]
fn a_download_that_is_killed_again_and_again_ends_whole() {
    let (server, folder) = (Halting::after(0), tempfile::tempdir().unwrap());
    let (part, note) = (folder.path().join(".varg-1.part"), folder.path().join(".varg-1.part.json"));
    // Portions below, at and above the first bytes that wait to be looked at, and odd ones.
    for portion in [0, 1, 511, 512, 513, 4_096, 1, 7_919, 16_384, 10_007] {
        server.go_on_after(portion);
        let before = length(&part);
        let mut child = server.command(folder.path(), &[]).spawn().unwrap();
        let written = if before == 0 && portion < 512 { 0 } else { before + portion };
        wait_until(&mut child, || length(&part) >= written && part.exists() && (portion == 0 || note.exists()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.path().join("varg-1.mp4").exists());
        assert!(
            length(&part) < SIZE && std::fs::read(&part).unwrap() == video()[..length(&part)],
            "the part is one of the video"
        );
    }
    server.go_on_after(SIZE);
    let output = server.command(folder.path(), &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(names(&folder), ["varg-1.mp4"]);
    assert_whole_or_absent(&folder);
}

/// While the last bytes are written, synchronised and renamed: which step the kill meets is chance, so it is tried often.
#[test]
fn a_download_that_is_killed_at_its_end_is_whole_or_absent() {
    let server = Halting::after(SIZE);
    for attempt in 0..24 {
        let folder = tempfile::tempdir().unwrap();
        let (part, file) = (folder.path().join(".varg-1.part"), folder.path().join("varg-1.mp4"));
        let mut child = server.command(folder.path(), &[]).spawn().unwrap();
        while length(&part) < SIZE * attempt / 24 && !file.exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
        assert_whole_or_absent(&folder);
        let again = server.command(folder.path(), &["--force"]).output().unwrap();
        assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
        assert_eq!(names(&folder), ["varg-1.mp4"]);
        assert_whole_or_absent(&folder);
    }
}

#[test]
fn of_two_downloads_of_one_file_the_second_gives_way() {
    let (server, folder) = (Halting::after(5_000), tempfile::tempdir().unwrap());
    let part = folder.path().join(".varg-1.part");
    let mut first = server.command(folder.path(), &[]).spawn().unwrap();
    wait_until(&mut first, || length(&part) == 5_000);
    for force in [&[][..], &["--force"]] {
        let second = server.command(folder.path(), force).output().unwrap();
        assert_eq!(second.status.code(), Some(8));
        assert!(stderr(&second).contains(".varg-1.part is being written by another process"), "{}", stderr(&second));
    }
    assert_eq!((length(&part), first.try_wait().unwrap()), (5_000, None), "the first goes on");
    first.kill().unwrap();
    first.wait().unwrap();
    server.go_on_after(SIZE);
    let many: Vec<_> = (0..6).map(|_| server.command(folder.path(), &[]).spawn().unwrap()).collect();
    let codes: Vec<_> = many.into_iter().map(|child| child.wait_with_output().unwrap().status.code()).collect();
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 8))), "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "one of them saved it: {codes:?}");
    assert_eq!(names(&folder), ["varg-1.mp4"]);
    assert_whole_or_absent(&folder);
}

#[test]
fn a_place_that_takes_no_files_is_told() {
    let (server, folder) = (Halting::after(SIZE), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("file"), "mine").unwrap();
    for (to, code) in [("file/v.mp4", 2), ("missing/v.mp4", 2), ("file", 8)] {
        let output = server.command(folder.path(), &["-o", to]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{to}: {}", stderr(&output));
        assert_eq!(
            (names(&folder), std::fs::read(folder.path().join("file")).unwrap()),
            (vec!["file".to_owned()], b"mine".to_vec())
        );
    }
}

const PROGRESS: &str = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\n\
    auth: { style: bearer, env: [ACME_API_KEY] }\n\
    status: { get: '/jobs/{job_id}', path: $.s, map: { busy: processing, done: failed }, progress: { path: $.p, unit: percent } }\n";

/// A job that tells another progress with each of so many answers.
fn busy(steps: usize) -> Server {
    let answered = AtomicUsize::new(0);
    Server::by(move |_| {
        let before = answered.fetch_add(1, Ordering::Relaxed);
        json(200, if before < steps { format!(r#"{{"s":"busy","p":{before}}}"#) } else { r#"{"s":"done"}"#.to_owned() })
    })
}

const WAIT: [&str; 9] = ["wait", "acme:1", "--providers", "p", "--interval", "1ms", "--output", "ndjson", "--base-url"];

/// A limit on the size of files stands for a full disk: both refuse the bytes in the middle of a line.
#[cfg(unix)]
#[test]
fn a_journal_on_a_full_disk_ends_the_wait_and_loses_nothing() {
    let (server, folder) = (busy(30), tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("p")).unwrap();
    std::fs::write(folder.path().join("p/acme.yaml"), PROGRESS).unwrap();
    let journal = folder.path().join("journal");
    let mut printed: Vec<String> = Vec::new();
    // In blocks of 512 bytes or of a kilobyte, as the shell has it; at last without a limit.
    for blocks in ["3", "7", "11", "unlimited"] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_vidspec")]).args(WAIT).args([&server.url(), "--journal", "journal"]);
        let output = command.current_dir(folder.path()).env("ACME_API_KEY", "a-key").output().unwrap();
        let whole = std::fs::read_to_string(&journal).unwrap();
        let stdout = String::from_utf8(output.stdout.clone()).unwrap();
        for line in stdout.lines() {
            assert!(whole.contains(&format!("{line}\n")), "what was printed is in the journal: {line}");
        }
        // The last event before the trouble may be told again.
        printed.extend(stdout.lines().map(str::to_owned).filter(|line| !printed.contains(line)).collect::<Vec<_>>());
        if blocks == "unlimited" {
            assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
            assert_eq!(printed, whole.lines().collect::<Vec<_>>(), "all that happened was told once, in its order");
        } else {
            assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
            assert!(stderr(&output).contains("the journal journal cannot be written"), "{}", stderr(&output));
        }
    }
}

/// A limit on the size of files stands for a full disk here too.
#[cfg(unix)]
#[test]
fn of_recordings_reports_and_beginnings_nothing_half_written_is_left_on_a_full_disk() {
    let (server, folder) = (busy(0), tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("p")).unwrap();
    std::fs::write(folder.path().join("p/acme.yaml"), PROGRESS).unwrap();
    std::fs::write(folder.path().join("junit.xml"), "the old one").unwrap();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/own-provider");
    let record = ["check", "acme:1", "--providers", "p", "--record", "kept", "--base-url", &server.url()];
    for (args, code) in [(&record[..], 2), (&["test", example, "--junit", "junit.xml"], 2), (&["new", "other"], 2)] {
        let run = |limit: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_vidspec")]);
            command.args(args).current_dir(folder.path()).env("ACME_API_KEY", "a-key").stdin(Stdio::null()).output().unwrap()
        };
        let files = || all_files(folder.path());
        let before = files();
        let full = run("0");
        assert_eq!(full.status.code(), Some(code), "{args:?}: {}", stderr(&full));
        assert!(stderr(&full).contains("File too large"), "{args:?}: {}", stderr(&full));
        assert_eq!(files(), before, "{args:?}");
        let free = run("unlimited");
        assert_eq!(free.status.code(), Some(0), "{args:?}: {}", stderr(&free));
        assert_ne!(files(), before, "{args:?} writes something where it can");
    }
}

/// All files below a folder, with what they hold.
fn all_files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![(path.clone(), std::fs::read(&path).unwrap())] })
        .collect();
    files.sort();
    files
}

#[test]
fn of_two_waits_with_one_journal_the_second_gives_way() {
    let (server, folder) = (busy(usize::MAX), tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("p")).unwrap();
    std::fs::write(folder.path().join("p/acme.yaml"), PROGRESS).unwrap();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
        command.args(WAIT).args([&server.url(), "--journal", "journal"]).current_dir(folder.path()).env("ACME_API_KEY", "a-key");
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    let mut first = command().spawn().unwrap();
    wait_until(&mut first, || length(&folder.path().join("journal")) > 0);
    let second = command().output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(stderr(&second).contains("the journal journal is being written by another process"), "{}", stderr(&second));
    assert!(first.try_wait().unwrap().is_none(), "the first goes on");
    first.kill().unwrap();
    first.wait().unwrap();
    let journal = std::fs::read_to_string(folder.path().join("journal")).unwrap();
    let whole = journal.rsplit_once('\n').unwrap().0;
    let ids: Vec<String> = whole
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, (1..=ids.len()).map(|number| format!("acme:1#{number}")).collect::<Vec<_>>(), "one writer's numbers");
}

#[test]
fn a_journal_that_is_no_file_is_refused_before_anything_is_asked() {
    let server = busy(1);
    let mut places = vec![("p", "cannot be used"), ("p/acme.yaml/j", "cannot be used"), ("missing/j", "cannot be used")];
    if cfg!(target_os = "linux") {
        places.extend([("/dev/zero", "expected a file"), ("/dev/full", "expected a file"), ("/proc/j", "cannot be used")]);
    }
    for (place, words) in places {
        let test = Test::new().file("p/acme.yaml", PROGRESS).key("ACME_API_KEY", "a-key-1234");
        test.args(WAIT).args([&server.url(), "--journal", place]).run().code(2).stdout_is("").stderr_has(words);
    }
    assert_eq!(server.request_lines(), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_told() {
    let (server, folder) = (Halting::after(SIZE), tempfile::tempdir().unwrap());
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = server.command(folder.path(), &["-o", "-"]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(8), "{}", stderr(&output));
    assert!(stderr(&output).contains("the output cannot be written"), "{}", stderr(&output));
    assert_eq!(names(&folder), [""; 0]);
    for args in
        [&["check", PICTORY_JOB, "--replay"][..], &["wait", PICTORY_JOB, "--replay", "--output", "ndjson"], &["providers"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_vidspec")).args(args).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("error: standard output cannot be written: "), "{args:?}: {}", stderr(&output));
    }
}

/// What could not be printed is told by the next run.
#[cfg(target_os = "linux")]
#[test]
fn an_event_that_found_no_room_on_the_output_is_in_the_journal_and_told_again() {
    let (server, folder) = (busy(0), tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("p")).unwrap();
    std::fs::write(folder.path().join("p/acme.yaml"), PROGRESS).unwrap();
    let wait = |stdout: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
        command.args(WAIT).args([&server.url(), "--journal", "journal"]).current_dir(folder.path()).env("ACME_API_KEY", "a-key");
        command.stdout(stdout).output().unwrap()
    };
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert_eq!(wait(full.into()).status.code(), Some(2));
    let again = wait(Stdio::piped());
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(again.stdout, std::fs::read(folder.path().join("journal")).unwrap());
}
