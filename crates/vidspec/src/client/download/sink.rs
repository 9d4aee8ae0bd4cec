//! Where the bytes go, once the first of them look like the file.

use std::io::Write;

use super::error::DownloadError;
use super::kind::{HEAD, described, verify};
use super::part::{Name, Part};
use super::version::Version;
use super::{DownloadEvent, Downloaded, Target};
use crate::output::{Output, Role};
use crate::response::Response;

/// Where the bytes go.
pub(super) struct Sink<'t> {
    place: Place<'t>,
    role: Role,
    /// The media type as the report states it.
    stated: Option<String>,
    /// And as the file's server does.
    content_type: Option<String>,
    version: Version,
    /// The first bytes; up to [`HEAD`] of them wait here until it is known what they are.
    head: Vec<u8>,
    written: u64,
    force: bool,
}

enum Place<'t> {
    File(Part),
    Writer(&'t mut (dyn Write + Send)),
}

impl<'t> Sink<'t> {
    /// Refuses a name that is taken; goes on from what an earlier run has left of the same source.
    pub(super) fn open(target: Target<'t>, output: &Output, source: String, force: bool) -> Result<Self, DownloadError> {
        let name = match target {
            Target::Writer(writer) => {
                return Ok(Self::new(Place::Writer(writer), output, force));
            }
            Target::File(path) => Name::of_file(path)?,
            Target::Folder { folder, stem } => Name::of_stem(folder, stem),
        };
        name.must_be_free(output.media_type.as_deref().and_then(crate::media_type::ending_of), force)?;
        let (part, version, head) = Part::open(name, source)?;
        let written = part.length()?;
        Ok(Self { version, head, written, ..Self::new(Place::File(part), output, force) })
    }

    fn new(place: Place<'t>, output: &Output, force: bool) -> Self {
        let stated = output.media_type.as_deref().map(str::to_owned);
        let (role, version) = (output.role, Version::default());
        Self { place, role, stated, content_type: None, version, head: Vec::new(), written: 0, force }
    }

    /// How many bytes are in place.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// How many have arrived, with those that wait.
    pub(super) fn received(&self) -> u64 {
        if self.written == 0 { self.head.len() as u64 } else { self.written }
    }

    /// Which version is arriving.
    pub(super) fn version(&self) -> &Version {
        &self.version
    }

    /// Goes back to nothing, for this answer with the whole file.
    pub(super) fn begin(&mut self, answer: &Response) -> Result<(), DownloadError> {
        self.content_type = answer.header("content-type").map(str::to_owned);
        self.empty(Version::of_whole(answer))
    }

    /// Forgets what is there: nothing goes on from it.
    pub(super) fn empty(&mut self, version: Version) -> Result<(), DownloadError> {
        match &mut self.place {
            Place::File(part) => part.begin(&version)?,
            Place::Writer(_) if self.written > 0 => {
                let message = "the server cannot go on where it broke off, and what has been passed on cannot be taken back";
                return Err(DownloadError::Refused(message.to_owned()));
            }
            Place::Writer(_) => {}
        }
        self.version = version;
        self.head.clear();
        self.written = 0;
        Ok(())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        if self.written > 0 {
            return self.put(bytes);
        }
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
        self.head.extend_from_slice(first);
        if self.head.len() < HEAD {
            return Ok(());
        }
        self.put_head()?;
        self.put(rest)
    }

    /// Takes all that a file in memory holds.
    pub(super) fn fill(&mut self, mut file: impl std::io::Read) -> Result<(), DownloadError> {
        let mut piece = [0; 16 * 1024];
        loop {
            match file.read(&mut piece).map_err(refused_output)? {
                0 => return Ok(()),
                length => self.write(piece.get(..length).unwrap_or_default())?,
            }
        }
    }

    /// All has arrived.
    pub(super) async fn finish(mut self, mut event: impl FnMut(DownloadEvent<'_>)) -> Result<Downloaded, DownloadError> {
        if self.written == 0 {
            self.put_head()?;
        }
        let (media_type, ending) = described(&self.head, self.stated.as_deref(), self.content_type.as_deref());
        let mut downloaded = Downloaded { path: None, bytes: self.written, media_type };
        match self.place {
            Place::File(part) => {
                downloaded.path = Some(part.name().path(ending));
                part.finish(ending, self.force, || event(DownloadEvent::Whole(&downloaded))).await?;
            }
            Place::Writer(writer) => writer.flush().map_err(refused_output)?,
        }
        Ok(downloaded)
    }

    fn put_head(&mut self) -> Result<(), DownloadError> {
        if let Err(found) = verify(self.role, self.content_type.as_deref(), &self.head) {
            return Err(DownloadError::NotTheFile { expected: self.role, found });
        }
        if let Place::File(part) = &self.place {
            let (_, ending) = described(&self.head, self.stated.as_deref(), self.content_type.as_deref());
            part.name().must_be_free(ending, self.force)?;
        }
        let head = std::mem::take(&mut self.head);
        let put = self.put(&head);
        self.head = head;
        put
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        match &mut self.place {
            Place::File(part) => part.write(bytes)?,
            Place::Writer(writer) => writer.write_all(bytes).map_err(refused_output)?,
        }
        self.written = self.written.saturating_add(bytes.len() as u64);
        Ok(())
    }
}

fn refused_output(source: std::io::Error) -> DownloadError {
    DownloadError::Io { what: "the output".to_owned(), source }
}
