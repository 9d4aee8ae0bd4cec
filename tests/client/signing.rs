//! Keys that are made of several secrets, and tokens that are signed with one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vidspec::{Credentials, ProblemKind, Provider};

use crate::support::{Server, acme_with, answer, client, message, ok, problem, question};

const ALTERNATIVES: &str = r#"
  - { style: bearer, env: [A_KEY] }
  - { header: Authorization, value: "Key {id}:{secret}", secrets: { id: B_ID, secret: [B_SECRET, B_OLD_SECRET] } }
  - header: x-token
    value: "JWT {token}"
    secrets: { access: C_ACCESS, signing: C_SIGNING }
    token: { jwt: HS256, key: signing, claims: { iss: "{access}", aud: video }, lifetime: 30m, leeway: 5s }"#;

fn find(acme: &Provider, set: &[(&str, &str)]) -> Result<Credentials, vidspec::Problem> {
    Credentials::find(acme, |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
}

async fn head(acme: &Provider, set: &[(&str, &str)]) -> String {
    let server = Server::answering(ok(r#"{"status":"waiting"}"#));
    client().check(&question(acme, &server), &find(acme, set).unwrap()).await;
    server.heads().concat()
}

#[tokio::test]
async fn a_way_is_used_only_if_all_its_secrets_are_set() {
    let acme = acme_with(ALTERNATIVES, "");
    let both = [("B_ID", "the-id"), ("B_OLD_SECRET", "the-secret"), ("C_ACCESS", "x")];
    assert!(head(&acme, &both).await.contains("\r\nauthorization: Key the-id:the-secret\r\n"));
    let plain = [("A_KEY", "the-key"), ("B_ID", "the-id"), ("B_SECRET", "the-secret")];
    assert!(head(&acme, &plain).await.contains("\r\nauthorization: Bearer the-key\r\n"));
    for half in [&[("B_ID", "the-id")][..], &[("B_ID", "the-id"), ("B_SECRET", " ")], &[("C_SIGNING", "s")], &[]] {
        let problem = find(&acme, half).expect_err("a key was found");
        assert_eq!(problem.kind, ProblemKind::Unauthorized);
        let names = "A_KEY, or B_ID and B_SECRET or B_OLD_SECRET, or C_ACCESS and C_SIGNING";
        assert_eq!(message(&problem), format!("no key for Acme Video: set {names} in the environment"));
    }
}

/// The times are those of the client's clock, 1994-11-06T08:49:07Z: 784111747 seconds since 1970. The signatures were made
/// apart, from the same texts.
#[tokio::test]
async fn a_token_is_signed_with_the_secret_at_the_moment_of_the_request() {
    let acme = acme_with(ALTERNATIVES, "");
    let head = head(&acme, &[("C_ACCESS", "the-access"), ("C_SIGNING", "the-signing")]).await;
    let token = head.lines().find_map(|line| line.strip_prefix("x-token: JWT ")).unwrap_or_else(|| panic!("no token in {head}"));
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("expected three parts, found {token}") };
    let decoded = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(decoded(header), json!({"alg": "HS256", "typ": "JWT"}));
    assert_eq!(decoded(claims), json!({"iss": "the-access", "aud": "video", "exp": 784_113_547, "nbf": 784_111_742}));
    // The order of the claims is free: of the names sorted, or as they were added.
    let signatures = ["T5g-oxSUt_5SNLPA62jjCWuvPRDIDi3R-EJp7GqLnxA", "bxaJkuL4n0ddcMj6-BzHMXv8ewfeSDOgjk-5g-iVRBs"];
    assert!(signatures.contains(&signature), "{token}");
    assert!(!head.contains("the-signing"), "{head}");
}

#[tokio::test]
async fn a_server_that_echoes_everything_betrays_no_secret_and_no_token() {
    let acme = acme_with(ALTERNATIVES, "");
    for set in [
        [("B_ID", "first-secret"), ("B_SECRET", "second-secret")],
        [("C_ACCESS", "first-secret"), ("C_SIGNING", "second-secret")],
    ] {
        let server = Server::new(|stream, head| {
            let echo = head.replace("\r\n", " ");
            let body = json!({"status": "broken", "code": "first-secret", "message": format!("second-secret {echo}")});
            crate::support::send(stream, &answer(200, &[], body.to_string()));
        });
        let key = find(&acme, &set).unwrap();
        let check = client().check(&question(&acme, &server), &key).await;
        let shown = format!("{check:?} {key:?} {}", serde_json::to_string(&check).unwrap());
        assert!(shown.contains("[key]"), "{shown}");
        for trace in ["first-secret", "second-secret", "eyJ"] {
            assert!(!shown.contains(trace), "`{trace}` in {shown}");
        }
    }
}

#[tokio::test]
async fn a_value_may_go_into_the_query() {
    let acme = acme_with("{ query: sig, value: \"{a}/{b}\", secrets: { a: A_SECRET, b: B_SECRET } }", "");
    let head = head(&acme, &[("A_SECRET", "a&a-a-a"), ("B_SECRET", "b=b-b-b")]).await;
    assert!(head.starts_with("GET /v1/jobs/job-1?sig=a%26a-a-a%2Fb%3Db-b-b HTTP/1.1\r\n"), "{head}");
}

/// Of one key only it is known where it belongs if a way takes one.
#[tokio::test]
async fn a_single_key_goes_into_the_first_way_that_takes_one() {
    let server = Server::answering(ok(r#"{"status":"waiting"}"#));
    let later = "[{ header: a, value: \"{x}{y}\", secrets: { x: X, y: Y } }, { style: header, name: b, env: B }]";
    client().check(&question(&acme_with(later, ""), &server), &Credentials::new("the-key")).await;
    assert!(server.heads().concat().contains("\r\nb: the-key\r\n"));
    let none = acme_with("{ header: a, value: \"{x}{y}\", secrets: { x: X, y: Y } }", "");
    let check = client().check(&question(&none, &server), &Credentials::new("the-key")).await;
    assert_eq!(problem(&check).kind, ProblemKind::Misconfigured);
    assert_eq!(message(problem(&check)), "Acme Video takes no single key: set X and Y");
    assert_eq!(server.heads().len(), 1);
    let under = Credentials::find_under(&acme_with(later, ""), "OTHER", |_| Some("the-key".into())).unwrap();
    assert_eq!(under.header_with("$K", &acme_with(later, "")), Some(("b".to_owned(), "$K".to_owned())));
}

#[tokio::test]
async fn a_basic_key_may_be_base64_already() {
    let acme = acme_with("{ style: basic, env: [K] }", "");
    let encoded = STANDARD.encode("user:password");
    for (key, sent) in [
        ("user:password", encoded.clone()),
        (encoded.as_str(), encoded.clone()),
        // Decoded it is no `user:password`, so it is a key as it stands.
        ("dXNlcg==", STANDARD.encode("dXNlcg==")),
        ("no-base64", STANDARD.encode("no-base64")),
    ] {
        let head = head(&acme, &[("K", key)]).await;
        assert!(head.contains(&format!("\r\nauthorization: Basic {sent}\r\n")), "{key}: {head}");
    }
    let server = Server::answering(answer(401, &[], r#"{"message":"password of user:password is wrong"}"#));
    let check = client().check(&question(&acme, &server), &Credentials::new(&encoded)).await;
    assert_eq!(message(problem(&check)), "[key] of [key] is wrong");
}
