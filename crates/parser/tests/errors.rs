//! The errors for resources/errors.txt are CPython 3.12's, field by field and as it prints them.
//!
//! resources/errors.golden keeps CPython's answers, a JSON value per case. Where there is a CPython, it is asked, and
//! `BLESS=1` writes its answers. `cargo xtask errors-compare` compares with many thousands more.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hognose_parser::errors::{Options, check};
use hognose_parser::{Mode, parse, render};
use serde_json::{Value, json};

const CASES: &str = include_str!("../resources/errors.txt");

fn ours(source: &str) -> Value {
    let Err(error) = check(source, Options::text(Mode::Module)) else {
        return Value::Null;
    };
    let place = |line: u32| error.has_place().then_some(line);
    json!([
        error.kind.name(),
        error.message,
        place(error.line),
        error.col,
        place(error.end_line),
        error.end_col,
        error.text,
        render::format_exception_only(&error, "<text>"),
        render::uncaught(&error, "<text>"),
    ])
}

/// CPython's answers, if there is a CPython.
fn theirs() -> Option<Vec<Value>> {
    let python = hognose_testkit::cpython_3_12()?;
    let oracle = root().join("../../xtask/src/python/errors_oracle.py");
    let mut process = Command::new(python)
        .args(["-I", "-W", "ignore"])
        .arg(oracle)
        .args(["serve", "unused"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("CPython runs");
    let mut input = process.stdin.take().expect("a pipe");
    let mut output = BufReader::new(process.stdout.take().expect("a pipe")).lines();
    let mut answers = Vec::new();
    for source in CASES.split("\n----\n") {
        write!(input, "exec {}\n{source}", source.len()).expect("CPython reads");
        input.flush().expect("CPython reads");
        let line = output.next().expect("an answer").expect("UTF-8");
        answers.push(serde_json::from_str(&line).expect("JSON"));
    }
    drop(input);
    process.wait().expect("CPython ends");
    Some(answers)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn errors_are_cpythons() {
    let golden_path = root().join("resources/errors.golden");
    let theirs = theirs();
    if let (Some(theirs), true) = (&theirs, std::env::var_os("BLESS").is_some()) {
        let lines: String = theirs.iter().map(|answer| format!("{answer}\n")).collect();
        std::fs::write(&golden_path, lines).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&golden_path).expect("resources/errors.golden");
    let golden: Vec<Value> = golden
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let cases: Vec<&str> = CASES.split("\n----\n").collect();
    assert_eq!(
        cases.len(),
        golden.len(),
        "resources/errors.golden is stale"
    );
    let mut wrong = Vec::new();
    for (at, (source, golden)) in cases.iter().zip(&golden).enumerate() {
        let ours = ours(source);
        let their = theirs.as_ref().and_then(|answers| answers.get(at));
        assert!(!golden.is_null(), "CPython accepts {source:?}");
        if ours != *golden || their.is_some_and(|their| their != golden) {
            wrong.push(format!(
                "{source:?}\n  ours:   {ours}\n  golden: {golden}\n  theirs: {their:?}"
            ));
        }
        let arena = bumpalo::Bump::new();
        let mut names = hognose_ast::Names::new();
        let refused = parse(source, Mode::Module, &arena, &mut names);
        assert!(refused.is_err(), "the fast pass accepts {source:?}");
    }
    assert!(
        wrong.is_empty(),
        "{} errors differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The exact pass decides acceptance too: it takes what the library is made of.
#[test]
fn the_library_is_accepted() {
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    let ask = "import os; print(os.path.dirname(os.__file__))";
    let answer = Command::new(python)
        .args(["-I", "-c", ask])
        .output()
        .expect("CPython runs");
    let library = PathBuf::from(String::from_utf8(answer.stdout).expect("UTF-8").trim());
    let mut checked = 0;
    for folder in ["", "asyncio", "email", "json", "importlib", "unittest"] {
        for entry in std::fs::read_dir(library.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "py") {
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let source = hognose_source::decode(&bytes).expect("Python source");
            let verdict = check(&source.text, Options::file(&source, Mode::Module));
            assert_eq!(verdict, Ok(()), "{}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 100);
}
