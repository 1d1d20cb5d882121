//! Compiles a tree with us and with CPython and compares the files.

mod difference;
mod extremes;
mod golden;
mod ours;
mod reference;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hognose_bytecode::OpTable;
use hognose_pyc::{Header, Pyc, Validation, source_hash};

use crate::Result;
use reference::{Mode, Reference, Verdict};

const USAGE: &str = "\
usage: cargo xtask conformance --golden
       cargo xtask conformance --bless --python PYTHON
       cargo xtask conformance --extremes --python PYTHON
       cargo xtask conformance --tree DIR [--python PYTHON] [--opt 0|1|2] [--mode MODE] [--sample N] [--show N] [--list KIND]
  --golden       compare tests/corpus with the hashes of CPython's files; needs no CPython
  --bless        make those hashes anew
  --extremes     sources at the limits: nesting, length, encodings, numbers; refusals must have the same words
  --tree DIR     every .py file below; a single file will do
  --python       the CPython 3.12 or 3.13 to compare with (python3.12)
  --opt          the optimisation level, as -O and -OO set it (0)
  --mode MODE    timestamp, checked-hash or unchecked-hash: how the files are validated (timestamp)
  --sample N     only about every Nth file, always the same ones
  --show N       how many different files to explain (5)
  --list KIND    print the files of one kind: different, equal, ours-refused, theirs-refused, failed
  --only PART    explain only files whose first difference is in that part, such as \"locations\"";

/// What became of one file.
enum Outcome {
    Identical,
    /// The same code objects; references or interning differ in the file.
    Equal,
    Different {
        part: &'static str,
        text: String,
    },
    BothRefused,
    /// Both refused, with what each said.
    OtherWords(String),
    OursRefused(String),
    TheirsRefused(String),
    /// We panicked, or an own file cannot be read back.
    Failed(String),
}

impl Outcome {
    fn kind(&self) -> &'static str {
        match self {
            Outcome::Identical => "identical",
            Outcome::Equal => "equal",
            Outcome::Different { .. } => "different",
            Outcome::BothRefused => "both-refused",
            Outcome::OtherWords(_) => "both-refused-with-other-words",
            Outcome::OursRefused(_) => "ours-refused",
            Outcome::TheirsRefused(_) => "theirs-refused",
            Outcome::Failed(_) => "failed",
        }
    }

    /// Whether CPython says the same.
    fn agrees(&self) -> bool {
        matches!(
            self,
            Outcome::Identical | Outcome::BothRefused | Outcome::OtherWords(_)
        )
    }

    fn explanation(&self) -> Option<&str> {
        match self {
            Outcome::Different { text, .. }
            | Outcome::OursRefused(text)
            | Outcome::TheirsRefused(text)
            | Outcome::Failed(text) => Some(text),
            Outcome::Identical | Outcome::Equal | Outcome::BothRefused | Outcome::OtherWords(_) => {
                None
            }
        }
    }
}

struct Request {
    tree: PathBuf,
    python: PathBuf,
    optimize: u8,
    mode: Mode,
    sample: usize,
    show: usize,
    list: Option<String>,
    only: Option<String>,
}

/// Runs the command; fails if any file differs.
pub fn run(words: &[&str]) -> Result {
    match words {
        ["--golden"] => return golden::check(),
        ["--bless", "--python", python] => return golden::bless(Path::new(python)),
        ["--extremes", "--python", python] => {
            let wrong = check_extremes(Path::new(python), true)?;
            return match wrong.len() {
                0 => Ok(()),
                _ => Err(wrong.join("\n").into()),
            };
        }
        _ => {}
    }
    let request = read_request(words)?;
    let files = files(&request)?;
    let outcomes = compare_tree(&request, &files)?;
    report(&request, &outcomes);
    let bad = outcomes.iter().filter(|(_, outcome)| !outcome.agrees());
    match bad.count() {
        0 => Ok(()),
        count => Err(format!("{count} files are not identical").into()),
    }
}

