//! `cargo xtask dis-compare`: our disassembly of .pyc files beside that of the CPython that wrote them.

use crate::Result;
use crate::pyc_compare::pyc_files;
use hognose_dis::Options;
use hognose_pyc::Pyc;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many differing files are shown.
const SHOWN: usize = 10;

pub fn run(python: &str, folder: &str, letters: &str) -> Result {
    let files = pyc_files(Path::new(folder))?;
    let options = Options {
        show_caches: letters.contains('C'),
        show_offsets: letters.contains('O'),
        show_positions: letters.contains('P'),
    };
    let mut child = Command::new(python)
        .args(["-c", include_str!("dis_text.py"), letters])
        .env("PYTHONHASHSEED", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut questions = child.stdin.take().ok_or("no standard input")?;
    let mut answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
    let (mut same, mut set_order, mut differing) = (0, 0, 0);
    let (mut ours_time, mut theirs_time) = (Duration::ZERO, Duration::ZERO);
    for path in &files {
        let start = Instant::now();
        writeln!(questions, "{}", path.display())?;
        questions.flush()?;
        let mut length = String::new();
        answers.read_line(&mut length)?;
        let mut theirs = vec![0; length.trim().parse().map_err(|_| "CPython gave up")?];
        answers.read_exact(&mut theirs)?;
        theirs_time += start.elapsed();
        let theirs = String::from_utf8_lossy(&theirs);

        let bytes = std::fs::read(path)?;
        let start = Instant::now();
        let pyc = Pyc::read(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut ours = String::new();
        hognose_dis::dis(&pyc.code, pyc.version, &options, &mut ours)?;
        ours_time += start.elapsed();

        if ours == theirs {
            same += 1;
        } else if let Some((line, ours, theirs)) = first_difference(&ours, &theirs) {
            differing += 1;
            if differing <= SHOWN {
                println!(
                    "{}:{line}\n  expected {theirs:?}\n  found    {ours:?}",
                    path.display()
                );
            }
        } else {
            set_order += 1;
        }
    }
    drop(questions);
    child.wait()?;
    println!(
        "{} files: {same} the same, {set_order} but for the order inside frozensets, {differing} differ",
        files.len()
    );
    println!("ours {ours_time:?} with reading, CPython's {theirs_time:?} with pipes");
    if differing == 0 {
        Ok(())
    } else {
        Err("some files differ".into())
    }
}

/// The first line that differs in more than the order of a frozenset's elements, which hashing decides.
fn first_difference<'a>(ours: &'a str, theirs: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let (mut ours, mut theirs) = (ours.lines(), theirs.lines());
    for line in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (a, b) => {
                let (a, b) = (a.unwrap_or("(end)"), b.unwrap_or("(end)"));
                if a != b && sorted_parts(a) != sorted_parts(b) {
                    return Some((line, a, b));
                }
            }
        }
    }
    None
}

fn sorted_parts(line: &str) -> Vec<&str> {
    let Some((before, set)) = line.split_once("frozenset({") else {
        return vec![line];
    };
    let mut parts: Vec<&str> = set
        .split([',', '(', ')', '{', '}'])
        .map(str::trim)
        .collect();
    parts.sort_unstable();
    parts.push(before);
    parts
}
