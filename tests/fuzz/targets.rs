//! What is done with bytes from strangers, one function for each kind. Whatever they are, it returns, in time and without a panic.
//! The fuzz targets in `fuzz/` and the tests beside this file run the same functions.

use std::path::Path;
use std::sync::LazyLock;

use vidspec::{Catalogue, Check, Credentials, JobId, Judgement, Provider, Response, State, Surroundings, Timestamp};
use vidspec_harness::Evidence;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::builtin);

/// A definition, and the answers that it is asked about if it is sound.
pub(crate) fn definition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Provider::parse("definition", text) {
        Ok(provider) => {
            judged(&provider, &Response::new(200, r#"{"status":"done","data":[{"url":"https://a.example/1.mp4"},1,null]}"#));
        }
        Err(mistakes) => {
            assert!(mistakes.iter().next().is_some(), "refused without a mistake");
            assert!(!mistakes.render(false).is_empty());
        }
    }
}

/// An answer to a shipped definition: the first byte says to which, the second with which HTTP status, the rest is the body.
pub(crate) fn response(data: &[u8]) {
    const STATUSES: [u16; 8] = [200, 201, 202, 400, 401, 404, 429, 500];
    let [which, status, body @ ..] = data else { return };
    let entries = CATALOGUE.entries();
    let provider = entries[usize::from(*which) % entries.len()].provider().unwrap();
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let check = judged(&provider, &Response::new(status, body).received_at(moment()));
    assert!(status < 400 || check.state() != State::Completed, "a refusal is no success");
}

/// What a user, or a list of jobs, gives: a reference, an address or an id.
pub(crate) fn job_id(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(job) = CATALOGUE.resolve(text, None) else { return };
    let question = job.question(&Surroundings::none());
    // A job for which something is missing is told so, and not asked about.
    let (Ok(request), Some(base)) = (question.request(&Credentials::new("key")), question.base_url()) else { return };
    let base = base.as_str().trim_end_matches('/');
    assert!(request.public_url().as_str().starts_with(base), "{} is not below {base}", request.public_url());
    let reference = question.reference().to_string();
    let again = CATALOGUE.resolve(&reference, None).unwrap_or_else(|error| panic!("{reference}: {error}"));
    assert_eq!(again.job_id, job.job_id, "{reference} leads to another job");
    let asked_again = again.question(&Surroundings::none()).request(&Credentials::new("key"));
    let url = asked_again.map(|request| request.public_url().clone());
    assert_eq!(url.ok().as_ref(), Some(request.public_url()), "{reference} asks something else");
}

/// A template, wherever one may stand.
pub(crate) fn template(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let quoted = serde_json::to_string(text).unwrap();
    let text = format!(
        "{ACME}  get: {quoted}\n  path: $.status\n  map: {{ done: completed }}\n  outputs: {{ video: {quoted} }}\n\
         result:\n  get: {quoted}\n  with: {{ file: $.file }}\n  outputs: {{ video: {{ url: {{ path: $.url, into: {quoted} }} }} }}\n"
    );
    let provider = Provider::parse("acme.yaml", &text).or_else(|_| {
        Provider::parse(
            "acme.yaml",
            &format!("{ACME}  get: \"/x/{{job_id}}\"\n  path: $.status\n  map: {{ done: completed }}\n  outputs: {{ video: {quoted} }}\n"),
        )
    });
    if let Ok(provider) = provider {
        let id = JobId::new("a/b").unwrap();
        if let Ok(request) = provider.request(&id, &Credentials::new("key")) {
            assert_eq!(request.public_url().host_str(), Some("api.example.com"));
        }
        judged(&provider, &Response::new(200, r#"{"status":"done","file":"../x?y#z","url":"%2e%2e/\u0000"}"#));
    }
}

/// A JSONPath on its first line, and the document that it is asked about.
pub(crate) fn json_path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (path, document) = text.split_once('\n').unwrap_or((text, "{}"));
    let path = serde_json::to_string(&format!("${path}")).unwrap();
    let text =
        format!("{ACME}  get: \"/x/{{job_id}}\"\n  path: {path}\n  map: {{ done: completed }}\n  outputs: {{ video: {path} }}\n");
    if let Ok(provider) = Provider::parse("acme.yaml", &text) {
        judged(&provider, &Response::new(200, document));
    }
}

/// The evidence for a provider, in a folder of one scenario: `scenario.yaml`, and `body.json` beside it.
pub(crate) fn scenario(folder: &Path, data: &[u8]) {
    std::fs::write(folder.join("vozo/one/scenario.yaml"), data).unwrap();
    if let Err(error) = Evidence::load(folder, "vozo") {
        assert!(!error.reason.is_empty());
    }
}

/// The folder for [`scenario`], with all that is sound already.
pub(crate) fn scenario_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("vozo/one")).unwrap();
    std::fs::write(folder.path().join("vozo/one/body.json"), r#"{"status":"done"}"#).unwrap();
    let documented = "key_header: { name: authorization, value: \"Bearer {key}\", source: \"https://docs.example.com\" }\n";
    std::fs::write(folder.path().join("vozo/documented.yaml"), documented).unwrap();
    folder
}

/// A time or a length of time, wherever one may stand: in headers and in a body.
pub(crate) fn time(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(moment) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment), "{text}");
    }
    let text = serde_json::to_string(text).unwrap();
    let body = format!(r#"{{"status":"running","t":{text},"n":{text},"message":{text}}}"#);
    let header: String = serde_json::from_str(&text).unwrap();
    let names = ["retry-after", "retry-after-ms", "x-ratelimit-reset", "x-ratelimit-remaining"];
    for status in [200, 429] {
        for name in names {
            let response = Response::new(status, body.as_str()).with_header(name, header.as_str()).received_at(moment());
            let check = judged(&TIMES, &response);
            let problem = check.outcome.as_ref().err().and_then(|problem| problem.retry_after_seconds);
            let wait = check.outcome.as_ref().ok().and_then(|report| report.next_check_seconds).or(problem);
            assert!(wait.is_none_or(|seconds| seconds.is_finite() && seconds >= 0.0), "{wait:?}");
        }
    }
}

