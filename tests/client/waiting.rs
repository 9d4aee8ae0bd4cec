//! Waiting for jobs, against servers on loopback.

use std::time::Duration;

use futures_util::StreamExt as _;
use vidspec::{Credentials, Ending, Event, Pace, Problem, ProblemKind, Provider, Seen, State, WaitJob, WaitOptions};

use crate::support::{KEY, STYLES, Server, acme_with, answer, client, hang, ok, problem, question};

fn pace(interval: u64, timeout: u64) -> Pace {
    let mut pace = Pace::default();
    pace.interval = Some(Duration::from_millis(interval));
    pace.timeout = Some(Duration::from_millis(timeout));
    pace
}

#[expect(clippy::unnecessary_wraps, reason = "the form that the client asks for")]
fn key(_: &Provider) -> Result<Credentials, Problem> {
    Ok(Credentials::new(KEY))
}

async fn events(server: &Server, options: WaitOptions) -> Vec<Event> {
    let acme = acme_with(STYLES[0].0, "poll: { min: 1ms, grace: 5ms }\n");
    client().wait([question(&acme, server)], &key, options).collect().await
}

fn told(events: &[Event]) -> Vec<(&'static str, Option<State>)> {
    events.iter().map(|event| (event.ending().map_or(event.kind.as_str(), Ending::as_str), event.state)).collect()
}

#[tokio::test]
async fn a_job_is_asked_about_until_it_ends_and_only_changes_are_told() {
    let server = Server::in_turn(&[body("waiting"), body("waiting"), body("working"), body("working"), body("ready")]);
    let events = events(&server, WaitOptions::default().pace(pace(2, 10_000))).await;
    let expected = [("changed", Some(State::Queued)), ("changed", Some(State::Processing)), ("job", Some(State::Completed))];
    assert_eq!(told(&events), expected);
    assert_eq!(server.lines().len(), 5);
    assert_eq!(
        events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(),
        ["acme:job-1#1", "acme:job-1#2", "acme:job-1#3"]
    );
}

