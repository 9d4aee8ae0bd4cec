//! Bodies that nobody described.

use vidspec::{LARGEST_BODY, ProblemKind, State};

use crate::support::{Server, acme, acme_with, answer, ask, message, ok, problem, report};

const JOB: &str = r#"{"status":"ready","url":"https://cdn.example.com/v.mp4"}"#;

/// Of an answer that tells no state: the class, and words of the message.
async fn assert_problem(status: u16, body: &[u8], kind: ProblemKind, words: &str) {
    let check = ask(&acme(), &Server::answering(answer(status, &[], body))).await;
    let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
    let problem = check.outcome.as_ref().expect_err(&shown);
    assert_eq!((problem.kind, check.http_status), (kind, Some(status)), "{shown}: {problem}");
    assert!(message(problem).contains(words), "{shown}: {problem}");
}

#[tokio::test]
async fn a_success_without_json_is_undocumented() {
    let undocumented = ProblemKind::UndocumentedResponse;
    for (body, words) in [
        (&b""[..], "HTTP 200 with an empty body"),
        (b" \r\n", "HTTP 200 with an empty body"),
        (b"\xEF\xBB\xBF", "HTTP 200 with an empty body"),
        (b"ready", "HTTP 200 with text instead of JSON"),
        (b"<!DOCTYPE html><title>Login</title>", "HTTP 200 with an HTML page instead of JSON"),
        (b"{\"status\":\"rea", "HTTP 200 with a body that is not whole JSON"),
        (b"{\"status\":\"ready\"}}", "HTTP 200 with a body that is not whole JSON"),
        (b"{\"status\":\"ready\"}{\"status\":\"broken\"}", "HTTP 200 with a body that is not whole JSON"),
        (b"{\"status\":\"re\xFFady\"}", "HTTP 200 with a body that is not whole JSON"),
        (b"{\"status\":\"re\0ady\"}", "HTTP 200 with a body that is not whole JSON"),
        (b"{status:'ready'}", "HTTP 200 with a body that is not whole JSON"),
        (b"\x89PNG\r\n\x1A\n\xFF", "HTTP 200 with binary data instead of JSON"),
        (b"\0\0\0\0", "HTTP 200 with"),
    ] {
        assert_problem(200, body, undocumented, words).await;
    }
}

#[tokio::test]
async fn json_without_a_status_is_undocumented() {
    for body in [
        "{}",
        "[]",
        "null",
        "42",
        "\"ready\"",
        r#"{"status":null}"#,
        r#"{"status":""}"#,
        r#"{"status":[]}"#,
        r#"[{"status":"ready"}]"#,
    ] {
        assert_problem(200, body.as_bytes(), ProblemKind::UndocumentedResponse, "HTTP 200 with no status").await;
    }
    for body in [r#"{"status":{"state":"ready"}}"#, r#"{"status":["ready"]}"#] {
        let words = "HTTP 200 with an object or list where the status should be a word";
        assert_problem(200, body.as_bytes(), ProblemKind::UndocumentedResponse, words).await;
    }
}

#[tokio::test]
async fn a_refusal_without_json_is_told_by_its_http_status() {
    for (status, body, kind, words) in [
        (
            502,
            &b"<html><body>Bad Gateway</body></html>"[..],
            ProblemKind::ProviderUnavailable,
            "HTTP 502 with an HTML page instead of JSON",
        ),
        (503, b"", ProblemKind::ProviderUnavailable, "HTTP 503 with an empty body"),
        (504, b"upstream timed out", ProblemKind::Timeout, "HTTP 504 with text instead of JSON"),
        (401, b"{}", ProblemKind::Unauthorized, "HTTP 401 without an explanation"),
        (404, b"{\"message\":", ProblemKind::NotFound, "HTTP 404 with a body that is not whole JSON"),
        (429, b"\xFF\xFE", ProblemKind::RateLimited, "HTTP 429 with binary data instead of JSON"),
        (500, b"{\"message\":\"our fault\"}", ProblemKind::ProviderUnavailable, "our fault"),
    ] {
        assert_problem(status, body, kind, words).await;
    }
}

