//! How long each stage from source to .pyc takes, in one thread, without the file system.

use std::path::{Path, PathBuf};
use std::process::Command;

use bumpalo::Bump;
use hognose_ast::Names;
use hognose_compile::{Options, STACK_SIZE, compile};
use hognose_parser::{Mode, parse};
use hognose_pyc::marshal::{Environment, write_compiled};

use crate::Result;

/// Each stage is run this often.
const ROUNDS: usize = 5;
const STAGES: [&str; 4] = ["decode", "parse", "compile", "marshal"];

/// What CPython spends on the same files.
const SCRIPT: &str = include_str!("python/compile_time.py");

/// Times every stage over all .py files of a tree, in processor time, so that other work on the machine counts little.
pub fn run(tree: &str) -> Result {
    ours(tree).map(|_| ())
}

/// Times us and a CPython over the same files and tells how many times faster we are.
pub fn compare(python: &str, tree: &str) -> Result {
    let ours = ours(tree)?;
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", SCRIPT, tree])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let theirs: f64 = text
        .trim()
        .parse()
        .map_err(|_| format!("CPython said: {text}"))?;
    println!("CPython  {:7.1} ms", theirs * 1e3);
    println!("{:.1} times faster", theirs / ours);
    Ok(())
}

/// Prints the table; gives the seconds for all stages.
fn ours(tree: &str) -> Result<f64> {
    let mut files: Vec<PathBuf> = Vec::new();
    crate::conformance::collect(Path::new(tree), &mut files)?;
    let sources: Vec<Vec<u8>> = files
        .iter()
        .map(std::fs::read)
        .collect::<std::io::Result<_>>()?;
    let bytes: usize = sources.iter().map(Vec::len).sum();
    // A stage cannot be run without those before it: each row is the difference of two runs.
    let runs = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(
        move || -> SendResult<Vec<f64>> {
            (0..STAGES.len())
                .map(|last| time_up_to(last, &sources))
                .collect()
        },
    )?;
    let runs = runs
        .join()
        .map_err(|_| "a stage panicked")?
        .map_err(|error| error.to_string())?;
    let megabytes = bytes as f64 / 1e6;
    println!("{} files, {megabytes:.1} MB", files.len());
    let mut before = 0.0;
    for (name, &up_to) in STAGES.iter().zip(&runs) {
        println!("{name:8} {:7.1} ms", (up_to - before) * 1e3);
        before = up_to;
    }
    println!(
        "{:8} {:7.1} ms {:7.0} MB/s",
        "all",
        before * 1e3,
        megabytes / before
    );
    Ok(before)
}

/// An error that can cross threads.
type SendResult<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Seconds of processor time for one round.
fn time_up_to(last: usize, sources: &[Vec<u8>]) -> SendResult<f64> {
    let start = processor_time()?;
    for _ in 0..ROUNDS {
        for source in sources {
            one_file(source, last);
        }
    }
    Ok((processor_time()? - start) / ROUNDS as f64)
}

/// Seconds this thread has run, as Linux counts them.
pub fn processor_time() -> SendResult<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// Takes one file through the stages up to the last wanted; files that are refused end where they are.
fn one_file(source: &[u8], last: usize) -> Option<()> {
    let decoded = hognose_source::decode(source).ok()?;
    if last == 0 {
        std::hint::black_box(&decoded);
        return Some(());
    }
    let arena = Bump::with_capacity(decoded.text.len() * 4);
    let mut names = Names::new();
    let mut parsed = parse(&decoded.text, Mode::Module, &arena, &mut names).ok()?;
    if last == 1 {
        std::hint::black_box(&parsed);
        return Some(());
    }
    let options = Options {
        filename: "file.py".to_owned(),
        ..Options::default()
    };
    let compiled = compile(&mut parsed.tree, &mut names, &arena, &options).ok()?;
    if last == 2 {
        std::hint::black_box(&compiled);
        return Some(());
    }
    let mut bytes = Vec::new();
    write_compiled(&compiled.code, &Environment::default(), &mut bytes);
    std::hint::black_box(&bytes);
    Some(())
}
