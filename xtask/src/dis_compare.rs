//! `cargo xtask dis-compare`: our disassembly beside CPython's, of .pyc files it wrote or of sources.

use crate::Result;
use crate::conformance::collect;
use crate::pyc_compare::pyc_files;
use hognose_bytecode::PyStr;
use hognose_compile::{STACK_SIZE, compile_source_here};
use hognose_dis::Options;
use hognose_pyc::Pyc;
use hognose_pyc::marshal::LiveStrings;
use hognose_version::{Features, UnknownVersion, Version};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// How many differing files are shown.
const SHOWN: usize = 10;

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// .pyc files of the Python that is asked.
    Pyc,
    /// Sources, compiled by both.
    Source,
}

pub fn run(python: &str, folder: &str, letters: &str, kind: Kind) -> Result {
    let mut files = Vec::new();
    match kind {
        Kind::Pyc => files = pyc_files(Path::new(folder))?,
        Kind::Source => collect(Path::new(folder), &mut files)?,
    }
    files.sort();
    let options = Options {
        show_caches: letters.contains('C'),
        show_offsets: letters.contains('O'),
        show_positions: letters.contains('P'),
        specialized: letters.contains('S'),
    };
    let version = version_of(python)?;
    let (python, letters) = (python.to_owned(), letters.to_owned());
    // The compiler wants a deep stack.
    let work = move || {
        compare(&python, &letters, &files, options, (kind, version)).map_err(|e| e.to_string())
    };
    let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
    match thread.spawn(work)?.join() {
        Ok(outcome) => Ok(outcome?),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Both sides' texts and seconds of processor time, reading included.
struct Side {
    text: String,
    seconds: f64,
}

/// Which Python it is that is asked.
fn version_of(python: &str) -> Result<Version> {
    let output = Command::new(python).arg("-V").output()?;
    let said = String::from_utf8(output.stdout)?;
    let version = said.trim().trim_start_matches("Python ").parse();
    Ok(version.map_err(|error: UnknownVersion| format!("{python}: {error}"))?)
}

fn compare(
    python: &str,
    letters: &str,
    files: &[PathBuf],
    options: Options,
    (kind, version): (Kind, Version),
) -> Result {
    let mut oracle = Oracle::start(python, letters)?;
    let (mut same, mut by_address, mut alone, mut refused, mut differing) = (0, 0, 0, 0, 0);
    let (mut our_time, mut their_time) = (0.0, 0.0);
    for path in files {
        let theirs = oracle.ask(path)?;
        let ours = disassemble(path, &options, version)?;
        match (ours, theirs) {
            (None, None) => refused += 1,
            (Some(ours), Some(theirs)) if are_same(&ours.text, &theirs.text) => {
                same += 1;
                by_address += usize::from(ours.text != theirs.text);
                our_time += ours.seconds;
                their_time += theirs.seconds;
            }
            // What files before it left interned may have moved the elements of its frozensets.
            (Some(ours), Some(_))
                if kind == Kind::Source
                    && Oracle::start(python, letters)?
                        .ask(path)?
                        .is_some_and(|theirs| are_same(&ours.text, &theirs.text)) =>
            {
                same += 1;
                alone += 1;
            }
            (ours, theirs) => {
                differing += 1;
                if differing <= SHOWN {
                    let [ours, theirs] =
                        [ours, theirs].map(|side| side.map(|side| side.text).unwrap_or_default());
                    let (line, ours, theirs) = first_difference(&ours, &theirs);
                    let path = path.display();
                    println!("{path}:{line}\n  expected {theirs:?}\n  found    {ours:?}");
                }
            }
        }
    }
    oracle.end()?;
    println!(
        "{} files: {same} the same ({by_address} but for frozensets ordered by a memory address, {alone} in a process of their own), {refused} refused by both, {differing} differ",
        files.len()
    );
    println!(
        "processor time: ours {our_time:.2} s, CPython's {their_time:.2} s: {:.1} times faster",
        their_time / our_time
    );
    if differing == 0 {
        Ok(())
    } else {
        Err("some files differ".into())
    }
}

/// A CPython that is asked for one file after the other.
struct Oracle {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    fn start(python: &str, letters: &str) -> Result<Oracle> {
        let mut child = Command::new(python)
            .args(["-W", "ignore", "-c", include_str!("dis_text.py"), letters])
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Oracle {
            questions: child.stdin.take(),
            answers,
            child,
        })
    }

    fn ask(&mut self, path: &Path) -> Result<Option<Side>> {
        let questions = self.questions.as_mut().ok_or("no standard input")?;
        writeln!(questions, "{}", path.display())?;
        questions.flush()?;
        answer(&mut self.answers)
    }

    fn end(mut self) -> Result {
        self.questions = None;
        self.child.wait()?;
        Ok(())
    }
}

/// CPython's text; `None` for a source it does not compile.
fn answer(answers: &mut impl BufRead) -> Result<Option<Side>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let (length, nanoseconds) = head.trim().split_once(' ').ok_or("CPython gave up")?;
    let mut text = vec![0; length.parse()?];
    answers.read_exact(&mut text)?;
    let seconds = nanoseconds.parse::<f64>()? / 1e9;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((!text.is_empty()).then_some(Side { text, seconds }))
}

