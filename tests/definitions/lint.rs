//! What is said about definitions that are sound.

use vidspec::{Answers, Catalogue, Code, Linted};

/// Before the `status` of a definition of which nothing is to be said; it has eight lines.
const HEAD: &str = "vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com/v1
auth: { style: bearer, env: [ACME_API_KEY] }
poll: { interval: 5s, timeout: 10m }
status:
";

fn linted(text: &str) -> Linted {
    let mut catalogue = Catalogue::empty();
    catalogue.add_text("acme.yaml", text);
    catalogue.lint(&catalogue.entries()[0]).unwrap()
}

fn told(linted: Linted) -> Vec<String> {
    let told = linted.into_diagnostics();
    told.iter().map(|found| format!("{}:{} {} {}", found.line, found.column, found.code, found.message)).collect()
}

/// What is said about a definition with these lines below `status`, which begin on line 9.
fn of_status(lines: &[&str]) -> Vec<String> {
    let outputs = "  outputs: { video: $.video_url }";
    let lines = ["  get: \"/jobs/{job_id}\"", outputs, "  path: $.status"].into_iter().chain(lines.iter().copied());
    told(linted(&lines.fold(HEAD.to_owned(), |text, line| format!("{text}{line}\n"))))
}

/// The same for rules, each on a line of its own from line 14 on: the numbers of those that never decide.
fn rules_that_never_fire(rules: &[&str]) -> Vec<usize> {
    let rules: Vec<String> = rules.iter().map(|when| format!("    - {{ when: {when}, then: failed }}")).collect();
    let lines = ["  map: { done: completed }", "  rules:"].into_iter().chain(rules.iter().map(String::as_str));
    let told = of_status(&lines.collect::<Vec<_>>());
    let of_rules = told.iter().filter(|told| told.contains(" never-fires this rule never decides: "));
    of_rules.map(|told| told.split(':').next().unwrap().parse::<usize>().unwrap() - 13).collect()
}

#[test]
fn a_rule_after_one_that_holds_whenever_it_does_never_decides() {
    for (rules, expected) in [
        (&["{ $.a: 1 }", "{ $.a: 1 }"][..], &[2][..]),
        (&["{ $.a: 1 }", "{ $.a: 1, $.b: 2 }"], &[2]),
        (&["{ $.a: 1, $.b: 2 }", "{ $.a: 1 }"], &[]),
        (&["{ $.a: [1, 2] }", "{ $.a: 2 }"], &[2]),
        (&["{ $.a: 2 }", "{ $.a: [1, 2] }"], &[]),
        (&["{ $.a: { exists: true } }", "{ $.a: { above: 3 } }"], &[2]),
        (&["{ $.a: { exists: false } }", "{ $.b: { exists: false } }"], &[]),
        (&["{ $.a: { not: x } }", "{ $.a: { not: [x, y] } }"], &[2]),
        (&["{ $.a: { not: [x, y] } }", "{ $.a: { not: x } }"], &[]),
        // Of several places one can be `x` and another one not.
        (&["{ '$.a[*]': { not: x } }", "{ '$.a[*]': y }"], &[]),
        (&["{ $.a: { above: 3 } }", "{ $.a: { above: 5 } }", "{ $.a: { above: 1 } }"], &[2]),
        (&["{ $.a: { below: 5 } }", "{ $.a: { below: 3, above: 1 } }"], &[2]),
        (&["{ $.a: { matches: '^E' } }", "{ $.a: [E1, E2] }", "{ $.a: [E1, F1] }"], &[2]),
        (&["{ http: 4xx }", "{ http: [404, 410], $.a: 1 }"], &[2]),
        (&["{ http: 404 }", "{ http: 4xx }"], &[]),
        // A rule that does not name the status is asked about success alone.
        (&["{ $.a: 1 }", "{ $.a: 1, http: 404 }"], &[]),
        (&["{ $.a: 1 }", "{ $.a: 1, http: 202 }"], &[2]),
        (&["{ $.a: 1, http: 202 }", "{ $.a: 1 }"], &[]),
        (&["{ http: 2xx }", "{ $.a: 1 }"], &[2]),
        (&["{ body: [json, text] }", "{ body: json, $.a: 1 }"], &[2]),
        (&["{ any: [{ $.a: 1 }, { $.b: 2 }] }", "{ $.b: 2, $.c: 3 }"], &[2]),
        (&["{ $.b: [1, 2] }", "{ any: [{ $.b: 1 }, { $.b: 2, $.c: 3 }] }"], &[2]),
        (&["{ $.b: 1 }", "{ any: [{ $.b: 1 }, { $.c: 3 }] }"], &[]),
        (&["{ header.x-a: 1 }", "{ header.X-A: 1 }"], &[2]),
        (&["{ text: { matches: gone } }", "{ text: { matches: lost } }"], &[]),
    ] {
        assert_eq!(rules_that_never_fire(rules), expected, "{rules:?}");
    }
}

