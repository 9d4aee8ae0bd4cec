//! What is to be said about a file that a user wrote: what, where, and what to do.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Renderer, Snippet};

use crate::code::{Code, Level};

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

/// All mistakes of one definition, in the order of the file.
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
    pub(crate) fn new(source: SourceText, mut found: Vec<Diagnostic>) -> Self {
        found.sort_by_key(|diagnostic| diagnostic.span.start);
        found.dedup();
        Self { source, found }
    }

    /// The mistakes, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// The file, as the user named it.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// The mistakes with the lines of the file that they are in, as a compiler shows them.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let pictures = self.found.iter().map(|diagnostic| {
            let snippet = Snippet::source(&*self.source.text)
                .path(&*self.source.name)
                .annotation(AnnotationKind::Primary.span(diagnostic.span.clone()));
            let mut group = picture_level(diagnostic.code.level())
                .primary_title(&*diagnostic.message)
                .id(diagnostic.code.as_str())
                .element(snippet);
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
