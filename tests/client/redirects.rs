//! Redirects: the key belongs to the host that it was made for.

use vidspec::{ProblemKind, State};

use crate::support::{STYLES, Server, TRACES, acme, acme_with, answer, ask, message, ok, problem, report};

const READY: &str = r#"{"status":"ready","url":"https://cdn.example.com/v.mp4"}"#;

fn redirect(status: u16, location: &str) -> Vec<u8> {
    answer(status, &[&format!("location: {location}")], "moved")
}

#[tokio::test]
async fn the_key_is_never_sent_to_another_port() {
    for (style, _) in STYLES {
        for status in [301, 302, 303, 307, 308] {
            let thief = Server::answering(ok(READY));
            let server = Server::answering(redirect(status, thief.url("/v1/jobs/job-1").as_str()));
            let check = ask(&acme_with(style, ""), &server).await;
            assert_eq!(thief.heads(), [""; 0], "{style}");
            assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse, "{style}");
            assert!(message(problem(&check)).contains(&format!("HTTP {status} to 127.0.0.1")), "{}", problem(&check));
            assert!(message(problem(&check)).contains("was not followed"), "{}", problem(&check));
        }
    }
}

#[tokio::test]
async fn the_message_tells_the_two_hosts_apart() {
    let thief = Server::answering(ok(READY));
    let server = Server::answering(redirect(302, thief.url("/").as_str()));
    let check = ask(&acme(), &server).await;
    assert!(message(problem(&check)).contains(&thief.port().to_string()), "{}", problem(&check));
    assert!(message(problem(&check)).contains(&server.port().to_string()), "{}", problem(&check));
}

#[tokio::test]
async fn the_key_is_never_sent_to_another_host_however_it_is_written() {
    let thief = Server::answering(ok(READY));
    let port = thief.port();
    for location in [
        format!("http://localhost:{port}/v1/jobs/job-1"),
        format!("//127.0.0.1:{port}/v1/jobs/job-1"),
        format!("\\\\127.0.0.1:{port}\\v1\\jobs\\job-1"),
        format!("/\\127.0.0.1:{port}/v1/jobs/job-1"),
        format!("http:\\\\127.0.0.1:{port}/"),
        format!("HTTP://127.1:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://user:password@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
    ] {
        let check = ask(&acme(), &Server::answering(redirect(302, &location))).await;
        assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse, "{location}");
        assert!(message(problem(&check)).contains("was not followed"), "{location}: {}", problem(&check));
        assert!(!message(problem(&check)).contains("password"), "{}", problem(&check));
    }
    assert_eq!(thief.heads(), [""; 0]);
}

#[tokio::test]
async fn other_kinds_of_addresses_are_not_followed() {
    for location in [
        "file:///etc/passwd",
        "data:application/json,{\"status\":\"ready\"}",
        "javascript:alert(1)",
        "ftp://127.0.0.1/x",
        "about:blank",
    ] {
        let check = ask(&acme(), &Server::answering(redirect(302, location))).await;
        assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse, "{location}");
        assert!(message(problem(&check)).contains("was not followed"), "{location}: {}", problem(&check));
    }
}

#[tokio::test]
async fn another_path_of_the_same_host_is_asked_with_the_key_and_without_a_referer() {
    for (style, sent) in STYLES {
        let server = Server::in_turn(&[redirect(307, "/v2/jobs/job-1"), ok(READY)]);
        let check = ask(&acme_with(style, ""), &server).await;
        assert_eq!(report(&check).state, State::Completed, "{style}");
        assert_eq!(check.http_status, Some(200));
        let query = if sent.starts_with('?') { sent } else { "" };
        let lines = [format!("GET /v1/jobs/job-1{query} HTTP/1.1"), format!("GET /v2/jobs/job-1{query} HTTP/1.1")];
        assert_eq!(server.lines(), lines, "{style}");
        for head in server.heads() {
            assert!(!head.to_lowercase().contains("referer"), "{head}");
            assert!(query == sent || head.lines().any(|line| line == sent), "expected `{sent}` in {head}");
        }
    }
}

