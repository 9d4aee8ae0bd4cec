//! Where each part of a file stands.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Marker, Parser};

use super::finding::Step;

/// Where each part of a file stands.
#[derive(Default)]
pub(super) struct Positions {
    spans: HashMap<Vec<Step>, Spans>,
    /// Parts whose path occurs again.
    earlier: Vec<(Vec<Step>, Spans)>,
    /// Keys that occur again in their mapping, with their paths.
    pub(super) twice: Vec<(Vec<Step>, Range<usize>)>,
    /// Where a second document begins.
    pub(super) second_document: Option<Range<usize>>,
    /// Where the first alias stands.
    pub(super) alias: Option<Range<usize>>,
}

#[derive(Clone, Default)]
struct Spans {
    /// Empty for an element of a list.
    key: Range<usize>,
    value: Range<usize>,
}

/// A mapping or list that is being read.
enum Open {
    Mapping { key: Option<(String, Range<usize>)>, start: usize },
    List { next: usize, start: usize },
}

struct Reader<'t> {
    text: &'t str,
    positions: Positions,
    open: Vec<Open>,
    path: Vec<Step>,
    documents: usize,
}

impl Positions {
    pub(super) fn of(text: &str) -> Self {
        let mut reader = Reader { text, positions: Self::default(), open: Vec::new(), path: Vec::new(), documents: 0 };
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else { break };
            let start = byte_at(text, &span.start);
            reader.event(&event, start..byte_at(text, &span.end).max(start));
            if reader.positions.second_document.is_some() {
                break;
            }
        }
        reader.positions
    }

    /// Whether the file holds this part.
    pub(super) fn knows(&self, at: &[Step]) -> bool {
        self.spans.contains_key(at)
    }

    /// The span of a part, or of the nearest part around it; of its key if it has none itself, or if the key is meant.
    pub(super) fn span(&self, at: &[Step], of_key: bool) -> Range<usize> {
        let around = (0..=at.len()).rev().filter_map(|length| Some((length, self.spans.get(at.get(..length)?)?)));
        let Some((length, spans)) = around.into_iter().next() else { return 0..0 };
        let key_is_meant = (of_key && length == at.len()) || spans.value.is_empty();
        if key_is_meant && !spans.key.is_empty() { spans.key.clone() } else { spans.value.clone() }
    }

    /// The first key or value below a part that reads like this.
    pub(super) fn quoted(&self, text: &str, at: &[Step], quote: &str) -> Option<Range<usize>> {
        let below = self.spans.iter().filter(|(path, _)| path.starts_with(at));
        let reads_so = |span: &Range<usize>| text.get(span.clone()).is_some_and(|found| found.trim_matches(['"', '\'']) == quote);
        let found = below.flat_map(|(_, spans)| [&spans.key, &spans.value]).filter(|span| reads_so(span));
        found.min_by_key(|span| span.start).cloned()
    }

    /// The keys and values that stand somewhere below a part, those of one line whole.
    pub(super) fn texts_below(&self, part: &str) -> impl Iterator<Item = Range<usize>> {
        let is_below = move |path: &[Step]| matches!(path.first(), Some(Step::Key(key)) if key == part);
        let texts = |spans: &Spans| [spans.key.clone(), spans.value.clone()];
        let all = self.spans.iter().chain(self.earlier.iter().map(|(path, spans)| (path, spans)));
        all.filter(move |(path, _)| is_below(path)).flat_map(move |(_, spans)| texts(spans))
    }

    /// The text of a value of one line.
    pub(super) fn value<'t>(&self, text: &'t str, at: &[Step]) -> &'t str {
        self.spans.get(at).and_then(|spans| text.get(spans.value.clone())).unwrap_or_default()
    }
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, span: Range<usize>) {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents == 2 {
                    self.positions.second_document = Some(span);
                }
            }
            Event::Scalar(text, ..) => self.scalar(text, span),
            Event::Alias(_) => {
                self.positions.alias.get_or_insert(span.clone());
                self.scalar("*", span);
            }
            Event::MappingStart(..) => {
                self.enter(span.clone());
                self.open.push(Open::Mapping { key: None, start: span.start });
            }
            Event::SequenceStart(..) => {
                self.enter(span.clone());
                self.open.push(Open::List { next: 0, start: span.start });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(Open::Mapping { start, .. } | Open::List { start, .. }) = self.open.pop() {
                    self.leave(start..span.end);
                }
            }
            _ => {}
        }
    }

    fn scalar(&mut self, text: &str, span: Range<usize>) {
        if let Some(Open::Mapping { key: key @ None, .. }) = self.open.last_mut() {
            *key = Some((text.to_owned(), span));
        } else {
            self.enter(span.clone());
            self.leave(span);
        }
    }

    /// A value begins.
    fn enter(&mut self, value: Range<usize>) {
        let mut key = 0..0;
        match self.open.last_mut() {
            Some(Open::Mapping { key: waiting, .. }) => {
                let (name, span) = waiting.take().unwrap_or_default();
                self.path.push(Step::Key(name));
                key = span;
            }
            Some(Open::List { next, .. }) => {
                self.path.push(Step::Index(*next));
                *next += 1;
            }
            None => {}
        }
        let known = self.positions.spans.insert(self.path.clone(), Spans { key: key.clone(), value });
        let inside_of_one = || self.positions.twice.iter().any(|(path, _)| self.path.starts_with(path));
        if known.is_some() && !key.is_empty() && !inside_of_one() {
            self.positions.twice.push((self.path.clone(), key));
        }
        self.positions.earlier.extend(known.map(|known| (self.path.clone(), known)));
    }

    /// A value ends. Of one that goes over several lines only the first is marked.
    fn leave(&mut self, value: Range<usize>) {
        let text = self.text.get(value.clone()).unwrap_or_default();
        let first_line = text.split('\n').next().unwrap_or_default().trim_end();
        if let Some(spans) = self.positions.spans.get_mut(&self.path) {
            spans.value = value.start..value.start + first_line.len();
        }
        self.path.pop();
    }
}

fn byte_at(text: &str, marker: &Marker) -> usize {
    let counted = || text.char_indices().nth(marker.index()).map_or(text.len(), |(at, _)| at);
    marker.byte_offset().unwrap_or_else(counted).min(text.len())
}
