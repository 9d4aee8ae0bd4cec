//! Looking values up in an answer.

use std::borrow::Cow;

use super::Question;
use super::body::Body;
use super::found::{Found, Scalar};
use super::shown;
use super::trace::{Draft, Tracer};
use crate::decision::{Decisions, Part};
use crate::definition::{Answer, CodeTable, Definition, Origin, Place, Source, Step, Word, at};
use crate::effort::{Effort, STEPS};
use crate::explanation::{Look, Stage};
use crate::json::Json;
use crate::json_path::JsonPath;
use crate::problem::{Problem, ProblemKind};
use crate::response::Response;
use crate::template::{BASE_URL, JOB_ID, Template, VALUE, Writing};

/// An answer whose body has been read.
pub(super) struct Reading<'r, T> {
    /// The request that was answered, and what the definition says about its answer.
    pub(super) part: Part,
    pub(super) answer: &'r Answer,
    pub(super) response: &'r Response,
    pub(super) body: Body<'r>,
    pub(super) values: Values<'r>,
    /// What is left for looking at it.
    pub(super) effort: Effort,
    /// The same for showing what was seen: to explain a judgement must not change it.
    showing: Effort,
    /// Whoever listens to the judgement.
    pub(super) trace: &'r T,
}

/// The values that templates can name.
#[derive(Clone, Copy)]
pub(super) struct Values<'v> {
    pub(super) question: &'v Question<'v>,
    /// Without a slash at its end.
    pub(super) base_url: &'v str,
    pub(super) with: &'v [(&'v str, String)],
}

impl<'v> Values<'v> {
    pub(super) fn get(&self, name: &str) -> Option<&'v str> {
        match name {
            JOB_ID => Some(self.question.job_id().as_str()),
            BASE_URL => Some(self.base_url),
            _ => {
                let with = self.with.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
                with.or_else(|| self.question.param(name))
            }
        }
    }
}

impl<'r, T: Tracer> Reading<'r, T> {
    pub(super) fn new(part: Part, answer: &'r Answer, response: &'r Response, values: Values<'r>, trace: &'r T) -> Self {
        let body = Body::of(&response.body);
        trace.came_to(|| Draft::used(Stage::Body, &[], format!("{} bytes: {}", response.body.len(), body.described())));
        let (effort, showing) = (Effort::for_body(response.body.len()), Effort::for_body(response.body.len()));
        Self { part, answer, response, body, values, effort, showing, trace }
    }