#[test]
fn a_condition_whose_lines_exclude_each_other_never_holds() {
    for (when, never) in [
        ("{ $.a: { is: x, not: x } }", true),
        ("{ $.a: { is: [x, y], not: x } }", false),
        ("{ $.a: { exists: false, is: x } }", true),
        ("{ $.a: { exists: false, not: x } }", false),
        ("{ $.a: { above: 5, below: 5 } }", true),
        ("{ $.a: { above: 4, below: 5 } }", false),
        ("{ '$.a[*]': { above: 5, below: 4 } }", false),
        ("{ $.a: { is: x, matches: '^y' } }", true),
        ("{ $.a: 1, body: [text, empty] }", true),
        ("{ text: { matches: a }, body: json }", true),
        ("{ text: { matches: a }, body: [json, text] }", false),
        ("{ header.x-a: { is: 1, exists: false } }", true),
    ] {
        assert_eq!(rules_that_never_fire(&[when]), if never { &[1][..] } else { &[] }, "{when}");
    }
}

#[test]
fn a_rule_that_never_decides_is_marked_where_its_reason_stands() {
    let lines = ["  map: { done: completed }", "  rules:", "    - when: { $.a: 1 }", "      then: failed"];
    let told = of_status(&[&lines[..], &["    - when: { $.a: 1 }", "      then: failed"]].concat());
    assert_eq!(told, ["16:13 never-fires this rule never decides: whenever it would hold, rule 1 before it holds too"]);
    let told = of_status(&[&lines[..2], &["    - when: { $.b: 1, $.a: { is: x, not: x } }", "      then: failed"]].concat());
    assert_eq!(told, ["14:23 never-fires this rule never decides: `$.a` contradicts itself, or what stands beside it"]);
}

#[test]
fn a_word_that_a_rule_takes_is_never_looked_up() {
    let with = |when: &str| {
        of_status(&["  map: { done: completed, bad: failed }", "  rules:", &format!("    - {{ when: {when}, then: failed }}")])
    };
    let expected = ["12:27 never-fires `bad` is never looked up: rule 1 takes it before"];
    assert_eq!(with("{ $.status: bad }"), expected);
    assert_eq!(with("{ $.status: [bad, worse] }"), expected);
    assert_eq!(with("{ $.status: { matches: '^b' } }"), expected);
    assert_eq!(with("{ body: json }").len(), 2, "all words are taken");
    assert_eq!(with("{ $.status: bad, $.code: 1 }"), [""; 0]);
    assert_eq!(with("{ $.status: bad, http: 202 }"), [""; 0]);
    assert_eq!(with("{ $.other: bad }"), [""; 0]);
}

#[test]
fn two_spellings_of_a_word_mean_the_same() {
    let expected = |column: usize, one: &str, other: &str| {
        vec![format!("12:{column} twin-spelling `{one}` and `{other}` are spellings of one word, but mean different things")]
    };
    assert_eq!(of_status(&["  map: { Done: failed, done: completed }"]), expected(24, "Done", "done"));
    assert_eq!(of_status(&["  map: { in_queue: queued, IN-QUEUE: processing }"]), expected(28, "in_queue", "IN-QUEUE"));
    assert_eq!(of_status(&["  map: { canceled: canceled, cancelled: failed }"]), expected(30, "canceled", "cancelled"));
    assert_eq!(of_status(&["  map: { Done: completed, done: completed, don: failed }"]), [""; 0]);
}

