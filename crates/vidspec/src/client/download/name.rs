//! The name of a file.

use crate::job::JobReference;
use crate::output::{Output, Role};

/// The longest part of a job id that goes into a name, in characters; every file system takes 255 bytes for the whole.
const LONGEST: usize = 100;

impl Output {
    /// The name to save this file under, without an ending: `acme-4a09edf9`, and `acme-4a09edf9-thumbnail-2` for the second
    /// thumbnail. It suits every file system. `outputs` are all files of the job.
    pub fn file_stem(&self, job: &JobReference, outputs: &[Output]) -> String {
        let id = job.job_id.as_str();
        let last = id.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or(id);
        let skipped = last.chars().count().saturating_sub(LONGEST);
        // Ids of one provider begin alike more often than they end alike.
        let id: String = last.chars().skip(skipped).map(|c| if is_safe(c) { c } else { '-' }).collect();
        let role = if self.role == Role::Video { String::new() } else { format!("-{}", self.role.as_str()) };
        let earlier = outputs.iter().filter(|other| other.role == self.role).take_while(|other| *other != self).count();
        let number = if earlier == 0 { String::new() } else { format!("-{}", earlier.saturating_add(1)) };
        format!("{}-{id}{role}{number}", job.provider).trim_end_matches('.').to_owned()
    }
}

fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobId;

    fn output(role: Role, url: &str) -> Output {
        Output {
            role,
            url: Some(url.to_owned()),
            content: None,
            media_type: None,
            expires_at: None,
            lifetime_seconds: None,
            key_needed: false,
            fetchable: true,
        }
    }

    fn stem(id: &str) -> String {
        let video = output(Role::Video, "https://x/a");
        video.file_stem(&JobReference::new("acme", JobId::new(id).unwrap()), std::slice::from_ref(&video))
    }

    #[test]
    fn ids_become_names_that_every_file_system_takes() {
        for (id, expected) in [
            ("4a09edf9-d071-4847-bda5-8dea913d80fe", "acme-4a09edf9-d071-4847-bda5-8dea913d80fe"),
            ("models/veo-3.1-generate-preview/operations/abc123", "acme-abc123"),
            ("app/requests/1/", "acme-1"),
            ("a\\b:c*d?e\"f<g>h|i", "acme-a-b-c-d-e-f-g-h-i"),
            ("CjNQtmctxFMAAAAAAGZ1Vw==", "acme-CjNQtmctxFMAAAAAAGZ1Vw--"),
            ("ü\u{202E}4pm", "acme---4pm"),
            ("CON", "acme-CON"),
            ("a...", "acme-a"),
            ("///", "acme----"),
        ] {
            assert_eq!(stem(id), expected, "{id}");
        }
        assert_eq!(stem(&format!("{}end", "x".repeat(500))), format!("acme-{}end", "x".repeat(97)));
        assert!(stem(&"ü".repeat(500)).len() < 120);
    }

    #[test]
    fn files_of_one_job_have_different_names() {
        let files = [
            output(Role::Video, "https://x/a"),
            output(Role::Thumbnail, "https://x/b"),
            output(Role::Video, "https://x/c"),
            output(Role::LastFrame, "https://x/d"),
        ];
        let job = JobReference::new("acme", JobId::new("1").unwrap());
        let names: Vec<_> = files.iter().map(|file| file.file_stem(&job, &files)).collect();
        assert_eq!(names, ["acme-1", "acme-1-thumbnail", "acme-1-2", "acme-1-last_frame"]);
    }
}
