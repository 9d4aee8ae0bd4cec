//! `--exec`: a command of the user's for each job that completed.

use std::future::Future;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::sync::Semaphore;

use super::told::Told;

/// How many commands run at the same time; the others wait.
pub(super) const AT_ONCE: usize = 4;

/// A command under way.
pub(super) type Running = Pin<Box<dyn Future<Output = Finished>>>;

/// A command that has come to its end.
pub(super) struct Finished {
    pub(super) event_id: String,
    pub(super) outcome: Result<(), String>,
}

/// Runs the command. What the provider said reaches it as variables and on its standard input, never as a part of the command.
pub(super) fn run(command: String, told: Told, at_once: Arc<Semaphore>) -> Running {
    Box::pin(async move {
        let _turn = at_once.acquire().await;
        let event = told.value();
        let event_id = text(&event, "/id");
        let outcome = shell(&command, &event, &told.line).await.map_err(|error| error.to_string());
        let outcome = outcome.and_then(|status| if status.success() { Ok(()) } else { Err(format!("it failed with {status}")) });
        Finished { event_id, outcome }
    })
}

async fn shell(command: &str, event: &Value, line: &str) -> std::io::Result<std::process::ExitStatus> {
    let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell)
        .args([option, command])
        .env("VIDSPEC_JOB", text(event, "/job"))
        .env("VIDSPEC_PROVIDER", text(event, "/report/provider"))
        .env("VIDSPEC_JOB_ID", text(event, "/report/job_id"))
        .env("VIDSPEC_STATE", text(event, "/state"))
        .env("VIDSPEC_EVENT_ID", text(event, "/id"))
        .env("VIDSPEC_URL", main_address(event))
        .stdin(Stdio::piped())
        // Standard output holds the events, and nothing else.
        .stdout(std::io::stderr())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read it closes the pipe.
        let _ = stdin.write_all(format!("{line}\n").as_bytes()).await;
    }
    child.wait().await
}

/// The address of the video, or else of the sound or picture.
fn main_address(event: &Value) -> String {
    let outputs = event.pointer("/report/outputs").and_then(Value::as_array);
    let of_role = |role| outputs.into_iter().flatten().find(|output| output.get("role").and_then(Value::as_str) == Some(role));
    ["video", "audio", "image"].into_iter().find_map(of_role).map(|output| text(output, "/url")).unwrap_or_default()
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
