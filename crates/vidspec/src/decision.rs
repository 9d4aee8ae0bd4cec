//! Which part of a definition decided.

use std::fmt;

use crate::definition::{Step, Word, at, below, path_text};

/// The request whose answer was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Status,
    Result,
}

/// The part of a definition that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Rule(Part, usize),
    Map(Part, Word),
    /// There was a word, but no entry for it.
    Unmapped(Part),
    Missing(Part),
    ProblemCode(Word),
    HttpStatus(u16),
}

/// What decided about each of the two answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decisions {
    status: Option<Decision>,
    result: Option<Decision>,
}

impl Decisions {
    pub(crate) fn add(&mut self, part: Part, decision: Decision) {
        match part {
            Part::Status => self.status = Some(decision),
            Part::Result => self.result = Some(decision),
        }
    }

    /// Nothing has decided about this request after all.
    pub(crate) fn take_back(&mut self, part: Part) {
        match part {
            Part::Status => self.status = None,
            Part::Result => self.result = None,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.status.iter().chain(&self.result)
    }

    /// The one about this request.
    pub(crate) fn of(&self, part: Part) -> Option<&Decision> {
        match part {
            Part::Status => self.status.as_ref(),
            Part::Result => self.result.as_ref(),
        }
    }

    /// The one that was made last, which had the last word.
    pub(crate) fn last(&self) -> Option<&Decision> {
        self.result.as_ref().or(self.status.as_ref())
    }
}

impl Part {
    /// The key under which the definition describes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Result => "result",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Decision {
    /// The path of the part; empty if it was none of the definition.
    pub(crate) fn path(&self) -> Vec<Step> {
        match self {
            Self::Rule(part, index) => at![part.as_str(), "rules", *index].to_vec(),
            Self::Map(part, word) => at![part.as_str(), "map", word.as_str()].to_vec(),
            Self::Unmapped(part) => at![part.as_str(), "map"].to_vec(),
            Self::Missing(part) => at![part.as_str(), "missing"].to_vec(),
            Self::ProblemCode(code) => at!["problem", "codes", code.as_str()].to_vec(),
            Self::HttpStatus(_) => Vec::new(),
        }
    }

    /// The path of a key of the verdict that it came to.
    pub(crate) fn verdict(&self, key: &str) -> Vec<Step> {
        let verdict = match self {
            Self::Rule(..) => below(&self.path(), "then"),
            _ => self.path(),
        };
        below(&verdict, key)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HttpStatus(status) => write!(f, "http {status}"),
            part => f.write_str(&path_text(&part.path())),
        }
    }
}
