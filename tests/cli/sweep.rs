//! The mark of a key is nowhere: every command, every form of output, every way to fail. Looked through are both outputs, and all
//! files that a command leaves.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use wiremock::Request;

use crate::server::{DESERTED, Server, json, rude, silent};
use crate::support::{Ran, Test};

/// A key that opens nothing. Every notation spells some of its characters in another way.
const KEY: &str = "sk/MARK5f2e1d9c+x=";

/// What betrays it: a part that URLs and JSON leave as it is, and that part in base64, by its place in a group of three bytes.
const TRACES: [&str; 4] = ["ARK5f2e1d9c", "TUFSSzVmMmUxZDlj", "01BUks1ZjJlMWQ5Yy", "NQVJLNWYyZTFkOWM"];

/// How a server may spell it.
const SPELLINGS: [&str; 8] = [
    KEY,
    "sk%2FMARK5f2e1d9c%2Bx%3D",
    "sk%2fMARK5f2e1d9c%2bx%3d",
    r"sk\/MARK5f2e1d9c+x=",
    r"\u0073k\u002FMARK5f2e1d9c\u002bx\u003D",
    // In base64 after nothing, after `k=`, and in the alphabet of URLs after `key: `.
    "c2svTUFSSzVmMmUxZDljK3g9",
    "az1zay9NQVJLNWYyZTFkOWMreD0=",
    "a2V5OiBzay9NQVJLNWYyZTFkOWMreD0",
];

/// The ways to send a key.
const STYLES: [&str; 6] = [
    "{ style: bearer, env: ACME_API_KEY }",
    "{ style: basic, env: ACME_API_KEY }",
    "{ style: header, name: X-Key, env: ACME_API_KEY }",
    "{ style: query, name: key, env: ACME_API_KEY }",
    "{ header: X-Pair, value: '{id}:{key}', secrets: { id: ACME_ID, key: ACME_API_KEY } }",
    "{ header: Authorization, value: 'Bearer {token}', secrets: { id: ACME_ID, key: ACME_API_KEY }, \
       token: { jwt: HS256, key: key, claims: { iss: '{id}' }, lifetime: 30m } }",
];

fn definition(auth: &str) -> String {
    format!(
        "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\nauth: {auth}\n\
         request_id: {{ header: x-request-id }}\n\
         status:\n  get: '/jobs/{{job_id}}'\n  path: $.status\n  map: {{ busy: processing, done: completed, broken: failed }}\n\
         \x20 outputs: {{ video: $.url, thumbnail: $.thumbnail }}\n  details: {{ note: $.note }}\n\
         error: {{ code: $.code, message: $.message }}\nproblem: {{ code: $.code, message: $.message }}\n"
    )
}

/// What is given to a command lies below this folder, and is not looked through.
const GIVEN: &str = "given";

/// Runs a command that knows the key. It must be nowhere afterwards.
#[track_caller]
fn swept(test: Test) -> Ran {
    let test = test.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
    let (kept, ran) = test.key("ACME_API_KEY", KEY).key("ACME_ID", KEY).run_kept();
    for trace in TRACES {
        ran.expect(!ran.stdout().contains(trace), &format!("no `{trace}` on standard output"));
        ran.expect(!ran.stderr().contains(trace), &format!("no `{trace}` on standard error"));
    }
    look_through(kept.folder(), &ran);
    ran
}

#[track_caller]
fn look_through(folder: &Path, ran: &Ran) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != GIVEN) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        ran.expect(TRACES.iter().all(|trace| !name.contains(trace)), &format!("no key in the name `{name}`"));
        if path.is_dir() {
            look_through(&path, ran);
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        ran.expect(TRACES.iter().all(|trace| !text.contains(trace)), &format!("no key in `{}`, found\n{text}", path.display()));
    }
}

/// Acme, which sends its key in this way.
fn acme(auth: &str) -> Test {
    Test::new().file("given/p/acme.yaml", definition(auth)).file("given/keys.env", format!("ACME_API_KEY={KEY}\nACME_ID={KEY}\n"))
}

/// A server that misbehaves in one way.
struct Scene {
    name: &'static str,
    url: String,
    /// Whether what it echoes reaches the report.
    echoes: bool,
    timeout: &'static str,
    /// What keeps it alive.
    _server: Box<dyn std::any::Any>,
}

fn scene(name: &'static str, url: String, server: impl std::any::Any) -> Scene {
    Scene { name, url, echoes: false, timeout: "10s", _server: Box::new(server) }
}

