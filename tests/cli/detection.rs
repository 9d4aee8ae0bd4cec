//! Which job is meant: references, addresses and bare ids.

use crate::support::{PICTORY_JOB, Ran, Test, check};

const UUID: &str = "4a09edf9-d071-4847-bda5-8dea913d80fe";

/// The job that was understood. A scenario is named, so that the id need not be a documented one.
#[track_caller]
fn understood(test: Test) -> String {
    let ran = test.args(["--replay=bad-gateway", "--output", "json"]).run();
    ran.code(6).json()["job"].as_str().unwrap().to_owned()
}

#[track_caller]
fn refused<const N: usize>(args: [&str; N]) -> Ran {
    let ran = check(args).keys().run();
    ran.code(2).stdout_is("");
    ran
}

#[test]
fn a_bare_id_that_only_one_provider_makes_tells_the_provider() {
    for (id, provider) in [
        ("models/veo-3.1-generate-preview/operations/abc123", "veo"),
        ("projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/abc123", "veo-vertex"),
        ("video_abc123def456789", "sora"),
        ("task_01jwcet0eje35tc5jy54yjax5q", "sora-azure-v1"),
        ("job_a1b2c3d4", "varg"),
    ] {
        assert_eq!(understood(check([id])), format!("{provider}:{id}"));
        assert_eq!(understood(check([&format!("{provider}:{id}")])), format!("{provider}:{id}"));
    }
}

#[test]
fn with_a_provider_given_an_id_may_look_in_any_way() {
    assert_eq!(understood(check(["abc123", "--provider", "sora"])), "sora:abc123");
    assert_eq!(understood(check(["video_abc123", "--provider", "vozo"])), "vozo:video_abc123");
    assert_eq!(understood(check(["sora:abc123", "--provider", "sora"])), "sora:abc123");
}

#[test]
fn an_id_that_two_providers_make_is_never_guessed() {
    let ran = refused([UUID]);
    ran.stderr_has("colossyan").stderr_has("pictory").stderr_has("--provider").stderr_lacks("vozo");
    for provider in ["colossyan", "pictory"] {
        assert_eq!(understood(check([UUID, "--provider", provider])), format!("{provider}:{UUID}"));
    }
}

#[test]
fn variants_of_one_api_are_not_told_apart_by_their_ids() {
    for (id, variants) in
        [("867283741759111202", ["kling", "kling-v2"]), ("video_6984d77f318481908e9ff63f81a7ffe6", ["sora", "sora-azure"])]
    {
        let [first, second] = variants;
        refused([id]).stderr_has(&format!("`{id}` could be a job of {first} or {second}"));
    }
}

#[test]
fn a_provider_that_needs_more_than_the_id_is_no_candidate_without_it() {
    refused([UUID]).stderr_lacks("fal");
    let job = format!("{UUID}?app=fal-ai/veo3");
    assert_eq!(understood(check([&job])), format!("fal:{job}"));
}

#[test]
fn an_id_that_no_provider_makes_lists_the_providers() {
    let ran = refused(["abc123"]);
    ran.stderr_has("`abc123`").stderr_has("--provider").stderr_has("colossyan, ");
}

#[test]
fn the_job_of_a_report_is_understood_again() {
    let job = understood(check(["models/veo-3.1-generate-preview/operations/abc123"]));
    assert_eq!(understood(check([&job])), job);
}

#[test]
fn white_space_around_a_pasted_id_is_dropped() {
    assert_eq!(understood(check([&format!(" {PICTORY_JOB}\n")])), PICTORY_JOB);
}

#[test]
fn a_pasted_status_address_tells_provider_and_job() {
    for (address, job) in [
        ("https://api.pictory.ai/pictoryapis/v1/jobs/4a09edf9", "pictory:4a09edf9"),
        ("https://app.colossyan.com/api/v1/video-generation-jobs/650c585a", "colossyan:650c585a"),
        ("https://api.openai.com/v1/videos/video_123", "sora:video_123"),
        ("https://api.varg.ai/v1/jobs/job_a1b2c3d4/", "varg:job_a1b2c3d4"),
        ("https://generativelanguage.googleapis.com/v1beta/models/m/operations/o", "veo:models/m/operations/o"),
        ("https://api.vozo.ai/v1/video_generation/8f3c2a", "vozo:8f3c2a"),
    ] {
        assert_eq!(understood(check([address])), job);
        for ending in ["?key=q-SECRET-1234", "?x=1&api_key=q-SECRET-1234#q-SECRET-1234"] {
            assert_eq!(understood(check([&format!("{address}{ending}")]).secret("q-SECRET-1234")), job);
        }
    }
}

