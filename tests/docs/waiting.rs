//! The page about waiting: its commands run, and its tables name what is printed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use wiremock::ResponseTemplate;

use crate::server::{DESERTED, Server, json};
use crate::support::Test;

const PAGE: &str = include_str!("../../docs/waiting.md");

/// A server with jobs that are completed, and with their video.
fn server() -> Server {
    Server::by(|request| match request.url.path() {
        "/v.mp4" => ResponseTemplate::new(200).set_body_raw(&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], "video/mp4"),
        _ => json(200, r#"{"status":"completed","url":"/v.mp4"}"#),
    })
}

/// A provider that lives on this server; it may take the place of one that is built in.
fn definition(id: &str, server: &Server) -> String {
    format!(
        "vidspec: 1\nid: {id}\nname: Acme\ndocs: https://d.example.com\nbase_url: {}\n\
         auth: {{ style: bearer, env: [ACME_API_KEY] }}\njob_id: {{ pattern: '^video_[0-9a-z]+$', example: video_1 }}\n\
         status: {{ get: '/jobs/{{job_id}}', path: $.status, map: {{ completed: completed }}, outputs: {{ video: $.url }} }}\n",
        server.url()
    )
}

/// The keys of the tables below a heading: the words between backquotes in their first column.
fn keys_below(heading: &str) -> BTreeSet<&'static str> {
    let section = PAGE.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn its_tables_name_the_keys_of_the_events() {
    let server = server();
    let test = Test::new().file("p/acme.yaml", definition("acme", &server)).key("ACME_API_KEY", "acme-key-1234");
    let ran = test.args(["wait", "acme:video_1", "--providers", "p", "--download", ".", "--output", "ndjson"]).run();
    let events = ran.code(0).ndjson();
    let keys = |event: usize| events[event].as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>();
    assert_eq!(keys(0), keys_below("What it tells"));
    assert_eq!(keys(1), keys_below("The videos"));
}

#[test]
fn the_help_names_the_same_exit_codes() {
    let help = Test::new().args(["wait", "--help"]).run().stdout();
    let (_, codes) = help.split_once("Exit codes:").unwrap();
    let section = PAGE.split("\n## ").find(|section| section.starts_with("How it ends")).unwrap();
    let listed: Vec<_> =
        section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()?.parse::<u8>().ok()).collect();
    assert_eq!(listed, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for code in listed {
        assert!(codes.contains(&format!(" {code}  ")), "{code}: {codes}");
    }
}

/// The commands are those of a Unix shell.
#[cfg(unix)]
#[test]
fn its_commands_run() {
    let (server, folder) = (server(), tempfile::tempdir().unwrap());
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    for folder_in_it in ["providers", "videos"] {
        std::fs::create_dir(folder.path().join(folder_in_it)).unwrap();
    }
    write("providers/sora.yaml", &definition("sora", &server));
    write("jobs.txt", "sora:video_1\nsora:video_2\n");
    let blocks = PAGE.split("```sh\n").skip(1).filter_map(|block| block.split("\n```").next());
    let commands: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(commands.len() >= 4 && commands.iter().all(|command| command.starts_with("vidspec wait ")), "{commands:?}");
    let binary = Path::new(env!("CARGO_BIN_EXE_vidspec")).parent().unwrap();
    for command in commands {
        let path = std::env::join_paths([binary, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-ec", command]).current_dir(folder.path()).env_clear().env("PATH", path).env("HOME", folder.path());
        shell.env("VIDSPEC_PROVIDERS", folder.path().join("providers")).env("ACME_API_KEY", "acme-key-1234");
        let output = shell.env("HTTPS_PROXY", DESERTED).output().unwrap();
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty(), "{command}");
    }
    assert!(folder.path().join("videos/sora-video_2.mp4").exists() && folder.path().join("jobs.journal").exists());
}
