//! `cargo xtask bench vm`: programs, start-up, loading and memory beside the CPythons found.

mod child;
pub mod compile;
pub mod compileall;
mod programs;
mod report;
mod rivals;
mod startup;

use crate::{Result, workspace_root};
use rivals::Rival;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// Where the programs are when nothing says so: beside the repository, for they are no part of it.
const PROGRAMS: &str = "../shared/bench/vm";

/// What is asked for on the command line.
struct Plan {
    programs: PathBuf,
    pythons: Vec<String>,
    hognose: Option<PathBuf>,
    runs: usize,
    write: bool,
    /// Only these tables or programs; all when empty.
    only: Vec<String>,
}

/// Runs what is asked for, prints the tables and, with `--write`, adds them to docs/performance.md.
pub fn run(words: &[&str]) -> Result {
    let plan = parse(words)?;
    let hognose = match &plan.hognose {
        Some(path) => path.clone(),
        None => build()?,
    };
    let rivals = rivals::find(&plan.pythons)?;
    let wants = |table: &str| plan.only.is_empty() || plan.only.iter().any(|asked| asked == table);
    let named: Vec<&str> = (plan.only.iter().map(String::as_str))
        .filter(|name| !["startup", "loading", "memory"].contains(name))
        .collect();
    let mut text = report::heading(&hognose, &rivals)?;
    print!("{text}");
    let mut add = |table: String| {
        print!("{table}");
        text.push_str(&table);
    };
    if plan.only.is_empty() || !named.is_empty() {
        match programs::table(&plan, &named, &hognose, &rivals)? {
            Some(table) => add(table),
            None => eprintln!(
                "no programs: {} is absent (--programs DIR or HOGNOSE_BENCH names their folder)",
                plan.programs.display()
            ),
        }
    }
    if wants("startup") {
        add(startup::start(&plan, &hognose, &rivals)?);
    }
    if wants("loading") {
        add(startup::loading(&plan, &hognose, &rivals)?);
    }
    if wants("memory") {
        add(startup::memory(&hognose, &rivals)?);
    }
    if plan.write {
        let path = workspace_root().join("docs/performance.md");
        let mut document = std::fs::read_to_string(&path)?;
        write!(document, "\n{text}")?;
        std::fs::write(&path, document)?;
        println!("added to docs/performance.md");
    }
    Ok(())
}

fn parse(words: &[&str]) -> Result<Plan> {
    let mut plan = Plan {
        programs: std::env::var_os("HOGNOSE_BENCH")
            .map_or_else(|| workspace_root().join(PROGRAMS), PathBuf::from),
        pythons: Vec::new(),
        hognose: None,
        runs: 5,
        write: false,
        only: Vec::new(),
    };
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word {
            "--programs" => plan.programs = value()?.into(),
            "--python" => plan.pythons.push((*value()?).to_owned()),
            "--hognose" => plan.hognose = Some(value()?.into()),
            "--runs" => plan.runs = value()?.parse::<usize>()?.max(1),
            "--write" => plan.write = true,
            option if option.starts_with('-') => {
                return Err(format!("unknown option {option}").into());
            }
            name => plan.only.push(name.trim_end_matches(".py").to_owned()),
        }
    }
    Ok(plan)
}

/// Builds what is shipped, and tells where it is.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--profile", "dist", "-p", "hognose-cli"])
        .current_dir(workspace_root())
        .status()?;
    if !status.success() {
        return Err("hognose does not build".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace_root().join("target"), PathBuf::from);
    Ok(target.join("dist/hognose"))
}

/// One of the programs that are compared: hognose, or a CPython.
fn command(hognose: &std::path::Path, rival: Option<&Rival>) -> Command {
    let mut command = match rival {
        None => {
            let mut command = Command::new(hognose);
            command.arg("run");
            command
        }
        Some(rival) => Command::new(&rival.program),
    };
    // Caches are written, hashes are the same everywhere, nothing of the user's is read.
    for name in ["PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONSTARTUP"] {
        command.env_remove(name);
    }
    command.env("PYTHONHASHSEED", "0");
    command
}
