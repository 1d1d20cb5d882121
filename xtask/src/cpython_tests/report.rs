//! The table of docs/conformance.md and the list of what fails.

use super::{Outcome, Outcomes};
use std::collections::BTreeMap;

/// A module's line in the table. What counts is each test that CPython passes.
#[derive(Default)]
pub struct Row {
    pub cpython_passed: usize,
    pub cpython_skipped: usize,
    pub cpython_failed: usize,
    pub passed: usize,
    pub failed: usize,
    pub expected: usize,
    pub skipped: usize,
    pub crashed: usize,
    pub unexpectedly_passed: Vec<String>,
}

impl Row {
    pub fn new(
        theirs: &Outcomes,
        ours: &Outcomes,
        expected: Option<&BTreeMap<String, String>>,
    ) -> Row {
        let mut row = Row::default();
        for (name, outcome) in theirs {
            match outcome {
                Outcome::Passed => row.cpython_passed += 1,
                Outcome::Skipped(_) => row.cpython_skipped += 1,
                _ => row.cpython_failed += 1,
            }
            if *outcome != Outcome::Passed {
                continue;
            }
            let known = expected.is_some_and(|e| e.contains_key(name));
            match ours.get(name) {
                Some(Outcome::Passed) => {
                    row.passed += 1;
                    if known {
                        row.unexpectedly_passed.push(name.clone());
                    }
                }
                Some(Outcome::Skipped(_)) => row.skipped += 1,
                Some(Outcome::Crashed(_) | Outcome::Hung) => row.crashed += 1,
                _ if known => row.expected += 1,
                _ => row.failed += 1,
            }
        }
        // A crash after the last test or while importing is no test's, but must not be lost.
        let strange = |(name, o): &(&String, &Outcome)| {
            !theirs.contains_key(*name) && matches!(o, Outcome::Crashed(_) | Outcome::Hung)
        };
        row.crashed += ours.iter().filter(strange).count();
        row
    }

    /// Passed, of what CPython passes and is not skipped here.
    fn percent(&self) -> f64 {
        let counted = self.cpython_passed - self.skipped;
        if counted == 0 {
            return 100.0;
        }
        // Cut, not rounded: 100 is said of nothing less.
        (self.passed as f64 / counted as f64 * 1000.0).floor() / 10.0
    }

    fn add(&mut self, other: &Row) {
        self.cpython_passed += other.cpython_passed;
        self.cpython_skipped += other.cpython_skipped;
        self.cpython_failed += other.cpython_failed;
        self.passed += other.passed;
        self.failed += other.failed;
        self.expected += other.expected;
        self.skipped += other.skipped;
        self.crashed += other.crashed;
    }

    pub fn line(&self, module: &str) -> String {
        format!(
            "| {module} | {} | {} | {} | {} | {} | {} | {} | {:.1} |",
            self.cpython_passed,
            self.cpython_skipped,
            self.passed,
            self.failed,
            self.expected,
            self.crashed,
            self.skipped,
            self.percent()
        )
    }
}

fn total(rows: &[(&String, &Row)]) -> Row {
    let mut total = Row::default();
    for (_, row) in rows {
        total.add(row);
    }
    total
}

pub fn summary(rows: &[(&String, &Row)]) -> String {
    let reached = rows.iter().filter(|(_, row)| row.percent() >= 95.0).count();
    format!(
        "{}\n{reached} of {} modules at 95 % or more",
        total(rows).line("all"),
        rows.len()
    )
}

pub fn document(rows: &[(&String, &Row)]) -> String {
    let lines: Vec<String> = rows.iter().map(|(module, row)| row.line(module)).collect();
    let reached = rows.iter().filter(|(_, row)| row.percent() >= 95.0).count();
    format!(
        "\
# Conformance

CPython 3.12.1's own test modules, run by CPython and by hognose with the same runner, each in a process of its own:
`cargo xtask cpython-tests` writes this file. Only tests that CPython passes are counted for hognose. *Skipped* are those
that ask for CPython's implementation (`@cpython_only`, `_testcapi`, reference counts); *expected* are the failures that
`tests/cpython/expected-failures.toml` gives a reason for; *crashed* are crashes and hangs. The last column is passed,
in per cent of what CPython passes less what is skipped.

{reached} of {} modules are at 95 % or more.

| test_ | CPython passes | CPython skips | passed | failed | expected | crashed | skipped | % |
|---|---|---|---|---|---|---|---|---|
{}
{}
",
        rows.len(),
        lines.join("\n"),
        total(rows).line("**all**"),
    )
}

/// A line for each test that CPython passes and hognose does not.
pub fn failures(
    theirs: &Outcomes,
    ours: &Outcomes,
    expected: Option<&BTreeMap<String, String>>,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, _) in theirs.iter().filter(|(_, o)| **o == Outcome::Passed) {
        let what = match ours.get(name) {
            Some(Outcome::Passed) => continue,
            Some(Outcome::Failed(detail)) => format!("failed: {detail}"),
            Some(Outcome::Skipped(reason)) => format!("skipped: {reason}"),
            Some(Outcome::Crashed(status)) => format!("CRASHED: {status}"),
            Some(Outcome::Hung) => "HUNG".into(),
            None => "not run".into(),
        };
        let reason = expected.and_then(|e| e.get(name));
        let reason = reason.map_or(String::new(), |r| format!(" [expected: {r}]"));
        lines.push(format!("{name}\t{what}{reason}"));
    }
    for (name, outcome) in ours.iter().filter(|(name, _)| !theirs.contains_key(*name)) {
        if *outcome != Outcome::Passed {
            lines.push(format!("{name}\tonly here: {outcome:?}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_what_cpython_passes() {
        let outcome = |list: &[(&str, Outcome)]| -> Outcomes {
            list.iter()
                .map(|(n, o)| ((*n).to_owned(), o.clone()))
                .collect()
        };
        let skipped = Outcome::Skipped("why".into());
        let failed = Outcome::Failed("what".into());
        let theirs = outcome(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Passed),
            ("c", Outcome::Passed),
            ("d", Outcome::Passed),
            ("e", skipped.clone()),
        ]);
        let ours = outcome(&[
            ("a", Outcome::Passed),
            ("b", failed.clone()),
            ("c", skipped),
            ("e", failed),
        ]);
        let expected = [
            ("a".to_owned(), String::new()),
            ("b".to_owned(), String::new()),
        ]
        .into();
        let row = Row::new(&theirs, &ours, Some(&expected));
        assert_eq!(row.line("m"), "| m | 4 | 1 | 1 | 1 | 1 | 0 | 1 | 33.3 |");
        assert_eq!(row.unexpectedly_passed, ["a"]);
        assert_eq!(failures(&theirs, &ours, None).len(), 3);
    }
}
