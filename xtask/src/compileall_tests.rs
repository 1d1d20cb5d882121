//! CPython's own test_compileall and test_py_compile, with our executable in the place of its modules.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{Result, workspace_root};

/// Each test's outcome and its reason.
type Outcomes = BTreeMap<String, (String, String)>;

/// Runs the tests under CPython and under hognose, prints both results and what differs.
pub fn run(words: &[&str]) -> Result {
    let (mut python, mut hognose) = ("python3.12", None);
    for pair in words.chunks(2) {
        match pair {
            ["--python", value] => python = value,
            ["--hognose", value] => hognose = Some(*value),
            _ => return Err(format!("unknown words {pair:?}").into()),
        }
    }
    let hognose = hognose.ok_or("--hognose FILE is needed")?;
    let hognose = Path::new(hognose).canonicalize()?;
    let own = outcomes(python, "own", &hognose)?;
    let ours = outcomes(python, "hognose", &hognose)?;
    println!("| module | | passed | failed | skipped |\n|---|---|---|---|---|");
    for module in ["test_compileall", "test_py_compile"] {
        println!("{}", row(module, "CPython", &own));
        println!("{}", row(module, "hognose", &ours));
    }
    let mut differences = 0;
    for (test, (outcome, reason)) in &ours {
        let expected = own.get(test).map(|(outcome, _)| outcome.as_str());
        if expected == Some(outcome) {
            continue;
        }
        println!(
            "\n{test}: CPython {}, hognose {outcome}",
            expected.unwrap_or("none")
        );
        println!("  {}", reason.trim_end().replace('\n', "\n  "));
        differences += usize::from(outcome == "failed");
    }
    match differences {
        0 => Ok(()),
        _ => Err(format!("{differences} tests fail that pass under CPython").into()),
    }
}

fn outcomes(python: &str, mode: &str, hognose: &Path) -> Result<Outcomes> {
    let script = workspace_root().join("tests/shim/run.py");
    let ran = Command::new(python)
        .arg(script)
        .arg(mode)
        .env("HOGNOSE", hognose)
        .env("REAL_PYTHON", python)
        // Both would change what the tests see.
        .env_remove("PYTHONDONTWRITEBYTECODE")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()?;
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned().into());
    }
    let mut outcomes = Outcomes::new();
    for line in String::from_utf8(ran.stdout)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let field = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        outcomes.insert(field("test"), (field("outcome"), field("detail")));
    }
    Ok(outcomes)
}

fn row(module: &str, who: &str, outcomes: &Outcomes) -> String {
    let of_module = outcomes.iter().filter(|(test, _)| test.starts_with(module));
    let count = |wanted: &str| {
        of_module
            .clone()
            .filter(|(_, (outcome, _))| outcome == wanted)
            .count()
    };
    let (passed, failed, skipped) = (count("passed"), count("failed"), count("skipped"));
    format!("| {module} | {who} | {passed} | {failed} | {skipped} |")
}
