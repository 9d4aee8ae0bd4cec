//! Going to the places that a path names, for as long as the effort lasts.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::query::{Filter, Operand, Query, Relation, Segment, Selector, Slice};
use crate::effort::Effort;
use crate::json::Json;

/// What is done with each place, until it breaks.
type Visit<'f, 'v, 'b> = &'f mut dyn FnMut(&'v Json<'b>) -> ControlFlow<()>;

/// One document, and the effort that may be put into it.
#[derive(Clone, Copy)]
pub(super) struct Walk<'v, 'b, 'e> {
    pub(super) document: &'v Json<'b>,
    pub(super) effort: &'e Effort,
}

/// Where a name or an index leads.
pub(super) fn child<'v, 'b>(node: &'v Json<'b>, selector: &Selector, effort: &Effort) -> Option<&'v Json<'b>> {
    match (selector, node) {
        (Selector::Name(name), Json::Object(members)) => {
            effort.spend(members.len()).continue_value()?;
            node.member(name)
        }
        (Selector::Index(index), Json::Array(elements)) => elements.get(place(*index, elements.len())?),
        _ => None,
    }
}

/// An index from the beginning; a negative one counts from the end.
fn place(index: i64, length: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    if index < 0 { length.checked_sub(distance) } else { Some(distance) }
}

