//! The outcomes as JUnit XML, which build servers show.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::outcome::{Outcome, Tested};

/// The outcomes as JUnit XML: a suite for each provider, a case for each scenario, and one for the provider as a whole.
/// With `snapshots` a snapshot that is missing or changed fails its case.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn junit(outcomes: &[Outcome], snapshots: bool) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attribute(("name", "vidspec"))
        .write_inner_content(|writer| outcomes.iter().try_for_each(|outcome| suite(writer, outcome, snapshots)))?;
    let mut xml = writer.into_inner();
    xml.push(b'\n');
    Ok(xml)
}

fn suite(writer: &mut Writer<Vec<u8>>, outcome: &Outcome, snapshots: bool) -> io::Result<()> {
    let mut cases: Vec<(&str, Vec<String>)> =
        outcome.tested.iter().map(|tested| (tested.scenario.name.as_str(), failures(tested, snapshots))).collect();
    let left_over = outcome.left_over.iter().filter(|_| snapshots).map(|path| format!("{}: no scenario", path.display()));
    cases.push(("(the whole provider)", outcome.complaints.iter().cloned().chain(left_over).collect()));
    let failed = cases.iter().filter(|(_, failures)| !failures.is_empty()).count();
    writer
        .create_element("testsuite")
        .with_attribute(("name", outcome.provider.id()))
        .with_attribute(("tests", cases.len().to_string().as_str()))
        .with_attribute(("failures", failed.to_string().as_str()))
        .write_inner_content(|writer| {
            cases.iter().try_for_each(|(name, failures)| case(writer, outcome.provider.id(), name, failures))
        })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, provider: &str, name: &str, failures: &[String]) -> io::Result<()> {
    let name = printable(name);
    let case = writer.create_element("testcase").with_attribute(("classname", provider)).with_attribute(("name", name.as_str()));
    let Some(first) = failures.first() else {
        case.write_empty()?;
        return Ok(());
    };
    case.write_inner_content(|writer| {
        let failure = writer.create_element("failure").with_attribute(("message", printable(first).as_str()));
        failure.write_text_content(BytesText::new(&printable(&failures.join("\n"))))?;
        Ok(())
    })?;
    Ok(())
}

fn failures(tested: &Tested, snapshots: bool) -> Vec<String> {
    let claims = tested.replayed.complaints();
    let snapshot = tested.snapshot.complaint().filter(|_| snapshots);
    claims.chain(snapshot).collect()
}

/// XML has no place for most control characters, not even escaped.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{FFFD}' } else { c }).collect()
}
