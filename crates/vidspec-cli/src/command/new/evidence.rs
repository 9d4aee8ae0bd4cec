//! The first evidence for a new definition.

use serde_json::{Map, Value, json};
use vidspec::{Credentials, JobId, Provider, Timestamp};

use super::definition::shown_word;
use super::facts::{Facts, TODO};
use super::proposal::Proposals;
use super::yaml::{list, quoted, scalar};
use crate::error::CliError;

/// The address of a video that is none.
const VIDEO: &str = "https://cdn.example.com/video.mp4";

/// A body, and what must be concluded from it.
struct Answer {
    body: Vec<u8>,
    /// How good the evidence is.
    grade: &'static str,
    /// The provider's word in it.
    word: Option<String>,
    /// Whether the address of the video is in it.
    video: bool,
}

/// `documented.yaml` and a scenario.
pub(super) fn files(
    facts: &Facts,
    proposals: &Proposals,
    provider: &Provider,
    published: Option<Vec<u8>>,
) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    let answer = match published {
        Some(body) => {
            let word = shown_word(facts, proposals).map(str::to_owned);
            Answer { body, grade: "documented", word, video: false }
        }
        None => built(facts),
    };
    let file = if serde_json::from_slice::<Value>(&answer.body).is_ok() { "answer.json" } else { "answer.txt" };
    let scenario = scenario(facts, provider, &answer, file)?;
    let folder = format!("fixtures/{}", facts.id);
    Ok(vec![
        (format!("{folder}/documented.yaml"), documented(facts, provider).into_bytes()),
        (format!("{folder}/first/scenario.yaml"), scenario.into_bytes()),
        (format!("{folder}/first/{file}"), answer.body),
    ])
}

fn documented(facts: &Facts, provider: &Provider) -> String {
    let source = scalar(facts.docs());
    let (style, name) = facts.auth();
    let (place, name, value) = match style {
        "raw" => ("key_header", "authorization".to_owned(), "{key}".to_owned()),
        // What a replay sends is always the same key.
        "basic" => ("key_header", "authorization".to_owned(), "Basic cmVwbGF5LWtleS10aGF0LW9wZW5zLW5vdGhpbmc=".to_owned()),
        "scheme" => ("key_header", "authorization".to_owned(), format!("{} {{key}}", name.unwrap_or_default())),
        "header" => ("key_header", name.unwrap_or_default().to_ascii_lowercase(), "{key}".to_owned()),
        "query" => ("key_query", name.unwrap_or_default().to_owned(), "{key}".to_owned()),
        _ => ("key_header", "authorization".to_owned(), "Bearer {key}".to_owned()),
    };
    let words = facts.words();
    let statuses = if words.is_empty() {
        format!(
            "# TODO: the words for states, as the pages list them\n# statuses:\n#   - source: {source}\n#     values: [queued, done]\n"
        )
    } else {
        let words = list(words.iter().map(|(word, _)| *word));
        format!("statuses:\n  - source: {source}\n    values: {words}\n")
    };
    format!(
        "# What the pages of {} say, each with its page. It is compared with the definition in both directions.\n\
         {place}: {{ name: {}, value: {}, source: {source} }}\n{statuses}\
         # job_codes: the codes of failed jobs; problem_codes: those with which the API refuses to answer.\n",
        provider.id(),
        scalar(&name),
        quoted(&value)
    )
}

fn scenario(facts: &Facts, provider: &Provider, answer: &Answer, file: &str) -> Result<String, CliError> {
    let job = JobId::new(facts.job_id()).map_err(|error| CliError::new(format!("{error}: {}", facts.job_id())))?;
    let request = provider.request(&job, &Credentials::new("none")).map_err(|problem| CliError::new(problem.to_string()))?;
    let url = request.public_url();
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let today: String = Timestamp::now().to_string().chars().take(10).collect();
    let todo_id =
        if facts.job_id.is_none() { "# TODO: the id of the job as the page shows it, here and in the request\n" } else { "" };
    let todo_docs = if facts.docs.is_none() { "# TODO: the page that shows this answer\n" } else { "" };
    let grade = if answer.grade == "prose" {
        "# TODO: the body is made up. Put in its place what the page shows, byte for byte, and write `documented`\n"
    } else {
        "# The body is here byte for byte as the page shows it; if it is not, this is another word: see docs/fixtures.md\n"
    };
    let expect = expected(facts, answer);
    Ok(format!(
        "title: The first answer of the pages\n{todo_docs}source: {}\nread: {today}\n{grade}evidence: {}\ndefault: true\n\
         {todo_id}job_id: {}\nexchanges:\n  - request: {}\n    http: 200\n    body: {file}\n\
         # TODO: all that must be concluded, from the page and by hand, before anything is run; the keys are those of the report\n\
         {expect}",
        scalar(facts.docs()),
        answer.grade,
        scalar(facts.job_id()),
        quoted(&format!("{} {target}", request.method())),
    ))
}

/// Only what follows from the facts that were given.
fn expected(facts: &Facts, answer: &Answer) -> String {
    let Some(word) = &answer.word else { return "expect: {}\n".to_owned() };
    let state = facts.words().into_iter().find(|(known, _)| known == word);
    let state = state.map(|(_, state)| format!("  state: {}\n", scalar(state))).unwrap_or_default();
    let video = if answer.video { format!("  outputs:\n    - role: video\n      url: {VIDEO}\n") } else { String::new() };
    format!("expect:\n{state}  raw_status: {}\n{video}", scalar(word))
}

/// A body that says that the job is completed, or else what is known to be said.
fn built(facts: &Facts) -> Answer {
    let words = facts.words();
    let word = words.iter().find(|(_, state)| *state == "completed").or(words.first());
    let completed = word.is_some_and(|(_, state)| *state == "completed");
    let word = word.map_or(TODO, |(word, _)| word);
    let mut body = json!({});
    let status_path = facts.status_path.as_deref().unwrap_or("$.status");
    let told = put(&mut body, status_path, word);
    let video = completed && facts.video.as_ref().is_some_and(|path| put(&mut body, path, VIDEO));
    Answer { body: format!("{body:#}\n").into_bytes(), grade: "prose", word: told.then(|| word.to_owned()), video }
}

/// Puts a text where a path of names leads to; not where it is any other path, or something is there already.
fn put(body: &mut Value, path: &str, text: &str) -> bool {
    let Some(names) = path.strip_prefix("$.") else { return false };
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !names.split('.').all(is_name) {
        return false;
    }
    let mut place = body;
    for name in names.split('.') {
        let Value::Object(members) = place else { return false };
        place = members.entry(name).or_insert_with(|| json!({}));
    }
    let free = place.as_object().is_some_and(Map::is_empty);
    if free {
        *place = text.into();
    }
    free
}
