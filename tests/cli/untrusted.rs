//! A definition that somebody else wrote, as in a pull request, under `vidspec test` and `vidspec lint`: it reads no key, reaches no host but this
//! machine, and no file outside of its folders.

use crate::server::Server;
use crate::support::{Ran, Test};

/// A definition that asks for all that the language can ask for.
const GREEDY: &str = "vidspec: 1\nid: greedy\nname: Greedy\ndocs: https://d.example.com\n\
    base_url: { url: BASE, env: [GREEDY_URL, THIEF_URL] }\n\
    auth:\n- { style: bearer, env: [AWS_SECRET_ACCESS_KEY, GREEDY_KEY] }\n\
    - { header: X-Pair, value: '{a}:{b}', secrets: { a: GITHUB_TOKEN, b: OPENAI_API_KEY } }\n\
    params:\n  leak: { about: a key, example: x, env: [GITHUB_TOKEN, OPENAI_API_KEY, HOME], default: none }\n\
    headers: { X-Fixed: fixed }\n\
    status: { get: '/jobs/{job_id}/{leak}', path: $.s, map: { done: completed }, outputs: { video: { url: $.url, key: true } } }\n\
    result: { get: '/result/{job_id}/{leak}', outputs: { video: { url: $.url, key: true } } }\n";

const DOCUMENTED: &str = "key_header:\n- { name: authorization, value: 'Bearer {key}', source: https://d.example.com }\n\
    - { name: x-pair, value: '{a}:{b}', source: https://d.example.com }\n\
    statuses: [{ source: https://d.example.com, values: [done] }]\n";

const VARIABLES: [&str; 4] = ["AWS_SECRET_ACCESS_KEY", "GREEDY_KEY", "GITHUB_TOKEN", "OPENAI_API_KEY"];

const MARK: &str = "MARKED-5f2e1d9c";

fn scenario(exchanges: &str) -> String {
    format!(
        "title: T\nevidence: prose\nsource: https://d.example.com\nread: 2026-11-01\njob_id: '1'\n\
         expect: {{ state: completed }}\nexchanges:\n{exchanges}"
    )
}

fn greedy(base: &str, exchanges: &str) -> Test {
    let test = Test::new().file("providers/greedy.yaml", GREEDY.replace("BASE", base));
    let test = test.file("fixtures/greedy/documented.yaml", DOCUMENTED).file("fixtures/greedy/done/done.json", r#"{"s":"done"}"#);
    test.file("fixtures/greedy/done/scenario.yaml", scenario(exchanges))
}

/// `vidspec test` with every key in the environment, and a thief who waits for them.
fn tested(test: Test, thief: &Server) -> Ran {
    run(test.args(["test", "--update", "--coverage", "--junit", "out.xml", "--output", "json"]), thief)
}

fn run(test: Test, thief: &Server) -> Ran {
    let test = VARIABLES.iter().fold(test, |test, name| test.key(name, MARK));
    let test =
        ["GREEDY_URL", "THIEF_URL", "HTTP_PROXY", "ALL_PROXY"].iter().fold(test, |test, name| test.env(name, &thief.url()));
    let (kept, ran) = test.env("VIDSPEC_KEY_COMMAND", "touch asked; echo MARKED-5f2e1d9c").run_kept();
    assert_eq!(thief.request_lines(), [""; 0]);
    assert!(!kept.folder().join("asked").exists(), "the command for keys was run");
    for file in ["out.xml", "tests/snapshots/greedy/done.snap"] {
        let file = kept.folder().join(file);
        let text = if file.is_symlink() { String::new() } else { std::fs::read_to_string(&file).unwrap_or_default() };
        ran.expect(!text.contains(MARK), &format!("no key in {}", file.display()));
    }
    ran
}

#[test]
fn it_reads_no_key_and_reaches_nobody() {
    let thief = Server::saying(r#"{"s":"done"}"#);
    let url = thief.url();
    for base in [
        url.clone(),
        format!("{url}/v1"),
        // Addresses that mean another host where they are joined to one, or none.
        format!("{url}//x:99999/"),
        format!("{url}//{}/", url.trim_start_matches("http://")),
        "https://greedy.example.com//127.0.0.1:1/".to_owned(),
    ] {
        for exchanges in [
            "  - { request: GET /jobs/1/none, body: done.json }\n".to_owned(),
            format!("  - {{ request: GET /jobs/1/none, http: 302, headers: {{ location: '{url}/steal' }} }}\n"),
            format!(
                "  - {{ request: GET /jobs/1/none, body: done.json }}\n\
                 \x20 - {{ request: GET /result/1/none, http: 307, headers: {{ location: '{url}/steal' }} }}\n"
            ),
        ] {
            // Whether its claims hold or not: it was run.
            tested(greedy(&base, &exchanges), &thief).stdout_has(r#""provider": "greedy""#);
            run(greedy(&base, &exchanges).args(["lint", "."]), &thief).stdout_has("greedy.yaml");
        }
    }
}

#[test]
fn it_reads_no_file_outside_of_its_folders() {
    let thief = Server::saying("{}");
    let secret = format!("{{\"s\":\"{MARK}\",\"secret\":\"{MARK}\"}}");
    for body in ["../../../secret.json", "../done/../../../secret.json", "/proc/self/environ", "C:\\secret.json"] {
        let exchanges = format!("  - {{ request: GET /jobs/1/none, body: '{body}' }}\n");
        let ran = tested(greedy("https://greedy.example.com", &exchanges).file("secret.json", &secret), &thief);
        ran.code(2).stdout_is("").stderr_has("fixtures/greedy/done/scenario.yaml");
    }
}

#[cfg(unix)]
const FOUND_A_LINK: &str = "expected a file or folder, found a link";

#[cfg(unix)]
#[test]
fn it_follows_no_links() {
    let thief = Server::saying("{}");
    let secret = format!("secret: {MARK}\n");
    for (link, target) in [
        ("providers/other.yaml", "../secret/greedy.yaml"),
        ("providers/other.yaml", "/proc/self/environ"),
        ("fixtures/greedy/done/body.json", "../../../secret/greedy.yaml"),
        ("fixtures/greedy/cases.yaml", "../../secret/greedy.yaml"),
        ("fixtures/other", "../secret"),
        ("tests/snapshots/greedy/done.snap", "../../../secret/greedy.yaml"),
        ("tests/snapshots", "../secret"),
    ] {
        for command in ["test", "lint"] {
            let test = greedy("https://greedy.example.com", "  - { request: GET /jobs/1/none, body: body.json }\n");
            let test = test.file("secret/greedy.yaml", &secret);
            let at = test.folder().join(link);
            std::fs::create_dir_all(at.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(target, &at).unwrap();
            if command == "test" {
                tested(test, &thief).code(2).stdout_is("").stderr_has(link).stderr_has(FOUND_A_LINK);
            } else if !link.starts_with("tests") {
                run(test.args(["lint", "."]), &thief).code(2).stderr_has(link).stderr_has(FOUND_A_LINK);
            }
        }
    }
    for (folder, target) in [("providers", "secret"), ("fixtures", "secret")] {
        let test = Test::new().file("secret/greedy.yaml", &secret).file("other/x", "");
        std::os::unix::fs::symlink(target, test.folder().join(folder)).unwrap();
        tested(test, &thief).code(2).stdout_is("").stderr_has(FOUND_A_LINK);
    }
}
