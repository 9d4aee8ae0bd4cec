//! Getting the file: from servers that redirect, break off, lie and refuse.

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use vidspec::{Credentials, DownloadError, DownloadEvent, DownloadOptions, Downloaded, Output, Provider, Target};

use crate::support::{KEY, STYLES, Server, acme_of, answer, ask, client, ok, question, report, send};

mod address;
mod content;
mod resume;
mod saving;

/// 2,000 bytes that begin like a video, each different from the next.
fn video() -> Vec<u8> {
    let rest = (0..1_976_u32).map(|number| u8::try_from(number * 7 % 251).unwrap());
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".iter().copied().chain(rest).collect()
}

/// Acme, whose video needs no key.
fn acme() -> Provider {
    acme_of(STYLES[0].0, "{ video: $.url }", "")
}

/// Acme, whose video needs the key, sent in this way.
fn acme_with_key(style: &str) -> Provider {
    acme_of(style, "{ video: { url: $.url, key: true } }", "")
}

/// A server with a completed job, whose video is at this address, and what else it is asked for.
fn site(url: &str, serve: impl Fn(&mut TcpStream, &str) + Send + 'static) -> Server {
    let ready = ok(&format!(r#"{{"status":"ready","url":"{url}"}}"#));
    Server::new(move |stream, head| if head.starts_with("GET /v1/jobs/") { send(stream, &ready) } else { serve(stream, head) })
}

/// A server with a completed job, whose video is the body of this answer.
fn site_with(file: Vec<u8>) -> Server {
    site("/files/1", move |stream, _| send(stream, &file))
}

/// An answer with the video.
fn whole() -> Vec<u8> {
    answer(200, &["content-type: video/mp4"], video())
}

/// Three attempts, without a pause.
fn options() -> DownloadOptions {
    DownloadOptions::default().first_pause(Duration::ZERO).attempts(3)
}

/// The first file of the job.
async fn output(provider: &Provider, server: &Server) -> Output {
    report(&ask(provider, server).await).outputs[0].clone()
}

async fn fetch(provider: &Provider, server: &Server, target: Target<'_>) -> Result<Downloaded, DownloadError> {
    fetch_with(provider, server, target, options(), |_| {}).await
}

async fn fetch_with(
    provider: &Provider,
    server: &Server,
    target: Target<'_>,
    options: DownloadOptions,
    event: impl FnMut(DownloadEvent<'_>) + Send,
) -> Result<Downloaded, DownloadError> {
    let output = output(provider, server).await;
    let (client, question, key) = (client(), question(provider, server), Credentials::new(KEY));
    fit_for_any_runtime(client.download(&question, &key, &output, target, options, event)).await
}

/// A future that can move between threads.
fn fit_for_any_runtime<F: Future + Send>(future: F) -> F {
    future
}

/// An empty folder, and what is in it afterwards.
struct Shelf(TempDir);

impl Shelf {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn target(&self) -> Target<'_> {
        Target::Folder { folder: self.path(), stem: "acme-1" }
    }

    /// The names of all files, hidden ones too.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }
}
