//! Running the real command in an empty folder with an empty environment.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::DESERTED;

/// A key that opens nothing and is easily found again where it should not be.
pub(crate) const KEY: &str = "sk-MARKED-9f8e7d6c5b4a";

/// A job of Pictory, as its pages show it.
pub(crate) const PICTORY_JOB: &str = "pictory:4a09edf9-d071-4847-bda5-8dea913d80fe";

/// One run of the command, to be described and then run.
#[must_use]
pub(crate) struct Test {
    args: Vec<String>,
    env: Vec<(String, String)>,
    folder: TempDir,
    secrets: Vec<String>,
    stdin: Option<Vec<u8>>,
    memory: Option<usize>,
}

/// The folder in which it ran.
pub(crate) struct Kept(TempDir);

/// What came of it.
pub(crate) struct Ran {
    code: Option<i32>,
    command: String,
    stderr: String,
    stdout: Vec<u8>,
    folder: TempDir,
}

/// `vidspec check` with arguments.
pub(crate) fn check(args: impl IntoIterator<Item = impl AsRef<str>>) -> Test {
    Test::new().args(["check"]).args(args)
}

/// `vidspec download` against another address, with the key of every provider set.
pub(crate) fn download_at(base_url: &str, args: impl IntoIterator<Item = impl AsRef<str>>) -> Test {
    Test::new().args(["download"]).args(args).args(["--base-url", base_url]).keys()
}

/// `vidspec check` against another address, with the key of every provider set.
pub(crate) fn check_at(base_url: &str, args: impl IntoIterator<Item = impl AsRef<str>>) -> Test {
    check(args).args(["--base-url", base_url]).keys()
}

impl Test {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { args: Vec::new(), env: Vec::new(), folder, secrets: Vec::new(), stdin: None, memory: None }
    }

    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a variable that holds a key; the key must then appear nowhere.
    pub(crate) fn key(self, name: &str, key: &str) -> Self {
        self.env(name, key).secret(key)
    }

    /// Sets the keys of all providers that are built in.
    pub(crate) fn keys(self) -> Self {
        let names = ["COLOSSYAN", "OPENAI", "PICTORY", "VARG", "GEMINI", "VOZO"];
        names.iter().fold(self, |test, name| test.key(&format!("{name}_API_KEY"), KEY))
    }

    /// A text that must appear nowhere.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.trim().to_owned());
        self
    }

    pub(crate) fn stdin(mut self, input: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(input.as_ref().to_vec());
        self
    }

    /// Writes a file below the folder in which the command runs, which is also the home folder.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Gives it no more room than this, code and stacks included: with more it would be ended.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(mut self, mebibytes: usize) -> Self {
        self.memory = Some(mebibytes);
        self
    }

    /// The folder in which the command runs.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn spawn(&mut self, stdout: impl Into<Stdio>) -> Child {
        let program = env!("CARGO_BIN_EXE_vidspec");
        let mut command = Command::new(if self.memory.is_some() { "sh" } else { program });
        if let Some(mebibytes) = self.memory {
            command.arg("-c").arg(format!("ulimit -v {} && exec \"$0\" \"$@\"", mebibytes * 1024)).arg(program);
        }
        command.args(&self.args).current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path());
        // Nothing that a test does can leave this machine.
        command.env("HTTPS_PROXY", DESERTED);
        // Without the last, Windows has no sockets.
        for name in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.env.iter().cloned()).stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that does not read its input closes the pipe.
        let _ = stdin.write_all(&self.stdin.take().unwrap_or_default());
        child
    }

    /// Runs it. Whatever else is expected: it does not panic, and shows no key.
    #[track_caller]
    pub(crate) fn run(mut self) -> Ran {
        let output = self.spawn(Stdio::piped()).wait_with_output().unwrap();
        self.judged(&output)
    }

    /// Runs it, and keeps its folder to look into.
    #[track_caller]
    pub(crate) fn run_kept(mut self) -> (Kept, Ran) {
        let output = self.spawn(Stdio::piped()).wait_with_output().unwrap();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (Kept(folder), self.judged(&output))
    }

    /// Runs it for a reader of standard output that has gone before the first byte.
    #[track_caller]
    pub(crate) fn run_unread(mut self) -> Ran {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = self.spawn(writer).wait_with_output().unwrap();
        self.judged(&output)
    }

    #[track_caller]
    fn judged(self, output: &Output) -> Ran {
        let secrets = self.secrets;
        let ran = Ran {
            code: output.status.code(),
            command: format!("vidspec {}", self.args.join(" ")),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            stdout: output.stdout.clone(),
            folder: self.folder,
        };
        ran.expect(!ran.stderr.contains("panicked"), "no panic");
        for secret in &secrets {
            ran.expect(!ran.stdout().contains(secret), &format!("no key `{secret}` on standard output"));
            ran.expect(!ran.stderr.contains(secret), &format!("no key `{secret}` on standard error"));
        }
        ran
    }
}

