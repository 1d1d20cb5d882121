//! Test support: finding a CPython, golden data, directives. Never a normal dependency.

pub mod mutants;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// The CPython 3.12.1 to compare with; see [`cpython`].
pub fn cpython_3_12() -> Option<PathBuf> {
    cpython("3.12.1")
}

/// The CPython of a release to compare with: pyenv's, or the `pythonX.Y` on the path if it is that release.
///
/// Without one it says so, for the caller then skips its comparison.
pub fn cpython(release: &str) -> Option<PathBuf> {
    let name = match release.rsplit_once('.') {
        Some((minor, _)) => format!("python{minor}"),
        None => format!("python{release}"),
    };
    let pyenv = std::env::home_dir().map(|home| {
        let folder = home.join(".pyenv/versions").join(release);
        folder.join("bin").join(&name)
    });
    let expected = format!("Python {release}");
    let found = pyenv
        .into_iter()
        .chain([PathBuf::from(&name)])
        .find(|python| {
            let version = Command::new(python).arg("-V").output();
            version.is_ok_and(|output| output.stdout.trim_ascii() == expected.as_bytes())
        });
    if found.is_none() {
        skipped(&format!("no CPython {release} to compare with"));
    }
    found
}

/// Says in the test run's output that a comparison did not run, and why.
pub fn skipped(why: &str) {
    // Unlike `eprintln!`, this is shown for tests that pass, too.
    let name = std::thread::current().name().unwrap_or("?").to_owned();
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {why}");
}
