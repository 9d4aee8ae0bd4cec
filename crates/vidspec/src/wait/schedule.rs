//! Which job is asked when. Pure: the clock is a value that the caller passes in, and chance is seeded.
//!
//! Each provider has a lane. A lane hands out its jobs in the order in which they fall due, so many at once and so far apart as
//! its limits say. No job is handed out at its deadline or later; one whose turn could only come then is handed back as late.

use std::time::Duration;

use super::queue::Queue;

/// The time since a moment of the clock's choice.
pub(crate) type Moment = Duration;

/// Jobs that fall due together are asked this far apart at most; many jobs, closer together.
const LONGEST_GAP: Duration = Duration::from_millis(50);

/// How far a lane that fell behind may catch up without keeping the distance of the spread. The distance of a rate is always kept.
const SLACK: Duration = Duration::from_millis(60);

/// Turns of a spread that come within this time are taken together: waking for each one would cost more than the question.
const TICK: Duration = Duration::from_millis(40);

/// What a lane keeps to.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// How many questions are under way at once.
    pub(crate) concurrency: usize,
    /// The distance between two questions that the rate demands.
    pub(crate) distance: Duration,
    /// The time over which jobs that fall due together are spread.
    pub(crate) spread: Duration,
    /// When asking ends.
    pub(crate) deadline: Moment,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask about this job, whose turn came at this moment.
    Ask { job: usize, turn: Moment },
    /// The turn of this job could only come after its deadline.
    Late { job: usize },
    /// Nothing before this moment, unless an answer arrives.
    At(Moment),
    /// Nothing before an answer arrives.
    Answer,
    /// Nothing ever again.
    Nothing,
}

/// Which job is asked when.
#[derive(Debug)]
pub(crate) struct Schedule {
    lanes: Vec<Lane>,
    at_once: usize,
    under_way: usize,
}

#[derive(Debug)]
struct Lane {
    limits: Limits,
    waiting: Queue,
    under_way: usize,
    /// Before this moment the lane hands out nothing.
    free: Moment,
    /// When it last handed out a job.
    handed_out: Moment,
}

impl Schedule {
    /// At most so many questions under way at once, over all lanes.
    pub(crate) fn new(at_once: usize) -> Self {
        Self { lanes: Vec::new(), at_once: at_once.max(1), under_way: 0 }
    }

    /// Opens a lane and gives its number.
    pub(crate) fn open(&mut self, limits: Limits) -> usize {
        let (waiting, free, handed_out) = (Queue::default(), Moment::ZERO, Moment::ZERO);
        self.lanes.push(Lane { limits, waiting, under_way: 0, free, handed_out });
        self.lanes.len() - 1
    }

    /// The job falls due at this moment.
    pub(crate) fn add(&mut self, lane: usize, job: usize, due: Moment) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.waiting.add(due, job);
        }
    }

    /// The question has been answered, or given up; `requests` were sent for it.
    pub(crate) fn answered(&mut self, lane: usize, requests: u32) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.under_way = lane.under_way.saturating_sub(1);
            // The first request has had its distance; each further one takes the place of a later question.
            lane.free = lane.free.saturating_add(lane.limits.distance.saturating_mul(requests.saturating_sub(1)));
        }
    }

    /// The lane hands out nothing before this moment: its provider asked for quiet.
    pub(crate) fn pause(&mut self, lane: usize, until: Moment) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.free = lane.free.max(until);
        }
    }

    /// What is to be done now. What it hands out, it counts as done.
    pub(crate) fn next(&mut self, now: Moment) -> Next {
        if let Some(job) = self.lanes.iter_mut().find_map(|lane| lane.late(now)) {
            return Next::Late { job };
        }
        if let Some((turn, lane)) = self.with_room().filter_map(|lane| Some((lane.turn()?, lane))).min_by_key(|(turn, _)| *turn)
            && turn <= now
            && let Some(job) = lane.hand_out(now, turn)
        {
            self.under_way += 1;
            return Next::Ask { job, turn };
        }
        let turns = self.with_room().filter_map(|lane| lane.wakes()).min();
        // Lanes without room still let their jobs go at the deadline.
        let deadlines = self.lanes.iter().filter(|lane| !lane.waiting.is_empty()).map(|lane| lane.limits.deadline);
        match turns.into_iter().chain(deadlines).min() {
            Some(moment) if moment < Moment::MAX => Next::At(moment),
            _ if self.under_way > 0 => Next::Answer,
            _ => Next::Nothing,
        }
    }

    /// The lanes that could hand out a job.
    fn with_room(&mut self) -> impl Iterator<Item = &mut Lane> {
        let has_room = self.under_way < self.at_once;
        self.lanes.iter_mut().filter(move |lane| has_room && lane.under_way < lane.limits.concurrency)
    }
}

