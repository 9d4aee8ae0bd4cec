//! Everything that can go wrong before and while asking: it is told in a sentence, and is never taken for a state.

use wiremock::ResponseTemplate;

use crate::server::{DESERTED, Server, blunt, json, silent};
use crate::support::{PICTORY_JOB, Ran, Test, check, check_at};

/// Asks Vozo at an address; there must be no state.
#[track_caller]
fn no_state(url: &str, code: i32, kind: &str) -> Ran {
    let report = check_at(url, ["vozo:1", "--output", "json"]).run().code(code).json();
    assert_eq!((report["state"].as_str(), report["problem"]["kind"].as_str()), (Some("unknown"), Some(kind)), "{report:#}");
    let ran = check_at(url, ["vozo:1"]).run();
    ran.code(code).stdout_has("vozo:1  no state\n");
    ran
}

#[test]
fn without_a_key_the_variables_are_named_and_nothing_is_sent() {
    for (job, names) in [
        (PICTORY_JOB, "PICTORY_API_KEY"),
        ("colossyan:x", "COLOSSYAN_API_KEY"),
        ("sora:x", "OPENAI_API_KEY"),
        ("varg:x", "VARG_API_KEY"),
        ("veo:x", "GOOGLE_API_KEY or GEMINI_API_KEY"),
        ("vozo:x", "VOZO_API_KEY"),
    ] {
        let server = Server::saying("{}");
        let ran = check([job, "--base-url", &server.url()]).run();
        ran.code(3).stdout_has("unauthorized").stdout_has(names).stdout_has("--replay");
        assert_eq!(server.request_lines(), [] as [&str; 0]);
    }
}

#[test]
fn a_second_account_without_a_key_does_not_fall_back_to_the_first() {
    let server = Server::saying("{}");
    for test in [check_at(&server.url(), [PICTORY_JOB]), check_at(&server.url(), [PICTORY_JOB]).env("OTHER_KEY", "")] {
        test.args(["--key-env", "OTHER_KEY"]).run().code(3).stdout_has("OTHER_KEY").stdout_lacks("PICTORY_API_KEY");
    }
    assert_eq!(server.request_lines(), [] as [&str; 0]);
}

#[test]
fn a_key_that_cannot_be_sent_is_told_without_showing_it() {
    let server = Server::saying("{}");
    let around = ["\"key-SECRET\"", "'key-SECRET'", "Bearer key-SECRET"];
    for key in ["line-1-SECRET\nline-2-SECRET", "schlüssel-SECRET", "key-\u{1}-SECRET"].into_iter().chain(around) {
        let test = check([PICTORY_JOB, "--base-url", &server.url()]).key("PICTORY_API_KEY", key).secret("SECRET");
        test.run().code(2).stdout_has("misconfigured").stdout_has("the key has characters that cannot be sent");
    }
    assert_eq!(server.request_lines(), [] as [&str; 0]);
}

#[test]
fn a_server_that_hangs_is_given_up() {
    let (_listener, url) = silent();
    let ran = check_at(&url, ["vozo:1", "--timeout", "300ms"]).run();
    ran.code(6).stdout_has("timeout: ").stdout_has("0.3 s").stdout_has("ask again later").stdout_lacks("failed");
}

#[test]
fn a_server_that_stops_in_the_middle_is_given_up() {
    let url = blunt(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\"");
    let ran = check_at(&url, ["vozo:1"]).run();
    ran.code(6).stdout_has("transport: the connection broke");
}

#[test]
fn a_server_that_speaks_another_language_is_no_state() {
    check_at(&blunt(b"220 ESMTP ready\r\n"), ["vozo:1"]).run().code(6).stdout_has("transport: ");
}

#[test]
fn a_refused_connection_names_the_host() {
    let ran = no_state(DESERTED, 6, "transport");
    ran.stdout_has("no connection to 127.0.0.1").stdout_has("refused").stdout_lacks("error sending request");
}

#[test]
fn an_html_page_of_a_gateway_is_told_as_such() {
    let page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>";
    let server = Server::answering([ResponseTemplate::new(502).set_body_raw(page, "text/html")]);
    no_state(&server.url(), 6, "provider_unavailable").stdout_has("HTTP 502 with an HTML page instead of JSON");
}

#[test]
fn an_html_page_with_http_200_is_told_as_such_too() {
    let server = Server::answering([ResponseTemplate::new(200).set_body_raw("<html><body>Log in</body></html>", "text/html")]);
    no_state(&server.url(), 7, "undocumented_response").stdout_has("--raw").stdout_has("HTTP 200 with an HTML page");
}