/// Compares what both say of the sources at the limits; tells of those where it is not the same.
fn check_extremes(python: &Path, with_large: bool) -> Result<Vec<String>> {
    let folder = std::env::temp_dir().join(format!(
        "hognose-extremes-{}-{}",
        std::process::id(),
        python.display().to_string().replace('/', "-")
    ));
    std::fs::create_dir_all(&folder)?;
    for extreme in extremes::extremes(with_large) {
        std::fs::write(folder.join(format!("{}.py", extreme.name)), extreme.source)?;
    }
    let request = Request {
        tree: folder.clone(),
        python: python.to_owned(),
        optimize: 0,
        mode: Mode::Timestamp,
        sample: 1,
        show: usize::MAX,
        list: None,
        only: None,
    };
    let files = files(&request)?;
    let outcomes = compare_tree(&request, &files)?;
    report(&request, &outcomes);
    let wrong = outcomes
        .iter()
        .filter(|(_, outcome)| !outcome.agrees() || matches!(outcome, Outcome::OtherWords(_)));
    let wrong = wrong.map(|(file, outcome)| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let words = match outcome {
            Outcome::OtherWords(words) => words,
            other => other.explanation().unwrap_or_default(),
        };
        let words: String = words.chars().take(600).collect();
        format!("{name}: {}: {words}", outcome.kind())
    });
    let wrong = wrong.collect();
    std::fs::remove_dir_all(&folder)?;
    Ok(wrong)
}

/// The files of a request, in order.
fn files(request: &Request) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(&request.tree, &mut files)?;
    files.sort();
    if request.sample > 1 {
        files.retain(|file| sampled(file, &request.tree, request.sample));
    }
    Ok(files)
}

fn compare_tree<'f>(
    request: &Request,
    files: &'f [PathBuf],
) -> Result<Vec<(&'f PathBuf, Outcome)>> {
    let reference = Reference::new(&request.python, request.optimize, request.mode)?;
    reference.prepare(files)?;
    Ok(compare_all(files, &reference, request.optimize))
}

fn read_request(words: &[&str]) -> Result<Request> {
    let mut request = Request {
        tree: PathBuf::new(),
        python: PathBuf::from("python3.12"),
        optimize: 0,
        mode: Mode::Timestamp,
        sample: 1,
        show: 5,
        list: None,
        only: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match *word {
            "--tree" => request.tree = Path::new(value).canonicalize()?,
            "--python" => request.python = PathBuf::from(value),
            "--opt" => request.optimize = value.parse()?,
            "--mode" => {
                request.mode = match *value {
                    "timestamp" => Mode::Timestamp,
                    "checked-hash" => Mode::CheckedHash,
                    "unchecked-hash" => Mode::UncheckedHash,
                    _ => return Err(USAGE.into()),
                }
            }
            "--sample" => request.sample = value.parse()?,
            "--show" => request.show = value.parse()?,
            "--list" => request.list = Some((*value).to_owned()),
            "--only" => request.only = Some((*value).to_owned()),
            _ => return Err(USAGE.into()),
        }
    }
    if request.tree.as_os_str().is_empty() {
        return Err(USAGE.into());
    }
    Ok(request)
}

/// Finds the Python files below a folder; installed packages and caches are another tree.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !["__pycache__", "site-packages"]
                .iter()
                .any(|skipped| path.ends_with(skipped))
            {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "py") && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Picks files by a hash of their path, so that the same ones come each time.
fn sampled(file: &Path, tree: &Path, every: usize) -> bool {
    let name = file.strip_prefix(tree).unwrap_or(file).to_string_lossy();
    fnv(name.as_bytes()).is_multiple_of(every as u64)
}

/// FNV-1a.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn compare_all<'f>(
    files: &'f [PathBuf],
    reference: &Reference,
    optimize: u8,
) -> Vec<(&'f PathBuf, Outcome)> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::with_capacity(files.len()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let worker = || {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = compare(file, reference, optimize)
                        .unwrap_or_else(|error| Outcome::Failed(error.to_string()));
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes.push((file, outcome));
                    }
                }
            };
            let thread = std::thread::Builder::new().stack_size(hognose_compile::STACK_SIZE);
            if thread.spawn_scoped(scope, worker).is_err() {
                worker();
            }
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_default();
    outcomes.sort_by_key(|(file, _)| *file);
    outcomes
}

