//! A key goes to its provider's hosts and nowhere else, and is never shown. (Each run of [`Test`] looks for its keys in what
//! is printed.)

use crate::server::{DESERTED, Server, header, json};
use crate::support::{KEY, Test, check, check_at, download_at};

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::saying(r#"{"status":"processing"}"#);
        let first = Server::answering([json(status, "").insert_header("location", format!("{}/steal", other.url()))]);
        let ran = check_at(&first.url(), ["vozo:1"]).run();
        ran.code(7).stdout_has("no state").stdout_has("was not followed");
        assert_eq!((first.requests().len(), other.requests().len()), (1, 0), "{status}");
    }
}

#[test]
fn the_second_request_is_not_redirected_to_another_host_either() {
    let other = Server::saying(r#"{"publicUrl":"https://v.example.com/1.mp4"}"#);
    let finished = json(200, r#"{"videoId":"1","status":"finished"}"#);
    let first = Server::answering([finished, json(302, "").insert_header("location", other.url())]);
    check_at(&first.url(), ["colossyan:1"]).run().code(7).stdout_has("completed");
    assert_eq!((first.requests().len(), other.requests().len()), (2, 0));
}

#[test]
fn an_id_from_an_answer_cannot_lead_the_second_request_elsewhere() {
    for id in ["../../account", "..", "//evil.example.com/x", "@evil.example.com", "x?y=1#z", "a/b"] {
        let server = Server::answering([json(200, format!(r#"{{"videoId":"{id}","status":"finished"}}"#)), json(404, "{}")]);
        check_at(&format!("{}/api/v1", server.url()), ["colossyan:1"]).run().stdout_has("completed");
        for request in server.requests().iter().skip(1) {
            assert!(request.url.path().starts_with("/api/v1/generated-videos/"), "{id}: {}", request.url);
            assert_eq!(request.url.path().matches('/').count(), 4, "{id}: {}", request.url);
        }
    }
}

#[test]
fn plain_http_leaves_this_machine_never() {
    for url in [
        "http://gateway.example.com/v1",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[2001:db8::1]",
    ] {
        check_at(url, ["vozo:1"]).run().code(2).stdout_has("misconfigured").stdout_has("https");
    }
}

/// The proxy of this test stands for the network in between.
#[test]
fn plain_http_to_another_machine_needs_a_word_of_the_user() {
    let way = Server::saying(r#"{"status":"processing"}"#);
    let ask = |args: &[&str]| {
        let definition = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: { env: ACME_URL }\n\
                          auth: { style: bearer, env: [ACME_API_KEY] }\n\
                          status: { get: '/jobs/{job_id}', path: $.status, map: { processing: processing } }\n";
        let test = Test::new().file("p/acme.yaml", definition).args(["check", "acme:1", "--providers", "p"]).args(args);
        let test = test.key("ACME_API_KEY", KEY).env("ACME_URL", "http://gateway.example.com/v1");
        test.env("HTTP_PROXY", &way.url()).run()
    };
    ask(&[]).code(2).stdout_has("misconfigured").stdout_has("unless --insecure-http allows it");
    ask(&["--base-url", "http://10.0.0.1"]).code(2).stdout_has("misconfigured").stdout_has("unless --insecure-http allows it");
    assert_eq!(way.requests().len(), 0);
    for args in [&["--insecure-http"][..], &["--insecure-http", "--base-url", "http://10.0.0.1"]] {
        let ran = ask(args);
        ran.expect(ran.line("next").contains(" --insecure-http"), "advice that says it too");
        let key = format!("Bearer {KEY}");
        assert_eq!(header(way.requests().last().unwrap(), "authorization"), Some(key.as_str()));
    }
}

#[test]
fn a_key_for_this_machine_does_not_go_to_a_proxy() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Server::saying(r#"{"status":"processing"}"#);
        let ran = check_at(DESERTED, ["vozo:1"]).env(name, &proxy.url()).run();
        assert_eq!(proxy.request_lines(), [] as [&str; 0], "{name}");
        ran.code(6).stdout_has("transport: ");
    }
}

#[test]
fn a_base_url_that_is_more_than_host_and_path_is_refused() {
    let server = Server::saying(r#"{"status":"processing"}"#);
    for url in [
        server.url().replace("http://", "http://me:password@"),
        format!("{}/v1?version=2", server.url()),
        format!("{}/v1#part", server.url()),
    ] {
        check_at(&url, ["vozo:1"]).run().code(2);
    }
    assert_eq!(server.request_lines(), [] as [&str; 0]);
}

#[test]
fn a_password_or_key_in_a_base_url_is_not_shown() {
    for url in [
        "http://gateway.example.com/?key=q-SECRET-1234",
        "http://me:q-SECRET-1234@gateway.example.com/",
        "https://me:q-SECRET-1234@[bad/",
        "https://me:q-SECRET-1234@127.0.0.1:1/",
        "https://127.0.0.1:1/?key=q-SECRET-1234",
    ] {
        check_at(url, ["vozo:1"]).secret("q-SECRET-1234").run();
    }
}

#[test]
fn a_key_that_the_server_echoes_is_not_shown() {
    let message = format!("the key {KEY} is wrong");
    for answer in [
        json(401, format!(r#"{{"message":"{message}"}}"#)),
        json(200, format!(r#"{{"status":"failed","message":"{message}"}}"#)),
        json(200, format!(r#"{{"status":"{KEY}"}}"#)),
        json(200, format!(r#"{{"status":"done","video_url":"https://v.example.com/1.mp4?key={KEY}"}}"#)),
        json(500, &message),
        json(302, "").insert_header("location", format!("https://{KEY}.example.com/{KEY}")),
        json(200, r#"{"status":"processing"}"#).insert_header("x-request-id", KEY),
    ] {
        let server = Server::answering([answer]);
        for option in [["--output", "text"], ["--output", "json"], ["--output", "ndjson"], ["--raw", "--exit-status"]] {
            check_at(&server.url(), ["vozo:1"]).args(option).run();
        }
    }
}

#[test]
fn a_key_that_is_echoed_in_another_spelling_is_not_shown() {
    for echoed in [r"sk\/SECRET+1234=", "sk%2FSECRET%2B1234%3D"] {
        key_is_hidden(echoed);
    }
}

/// As Go writes `&`, Google writes `=`, and anybody may write any letter.
#[test]
fn a_key_that_is_echoed_with_escapes_of_json_is_not_shown() {
    for echoed in [r"sk/SECRET+1234\u003d", r"sk\u002FSECRET\u002B1234\u003D", r"\u0073k/SECRET+1234="] {
        key_is_hidden(echoed);
    }
}

#[track_caller]
fn key_is_hidden(echoed: &str) {
    let server = Server::answering([json(401, format!(r#"{{"message":"the key {echoed} is wrong"}}"#))]);
    for option in [["--output", "text"], ["--output", "json"]] {
        let test = check(["pictory:x", "--base-url", &server.url()]).args(option).key("PICTORY_API_KEY", "sk/SECRET+1234=");
        test.secret("sk%2FSECRET%2B1234%3D").run().code(3).stdout_has("the key [key] is wrong");
    }
}

#[test]
fn a_basic_key_is_hidden_in_both_its_spellings() {
    let definition = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\n\
                      auth: { style: basic, env: [ACME_API_KEY] }\nerror: { message: $.m }\n\
                      status: { get: '/jobs/{job_id}', path: $.s, map: { broken: failed } }\n";
    // base64 of `user:password`
    let server = Server::saying(r#"{"s":"broken","m":"dXNlcjpwYXNzd29yZA== is user:password"}"#);
    let test =
        Test::new().file("p/acme.yaml", definition).args(["check", "acme:1", "--providers", "p", "--base-url", &server.url()]);
    let ran = test.key("ACME_API_KEY", "user:password").secret("dXNlcjpwYXNzd29yZA").run();
    ran.code(0).stdout_has("[key] is [key]");
    assert_eq!(header(&server.requests()[0], "authorization"), Some("Basic dXNlcjpwYXNzd29yZA=="));
}

#[test]
fn no_key_is_sent_to_a_host_that_an_answer_names() {
    for address in ["https://evil.example.com/v.mp4", "https://generativelanguage.googleapis.com.evil.example.com/v.mp4"] {
        let samples = format!(r#"{{"generateVideoResponse":{{"generatedSamples":[{{"video":{{"uri":"{address}"}}}}]}}}}"#);
        let server = Server::saying(format!(r#"{{"done":true,"response":{samples}}}"#));
        let ran = check_at(&server.url(), ["veo:models/m/operations/o"]).run();
        ran.code(0).stdout_has(address);
        let next = ran.line("next");
        ran.expect(next.contains("another host") && !next.contains("download"), "advice that sends no key");
        let ran = download_at(&server.url(), ["veo:models/m/operations/o"]).run();
        ran.code(8).stderr_has("needs the key, which belongs to 127.0.0.1").stderr_has("it is not sent there");
        assert_eq!(ran.files(), [""; 0]);
    }
}

#[test]
fn the_next_step_runs_nothing_that_an_answer_says() {
    for url in ["https://v.example.com/1", "https://v.example.com/$(touch pwned)'`"] {
        for media_type in ["video/$(touch pwned)", "video/mp4; touch pwned", "video/../../.bashrc"] {
            let output = format!(r#"{{"url":"{url}","media_type":"{media_type}"}}"#);
            let server = Server::saying(format!(r#"{{"status":"completed","output":{output}}}"#));
            let next = check_at(&server.url(), ["varg:1"]).run().line("next");
            assert_eq!(next, format!("vidspec download varg:1 --base-url {}", server.url()));
        }
    }
}