const ACME: &str = "vidspec: 1\nid: acme\nname: Acme\ndocs: https://docs.example.com\nbase_url: https://api.example.com\n\
                    auth: { style: bearer, env: [ACME_API_KEY] }\nstatus:\n";

static TIMES: LazyLock<Provider> = LazyLock::new(|| {
    let text = format!(
        "{ACME}  get: \"/x/{{job_id}}\"\n  path: $.status\n  map: {{ running: processing }}\n  progress: {{ path: $.n, unit: percent }}\n\
         \x20 times: {{ created: $.t, started: {{ path: $.t, unit: seconds }}, completed: {{ path: $.t, unit: milliseconds }} }}\n\
         \x20 details: {{ length: {{ path: $.t, unit: duration }}, seconds: {{ path: $.t, unit: seconds }} }}\n\
         problem: {{ message: $.message, retry_after: $.message }}\n"
    );
    Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
});

fn moment() -> Timestamp {
    Timestamp::parse("2026-11-22T12:00:00Z").unwrap()
}

/// The same conclusion each time, also from the second question, and one that can be written down.
fn judged(provider: &Provider, response: &Response) -> Check {
    let judge = || match provider.judge(&JobId::new("job-1").unwrap(), response) {
        Judgement::Final(check) => check,
        Judgement::Ask(followup) => {
            let _request = followup.request(&Credentials::new("key"));
            followup.judge(response)
        }
        _ => unreachable!("a judgement of another kind"),
    };
    let check = judge();
    assert_eq!(check, judge(), "{}", provider.id());
    assert!(serde_json::to_string(&check).is_ok());
    let progress = check.outcome.as_ref().ok().and_then(|report| report.progress);
    assert!(progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)), "{progress:?}");
    check
}
