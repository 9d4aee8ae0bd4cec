//! `vidspec completions`

#[cfg(unix)]
use std::process::Command;

use crate::support::Test;

const ACME: &str = r#"vidspec: 1
id: acme-film
name: Acme Film
docs: https://docs.example.com/status
base_url: https://api.example.com
auth: { style: bearer, env: [ACME_API_KEY] }
status: { get: "/v1/jobs/{job_id}", path: $.status, map: { done: completed } }
"#;

#[test]
fn every_shell_is_told_the_commands_and_the_providers() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Test::new().args(["completions", shell]).run();
        ran.code(0).stderr_is("");
        for word in ["download", "exit-status"] {
            ran.stdout_has(word);
        }
    }
    // The generators for PowerShell and Elvish know options only.
    for shell in ["bash", "zsh", "fish"] {
        Test::new().args(["completions", shell]).run().stdout_has("heygen-v3");
    }
    Test::new().args(["completions", "cmd"]).run().code(2).stderr_has("powershell");
}

#[test]
fn definitions_of_ones_own_are_completed_too() {
    let test = Test::new().file("mine/acme-film.yaml", ACME);
    test.args(["completions", "fish", "--providers", "mine"]).run().code(0).stdout_has("acme-film");
}

/// What bash offers where the last of these words is completed.
#[cfg(unix)]
fn offered_by_bash(words: &str) -> Vec<String> {
    let script = Test::new().args(["completions", "bash"]).run().stdout();
    let ask = format!(
        "{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_LINE='{words}'; COMP_POINT=${{#COMP_LINE}}\n\
         _vidspec vidspec \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let output = Command::new("bash").args(["--norc", "-c", &ask]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_and_providers() {
    assert_eq!(offered_by_bash("vidspec down"), ["download"]);
    assert_eq!(offered_by_bash("vidspec check --provider so"), ["sora", "sora-azure", "sora-azure-v1"]);
    assert_eq!(offered_by_bash("vidspec providers show vo"), ["vozo"]);
    assert_eq!(offered_by_bash("vidspec schema re"), ["report"]);
    assert_eq!(offered_by_bash("vidspec check --output nd"), ["ndjson"]);
}
