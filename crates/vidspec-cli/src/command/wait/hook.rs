//! `--exec`: a command of the user's for each job that completed.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::told::Told;

/// Runs the command. What the provider said reaches it as variables and on its standard input, never as a part of the command.
///
/// # Errors
/// Why it did not succeed.
pub(super) async fn run(command: &str, completed: &Told, file: Option<&Path>) -> Result<(), String> {
    let status = shell(command, completed, file).await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("it failed with {status}")) }
}

async fn shell(command: &str, completed: &Told, file: Option<&Path>) -> std::io::Result<ExitStatus> {
    let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let event = &completed.value();
    let mut child = Command::new(shell)
        .args([option, command])
        .env("VIDSPEC_JOB", text(event, "/job"))
        .env("VIDSPEC_PROVIDER", text(event, "/report/provider"))
        .env("VIDSPEC_JOB_ID", text(event, "/report/job_id"))
        .env("VIDSPEC_STATE", text(event, "/state"))
        .env("VIDSPEC_EVENT_ID", text(event, "/id"))
        .env("VIDSPEC_URL", main_address(event))
        .env("VIDSPEC_FILE", file.unwrap_or(Path::new("")))
        .stdin(Stdio::piped())
        // Standard output holds the events, and nothing else.
        .stdout(std::io::stderr())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read it closes the pipe.
        let _ = stdin.write_all(format!("{}\n", completed.line).as_bytes()).await;
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
