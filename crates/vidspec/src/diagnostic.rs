//! What is to be said about a file that a user wrote: what, where, and what to do.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Origin, Renderer, Snippet};

use crate::code::{Code, Level};

use crate::definition::keys_in;

/// A file that a user wrote.
#[derive(Clone, Debug)]
pub(crate) struct SourceText {
    /// As the user would name it, such as `providers/acme.yaml`.
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
}

impl SourceText {
    /// A byte-order mark is no part of a text.
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.into(), text: text.strip_prefix('\u{FEFF}').unwrap_or(text).into() }
    }
}

/// One thing to be said about a file: a mistake, or what is probably meant otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of finding it is, and how much it weighs.
    pub code: Code,
    /// What was expected and what was found; stands alone.
    pub message: String,
    /// What to do, where that can be said.
    pub help: Option<String>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in characters, counted from 1.
    pub column: usize,
    /// The offending bytes of the file, counted after a byte-order mark.
    pub span: Range<usize>,
}

/// All that is to be said about one file, in its order.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    source: SourceText,
    found: Vec<Diagnostic>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, source: &SourceText, span: Range<usize>, message: String, help: Option<String>) -> Self {
        let before = source.text.get(..span.start).unwrap_or(&source.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { code, message, help, line, column, span }
    }
}

impl Diagnostics {
    /// What may be a key, pasted by mistake, is covered in the text and in the messages.
    pub(crate) fn new(source: SourceText, mut found: Vec<Diagnostic>) -> Self {
        found.sort_by_key(|diagnostic| diagnostic.span.start);
        found.dedup();
        let mut shown = source.text.to_string();
        for span in keys_in(&source.text) {
            let Some(key) = source.text.get(span.clone()) else { continue };
            // Of the same length: the other places stay where they are.
            shown.replace_range(span, &"*".repeat(key.len()));
            let bare = key.trim_matches(['"', '\'']);
            for text in found.iter_mut().flat_map(|mistake| [Some(&mut mistake.message), mistake.help.as_mut()]).flatten() {
                *text = text.replace(bare, "***");
            }
        }
        Self { source: SourceText { text: shown.into(), ..source }, found }
    }

    /// Nothing yet about a file. `file` is its name as the user would say it.
    pub fn about(file: &str, text: &str) -> Self {
        Self::new(SourceText::new(file, text), Vec::new())
    }

    /// Says something about the line, from a byte on; where there is no such line, about the file.
    pub fn add(&mut self, code: Code, at: usize, message: String, help: Option<String>) {
        let text = &self.source.text;
        let start = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let found = Diagnostic::new(code, &self.source, start..start + line.trim_end().len(), message, help);
        self.found.push(found);
        self.found.sort_by_key(|diagnostic| diagnostic.span.start);
    }

    /// Only those that weigh as much as this, or more.
    #[must_use]
    pub fn at_least(&self, level: Level) -> Self {
        let found = self.found.iter().filter(|diagnostic| diagnostic.code.level() >= level);
        Self { source: self.source.clone(), found: found.cloned().collect() }
    }

    /// What is to be said, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// The file, as the user named it.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// The same with the lines of the file that it is about, as a compiler shows them.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let pictures = self.found.iter().map(|diagnostic| {
            // A file without text is named alone.
            let place: annotate_snippets::Element<'_> = if self.source.text.is_empty() {
                Origin::path(&*self.source.name).into()
            } else {
                let mark = AnnotationKind::Primary.span(diagnostic.span.clone());
                Snippet::source(&*self.source.text).path(&*self.source.name).annotation(mark).into()
            };
            let mut group = picture_level(diagnostic.code.level())
                .primary_title(&*diagnostic.message)
                .id(diagnostic.code.as_str())
                .element(place);
            if let Some(help) = &diagnostic.help {
                group = group.element(annotate_snippets::Level::HELP.message(&**help));
            }
            renderer.render(&[group])
        });
        pictures.collect::<Vec<_>>().join("\n\n")
    }
}

fn picture_level(level: Level) -> annotate_snippets::Level<'static> {
    match level {
        Level::Error => annotate_snippets::Level::ERROR,
        Level::Warning => annotate_snippets::Level::WARNING,
        Level::Note => annotate_snippets::Level::NOTE,
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
