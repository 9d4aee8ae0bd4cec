//! A JSONPath as it is walked, made from what the parser of `jsonpath-rust` read.
//!
//! That crate also walks, but keeps the way to every place as text, compiles a pattern anew for each element, and knows no bound.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter as ParsedFilter, FilterAtom, FnArg, JpQuery, Literal, Segment as ParsedSegment,
    Selector as ParsedSelector, SingularQuery, SingularQuerySegment, Test, TestFunction,
};

use crate::definition::Pattern;
use crate::json::Json;

/// Where to go from each place reached so far.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// From all places below, too (`..`).
    pub(super) descends: bool,
    pub(super) selectors: Vec<Selector>,
}

/// Most are names, and those are gone through most often: the others do not make them larger.
#[derive(Clone, Debug)]
pub(super) enum Selector {
    Name(Box<str>),
    Index(i64),
    Wildcard,
    Slice(Box<Slice>),
    Filter(Box<Filter>),
}

#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) step: i64,
}

/// What must hold for an element.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Query),
    Compare { left: Operand, relation: Relation, right: Operand },
    Matches { text: Operand, pattern: Pattern },
}

/// A path inside a filter.
#[derive(Clone, Debug)]
pub(super) struct Query {
    /// From the document (`$`), not from the element (`@`).
    pub(super) from_root: bool,
    pub(super) segments: Vec<Segment>,
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Literal(Json<'static>),
    /// The only place that the path names.
    Place(Query),
    Length(Box<Operand>),
    Count(Query),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

pub(super) fn segments(query: JpQuery) -> Result<Vec<Segment>, String> {
    each(query.segments, segment)
}

fn each<T, U>(parts: Vec<T>, convert: impl Fn(T) -> Result<U, String>) -> Result<Vec<U>, String> {
    parts.into_iter().map(convert).collect()
}

fn segment(segment: ParsedSegment) -> Result<Segment, String> {
    match segment {
        ParsedSegment::Descendant(below) => Ok(Segment { descends: true, ..self::segment(*below)? }),
        ParsedSegment::Selector(one) => Ok(Segment { descends: false, selectors: vec![selector(one)?] }),
        ParsedSegment::Selectors(several) => Ok(Segment { descends: false, selectors: each(several, selector)? }),
    }
}

fn selector(selector: ParsedSelector) -> Result<Selector, String> {
    Ok(match selector {
        ParsedSelector::Name(name) => Selector::Name(name.into()),
        ParsedSelector::Index(index) => Selector::Index(index),
        ParsedSelector::Wildcard => Selector::Wildcard,
        ParsedSelector::Slice(start, end, step) => Selector::Slice(Box::new(Slice { start, end, step: step.unwrap_or(1) })),
        ParsedSelector::Filter(condition) => Selector::Filter(Box::new(filter(condition)?)),
    })
}

fn filter(parsed: ParsedFilter) -> Result<Filter, String> {
    let (condition, not) = match parsed {
        ParsedFilter::Or(several) => return each(several, filter).map(Filter::Any),
        ParsedFilter::And(several) => return each(several, filter).map(Filter::All),
        ParsedFilter::Atom(FilterAtom::Filter { expr, not }) => (filter(*expr)?, not),
        ParsedFilter::Atom(FilterAtom::Test { expr, not }) => (test(*expr)?, not),
        ParsedFilter::Atom(FilterAtom::Comparison(comparison)) => return compare(*comparison),
    };
    Ok(if not { Filter::Not(Box::new(condition)) } else { condition })
}

fn test(test: Test) -> Result<Filter, String> {
    match test {
        Test::RelQuery(segments) => Ok(Filter::Exists(relative(segments)?)),
        Test::AbsQuery(query) => Ok(Filter::Exists(absolute(query)?)),
        Test::Function(function) => match *function {
            TestFunction::Match(text, pattern) => matches(text, pattern, |pattern| format!("^(?:{pattern})$")),
            TestFunction::Search(text, pattern) => matches(text, pattern, str::to_owned),
            TestFunction::Custom(name, _) => Err(format!("`{name}` is no function of JSONPath (RFC 9535, section 2.4)")),
            TestFunction::Length(_) | TestFunction::Count(_) | TestFunction::Value(_) => {
                Err("expected a comparison with what the function gives, such as `count(@.*) > 1`".into())
            }
        },
    }
}

fn matches(text: FnArg, pattern: FnArg, whole: impl Fn(&str) -> String) -> Result<Filter, String> {
    let FnArg::Literal(Literal::String(pattern)) = pattern else {
        return Err("expected a text in quotes as the pattern of `match` or `search`".into());
    };
    // The pattern alone too: a bracket too many must not close ours.
    Pattern::compile(&pattern)?;
    Ok(Filter::Matches { text: argument(text)?, pattern: Pattern::compile(&whole(&pattern))? })
}

fn compare(comparison: Comparison) -> Result<Filter, String> {
    let (left, relation, right) = match comparison {
        Comparison::Eq(left, right) => (left, Relation::Equal, right),
        Comparison::Ne(left, right) => (left, Relation::NotEqual, right),
        Comparison::Lt(left, right) => (left, Relation::Less, right),
        Comparison::Lte(left, right) => (left, Relation::LessOrEqual, right),
        Comparison::Gt(left, right) => (left, Relation::Greater, right),
        Comparison::Gte(left, right) => (left, Relation::GreaterOrEqual, right),
    };
    Ok(Filter::Compare { left: comparable(left)?, relation, right: comparable(right)? })
}

fn comparable(comparable: Comparable) -> Result<Operand, String> {
    match comparable {
        Comparable::Literal(value) => Ok(Operand::Literal(literal(value))),
        Comparable::Function(called) => function(called),
        Comparable::SingularQuery(SingularQuery::Current(steps)) => Ok(Operand::Place(singular(false, steps))),
        Comparable::SingularQuery(SingularQuery::Root(steps)) => Ok(Operand::Place(singular(true, steps))),
    }
}

fn function(function: TestFunction) -> Result<Operand, String> {
    match function {
        TestFunction::Length(of) => Ok(Operand::Length(Box::new(argument(*of)?))),
        TestFunction::Count(of) => Ok(Operand::Count(places(of)?)),
        TestFunction::Value(of) => Ok(Operand::Place(places(of)?)),
        TestFunction::Match(..) | TestFunction::Search(..) => Err("`match` and `search` cannot be compared".into()),
        TestFunction::Custom(name, _) => Err(format!("`{name}` is no function of JSONPath (RFC 9535, section 2.4)")),
    }
}

/// A value that is given to a function.
fn argument(argument: FnArg) -> Result<Operand, String> {
    match argument {
        FnArg::Literal(value) => Ok(Operand::Literal(literal(value))),
        FnArg::Test(test) => match *test {
            Test::Function(called) => function(*called),
            other => places(FnArg::Test(Box::new(other))).map(Operand::Place),
        },
        FnArg::Filter(_) => Err("expected a value or a path as the argument of a function".into()),
    }
}

fn places(argument: FnArg) -> Result<Query, String> {
    const EXPECTED: &str = "expected a path such as `@.a` as the argument of a function";
    match argument {
        FnArg::Test(test) => match *test {
            Test::RelQuery(segments) => relative(segments),
            Test::AbsQuery(query) => absolute(query),
            Test::Function(_) => Err(EXPECTED.into()),
        },
        FnArg::Literal(_) | FnArg::Filter(_) => Err(EXPECTED.into()),
    }
}

fn relative(parsed: Vec<ParsedSegment>) -> Result<Query, String> {
    Ok(Query { from_root: false, segments: each(parsed, segment)? })
}

fn absolute(query: JpQuery) -> Result<Query, String> {
    Ok(Query { from_root: true, segments: segments(query)? })
}

fn singular(from_root: bool, steps: Vec<SingularQuerySegment>) -> Query {
    let selectors = steps.into_iter().map(|step| match step {
        SingularQuerySegment::Index(index) => Selector::Index(index),
        SingularQuerySegment::Name(name) => Selector::Name(name.into()),
    });
    Query { from_root, segments: selectors.map(Segment::from).collect() }
}

fn literal(literal: Literal) -> Json<'static> {
    match literal {
        Literal::Int(value) => value.into(),
        Literal::Float(value) => value.into(),
        Literal::String(value) => value.into(),
        Literal::Bool(value) => value.into(),
        Literal::Null => Json::Null,
    }
}

impl From<Selector> for Segment {
    fn from(selector: Selector) -> Self {
        Self { descends: false, selectors: vec![selector] }
    }
}
