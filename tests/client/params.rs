//! Values beside the id: where they come from, and that they cannot leave their place.

use vidspec::{Catalogue, Credentials, JobId, Params, Problem, ProblemKind, Provider, Resolved, Surroundings};

use crate::support::{KEY, Server, client, message, ok};

/// A definition with an app, a kind and a region, of which the id may tell the region.
const ACME: &str = r#"vidspec: 1
id: acme
name: Acme Video
docs: https://docs.example.com
base_url: https://{host}/v1
hosts: [video.example.com, "*.video.example.com"]
auth: { style: bearer, env: [K] }
params:
  app: { about: the owner and name of the model, pattern: "^[a-z0-9-]+/[a-z0-9.-]+$", env: [ACME_APP, APP], example: acme/film-2 }
  kind: { default: video }
  region: { env: ACME_REGION, example: eu-west }
  host: { from: region, map: { global: video.example.com }, otherwise: "{region}.video.example.com" }
job_id:
  pattern: [ "^regions/(?<region>[^/]+)/jobs/[0-9]+$", "^[0-9]+$" ]
  example: [ regions/eu/jobs/7, "7" ]
status:
  get: "/{+app}/{kind}/jobs/{job_id}?region={region}"
  path: $.status
  map: { ready: completed }
  outputs: { video: "{base_url}/{app}/files/{job_id}" }
"#;

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::empty();
    catalogue.add_text("acme.yaml", ACME);
    catalogue
}

fn resolved(text: &str) -> Resolved {
    catalogue().resolve(text, Some("acme")).unwrap_or_else(|error| panic!("{error}"))
}

fn environment<'s>(pairs: &'s [(&'s str, &'s str)]) -> Surroundings<'s> {
    Surroundings::new(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
}

/// The address that is asked, or the problem.
fn address(text: &str, surroundings: &Surroundings<'_>) -> Result<String, Problem> {
    let request = resolved(text).question(surroundings).request(&Credentials::new(KEY))?;
    Ok(request.url().to_string())
}

/// What is said of a question that cannot be put.
fn complaint(text: &str, surroundings: &Surroundings<'_>) -> String {
    let problem = address(text, surroundings).expect_err("a request was built");
    assert_eq!(problem.kind, ProblemKind::Misconfigured, "{problem}");
    message(&problem).to_owned()
}

#[test]
fn the_first_place_that_has_a_value_gives_it() {
    let set = environment(&[("ACME_APP", " "), ("APP", "env/app"), ("ACME_REGION", "env-region")]);
    for (text, surroundings, expected) in [
        ("acme:7", set.clone(), "https://env-region.video.example.com/v1/env/app/video/jobs/7?region=env-region"),
        ("acme:7?app=a/b", set.clone(), "https://env-region.video.example.com/v1/a/b/video/jobs/7?region=env-region"),
        (
            "acme:7?app=a/b&kind=image",
            set.clone().with_param("app", "c/d").with_param("region", "eu"),
            "https://eu.video.example.com/v1/a/b/image/jobs/7?region=eu",
        ),
        (
            "acme:regions/us/jobs/7",
            set.clone(),
            "https://us.video.example.com/v1/env/app/video/jobs/regions%2Fus%2Fjobs%2F7?region=us",
        ),
        (
            "acme:regions/us/jobs/7?region=us",
            set.clone(),
            "https://us.video.example.com/v1/env/app/video/jobs/regions%2Fus%2Fjobs%2F7?region=us",
        ),
        ("acme:7?region=global", set, "https://video.example.com/v1/env/app/video/jobs/7?region=global"),
    ] {
        assert_eq!(address(text, &surroundings).unwrap_or_else(|problem| panic!("{text}: {problem}")), expected, "{text}");
    }
}