impl Lane {
    /// When the first of its jobs has its turn.
    fn turn(&self) -> Option<Moment> {
        self.waiting.due().map(|due| self.free.max(due))
    }

    /// When it is worth to look at it again.
    fn wakes(&self) -> Option<Moment> {
        let turn = self.turn()?;
        Some(if self.limits.distance.is_zero() { turn.max(self.handed_out.saturating_add(TICK)) } else { turn })
    }

    /// A job that cannot have its turn in time.
    fn late(&mut self, now: Moment) -> Option<usize> {
        let turn = self.turn()?.max(now);
        let late = turn >= self.limits.deadline && self.limits.deadline < Moment::MAX;
        late.then(|| self.waiting.take()).flatten()
    }

    fn hand_out(&mut self, now: Moment, turn: Moment) -> Option<usize> {
        let jobs = u32::try_from(self.waiting.len() + self.under_way).unwrap_or(u32::MAX).max(1);
        let gap = (self.limits.spread / jobs).min(LONGEST_GAP);
        let spread = turn.max(now.saturating_sub(SLACK)).saturating_add(gap);
        let distance = self.limits.distance;
        self.free = if distance.is_zero() { spread } else { spread.max(now.saturating_add(distance)) };
        self.under_way += 1;
        self.handed_out = now;
        self.waiting.take()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limits() -> Limits {
        Limits { concurrency: 4, distance: Duration::ZERO, spread: Duration::ZERO, deadline: 100 * SECOND }
    }

    fn asked(schedule: &mut Schedule, now: Moment) -> Vec<usize> {
        std::iter::from_fn(|| match schedule.next(now) {
            Next::Ask { job, .. } => Some(job),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn jobs_are_asked_in_the_order_in_which_they_fall_due_and_so_many_at_once() {
        let mut schedule = Schedule::new(3);
        let lane = schedule.open(limits());
        for (job, due) in [(0, 9), (1, 1), (2, 2), (3, 3), (4, 4)] {
            schedule.add(lane, job, due * SECOND);
        }
        assert_eq!(schedule.next(Moment::ZERO), Next::At(SECOND));
        assert_eq!(asked(&mut schedule, 5 * SECOND), [1, 2, 3]);
        assert_eq!(schedule.next(5 * SECOND), Next::At(100 * SECOND));
        schedule.answered(lane, 1);
        assert_eq!(asked(&mut schedule, 6 * SECOND), [4]);
    }

    #[test]
    fn a_lane_without_room_does_not_hold_another_up() {
        let mut schedule = Schedule::new(64);
        let lanes = [schedule.open(Limits { concurrency: 1, ..limits() }), schedule.open(limits())];
        for job in 0..6 {
            schedule.add(lanes[job % 2], job, Moment::ZERO);
        }
        assert_eq!(asked(&mut schedule, Moment::ZERO), [0, 1, 3, 5]);
    }

    #[test]
    fn a_rate_keeps_its_distance_even_after_a_standstill() {
        let mut schedule = Schedule::new(64);
        let lane = schedule.open(Limits { distance: SECOND, ..limits() });
        (0..3).for_each(|job| schedule.add(lane, job, Moment::ZERO));
        assert_eq!(asked(&mut schedule, 50 * SECOND), [0]);
        assert_eq!(schedule.next(50 * SECOND), Next::At(51 * SECOND));
        // A second request for the answer's file counts as well.
        schedule.answered(lane, 2);
        assert_eq!(schedule.next(50 * SECOND), Next::At(52 * SECOND));
    }

    #[test]
    fn many_jobs_that_fall_due_together_are_spread_over_the_interval_and_few_are_not_held_up() {
        let mut schedule = Schedule::new(usize::MAX);
        let lane = schedule.open(Limits { concurrency: usize::MAX, spread: 5 * SECOND, ..limits() });
        (0..10_000).for_each(|job| schedule.add(lane, job, Moment::ZERO));
        assert_eq!(asked(&mut schedule, Moment::ZERO), [0]);
        let ticks = (1..=100).map(|tick| tick * SECOND / 20);
        let counts: Vec<_> = ticks.map(|now| asked(&mut schedule, now).len()).collect();
        assert!(counts.iter().all(|count| (99..=101).contains(count)), "{counts:?}");

        let mut schedule = Schedule::new(usize::MAX);
        let lane = schedule.open(Limits { spread: 60 * SECOND, ..limits() });
        (0..2).for_each(|job| schedule.add(lane, job, Moment::ZERO));
        assert_eq!(asked(&mut schedule, Moment::ZERO), [0]);
        assert_eq!(schedule.next(Moment::ZERO), Next::At(LONGEST_GAP));
    }

    #[test]
    fn a_pause_holds_the_whole_lane_and_one_beyond_the_deadline_ends_it() {
        let mut schedule = Schedule::new(64);
        let lane = schedule.open(limits());
        (0..2).for_each(|job| schedule.add(lane, job, Moment::ZERO));
        schedule.pause(lane, 30 * SECOND);
        assert_eq!(schedule.next(SECOND), Next::At(30 * SECOND));
        schedule.pause(lane, 200 * SECOND);
        assert_eq!((schedule.next(SECOND), schedule.next(SECOND)), (Next::Late { job: 0 }, Next::Late { job: 1 }));
        assert_eq!(schedule.next(SECOND), Next::Nothing);
    }

    #[test]
    fn jobs_that_wait_for_their_turn_are_let_go_at_the_deadline_even_while_an_answer_is_outstanding() {
        let mut schedule = Schedule::new(1);
        let lane = schedule.open(limits());
        (0..2).for_each(|job| schedule.add(lane, job, Moment::ZERO));
        assert_eq!(asked(&mut schedule, Moment::ZERO), [0]);
        assert_eq!(schedule.next(SECOND), Next::At(100 * SECOND));
        assert_eq!(schedule.next(100 * SECOND), Next::Late { job: 1 });
        assert_eq!(schedule.next(100 * SECOND), Next::Answer);
    }

    /// Ten thousand jobs at one provider of 3,000 questions a minute, which end one after the other over an hour.
    #[test]
    fn an_hour_of_ten_thousand_jobs() {
        let mut schedule = Schedule::new(64);
        let lane = schedule.open(Limits {
            concurrency: 64,
            distance: 20 * SECOND / 1_000,
            spread: 60 * SECOND,
            deadline: 3_600 * SECOND,
        });
        (0..10_000).for_each(|job| schedule.add(lane, job, Moment::ZERO));
        let (mut now, mut questions, mut ended, mut last) = (Moment::ZERO, 0, 0, vec![None; 10_000]);
        loop {
            match schedule.next(now) {
                Next::Ask { job, .. } => {
                    assert!(last[job].replace(now).is_none_or(|last| now >= last + 60 * SECOND));
                    questions += 1;
                    schedule.answered(lane, 1);
                    if now < SECOND * u32::try_from(job).unwrap() / 3 {
                        schedule.add(lane, job, now + 60 * SECOND);
                    } else {
                        ended += 1;
                    }
                }
                Next::At(moment) => now = moment,
                Next::Late { .. } => ended += 1,
                Next::Answer | Next::Nothing => break,
            }
        }
        assert_eq!(ended, 10_000);
        // One more at the very beginning.
        assert!((100_000..=180_001).contains(&questions) && now <= 3_600 * SECOND, "{questions} {now:?}");
    }

    /// A lane and how its questions are answered.
    #[derive(Clone, Debug)]
    struct Plan {
        concurrency: usize,
        distance: u64,
        spread: u64,
        deadline: u64,
        jobs: Vec<(u64, u64, u64)>,
    }

    /// Milliseconds throughout.
    fn plans() -> impl Strategy<Value = Vec<Plan>> {
        let job = (0_u64..3_000, 0_u64..2_000, 1_u64..2_000);
        let lane = (1_usize..5, prop_oneof![Just(0), 1_u64..500], 0_u64..5_000, 1_u64..20_000, prop::collection::vec(job, 0..20));
        let plan = lane.prop_map(|(concurrency, distance, spread, deadline, jobs)| Plan {
            concurrency,
            distance,
            spread,
            deadline,
            jobs,
        });
        prop::collection::vec(plan, 1..4)
    }

    proptest! {
        /// Whatever the answers take: every promise of a lane holds, and every job ends, as late or after so many questions.
        #[test]
        fn the_promises_hold(plans in plans(), at_once in 1_usize..8, stumbles in prop::collection::vec(0_u64..300, 1..20)) {
            let ms = Duration::from_millis;
            let mut schedule = Schedule::new(at_once);
            let mut jobs = Vec::new();
            for (lane, plan) in plans.iter().enumerate() {
                schedule.open(Limits { concurrency: plan.concurrency, distance: ms(plan.distance), spread: ms(plan.spread), deadline: ms(plan.deadline) });
                for (first, takes, pause) in &plan.jobs {
                    schedule.add(lane, jobs.len(), ms(*first));
                    jobs.push((lane, ms(*takes), ms(*pause), 0_u32));
                }
            }
            let mut under_way: Vec<(Moment, usize)> = Vec::new();
            let mut asked: Vec<Vec<Moment>> = vec![Vec::new(); plans.len()];
            let mut due: Vec<Moment> = jobs.iter().zip(plans.iter().flat_map(|plan| &plan.jobs)).map(|(_, (first, ..))| ms(*first)).collect();
            let mut ended = vec![false; jobs.len()];
            let mut now = Moment::ZERO;
            let mut stumbles = stumbles.iter().cycle();
            loop {
                let next = schedule.next(now);
                let answer = under_way.iter().map(|(at, _)| *at).min();
                let until = match next {
                    Next::Ask { job, turn } => {
                        let (lane, takes, ..) = jobs[job];
                        let plan = &plans[lane];
                        prop_assert!(!ended[job], "asked after the end");
                        prop_assert!(now < ms(plan.deadline), "asked past the deadline");
                        prop_assert!(due[job] <= turn && turn <= now, "asked before it was due");
                        if let Some(last) = asked[lane].last() {
                            prop_assert!(now >= *last + ms(plan.distance), "asked more than the rate");
                        }
                        under_way.push((now + takes, job));
                        let in_lane = under_way.iter().filter(|(_, job)| jobs[*job].0 == lane).count();
                        prop_assert!(in_lane <= plan.concurrency && under_way.len() <= at_once, "too many at once");
                        asked[lane].push(now);
                        jobs[job].3 += 1;
                        continue;
                    }
                    Next::Late { job } => {
                        prop_assert!(!std::mem::replace(&mut ended[job], true), "late twice");
                        continue;
                    }
                    Next::Nothing => break,
                    Next::Answer => answer.unwrap(),
                    Next::At(moment) => {
                        prop_assert!(moment > now, "woken for nothing");
                        answer.map_or(moment, |answer| answer.min(moment))
                    }
                };
                // Nobody wakes exactly on time.
                now = now.max(until) + ms(*stumbles.next().unwrap());
                while let Some(index) = under_way.iter().position(|(at, _)| *at <= now) {
                    let (_, job) = under_way.swap_remove(index);
                    let (lane, _, pause, questions) = jobs[job];
                    schedule.answered(lane, 1);
                    if questions < 5 {
                        due[job] = now + pause;
                        schedule.add(lane, job, due[job]);
                    } else {
                        ended[job] = true;
                    }
                }
            }
            prop_assert!(ended.iter().all(|ended| *ended), "a job was forgotten");
        }
    }
}