impl<'v, 'b> Walk<'v, 'b, '_> {
    pub(super) fn all(&self, node: &'v Json<'b>, segments: &[Segment], found: Visit<'_, 'v, 'b>) -> ControlFlow<()> {
        let Some((segment, rest)) = segments.split_first() else { return found(node) };
        let mut go_on = |node| self.all(node, rest, found);
        if segment.descends {
            self.descend(node, &segment.selectors, &mut go_on)
        } else {
            self.select(node, &segment.selectors, &mut go_on)
        }
    }

    fn descend(&self, node: &'v Json<'b>, selectors: &[Selector], found: Visit<'_, 'v, 'b>) -> ControlFlow<()> {
        self.select(node, selectors, found)?;
        self.children(node, &mut |child| self.descend(child, selectors, found))
    }

    fn select(&self, node: &'v Json<'b>, selectors: &[Selector], found: Visit<'_, 'v, 'b>) -> ControlFlow<()> {
        selectors.iter().try_for_each(|selector| {
            self.effort.spend(1)?;
            match selector {
                Selector::Name(_) | Selector::Index(_) => {
                    child(node, selector, self.effort).map_or(ControlFlow::Continue(()), &mut *found)
                }
                Selector::Wildcard => self.children(node, found),
                Selector::Slice(slice) => self.slice(node, slice, found),
                Selector::Filter(filter) => self.children(node, &mut |child| {
                    if self.holds(filter, child) { found(child) } else { ControlFlow::Continue(()) }
                }),
            }
        })
    }

    fn children(&self, node: &'v Json<'b>, found: Visit<'_, 'v, 'b>) -> ControlFlow<()> {
        let mut visit = |child| {
            self.effort.spend(1)?;
            found(child)
        };
        match node {
            Json::Array(elements) => elements.iter().try_for_each(visit),
            Json::Object(members) => members.iter().try_for_each(|(_, member)| visit(member)),
            _ => ControlFlow::Continue(()),
        }
    }

    /// RFC 9535, section 2.3.4.2.2: the bounds are cut to the array; a negative step goes backwards.
    fn slice(&self, node: &'v Json<'b>, slice: &Slice, found: Visit<'_, 'v, 'b>) -> ControlFlow<()> {
        let Slice { start, end, step } = *slice;
        let Json::Array(elements) = node else { return ControlFlow::Continue(()) };
        let stride = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
        // How many elements lie before a bound.
        let before = |bound: i64| place(bound, elements.len()).unwrap_or_default().min(elements.len());
        let mut visit = |child| {
            self.effort.spend(1)?;
            found(child)
        };
        match step.cmp(&0) {
            Ordering::Greater => {
                let range = start.map_or(0, before)..end.map_or(elements.len(), before);
                elements.get(range).into_iter().flatten().step_by(stride).try_for_each(visit)
            }
            Ordering::Less => {
                // Going backwards, the start is within and the end is not.
                let through = |bound: i64| {
                    if bound < 0 { place(bound, elements.len()).map_or(0, |at| at + 1) } else { before(bound.saturating_add(1)) }
                };
                let range = end.map_or(0, through)..start.map_or(elements.len(), through);
                elements.get(range).into_iter().flatten().rev().step_by(stride).try_for_each(&mut visit)
            }
            Ordering::Equal => ControlFlow::Continue(()),
        }
    }

    /// Once the effort is spent, the answer means nothing, and nobody takes it.
    fn holds(&self, filter: &Filter, node: &'v Json<'b>) -> bool {
        match filter {
            Filter::Any(several) => several.iter().any(|one| self.holds(one, node)),
            Filter::All(several) => several.iter().all(|one| self.holds(one, node)),
            Filter::Not(condition) => !self.holds(condition, node),
            Filter::Exists(query) => {
                let mut exists = false;
                let _ = self.query(query, node, &mut |_| {
                    exists = true;
                    ControlFlow::Break(())
                });
                exists
            }
            Filter::Compare { left, relation, right } => {
                self.compare(self.value(left, node).as_deref(), *relation, self.value(right, node).as_deref())
            }
            Filter::Matches { text, pattern } => match self.value(text, node).as_deref() {
                Some(Json::Text(text)) => pattern.is_match_within(text, self.effort),
                _ => false,
            },
        }
    }

    fn query(&self, query: &Query, node: &'v Json<'b>, found: Visit<'_, 'v, 'b>) -> ControlFlow<()> {
        self.all(if query.from_root { self.document } else { node }, &query.segments, found)
    }

    fn value<'o>(&self, operand: &'o Operand, node: &'v Json<'b>) -> Option<Cow<'o, Json<'b>>>
    where
        'v: 'o,
    {
        match operand {
            Operand::Literal(value) => Some(Cow::Borrowed(value)),
            Operand::Place(query) => {
                let (mut only, mut count) = (None, 0_usize);
                let _ = self.query(query, node, &mut |node| {
                    (only, count) = (Some(node), count + 1);
                    if count > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                });
                only.filter(|_| count == 1).map(Cow::Borrowed)
            }
            Operand::Count(query) => {
                let mut count = 0;
                let _ = self.query(query, node, &mut |_| {
                    count += 1;
                    ControlFlow::Continue(())
                });
                Some(Cow::Owned(Json::from(count)))
            }
            Operand::Length(of) => {
                let length = match self.value(of, node).as_deref()? {
                    Json::Text(text) => {
                        self.effort.spend_on_text(text).continue_value()?;
                        text.chars().count()
                    }
                    Json::Array(elements) => elements.len(),
                    Json::Object(members) => members.len(),
                    Json::Null | Json::Bool(_) | Json::Number(_) => return None,
                };
                Some(Cow::Owned(Json::from(i64::try_from(length).ok()?)))
            }
        }
    }

    /// RFC 9535, section 2.3.5.2.2: nothing equals nothing, and only numbers and texts have an order.
    fn compare(&self, left: Option<&Json<'_>>, relation: Relation, right: Option<&Json<'_>>) -> bool {
        let equal = || match (left, right) {
            (Some(left), Some(right)) => self.equal(left, right),
            (None, None) => true,
            _ => false,
        };
        let ordered = |order| left.zip(right).and_then(|(left, right)| self.order(left, right)) == Some(order);
        match relation {
            Relation::Equal => equal(),
            Relation::NotEqual => !equal(),
            Relation::Less => ordered(Ordering::Less),
            Relation::LessOrEqual => ordered(Ordering::Less) || equal(),
            Relation::Greater => ordered(Ordering::Greater),
            Relation::GreaterOrEqual => ordered(Ordering::Greater) || equal(),
        }
    }

    fn order(&self, left: &Json<'_>, right: &Json<'_>) -> Option<Ordering> {
        match (left, right) {
            (Json::Text(left), Json::Text(right)) => {
                self.effort.spend_on_text(left).continue_value()?;
                Some(left.cmp(right))
            }
            (Json::Number(left), Json::Number(right)) if left == right => Some(Ordering::Equal),
            (Json::Number(left), Json::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
            _ => None,
        }
    }

    fn equal(&self, left: &Json<'_>, right: &Json<'_>) -> bool {
        if self.effort.spend(1).is_break() {
            return false;
        }
        match (left, right) {
            (Json::Null, Json::Null) => true,
            (Json::Bool(left), Json::Bool(right)) => left == right,
            (Json::Array(left), Json::Array(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| self.equal(left, right))
            }
            (Json::Object(left), Json::Object(members)) => {
                let same = |name, value| {
                    self.effort.spend(members.len()).is_continue()
                        && right.member(name).is_some_and(|other| self.equal(value, other))
                };
                left.len() == members.len() && left.iter().all(|(name, value)| same(name, value))
            }
            _ => self.order(left, right) == Some(Ordering::Equal),
        }
    }
}
