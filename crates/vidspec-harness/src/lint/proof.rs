//! What of a definition its evidence does not prove.

use url::Url;
use vidspec::{Answers, Code, JobId, Linted, Output, Provider, Question, Role};

use crate::coverage::Coverage;
use crate::evidence::Evidence;

/// Says what the evidence does not show, and what it contradicts.
pub(super) fn compare(provider: &Provider, evidence: &Evidence, linted: &mut Linted) {
    let coverage = Coverage::judged(provider, evidence);
    for part in coverage.missing() {
        let help = Some("add a fixture that shows it, or take it out".into());
        linted.add(Code::Unproven, part, format!("no fixture shows `{part}`"), help);
    }
    for disagreement in coverage.against(&evidence.documented) {
        let (section, word) = (disagreement.section, &disagreement.word);
        let message = disagreement.to_string();
        if disagreement.is_documented {
            let help = format!("say in `{section}` what it means, or take it out of documented.yaml");
            linted.add(Code::UnmappedWord, section, message, Some(help));
        } else {
            let help = Some("name the page that lists it in documented.yaml, or take it out here".into());
            linted.add(Code::UndocumentedWord, &format!("{section}.{word}"), message, help);
        }
    }
    let mut answers = Answers::default();
    for scenario in &evidence.scenarios {
        let judged = evidence.documented.judge_each(provider, scenario);
        answers.status.extend(judged.iter().map(|judged| &*judged.status.body));
        answers.result.extend(judged.iter().filter_map(|judged| Some(&*judged.result?.body)));
    }
    linted.add_unseen_paths(&answers);
    hold_back(provider, evidence, linted);
}

/// Files that cannot be fetched: they need the key, which does not go where they are. Each role and host is told once.
fn hold_back(provider: &Provider, evidence: &Evidence, linted: &mut Linted) {
    let mut told: Vec<(Role, String)> = Vec::new();
    for scenario in &evidence.scenarios {
        let Ok(job_id) = JobId::new(&scenario.job_id) else { continue };
        let question = evidence.documented.question(provider, job_id, &scenario.params);
        let reports = evidence.documented.judge(provider, scenario).into_iter().filter_map(|check| check.outcome.ok());
        for output in reports.flat_map(|report| report.outputs) {
            let Some(host) = forbidden_host(&question, &output) else { continue };
            if !told.contains(&(output.role, host.clone())) {
                let role = output.role.as_str();
                let message = format!("the {role} of `{}` needs the key, which does not go to {host}", scenario.name);
                let help = Some("name the host in `hosts`, or leave `key` out where the file needs none".into());
                linted.add(Code::KeyHeldBack, &part_of(provider, role), message, help);
                told.push((output.role, host));
            }
        }
    }
}

/// The host of a file that needs the key and may not see it.
fn forbidden_host(question: &Question<'_>, output: &Output) -> Option<String> {
    let url = Url::parse(output.url.as_ref().filter(|_| output.key_needed)?).ok()?;
    let host = url.host_str()?;
    (!question.may_see_key(&url) && !is_placeholder(host)).then(|| host.to_owned())
}

/// Hosts of examples (RFC 2606): a page that shows one does not tell the real host.
fn is_placeholder(host: &str) -> bool {
    let below = |name: &str| host.strip_suffix(name).is_some_and(|labels| labels.is_empty() || labels.ends_with('.'));
    ["example", "example.com", "example.net", "example.org", "invalid", "test", "localhost"].into_iter().any(below)
}

/// The part of the definition that files of this role come from.
fn part_of(provider: &Provider, role: &str) -> String {
    let stated = format!("outputs.{role}");
    if provider.places().contains(&stated) { stated } else { "outputs.file".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_examples() {
        for (host, expected) in
            [("example.com", true), ("cdn.example.com", true), ("myexample.com", false), ("a.test", true), ("contest", false)]
        {
            assert_eq!(is_placeholder(host), expected, "{host}");
        }
    }
}
