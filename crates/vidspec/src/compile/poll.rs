//! Checks of when to ask again.

use super::findings::{Findings, at};
use crate::code::Code;
use crate::definition::{Poll, Seconds};

pub(super) fn check(poll: &Poll, findings: &mut Findings) {
    let lengths = [("interval", poll.interval), ("min", poll.min), ("max", poll.max), ("timeout", poll.timeout)];
    for (name, length) in lengths {
        findings.require(
            Code::BadValue,
            length.is_none_or(|length| length.0 > 0.0),
            at!["poll", name],
            || match name {
                "timeout" => "expected some time for a job, found none".into(),
                _ => "expected some time between two questions, found none".into(),
            },
            None,
        );
    }
    let order = [
        ("min", poll.min, "interval", poll.interval),
        ("interval", poll.interval, "max", poll.max),
        ("min", poll.min, "max", poll.max),
    ];
    for (lower, low, upper, high) in order {
        let (Some(Seconds(low)), Some(Seconds(high))) = (low, high) else { continue };
        let message = || format!("expected `{upper}` to be at least `{lower}`, found {high} s and {low} s");
        findings.require(Code::BadValue, low <= high, at!["poll", upper], message, None);
    }
}
