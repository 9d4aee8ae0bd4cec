//! Explanations: they come to what judging comes to, and say what a person would say who follows the definition by hand.

use vidspec::{Catalogue, Effect, Explanation, JobId, Judgement, Response, Stage};
use vidspec_harness::{Evidence, Explained, explain};

/// Such as `rules decided status.rules[4] holds: failed, moderated`; the first step, about the body, is left out.
fn steps(explanation: &Explanation) -> Vec<String> {
    let steps = explanation.steps.iter().skip(1).map(|step| {
        let effect = match step.effect {
            Effect::Decided => "decided",
            Effect::Used => "used",
            _ => "none",
        };
        let place = step.place.as_ref().map_or("-", |place| &place.path);
        format!("{} {effect} {place} {}", step.stage.as_str(), step.conclusion)
    });
    steps.collect()
}

/// How an answer about a job is explained.
fn explained(provider: &str, http: u16, body: &str) -> Explanation {
    let provider = Catalogue::builtin().provider(provider).unwrap();
    let question = provider.question(JobId::new("job-1").unwrap());
    question.explain(&Response::new(http, body)).1
}

#[test]
fn every_explanation_comes_to_what_judging_comes_to() {
    let mut count = 0;
    for entry in Catalogue::builtin().entries() {
        let provider = entry.provider().unwrap();
        let evidence = Evidence::builtin(entry.id()).unwrap().unwrap();
        for scenario in &evidence.scenarios {
            let context = format!("{}/{}", entry.id(), scenario.name);
            let job_id = JobId::new(&scenario.job_id).unwrap_or_else(|error| panic!("{context}: {error}"));
            let question = evidence.documented.question(&provider, job_id, &scenario.params);
            let answers: Vec<_> = scenario.exchanges.iter().map(|exchange| exchange.response(&scenario.read)).collect();
            let all = explain(&question, &answers);
            let checks: Vec<_> = all.iter().filter_map(|explained| explained.check.clone()).collect();
            assert_eq!(checks, evidence.documented.judge(&provider, scenario), "{context}");
            for explained in &all {
                expect_the_decision(explained, &context);
            }
            count += all.len();
        }
    }
    assert!(count > 200, "only {count} answers");
}

/// The steps are in their order, and the one that decided is at the part that the report names.
fn expect_the_decision(explained: &Explained, context: &str) {
    let mut decided = Vec::new();
    for explanation in &explained.explanations {
        assert!(explanation.steps.is_sorted_by_key(|step| step.stage), "{context}: {:#?}", explanation.steps);
        let steps = explanation.steps.iter().filter(|step| step.effect == Effect::Decided);
        let places: Vec<_> = steps.map(|step| step.place.as_ref().map(|place| place.path.clone())).collect();
        assert!(places.len() <= 1, "{context}: several decided: {places:?}");
        decided.extend(places);
    }
    let told = explained.check.as_ref().and_then(vidspec::Check::decided_by);
    let part = told.filter(|told| !told.starts_with("http "));
    if let Some(part) = part {
        assert!(decided.contains(&Some(part.clone())), "{context}: expected {part} among {decided:?}");
    } else {
        assert!(decided.contains(&None), "{context}: expected a decision without a part, found {decided:?}");
    }
}

#[test]
fn a_filtered_video_of_veo() {
    let body = r#"{"done": true, "response": {"generateVideoResponse": {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["Blocked."]}}}"#;
    let explanation = explained("veo", 200, body);
    let expected = [
        "rules none status.rules[0] does not hold",
        "rules none status.rules[1] does not hold",
        "rules none status.rules[2] does not hold",
        "rules none status.rules[3] does not hold",
        "rules decided status.rules[4] holds: failed, moderated",
        "status used status.path the word is `true`",
        "error none error.code no code",
        "error used status.rules[4].then.message \"Blocked.\"",
        "values used status.details.filtered_count 1",
        "values none status.outputs not looked for, as the job is failed",
        "guards none - nothing stands out",
    ];
    assert_eq!(steps(&explanation), expected);
    // The rule says `any: [first, second]`; the first is enough.
    let looks: Vec<_> = explanation.steps[5].looks.iter().map(|look| (&*look.at, look.found.join(", "), look.holds)).collect();
    let counter = "$.response.generateVideoResponse.raiMediaFilteredCount";
    assert_eq!(looks, [("$.done", "true".into(), true), (counter, "1".into(), true), ("any", "one".into(), true)]);
}

