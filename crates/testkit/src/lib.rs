//! Test support: finding a CPython, golden data, directives. Never a normal dependency.

pub mod mutants;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// The CPython 3.12.1 to compare with: pyenv's, or the `python3.12` on the path if it is that version.
///
/// Without one it says so, for the caller then skips its comparison.
pub fn cpython_3_12() -> Option<PathBuf> {
    let pyenv = std::env::home_dir().map(|home| home.join(".pyenv/versions/3.12.1/bin/python3.12"));
    let found = pyenv
        .into_iter()
        .chain([PathBuf::from("python3.12")])
        .find(|python| {
            let version = Command::new(python).arg("-V").output();
            version.is_ok_and(|output| output.stdout.trim_ascii() == b"Python 3.12.1")
        });
    if found.is_none() {
        skipped("no CPython 3.12.1 to compare with");
    }
    found
}

/// Says in the test run's output that a comparison did not run, and why.
pub fn skipped(why: &str) {
    // Unlike `eprintln!`, this is shown for tests that pass, too.
    let name = std::thread::current().name().unwrap_or("?").to_owned();
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {why}");
}