#[test]
fn the_other_spelling_of_canceled_is_noted() {
    let expected = |column: usize, word: &str, other: &str| {
        vec![format!("12:{column} other-spelling `{word}` is spelt `{other}` too; in that spelling it would be unknown")]
    };
    let told = of_status(&["  map: { done: completed, job_cancelled: canceled }"]);
    assert_eq!(told, expected(27, "job_cancelled", "job_canceled"));
    assert_eq!(of_status(&["  map: { done: completed, cancelled: canceled }"]), expected(27, "cancelled", "canceled"));
    assert_eq!(of_status(&["  map: { done: completed, CANCELED: canceled }"]), expected(27, "CANCELED", "CANCELLED"));
}

#[test]
fn a_completed_job_has_an_output_or_says_that_it_has_none() {
    let without = |lines: &str| told(linted(&format!("{HEAD}  get: \"/jobs/{{job_id}}\"\n  path: $.status\n{lines}")));
    let told = without("  map: { queued: queued, done: completed }\n");
    assert_eq!(told, ["11:32 no-output a job can be completed, but no output says where its file is"]);
    assert_eq!(without("  map: { done: { state: completed, outputs: none } }\n"), [""; 0]);
    assert_eq!(without("  map: { done: failed }\n"), [""; 0]);
    let result = "result: { get: \"/files/{job_id}\", outputs: { video: $.url } }\n";
    assert_eq!(without(&format!("  map: {{ done: completed }}\n{result}")), [""; 0]);
    // The output is there, and mistaken: that is all that is to be said.
    let told = without("  map: { done: completed }\n  outputs: { vidio: $.url }\n");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("12:14 unknown-word"), "{told:?}");
}

#[test]
fn suspicions_are_told_beside_mistakes() {
    let told = of_status(&["  map: { Done: failed, done: completed }", "colour: red"]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("12:24 twin-spelling") && told[1].starts_with("13:1 unknown-key"), "{told:?}");
}

/// Definitions whose ids are told apart by these patterns and examples.
fn ids(shapes: &[(&str, &str, &str)]) -> Vec<String> {
    let mut catalogue = Catalogue::empty();
    for (id, pattern, example) in shapes {
        let text = HEAD.replace("id: acme", &format!("id: {id}"));
        let status = "  get: \"/jobs/{job_id}\"\n  path: $.status\n  map: { done: failed }\n";
        catalogue
            .add_text(&format!("{id}.yaml"), format!("{text}{status}job_id: {{ pattern: '{pattern}', example: {example} }}\n"));
    }
    told(catalogue.lint(&catalogue.entries()[0]).unwrap())
}

#[test]
fn ids_are_told_apart_from_those_of_other_providers() {
    let other = ("beta", "^[0-9a-f]{8}$", "0a1b2c3d");
    let told = ids(&[("acme", "^[a-z0-9]+$", "task7"), other]);
    assert_eq!(told, ["12:20 loose-pattern the pattern also takes ids of beta (`0a1b2c3d`)"]);
    let told = ids(&[("acme", "^[0-9a-f]+$", "12345678"), other, ("gamma", "^x", "xyz")]);
    assert_eq!(told, ["12:20 shared-id ids look like those of beta (`0a1b2c3d`)"]);
    assert_eq!(ids(&[("acme", "^task", "task7"), other]), [""; 0]);
    let many = [("acme", "^[a-z0-9]+$", "task7"), other, ("b", "^b", "b"), ("c", "^c", "c"), ("d", "^d", "d"), ("e", "^e", "e")];
    assert_eq!(ids(&many), ["12:20 loose-pattern the pattern also takes ids of beta (`0a1b2c3d`), b (`b`), c (`c`) and 2 more"]);
    // That the other pattern is too wide is said of the other one.
    assert_eq!(ids(&[other, ("acme", "^[a-z0-9]+$", "task7")]), [""; 0]);
}

