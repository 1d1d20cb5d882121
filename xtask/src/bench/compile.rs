//! `cargo xtask bench compile`: the compiler's stages beside CPython's compileall and ruff's parser.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Result, workspace_root};

/// How often every program is run when nothing says so: all in turn, and the fastest run of each counts.
const ROUNDS: usize = 5;

/// Prints the processor seconds that CPython spends on a tree.
const SCRIPT: &str = include_str!("../python/compile_time.py");

/// Milliseconds by the name of what was timed.
type Times = BTreeMap<String, f64>;

/// Times everything over one tree in one run and prints the table.
pub fn run(words: &[&str]) -> Result {
    let (mut tree, mut python) = (None, PathBuf::from("python3.12"));
    let mut rounds = ROUNDS;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or("an option wants a value")?;
        match *word {
            "--tree" => tree = Some(Path::new(value).canonicalize()?),
            "--python" => python = PathBuf::from(value),
            "--rounds" => rounds = value.parse()?,
            _ => return Err(format!("unknown option {word}").into()),
        }
    }
    let tree = tree.ok_or("--tree DIR is needed")?;
    let root = workspace_root();
    let ours = || {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(&root);
        command.args([
            "bench",
            "-q",
            "-p",
            "hognose-compile",
            "--bench",
            "compiler",
        ]);
        command.args(["--", "--rounds", "1"]).arg(&tree);
        command
    };
    let ruff = || {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "-q", "--release", "--manifest-path"]);
        command
            .arg(root.join("peers/ruff/Cargo.toml"))
            .arg("--")
            .arg(&tree);
        command
    };
    let output = std::env::temp_dir().join(format!("hognose-compileall-{}", std::process::id()));
    let cpython = || {
        let mut command = Command::new(&python);
        command
            .args(["-W", "ignore", "-c", SCRIPT])
            .arg(&tree)
            .arg(&output);
        command
    };
    let (mut our_times, mut ruff_times, mut cpython_times) =
        (Times::new(), Times::new(), Times::new());
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        measure(ours(), &mut our_times)?;
        measure(cpython(), &mut cpython_times)?;
        if let Err(error) = measure(ruff(), &mut ruff_times) {
            eprintln!("ruff's parser is left out: {error}");
        }
    }
    // The last run may have written nothing.
    let _ = std::fs::remove_dir_all(&output);
    print!("{}", table(&our_times, &cpython_times, &ruff_times)?);
    Ok(())
}

/// Runs a program that prints lines such as `parse 12.3 ms`, and keeps the fastest of each.
fn measure(mut command: Command, fastest: &mut Times) -> Result {
    let output = command.stderr(Stdio::null()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [name, number, "ms", ..] = *words {
            let time: f64 = number.parse()?;
            let slot = fastest.entry(name.to_owned()).or_insert(f64::MAX);
            *slot = slot.min(time);
        }
    }
    Ok(())
}

fn table(ours: &Times, cpython: &Times, ruff: &Times) -> Result<String> {
    let our = |name: &str| ours.get(name).copied().ok_or(format!("no time for {name}"));
    let their = |name: &str| {
        cpython
            .get(name)
            .copied()
            .ok_or(format!("no time for {name}"))
    };
    let (in_memory, compileall) = (their("compile")?, their("compileall")?);
    let mut text = String::from("| what | ms | |\n|---|---|---|\n");
    let mut row = |name: &str, time: f64, note: String| {
        text.push_str(&format!("| {name} | {time:.0} | {note} |\n"));
    };
    row("tokenise", our("tokenise")?, "part of parse".to_owned());
    let note = ruff.get("parse").map_or(String::new(), |time| {
        format!(
            "ruff's parser {:.2} times as long",
            time / our("parse").unwrap_or(f64::MAX)
        )
    });
    row("parse", our("parse")?, note);
    row(
        "compile",
        our("compile")?,
        "folding, scopes, code".to_owned(),
    );
    row("marshal", our("marshal")?, String::new());
    let all = our("all")?;
    row(
        "all, in memory",
        all,
        format!("CPython {:.1} times as long", in_memory / all),
    );
    let files = our("files")?;
    row(
        "all, files read and written",
        files,
        format!("compileall {:.1} times as long", compileall / files),
    );
    row(
        "the same files read and written, nothing compiled",
        our("limit")?,
        String::new(),
    );
    if let Some(&time) = ruff.get("parse") {
        row("ruff's parser", time, "in memory".to_owned());
    }
    row(
        "CPython, compile and marshal",
        in_memory,
        "in memory".to_owned(),
    );
    row(
        "CPython, compileall",
        compileall,
        "files read and written".to_owned(),
    );
    Ok(text)
}
