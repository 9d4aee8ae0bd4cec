//! The page of traps names evidence that exists.

use std::path::Path;

use vidspec_harness::Evidence;

use crate::ROOT;

#[test]
fn every_trap_has_fixtures_and_each_exists() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/traps.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).collect();
    let mut complaints = Vec::new();
    let mut count = 0;
    for row in rows.iter().filter(|row| !row.starts_with("| trap |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, _, fixtures] = cells.as_slice() else { panic!("expected a trap, its providers and fixtures, found {row}") };
        for fixture in fixtures.split(", ") {
            count += 1;
            let Some((provider, name)) = fixture.trim_matches('`').split_once('/') else {
                panic!("expected `provider/scenario`, found {fixture}")
            };
            let known = Evidence::load(&Path::new(ROOT).join("fixtures"), provider)
                .is_ok_and(|evidence| evidence.scenarios.iter().any(|scenario| scenario.name == name));
            if !known {
                complaints.push(format!("there is no fixture {fixture}, named in {row}"));
            }
        }
    }
    assert!(count > 80, "only {count} fixtures were found on the page");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
