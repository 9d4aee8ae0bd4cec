//! The kinds of findings, each with a name that stays the same.

use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Probably not as it was meant, or not proven.
    Warning,
    /// The definition cannot be used.
    Error,
}

impl Level {
    /// The word for it: `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Each code once: its name, its level, and what it means in a line.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident = $name:literal, $level:ident;)+) => {
        /// The kind of a finding. `vidspec explain NAME` tells more about each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $meaning])+ $code,)+
        }

        impl Code {
            /// All codes: the errors, the warnings, the notes.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The name, such as `bad-path`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                }
            }

            /// How much findings of this kind weigh.
            pub fn level(self) -> Level {
                match self {
                    $(Self::$code => Level::$level,)+
                }
            }

            /// What it means, in a line.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$code => concat!($($meaning),+).trim_ascii(),)+
                }
            }
        }
    };
}

codes! {
    /// The file is not YAML.
    NotYaml = "not-yaml", Error;
    /// The file is YAML of a kind that is not read: too large, too deep, with aliases, or several documents.
    RefusedYaml = "refused-yaml", Error;
    /// A key occurs twice.
    RepeatedKey = "repeated-key", Error;
    /// The language has no such key here.
    UnknownKey = "unknown-key", Error;
    /// The language has no such word here.
    UnknownWord = "unknown-word", Error;
    /// A key is missing.
    MissingKey = "missing-key", Error;
    /// A key stands where it means nothing, or beside another one that rules it out.
    MisplacedKey = "misplaced-key", Error;
    /// A text, number, list or mapping stands where another kind is expected.
    WrongKind = "wrong-kind", Error;
    /// A value is not of the form, or not within the bounds, that its key asks for.
    BadValue = "bad-value", Error;
    /// The file is written in another version of the language.
    WrongVersion = "wrong-version", Error;
    /// The id is not the name of the file.
    WrongFileName = "wrong-file-name", Error;
    /// An address or a path of the API cannot be asked as it is written.
    BadAddress = "bad-address", Error;
    /// The address of the API is not `https`.
    PlainHttp = "plain-http", Error;
    /// An address that needs the key is at a host that may not see it.
    ForeignHost = "foreign-host", Error;
    /// The definition that is extended is unknown, or cannot be extended.
    BadParent = "bad-parent", Error;
    /// A header of the file would carry a key.
    KeyInFile = "key-in-file", Error;
    /// What stands for an environment variable is not the name of one; often it is the key itself.
    BadVariable = "bad-variable", Error;
    /// A JSONPath cannot be read.
    BadPath = "bad-path", Error;
    /// A regular expression cannot be read.
    BadPattern = "bad-pattern", Error;
    /// The braces of a template cannot be read.
    BadTemplate = "bad-template", Error;
    /// A template names a value that nobody gives.
    UnknownValue = "unknown-value", Error;
    /// A template lacks the value that it is there for, such as the id of the job.
    MissingValue = "missing-value", Error;
    /// A fixed text stands where a place in the answer is meant.
    FixedText = "fixed-text", Error;
    /// A unit is missing, or does not fit what is measured.
    WrongUnit = "wrong-unit", Error;
    /// An example or a default is not what its own pattern takes, or cannot be sent.
    WrongExample = "wrong-example", Error;
    /// A file of the evidence cannot be read, or belongs to no definition.
    BadEvidence = "bad-evidence", Error;

    /// A rule, or an entry of the map, can never decide.
    NeverFires = "never-fires", Warning;
    /// Two spellings of one word mean different things.
    TwinSpelling = "twin-spelling", Warning;
    /// A job can be completed, but no output says where its file is.
    NoOutput = "no-output", Warning;
    /// The pattern of the job id also takes ids of another provider, whose pattern does not take these.
    LoosePattern = "loose-pattern", Warning;
    /// An earlier definition has the same id, so this one is never used.
    HiddenDefinition = "hidden-definition", Warning;
    /// There is no evidence for the definition.
    NoEvidence = "no-evidence", Warning;
    /// No fixture shows this word, code, rule or output.
    Unproven = "unproven", Warning;
    /// A JSONPath names nothing in any fixture.
    UnseenPath = "unseen-path", Warning;
    /// The provider documents a word that the definition does not map.
    UnmappedWord = "unmapped-word", Warning;
    /// The definition maps a word that no page is said to list.
    UndocumentedWord = "undocumented-word", Warning;
    /// A fixture shows a file that needs the key, at a host that may not see it.
    KeyHeldBack = "key-held-back", Warning;

    /// The word for a canceled job has another common spelling.
    OtherSpelling = "other-spelling", Note;
    /// The definition does not say how long a job may take.
    NoDeadline = "no-deadline", Note;
    /// The definition does not say how often to ask.
    NoInterval = "no-interval", Note;
    /// Ids of this provider and of another one look alike.
    SharedId = "shared-id", Note;
}

/// Stands between a code and its message in an error of serde, which knows messages only.
const SEPARATOR: char = '\u{1F}';

impl Code {
    /// The code of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// A message that carries its code through serde.
    pub(crate) fn tag(self, message: impl fmt::Display) -> String {
        format!("{self}{SEPARATOR}{message}")
    }

    /// Takes a message apart again.
    pub(crate) fn untag(tagged: &str) -> (Option<Self>, &str) {
        let parted = tagged.split_once(SEPARATOR).and_then(|(name, message)| Some((Self::parse(name)?, message)));
        parted.map_or((None, tagged), |(code, message)| (Some(code), message))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_grouped_by_level() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.is_sorted_by(|before, after| before.level() >= after.level()));
        assert!(Code::ALL.iter().all(|code| Code::parse(code.as_str()) == Some(*code) && code.meaning().ends_with('.')));
    }

    #[test]
    fn a_code_travels_with_its_message() {
        assert_eq!(Code::untag(&Code::BadPath.tag("no")), (Some(Code::BadPath), "no"));
        assert_eq!(Code::untag("plain"), (None, "plain"));
        assert_eq!(Code::untag("found `a\u{1F}b`"), (None, "found `a\u{1F}b`"));
    }
}