#[test]
fn a_refusal_of_vozo_inside_a_success() {
    let explanation = explained("vozo", 200, r#"{"code": 1304, "message": "slow down"}"#);
    let expected = [
        "problem none - HTTP 200 is no refusal",
        "status none status.path no word",
        "status decided problem.codes.1304 the code `1304`: rate_limited",
        "status used problem.message \"slow down\"",
    ];
    assert_eq!(steps(&explanation), expected);
}

#[test]
fn a_failed_job_of_sora() {
    let body = r#"{"status": "failed", "error": {"code": "moderation_blocked", "message": "No."}, "completed_at": null}"#;
    let explanation = explained("sora", 200, body);
    let told = steps(&explanation);
    let expected = [
        "problem none - HTTP 200 is no refusal",
        "status used status.path the word is `failed`",
        "status decided status.map.failed means failed",
        "error used error.codes.moderation_blocked the code `moderation_blocked`: moderated, retryable: no",
        "error used error.message \"No.\"",
    ];
    assert_eq!(told[..5], expected);
    let ended =
        explanation.steps.iter().find(|step| step.place.as_ref().is_some_and(|place| place.path == "status.times.completed"));
    let looks: Vec<_> = ended.unwrap().looks.iter().map(|look| (look.found.clone(), look.holds)).collect();
    assert_eq!(looks, [(vec!["null".to_owned()], false)]);
}

#[test]
fn the_codes_of_minimax_are_read_in_their_order() {
    let failed =
        explained("minimax", 200, r#"{"status": "Fail", "base_resp": {"status_code": 1026, "status_msg": "sensitive"}}"#);
    let expected = [
        "rules decided status.rules[0] holds: failed",
        "status used status.path the word is `Fail`",
        "error used error.codes.1026 the code `1026`: moderated, retryable: no",
        "error used error.message \"sensitive\"",
    ];
    assert_eq!(steps(&failed)[..4], expected);
    let refused = explained("minimax", 200, r#"{"base_resp": {"status_code": 1002, "status_msg": "rate limit"}}"#);
    let expected = [
        "rules none status.rules[0] does not hold",
        "problem decided problem.codes.1002 the code `1002`: rate_limited",
        "problem used problem.message \"rate limit\"",
    ];
    assert_eq!(steps(&refused), expected);
    let running = explained("minimax", 200, r#"{"status": "Processing", "base_resp": {"status_code": 0}}"#);
    let expected = [
        "rules none status.rules[0] does not hold",
        "problem none problem.ok HTTP 200 is no refusal, and the code `0` is harmless",
        "status used status.path the word is `Processing`",
        "status decided status.map.Processing means processing",
    ];
    assert_eq!(steps(&running)[..4], expected);
    let unlisted = explained("minimax", 200, r#"{"base_resp": {"status_code": 7}}"#);
    let told = "problem decided - the code `7` is in neither `problem.codes` nor `problem.ok`: undocumented_response";
    assert_eq!(steps(&unlisted)[1], told);
}

#[test]
fn rules_of_d_id_and_veo_about_refusals() {
    let moderated = explained("d-id", 451, r#"{"kind": "ModerationError", "description": "not that"}"#);
    let expected = [
        "rules decided status.rules[0] holds: failed, moderated",
        "status none status.path no word",
        "error used status.rules[0].then.code the code `ModerationError`, which `error.codes` does not list",
        "error used status.rules[0].then.message \"not that\"",
    ];
    assert_eq!(steps(&moderated)[..4], expected);
    let missing = explained("d-id", 404, r#"{"kind": "NotFoundError", "description": "no such talk"}"#);
    let expected = [
        "rules none status.rules[0] does not hold",
        "problem decided - HTTP 404, and `problem.codes` does not list the code `NotFoundError`: not_found",
        "problem used problem.message \"no such talk\"",
    ];
    assert_eq!(steps(&missing), expected);
    let key = explained("veo", 400, r#"{"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}"#);
    let told = steps(&key);
    assert_eq!(told[0], "rules none status.rules[0] not asked about HTTP 400, as it does not name `http`");
    assert_eq!(told[6], "problem decided problem.codes.API_KEY_INVALID the code `API_KEY_INVALID`: unauthorized");
}

#[test]
fn a_word_without_an_entry_and_a_body_without_a_word() {
    let unknown = explained("vozo", 200, r#"{"status": "resting"}"#);
    let expected = [
        "problem none - HTTP 200 is no refusal",
        "status used status.path the word is `resting`",
        "status decided status.map does not list the word: unknown",
    ];
    assert_eq!(steps(&unknown)[..3], expected);
    let page = explained("vozo", 200, "<html><body>Maintenance</body></html>");
    assert_eq!(page.steps[0].conclusion, "37 bytes: an HTML page instead of JSON");
    let told = "status decided - undocumented_response: HTTP 200 with an HTML page instead of JSON";
    assert_eq!(steps(&page).last().unwrap(), told);
}

#[test]
fn the_second_request_and_its_answer() {
    let provider = Catalogue::builtin().provider("colossyan").unwrap();
    let question = provider.question(JobId::new("job-1").unwrap());
    let (judgement, first) = question.explain(&Response::new(200, r#"{"status": "finished", "videoId": "v 1"}"#));
    let expected = [
        "result used result.with.video_id \"v 1\"",
        "result used result the job is completed; its file takes another request: GET /generated-videos/v%201",
    ];
    let told = steps(&first);
    assert_eq!(told[told.len() - 2..], expected);
    let Judgement::Ask(followup) = judgement else { panic!("a second request is due") };
    let signed = r#"{"publicUrl": "https://cdn.test/v.mp4?X-Signature=c0ffee"}"#;
    let (check, second) = followup.explain(&Response::new(200, signed));
    assert_eq!(second.answer, "result");
    let told = steps(&second);
    assert!(told.contains(&"values used result.outputs.video video https://cdn.test/v.mp4?…".to_owned()), "{told:#?}");
    // The report has the whole address, the explanation no signature.
    assert!(serde_json::to_string(&check).unwrap().contains("c0ffee"));
    assert!(!serde_json::to_string(&second).unwrap().contains("c0ffee"));
}

#[test]
fn the_id_of_the_exchange_is_a_step_of_its_own() {
    let explanation = explained("kling", 200, r#"{"request_id": "r-1", "data": {"task_status": "submitted"}}"#);
    let [body, id, next, ..] = explanation.steps.as_slice() else { panic!("more than two steps") };
    assert!(body.looks.is_empty());
    assert_eq!((id.stage, &*id.conclusion, id.looks.len()), (Stage::Body, "\"r-1\"", 1));
    assert!(next.looks.iter().all(|look| look.at != "$.request_id"), "{next:?}");
}

#[test]
fn a_guard_that_speaks() {
    let explanation = explained("vozo", 200, r#"{"status": "done", "video_url": ""}"#);
    let expected =
        ["values none status.outputs.video no file", "guards used - the provider calls the job completed, but names no file"];
    let told = steps(&explanation);
    assert_eq!(told[told.len() - 2..], expected);
}

#[test]
fn a_variant_names_the_file_that_holds_the_part() {
    let explanation = explained("sora-azure", 200, r#"{"status": "completed"}"#);
    let places: Vec<_> = explanation.steps.iter().filter_map(|step| step.place.as_ref()).collect();
    let file_of = |path: &str| places.iter().find(|place| place.path == path).map(|place| &*place.file);
    assert_eq!(file_of("status.map.completed"), Some("sora.yaml"));
    assert_eq!(file_of("status.outputs.video"), Some("sora-azure.yaml"));
}
