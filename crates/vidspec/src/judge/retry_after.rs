//! How long an answer asks to wait, by its headers.

use crate::response::Response;
use crate::time::{Timestamp, parse_duration};

/// The moment at which the allowance is renewed, in the spellings seen: Replicate and Synthesia, Varg, `OpenAI`.
const RESETS: [&str; 3] = ["ratelimit-reset", "x-ratelimit-reset", "x-ratelimit-reset-requests"];

/// How many questions are left until then; 0 asks to wait even where the answer was a good one.
const REMAINING: [&str; 3] = ["ratelimit-remaining", "x-ratelimit-remaining", "x-ratelimit-remaining-requests"];

/// A larger number of seconds is meant from 1970, not from now: it is more than 30 years.
const LONGEST_WAIT: f64 = 1e9;

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), and `retry-after-ms`, which `OpenAI` sends.
pub(crate) fn header(response: &Response) -> Option<f64> {
    if let Some(millis) = response.header("retry-after-ms").and_then(number) {
        return Some(millis / 1_000.0);
    }
    let text = response.header("retry-after")?;
    number(text).or_else(|| Some(Timestamp::parse_http_date(text)?.seconds_since(response.received_at).max(0.0)))
}

/// Of a refusal by HTTP 429 without that header.
pub(super) fn of_refusal(response: &Response) -> Option<f64> {
    (response.status == 429 || nothing_remains(response)).then(|| reset(response)).flatten()
}

/// Of an answer that tells how the job is doing.
pub(super) fn of_success(response: &Response) -> Option<f64> {
    header(response).or_else(|| nothing_remains(response).then(|| reset(response)).flatten())
}

fn nothing_remains(response: &Response) -> bool {
    REMAINING.iter().filter_map(|name| response.header(name)).any(|left| number(left) == Some(0.0))
}

/// In seconds from now, in seconds since 1970, or as a length such as `6m0s`.
fn reset(response: &Response) -> Option<f64> {
    let text = RESETS.iter().find_map(|name| response.header(name))?;
    let seconds = number(text).or_else(|| parse_duration(text))?;
    if seconds < LONGEST_WAIT {
        return Some(seconds);
    }
    Some(Timestamp::from_unix_seconds(seconds)?.seconds_since(response.received_at).max(0.0))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0)
}
