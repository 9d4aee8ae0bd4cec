//! Bars for what takes long. They are drawn on a terminal only, and on standard error.

use std::io::Write as _;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use vidspec::DownloadEvent;

use super::visible;

const KNOWN_SIZE: &str = "{prefix}  {wide_bar} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
const UNKNOWN_SIZE: &str = "{prefix}  {spinner} {bytes}  {bytes_per_sec}";

/// All bars of a command.
pub(crate) struct Bars(MultiProgress);

/// The bar of one file; it vanishes with this value.
pub(crate) struct Bar<'b> {
    drawn: ProgressBar,
    name: String,
    all: &'b Bars,
}

impl Bars {
    pub(crate) fn new() -> Self {
        Self(MultiProgress::new())
    }

    /// Among other lines.
    pub(crate) fn among(lines: MultiProgress) -> Self {
        Self(lines)
    }

    pub(crate) fn add(&self, name: &str) -> Bar<'_> {
        let name = visible(name);
        let drawn = self.0.add(ProgressBar::no_length().with_prefix(name.clone()));
        Bar { drawn, name, all: self }
    }

    /// Lets something else be written in between.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Bar<'_> {
    pub(crate) fn tell(&self, event: &DownloadEvent<'_>) {
        match event {
            DownloadEvent::Received { bytes, total } => {
                if self.drawn.length() != *total || self.drawn.position() == 0 {
                    self.measure(*total);
                }
                self.drawn.set_position(*bytes);
            }
            DownloadEvent::Retrying { problem, pause } => {
                self.note(&format!("{problem}; next attempt in {} s", pause.as_secs_f64()));
            }
            DownloadEvent::Renewed => self.note("the address had expired; the provider names a fresh one"),
            _ => {}
        }
    }

    fn measure(&self, total: Option<u64>) {
        let template = if total.is_some() { KNOWN_SIZE } else { UNKNOWN_SIZE };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.drawn.set_style(style);
        }
        match total {
            Some(total) => self.drawn.set_length(total),
            None => self.drawn.unset_length(),
        }
    }

    fn note(&self, text: &str) {
        self.all.aside(|| {
            let _ = writeln!(anstream::stderr(), "note: {}: {}", self.name, visible(text));
        });
    }
}

/// Fewer jobs than that are done before a bar would be read.
const FEWEST_COUNTED: usize = 20;

/// How many of many jobs are done; it vanishes with this value.
pub(crate) struct Count(ProgressBar);

impl Count {
    pub(crate) fn new(done: &'static str, of: usize) -> Self {
        let bar = if of < FEWEST_COUNTED { ProgressBar::hidden() } else { ProgressBar::new(of as u64) };
        if let Ok(style) = ProgressStyle::with_template("{prefix} {pos} of {len}  {wide_bar}  {eta} left") {
            bar.set_style(style);
        }
        Self(bar.with_prefix(done))
    }

    pub(crate) fn one_more(&self) {
        self.0.inc(1);
    }

    /// Lets something else be written in between.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        self.drawn.finish_and_clear();
    }
}