#[tokio::test]
async fn relative_locations_are_resolved() {
    for (location, path) in [
        ("/elsewhere?a=b", "/elsewhere?a=b"),
        ("job-2", "/v1/jobs/job-2"),
        ("../../v2/./x", "/v2/x"),
        ("?page=2", "/v1/jobs/job-1?page=2"),
        ("job-1/#fragment", "/v1/jobs/job-1/"),
    ] {
        let server = Server::in_turn(&[redirect(308, location), ok(READY)]);
        let check = ask(&acme(), &server).await;
        assert_eq!(report(&check).state, State::Completed, "{location}");
        assert_eq!(server.lines()[1], format!("GET {path} HTTP/1.1"), "{location}");
    }
}

#[tokio::test]
async fn a_location_that_repeats_the_key_of_the_query_does_not_double_it() {
    // Many servers add a slash and keep the query.
    let server = Server::in_turn(&[redirect(301, "/v1/jobs/job-1/?key=k3y-alpha%3Aw0rd-omega"), ok(READY)]);
    let check = ask(&acme_with(STYLES[5].0, ""), &server).await;
    assert_eq!(report(&check).state, State::Completed);
    assert_eq!(server.lines()[1], "GET /v1/jobs/job-1/?key=k3y-alpha%3Aw0rd-omega HTTP/1.1");
}

#[tokio::test]
async fn cookies_are_not_carried_along() {
    let moved = answer(302, &["location: /v2", "set-cookie: session=1"], "");
    let server = Server::in_turn(&[moved, ok(READY)]);
    ask(&acme(), &server).await;
    assert_eq!(server.heads().len(), 2);
    assert!(server.heads().iter().all(|head| !head.to_lowercase().contains("cookie")));
}

#[tokio::test]
async fn a_loop_of_redirects_is_left_after_five() {
    let server = Server::answering(redirect(302, "/v1/jobs/job-1"));
    let check = ask(&acme(), &server).await;
    assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse);
    assert_eq!(message(problem(&check)), "redirected more than 5 times");
    assert_eq!(server.lines().len(), 6, "one question and five redirects");
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_undocumented() {
    for headers in [&[][..], &["location: http://[::1"], &["location: http://:99999/"]] {
        let server = Server::answering(answer(302, headers, ""));
        let check = ask(&acme(), &server).await;
        assert_eq!((problem(&check).kind, check.http_status), (ProblemKind::UndocumentedResponse, Some(302)));
        assert!(message(problem(&check)).contains("HTTP 302"), "{}", problem(&check));
        assert_eq!(server.lines().len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_redirect_is_not_followed() {
    for status in [200, 201, 300, 304, 305, 306, 404] {
        let server = Server::answering(redirect(status, "/elsewhere"));
        ask(&acme(), &server).await;
        assert_eq!(server.lines().len(), 1, "HTTP {status} was followed");
    }
}

#[tokio::test]
async fn a_redirect_of_the_second_request_keeps_the_key_too() {
    let result = "result:\n  get: \"/videos/{job_id}\"\n  outputs: { video: $.url }\n";
    for (style, _) in STYLES {
        let thief = Server::answering(ok(READY));
        let server = Server::in_turn(&[ok(r#"{"status":"ready"}"#), redirect(302, thief.url("/v").as_str())]);
        let check = ask(&acme_with(style, result), &server).await;
        assert_eq!(thief.heads(), [""; 0], "{style}");
        let trouble = report(&check).result_problem.as_ref().expect("the trouble of the second request");
        assert_eq!((report(&check).state, trouble.kind), (State::Completed, ProblemKind::UndocumentedResponse));
        assert!(message(trouble).contains("was not followed"), "{trouble}");
    }
}

#[tokio::test]
async fn the_message_about_a_redirect_holds_no_key() {
    for (style, _) in STYLES {
        let location =
            "https://elsewhere.invalid/login?key=k3y-alpha%3Aw0rd-omega&again=k3y-alpha:w0rd-omega#k3y-alpha:w0rd-omega";
        let check = ask(&acme_with(style, ""), &Server::answering(redirect(302, location))).await;
        let shown = format!("{check:?} {}", problem(&check));
        assert!(shown.contains("elsewhere.invalid"), "{shown}");
        assert!(TRACES.iter().all(|trace| !shown.contains(trace)), "{style}: {shown}");
    }
}
