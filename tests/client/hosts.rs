//! Which addresses may see the key.

use url::Url;
use vidspec::{AnomalyKind, Check, Credentials, ProblemKind, Provider, State, Surroundings};

use crate::support::{KEY, Server, acme, acme_with, client, job, message, ok, problem, report};

fn with_hosts(base_url: &str, hosts: &str, more: &str) -> Provider {
    let text = format!(
        "vidspec: 1\nid: acme\nname: Acme\ndocs: https://d.example\nbase_url: {base_url}\n{hosts}\nauth: {{ style: bearer, env: [K] }}\n\
         status:\n  get: \"/jobs/{{job_id}}\"\n  path: $.status\n  map: {{ ready: completed }}\n{more}"
    );
    Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn the_hosts_of_a_definition_are_exact_or_below_a_name() {
    let acme = with_hosts("https://api.example.com/v1", "hosts: [API.example.com, \"*.files.example.com\"]", "");
    for (address, may) in [
        ("https://api.example.com/anything?x=y", true),
        ("https://API.EXAMPLE.COM/", true),
        ("https://a.files.example.com/", true),
        ("https://a.b.files.example.com/", true),
        ("https://files.example.com/", false),
        ("https://evilfiles.example.com/", false),
        ("https://x.api.example.com/", false),
        ("https://api.example.com.evil.test/", false),
        ("https://evil.test/api.example.com", false),
        ("https://api.example.com@evil.test/", false),
        ("https://user:password@api.example.com/", false),
        ("https://api.example.com:8443/", false),
        ("http://api.example.com/", false),
        ("ftp://api.example.com/", false),
        ("gs://api.example.com/", false),
    ] {
        assert_eq!(acme.may_see_key(&url(address)), may, "{address}");
    }
}

#[test]
fn without_hosts_it_is_that_of_the_address_alone() {
    let acme = acme();
    assert!(acme.may_see_key(&url("https://api.example.com/x")));
    assert!(!acme.may_see_key(&url("https://example.com/x")) && !acme.may_see_key(&url("https://a.api.example.com/x")));
}

/// A gateway or a server of the tests was asked with the key, so it may see it again; nobody else may see a gateway's key, not even
/// the provider whose language it speaks.
#[test]
fn what_was_asked_may_see_the_key_too() {
    let acme = acme();
    let question = acme.question(job("7")).at(url("http://127.0.0.1:8080/v1"));
    for (address, may) in [
        ("http://127.0.0.1:8080/files/7", true),
        ("http://127.0.0.1:8081/files/7", false),
        ("https://127.0.0.1:8080/files/7", false),
        ("https://api.example.com/v1/x", false),
        ("https://cdn.example.com/x", false),
    ] {
        assert_eq!(question.may_see_key(&url(address)), may, "{address}");
    }
}

async fn outputs(acme: &Provider, address: &str) -> (bool, Vec<AnomalyKind>) {
    let server = Server::answering(ok(&format!(r#"{{"status":"ready","url":"{address}"}}"#)));
    let check = client().check(&acme.question(job("7")).at(server.url("/v1")), &Credentials::new(KEY)).await;
    let report = report(&check);
    assert_eq!(report.state, State::Completed);
    (report.outputs[0].key_needed, report.anomalies.iter().map(|anomaly| anomaly.kind).collect())
}

#[tokio::test]
async fn a_file_for_the_key_on_a_foreign_host_is_pointed_out() {
    let acme = with_hosts(
        "https://api.example.com",
        "hosts: [api.example.com, \"*.files.example.com\"]",
        "  outputs: { video: { url: $.url, key: true } }\n",
    );
    for (address, anomalies) in [
        ("/files/v.mp4", vec![]),
        ("https://api.example.com/v.mp4", vec![]),
        ("https://eu.files.example.com/v.mp4", vec![]),
        ("https://cdn.example.com/v.mp4", vec![AnomalyKind::ForeignAddress]),
        ("http://api.example.com/v.mp4", vec![AnomalyKind::ForeignAddress]),
        // There is nothing to send a key to.
        ("gs://bucket/v.mp4", vec![]),
        ("cdn.example.com/v.mp4", vec![AnomalyKind::UnusableAddress]),
    ] {
        assert_eq!(outputs(&acme, address).await, (true, anomalies), "{address}");
    }
}

#[tokio::test]
async fn a_file_for_everybody_may_be_anywhere() {
    assert_eq!(outputs(&acme(), "https://cdn.example.com/v.mp4").await, (false, vec![]));
}

/// The server of the test is none of the hosts, so its word about them counts for nothing.
#[tokio::test]
async fn a_redirect_from_elsewhere_to_a_host_of_the_provider_is_not_followed() {
    let acme = acme_with("{ style: bearer, env: [K] }", "hosts: [api.example.com, \"*.example.com\"]\n");
    let moved = crate::support::answer(302, &["location: https://other.example.com/v1/jobs/7"], "");
    let server = Server::answering(moved);
    let check = client().check(&acme.question(job("7")).at(server.url("/v1")), &Credentials::new(KEY)).await;
    assert_eq!(problem(&check).kind, ProblemKind::UndocumentedResponse);
    assert!(message(problem(&check)).contains("was not followed"), "{}", problem(&check));
}

#[tokio::test]
async fn the_address_may_come_from_the_environment() {
    let server = Server::answering(ok(r#"{"status":"ready"}"#));
    let here = server.url("/gateway/").to_string();
    let acme = with_hosts("{ url: https://api.example.com, env: [ACME_OTHER, ACME_URL] }", "", "");
    let set = Surroundings::new(|name| match name {
        "ACME_OTHER" => Some(" ".to_owned()),
        "ACME_URL" => Some(format!("{here}\n")),
        _ => None,
    });
    let question = acme.question_with(job("7"), &vidspec::Params::new(), &set);
    let check = client().check(&question, &Credentials::new(KEY)).await;
    assert_eq!((report(&check).state, server.lines()), (State::Completed, vec!["GET /gateway/jobs/7 HTTP/1.1".to_owned()]));
    let elsewhere = Server::answering(ok(r#"{"status":"ready"}"#));
    client().check(&question.at(elsewhere.url("/flag")), &Credentials::new(KEY)).await;
    assert_eq!((elsewhere.lines().len(), server.lines().len()), (1, 1), "what the caller says beats the environment");
}

/// Nothing is sent: what would be is enough.
#[test]
fn plain_http_on_another_machine_is_asked_only_if_that_is_allowed() {
    let acme = with_hosts("{ env: ACME_ENDPOINT }", "", "");
    let key = Credentials::new(KEY);
    let gateway = "http://gateway.example.com/v1";
    let set = || Surroundings::new(|_| Some(gateway.to_owned()));
    let allowed = acme.question_with(job("7"), &vidspec::Params::new(), &set().allow_plain_http());
    assert_eq!(allowed.request(&key).unwrap().url().as_str(), "http://gateway.example.com/v1/jobs/7");
    let elsewhere = allowed.clone().at(url("http://10.0.0.7:8080"));
    assert_eq!(elsewhere.request(&key).unwrap().url().as_str(), "http://10.0.0.7:8080/jobs/7");
    assert!(elsewhere.may_see_key(&url("http://10.0.0.7:8080/v.mp4")) && !elsewhere.may_see_key(&url("http://10.0.0.7/v.mp4")));
    let plain = acme.question_with(job("7"), &vidspec::Params::new(), &set());
    for question in [plain.clone(), plain.at(url(gateway))] {
        let problem = question.request(&key).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Misconfigured);
        assert!(message(&problem).contains("would be readable on the way, unless --insecure-http allows it"), "{problem}");
    }
    for more in
        ["http://me:PASSWORD@gateway.example.com", "http://gateway.example.com/?key=PASSWORD", "ftp://gateway.example.com"]
    {
        let problem = allowed.clone().at(url(more)).request(&key).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Misconfigured, "{more}");
    }
}

async fn check_at(acme: &Provider, value: Option<&str>) -> Check {
    let set = Surroundings::new(|_| value.map(str::to_owned));
    client().check(&acme.question_with(job("7"), &vidspec::Params::new(), &set), &Credentials::new(KEY)).await
}

#[tokio::test]
async fn an_address_that_only_the_user_knows_is_asked_for() {
    let acme = with_hosts("{ env: ACME_ENDPOINT }", "", "");
    assert!(acme.base_url().is_none());
    let check = check_at(&acme, None).await;
    assert_eq!(problem(&check).kind, ProblemKind::Misconfigured);
    assert_eq!(message(problem(&check)), "the address of Acme is not known: set ACME_ENDPOINT, or give --base-url");
    for (value, words) in [
        ("nonsense", "ACME_ENDPOINT holds no address"),
        ("http://api.example.com", "expected an `https` address, found http://api.example.com"),
        ("https://me:PASSWORD@api.example.com", "expected an address of host and path only, found more"),
        ("https://api.example.com/?key=PASSWORD", "expected an address of host and path only, found more"),
    ] {
        let check = check_at(&acme, Some(value)).await;
        assert_eq!(problem(&check).kind, ProblemKind::Misconfigured, "{value}");
        let said = message(problem(&check));
        assert!(said.contains(words) && said.contains("ACME_ENDPOINT") && !said.contains("PASSWORD"), "{said}");
    }
}