/// Our text; `None` for a source that does not compile.
fn disassemble(path: &Path, options: &Options, version: Version) -> Result<Option<Side>> {
    let start = processor_time().map_err(|e| e.to_string())?;
    let bytes = std::fs::read(path)?;
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "py") {
        let compiler = hognose_compile::Options {
            filename: hognose_bytecode::PyStr::from_os(path.as_os_str()),
            version,
            ..Default::default()
        };
        let Ok(mut compiled) = compile_source_here(&bytes, &compiler) else {
            return Ok(None);
        };
        let identifiers: HashSet<&[u8]> =
            compiled.identifiers.iter().map(PyStr::as_bytes).collect();
        let is_interned = |text: &[u8]| {
            identifiers.contains(text) || LiveStrings::PyCompile.contains(version, text)
        };
        hognose_dis::as_compiled(&mut compiled.code, Features::of(version), &is_interned);
        hognose_dis::dis(&compiled.code, version, options, &mut text)?;
    } else {
        let pyc = Pyc::read(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
        hognose_dis::dis(&pyc.code, pyc.version, options, &mut text)?;
    }
    let seconds = processor_time().map_err(|e| e.to_string())? - start;
    Ok(Some(Side { text, seconds }))
}

/// Whether texts are equal, but for the order of frozensets that hold what CPython hashes by its address.
fn are_same(ours: &str, theirs: &str) -> bool {
    let is_addressed = |line: &str| line.contains("None") || line.contains("Ellipsis");
    let same_elements = |(ours, theirs): (&str, &str)| {
        ours == theirs || is_addressed(ours) && sorted_parts(ours) == sorted_parts(theirs)
    };
    ours == theirs
        || ours.lines().count() == theirs.lines().count()
            && ours.lines().zip(theirs.lines()).all(same_elements)
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

/// The first line that differs.
fn first_difference<'a>(ours: &'a str, theirs: &'a str) -> (usize, &'a str, &'a str) {
    let mut pairs = ours.lines().zip(theirs.lines()).enumerate();
    match pairs.find(|(_, (ours, theirs))| ours != theirs) {
        Some((line, (ours, theirs))) => (line + 1, ours, theirs),
        None => {
            let line = ours.lines().count().min(theirs.lines().count());
            let at = |text: &'a str| text.lines().nth(line).unwrap_or("(end)");
            (line + 1, at(ours), at(theirs))
        }
    }
}

/// Seconds this thread has run, as Linux counts them.
fn processor_time() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}