impl Kept {
    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// A file that the command should have left there.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.path().join(path)).unwrap()
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn code(&self, code: i32) -> &Self {
        self.expect(self.code == Some(code), &format!("exit code {code}"))
    }

    pub(crate) fn is_done(&self) -> bool {
        self.code == Some(0)
    }

    #[track_caller]
    pub(crate) fn stdout_has(&self, text: &str) -> &Self {
        self.expect(self.stdout().contains(text), &format!("`{text}` on standard output"))
    }

    #[track_caller]
    pub(crate) fn stdout_lacks(&self, text: &str) -> &Self {
        self.expect(!self.stdout().contains(text), &format!("no `{text}` on standard output"))
    }

    #[track_caller]
    pub(crate) fn stdout_is(&self, bytes: impl AsRef<[u8]>) -> &Self {
        let expected = String::from_utf8_lossy(bytes.as_ref()).into_owned();
        self.expect(self.stdout == bytes.as_ref(), &format!("exactly `{expected}` on standard output"))
    }

    #[track_caller]
    pub(crate) fn stderr_has(&self, text: &str) -> &Self {
        self.expect(self.stderr.contains(text), &format!("`{text}` on standard error"))
    }

    #[track_caller]
    pub(crate) fn stderr_lacks(&self, text: &str) -> &Self {
        self.expect(!self.stderr.contains(text), &format!("no `{text}` on standard error"))
    }

    #[track_caller]
    pub(crate) fn stderr_is(&self, text: &str) -> &Self {
        self.expect(self.stderr == text, &format!("exactly `{text}` on standard error"))
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> &str {
        &self.stderr
    }

    /// A file below the folder in which the command ran.
    #[track_caller]
    pub(crate) fn file(&self, path: &str) -> Vec<u8> {
        let found = std::fs::read(self.folder.path().join(path)).ok();
        self.expect(found.is_some(), &format!("a file `{path}` among {:?}", self.files()));
        found.unwrap()
    }

    /// The names of what is in that folder, hidden files too.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Standard output, which must be one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let value = serde_json::from_slice(&self.stdout).ok();
        self.expect(value.is_some(), "one JSON value on standard output");
        value.unwrap()
    }

    /// Standard output, which must be one JSON value on each line.
    #[track_caller]
    pub(crate) fn ndjson(&self) -> Vec<Value> {
        let values = self.stdout().lines().map(|line| serde_json::from_str(line).ok()).collect::<Option<Vec<_>>>();
        self.expect(values.is_some(), "one JSON value on each line of standard output");
        values.unwrap()
    }

    /// The line of the text that begins with a word, such as `next`.
    #[track_caller]
    pub(crate) fn line(&self, word: &str) -> String {
        let stdout = self.stdout();
        let line = stdout.lines().find_map(|line| line.trim_start().strip_prefix(word));
        self.expect(line.is_some(), &format!("a line that begins with `{word}`"));
        line.unwrap().trim().to_owned()
    }

    /// Tells all that is known where something is not as expected.
    #[track_caller]
    pub(crate) fn expect(&self, holds: bool, expected: &str) -> &Self {
        let Self { code, command, stderr, .. } = self;
        let stdout = self.stdout();
        assert!(holds, "expected {expected}\n$ {command}\n--- exit code {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
        self
    }
}