    pub(super) fn definition(&self) -> &'r Definition {
        self.values.question.provider().definition()
    }

    pub(super) fn json(&self) -> Option<&Json<'r>> {
        match &self.body {
            Body::Json(value) => Some(value),
            _ => None,
        }
    }

    /// The first usable value of a source. A list or object counts only if no alternative has a scalar.
    pub(super) fn find<'f>(&'f self, source: &'f Source) -> Found<'f> {
        let mut found = Found::Nothing;
        for origin in source.origins() {
            match self.find_at(origin) {
                Found::Scalar(scalar) => return Found::Scalar(scalar),
                Found::Structure => found = Found::Structure,
                Found::Nothing => {}
            }
        }
        found
    }

    /// The first usable value of one place.
    pub(super) fn find_at<'f>(&'f self, origin: &'f Origin) -> Found<'f> {
        self.find_as(origin, Writing::Prose)
    }

    /// The same, where it is known for what it is written.
    pub(super) fn find_as<'f>(&'f self, origin: &'f Origin, writing: Writing) -> Found<'f> {
        let found = match &origin.place {
            Place::Path(path) => {
                let mut found = Found::Nothing;
                for node in self.json().into_iter().flat_map(|json| path.select(json, &self.effort)) {
                    match Scalar::of(node) {
                        Found::Scalar(scalar) => {
                            found = Found::Scalar(scalar);
                            break;
                        }
                        Found::Structure => found = Found::Structure,
                        Found::Nothing => {}
                    }
                }
                found
            }
            Place::Header(name) => match self.response.header(&name.0) {
                Some(value) if !value.is_empty() => Found::Scalar(Scalar::Text(Cow::Borrowed(value))),
                _ => Found::Nothing,
            },
            Place::Template(template) => Self::found_text(self.expand(template, writing)),
        };
        if let Found::Scalar(Scalar::Text(text)) = &found
            && self.effort.spend_on_text(text).is_break()
        {
            return Found::Nothing;
        }
        let taken = match found {
            Found::Scalar(scalar) if origin.takes_a_part() => {
                Self::found_text(self.taken(origin, &scalar.text(), writing).map(Cow::into_owned))
            }
            found => found,
        };
        if !origin.is_constant() {
            self.trace.looked(|| self.look(origin, &taken, writing));
        }
        taken
    }

    /// A look at one place, and what was taken from it.
    fn look(&self, origin: &Origin, taken: &Found<'_>, writing: Writing) -> Look {
        let (at, found) = match &origin.place {
            Place::Path(path) => (path.as_str().to_owned(), self.selected(path)),
            Place::Header(name) => {
                (format!("header.{}", name.0), self.response.header(&name.0).map(shown::quoted).into_iter().collect())
            }
            Place::Template(template) => {
                (template.as_str().to_owned(), self.expand(template, writing).as_deref().map(shown::quoted).into_iter().collect())
            }
        };
        let holds = matches!(taken, Found::Scalar(_));
        Look { at, expected: None, found, taken: shown::taken(taken).filter(|_| origin.takes_a_part()), holds }
    }

    /// The values that a path names, as they are shown.
    pub(super) fn selected(&self, path: &JsonPath) -> Vec<String> {
        shown::nodes(self.json().into_iter().flat_map(|json| path.select(json, &self.showing)))
    }

    /// The part of a text that matters, put into what it is meant for.
    pub(super) fn taken<'t>(&self, origin: &Origin, text: &'t str, writing: Writing) -> Option<Cow<'t, str>> {
        let part = origin.part_of(text, &self.effort)?;
        let Some(template) = &origin.into else { return Some(part) };
        template.expand(writing, |name| if name == VALUE { Some(&*part) } else { self.values.get(name) }).map(Cow::Owned)
    }

    fn found_text<'f>(text: Option<String>) -> Found<'f> {
        match text {
            Some(text) if !text.is_empty() => Found::Scalar(Scalar::Text(Cow::Owned(text))),
            _ => Found::Nothing,
        }
    }

    pub(super) fn expand(&self, template: &Template, writing: Writing) -> Option<String> {
        template.expand(writing, |name| self.values.get(name))
    }

    /// The first usable value as text.
    pub(super) fn text(&self, source: &Source) -> Option<String> {
        self.find(source).into_text()
    }

    /// The same, told as a step.
    pub(super) fn text_for(&self, stage: Stage, source: &Source, at: impl FnOnce() -> Vec<Step>) -> Option<String> {
        let text = self.text(source);
        self.trace.came_to(|| Draft::value(stage, &at(), text.as_deref().map(shown::quoted)));
        text
    }

    /// The first code that the table lists, with its entry; if it lists none, the first code.
    pub(super) fn listed_code<'t, M>(
        &self,
        source: Option<&Source>,
        table: &'t CodeTable<M>,
    ) -> (Option<String>, Option<(&'t Word, &'t M)>) {
        let mut first = None;
        for origin in source.into_iter().flat_map(Source::origins) {
            if let Found::Scalar(scalar) = self.find_at(origin) {
                let code = scalar.text();
                if let Some(entry) = table.get(&code, &self.effort) {
                    return (Some(code.into_owned()), Some(entry));
                }
                first = first.or_else(|| Some(code.into_owned()));
            }
        }
        (first, None)
    }

    /// The provider's own id of the exchange; without a place in the definition, from the usual headers.
    pub(super) fn request_id(&self, source: Option<&Source>) -> Option<String> {
        match source {
            Some(source) => self.text_for(Stage::Body, source, || at!["request_id"].to_vec()),
            None => ["x-request-id", "request-id"].into_iter().find_map(|name| self.response.header(name)).map(str::to_owned),
        }
    }

    /// The problem of a body that is not JSON, on an answer that claims success.
    pub(super) fn not_json(&self) -> Option<Problem> {
        match &self.body {
            Body::Json(_) => None,
            Body::Broken(error) => Some(self.unexpected(&format!("a body that is not whole JSON ({error})"))),
            other => Some(self.unexpected(other.described())),
        }
    }

    /// What was concluded, unless that took too much to be relied on.
    pub(super) fn bounded<U>(
        &self,
        stage: Stage,
        concluded: Result<U, Problem>,
        decisions: &mut Decisions,
    ) -> Result<U, Problem> {
        if !self.effort.is_spent() {
            return concluded;
        }
        decisions.take_back(self.part);
        let steps = STEPS / 1_000_000;
        let problem = self.unexpected(&format!("a body that takes more than {steps} million steps to look through"));
        self.trace.came_to(|| Draft::decided(stage, &[], problem.to_string()));
        Err(problem)
    }

    /// An answer that the definition does not describe.
    pub(super) fn unexpected(&self, what: &str) -> Problem {
        let status = self.response.status;
        Problem::new(ProblemKind::UndocumentedResponse, format!("HTTP {status} with {what}"))
    }
}
