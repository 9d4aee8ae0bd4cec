//! Which of a job's files are fetched.

use vidspec::{Output, Report, Role};

/// Which of a job's files are fetched.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Selection {
    /// What the job was for: its videos, or else its sounds or pictures.
    Main,
    Role(Role),
    All,
}

impl Selection {
    pub(super) fn of(role: Option<Role>, all: bool) -> Self {
        match role {
            Some(role) => Self::Role(role),
            None if all => Self::All,
            None => Self::Main,
        }
    }

    /// The files; a page that shows the video is none.
    pub(super) fn of_report(self, report: &Report) -> Vec<&Output> {
        match self {
            Self::Main => report.main_outputs().collect(),
            Self::Role(role) => report.outputs.iter().filter(|output| output.role == role).collect(),
            Self::All => report.outputs.iter().filter(|output| output.role != Role::SharePage).collect(),
        }
    }

    /// What was looked for, in words.
    pub(super) fn described(self) -> String {
        match self {
            Self::Main => "video, sound or picture".to_owned(),
            Self::Role(role) => role.as_str().replace('_', " "),
            Self::All => "file".to_owned(),
        }
    }
}