#[tokio::test]
async fn only_success_can_tell_a_state() {
    let mut believed = Vec::new();
    for status in [300, 304, 400, 404, 418, 500, 599, 600, 999] {
        let check = ask(&acme(), &Server::answering(answer(status, &[], JOB))).await;
        assert_eq!(check.http_status, Some(status));
        believed.extend(check.outcome.is_ok().then_some(status));
    }
    assert_eq!(believed, [0; 0]);
}

#[tokio::test]
async fn odd_json_is_read_as_most_readers_do() {
    for (body, state, raw) in [
        (r#"{"status":"broken","status":"ready"}"#, State::Completed, "ready"),
        (r#"{"\u0073tatus":"\u0072eady"}"#, State::Completed, "ready"),
        ("\u{feff}{\"status\":\"ready\"}\n", State::Completed, "ready"),
        (r#"{"status":"READY"}"#, State::Unknown, "READY"),
        (r#"{"status":"ready\u0000"}"#, State::Unknown, "ready\0"),
        (r#"{"status":true}"#, State::Unknown, "true"),
        (r#"{"status":18446744073709551615}"#, State::Unknown, "18446744073709551615"),
        (r#"{"status":"ready","seed":123456789012345678901234567890,"other":-9e300}"#, State::Completed, "ready"),
    ] {
        let check = ask(&acme(), &Server::answering(ok(body))).await;
        assert_eq!(report(&check).state, state, "{body}");
        assert_eq!(report(&check).raw_status.as_deref(), Some(raw), "{body}");
    }
}

#[tokio::test]
async fn numbers_of_more_than_64_bits_do_no_harm() {
    let acme = acme_with("{ style: bearer, env: [K] }", "request_id: $.id\n");
    let body = r#"{"status":123456789012345678901234567890,"id":99999999999999999999}"#;
    let check = ask(&acme, &Server::answering(ok(body))).await;
    assert_eq!(report(&check).state, State::Unknown);
    assert!(check.request_id.is_some());
}

fn job_of(length: usize) -> String {
    let frame = r#"{"status":"ready","pad":""}"#;
    frame.replace(r#""pad":""#, &format!(r#""pad":"{}"#, "x".repeat(length - frame.len())))
}

#[tokio::test]
async fn a_body_may_have_8_mib_and_not_a_byte_more() {
    let check = ask(&acme(), &Server::answering(ok(&job_of(LARGEST_BODY)))).await;
    assert_eq!(report(&check).state, State::Completed);
    let check = ask(&acme(), &Server::answering(ok(&job_of(LARGEST_BODY + 1)))).await;
    assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse);
    assert_eq!(message(problem(&check)), "HTTP 200 with a body of more than 8 MiB");
}

#[tokio::test]
async fn gzip_is_understood_and_what_is_none_is_trouble() {
    // `{"status":"ready"}` in a stored block, with its CRC-32 and length.
    let whole = b"\x1F\x8B\x08\0\0\0\0\0\0\xFF\x01\x12\0\xED\xFF{\"status\":\"ready\"}\x9F\x0D\x19\xC9\x12\0\0\0";
    let check = ask(&acme(), &Server::answering(answer(200, &["content-encoding: gzip"], whole))).await;
    assert_eq!(report(&check).state, State::Completed);
    for broken in [&whole[..20], b"{\"status\":\"ready\"}", &whole[..33]] {
        let check = ask(&acme(), &Server::answering(answer(200, &["content-encoding: gzip"], broken))).await;
        let kind = problem(&check).kind;
        assert!(matches!(kind, ProblemKind::Transport | ProblemKind::UndocumentedResponse), "{}", problem(&check));
    }
}