fn body(status: &str) -> Vec<u8> {
    ok(&format!(r#"{{"status":"{status}","url":"https://cdn.example.com/v.mp4"}}"#))
}

fn last(events: &[Event]) -> &Event {
    events.last().expect("no event was told")
}

#[tokio::test]
async fn trouble_is_asked_again() {
    let server =
        Server::in_turn(&[body("working"), answer(503, &[], "{}"), answer(503, &[], "{}"), body("working"), body("ready")]);
    let events = events(&server, WaitOptions::default().pace(pace(2, 10_000))).await;
    let running = Some(State::Processing);
    assert_eq!(
        told(&events),
        [("changed", running), ("trouble", running), ("changed", running), ("job", Some(State::Completed))]
    );
    assert_eq!((events[1].errors, events[2].errors), (1, 0));
}

#[tokio::test]
async fn too_many_errors_end_the_wait_with_the_problem() {
    let server = Server::answering(answer(503, &[], "{}"));
    let events = events(&server, WaitOptions::default().pace(pace(1, 10_000)).max_errors(2)).await;
    assert_eq!(told(&events), [("trouble", None), ("problem", None)]);
    assert_eq!((server.lines().len(), last(&events).errors), (3, 3));
    assert_eq!(problem(last(&events).check.as_ref().unwrap()).kind, ProblemKind::ProviderUnavailable);
}

#[tokio::test]
async fn a_refused_key_ends_the_wait_at_once() {
    let server = Server::answering(answer(401, &[], "{}"));
    assert_eq!(told(&events(&server, WaitOptions::default()).await), [("problem", None)]);
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn a_key_that_cannot_be_found_sends_nothing() {
    let server = Server::answering(body("ready"));
    let acme = acme_with(STYLES[0].0, "");
    let none = |provider: &Provider| Credentials::find(provider, |_| None);
    let events: Vec<Event> = client().wait([question(&acme, &server)], &none, WaitOptions::default()).collect().await;
    assert_eq!(told(&events), [("problem", None)]);
    assert_eq!(problem(last(&events).check.as_ref().unwrap()).kind, ProblemKind::Unauthorized);
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn a_time_to_wait_beyond_the_deadline_ends_the_wait_at_once() {
    for headers in [&["retry-after: 3600"][..], &["retry-after-ms: 3600000"], &["retry-after: Sun, 06 Nov 1994 09:49:07 GMT"]] {
        let server = Server::answering(answer(429, headers, "{}"));
        let events = events(&server, WaitOptions::default().pace(pace(1, 60_000))).await;
        assert_eq!(told(&events), [("trouble", None), ("deadline", None)]);
        assert_eq!((server.lines().len(), last(&events).check.as_ref()), (1, None));
    }
}

#[tokio::test]
async fn the_time_limit_of_the_last_question_ends_at_the_deadline() {
    let server = Server::new(|stream, _| hang(stream));
    let events = events(&server, WaitOptions::default().pace(pace(1, 100))).await;
    // Its own limit is that of `client()`: ten seconds.
    assert_eq!(told(&events), [("trouble", None), ("deadline", None)]);
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn a_job_that_was_just_submitted_may_be_unknown_for_a_short_time() {
    let server = Server::in_turn(&[answer(404, &[], "{}"), body("waiting"), body("ready")]);
    let found = events(&server, WaitOptions::default().pace(pace(1, 10_000))).await;
    assert_eq!(told(&found), [("trouble", None), ("changed", Some(State::Queued)), ("job", Some(State::Completed))]);
    let server = Server::answering(answer(404, &[], "{}"));
    let missing = events(&server, WaitOptions::default().pace(pace(1, 10_000))).await;
    assert_eq!(told(&missing), [("trouble", None), ("problem", None)]);
}

#[tokio::test]
async fn an_unknown_state_is_said_once_and_asked_again() {
    let server = Server::in_turn(&[body("pondering"), body("pondering"), body("ready")]);
    let events = events(&server, WaitOptions::default().pace(pace(1, 10_000))).await;
    assert_eq!(told(&events), [("changed", Some(State::Unknown)), ("job", Some(State::Completed))]);
    assert_eq!(server.lines().len(), 3);
}

#[tokio::test]
async fn what_is_known_from_earlier_is_not_told_again_and_its_events_are_counted_on() {
    let server = Server::in_turn(&[body("working"), body("ready")]);
    let acme = acme_with(STYLES[0].0, "poll: { min: 1ms }\n");
    let seen = Seen::after(3, Some(State::Processing), Some("working"), None);
    let job = WaitJob::from(question(&acme, &server)).seen(seen);
    let events: Vec<Event> = client().wait([job], &key, WaitOptions::default().pace(pace(1, 10_000))).collect().await;
    assert_eq!(told(&events), [("job", Some(State::Completed))]);
    assert_eq!(events[0].id, "acme:job-1#4");
}

#[tokio::test]
async fn dropping_the_stream_ends_the_waiting() {
    let server = Server::answering(body("working"));
    let acme = acme_with(STYLES[0].0, "poll: { min: 1ms }\n");
    {
        let client = client();
        let mut events = Box::pin(client.wait([question(&acme, &server)], &key, WaitOptions::default().pace(pace(1, 60_000))));
        assert!(events.next().await.is_some());
    }
    let asked = server.lines().len();
    tokio::task::yield_now().await;
    assert_eq!(server.lines().len(), asked);
}

#[tokio::test]
async fn no_more_questions_than_allowed_are_under_way() {
    let server = Server::answering(body("ready"));
    let acme = acme_with(STYLES[0].0, "poll: { concurrency: 1 }\n");
    let questions = (0..5).map(|number| acme.question(crate::support::job(&format!("job-{number}"))).at(server.url("/v1")));
    let checks: Vec<_> = client().check_all(questions, &key, 64).collect().await;
    // One after the other, so in their order.
    assert_eq!(checks.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert!(checks.iter().all(|(_, check)| check.state() == State::Completed));
}

#[tokio::test]
async fn a_rate_holds_for_questions_that_are_asked_once() {
    let server = Server::answering(body("ready"));
    let acme = acme_with(STYLES[0].0, "poll: { rate: 20/s }\n");
    let questions = (0..4).map(|number| acme.question(crate::support::job(&format!("job-{number}"))).at(server.url("/v1")));
    let begin = std::time::Instant::now();
    assert_eq!(client().check_all(questions, &key, 64).count().await, 4);
    assert!(begin.elapsed() >= Duration::from_millis(150));
}
