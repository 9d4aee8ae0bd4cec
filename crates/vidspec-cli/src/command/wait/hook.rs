//! `--exec`: a command of the user's for each job that completed.

use std::io::Write as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use super::told::Told;
use crate::output::wait::Display;
use crate::shell::SHELL;

/// Runs the command. What the provider said reaches it as variables and on its standard input, never as a part of the command.
///
/// # Errors
/// Why it did not succeed.
pub(super) async fn run(command: &str, completed: &Told, file: Option<&Path>, display: &Display) -> Result<(), String> {
    let status = shell(command, completed, file, display).await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("it failed with {status}")) }
}

async fn shell(command: &str, completed: &Told, file: Option<&Path>, display: &Display) -> std::io::Result<ExitStatus> {
    // Standard output holds the events, and nothing else. What is drawn must be out of the way.
    let (stdout, stderr) =
        if display.is_live() { (Stdio::piped(), Stdio::piped()) } else { (std::io::stderr().into(), Stdio::inherit()) };
    let (shell, option) = SHELL;
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
        .stdout(stdout)
        .stderr(stderr)
        .spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let told = async {
        if let Some(mut stdin) = stdin {
            // A command that does not read it closes the pipe.
            let _ = stdin.write_all(format!("{}\n", completed.line).as_bytes()).await;
        }
    };
    tokio::join!(told, pass_on(stdout, display), pass_on(stderr, display));
    child.wait().await
}

/// Passes on what a command prints, line by line.
async fn pass_on(printed: Option<impl AsyncRead + Unpin>, display: &Display) {
    let Some(printed) = printed else { return };
    let mut lines = BufReader::new(printed).split(b'\n');
    while let Ok(Some(mut line)) = lines.next_segment().await {
        line.push(b'\n');
        display.aside(|| {
            let _ = std::io::stderr().write_all(&line);
        });
    }
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
