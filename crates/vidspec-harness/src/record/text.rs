//! Personal values in a text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

/// What takes the place of a value.
pub(super) const REMOVED: &str = "removed";

/// A kind of personal value: its form, what takes its place, and what it is called.
struct Kind {
    form: Regex,
    replacement: &'static str,
    name: &'static str,
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let forms = [
        // Signed addresses, and whatever else stands in a query.
        (r#"([?&;][A-Za-z0-9_.%\[\]-]+=)[^&;\s"'<>#\\]+"#, "${1}removed", "values of queries"),
        (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "someone@example.com", "e-mail addresses"),
        (r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", REMOVED, "tokens"),
        (r"\b(sk|pk|rk|key)[-_][A-Za-z0-9_-]{12,}", REMOVED, "keys"),
        // As a message shows the beginning and the end of a key.
        (r#"[^\s"'<>:,]*\*{3,}[^\s"'<>:,]*"#, REMOVED, "keys"),
        (r"\b(org|user|team|proj|acct|cus)[-_][A-Za-z0-9]{6,}", REMOVED, "ids of users and organisations"),
        (r"\b(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\b", "192.0.2.1", "IP addresses"),
    ];
    let compiled =
        forms.into_iter().filter_map(|(form, replacement, name)| Some(Kind { form: Regex::new(form).ok()?, replacement, name }));
    compiled.collect()
});

/// The text without personal values; the id of the job stays, it is asked for. Adds what was removed.
pub(super) fn cleaned<'t>(text: &'t str, job_id: &str, removed: &mut BTreeSet<String>) -> Cow<'t, str> {
    let mut clean = Cow::Borrowed(text);
    for Kind { form, replacement, name } in KINDS.iter() {
        let mut found = false;
        let replaced = form.replace_all(&clean, |captures: &Captures<'_>| {
            let whole = captures.get(0).map_or("", |part| part.as_str());
            if job_id.contains(whole) {
                return whole.to_owned();
            }
            found = true;
            replacement.replace("${1}", captures.get(1).map_or("", |part| part.as_str()))
        });
        let replaced = replaced.into_owned();
        if found {
            removed.insert((*name).to_owned());
            clean = Cow::Owned(replaced);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_are_replaced_and_all_else_stays() {
        assert_eq!(KINDS.len(), 7, "every form compiles");
        for (text, expected) in [
            (
                "https://cdn.example.com/v.mp4?X-Amz-Signature=0f3a&Expires=17",
                "https://cdn.example.com/v.mp4?X-Amz-Signature=removed&Expires=removed",
            ),
            ("/files/1?sig=a%2Fb#t=1", "/files/1?sig=removed#t=1"),
            ("mail jane.doe+x@mail.example.org!", "mail someone@example.com!"),
            ("Incorrect API key provided: sk-ab***************wxyz.", "Incorrect API key provided: removed"),
            ("the key sk-proj-0123456789abcdef", "the key removed"),
            ("Bearer eyJhbGciOi.eyJzdWIi.c2ln", "Bearer removed"),
            ("limit reached in organization org-abc123XYZ on requests", "limit reached in organization removed on requests"),
            ("blocked for 203.0.113.77", "blocked for 192.0.2.1"),
            ("2026-11-22T12:00:00.000Z, v1.2.3, 50 %, a*b", "2026-11-22T12:00:00.000Z, v1.2.3, 50 %, a*b"),
            ("https://cdn.example.com/user-12345678.mp4", "https://cdn.example.com/user-12345678.mp4"),
        ] {
            assert_eq!(cleaned(text, "user-12345678", &mut BTreeSet::new()), expected);
        }
    }
}
