//! Waiting, told to a person.

use serde_json::Value;

use super::text::{percent, span};
use super::visible;
use crate::exit_code::ExitCode;

mod display;
mod rows;

pub(crate) use display::Display;

/// An event in one line: the job, its state, its progress, and what matters most of it.
pub(crate) fn line(event: &Value) -> String {
    match event.get("event").and_then(Value::as_str) {
        Some(kind @ ("saved" | "not_saved")) => line_of_file(event, kind),
        _ => line_of_job(event),
    }
}

/// What has become of a file; why there is none is told apart.
fn line_of_file(event: &Value, kind: &str) -> String {
    let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{}\n", visible(format!("{}  {}  {}", text("job"), kind.replace('_', " "), text("path")).trim_end()))
}

fn line_of_job(event: &Value) -> String {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let problem = ["/report/problem", "/report/result_problem"].iter().find(|at| event.pointer(at).is_some_and(Value::is_object));
    let state = match text("/state") {
        _ if text("/ending") != Some("deadline") && problem == Some(&"/report/problem") => "no state",
        Some(state) => state,
        None => "no state",
    };
    let progress = event.pointer("/report/progress").and_then(Value::as_f64).map(percent);
    let explained = |at: &str, class: &str| {
        let class = text(&format!("{at}/{class}"))?.replace('_', " ");
        let code = text(&format!("{at}/code")).map(|code| format!(" ({code})")).unwrap_or_default();
        let message = text(&format!("{at}/message")).map(|message| format!(": {message}")).unwrap_or_default();
        Some(format!("{class}{code}{message}"))
    };
    let again = event.get("next_question_seconds").and_then(Value::as_f64);
    let again = again.filter(|_| problem.is_some()).map(|seconds| format!("asked again in {}", span(seconds)));
    let remark = match text("/ending") {
        Some("deadline") => Some("not ended within the time limit".to_owned()),
        _ => None,
    };
    let lacks_its_file =
        state == "completed" && event.get("exit_code").is_some_and(|code| *code == ExitCode::NotUnderstood as u8);
    let unknown = || Some(format!("the provider says `{}`", text("/report/raw_status")?)).filter(|_| state == "unknown");
    let remark = remark
        .or_else(|| explained("/report/failure", "reason"))
        .or_else(|| explained(problem?, "kind"))
        .or_else(unknown)
        .or_else(|| text("/report/anomalies/0/message").filter(|_| lacks_its_file).map(str::to_owned))
        .or_else(|| text("/report/outputs/0/url").map(str::to_owned))
        .or_else(|| text("/report/anomalies/0/message").map(str::to_owned));
    let parts = [text("/job").map(str::to_owned), Some(state.to_owned()), progress, remark, again];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| visible(&part)).collect();
    format!("{}\n", parts.join("  "))
}
