//! Jobs in the order in which they fall due.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::schedule::Moment;

/// Jobs in the order in which they fall due; of those that fall due together the first by number.
///
/// Most are added in this order. They stand in a row, where the next one is at hand, and only the others have to be sorted in.
#[derive(Debug, Default)]
pub(super) struct Queue {
    row: VecDeque<(Moment, usize)>,
    others: BinaryHeap<Reverse<(Moment, usize)>>,
}

impl Queue {
    pub(super) fn add(&mut self, due: Moment, job: usize) {
        if self.row.back().is_none_or(|last| *last <= (due, job)) {
            self.row.push_back((due, job));
        } else {
            self.others.push(Reverse((due, job)));
        }
    }

    /// When the first falls due.
    pub(super) fn due(&self) -> Option<Moment> {
        let (row, other) = (self.row.front(), self.others.peek().map(|Reverse(other)| other));
        row.into_iter().chain(other).min().map(|(due, _)| *due)
    }

    /// Takes the first.
    pub(super) fn take(&mut self) -> Option<usize> {
        let is_other = match (self.row.front(), self.others.peek()) {
            (Some(first), Some(Reverse(other))) => other < first,
            (first, _) => first.is_none(),
        };
        let (_, job) = if is_other { self.others.pop().map(|Reverse(other)| other) } else { self.row.pop_front() }?;
        Some(job)
    }

    pub(super) fn len(&self) -> usize {
        self.row.len() + self.others.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is added and taken, and in which order: it is as if all were sorted anew each time.
        #[test]
        fn the_first_is_taken_first(steps in prop::collection::vec(prop::option::weighted(0.6, 0_u64..9), 0..60)) {
            let (mut queue, mut sorted) = (Queue::default(), BTreeSet::new());
            for (job, step) in steps.into_iter().enumerate() {
                if let Some(seconds) = step {
                    queue.add(Duration::from_secs(seconds), job);
                    sorted.insert((Duration::from_secs(seconds), job));
                } else {
                    prop_assert_eq!(queue.due(), sorted.first().map(|(due, _)| *due));
                    prop_assert_eq!(queue.take(), sorted.pop_first().map(|(_, job)| job));
                }
                prop_assert_eq!((queue.len(), queue.is_empty()), (sorted.len(), sorted.is_empty()));
            }
        }
    }
}
