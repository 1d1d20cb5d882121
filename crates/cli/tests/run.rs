//! Runs every program of `tests/suite/run` and compares what it prints with what CPython 3.12 printed.
//!
//! Beside `name.py` stands `name.out`: standard output, then standard error. `HOGNOSE_BLESS=1 cargo test` writes them
//! anew with CPython 3.12.1, where there is one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/suite/run");
    let folder = folder.canonicalize().expect("the suite's folder");
    let entries = std::fs::read_dir(&folder).expect("the suite's folder");
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "the suite has programs");
    found
}

/// Modules that need no standard library to be imported.
const NATIVE: [&str; 4] = ["_weakref", "gc", "sys", "time"];

/// Whether the program imports more than what is native.
fn needs_library(program: &Path) -> bool {
    let text = std::fs::read_to_string(program).expect("a program can be read");
    let imports = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let names = line
            .strip_prefix("import ")
            .or_else(|| line.strip_prefix("from "))?;
        Some(names.split(" import ").next().unwrap_or(names).to_owned())
    });
    let mut names =
        imports.flat_map(|names| names.split(", ").map(str::to_owned).collect::<Vec<_>>());
    names.any(|name| !NATIVE.contains(&name.as_str()))
}

/// What a command prints when it runs beside the program, with addresses masked and paths cut to file names.
fn run(command: &mut Command, program: &Path) -> String {
    let folder = program.parent().expect("a program stands in a folder");
    let name = program.file_name().expect("a program has a name");
    let Output { stdout, stderr, .. } = command
        .arg("-S")
        .arg(name)
        .current_dir(folder)
        .env("PYTHONHASHSEED", "0")
        .output()
        .expect("the command runs");
    let text = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    let text = text.replace(&format!("{}/", folder.display()), "");
    let address = regex::Regex::new("0x[0-9a-f]+").expect("a regular expression");
    address.replace_all(&text, "0x…").into_owned()
}

#[test]
fn programs_print_what_cpython_prints() {
    let bless = std::env::var_os("HOGNOSE_BLESS").is_some();
    let library = hognose_builtins::find_stdlib(None, true).is_ok();
    let mut differing = Vec::new();
    for program in programs() {
        if !library && needs_library(&program) {
            println!(
                "skipped {}: there is no standard library of Python 3.12",
                program.display()
            );
            continue;
        }
        let blessed = program.with_extension("out");
        if bless {
            let Some(python) = hognose_testkit::cpython_3_12() else {
                return;
            };
            let shown = run(&mut Command::new(python), &program);
            std::fs::write(&blessed, shown).expect("the blessed output is written");
        }
        let expected = std::fs::read_to_string(&blessed).expect("a program has blessed output");
        let shown = run(
            Command::new(env!("CARGO_BIN_EXE_hognose")).arg("run"),
            &program,
        );
        if shown != expected {
            let at = expected
                .lines()
                .zip(shown.lines())
                .position(|(a, b)| a != b)
                .unwrap_or_else(|| expected.lines().count().min(shown.lines().count()));
            differing.push(format!(
                "{}: line {}\n  CPython: {:?}\n  ours:    {:?}",
                program.display(),
                at + 1,
                expected.lines().nth(at).unwrap_or("(nothing)"),
                shown.lines().nth(at).unwrap_or("(nothing)")
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn stats_and_ir_are_shown() {
    let hognose = || Command::new(env!("CARGO_BIN_EXE_hognose"));
    let program = "class C: pass\nc = C(); c.x = 1\nfor i in range(50): c.x\n";
    let shown = hognose()
        .args(["run", "-S", "-X", "stats", "-c", program])
        .output()
        .expect("hognose runs");
    let told = String::from_utf8_lossy(&shown.stderr);
    assert!(shown.status.success(), "{told}");
    for part in [
        "IR instructions executed: ",
        "LoadAttrSlot",
        "sites quickened: ",
        "collections",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    let plain = hognose()
        .args(["run", "-S", "-c", program])
        .output()
        .expect("hognose runs");
    assert!(plain.stderr.is_empty());

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/ledger/__main__.py");
    let shown = hognose()
        .args(["dis", "--ir"])
        .arg(file)
        .output()
        .expect("hognose runs");
    let told = String::from_utf8_lossy(&shown.stdout);
    assert!(
        shown.status.success(),
        "{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    for part in ["<module>, line ", "RESUME", "ImportName", "registers"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}
