//! Asking for the facts that were not given.

use std::io::{self, BufRead, Write};

use super::facts::Facts;
use super::proposal::Proposals;
use crate::output::visible;

/// A question for one fact.
struct Question {
    text: &'static str,
    fact: fn(&mut Facts) -> &mut Option<String>,
    /// What an empty answer stands for, if anything.
    otherwise: fn(&Facts, &Proposals) -> Option<String>,
}

const QUESTIONS: [Question; 10] = [
    Question { text: "Its name for people", fact: |facts| &mut facts.name, otherwise: |facts, _| Some(facts.name()) },
    Question {
        text: "The page that describes the status request, such as https://docs.acme.example/get-job",
        fact: |facts| &mut facts.docs,
        otherwise: |_, _| None,
    },
    Question {
        text: "The address of the API, such as https://api.acme.example",
        fact: |facts| &mut facts.base_url,
        otherwise: |_, _| None,
    },
    Question {
        text: "How the key is sent: bearer, raw, basic, scheme:WORD, header:NAME or query:NAME",
        fact: |facts| &mut facts.auth,
        otherwise: |_, _| Some("bearer".to_owned()),
    },
    Question {
        text: "The environment variable that holds the key (never the key itself)",
        fact: |facts| &mut facts.env,
        otherwise: |facts, _| Some(facts.variables().join(",")),
    },
    Question {
        text: "The path of the status request, such as /v1/jobs/{job_id}",
        fact: |facts| &mut facts.get,
        otherwise: |_, _| None,
    },
    Question {
        text: "Where its answer holds the status, such as $.status",
        fact: |facts| &mut facts.status_path,
        otherwise: |_, proposals| proposals.status.first().map(|proposal| proposal.path.clone()),
    },
    Question {
        text: "Its words, and for each one of queued, processing, completed, failed, canceled and expired,\n\
               such as waiting=queued,done=completed,error=failed",
        fact: |facts| &mut facts.map,
        otherwise: |_, _| None,
    },
    Question {
        text: "Where the answer holds the address of the video, such as $.video.url",
        fact: |facts| &mut facts.video,
        otherwise: |_, proposals| proposals.video.first().map(|proposal| proposal.path.clone()),
    },
    Question {
        text: "The id of a job as the pages show it, such as rnd_7Qx2mV",
        fact: |facts| &mut facts.job_id,
        otherwise: |_, _| None,
    },
];

/// Asks for each fact that is not known, again where an answer cannot be used. The end of the input ends the questions.
pub(super) fn missing(
    facts: &mut Facts,
    proposals: &Proposals,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut begun = false;
    for question in &QUESTIONS {
        while (question.fact)(facts).is_none() {
            if !begun {
                writeln!(
                    output,
                    "The facts stand on the provider's pages. Enter takes what stands in brackets, or leaves the place open.\n"
                )?;
                begun = true;
            }
            let otherwise = (question.otherwise)(facts, proposals);
            let brackets = otherwise.as_ref().map(|text| format!(" [{}]", visible(text))).unwrap_or_default();
            write!(output, "{}{brackets}: ", question.text)?;
            output.flush()?;
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return writeln!(output);
            }
            let answer = line.trim();
            let answer = if answer.is_empty() { otherwise } else { Some(answer.to_owned()) };
            let Some(answer) = answer else { break };
            *(question.fact)(facts) = Some(answer);
            if let Err(mistakes) = facts.check() {
                *(question.fact)(facts) = None;
                for mistake in mistakes {
                    writeln!(output, "  {mistake}")?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was asked, and the facts after these lines were typed.
    fn asked(mut facts: Facts, proposals: &Proposals, typed: &str) -> (String, Facts) {
        let mut output = Vec::new();
        missing(&mut facts, proposals, &mut typed.as_bytes(), &mut output).unwrap();
        (String::from_utf8(output).unwrap(), facts)
    }

    fn acme() -> Facts {
        Facts { id: "acme-film".into(), ..Facts::default() }
    }

    #[test]
    fn enter_takes_what_stands_in_brackets_or_leaves_the_place_open() {
        let proposals = Proposals::of(br#"{"state": "done", "file": "https://x.example/v.mp4"}"#);
        let (output, facts) = asked(acme(), &proposals, &"\n".repeat(10));
        assert!(output.contains("Its name for people [Acme Film]: ") && output.contains("[ACME_FILM_API_KEY]: "), "{output}");
        assert_eq!(facts.name.as_deref(), Some("Acme Film"));
        assert_eq!((facts.status_path.as_deref(), facts.video.as_deref()), (Some("$.state"), Some("$.file")));
        assert_eq!((facts.docs, facts.get, facts.map, facts.job_id), (None, None, None, None));
    }

    #[test]
    fn what_was_given_is_not_asked_for() {
        let given = Facts { name: Some("Acme".into()), docs: Some("https://d.example".into()), ..acme() };
        let (output, facts) = asked(given, &Proposals::default(), "https://a.example\n");
        assert!(!output.contains("name for people") && !output.contains("describes the status request"), "{output}");
        assert_eq!((facts.base_url.as_deref(), facts.auth), (Some("https://a.example"), None));
    }

    #[test]
    fn an_answer_that_cannot_be_used_is_asked_for_again() {
        let typed = "\n\nhttp://a.example\nhttps://a.example\nheader\nheader:X-Key\nsk-live-1234567\nACME_KEY\nv1\n/v1/{job_id}\n\ndone=complete\ndone=completed\n";
        let (output, facts) = asked(acme(), &Proposals::default(), typed);
        for complaint in [
            "the key would be readable on the way",
            "expected `name`",
            "expected the name of an environment variable",
            "expected a path that begins with `/`, found `v1`",
            "did you mean `completed`?",
        ] {
            assert!(output.contains(complaint), "{complaint}\n{output}");
        }
        assert!(!output.contains("sk-live"), "{output}");
        assert_eq!((facts.base_url.as_deref(), facts.auth.as_deref()), (Some("https://a.example"), Some("header:X-Key")));
        assert_eq!((facts.env.as_deref(), facts.get.as_deref()), (Some("ACME_KEY"), Some("/v1/{job_id}")));
        assert_eq!(facts.map.as_deref(), Some("done=completed"));
    }

    #[test]
    fn a_path_that_is_a_fixed_text_is_asked_for_again() {
        let given = Facts { map: Some("done=completed".into()), ..acme() };
        let (output, facts) = asked(given, &Proposals::default(), &format!("{}status\n$.status\n", "\n".repeat(6)));
        assert!(output.contains("write `$.status`"), "{output}");
        assert_eq!(facts.status_path.as_deref(), Some("$.status"));
    }
}
