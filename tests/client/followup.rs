//! The second request, for the file of a completed job.

use vidspec::{AnomalyKind, Catalogue, Check, Credentials, ProblemKind, State};

use crate::support::{KEY, Server, answer, client, job, message, ok, report, send};

const FINISHED: &str = r#"{"status":"finished","videoId":"v-1"}"#;

/// Asks about a job of Colossyan, whose definition needs a second request.
async fn ask(server: &Server) -> Check {
    let colossyan = Catalogue::builtin().provider("colossyan").unwrap();
    client().check(&colossyan.question(job("job-1")).at(server.url("/api/v1")), &Credentials::new(KEY)).await
}

#[tokio::test]
async fn only_a_completed_job_is_asked_for_its_file() {
    for (status, state) in [
        ("in_queue", State::Queued),
        ("generating", State::Processing),
        ("failed", State::Failed),
        ("deleted", State::Canceled),
        ("new-word", State::Unknown),
    ] {
        let server = Server::answering(ok(&format!(r#"{{"status":"{status}","videoId":"v-1"}}"#)));
        let check = ask(&server).await;
        assert_eq!((report(&check).state, &report(&check).result_problem), (state, &None));
        assert_eq!(server.lines(), ["GET /api/v1/video-generation-jobs/job-1 HTTP/1.1"]);
    }
}

#[tokio::test]
async fn a_refusal_is_not_followed_by_a_second_request() {
    for status in [401, 404, 500] {
        let server = Server::answering(answer(status, &[], FINISHED));
        assert!(ask(&server).await.outcome.is_err());
        assert_eq!(server.lines().len(), 1);
    }
}

#[tokio::test]
async fn the_second_request_has_the_key_and_its_answer_adds_to_the_first() {
    let server = Server::in_turn(&[ok(FINISHED), ok(r#"{"publicUrl":"https://cdn.example.com/v.mp4","name":"Title"}"#)]);
    let check = ask(&server).await;
    assert_eq!(server.lines(), ["GET /api/v1/video-generation-jobs/job-1 HTTP/1.1", "GET /api/v1/generated-videos/v-1 HTTP/1.1"]);
    assert!(server.heads().iter().all(|head| head.contains("\r\nauthorization: Bearer k3y-alpha:w0rd-omega\r\n")));
    assert_eq!((report(&check).state, report(&check).raw_status.as_deref()), (State::Completed, Some("finished")));
    assert_eq!(report(&check).outputs[0].url.as_deref().unwrap_or_default(), "https://cdn.example.com/v.mp4");
    assert_eq!((&report(&check).result_problem, check.http_status), (&None, Some(200)));
}

#[tokio::test]
async fn trouble_with_the_second_request_stands_beside_the_state() {
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", " ".repeat(vidspec::LARGEST_BODY + 1));
    for (second, kind, words) in [
        (answer(401, &[], r#"{"message":"no"}"#), ProblemKind::Unauthorized, "no"),
        (answer(404, &[], ""), ProblemKind::NotFound, "HTTP 404 with an empty body"),
        (answer(429, &["retry-after: 5"], "{}"), ProblemKind::RateLimited, "HTTP 429 without an explanation"),
        (answer(502, &[], "<html></html>"), ProblemKind::ProviderUnavailable, "HTTP 502 with an HTML page"),
        (ok(""), ProblemKind::UndocumentedResponse, "HTTP 200 with an empty body"),
        (ok("{\"publicUrl\":"), ProblemKind::UndocumentedResponse, "HTTP 200 with a body that is not whole JSON"),
        (b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(), ProblemKind::Transport, "the connection broke with 127.0.0.1"),
        (Vec::new(), ProblemKind::Transport, "the connection broke with 127.0.0.1"),
        (endless.into_bytes(), ProblemKind::UndocumentedResponse, "more than 8 MiB"),
        (answer(302, &["location: https://elsewhere.invalid/"], ""), ProblemKind::UndocumentedResponse, "was not followed"),
    ] {
        let server = Server::in_turn(&[ok(FINISHED), second]);
        let check = ask(&server).await;
        let report = report(&check);
        let trouble = report.result_problem.as_ref().unwrap_or_else(|| panic!("expected trouble: {words}"));
        assert_eq!((report.state, trouble.kind, check.http_status), (State::Completed, kind, Some(200)), "{trouble}");
        assert!(message(trouble).contains(words), "{trouble}");
        assert!(report.anomalies.iter().any(|anomaly| anomaly.kind == AnomalyKind::CompletedWithoutOutput));
        assert_eq!(server.lines().len(), 2);
    }
}

#[tokio::test]
async fn a_second_request_without_an_answer_is_given_up() {
    let server =
        Server::new(
            |stream, head| {
                if head.contains("generated-videos") { crate::support::hang(stream) } else { send(stream, &ok(FINISHED)) }
            },
        );
    let colossyan = Catalogue::builtin().provider("colossyan").unwrap();
    let question = colossyan.question(job("job-1")).at(server.url("/api/v1"));
    let check = crate::support::hasty_client().check(&question, &Credentials::new(KEY)).await;
    let trouble = report(&check).result_problem.as_ref().expect("the trouble of the second request");
    assert_eq!((report(&check).state, trouble.kind), (State::Completed, ProblemKind::Timeout));
}

#[tokio::test]
async fn a_first_answer_without_the_needed_value_is_told() {
    for body in
        [r#"{"status":"finished"}"#, r#"{"status":"finished","videoId":""}"#, r#"{"status":"finished","videoId":{"id":1}}"#]
    {
        let server = Server::answering(ok(body));
        let check = ask(&server).await;
        let trouble = report(&check).result_problem.as_ref().expect("the trouble of the second request");
        assert_eq!((report(&check).state, trouble.kind), (State::Completed, ProblemKind::UndocumentedResponse), "{body}");
        assert!(message(trouble).contains("no usable `video_id`"), "{trouble}");
        assert_eq!(server.lines().len(), 1);
    }
}
