//! A provider of your own and an HTTP client of your own: the engine only says what to send and what the answer means.
//!
//! `cargo run -p vidspec --example own_provider`

use std::error::Error;

use vidspec::{Catalogue, Credentials, Judgement, Request, Response, State};

/// A file of yours, as it would stand in `providers/acme.yaml`.
const ACME: &str = r#"
vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com/status
base_url: https://api.example.com
auth: { style: bearer, env: [ACME_API_KEY] }
job_id: { pattern: "^acme_[0-9]+$", example: acme_17 }
status:
  get: "/v1/jobs/{job_id}"
  path: $.status
  map: { waiting: queued, working: processing, ready: completed, broken: failed }
  outputs: { video: $.video_url }
"#;

/// Stands for the HTTP client that a program has anyway.
fn send(request: &Request) -> Response {
    println!("{} {}", request.method(), request.public_url());
    Response::new(200, r#"{"status": "ready", "video_url": "https://cdn.example.com/17.mp4"}"#)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut catalogue = Catalogue::empty();
    catalogue.add_text("acme.yaml", ACME);
    catalogue.add_builtin();

    let job = catalogue.resolve("acme_17", None)?;
    let question = job.provider.question(job.job_id);
    let key = Credentials::find(&job.provider, |name| (name == "ACME_API_KEY").then(|| "a-key".to_owned()))?;

    let check = match question.judge(&send(&question.request(&key)?)) {
        Judgement::Final(check) => check,
        Judgement::Ask(followup) => {
            let response = send(&followup.request(&key)?);
            followup.judge(&response)
        }
        _ => return Err("a judgement that this program does not know".into()),
    };
    println!("{}", serde_json::to_string_pretty(&check)?);

    let report = check.outcome?;
    assert_eq!(report.state, State::Completed);
    assert_eq!(report.outputs.first().and_then(|output| output.url.as_deref()), Some("https://cdn.example.com/17.mp4"));
    Ok(())
}

#[test]
fn it_runs_to_its_end() {
    main().unwrap_or_else(|error| panic!("{error}"));
}