/// All that a server knows of the key: the request, and every spelling.
fn echo(request: &Request) -> String {
    let headers = request.headers.iter().map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let parts = headers.flat_map(|value| value.split(['.', ' ']).map(str::to_owned).collect::<Vec<_>>());
    let all = parts.chain([request.url.to_string()]).chain(SPELLINGS.map(str::to_owned));
    all.collect::<Vec<_>>().join(" ").replace('"', "'")
}

/// Answers a question with this status and body, in which `KEY` stands for all that is known of the key; headers tell it too.
fn echoing(name: &'static str, http: u16, body: &'static str) -> Scene {
    let server = Server::by(move |request| {
        let answer = json(http, body.replace("KEY", &echo(request)));
        ["x-request-id", "www-authenticate", "retry-after", "x-ratelimit-reset", "location", "set-cookie"]
            .iter()
            .zip(SPELLINGS)
            .fold(answer, |answer, (name, spelt)| answer.insert_header(*name, format!("https://{spelt}.example.com/{spelt}")))
    });
    Scene { echoes: http != 302, ..scene(name, server.url(), server) }
}

fn scenes() -> Vec<Scene> {
    let video = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &[7; 2_000]].concat();
    let done = Server::by(move |request| match request.url.path() {
        "/jobs/1" => json(200, r#"{"status":"done","url":"/KEY/v.mp4?key=KEY","note":"KEY"}"#.replace("KEY", SPELLINGS[1])),
        _ => wiremock::ResponseTemplate::new(200)
            .set_body_raw(video.clone(), "video/mp4")
            .insert_header("etag", format!("\"{KEY}\"")),
    });
    let (listener, silence) = silent();
    let garbage = rude(format!("HTTP/1.1 {KEY}\r\n{KEY}\r\n\r\n{KEY}"));
    vec![
        echoing("refused", 401, r#"{"code":"KEY","message":"KEY is no key"}"#),
        echoing("not there", 404, r#"{"message":"KEY"}"#),
        echoing("throttled", 429, r#"{"message":"KEY"}"#),
        Scene { echoes: false, ..echoing("down", 500, "KEY") },
        echoing("moved", 302, "KEY"),
        Scene { echoes: false, ..echoing("no JSON", 200, "<p>KEY</p>") },
        echoing("unknown word", 200, r#"{"status":"KEY"}"#),
        echoing("failed", 200, r#"{"status":"broken","code":"KEY","message":"KEY"}"#),
        echoing("elsewhere", 200, r#"{"status":"done","url":"https://me:KEY@cdn.example.com/v.mp4","note":"KEY"}"#),
        echoing("no address", 200, r#"{"status":"done","url":"KEY"}"#),
        echoing("inside", 200, r#"{"status":"done","url":"http://169.254.169.254/KEY","thumbnail":"gs://KEY"}"#),
        Scene { echoes: true, ..scene("done", done.url(), done) },
        scene("nobody there", DESERTED.to_owned(), ()),
        Scene { timeout: "50ms", ..scene("silent", silence, listener) },
        scene("no TLS", garbage.replace("http:", "https:"), ()),
        scene("no HTTP", garbage, ()),
        scene("cut", rude(format!("HTTP/1.1 200 {KEY}\r\ncontent-length: 999\r\nx: {KEY}\r\n\r\n{{\"a\":\"{KEY}")), ()),
        scene("a password", format!("https://me:{KEY}@127.0.0.1:1"), ()),
        scene("a query", format!("https://127.0.0.1:1/?key={KEY}"), ()),
    ]
}

/// Runs a command about a job of Acme at each scene, with each of these options. Of an echo it shows what stands in its place.
fn sweep(command: &str, styles: &[&str], options: &[&[&str]], shows_echoes: bool) {
    for scene in scenes() {
        for (style, options) in styles.iter().flat_map(|style| options.iter().map(move |options| (style, options))) {
            let about = ["acme:1", "--providers", "given/p", "--base-url", &scene.url, "--timeout", scene.timeout];
            let ran = swept(acme(style).args([command]).args(about).args(*options));
            let shown = ran.stdout().contains("[key]") || ran.stdout().contains("%5Bkey%5D");
            ran.expect(ran.is_done() || scene.name != "done", "all to go well in the scene `done`");
            ran.expect(shown || !scene.echoes || !shows_echoes, &format!("`[key]` in the scene `{}`", scene.name));
        }
    }
}

/// The table of what is swept: a test for each command.
macro_rules! commands {
    ($($command:ident)*) => {
        const COMMANDS: &[&str] = &[$(stringify!($command)),*];

        mod command {
            $(#[test] fn $command() { super::$command(); })*
        }
    };
}

commands! { check download wait providers new lint explain test schema mock completions man }

#[test]
fn every_command_is_swept() {
    let help = Test::new().args(["--help"]).run().stdout();
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let known: BTreeSet<&str> =
        commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|word| !word.is_empty()).collect();
    let swept: BTreeSet<&str> = COMMANDS.iter().copied().collect();
    assert_eq!(known, swept, "add the new command to `commands!`, with a function that runs it in all its forms beside a key");
}

fn check() {
    sweep("check", &STYLES, &[&["--output", "json"]], true);
    sweep("check", &STYLES[..1], &[&[], &["--verbose"], &["--key-command", "cat given/keys.env | head -1 | cut -d= -f2-"]], true);
    let more: [&[&str]; 6] = [
        &["--explain"],
        &["--output", "ndjson", "--verbose", "--key-file", "given/keys.env"],
        &["--raw", "--exit-status"],
        &["--record", "out"],
        &["--download"],
        &["--key-env", "ACME_ID", "--insecure-http"],
    ];
    sweep("check", &STYLES[..1], &more, false);
    broken_definitions(&["check", "acme:1", "--providers", "given/p"]);
    let replayed = ["check", crate::support::PICTORY_JOB, "--replay", "--verbose"];
    swept(Test::new().args(replayed).key("PICTORY_API_KEY", KEY)).code(0);
}

fn download() {
    let options: [&[&str]; 6] = [
        &[],
        &["--verbose", "--key-file", "given/keys.env"],
        &["--output", "json"],
        &["--output", "ndjson", "--all"],
        &["-o", "-"],
        &["-o", "out.mp4"],
    ];
    sweep("download", &[STYLES[0], STYLES[3]], &options, false);
    broken_definitions(&["download", "acme:1", "--providers", "given/p"]);
}

/// With all that a command of `--exec` sees: its environment, its arguments and its standard input.
fn wait() {
    let pace = ["--interval", "1ms", "--max-errors", "1", "--key-file", "given/keys.env"];
    let watch = ["--exec", "unset ACME_API_KEY ACME_ID; env; echo $0 $@; cat", "--journal", "journal"];
    for output in [&["--verbose", "--record", "out"][..], &["--output", "json"], &["--output", "ndjson", "--download", "out"]] {
        // A word that is not known is asked about until the time is up.
        let options = [&pace[..], &watch, output, &["--timeout", "300ms"]].concat();
        for scene in scenes() {
            let about = ["wait", "acme:1", "--providers", "given/p", "--base-url", &scene.url];
            swept(acme(STYLES[0]).args(about).args(&options));
        }
    }
    broken_definitions(&["wait", "acme:1", "--providers", "given/p"]);
}

fn providers() {
    for form in ["text", "json", "ndjson"] {
        for args in [&["providers"][..], &["providers", "show", "acme"]] {
            let test = acme(STYLES[4]).args(args).args(["--providers", "given/p", "--output", form]);
            swept(test).code(0).stdout_has("ACME_API_KEY");
        }
    }
    broken_definitions(&["providers", "--providers", "given/p"]);
}

/// A key is pasted where its name is asked for, or into an address.
fn new() {
    let facts = ["--docs", "https://d.example.com", "--base-url", "https://a.example.com", "--get", "/jobs/{job_id}"];
    let pasted = [
        ["--env", KEY],
        ["--auth", KEY],
        ["--auth", &format!("header:{KEY}")],
        ["--base-url", &format!("https://me:{KEY}@a.example.com")],
        ["--base-url", &format!("https://a.example.com/?key={KEY}")],
    ];
    for wrong in pasted {
        let facts =
            facts.iter().filter(|fact| wrong[0] != "--base-url" || !["--base-url", "https://a.example.com"].contains(fact));
        let ran = swept(Test::new().args(["new", "acme"]).args(facts).args(wrong));
        ran.expect(!ran.is_done(), &format!("{wrong:?} to be refused"));
    }
    swept(Test::new().args(["new", "acme"]).args(facts)).code(0);
}

fn schema() {
    for subject in ["definition", "report"] {
        swept(Test::new().args(["schema", subject])).code(0);
    }
}

fn completions() {
    swept(Test::new().args(["completions", "bash"])).code(0);
}

fn man() {
    swept(Test::new().args(["man", "out"])).code(0);
}

fn lint() {
    for form in ["text", "json", "github"] {
        let test = acme(STYLES[4]).args(["lint", "given/p", "--output", form]);
        swept(test).stdout_has("acme.yaml");
        broken_definitions(&["lint", "given/p", "--output", form]);
    }
}

/// What it is given to explain is shown as it is; the key that is in the environment is none of its business.
fn explain() {
    swept(Test::new().args(["explain"])).code(0);
    for form in ["text", "json"] {
        let args = ["explain", "--provider", "acme", "--providers", "given/p", "--output", form];
        swept(acme(STYLES[0]).args(args).stdin(r#"{"status":"busy"}"#)).code(0);
        broken_definitions(&args);
    }
}

fn test() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/own-provider");
    let folder = example.display().to_string();
    for form in ["text", "json", "ndjson"] {
        for mode in ["--update", "--check"] {
            let args = ["test", &folder, mode, "--coverage", "--snapshots", "out", "--junit", "out.xml", "--output", form];
            swept(Test::new().args(args));
        }
    }
    broken_definitions(&["test", "given", "--providers", "given/p", "--junit", "out.xml"]);
}

/// What is asked of it holds the key in every place that a client may choose.
fn mock() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vidspec"));
    command.args(["mock", "--provider", "sora", "--port", "0"]).env("OPENAI_API_KEY", KEY).env("RUST_LOG", "trace");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdout, mut first) = (BufReader::new(child.stdout.take().unwrap()), String::new());
    stdout.read_line(&mut first).unwrap();
    let host = first.trim_end().strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    for (target, header) in [
        ("/v1/videos/video_1".to_owned(), format!("authorization: Bearer {KEY}")),
        ("/v1/videos/video_1".to_owned(), format!("authorization: Basic {KEY}")),
        ("/v1/videos/video_1".to_owned(), format!("x-vidspec-scenario: {KEY}")),
        (format!("/v1/videos/video_1?key={}", SPELLINGS[1]), format!("authorization: Bearer wrong {KEY}")),
        (format!("/v1/elsewhere?api_key={KEY}&x=1"), format!("authorization: Bearer {KEY}")),
    ] {
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n\r\n").unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let (mut rest, stderr) = (String::new(), String::from_utf8_lossy(&output.stderr));
    stdout.read_to_string(&mut rest).unwrap();
    for trace in TRACES {
        assert!(![first.as_str(), &rest, &stderr].iter().any(|text| text.contains(trace)), "{trace}: {stderr}");
    }
    assert_eq!(stderr.lines().filter(|line| line.starts_with("GET /v1/")).count(), 5, "{stderr}");
    broken_definitions(&["mock", "--provider", "acme", "--providers", "given/p", "--port", "0"]);
}

/// The key was pasted where its name belongs.
fn broken_definitions(args: &[&str]) {
    for auth in [
        format!("{{ style: bearer, env: [{KEY}] }}"),
        format!("{{ style: bearer, env: [ACME_API_KEY, '{KEY}'] }}"),
        format!("{{ style: {KEY}, env: [ACME_API_KEY] }}"),
        format!("{{ style: bearer, key: {KEY} }}"),
        format!("{{ style: header, name: {KEY} , env: [ACME_API_KEY] }}"),
        format!("{{ header: X-Key, value: {KEY}, secrets: {{ key: ACME_API_KEY }} }}"),
        format!("{{ header: X-Key, value: '{{key}}', secrets: {{ {KEY}: ACME_API_KEY }} }}"),
        format!("\n  style: bearer\n  env:\n  - {KEY}"),
        format!("{{ style: bearer, env: [{KEY}"),
        format!("{{ style: bearer, env: {KEY} }}\nheaders: {{ Authorization: Bearer {KEY} }}"),
        format!("{{ style: bearer, env: ACME_API_KEY }}\nresult: {{ get: '/jobs/{{job_id}}?token={KEY}' }}"),
        format!("{{ style: bearer, env: ACME_API_KEY }}\nbase_url: 'https://me:{KEY}@a.example.com'"),
        format!("{{ style: bearer, env: ACME_API_KEY }}\nheaders: {{ X-Other: {KEY}, X-Other: {KEY} }}"),
    ] {
        let ran = swept(Test::new().file("given/p/acme.yaml", definition(&auth)).args(args));
        let told = format!("{}{}", ran.stdout(), ran.stderr());
        ran.expect(told.contains("acme.yaml"), &format!("the mistake in {auth}"));
    }
}