#[test]
fn what_is_missing_is_named_with_all_ways_to_give_it() {
    assert_eq!(
        complaint("acme:7?region=eu", &Surroundings::none()),
        "acme needs `app`, the owner and name of the model, such as acme/film-2: write acme:JOB?app=acme/film-2, \
         state --param app=acme/film-2, or set ACME_APP or APP"
    );
    assert_eq!(
        complaint("acme:7?app=a/b", &Surroundings::none()),
        "acme needs `region`, such as eu-west: write acme:JOB?region=eu-west, state --param region=eu-west, set ACME_REGION, \
         or give the whole id, like regions/eu/jobs/7"
    );
}

#[test]
fn a_contradiction_is_refused_with_both_sides() {
    let expected = "`region` is `us` in the id, but `eu` was given beside it; leave that out";
    assert_eq!(complaint("acme:regions/us/jobs/7?app=a/b&region=eu", &Surroundings::none()), expected);
    assert_eq!(complaint("acme:regions/us/jobs/7?app=a/b", &Surroundings::none().with_param("region", "eu")), expected);
}

#[test]
fn a_value_must_match_its_pattern_and_must_not_climb() {
    let eu = Surroundings::none().with_param("region", "eu");
    for value in ["film", "A/b", "a/b/c", "a/b?x", "a/b#x", "a%2Fb"] {
        let said = complaint("acme:7", &eu.clone().with_param("app", value));
        assert!(said.starts_with("expected `app` to match `^[a-z0-9-]+/[a-z0-9.-]+$`, such as acme/film-2, found `"), "{said}");
    }
    for value in ["a/..", "../b", "a/b c", "", "a/\n"] {
        let said = complaint("acme:7", &eu.clone().with_param("app", value));
        assert!(said.starts_with("`app` of what was given beside the id cannot be sent: expected a value"), "{said}");
    }
}

#[test]
fn a_param_cannot_lead_the_key_to_another_host() {
    for region in [
        "evil.test/",
        "evil.test#",
        "evil.test?",
        "evil.test:443/",
        "evil.test\\",
        "user@evil.test",
        "eu..us",
        ".eu",
        "eu.",
        "-eu",
        "e_u",
        "é",
        "%65u",
        "evil.test%2f",
    ] {
        let stated = Surroundings::none().with_param("app", "a/b").with_param("region", region);
        let said = complaint("acme:7", &stated);
        assert!(said.contains("expected `host` to be a part of a host"), "{region}: {said}");
    }
    // The id is no safer than an option.
    let app = Surroundings::none().with_param("app", "a/b");
    assert!(complaint("acme:regions/evil.test#/jobs/7", &app).contains("expected `host` to be a part of a host"));
    // Labels may be added below, never behind.
    let deeper = address("acme:7", &app.with_param("region", "a.b")).unwrap();
    assert!(deeper.starts_with("https://a.b.video.example.com/v1/"), "{deeper}");
    let text = ACME.replace("\"{region}.video.example.com\"", "\"{region}\"");
    let free = Provider::parse("acme.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    for (region, may) in [("eu.video.example.com", true), ("evil.test", false), ("video.example.com.evil.test", false)] {
        let params = Params::new().with("app", "a/b").with("region", region);
        let question = free.question_with(JobId::new("7").unwrap(), &params, &Surroundings::none());
        assert_eq!(question.request(&Credentials::new(KEY)).is_ok(), may, "{region}");
    }
}

#[test]
fn a_question_mark_begins_params_where_their_names_are_known_or_only_the_rest_is_an_id() {
    for (text, id, params) in [
        ("acme:7?app=a/b", "7", "app=a/b"),
        ("acme:7?app=a%2Fb&kind=x%26y", "7", "app=a/b&kind=x%26y"),
        ("acme:7?x=y?app=a/b", "7?x=y", "app=a/b"),
        ("acme:7?app=a/b&x=y", "7", "app=a/b&x=y"),
        ("acme:7?app=a&app=b", "7?app=a&app=b", ""),
        ("acme:7?app", "7?app", ""),
        ("acme:7?", "7?", ""),
        // It is worked out: nobody can give it.
        ("acme:7?host=evil.test", "7", "host=evil.test"),
    ] {
        let job = resolved(text);
        assert_eq!((job.job_id.as_str(), job.params.to_string().as_str()), (id, params), "{text}");
    }
    let app = Surroundings::none().with_param("app", "a/b");
    assert!(complaint("acme:7?app=a/b&x=y", &Surroundings::none()).contains("acme has no param `x`"));
    assert!(complaint("acme:7?host=evil.test", &app).contains("acme has no param `host`"));
}

