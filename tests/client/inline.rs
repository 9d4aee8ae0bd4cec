//! Files that stand in the answer itself.

use vidspec::{AnomalyKind, Check, Credentials, LARGEST_BODY, ProblemKind, Provider, Role, State};

use crate::support::{KEY, Server, client, job, message, ok, problem, report};

/// A video at an address or in the answer, the former if both are there.
fn acme(more: &str) -> Provider {
    let text = format!(
        "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example\nbase_url: https://api.example.com\nauth: {{ style: bearer, env: [K] }}\n\
         {more}status:\n  get: \"/jobs/{{job_id}}\"\n  path: $.status\n  map: {{ ready: completed }}\n  outputs:\n    video:\n\
         \x20     - {{ url: \"$.files[*].uri\", media_type: video/mp4 }}\n\
         \x20     - {{ base64: \"$.files[*].data\", media_type: \"$.files[0].type\" }}\n\
         \x20     - $.fallback\n    thumbnail: $.poster\n"
    );
    Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

async fn ask(acme: &Provider, answer: &str) -> Check {
    let server = Server::answering(ok(answer));
    client().check(&acme.question(job("7")).at(server.url("")), &Credentials::new(KEY)).await
}

#[tokio::test]
async fn the_file_is_told_by_its_size_and_had_by_the_library() {
    let check = ask(&acme(""), r#"{"status":"ready","files":[{"data":"aGVsbG8=","type":"video/webm"},{"data":"eA"}]}"#).await;
    let report = report(&check);
    let files: Vec<_> = report.outputs.iter().map(|output| (output.role, output.inline().unwrap().bytes())).collect();
    assert_eq!(files, [(Role::Video, b"hello".to_vec()), (Role::Video, b"x".to_vec())]);
    assert!(report.anomalies.is_empty());
    let json = serde_json::to_value(&check).unwrap();
    let expected = serde_json::json!({
        "role": "video", "url": null, "inline": {"bytes": 5}, "media_type": "video/webm", "expires_at": null,
        "lifetime_seconds": null, "key_needed": false, "fetchable": false,
    });
    assert_eq!(json["outputs"][0], expected);
    for shown in [json.to_string(), format!("{check:?}")] {
        assert!(!shown.contains("aGVsbG8") && !shown.contains("hello"), "{shown}");
    }
}

#[tokio::test]
async fn the_first_alternative_that_yields_a_file_is_taken() {
    for (answer, urls) in [
        (r#"{"status":"ready","files":[{"uri":"gs://b/v.mp4","data":"eA=="}]}"#, vec![Some("gs://b/v.mp4")]),
        (r#"{"status":"ready","files":[{"data":"eA=="}],"fallback":"https://x.example/f.mp4"}"#, vec![None]),
        (r#"{"status":"ready","fallback":"https://x.example/f.mp4"}"#, vec![Some("https://x.example/f.mp4")]),
        (r#"{"status":"ready","files":[{"data":""}],"poster":"https://x.example/p.png"}"#, vec![Some("https://x.example/p.png")]),
    ] {
        let check = ask(&acme(""), answer).await;
        assert_eq!(report(&check).outputs.iter().map(|output| output.url.as_deref()).collect::<Vec<_>>(), urls, "{answer}");
    }
}

#[tokio::test]
async fn what_is_not_base64_is_an_anomaly_and_no_file() {
    let broken = format!("{}*", "A".repeat(100));
    let check = ask(&acme(""), &format!(r#"{{"status":"ready","files":[{{"data":"{broken}"}},{{"data":17}}]}}"#)).await;
    let report = report(&check);
    assert!(report.state == State::Completed && report.outputs.is_empty());
    let kinds: Vec<_> = report.anomalies.iter().map(|anomaly| anomaly.kind).collect();
    let expected = [AnomalyKind::UnreadableValue, AnomalyKind::UnreadableValue, AnomalyKind::CompletedWithoutOutput];
    assert_eq!(kinds, expected);
    assert!(!report.anomalies[0].message.contains(&broken), "{}", report.anomalies[0].message);
}

#[tokio::test]
async fn a_definition_may_raise_the_limit_of_an_answer() {
    let large = format!(r#"{{"status":"ready","files":[{{"data":"{}"}}]}}"#, "AAAA".repeat(LARGEST_BODY / 4));
    let check = ask(&acme(""), &large).await;
    assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse);
    assert!(message(problem(&check)).contains("more than 8 MiB"), "{}", problem(&check));
    let check = ask(&acme("body_limit: 9MiB\n"), &large).await;
    assert_eq!(report(&check).outputs[0].inline().unwrap().size(), LARGEST_BODY / 4 * 3);
}
