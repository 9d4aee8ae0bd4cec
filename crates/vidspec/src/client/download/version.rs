//! Which version of a file has arrived so far, and whether an answer goes on with it.

use serde::{Deserialize, Serialize};

use crate::response::Response;
use crate::time::Timestamp;

/// Which version of a file an answer brings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    /// What `If-Range` takes: a strong entity tag, or a time of the last change that is old enough to be one (RFC 9110, section
    /// 8.8). Without it, nobody can tell whether the rest belongs to what is there.
    pub(super) validator: Option<String>,
    /// The size of the whole file in bytes.
    pub(super) total: Option<u64>,
}

impl Version {
    /// Of an answer that holds the whole file.
    pub(super) fn of_whole(answer: &Response) -> Self {
        let total = answer.header("content-length").and_then(|length| length.trim().parse().ok());
        Self { validator: strong_tag(answer).or_else(|| settled_date(answer)), total }
    }

    /// Whether a partial answer (HTTP 206) holds what comes after the first `from` bytes of this version.
    pub(super) fn is_continued_by(&self, answer: &Response, from: u64) -> bool {
        let Some((start, total)) = answer.header("content-range").and_then(content_range) else { return false };
        let same_size = total.is_none() || self.total.is_none() || total == self.total;
        // The server has compared the validator; where it names its version again, the two must agree.
        let by_tag = self.validator.as_ref().filter(|validator| validator.starts_with('"'));
        let same_tag = by_tag.is_none_or(|known| strong_tag(answer).is_none_or(|named| named == **known));
        start == from && same_size && same_tag
    }
}

fn strong_tag(answer: &Response) -> Option<String> {
    let tag = answer.header("etag")?.trim();
    (tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"')).then(|| tag.to_owned())
}

/// A file that changed in the very second of the answer may change again in it, and keep its date.
fn settled_date(answer: &Response) -> Option<String> {
    let text = answer.header("last-modified")?.trim();
    let (changed, sent) = (Timestamp::parse_http_date(text)?, Timestamp::parse_http_date(answer.header("date")?)?);
    (sent.seconds_since(changed) >= 1.0).then(|| text.to_owned())
}

/// `bytes 100-199/200` as its beginning and the size of the whole; `*` is an unknown size.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let (start, end): (u64, u64) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
    let total = if total == "*" { None } else { Some(total.trim().parse().ok()?) };
    (start <= end && total.is_none_or(|total| end < total)).then_some((start, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        headers.iter().fold(Response::new(status, ""), |answer, (name, value)| answer.with_header(name, *value))
    }

    #[test]
    fn only_what_is_strong_can_be_gone_on_from() {
        let (changed, later) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT");
        for (headers, expected) in [
            (&[("etag", "\"v1\"")][..], Some("\"v1\"")),
            (&[("etag", "\"v1\""), ("last-modified", changed), ("date", later)], Some("\"v1\"")),
            (&[("etag", "W/\"v1\""), ("last-modified", changed), ("date", later)], Some(changed)),
            (&[("etag", "W/\"v1\"")], None),
            (&[("etag", "v1")], None),
            (&[("etag", "\"")], None),
            (&[("last-modified", changed), ("date", changed)], None),
            (&[("last-modified", changed)], None),
            (&[("last-modified", "yesterday"), ("date", later)], None),
            (&[], None),
        ] {
            assert_eq!(Version::of_whole(&answer(200, headers)).validator.as_deref(), expected, "{headers:?}");
        }
    }

    #[test]
    fn the_rest_must_begin_where_the_part_ends_and_belong_to_the_same_version() {
        let version = Version { validator: Some("\"v1\"".into()), total: Some(200) };
        for (range, tag, expected) in [
            ("bytes 100-199/200", "\"v1\"", true),
            ("bytes 100-149/200", "\"v1\"", true),
            ("bytes 100-199/*", "\"v1\"", true),
            ("bytes 100-199/200", "", true),
            ("bytes 100-199/200", "\"v2\"", false),
            ("bytes 0-199/200", "\"v1\"", false),
            ("bytes 99-199/200", "\"v1\"", false),
            ("bytes 100-200/201", "\"v1\"", false),
            ("bytes 100-200/200", "\"v1\"", false),
            ("bytes 199-100/200", "\"v1\"", false),
            ("bytes */200", "\"v1\"", false),
            ("100-199/200", "\"v1\"", false),
            ("bytes 100-99999999999999999999/200", "\"v1\"", false),
            ("", "\"v1\"", false),
        ] {
            let answer = answer(206, &[("content-range", range), ("etag", tag)]);
            assert_eq!(version.is_continued_by(&answer, 100), expected, "{range} {tag}");
        }
        assert!(!version.is_continued_by(&answer(206, &[]), 100));
    }
}
