//! Reads plain paths without a full parser: names, quoted names without escapes, indices and `[*]`.

use super::query::Selector;

/// `None` means only that the full parser must look at it.
pub(super) fn parse(text: &str) -> Option<Vec<Selector>> {
    let mut rest = text.strip_prefix('$')?;
    let mut selectors = Vec::new();
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('.') {
            let end = tail.find(['.', '[']).unwrap_or(tail.len());
            let (name, tail) = tail.split_at(end);
            let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !well_formed {
                return None;
            }
            selectors.push(Selector::Name(name.into()));
            rest = tail;
        } else {
            let tail = rest.strip_prefix('[')?;
            let (inside, tail) = tail.split_once(']')?;
            selectors.push(parse_bracket(inside)?);
            rest = tail;
        }
    }
    Some(selectors)
}

fn parse_bracket(inside: &str) -> Option<Selector> {
    if inside == "*" {
        return Some(Selector::Wildcard);
    }
    for quote in ['\'', '"'] {
        if let Some(name) = inside.strip_prefix(quote).and_then(|name| name.strip_suffix(quote)) {
            let plain = name.chars().all(|c| c != quote && c != '\\' && !c.is_control());
            return plain.then(|| Selector::Name(name.into()));
        }
    }
    let digits = inside.strip_prefix('-').unwrap_or(inside);
    let canonical = digits == "0" && digits == inside
        || !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    // RFC 9535, section 2.1: indices are integers that every JSON implementation can hold.
    let index: i64 = if canonical { inside.parse().ok()? } else { return None };
    (index.unsigned_abs() < (1 << 53)).then_some(Selector::Index(index))
}
