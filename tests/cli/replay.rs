//! `--replay`: the documented answer, without a key and without a network.

use crate::server::DESERTED;
use crate::support::{KEY, PICTORY_JOB, Test, check};

const PICTORY_VIDEO: &str =
    "https://example.cloudfront.net/videos/user/a1b2c3d4-e5f6-7890-abcd-ef1234567890/d7c6b5a4-e3f2-1098-dcba-fedcba987654.mp4";

/// The id, the address of the video and the grade of the default scenario of each provider.
const DEFAULTS: [(&str, &str, &str); 6] = [
    ("colossyan:650c585a-c55c-468e-ab71-e73a405af5a7", "https://videos.example.com/my-first-video.mp4", "adapted: "),
    (PICTORY_JOB, PICTORY_VIDEO, "documented"),
    (
        "sora:video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5",
        "https://api.openai.com/v1/videos/video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5/content",
        "adapted: ",
    ),
    ("varg:job_a1b2c3d4", "https://s3.varg.ai/o/job_a1b2c3d4.mp4", "documented"),
    (
        "veo:models/veo-3.1-lite-generate-preview/operations/umz7sqimep69",
        "https://generativelanguage.googleapis.com/v1beta/files/zqw12cp8qc38:download?alt=media",
        "recorded",
    ),
    ("vozo:8f3c2a", "https://example.com/lipsync/8f3c2a.mp4", "schema"),
];

#[test]
fn the_command_of_the_readme_shows_state_address_and_duration_and_where_they_come_from() {
    let ran = check([PICTORY_JOB, "--replay"]).run();
    ran.code(0).stdout_has(&format!("{PICTORY_JOB}  completed\n")).stdout_has(PICTORY_VIDEO).stdout_has("8 s\n");
    ran.stderr_has("https://docs.pictory.ai/api-reference/ai-studio/get-video-job, read 2026-11-22, documented");
    ran.stderr_has("GET /pictoryapis/v1/jobs/4a09edf9-d071-4847-bda5-8dea913d80fe with authorization: [key]");
}

#[test]
fn every_provider_has_a_documented_success() {
    for (job, video, grade) in DEFAULTS {
        let ran = check([job, "--replay"]).run();
        ran.code(0).stdout_has(&format!("{job}  completed\n"));
        assert_eq!(ran.line("video "), video);
        ran.stderr_has(&format!(", {grade}")).stderr_has("read 2026-11-22");
    }
}

#[test]
fn what_is_shown_names_the_provider_and_never_the_server_on_this_machine() {
    for (job, video, _) in DEFAULTS {
        let ran = check([job, "--replay", "--output", "json"]).run();
        ran.code(0).stdout_lacks("127.0.0.1").stderr_lacks("127.0.0.1").stdout_lacks("localhost");
        let report = ran.json();
        assert_eq!((report["state"].as_str(), report["job"].as_str()), (Some("completed"), Some(job)));
        assert_eq!((&report["outputs"][0]["role"], &report["outputs"][0]["url"]), (&"video".into(), &video.into()));
    }
}

#[test]
fn both_requests_of_colossyan_are_shown() {
    let ran = check(["colossyan:650c585a-c55c-468e-ab71-e73a405af5a7", "--replay"]).run();
    ran.stderr_has("GET /api/v1/video-generation-jobs/650c585a-c55c-468e-ab71-e73a405af5a7 with authorization: Bearer [key]");
    ran.stderr_has("GET /api/v1/generated-videos/9d1f0c3e-6b0a-4a8e-9d0c-1e7f5a2b3c4d with authorization: Bearer [key]");
}

#[test]
fn the_header_of_the_key_is_shown_as_each_provider_wants_it() {
    for (job, header) in [
        ("pictory:x", "with authorization: [key]\n"),
        ("veo:x", "with x-goog-api-key: [key]\n"),
        ("sora:x", "with authorization: Bearer [key]\n"),
    ] {
        check([job, "--replay"]).run().code(0).stderr_has(header);
    }
}

#[test]
fn a_scenario_is_shown_by_its_name() {
    let ran = check([PICTORY_JOB, "--replay=failed-internal"]).run();
    ran.code(0)
        .stdout_has(&format!("{PICTORY_JOB}  failed\n"))
        .stderr_has("failed-internal (The AI video failed at the provider)");
    ran.stdout_has("provider error (5001): Video generation failed due to an internal error.");
    let ran = check([PICTORY_JOB, "--replay=in-progress"]).run();
    ran.code(0).stdout_has(&format!("{PICTORY_JOB}  processing\n")).stdout_has("`in-progress` in the provider's words");
}

