//! The known providers: those built in and those of the user.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::code::Code;
use crate::compile;
use crate::definition::{LARGEST_FILE, extended_by};
use crate::diagnostic::{Diagnostics, SourceText};
use crate::lint::Linted;
use crate::nearest::nearest;
use crate::provider::Provider;

/// The definitions of `providers/`, by id, sorted.
const BUILTIN: &[Builtin] = &include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// A definition that is built in.
#[derive(Debug)]
struct Builtin {
    id: &'static str,
    yaml: &'static str,
    /// The same as JSON.
    json: &'static str,
}

/// The known providers.
///
/// A definition is only read when it is needed: asking one provider costs the same whether the catalogue holds six or six
/// hundred. Of two definitions with the same id the one that was added first wins; [`Catalogue::entries`] shows both.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    written: Shelf,
}

/// All files of a catalogue, in its order: a definition may extend any of them, also one that was added later.
type Shelf = Arc<RwLock<Vec<Arc<Written>>>>;

/// A definition of the catalogue, read or not.
#[derive(Debug)]
pub struct Entry {
    written: Arc<Written>,
    shelf: Shelf,
    provider: OnceLock<Result<Arc<Provider>, Arc<CatalogueError>>>,
}

/// A definition as it was written.
#[derive(Debug)]
struct Written {
    id: String,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    Builtin(&'static Builtin),
    Text { name: String, text: String },
    File(PathBuf),
}

/// Why a provider cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// No definition has this id.
    #[error("unknown provider `{id}`{}; known are {known}", nearest.as_ref().map(|word| format!(", did you mean `{word}`?")).unwrap_or_default())]
    Unknown {
        /// The id that was asked for.
        id: String,
        /// A known id that is spelt alike.
        nearest: Option<String>,
        /// All known ids, as one text.
        known: String,
    },
    /// The definition has mistakes.
    #[error("{0}")]
    Invalid(Diagnostics),
    /// The file or folder cannot be read.
    #[error("{} cannot be read: {error}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: std::io::Error,
    },
}

impl Catalogue {
    /// A catalogue without any provider.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The providers that are built in.
    pub fn builtin() -> Self {
        let mut catalogue = Self::empty();
        catalogue.add_builtin();
        catalogue
    }

    /// Adds the providers that are built in.
    pub fn add_builtin(&mut self) {
        for builtin in BUILTIN {
            self.add(builtin.id.to_owned(), Origin::Builtin(builtin));
        }
    }

    /// Adds all `*.yaml` and `*.yml` files of a folder. They are named by their files and read when needed.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), CatalogueError> {
        let unreadable = |error| CatalogueError::Unreadable { path: folder.to_owned(), error };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                files.push(path);
            }
        }
        files.sort();
        for file in files {
            self.add_file(file);
        }
        Ok(())
    }

    /// Adds one file, which is named by its id, and read when needed.
    pub fn add_file(&mut self, file: PathBuf) {
        let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.add(id, Origin::File(file));
    }

    /// Adds a definition from a text; `file` is its name, such as `acme.yaml`.
    pub fn add_text(&mut self, file: &str, text: impl Into<String>) {
        let name = file.rsplit('/').next().unwrap_or(file);
        let id = name.strip_suffix(".yaml").or(name.strip_suffix(".yml")).unwrap_or(name).to_owned();
        self.add(id, Origin::Text { name: file.to_owned(), text: text.into() });
    }

    fn add(&mut self, id: String, origin: Origin) {
        let written = Arc::new(Written { id, origin });
        self.written.write().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&written));
        self.entries.push(Entry { written, shelf: Arc::clone(&self.written), provider: OnceLock::new() });
    }

    /// All definitions, in the order in which they were added; a later one with the same id is never used.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The ids of all providers, each once, in the order of the catalogue.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.winners().map(Entry::id)
    }

    /// Whether a provider of this id is known.
    pub fn contains(&self, id: &str) -> bool {
        self.entries.iter().any(|entry| entry.id() == id)
    }

    /// The provider with this id.
    ///
    /// # Errors
    /// If there is none, or if its definition has mistakes.
    pub fn provider(&self, id: &str) -> Result<Arc<Provider>, Arc<CatalogueError>> {
        match self.entries.iter().find(|entry| entry.id() == id) {
            Some(entry) => entry.provider(),
            None => Err(Arc::new(self.unknown(id))),
        }
    }

    /// Reads a definition of this catalogue and says all that can be said about it without evidence. Ids are told apart from those of
    /// the other providers.
    ///
    /// ```
    /// # use vidspec::Catalogue;
    /// let catalogue = Catalogue::builtin();
    /// for entry in catalogue.entries() {
    ///     let found = catalogue.lint(entry)?.into_diagnostics();
    ///     assert!(found.iter().all(|found| found.code.level() == vidspec::Level::Note), "{found}");
    /// }
    /// # Ok::<(), vidspec::CatalogueError>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn lint(&self, entry: &Entry) -> Result<Linted, CatalogueError> {
        let others = self.winners().filter(|other| other.id() != entry.id());
        let others: Vec<_> = others.filter_map(|other| other.provider().ok()).collect();
        let mut linted = Linted::new(entry.written.source()?, &|id| entry.parent(id), &others);
        let first = self.entries.iter().find(|first| first.id() == entry.id());
        if let Some(first) = first.filter(|first| !Arc::ptr_eq(&first.written, &entry.written)) {
            let message = format!("this definition is never used: {} has the same id and comes first", first.origin());
            linted.add(Code::HiddenDefinition, "id", message, Some("give one of the two another id, or take one away".into()));
        }
        Ok(linted)
    }

    /// The definitions that are used, with their results: of each id the first.
    pub(crate) fn winners(&self) -> impl Iterator<Item = &Entry> {
        let entries = &self.entries;
        let first = move |(index, entry): (usize, &Entry)| entries.iter().take(index).all(|earlier| earlier.id() != entry.id());
        entries.iter().enumerate().filter(move |&(index, entry)| first((index, entry))).map(|(_, entry)| entry)
    }

    fn unknown(&self, id: &str) -> CatalogueError {
        let known: Vec<&str> = self.ids().collect();
        let nearest = nearest(id, known.iter().copied()).map(str::to_owned);
        CatalogueError::Unknown { id: id.to_owned(), nearest, known: known.join(", ") }
    }
}

