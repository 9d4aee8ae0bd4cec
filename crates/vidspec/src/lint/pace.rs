//! Definitions that leave the pace to vidspec.

use crate::code::Code;
use crate::definition::{Definition, Finding, at};

pub(super) fn check(definition: &Definition, found: &mut Vec<Finding>) {
    let poll = &definition.poll;
    let stated = [
        (poll.timeout.is_some(), Code::NoDeadline, "timeout", "how long a job may take: the usual time of vidspec is taken"),
        (poll.interval.is_some(), Code::NoInterval, "interval", "how often to ask: the usual distance of vidspec is taken"),
    ];
    for (_, code, key, what) in stated.into_iter().filter(|(stated, ..)| !stated) {
        let help = format!("if a page of the provider tells it, write `poll: {{ {key}: … }}`");
        let finding = Finding::new(code, at!["poll"].to_vec(), format!("no `{key}` says {what}"));
        found.push(Finding { help: Some(help), ..finding });
    }
}