fn compare(file: &Path, reference: &Reference, optimize: u8) -> Result<Outcome> {
    let source = std::fs::read(file)?;
    let version = reference.version;
    let validation = match reference.mode {
        Mode::Timestamp => reference::timestamp(&std::fs::metadata(file)?),
        Mode::CheckedHash => Validation::CheckedHash(source_hash(version, &source)),
        Mode::UncheckedHash => Validation::UncheckedHash(source_hash(version, &source)),
    };
    let ours = ours::compile(
        &source,
        file.to_str().ok_or("a path that is no UTF-8")?,
        &Header::new(version, validation),
        version,
        optimize,
    );
    let theirs = reference.verdict(file)?;
    let (ours, theirs) = match (ours, theirs) {
        (ours::Answer::Panicked(message), _) => return Ok(Outcome::Failed(message)),
        (ours::Answer::Refused(ours), Verdict::Refused(theirs)) => {
            let last = theirs.trim_end().lines().next_back().unwrap_or_default();
            // Of all but plain SyntaxErrors, `py_compile` tells the place behind the message.
            let place = last.rfind(" (").filter(|_| last.starts_with("Sorry: "));
            let message = last.get(..place.unwrap_or(last.len())).unwrap_or_default();
            return Ok(if message.ends_with(ours.trim_end()) {
                Outcome::BothRefused
            } else {
                Outcome::OtherWords(format!("CPython: {last}; ours: {ours}"))
            });
        }
        (ours::Answer::Refused(ours), Verdict::Compiled(_)) => {
            return Ok(Outcome::OursRefused(ours));
        }
        (ours::Answer::Compiled(_), Verdict::Refused(theirs)) => {
            return Ok(Outcome::TheirsRefused(theirs));
        }
        (ours::Answer::Compiled(ours), Verdict::Compiled(theirs)) => (ours, theirs),
    };
    if ours == theirs {
        return Ok(Outcome::Identical);
    }
    let table = OpTable::of(version).ok_or("a version without opcodes")?;
    let ours_read = Pyc::read(&ours).map_err(|error| format!("our own file: {error}"))?;
    let theirs_read = Pyc::read(&theirs)?;
    if let Some(difference) = difference::find(table, &ours_read.code, &theirs_read.code) {
        return Ok(Outcome::Different {
            part: difference.part,
            text: difference.text,
        });
    }
    // Only references differ; other files in the reference's process may be the cause.
    Ok(if reference.fresh(file)? == ours {
        Outcome::Identical
    } else {
        Outcome::Equal
    })
}

fn report(request: &Request, outcomes: &[(&PathBuf, Outcome)]) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shown = 0;
    for (file, outcome) in outcomes {
        *kinds.entry(outcome.kind()).or_default() += 1;
        let part = match outcome {
            Outcome::Different { part, .. } => *part,
            other => other.kind(),
        };
        if let Outcome::Different { part, .. } = outcome {
            *parts.entry(part).or_default() += 1;
        }
        if request.list.as_deref() == Some(outcome.kind()) {
            println!("{}", file.display());
        }
        if let Some(text) = outcome.explanation()
            && shown < request.show
            && request.only.as_deref().is_none_or(|only| only == part)
        {
            shown += 1;
            println!("{} {}\n{}", outcome.kind(), file.display(), text.trim_end());
        }
    }
    println!("{} files at -O{}", outcomes.len(), request.optimize);
    for (kind, count) in kinds {
        println!("{count:7} {kind}");
    }
    for (part, count) in parts {
        println!("        {count:7} first in {part}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares a sample of a CPython's library, another one at each level, each validated in another way.
    fn check_sample(release: &str) {
        let Some(python) = hognose_testkit::cpython(release) else {
            return;
        };
        let script = "import os; print(os.path.dirname(os.__file__))";
        let output = std::process::Command::new(&python)
            .args(["-I", "-c", script])
            .output()
            .expect("CPython runs");
        let library = String::from_utf8(output.stdout).expect("a path");
        for (optimize, mode, sample) in [
            (0, Mode::Timestamp, 41),
            (1, Mode::CheckedHash, 53),
            (2, Mode::UncheckedHash, 61),
        ] {
            let request = Request {
                tree: PathBuf::from(library.trim_end()),
                python: python.clone(),
                optimize,
                mode,
                sample,
                show: 0,
                list: None,
                only: None,
            };
            let files = files(&request).expect("the library can be listed");
            assert!(files.len() > 10, "{} files", files.len());
            let outcomes = compare_tree(&request, &files).expect("CPython compiles");
            for (file, outcome) in outcomes {
                let words = outcome.explanation().unwrap_or("only references differ");
                assert!(outcome.agrees(), "{} -O{optimize}: {words}", file.display());
            }
        }
    }

    #[test]
    fn a_sample_of_the_library_of_3_12() {
        check_sample("3.12.1");
    }

    #[test]
    fn a_sample_of_the_library_of_3_13() {
        check_sample("3.13.0");
    }

    fn check_limits(release: &str) {
        let Some(python) = hognose_testkit::cpython(release) else {
            return;
        };
        let wrong = check_extremes(&python, false).expect("CPython compiles");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn sources_at_the_limits_of_3_12() {
        check_limits("3.12.1");
    }

    #[test]
    fn sources_at_the_limits_of_3_13() {
        check_limits("3.13.0");
    }
}
