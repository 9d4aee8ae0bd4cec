//! When to ask again. The clock stands at 1994-11-06T08:49:07Z.

use vidspec::{ProblemKind, State};

use crate::support::{STYLES, Server, acme, acme_with, answer, ask, problem, report};

async fn wait_after(headers: &[&str]) -> Option<f64> {
    let check = ask(&acme(), &Server::answering(answer(429, headers, "{}"))).await;
    assert_eq!(problem(&check).kind, ProblemKind::RateLimited);
    problem(&check).retry_after_seconds
}

#[tokio::test]
async fn the_time_to_wait_is_read_in_every_form() {
    for (headers, seconds) in [
        (&["retry-after: 30"][..], 30.0),
        (&["Retry-After: 0"], 0.0),
        (&["retry-after:   7  "], 7.0),
        (&["retry-after: 1.5"], 1.5),
        (&["retry-after-ms: 1500"], 1.5),
        (&["retry-after: 9", "retry-after-ms: 250"], 0.25),
        (&["retry-after: 9", "retry-after-ms: soon"], 9.0),
        (&["retry-after: Sun, 06 Nov 1994 08:49:37 GMT"], 30.0),
        (&["retry-after: Sun, 06 Nov 1994 08:49:07 GMT"], 0.0),
        (&["retry-after: Sat, 05 Nov 1994 08:49:37 GMT"], 0.0),
        (&["retry-after: Mon, 07 Nov 1994 08:49:07 GMT"], 86_400.0),
    ] {
        assert_eq!(wait_after(headers).await, Some(seconds), "{headers:?}");
    }
}

/// Replicate and Synthesia send seconds, Varg a header with `x-`, `OpenAI` lengths such as `6m0s`; others send a moment.
#[tokio::test]
async fn the_renewal_of_an_allowance_is_a_time_to_wait() {
    for (headers, seconds) in [
        (&["ratelimit-reset: 12"][..], Some(12.0)),
        (&["x-ratelimit-reset: 30"], Some(30.0)),
        (&["x-ratelimit-reset-requests: 6m0s"], Some(360.0)),
        (&["x-ratelimit-reset-requests: 1s"], Some(1.0)),
        (&["x-ratelimit-reset: 4102444800", "retry-after: 3"], Some(3.0)),
        // 2100-01-01
        (&["x-ratelimit-reset: 4102444800"], Some(3_318_333_053.0)),
        (&["ratelimit-reset: soon"], None),
        (&["ratelimit-reset: -1"], None),
    ] {
        assert_eq!(wait_after(headers).await, seconds, "{headers:?}");
    }
}

#[tokio::test]
async fn a_good_answer_that_uses_up_the_allowance_says_when_to_ask_again() {
    let acme = acme_with(STYLES[0].0, "poll: { interval: 15s }\n");
    for (headers, seconds) in [
        (&["ratelimit-remaining: 0", "ratelimit-reset: 40"][..], 40.0),
        (&["x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 1m"], 60.0),
        (&["ratelimit-remaining: 1", "ratelimit-reset: 40"], 15.0),
        (&["ratelimit-remaining: 0"], 15.0),
    ] {
        let check = ask(&acme, &Server::answering(answer(200, headers, r#"{"status":"working"}"#))).await;
        assert_eq!(report(&check).next_check_seconds, Some(seconds), "{headers:?}");
    }
}

/// RFC 9110, section 5.6.7: a recipient must accept these two as well.
#[tokio::test]
async fn the_old_forms_of_a_date_are_read() {
    for date in ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert_eq!(wait_after(&[&format!("retry-after: {date}")]).await, Some(30.0), "{date}");
    }
}

#[tokio::test]
async fn a_time_to_wait_that_makes_no_sense_is_none() {
    for header in ["", "soon", "-5", "inf", "NaN", "1e999", "0x10", "30s", "Someday, 99 Nov 1994 08:49:37 GMT", "9 9"] {
        assert_eq!(wait_after(&[&format!("retry-after: {header}")]).await, None, "{header}");
    }
    assert_eq!(wait_after(&[]).await, None);
}

#[tokio::test]
async fn a_refusal_of_any_kind_may_say_when_to_ask_again() {
    for (status, kind) in [
        (503, ProblemKind::ProviderUnavailable),
        (403, ProblemKind::Forbidden),
        (404, ProblemKind::NotFound),
        (425, ProblemKind::RateLimited),
    ] {
        let check = ask(&acme(), &Server::answering(answer(status, &["retry-after: 12"], "{}"))).await;
        assert_eq!((problem(&check).kind, problem(&check).retry_after_seconds), (kind, Some(12.0)));
    }
}

#[tokio::test]
async fn the_definition_may_name_another_place() {
    let text = "vidspec: 1\nid: acme\nname: A\ndocs: https://d.example\nbase_url: https://api.example.com\nauth: { style: bearer, env: [K] }\n\
                status: { get: \"/jobs/{job_id}\", path: $.status, map: { a: queued } }\n";
    for (retry_after, body, headers, seconds) in [
        ("$.wait", r#"{"wait":"34.5s"}"#, &[][..], Some(34.5)),
        ("$.wait", r#"{"wait":34}"#, &[], Some(34.0)),
        ("{ path: $.wait, unit: milliseconds }", r#"{"wait":1500}"#, &[], Some(1.5)),
        ("{ header: x-wait }", "{}", &["x-wait: 8"], Some(8.0)),
        ("$.wait", r#"{"wait":"34s"}"#, &["retry-after: 2"], Some(2.0)),
        ("$.wait", r#"{"wait":"a while"}"#, &[], None),
        ("$.wait", r#"{"wait":-1}"#, &[], None),
    ] {
        let acme = vidspec::Provider::parse("acme.yaml", &format!("{text}problem: {{ retry_after: {retry_after} }}\n"));
        let acme = acme.unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let check = ask(&acme, &Server::answering(answer(429, headers, body))).await;
        assert_eq!(problem(&check).retry_after_seconds, seconds, "{retry_after} {body}");
    }
}

#[tokio::test]
async fn a_job_that_runs_is_asked_again_and_one_that_has_ended_is_not() {
    let acme = acme_with(STYLES[0].0, "poll: { interval: 15s }\n");
    for (headers, status, state, seconds) in [
        (&[][..], "working", State::Processing, Some(15.0)),
        (&[], "waiting", State::Queued, Some(15.0)),
        (&[], "new-word", State::Unknown, Some(15.0)),
        (&["retry-after: 4"], "working", State::Processing, Some(4.0)),
        (&["retry-after: Sun, 06 Nov 1994 08:49:10 GMT"], "working", State::Processing, Some(3.0)),
        (&["retry-after: 4"], "ready", State::Completed, None),
        (&[], "broken", State::Failed, None),
    ] {
        let body = format!(r#"{{"status":"{status}"}}"#);
        let check = ask(&acme, &Server::answering(answer(200, headers, body))).await;
        assert_eq!((report(&check).state, report(&check).next_check_seconds), (state, seconds), "{status}");
    }
}
