//! The key is sent where it belongs and shown nowhere.

use vidspec::{Catalogue, Check, Client, Credentials, Problem, ProblemKind, Provider, Request, Response};

use crate::support::{
    KEY, STYLES, Server, TRACES, acme_with, answer, ask, client, hasty_client, job, message, ok, problem, question, report,
};

fn assert_no_trace(shown: &str, context: &str) {
    for trace in TRACES {
        assert!(!shown.contains(trace), "{context}: `{trace}` in {shown}");
    }
}

/// All that a caller can see of a check.
fn shown(check: &Check) -> String {
    let sentence = check.outcome.as_ref().map_or_else(ToString::to_string, |report| format!("{report:?}"));
    format!("{check:?} {sentence} {}", serde_json::to_string(check).unwrap())
}

#[tokio::test]
async fn every_style_sends_the_key_in_its_place_and_nowhere_else() {
    for (style, sent) in STYLES {
        let server = Server::answering(ok(r#"{"status":"waiting"}"#));
        ask(&acme_with(style, ""), &server).await;
        let head = server.heads().concat();
        let (line, rest) = head.split_once("\r\n").unwrap();
        let query = if sent.starts_with('?') { sent } else { "" };
        assert_eq!(line, format!("GET /v1/jobs/job-1{query} HTTP/1.1"));
        let with_key: Vec<_> = rest.lines().filter(|line| TRACES.iter().any(|trace| line.contains(trace))).collect();
        assert_eq!(with_key, if query.is_empty() { vec![sent] } else { vec![] }, "{style}");
    }
}

#[tokio::test]
async fn a_server_that_echoes_the_whole_request_betrays_nothing() {
    for (style, _) in STYLES {
        for (status, state) in [(200, "broken"), (200, "k3y-alpha:w0rd-omega"), (401, "broken"), (500, "broken")] {
            let server = Server::new(move |stream, head| {
                let echo = head.replace("\r\n", " ").replace('"', "'");
                let body = serde_json::json!({"status": state, "code": echo, "message": format!("your key is {echo}")});
                let echo = format!("x-request-id: {echo}");
                crate::support::send(stream, &answer(status, &[&echo], body.to_string()));
            });
            let acme = acme_with(style, "");
            let mut seen = String::new();
            let observe = |request: &Request, response: &Response| {
                let body = String::from_utf8_lossy(&response.body);
                seen = format!("{seen}{request:?} {} {response:?} {body} {:?}", request.public_url(), response.headers);
            };
            let check = client().check_observed(&question(&acme, &server), &Credentials::new(KEY), observe).await;
            assert!(seen.contains("[key]") && shown(&check).contains("[key]"), "{style}: {seen}");
            assert_no_trace(&seen, style);
            assert_no_trace(&shown(&check), style);
        }
    }
}

/// What a message says of a key, however the server writes it.
async fn message_for(style: &str, key: &str, written: &str) -> String {
    let body = format!(r#"{{"message":"<{written}>"}}"#);
    let server = Server::answering(answer(401, &[], body));
    let acme = acme_with(style, "");
    let check = client().check(&question(&acme, &server), &Credentials::new(key)).await;
    message(problem(&check)).to_owned()
}

#[tokio::test]
async fn an_echoed_key_is_removed_however_the_server_writes_it() {
    let (key, bearer, basic) = ("sk/live+12=34", STYLES[0].0, STYLES[3].0);
    let mut betrayed = Vec::new();
    for (style, key, written) in [
        (bearer, key, "sk/live+12=34"),
        (bearer, key, r"sk\/live+12=34"),
        (bearer, key, "sk%2Flive%2B12%3D34"),
        (bearer, key, "sk%2flive%2b12%3d34"),
        (bearer, key, r"sk/live\u002b12\u003d34"),
        (bearer, key, r"sk\u002Flive\u002B12=34"),
        (bearer, "a\"b\\c-12345", r#"a\"b\\c-12345"#),
        (basic, "user:secret-word", "dXNlcjpzZWNyZXQtd29yZA=="),
        (basic, "user:secret-word", r"dXNlcjpzZWNyZXQtd29yZA\u003d\u003d"),
        (basic, "user:secret-word", "secret-word"),
    ] {
        if message_for(style, key, written).await != "<[key]>" {
            betrayed.push(format!("{style} {key} written as {written}"));
        }
    }
    assert_eq!(betrayed, [""; 0]);
}

#[tokio::test]
async fn trouble_of_every_kind_betrays_nothing() {
    for (style, _) in STYLES {
        let acme = acme_with(style, "");
        let hanging = Server::new(|stream, _| crate::support::hang(stream));
        let too_large = Server::answering(answer(200, &[], vec![b' '; vidspec::LARGEST_BODY + 1]));
        for server in [Server::answering(""), Server::answering("nonsense\r\n\r\n"), hanging, too_large] {
            let check = hasty_client().check(&question(&acme, &server), &Credentials::new(KEY)).await;
            assert!(check.outcome.is_err());
            assert_no_trace(&shown(&check), style);
        }
        let nowhere = acme.question(job("job-1")).at(url::Url::parse("http://vidspec.invalid/").unwrap());
        assert_no_trace(&shown(&client().check(&nowhere, &Credentials::new(KEY)).await), style);
    }
}

#[test]
fn no_public_type_shows_the_key() {
    for (style, _) in STYLES {
        let acme = acme_with(style, "");
        let credentials = Credentials::new(KEY);
        let question = acme.question(job("job-1"));
        let request = question.request(&credentials).unwrap();
        let things = format!("{credentials:?} {request:?} {request:#?} {} {question:?} {acme:?}", request.public_url());
        assert_no_trace(&things, style);
    }
    let builder = Client::builder().extra_roots("k3y-alpha");
    assert_no_trace(&format!("{builder:?} {:?}", client()), "client");
}

#[test]
fn a_missing_key_is_told_with_the_names_of_its_variables() {
    let catalogue = Catalogue::builtin();
    for (id, words) in [
        ("veo", "no key for Google Veo (Gemini API): set GOOGLE_API_KEY or GEMINI_API_KEY in the environment"),
        ("pictory", "no key for Pictory: set PICTORY_API_KEY in the environment"),
    ] {
        let provider = catalogue.provider(id).unwrap();
        for nothing in [None, Some(""), Some(" \n")] {
            let problem = Credentials::find(&provider, |_| nothing.map(str::to_owned)).expect_err("a key was found");
            assert_eq!((problem.kind, message(&problem)), (ProblemKind::Unauthorized, words));
        }
    }
}

#[tokio::test]
async fn the_key_of_the_second_way_is_sent_in_the_second_way() {
    let acme = acme_with("[{ style: bearer, env: [A] }, { style: header, name: X-Api-Key, env: [B, C] }]", "");
    let server = Server::answering(ok(r#"{"status":"waiting"}"#));
    let key = Credentials::find(&acme, |name| (name == "C").then(|| format!(" {KEY}\n"))).unwrap();
    client().check(&question(&acme, &server), &key).await;
    let head = server.heads().concat();
    assert!(head.contains("\r\nx-api-key: k3y-alpha:w0rd-omega\r\n") && !head.contains("authorization"), "{head}");
}

async fn ask_with(acme: &Provider, key: &str) -> (Result<(), Problem>, usize) {
    let server = Server::answering(ok(r#"{"status":"waiting"}"#));
    let check = client().check(&question(acme, &server), &Credentials::new(key)).await;
    (check.outcome.map(|_| ()), server.lines().len())
}

#[tokio::test]
async fn a_key_that_cannot_be_sent_is_misconfigured() {
    let mut sent = Vec::new();
    for (style, _) in STYLES {
        let acme = acme_with(style, "");
        for key in [
            "k3y-alpha:\r\nx-evil: w0rd-omega",
            "k3y-alpha:\nw0rd-omega",
            "k3y-alpha:\0w0rd-omega",
            "k3y-alpha:\u{7f}w0rd-omega",
            "k3y-alpha:\u{1b}[0mw0rd-omega",
        ] {
            let (outcome, requests) = ask_with(&acme, key).await;
            let Err(problem) = outcome else {
                sent.push(format!("{style} {key:?}"));
                continue;
            };
            assert_eq!((problem.kind, requests), (ProblemKind::Misconfigured, 0), "{style}");
            assert!(message(&problem).contains("the key has characters that cannot be sent"), "{problem}");
            assert_no_trace(&problem.to_string(), style);
        }
    }
    assert_eq!(sent, [""; 0]);
}

#[tokio::test]
async fn an_empty_key_is_not_sent() {
    let mut sent = Vec::new();
    for (style, _) in STYLES {
        for key in ["", " ", "\n"] {
            let (outcome, requests) = ask_with(&acme_with(style, ""), key).await;
            if outcome.is_ok() || requests > 0 {
                sent.push(format!("{style} {key:?}"));
            }
        }
    }
    assert_eq!(sent, [""; 0]);
}

#[tokio::test]
async fn white_space_around_a_key_is_dropped() {
    for (style, sent) in STYLES {
        let server = Server::answering(ok(r#"{"status":"waiting"}"#));
        let acme = acme_with(style, "");
        client().check(&question(&acme, &server), &Credentials::new("\r\n\t k3y-alpha:w0rd-omega \n")).await;
        assert!(server.heads().concat().contains(sent), "{style}");
    }
}

#[tokio::test]
async fn an_address_that_holds_the_key_is_shown_without_it() {
    let server = Server::new(|stream, head| {
        let target = head.split(' ').nth(1).unwrap_or_default();
        crate::support::send(stream, &ok(&format!(r#"{{"status":"ready","url":"https://cdn.example.com{target}"}}"#)));
    });
    let check = ask(&acme_with(STYLES[5].0, ""), &server).await;
    assert_eq!(report(&check).outputs[0].url.as_deref().unwrap_or_default(), "https://cdn.example.com/v1/jobs/job-1?key=[key]");
}