#[test]
fn the_host_of_a_pasted_address_may_be_written_in_capitals() {
    assert_eq!(understood(check(["HTTPS://API.Vozo.AI/v1/video_generation/8f3c2a"])), "vozo:8f3c2a");
}

#[test]
fn a_foreign_address_is_refused_and_a_key_in_it_is_not_shown() {
    for address in [
        "https://api.pictory.ai/other/4a09edf9?key=q-SECRET-1234",
        "https://evil.example.com/pictoryapis/v1/jobs/4a09edf9?key=q-SECRET-1234",
        "https://api.pictory.ai.evil.example.com/pictoryapis/v1/jobs/4a09edf9#q-SECRET-1234",
        "https://[bad/v1/jobs/4a09edf9?key=q-SECRET-1234",
    ] {
        check([address]).keys().secret("q-SECRET-1234").run().code(2).stdout_is("").stderr_has("error: ");
    }
}

#[test]
fn a_password_in_a_pasted_address_is_not_shown() {
    let address = "https://user:q-SECRET-1234@evil.example.com/v1/jobs/4a09edf9";
    check([address]).secret("q-SECRET-1234").run().code(2).stdout_is("").stderr_has("evil.example.com");
}

#[test]
fn a_key_in_an_address_that_was_pasted_without_its_scheme_is_not_shown() {
    for scheme in ["", "HTTPS://", "wss://", "//", "<https://", "\"https://"] {
        let address = format!("{scheme}evil.example.com/v1/jobs/4a09edf9?key=q-SECRET-1234");
        check([&address]).secret("q-SECRET-1234").run().code(2).stdout_is("").stderr_has("error: ");
    }
}

#[test]
fn an_unknown_provider_is_refused_with_the_nearest_name() {
    refused(["x", "--provider", "pictroy"]).stderr_has("unknown provider `pictroy`").stderr_has("did you mean `pictory`?");
    refused(["pictroy:x"]).stderr_has("`pictroy:x`").stderr_has("did you mean pictory:x?");
    refused(["x", "--provider", "nonesuch"]).stderr_has("colossyan, ").stderr_lacks("did you mean");
    refused(["nonesuch:x"]).stderr_has("colossyan, ").stderr_lacks("did you mean");
}

#[test]
fn a_malformed_id_is_refused_before_anything_is_sent() {
    for (job, word) in [
        ("", "found nothing"),
        ("pictory:", "found nothing"),
        ("   ", "found nothing"),
        ("pictory:..", "`..`"),
        ("pictory:.", "`..`"),
        ("veo:models/../../files/secret", "`..`"),
        ("..", "`..`"),
        ("pictory:a\u{7}b", "control characters"),
        ("pictory:a\nb", "control characters"),
        ("pictory:a\u{1b}[31mb", "control characters"),
        ("pictory:a b", "white space"),
        ("pictory:a\u{a0}b", "white space"),
        ("https://api.vozo.ai/v1/video_generation/a%07b", "control characters"),
        ("https://api.vozo.ai/v1/video_generation/..%2Fb", "`..`"),
    ] {
        let ran = refused([job]);
        ran.stderr_has(word);
        assert!(!ran.stderr().contains(['\u{7}', '\u{1b}']), "{job:?}: {}", ran.stderr());
    }
    refused([&format!("pictory:{}", "a".repeat(2_000))]).stderr_has("1024 bytes");
}

#[test]
fn control_characters_of_an_unknown_name_do_not_reach_the_terminal() {
    for args in [["x", "--provider", "a\u{1b}[31mb\u{7}"], ["a\u{1b}[31mb:x", "--provider", "a\u{1b}[31mb"]] {
        // As on a terminal, where nothing is taken out on the way.
        let ran = check(args).env("CLICOLOR_FORCE", "1").run();
        ran.code(2);
        assert!(!ran.stderr().contains("\u{1b}[31mb") && !ran.stderr().contains('\u{7}'), "{:?}", ran.stderr());
    }
}

#[test]
fn of_many_ids_the_malformed_one_is_named() {
    let test = Test::new().args(["check", "-", "--replay"]).env("CLICOLOR_FORCE", "1");
    let ran = test.stdin("vozo:1\nvozo:a\u{7}b\nvozo:../x\n").run();
    ran.code(2).stdout_has("vozo:1").stderr_has("vozo:a").stderr_has("vozo:../x");
    assert!(!ran.stderr().contains('\u{7}'));
}

#[test]
fn a_job_that_is_not_understood_does_not_keep_the_others_from_being_asked() {
    let ran = check(["vozo:1", "nonesuch", "varg:job_1", "--replay"]).run();
    ran.code(2).stdout_has("vozo:1").stdout_has("varg:job_1").stderr_has("nonesuch");
}
