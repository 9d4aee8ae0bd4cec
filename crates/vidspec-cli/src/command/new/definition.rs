//! The text of a new definition.

use std::fmt::Write as _;

use super::facts::{Facts, TODO};
use super::proposal::{Proposal, Proposals};
use super::yaml::{quoted, scalar};

/// It is a sound definition, whatever is missing.
pub(super) fn text(facts: &Facts, proposals: &Proposals) -> String {
    let mut text = format!(
        "# yaml-language-server: $schema=provider.schema.json\nvidspec: 1\nid: {}\nname: {}\n",
        scalar(&facts.id),
        scalar(&facts.name())
    );
    todo(&mut text, "", facts.docs.is_none(), "the page that describes the status request");
    let _ = writeln!(text, "docs: {}", scalar(facts.docs()));
    todo(&mut text, "", facts.base_url.is_none(), "the address of the API; the key is sent to this host only");
    let _ = writeln!(text, "base_url: {}", scalar(facts.base_url.as_deref().unwrap_or("https://api.example.com")));
    let todo_auth = facts.auth.is_none() || facts.env.is_none();
    todo(
        &mut text,
        "",
        todo_auth,
        "is the key sent like this, and kept in this variable? See what the pages and their tools say",
    );
    let _ = writeln!(text, "auth: {}", facts.auth_text());
    text.push_str(
        "# With a pattern, vidspec finds this provider for a bare id:\n# job_id: { pattern: \"^rnd_[0-9A-Za-z]+$\", example: rnd_7Qx2mV }\n",
    );
    status(&mut text, facts, proposals);
    error(&mut text, proposals);
    text.push_str(
        "# How the API refuses to answer, if that looks different: a wrong key, an unknown job.\n\
         # problem: { code: $.code, codes: { bad_key: unauthorized, no_such_job: not_found } }\n\
         # How often the pages say that one may ask:\n\
         # poll: { interval: 10s, timeout: 30m }\n",
    );
    text
}

fn status(text: &mut String, facts: &Facts, proposals: &Proposals) {
    text.push_str("status:\n");
    todo(text, "  ", facts.get.is_none(), "the path of the request that asks for the status; it must only read");
    let _ = writeln!(text, "  get: {}", quoted(facts.get.as_deref().unwrap_or("/v1/jobs/{job_id}")));
    let path = place(text, facts.status_path.as_deref(), &proposals.status, "the provider's word for the state");
    let _ = writeln!(text, "  path: {}", scalar(path.unwrap_or("$.status")));
    text.push_str("  # Any other word gives the state `unknown` with the word itself, never a guess.\n  map:\n");
    let words = facts.words();
    for (word, state) in &words {
        let _ = writeln!(text, "    {}: {}", scalar(word), scalar(state));
    }
    if words.is_empty() {
        let word = shown_word(facts, proposals).unwrap_or(TODO);
        let states = "queued, processing, completed, failed, canceled or expired";
        let _ = writeln!(text, "    # TODO: the words that the pages list, and for each one of {states}");
        let _ = writeln!(text, "    {}: unknown", scalar(word));
    }
    let video = place(text, facts.video.as_deref(), &proposals.video, "the address of the video of a completed job");
    match video {
        Some(path) => {
            let _ = writeln!(text, "  outputs:\n    video: {}", scalar(path));
        }
        None => text.push_str("  # outputs: { video: $.video_url }\n"),
    }
    text.push_str(
        "  # If the answer tells them: how far the job has come (`percent` counts to 100), its times, the length of the video.\n\
         \x20 # progress: { path: $.progress, unit: percent }\n  # times: { created: $.created_at, completed: $.completed_at }\n\
         \x20 # details: { duration_seconds: $.duration }\n",
    );
}

/// The word that the published answer shows at the place of the status, given or proposed.
pub(super) fn shown_word<'p>(facts: &Facts, proposals: &'p Proposals) -> Option<&'p str> {
    let proposed = || proposals.status.first().map(|proposal| proposal.path.as_str());
    facts.status_path.as_deref().or_else(proposed).and_then(|path| proposals.at(path))
}

fn error(text: &mut String, proposals: &Proposals) {
    text.push_str("# TODO: where the answer about a failed job holds its code and sentence; it serves for refusals too\n");
    for list in [&proposals.code, &proposals.message] {
        also(text, "# ", list);
    }
    let or = |list: &[Proposal], usual: &str| scalar(list.first().map_or(usual, |proposal| &proposal.path));
    let (code, message) = (or(&proposals.code, "$.error.code"), or(&proposals.message, "$.error.message"));
    let _ = writeln!(text, "# error:\n#   code: {code}\n#   message: {message}\n#   codes: {{ content_policy: moderated }}");
}

/// The path that was given, or else the first that is proposed; what is not certain is marked.
fn place<'t>(text: &mut String, given: Option<&'t str>, proposed: &'t [Proposal], what: &str) -> Option<&'t str> {
    if given.is_some() {
        return given;
    }
    let first = proposed.first();
    let doubt = if first.is_some() { "does this place hold" } else { "where the answer holds" };
    let _ = writeln!(text, "  # TODO: {doubt} {what}{}", if first.is_some() { "?" } else { "" });
    also(text, "  # ", proposed);
    first.map(|proposal| proposal.path.as_str())
}

/// What the published answer holds at each of these places.
fn also(text: &mut String, indent: &str, proposed: &[Proposal]) {
    for Proposal { path, value } in proposed {
        let beginning: String = value.chars().take(60).collect();
        let _ = writeln!(text, "{indent}in the answer, {path} is {}", quoted(&beginning));
    }
}

fn todo(text: &mut String, indent: &str, open: bool, what: &str) {
    if open {
        let _ = writeln!(text, "{indent}# TODO: {what}");
    }
}
