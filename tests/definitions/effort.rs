//! Small definitions and allowed bodies that together would run for hours or fill the memory: judging them ends, and says so.

use vidspec::{Catalogue, Check, Credentials, JobId, Judgement, ProblemKind, Provider, Response, State};

use crate::SOUND;

fn provider(text: &str) -> Provider {
    Provider::parse("acme.yaml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn judged(provider: &Provider, body: impl Into<Vec<u8>>) -> Check {
    match provider.judge(&JobId::new("job-1").unwrap(), &Response::new(200, body)) {
        Judgement::Final(check) => check,
        _ => panic!("a second request"),
    }
}

fn assert_too_much(definition: &str, body: impl Into<Vec<u8>>) {
    let check = judged(&provider(definition), body);
    let problem = check.outcome.expect_err(definition);
    assert_eq!(problem.kind, ProblemKind::UndocumentedResponse);
    assert_eq!(problem.message.unwrap_or_default(), "HTTP 200 with a body that takes more than 10 million steps to look through");
}

/// Nothing counts as having decided, and an explanation ends with that.
#[test]
fn what_takes_too_much_has_decided_nothing() {
    let with = "result:\n  get: \"/jobs/{job_id}/{x}\"\n  with: { x: '$..[?$..nowhere]' }\n  outputs: { video: $.url }\n";
    let sections =
        ["  details: { size: '$..[?$..nowhere]' }\n", "  rules: [{ when: { '$..[?$..nowhere]': 1 }, then: failed }]\n", with];
    for (section, stage) in sections.into_iter().zip(["values", "status", "result"]) {
        let acme = provider(&format!("{SOUND}{section}"));
        let response = Response::new(200, filled("[[[[0]]]]"));
        let question = acme.question(JobId::new("job-1").unwrap());
        let (Judgement::Final(check), explanation) = question.explain(&response) else { panic!("a second request") };
        let report = serde_json::to_value(&check).unwrap();
        assert_eq!(
            (&report["problem"]["kind"], &report["decided_by"]),
            (&"undocumented_response".into(), &serde_json::Value::Null)
        );
        let last = serde_json::to_value(explanation.steps.last().unwrap()).unwrap();
        assert_eq!((&last["stage"], &last["effect"]), (&stage.into(), &"decided".into()), "{last}");
    }
}

/// A body of about 1 MiB that says `ready`, with this in it as often as it fits.
fn filled(with: &str) -> String {
    let count = (1 << 20) / (with.len() + 1);
    format!(r#"{{"status":"ready","x":[{}0]}}"#, format!("{with},").repeat(count))
}

#[test]
fn a_path_that_multiplies_ends() {
    for path in ["$..*..*..*..*..*", "$..[?$..nowhere]", "$.x[?count($.x[*])>1]", "$.x[?$==$]"] {
        assert_too_much(&format!("{SOUND}  details: {{ size: \"{path}\" }}\n"), filled("[[[[[[[[0]]]]]]]]"));
    }
}

#[test]
fn many_plain_paths_over_many_members_end() {
    let members = filled("0").replace(r#""x":["#, r#""x":{"#).replace("0,", r#""a":0,"#).replace("0]}", r#""b":0}}"#);
    let details = (0..1_000).map(|n| format!("d{n}: $.x.nowhere")).collect::<Vec<_>>().join(", ");
    assert_too_much(&format!("{SOUND}  details: {{ {details} }}\n"), members);
}

#[test]
fn patterns_over_long_texts_end() {
    let texts = filled(&format!("\"{}\"", "a".repeat(60_000)));
    let rule = "    - when: { '$.x[*]': { matches: '(a*)*b' } }\n      then: failed\n";
    assert_too_much(&format!("{SOUND}  rules:\n{rule}"), &*texts);
    assert_too_much(&format!("{SOUND}  details: {{ d: \"$.x[?search(@, '(a*)*b')]\" }}\n"), &*texts);
    let captures = (0..50).map(|n| format!("d{n}: {{ path: '$.x[0]', capture: '(a*)*b' }}")).collect::<Vec<_>>().join(", ");
    assert_too_much(&format!("{SOUND}  details: {{ {captures} }}\n"), &*texts);
    let codes = (0..50).map(|n| format!("/(a*)*b{n}/: quota")).collect::<Vec<_>>().join(", ");
    let failed = texts.replace("ready", "waiting");
    let definition = SOUND.replace("waiting: queued", "waiting: failed");
    assert_too_much(&format!("{definition}error: {{ code: '$.x[0]', codes: {{ {codes} }} }}\n"), failed);
}

#[test]
fn a_long_text_is_not_copied_a_thousand_times() {
    let details = (0..1_000).map(|n| format!("d{n}: '$.x[0]'")).collect::<Vec<_>>().join(", ");
    assert_too_much(&format!("{SOUND}  details: {{ {details} }}\n"), filled(&format!("\"{}\"", "a".repeat(1 << 19))));
}

#[test]
fn files_without_number_are_not_listed() {
    for body in [filled("0"), filled(r#""https://cdn.example.com/v.mp4""#)] {
        assert_too_much(&format!("{SOUND}  outputs: {{ video: '$.x[*]' }}\n"), body);
    }
}

#[test]
fn words_to_compare_with_are_counted_too() {
    let words = (0..2_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let rule = format!("    - when: {{ '$.x[*]': [{words}] }}\n      then: failed\n");
    assert_too_much(&format!("{SOUND}  rules:\n{rule}"), filled("\"x\""));
}

#[test]
fn a_value_of_the_answer_cannot_swell_a_template() {
    let path = "{f}".repeat(5_000);
    let definition = format!("{SOUND}result:\n  get: \"/{path}\"\n  with: {{ f: $.f }}\n  outputs: {{ video: $.url }}\n");
    let provider = provider(&definition);
    let body = format!(r#"{{"status":"ready","f":"{}"}}"#, "a".repeat(1 << 20));
    let Judgement::Ask(followup) = provider.judge(&JobId::new("job-1").unwrap(), &Response::new(200, body)) else {
        panic!("no second request");
    };
    let problem = followup.request(&Credentials::new("key")).expect_err("an address of gigabytes");
    assert!(problem.message.unwrap_or_default().contains("missing or too long"));
}

/// Its paths look at all that lies below a place; the way to each was once kept as text, which took 36 GB here.
#[test]
fn long_names_do_no_harm_to_a_shipped_definition() {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("replicate").unwrap();
    let body = format!(
        r#"{{"status":"succeeded","output":{{"{}":["https://a.example/1.mp4",{}0]}}}}"#,
        "n".repeat(4 << 20),
        "0,".repeat(2_000)
    );
    let check = judged(&provider, body);
    assert_eq!(check.state(), State::Completed);
    assert_eq!(check.outcome.unwrap().outputs.len(), 1);
}
