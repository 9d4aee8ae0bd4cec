//! The jobs that the mock server has been asked about.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::life::{Answer, Life, Lives};

/// The jobs, and how their lives are chosen.
#[derive(Debug)]
pub(super) struct Jobs {
    lives: Lives,
    /// The life of a job whose id says nothing else.
    usual: Life,
    known: BTreeMap<String, Job>,
    created: usize,
}

#[derive(Debug)]
struct Job {
    life: Life,
    /// How many answers it has gone through.
    at: usize,
    questions: u64,
}

impl Jobs {
    pub(super) fn new(lives: Lives, usual: Life) -> Self {
        Self { lives, usual, known: BTreeMap::new(), created: 0 }
    }

    /// The answer to the next question about a job, which moves it on. `chosen` is the life that the request asks for.
    ///
    /// # Errors
    /// If there is no such life.
    pub(super) fn ask(&mut self, id: &str, chosen: Option<&str>) -> Result<Answer, String> {
        let job = self.job(id, chosen)?;
        job.questions += 1;
        let answer = job.life.answer(job.at).cloned();
        job.at += 1;
        answer.ok_or_else(|| "the life of this job is empty".to_owned())
    }

    /// Whether the next question will be left without an answer; nothing moves on.
    pub(super) fn will_drop(&mut self, id: &str, chosen: Option<&str>) -> bool {
        self.job(id, chosen).is_ok_and(|job| matches!(job.life.answer(job.at), Some(Answer::Drop)))
    }

    /// Counts a question that a fault answered: it moves nothing on.
    pub(super) fn count(&mut self, id: &str, chosen: Option<&str>) {
        if let Ok(job) = self.job(id, chosen) {
            job.questions += 1;
        }
    }

    /// What was answered last.
    pub(super) fn last(&self, id: &str) -> Option<&Answer> {
        let job = self.known.get(id)?;
        job.life.answer(job.at.checked_sub(1)?)
    }

    /// The ids of all jobs.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// A new job, with an id that looks like this one.
    pub(super) fn create(&mut self, like: &str, chosen: Option<&str>) -> Result<String, String> {
        self.created += 1;
        let number = format!("{:04}", self.created);
        let kept: String = like.chars().take(like.chars().count().saturating_sub(number.len())).collect();
        let id = format!("{kept}{number}");
        self.job(&id, chosen)?;
        Ok(id)
    }

    /// Gives a job a life, from this answer on.
    pub(super) fn set(&mut self, id: &str, life: Option<&str>, at: usize) -> Result<(), String> {
        let life = match life {
            Some(name) => self.lives.named(name)?,
            None => self.usual_life(id)?,
        };
        self.known.insert(id.to_owned(), Job { life, at, questions: 0 });
        Ok(())
    }

    /// Forgets one job, or all.
    pub(super) fn reset(&mut self, id: Option<&str>) {
        match id {
            Some(id) => drop(self.known.remove(id)),
            None => self.known.clear(),
        }
    }

    pub(super) fn list(&self) -> Value {
        let describe = |(id, job): (&String, &Job)| {
            let next = job.life.answer(job.at).map(Answer::word);
            json!({ "job": id, "scenario": job.life.name, "questions": job.questions, "at": job.at, "next": next })
        };
        self.known.iter().map(describe).collect()
    }

    fn job(&mut self, id: &str, chosen: Option<&str>) -> Result<&mut Job, String> {
        let known = self.known.get(id).is_some_and(|job| chosen.is_none_or(|chosen| chosen == job.life.name));
        if !known {
            self.set(id, chosen, 0)?;
        }
        self.known.get_mut(id).ok_or_else(|| "the job is gone".to_owned())
    }

    /// By the id: a name before a `-` at its beginning or after its last `/`, or the scenario in which such a job ends.
    fn usual_life(&self, id: &str) -> Result<Life, String> {
        let word = id.rsplit('/').next().unwrap_or(id);
        let ends = word.match_indices('-').map(|(end, _)| end).collect::<Vec<_>>();
        let mut prefixes = ends.iter().rev().filter_map(|end| word.get(..*end));
        if let Some(life) = prefixes.find_map(|name| self.lives.known(name)) {
            return life;
        }
        match self.lives.end_of(id) {
            Some(scenario) => self.lives.named(scenario),
            None => Ok(self.usual.clone()),
        }
    }
}