#[test]
fn of_two_definitions_with_one_id_the_second_is_never_used() {
    let mut catalogue = Catalogue::empty();
    let text = format!("{HEAD}  get: \"/jobs/{{job_id}}\"\n  path: $.status\n  map: {{ done: failed }}\n");
    catalogue.add_text("one/acme.yaml", text.as_str());
    catalogue.add_text("two/acme.yaml", text.as_str());
    let of = |index: usize| told(catalogue.lint(&catalogue.entries()[index]).unwrap());
    assert_eq!(of(0), [""; 0]);
    assert_eq!(of(1), ["2:5 hidden-definition this definition is never used: one/acme.yaml has the same id and comes first"]);
}

/// A definition with paths of all kinds.
const PATHS: &str = r#"  get: "/jobs/{job_id}"
  rules:
    - when: { any: [{ $.flag: 1 }, { "$.list[?@.kind=='a'].x": 2 }] }
      then: { state: failed, message: $.why }
  path: [$.status, $.state]
  map: { done: completed }
  progress: { path: $.step, of: $.steps }
result:
  with: { file: $.file_id }
  get: "/files/{file}"
  outputs:
    video: [{ url: "$.files[*].url", expires: $.until }]
error:
  message: $.error.text
"#;

#[test]
fn paths_that_no_answer_follows_are_told_where_they_stand() {
    let unseen = |status: &[&str], result: &[&str]| {
        let mut linted = linted(&format!("{HEAD}{PATHS}"));
        let mut answers = Answers::default();
        answers.status = status.iter().map(|body| body.as_bytes()).collect();
        answers.result = result.iter().map(|body| body.as_bytes()).collect();
        linted.add_unseen_paths(&answers);
        let words = |told: String| told.split(' ').take(3).collect::<Vec<_>>().join(" ");
        told(linted).into_iter().map(words).collect::<Vec<_>>()
    };
    let status = r#"{"flag":0,"list":[{"kind":"a","x":1}],"why":"w","status":"s","state":"t","step":1,"steps":2,"file_id":null}"#;
    let result = r#"{"files":[{"url":"u"}],"until":1,"error":{"text":"t"}}"#;
    assert_eq!(unseen(&[status], &[result]), [""; 0]);
    assert_eq!(unseen(&["not JSON", status], &[result, ""]), [""; 0]);
    let expected = [
        "11:23 unseen-path `$.flag`",
        "11:38 unseen-path `$.list[?@.kind=='a'].x`",
        "12:39 unseen-path `$.why`",
        "13:10 unseen-path `$.status`",
        "13:20 unseen-path `$.state`",
        "15:21 unseen-path `$.step`",
        "15:33 unseen-path `$.steps`",
        "17:17 unseen-path `$.file_id`",
        "20:20 unseen-path `$.files[*].url`",
        "20:47 unseen-path `$.until`",
        "22:12 unseen-path `$.error.text`",
    ];
    assert_eq!(unseen(&[], &[]), expected);
    // The answers to one request do not speak for the other.
    assert_eq!(unseen(&[result], &[status]), expected[..10]);
}

#[test]
fn what_is_inherited_is_told_where_it_was_written() {
    let mut catalogue = Catalogue::empty();
    catalogue.add_text("other.yaml", "id: other\nname: Other\nextends: acme\nstatus: { details: { a: $.a } }\n");
    catalogue.add_text("acme.yaml", format!("{HEAD}{PATHS}"));
    let mut linted = catalogue.lint(&catalogue.entries()[0]).unwrap();
    linted.add_unseen_paths(&Answers::default());
    assert_eq!(told(linted), ["4:25 unseen-path `$.a` names nothing in any fixture"]);
}

#[test]
fn what_others_find_is_placed_too() {
    let mut linted = linted(&format!("{HEAD}{PATHS}"));
    let parts = ["status.map.done", "status.rules[0]", "outputs.video", "status.map", "id", "nowhere"];
    for part in parts {
        linted.add(Code::Unproven, part, part.to_owned(), None);
    }
    let expected = [
        "1:1 unproven nowhere",
        "2:5 unproven id",
        "11:7 unproven status.rules[0]",
        "14:8 unproven status.map",
        "14:10 unproven status.map.done",
        "20:12 unproven outputs.video",
    ];
    assert_eq!(told(linted), expected);
}