#[tokio::test]
async fn a_report_repeats_what_was_given_so_that_its_reference_can_be_given_back() {
    let server = Server::answering(ok(r#"{"status":"ready"}"#));
    let set = environment(&[("APP", "env/app")]);
    for (text, reference) in [
        ("acme:regions/us/jobs/7", "acme:regions/us/jobs/7?app=env/app"),
        ("acme:7?region=eu&kind=a%26b", "acme:7?app=env/app&kind=a%26b&region=eu"),
    ] {
        let job = resolved(text);
        let question = job.question(&set).at(server.url("/v1"));
        let check = client().check(&question, &Credentials::new(KEY)).await;
        assert_eq!(check.job.to_string(), reference);
        let again = resolved(reference);
        let without_environment = again.question(&Surroundings::none());
        let request = without_environment.request(&Credentials::new(KEY)).unwrap();
        assert_eq!(request.url().path(), question.request(&Credentials::new(KEY)).unwrap().url().path());
    }
    assert_eq!(server.lines()[0], "GET /v1/env/app/video/jobs/regions%2Fus%2Fjobs%2F7?region=us HTTP/1.1");
}

/// A bare id is a provider's only if its question could be put.
#[test]
fn a_provider_without_its_params_is_no_candidate() {
    let mut catalogue = catalogue();
    catalogue.add_text(
        "plain.yaml",
        "vidspec: 1\nid: plain\nname: P\ndocs: https://d.test\nbase_url: https://plain.test\nauth: { style: bearer, env: [K] }\n\
         job_id: { pattern: '^[0-9]+$', example: '7' }\nstatus: { get: '/{job_id}', path: $.s, map: { a: queued } }\n",
    );
    let found = |text: &str, surroundings: &Surroundings<'_>| match catalogue.resolve_in(text, None, surroundings) {
        Ok(job) => format!("{}:{} {}", job.provider.id(), job.job_id, job.params),
        Err(error) => error.to_string(),
    };
    let set = environment(&[("APP", "a/b"), ("ACME_REGION", "eu")]);
    assert_eq!(found("7", &Surroundings::none()), "plain:7 ");
    assert_eq!(found("7", &set), "`7` could be a job of acme or plain");
    let stated = Surroundings::none().with_param("app", "a/b").with_param("region", "eu").with_param("x", "y");
    assert_eq!(found("7", &stated), "`7` could be a job of acme or plain");
    let of_acme = catalogue.resolve_in("acme:7?region=us", None, &stated).unwrap();
    assert_eq!(of_acme.params.to_string(), "region=us&app=a/b", "what is stated for it goes along");
    assert_eq!(found("regions/eu/jobs/7?app=a/b", &Surroundings::none()), "acme:regions/eu/jobs/7 app=a/b");
    let told = found("regions/eu/jobs/7", &Surroundings::none());
    assert!(told.starts_with("`regions/eu/jobs/7` looks like a job of acme, but acme needs `app`, the owner"), "{told}");
    assert_eq!(found("x", &Surroundings::none()), "no known provider has ids like `x`");
}

#[test]
fn the_address_of_a_status_request_tells_the_params_too() {
    for (address, params) in [
        ("https://eu.video.example.com/v1/a/b/image/jobs/7?region=eu", Some("app=a/b&kind=image&region=eu")),
        ("https://evil.test/v1/a/b/image/jobs/7?region=eu", None),
        ("http://eu.video.example.com/v1/a/b/image/jobs/7?region=eu", None),
    ] {
        let job = catalogue().resolve(address, None).ok().map(|job| (job.job_id.to_string(), job.params.to_string()));
        assert_eq!(job, params.map(|params| ("7".to_owned(), params.to_owned())), "{address}");
    }
}