#[test]
fn a_body_that_cannot_be_read_is_no_state() {
    for (body, words) in [
        (r#"{"status":"proces"#, "not whole JSON"),
        ("", "an empty body"),
        ("processing", "text instead of JSON"),
        ("[]", "no status"),
        ("null", "no status"),
        (r#"{"state":"processing"}"#, "no status"),
        (r#"{"status":null}"#, "no status"),
        (r#"{"status":""}"#, "no status"),
        (r#"{"status":{"is":"processing"}}"#, "an object or list where the status should be a word"),
    ] {
        no_state(&Server::saying(body).url(), 7, "undocumented_response").stdout_has(words).stdout_has("HTTP 200");
    }
    no_state(&Server::saying(b"\xff\xd8\xff\xe0\0\x10JFIF").url(), 7, "undocumented_response").stdout_has("binary data");
}

#[test]
fn a_word_that_is_not_mapped_is_shown_as_it_is() {
    for word in ["dancing", "Processing", "DONE", "completed", "true", "1"] {
        let server = Server::saying(format!(r#"{{"status":"{word}","video_url":"https://v.example.com/1.mp4"}}"#));
        let ran = check_at(&server.url(), ["vozo:1"]).run();
        ran.code(7).stdout_has("vozo:1  unknown\n").stdout_has(&format!("`{word}`")).stdout_has("--raw").stdout_lacks("failed");
        let report = check_at(&server.url(), ["vozo:1", "--output", "json"]).run().code(7).json();
        assert_eq!((&report["state"], &report["raw_status"]), (&"unknown".into(), &word.into()));
        assert_eq!((&report["problem"], &report["failure"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    }
}

#[test]
fn a_body_of_more_than_8_mib_is_not_read_to_its_end() {
    let filling = " ".repeat(8 << 20);
    let server = Server::saying(format!(r#"{{"status":"processing"{filling}}}"#));
    no_state(&server.url(), 7, "undocumented_response").stdout_has("more than 8 MiB");
    let filling = " ".repeat((8 << 20) - 100);
    check_at(&Server::saying(format!(r#"{{"status":"processing"{filling}}}"#)).url(), ["vozo:1"]).run().code(0);
}

#[test]
fn a_redirect_without_an_end_is_given_up() {
    let server = Server::answering([json(302, "").insert_header("location", "/again")]);
    no_state(&server.url(), 7, "undocumented_response").stdout_has("redirected more than");
    assert!(server.requests().len() < 30, "{}", server.requests().len());
}

#[test]
fn a_time_that_is_none_is_refused() {
    for time in ["soon", "0", "", "30 parsecs", "1e400", "inf"] {
        let ran = check([PICTORY_JOB, "--timeout", time]).keys().run();
        ran.code(2).stdout_is("").stderr_has("--timeout").stderr_has("such as 500ms, 30s or 2m");
    }
}

#[test]
fn a_negative_time_is_refused_in_the_same_words() {
    for time in ["-5s", "-1"] {
        let ran = check([PICTORY_JOB, "--timeout", time]).keys().run();
        ran.code(2).stdout_is("").stderr_has("--timeout").stderr_has("expected a time such as 500ms, 30s or 2m");
    }
}

#[test]
fn an_address_that_is_none_is_refused_before_anything_is_asked() {
    for url in ["nonsense", "", "gateway.example.com/v1", "https://", "file:///etc/passwd", "ftp://gateway.example.com"] {
        let ran = check_at(url, [PICTORY_JOB]).run();
        ran.code(2);
        let told = format!("{}{}", ran.stdout(), ran.stderr());
        ran.expect(told.contains("--base-url") || told.contains("https"), "a sentence about the address");
    }
}

#[test]
fn certificates_that_cannot_be_used_are_refused() {
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for text in ["garbage", certificate] {
        let ran = check_at(DESERTED, ["vozo:1", "--cacert", "ca.pem"]).file("ca.pem", text).run();
        ran.code(2).stdout_is("").stderr_has("error: ");
    }
    for file in ["missing.pem", "."] {
        check_at(DESERTED, ["vozo:1", "--cacert", file])
            .run()
            .code(2)
            .stdout_is("")
            .stderr_has(&format!("{file} cannot be read"));
    }
}

#[test]
fn certificates_that_cannot_be_used_name_their_file() {
    let ran = check_at(DESERTED, ["vozo:1", "--cacert", "ca.pem"]).file("ca.pem", "garbage").run();
    ran.code(2).stderr_has("expected certificates in PEM form").stderr_has("ca.pem");
}

#[test]
fn an_empty_file_holds_no_certificates() {
    let ran = check_at(DESERTED, ["vozo:1", "--cacert", "ca.pem"]).file("ca.pem", "").run();
    ran.code(2).stdout_is("").stderr_has("expected certificates in PEM form");
}

#[test]
fn an_empty_variable_for_certificates_counts_as_unset() {
    let server = Server::saying(r#"{"status":"processing"}"#);
    check_at(&server.url(), ["vozo:1"]).env("SSL_CERT_FILE", "").run().code(0);
}

#[test]
fn raw_and_output_exclude_each_other() {
    check([PICTORY_JOB, "--raw", "--output", "json", "--replay"])
        .run()
        .code(2)
        .stdout_is("")
        .stderr_has("--raw")
        .stderr_has("--output");
}

#[test]
fn standard_input_without_a_job_is_a_mistake() {
    for input in ["", "\n\n", "# only a comment\n"] {
        Test::new().args(["check", "-", "--replay"]).stdin(input).run().code(2).stdout_is("").stderr_has("expected a job");
    }
    Test::new().args(["check", "-"]).stdin(b"vozo:\xff\n").run().code(2).stdout_is("").stderr_has("UTF-8");
}

#[test]
fn a_wait_that_is_asked_for_is_told() {
    let server = Server::answering([json(429, "{}").insert_header("retry-after", "90")]);
    no_state(&server.url(), 6, "rate_limited").stdout_has("1 min 30 s");
    let report = check_at(&server.url(), ["vozo:1", "--output", "json"]).run().json();
    assert_eq!(report["problem"]["retry_after_seconds"].as_f64(), Some(90.0));
}
