//! Where an answer of the provider may hold what a definition asks for. It is proposed, never taken for granted.

use serde_json::Value;

/// A place in the answer, and what stands there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Proposal {
    /// As a JSONPath.
    pub(super) path: String,
    pub(super) value: String,
}

/// The places, the most likely of each kind first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Proposals {
    /// All places that hold a text, a number or a boolean.
    places: Vec<Proposal>,
    pub(super) status: Vec<Proposal>,
    pub(super) video: Vec<Proposal>,
    pub(super) code: Vec<Proposal>,
    pub(super) message: Vec<Proposal>,
}

/// Endings of videos, and of files that are none.
const VIDEOS: [&str; 3] = [".mp4", ".webm", ".mov"];
const OTHER_FILES: [&str; 10] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".srt", ".vtt", ".mp3", ".wav", ".json"];

impl Proposals {
    /// Nothing is proposed from a body that is not JSON.
    pub(super) fn of(body: &[u8]) -> Self {
        let mut found = Self::default();
        if let Ok(body) = serde_json::from_slice::<Value>(body) {
            found.look_into(&body, "$", "");
            found.video.sort_by_key(|proposal| !is_video(&proposal.value));
        }
        found
    }

    /// What stands at a place, if the path is written as it would be proposed.
    pub(super) fn at(&self, path: &str) -> Option<&str> {
        self.places.iter().find(|place| place.path == path).map(|place| place.value.as_str())
    }

    /// `path` leads to the value; `names` are the names on the way, in small letters.
    fn look_into(&mut self, value: &Value, path: &str, names: &str) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    self.look_into(value, &member(path, name), &format!("{names} {}", name.to_ascii_lowercase()));
                }
            }
            Value::Array(elements) => {
                elements.first().into_iter().for_each(|element| self.look_into(element, &format!("{path}[0]"), names));
            }
            Value::Null => {}
            Value::String(text) => self.sort_in(path, names, text),
            scalar => self.sort_in(path, names, &scalar.to_string()),
        }
    }

    fn sort_in(&mut self, path: &str, names: &str, text: &str) {
        self.places.push(Proposal { path: path.to_owned(), value: text.to_owned() });
        let own = names.rsplit(' ').next().unwrap_or_default();
        let about_failure = names.contains("err") || names.contains("fail");
        let (list, path) = if text.starts_with("https://") || text.starts_with("http://") {
            let other = OTHER_FILES.iter().any(|ending| has_ending(text, ending));
            if other || !(is_video(text) || names.contains("video") || own.ends_with("url")) {
                return;
            }
            // Each element of a list is a file.
            (&mut self.video, path.replace("[0]", "[*]"))
        } else if about_failure {
            (if own.contains("code") { &mut self.code } else { &mut self.message }, path.to_owned())
        } else if own.ends_with("status") || own.ends_with("state") {
            (&mut self.status, path.to_owned())
        } else {
            return;
        };
        list.push(Proposal { path, value: text.to_owned() });
    }
}

fn is_video(text: &str) -> bool {
    VIDEOS.iter().any(|ending| has_ending(text, ending))
}

fn has_ending(address: &str, ending: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.to_ascii_lowercase().ends_with(ending)
}

fn member(path: &str, name: &str) -> String {
    let simple = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if simple { format!("{path}.{name}") } else { format!("{path}['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(proposals: &[Proposal]) -> Vec<&str> {
        proposals.iter().map(|proposal| proposal.path.as_str()).collect()
    }

    #[test]
    fn places_are_proposed_by_name_and_value() {
        let found = Proposals::of(
            br#"{
                "id": "rnd_1", "data": { "task-status": "done", "state": 3 },
                "files": [{ "preview_url": "https://x.example/page", "url": "https://x.example/v.MP4?sig=1" }],
                "thumbnail_url": "https://x.example/t.png", "video": "https://x.example/files/7",
                "error": { "code": 12, "text": "no" }, "failure_reason": "none", "err": null
            }"#,
        );
        assert_eq!(paths(&found.status), ["$.data.state", "$.data['task-status']"]);
        assert_eq!(paths(&found.video), ["$.files[*].url", "$.files[*].preview_url", "$.video"]);
        assert_eq!((paths(&found.code), paths(&found.message)), (vec!["$.error.code"], vec!["$.error.text", "$.failure_reason"]));
        assert_eq!((found.at("$.data.state"), found.at("$.id"), found.at("$.data")), (Some("3"), Some("rnd_1"), None));
    }

    #[test]
    fn nothing_is_proposed_from_what_is_no_json() {
        for body in ["<html>status: done</html>", "", "\u{0}", "[]", "null"] {
            assert_eq!(Proposals::of(body.as_bytes()), Proposals::default(), "{body}");
        }
    }
}
