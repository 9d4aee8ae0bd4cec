//! Which part of a definition decided.

use std::fmt;

use crate::definition::Word;

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

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.status.iter().chain(&self.result)
    }

    /// The one about the status request.
    pub(crate) fn first(&self) -> Option<&Decision> {
        self.status.as_ref()
    }

    /// The one that was made last, which had the last word.
    pub(crate) fn last(&self) -> Option<&Decision> {
        self.result.as_ref().or(self.status.as_ref())
    }
}

impl Part {
    /// The key of the definition.
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

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(part, index) => write!(f, "{part}.rules[{index}]"),
            Self::Map(part, word) => write!(f, "{part}.map.{}", word.as_str()),
            Self::Unmapped(part) => write!(f, "{part}.map"),
            Self::Missing(part) => write!(f, "{part}.missing"),
            Self::ProblemCode(code) => write!(f, "problem.codes.{}", code.as_str()),
            Self::HttpStatus(status) => write!(f, "http {status}"),
        }
    }
}
