//! Paths that no answer is known to follow.

use std::collections::HashSet;

use super::Answers;
use crate::code::Code;
use crate::decision::Part;
use crate::definition::{Answer, Clause, Condition, Content, Definition, Finding, Place, Source, Step};
use crate::effort::Effort;
use crate::json::Json;
use crate::json_path::JsonPath;

/// A section of the definition, with its paths.
struct Section<'d> {
    key: &'static str,
    /// The request whose answers they are read from; `None` for both.
    part: Option<Part>,
    paths: Vec<&'d JsonPath>,
}

/// Each JSONPath of a section that names nothing in any of these answers, once.
pub(super) fn unseen(definition: &Definition, answers: &Answers<'_>) -> Vec<Finding> {
    let (status, result) = (documents(&answers.status), documents(&answers.result));
    let mut unseen = Vec::new();
    for section in sections(definition) {
        let status = if section.part == Some(Part::Result) { &[][..] } else { &status[..] };
        let result = if section.part == Some(Part::Status) { &[][..] } else { &result[..] };
        // One that takes too long to look for is not called unseen.
        let is_in = |path: &JsonPath, answer: &Document<'_>| {
            let effort = Effort::for_body(answer.length);
            path.select(&answer.json, &effort).next().is_some() || effort.is_spent()
        };
        let is_seen = |path: &JsonPath| status.iter().chain(result).any(|answer| is_in(path, answer));
        let mut known = HashSet::new();
        for path in section.paths.into_iter().filter(|path| known.insert(path.as_str()) && !is_seen(path)) {
            unseen.push(Finding {
                help: Some("add a fixture whose answer holds it, or take it out".into()),
                quote: Some(path.as_str().to_owned()),
                own_only: true,
                ..Finding::new(
                    Code::UnseenPath,
                    vec![Step::from(section.key)],
                    format!("`{}` names nothing in any fixture", path.as_str()),
                )
            });
        }
    }
    unseen
}

/// A body that is JSON.
struct Document<'b> {
    json: Json<'b>,
    length: usize,
}

fn documents<'b>(bodies: &[&'b [u8]]) -> Vec<Document<'b>> {
    bodies.iter().filter_map(|body| Some(Document { json: Json::parse(body).ok()?, length: body.len() })).collect()
}

fn sections(definition: &Definition) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    for (part, answer) in definition.answers() {
        sections.push(Section { key: part.as_str(), part: Some(part), paths: of_answer(answer) });
    }
    if let Some(result) = &definition.result {
        // The values for the second request are taken from the answer to the first.
        let paths = result.with.values().flat_map(of_source).collect();
        sections.push(Section { key: "result", part: Some(Part::Status), paths });
    }
    let error = &definition.error;
    let problem = definition.problem.as_ref();
    let problem = problem.into_iter().flat_map(|problem| [&problem.code, &problem.message, &problem.retry_after]);
    sections.push(Section { key: "error", part: None, paths: of_sources([&error.code, &error.message]) });
    sections.push(Section { key: "problem", part: None, paths: of_sources(problem) });
    sections.push(Section { key: "request_id", part: None, paths: of_sources([&definition.request_id]) });
    sections
}

fn of_answer(answer: &Answer) -> Vec<&JsonPath> {
    let mut paths: Vec<_> = answer.rules.iter().flat_map(|rule| of_condition(&rule.when)).collect();
    for verdict in answer.verdicts() {
        paths.extend(of_sources([&verdict.code, &verdict.message]));
    }
    for rule in answer.outputs.entries.iter().flat_map(|entry| &entry.alternatives) {
        let (Content::Url(file) | Content::Base64(file)) = &rule.content;
        paths.extend(of_source(file));
        paths.extend(of_sources([&rule.media_type, &rule.expires]));
    }
    let times = &answer.times;
    paths.extend(of_sources([&answer.path, &answer.progress, &times.created, &times.started, &times.completed]));
    paths.extend(answer.details.values().flat_map(of_source));
    paths
}

fn of_condition(condition: &Condition) -> Vec<&JsonPath> {
    condition.0.iter().flat_map(of_clause).collect()
}

fn of_clause(clause: &Clause) -> Vec<&JsonPath> {
    match clause {
        Clause::Path(path, _) => vec![path],
        Clause::Any(conditions) => conditions.iter().flat_map(of_condition).collect(),
        Clause::Header(..) | Clause::Text(_) | Clause::Http(_) | Clause::Body(_) => Vec::new(),
    }
}

fn of_sources<'d>(sources: impl IntoIterator<Item = &'d Option<Source>>) -> Vec<&'d JsonPath> {
    sources.into_iter().flatten().flat_map(of_source).collect()
}

fn of_source(source: &Source) -> impl Iterator<Item = &JsonPath> {
    source.origins().iter().flat_map(|origin| {
        let path = match &origin.place {
            Place::Path(path) => Some(path),
            Place::Header(_) | Place::Template(_) => None,
        };
        path.into_iter().chain(&origin.of)
    })
}
