//! What the exit codes mean.

use wiremock::ResponseTemplate;

use crate::server::{Server, json};
use crate::support::{PICTORY_JOB, Test, check, check_at};

/// A job, a scenario, the exit code, and the exit code with `--exit-status`.
const SCENARIOS: [(&str, &str, i32, i32); 29] = [
    (PICTORY_JOB, "completed", 0, 0),
    (PICTORY_JOB, "in-progress", 0, 4),
    (PICTORY_JOB, "failed-internal", 0, 1),
    (PICTORY_JOB, "status-cleaned", 0, 1),
    (PICTORY_JOB, "transcription-completed", 0, 0),
    (PICTORY_JOB, "storyboard-completed", 0, 0),
    (PICTORY_JOB, "completed-without-files", 7, 7),
    (PICTORY_JOB, "completed-with-a-relative-name", 7, 7),
    (PICTORY_JOB, "unmapped-status", 7, 7),
    (PICTORY_JOB, "empty-answer", 7, 7),
    (PICTORY_JOB, "cut-off-answer", 7, 7),
    (PICTORY_JOB, "invalid-request", 2, 2),
    (PICTORY_JOB, "wrong-key", 3, 3),
    (PICTORY_JOB, "forbidden-in-text", 3, 3),
    (PICTORY_JOB, "unknown-job", 5, 5),
    (PICTORY_JOB, "unknown-job-404", 5, 5),
    (PICTORY_JOB, "too-many-requests", 6, 6),
    (PICTORY_JOB, "quota-exceeded", 6, 6),
    (PICTORY_JOB, "server-error", 6, 6),
    (PICTORY_JOB, "bad-gateway", 6, 6),
    ("sora:x", "queued", 0, 4),
    ("sora:x", "failed-moderated", 0, 1),
    ("sora:x", "status-cancelled", 0, 1),
    ("sora:x", "status-expired", 0, 1),
    ("sora:x", "no-balance", 6, 6),
    ("veo:x", "moderated", 0, 1),
    ("veo:x", "running", 0, 4),
    ("colossyan:x", "completed-video-key-refused", 3, 3),
    ("colossyan:x", "completed-without-addresses", 7, 7),
];

#[test]
fn the_exit_code_tells_what_came_of_the_check() {
    for (job, scenario, code, _) in SCENARIOS {
        check([job, &format!("--replay={scenario}")]).run().code(code);
    }
}

#[test]
fn with_exit_status_it_tells_the_state_too() {
    for (job, scenario, _, code) in SCENARIOS {
        check([job, &format!("--replay={scenario}"), "--exit-status"]).run().code(code);
    }
}

#[test]
fn the_form_of_the_output_does_not_change_it() {
    for form in [["--output", "text"], ["--output", "json"], ["--output", "ndjson"], ["--raw", "--exit-status"]] {
        check([PICTORY_JOB, "--replay=unmapped-status"]).args(form).run().code(7);
        check([PICTORY_JOB, "--replay=unknown-job"]).args(form).run().code(5);
    }
}

/// The documented meaning of each HTTP status, where a body says nothing more (RFC 9110).
#[test]
fn a_refusal_by_http_gives_the_code_of_its_class() {
    for (status, code) in [
        (400, 2),
        (422, 2),
        (401, 3),
        (403, 3),
        (404, 5),
        (410, 5),
        (402, 6),
        (408, 6),
        (429, 6),
        (500, 6),
        (503, 6),
        (504, 6),
        (418, 7),
        (304, 7),
    ] {
        let server = Server::answering([ResponseTemplate::new(status)]);
        let ran = check_at(&server.url(), ["vozo:1"]).run();
        ran.code(code).stdout_has("no state").stdout_lacks("failed");
    }
}

#[test]
fn what_is_wrong_with_the_usage_is_2() {
    for args in [
        vec![],
        vec!["nonesuch"],
        vec!["check"],
        vec!["check", "--nonesuch"],
        vec!["check", "nonesuch"],
        vec!["check", PICTORY_JOB, "--output", "xml"],
        vec!["providers", "--output", "xml"],
        vec!["providers", "extra"],
    ] {
        Test::new().args(args).run().code(2).stdout_is("");
    }
}

/// Of Vozo, by the id of the job: an answer for every exit code.
fn answers() -> Server {
    let path = |id: i32| format!("/v1/video_generation/{id}");
    let paths = [0, 1, 2, 3, 4, 5, 6, 7].map(path);
    let answers = [
        json(200, r#"{"status":"done","video_url":"https://v.example.com/1.mp4"}"#),
        json(200, r#"{"status":"failed"}"#),
        json(400, r#"{"code":5}"#),
        json(401, "{}"),
        json(200, r#"{"status":"processing"}"#),
        json(404, "{}"),
        json(503, "{}"),
        json(200, r#"{"status":"dancing"}"#),
    ];
    Server::of_paths(paths.iter().map(String::as_str).zip(answers))
}

#[test]
fn for_several_jobs_the_most_telling_code_is_given() {
    let server = answers();
    // The documented order: 2, 3, 8, 7, 6, 5, 1, 4, 0.
    for (jobs, code) in [
        (["0", "0"], 0),
        (["0", "4"], 4),
        (["4", "1"], 1),
        (["1", "5"], 5),
        (["5", "6"], 6),
        (["6", "7"], 7),
        (["7", "3"], 3),
        (["3", "2"], 2),
        (["0", "7"], 7),
        (["1", "3"], 3),
        (["5", "4"], 5),
    ] {
        for [first, second] in [jobs, [jobs[1], jobs[0]]] {
            let test = check_at(&server.url(), [first, second, "--provider", "vozo", "--exit-status"]);
            test.run().code(code);
        }
    }
}

#[test]
fn every_code_of_one_job_is_as_documented() {
    let server = answers();
    for code in 0..=7 {
        check_at(&server.url(), [&format!("vozo:{code}"), "--exit-status"]).run().code(code);
    }
}

#[test]
fn without_exit_status_states_do_not_count_among_several_jobs() {
    check_at(&answers().url(), ["vozo:0", "vozo:1", "vozo:4"]).run().code(0);
}

#[test]
fn a_job_that_is_not_understood_counts_among_several() {
    check_at(&answers().url(), ["vozo:0", "nonesuch"]).run().code(2);
    check_at(&answers().url(), ["nonesuch", "vozo:3"]).run().code(2);
}
