//! In which line of which file a part of a definition stands.

use std::sync::Arc;

use super::finding::Step;
use super::positions::Positions;
use crate::diagnostic::SourceText;

/// The files of a definition: its own, and that of the one that it extends.
pub(crate) struct Lines<'f>(Vec<(&'f SourceText, Positions)>);

impl<'f> Lines<'f> {
    /// Reads where everything stands. The first file is the definition's own.
    pub(crate) fn of(files: &'f [SourceText]) -> Self {
        Self(files.iter().map(|file| (file, Positions::of(&file.text))).collect())
    }

    /// The file and the line of a part, or of the nearest part around it; what a file does not hold it inherits.
    pub(crate) fn find(&self, at: &[Step]) -> Option<(Arc<str>, usize)> {
        let around = (1..=at.len()).rev().filter_map(|length| at.get(..length));
        let holder = |part| self.0.iter().find(|(_, positions)| positions.knows(part)).map(|file| (part, file));
        let (part, (file, positions)) = around.map(holder).find_map(|found| found)?;
        let start = positions.span(part, true).start;
        Some((Arc::clone(&file.name), file.text.get(..start)?.matches('\n').count() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::at;

    #[test]
    fn a_part_is_found_where_it_is_written_or_inherited() {
        let child = SourceText::new("child.yaml", "extends: parent\nstatus:\n  map: { done: completed }\n");
        let parent = SourceText::new(
            "parent.yaml",
            "status:\n  rules:\n    - when: {}\n    - when: {}\n  map:\n    done: failed\n    1: queued\n",
        );
        let files = [child, parent];
        let lines = Lines::of(&files);
        for (at, place) in [
            (at!["status", "map", "done"], Some(("child.yaml", 3))),
            (at!["status", "map", "1"], Some(("parent.yaml", 7))),
            (at!["status", "rules", 1], Some(("parent.yaml", 4))),
            (at!["status", "rules", 1, "then"], Some(("parent.yaml", 4))),
            (at!["error", "codes"], None),
        ] {
            let found = lines.find(at);
            assert_eq!(found.as_ref().map(|(file, line)| (&**file, *line)), place, "{at:?}");
        }
    }
}
