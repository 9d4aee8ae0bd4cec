//! Two texts side by side, as a reader wants to see them.

use similar::{ChangeTag, TextDiff};

/// How many equal lines are shown around a change.
const CONTEXT: usize = 2;

/// The lines that differ, with `-` before what was expected and `+` before what was found, and some equal lines around them.
/// Empty if nothing differs.
pub(crate) fn lines(expected: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(expected, found);
    let mut groups = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let mut text = String::new();
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            text.push(sign);
            text.push(' ');
            text.push_str(change.value().trim_end_matches('\n'));
            text.push('\n');
        }
        groups.push(text);
    }
    groups.join("  …\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_a_change_is_shown() {
        assert_eq!(lines("a\nb\n", "a\nb\n"), "");
        assert_eq!(
            lines("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nX\nd\ne\nf\ng\nh\nI\n"),
            concat!("  a\n  b\n- c\n+ X\n  d\n  e\n", "  …\n", "  g\n  h\n- i\n+ I\n")
        );
        assert_eq!(lines("state: completed", "state: failed"), "- state: completed\n+ state: failed\n");
    }
}