#[test]
fn without_a_name_the_scenario_that_holds_the_id_is_shown() {
    let ran = check(["sora:video_68f10985d6c4819097007665bdcfba5f", "--replay"]).run();
    ran.code(0).stdout_has("sora:video_68f10985d6c4819097007665bdcfba5f  failed\n");
    ran.stdout_has("other (content_policy_violation): Content policy violation: inappropriate content detected");
    ran.stderr_has("failed-unlisted-code").stderr_has("third_party");
}

#[test]
fn an_unknown_scenario_lists_the_names() {
    let ran = check([PICTORY_JOB, "--replay=nonesuch"]).run();
    ran.code(2).stdout_is("").stderr_has("pictory has no scenario `nonesuch`");
    ran.stderr_has("bad-gateway").stderr_has("failed-internal").stderr_has("unmapped-status").stderr_lacks("moderated");
}

#[test]
fn an_empty_name_of_a_scenario_is_no_name() {
    check([PICTORY_JOB, "--replay="]).run().code(2).stdout_is("");
}

#[test]
fn no_key_is_read_even_if_one_is_set() {
    for (job, ..) in DEFAULTS {
        let ran = check([job, "--replay"]).keys().key("GOOGLE_API_KEY", KEY).run();
        ran.code(0).stderr_has("no key was read");
        check([job, "--replay", "--raw"]).keys().run().code(0);
        check([job, "--replay", "--output", "json"]).keys().run().code(0);
    }
}

#[test]
fn a_key_that_could_not_even_be_sent_does_no_harm() {
    check([PICTORY_JOB, "--replay"]).key("PICTORY_API_KEY", "two lines\nof-a-SECRET").run().code(0);
}

#[test]
fn proxies_of_the_environment_are_not_asked() {
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        check([PICTORY_JOB, "--replay"]).env(name, DESERTED).run().code(0).stdout_has("completed");
    }
}

#[test]
fn certificates_of_the_environment_do_not_matter() {
    for file in ["", "/nonesuch/ca.pem"] {
        check([PICTORY_JOB, "--replay"]).env("SSL_CERT_FILE", file).run().code(0).stdout_has("completed");
    }
}

#[test]
fn several_jobs_of_several_providers_are_shown_in_one_table() {
    let ran = check(DEFAULTS.map(|(job, ..)| job)).args(["--replay"]).run();
    ran.code(0);
    let stdout = ran.stdout();
    let rows: Vec<_> = stdout.lines().skip(1).collect();
    assert_eq!(rows.len(), 6, "{stdout}");
    for (row, (job, video, _)) in rows.iter().zip(DEFAULTS) {
        let cells: Vec<_> = row.split_whitespace().collect();
        assert_eq!((cells.first(), cells.get(1), cells.last()), (Some(&job), Some(&"completed"), Some(&video)));
    }
}

#[test]
fn the_same_replay_gives_the_same_report_every_time_but_for_the_moment() {
    let report = || {
        let mut report = check(["varg:job_a1b2c3d4", "--replay", "--output", "json"]).run().json();
        report.as_object_mut().unwrap().remove("checked_at");
        report
    };
    assert_eq!(report(), report());
}

#[test]
fn a_provider_without_evidence_cannot_be_replayed() {
    let definition = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example.com\nbase_url: https://a.example.com\n\
                      auth: { style: bearer, env: [ACME_API_KEY] }\n\
                      status: { get: '/jobs/{job_id}', path: $.status, map: { ready: completed } }\n";
    let test =
        Test::new().file("providers/acme.yaml", definition).args(["check", "acme:1", "--replay", "--providers", "providers"]);
    test.run().code(2).stdout_is("").stderr_has("acme");
}

#[test]
fn a_replay_asks_no_other_address_and_no_other_key() {
    for option in [["--base-url", "https://gateway.example.com"], ["--key-env", "OTHER"]] {
        let ran = check([PICTORY_JOB, "--replay"]).args(option).run();
        ran.code(2).stdout_is("").stderr_has(option[0]).stderr_has("--replay");
    }
}