impl Entry {
    /// The id, which is the name of the file.
    pub fn id(&self) -> &str {
        &self.written.id
    }

    /// Whether the definition is one of those built in.
    pub fn is_builtin(&self) -> bool {
        matches!(self.written.origin, Origin::Builtin(_))
    }

    /// The file that holds the definition, unless it is built in or was added as a text.
    pub fn file(&self) -> Option<&Path> {
        match &self.written.origin {
            Origin::File(path) => Some(path),
            Origin::Builtin(_) | Origin::Text { .. } => None,
        }
    }

    /// Where the definition comes from: `built in`, or the path of its file.
    pub fn origin(&self) -> String {
        match &self.written.origin {
            Origin::Builtin(_) => "built in".to_owned(),
            Origin::Text { name, .. } => name.clone(),
            Origin::File(path) => path.display().to_string(),
        }
    }

    /// The provider; its definition is read and checked at the first call.
    ///
    /// # Errors
    /// If the file cannot be read or has mistakes.
    pub fn provider(&self) -> Result<Arc<Provider>, Arc<CatalogueError>> {
        self.provider.get_or_init(|| self.read().map(Arc::new).map_err(Arc::new)).clone()
    }

    fn read(&self) -> Result<Provider, CatalogueError> {
        if let Origin::Builtin(builtin) = self.written.origin
            && let Some(provider) = compile::proven(builtin.json, || builtin.source())
        {
            return Ok(provider);
        }
        compile::provider(&self.written.source()?, &|id| self.parent(id)).map_err(CatalogueError::Invalid)
    }

    /// The first other file of this id, if it can be extended.
    fn parent(&self, id: &str) -> Result<SourceText, String> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        let found = shelf.iter().find(|written| written.id == id && !Arc::ptr_eq(written, &self.written));
        match found {
            Some(written) => written.as_parent(),
            None => Err(no_parent(id, shelf.iter().filter(|written| written.id != self.written.id).map(|written| &*written.id))),
        }
    }
}

impl Builtin {
    fn source(&self) -> SourceText {
        SourceText::new(&format!("{}.yaml", self.id), self.yaml)
    }
}

impl Written {
    fn source(&self) -> Result<SourceText, CatalogueError> {
        match &self.origin {
            Origin::Builtin(builtin) => Ok(builtin.source()),
            Origin::Text { name, text } => Ok(SourceText::new(name, text)),
            Origin::File(path) => {
                let unreadable = |error| CatalogueError::Unreadable { path: path.clone(), error };
                let text = beginning_of(path).map_err(unreadable)?;
                Ok(SourceText::new(&path.display().to_string(), &text))
            }
        }
    }

    /// The text for a definition that extends this one. Its own mistakes are told where they were made.
    fn as_parent(&self) -> Result<SourceText, String> {
        let source = self.source().map_err(|error| error.to_string())?;
        if let Some(further) = extended_by(&source) {
            return Err(format!("expected a definition that extends no other, found `{}`, which extends `{further}`", self.id));
        }
        let proven = matches!(self.origin, Origin::Builtin(_));
        if proven || compile::provider(&source, &builtin_parent).is_ok() {
            Ok(source)
        } else {
            Err(format!("expected a sound definition, found mistakes in {}, which vidspec providers shows", source.name))
        }
    }
}

/// The text of a file; of one that is too large as much as is needed to tell.
fn beginning_of(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST_FILE {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
}

/// What a definition outside of any catalogue can extend.
pub(crate) fn builtin_parent(id: &str) -> Result<SourceText, String> {
    match BUILTIN.iter().find(|builtin| builtin.id == id) {
        Some(builtin) => Written { id: builtin.id.to_owned(), origin: Origin::Builtin(builtin) }.as_parent(),
        None => Err(no_parent(id, BUILTIN.iter().map(|builtin| builtin.id))),
    }
}

fn no_parent<'k>(id: &str, known: impl Iterator<Item = &'k str>) -> String {
    let nearest = nearest(id, known).map(|known| format!(", did you mean `{known}`?")).unwrap_or_default();
    format!("expected the id of a known definition, found `{id}`{nearest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::read;

    /// The quick way must not be missed unnoticed, and must come to the same.
    #[test]
    fn a_builtin_definition_is_the_same_from_json_and_from_yaml() {
        let mut quick = 0;
        for builtin in BUILTIN {
            let source = SourceText::new(builtin.id, builtin.yaml);
            let written = read(&source, &builtin_parent).definition.unwrap();
            let Some(provider) = compile::proven(builtin.json, || source.clone()) else {
                assert!(written.extends.is_some(), "{} is not read from JSON", builtin.id);
                continue;
            };
            assert_eq!(format!("{:?}", provider.definition()), format!("{written:?}"), "{}", builtin.id);
            quick += 1;
        }
        assert!(quick > 20, "only {quick} definitions are read the quick way");
    }
}
