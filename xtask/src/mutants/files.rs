//! `cargo xtask mutants-files`: broken copies of real .pyc files through the executable's own commands.
//!
//! A mutant is made from its number alone. Mutants go in batches: `check` and `verify` see a folder of them with their
//! sources, `inspect`, `dis` and `run` get each alone, `run` as somebody who may write in one folder only. What a
//! batch gave is a line of a file, and a new start goes on behind the last line.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use hognose_pyc::marshal::{FLAG_REF, Item, Tape, Value};
use hognose_pyc::{HEADER_LEN, Header};
use wait4::Wait4;

use super::{LONGEST, Random, mutate};
use crate::Result;
use crate::pyc_compare::pyc_files;

const BATCH: u64 = 50;
/// Of ten batches, how many are of the first folder.
const FIRST_OF_TEN: u64 = 6;
/// What reading one file may take of the processor, and how long anything may take at all.
const SLOW: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(120);
/// When a program is asked to end; a loop of its own ends then, a loop of ours does not.
const RUNNING: Duration = Duration::from_secs(3);
const NOBODY: u32 = 65534;

/// What the words of the command line say.
struct Options {
    hognose: PathBuf,
    stdlib: PathBuf,
    work: PathBuf,
    count: u64,
    folders: Vec<PathBuf>,
}

/// A file to make mutants of. Its bytes are read when they are wanted: a child's memory is counted from its parent's.
struct Original {
    path: PathBuf,
    source: Option<PathBuf>,
    tag: String,
}

/// Counts by name, and what went wrong, word for word.
#[derive(Default)]
struct Report {
    counts: BTreeMap<String, u64>,
    troubles: Vec<String>,
}

impl Report {
    fn count(&mut self, name: impl Into<String>) {
        *self.counts.entry(name.into()).or_default() += 1;
    }

    fn largest(&mut self, name: &str, value: u64) {
        let entry = self.counts.entry(format!("max {name}")).or_default();
        *entry = value.max(*entry);
    }

    fn line(&self, batch: u64) -> String {
        let counts: Vec<String> = self
            .counts
            .iter()
            .map(|(name, count)| format!("{name}={count}"))
            .collect();
        let troubles: String = self
            .troubles
            .iter()
            .map(|text| format!("! {}\n", text.replace('\n', " | ")))
            .collect();
        format!("{troubles}batch {batch}: {}\n", counts.join("; "))
    }
}

pub fn run(words: &[&str]) -> Result {
    let options = options(words)?;
    fs::create_dir_all(&options.work)?;
    let log = options.work.join("results.txt");
    let done = fs::read_to_string(&log).unwrap_or_default();
    let mut next = done
        .lines()
        .filter_map(|line| line.strip_prefix("batch ")?.split(':').next()?.parse().ok())
        .max()
        .map_or(0, |last: u64| last + 1);
    let mut folders = Vec::new();
    for folder in &options.folders {
        folders.push(originals(folder)?);
    }
    let own = base_memory(&options)?;
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&log)?;
    while next * BATCH < options.count {
        let report = batch(next, &folders, &options, own)?;
        file.write_all(report.line(next).as_bytes())?;
        next += 1;
    }
    summary(&fs::read_to_string(&log)?)
}

fn options(words: &[&str]) -> Result<Options> {
    let mut options = Options {
        hognose: PathBuf::new(),
        stdlib: PathBuf::new(),
        work: PathBuf::new(),
        count: 0,
        folders: Vec::new(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match *word {
            "--hognose" => options.hognose = fs::canonicalize(value()?)?,
            "--stdlib" => options.stdlib = fs::canonicalize(value()?)?,
            "--work" => options.work = std::path::absolute(value()?)?,
            "--count" => options.count = value()?.parse()?,
            folder => options.folders.push(folder.into()),
        }
    }
    Ok(options)
}

/// The small files below a folder, those of CPython's tests aside: run, they would test for minutes.
fn originals(folder: &Path) -> Result<Vec<Original>> {
    let mut found = Vec::new();
    for path in pyc_files(folder)? {
        let is_test = |part: std::path::Component<'_>| {
            matches!(
                part.as_os_str().to_str(),
                Some("test" | "tests" | "site-packages")
            )
        };
        if path.components().any(is_test) {
            continue;
        }
        let length = fs::metadata(&path)?.len() as usize;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut parts = name.splitn(2, '.');
        let stem = parts.next().unwrap_or_default();
        let tag = parts.next().unwrap_or_default().to_owned();
        if length > LONGEST || tag.is_empty() {
            continue;
        }
        let source = path
            .parent()
            .and_then(Path::parent)
            .map(|folder| folder.join(format!("{stem}.py")))
            .filter(|source| source.exists());
        found.push(Original { path, source, tag });
    }
    match found.is_empty() {
        true => Err(format!("{}: no file is small enough", folder.display()).into()),
        false => Ok(found),
    }
}

/// The memory that showing an empty file takes, in bytes: the process's own.
fn base_memory(options: &Options) -> Result<u64> {
    let mut command = Command::new(&options.hognose);
    command.arg("versions");
    Ok(watch(command, PATIENCE, &options.work)?.memory)
}

fn batch(number: u64, folders: &[Vec<Original>], options: &Options, own: u64) -> Result<Report> {
    let folder = match (number % 10 < FIRST_OF_TEN, folders.len()) {
        (true, _) | (_, 1) => 0,
        (false, count) => 1 + number as usize % (count - 1),
    };
    let originals = folders.get(folder).ok_or("no folder")?;
    let pool: Vec<Vec<u8>> = originals
        .iter()
        .take(16)
        .map(|one| fs::read(&one.path))
        .collect::<std::io::Result<_>>()?;
    let place = options.work.join("tree");
    let _ = fs::remove_dir_all(&place);
    let cache = place.join("__pycache__");
    fs::create_dir_all(&cache)?;
    let mut report = Report::default();
    let mut mutants = Vec::new();
    for number in number * BATCH..((number + 1) * BATCH).min(options.count) {
        let mut random = Random((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..4 {
            random.next();
        }
        let original = random.pick(originals);
        let bytes = fs::read(&original.path)?;
        let bytes = match number % 4 {
            0 => mutate(&bytes, &pool, &mut random),
            _ => mutate_parts(&bytes, &mut random).unwrap_or(bytes),
        };
        let path = cache.join(format!("m{number}.{}", original.tag));
        fs::write(&path, &bytes)?;
        if let Some(source) = &original.source {
            let copy = place.join(format!("m{number}.py"));
            fs::copy(source, &copy)?;
            let time = fs::metadata(source)?.modified()?;
            fs::File::options()
                .append(true)
                .open(&copy)?
                .set_modified(time)?;
        }
        mutants.push((number, path, bytes.len() as u64));
    }
    for command in ["check", "verify"] {
        if trees(command, &place, options, &mut report)? {
            continue;
        }
        // One of them did it: each alone tells which.
        for (number, path, _) in &mutants {
            if !trees(command, path, options, &mut report)? {
                report.troubles.push(format!("mutant {number}: {command}"));
            }
        }
    }
    for (number, path, length) in &mutants {
        one(*number, path, *length, options, own, &mut report)?;
    }
    Ok(report)
}

/// A copy that can still be read: instructions, tables, numbers and references changed, no lengths.
fn mutate_parts(original: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let header = Header::read(original).ok()?;
    let tape = Tape::read(original, HEADER_LEN, header.version().ok()?).ok()?;
    let targets: Vec<&Item<'_>> = tape
        .items
        .iter()
        .filter(|item| match item.value {
            Value::Bytes(bytes) => item.code & !FLAG_REF == b's' && !bytes.is_empty(),
            Value::Code(_) | Value::Int(_) => true,
            Value::Ref(_) => random.below(8) == 0,
            _ => false,
        })
        .collect();
    let mut bytes = original.to_vec();
    for _ in 0..1 + random.below(4) {
        let item = targets.get(random.below(targets.len()))?;
        let start = item.offset + 1;
        match item.value {
            Value::Bytes(payload) => {
                let at = start + 4 + random.below(payload.len());
                let old = bytes.get(at).copied().unwrap_or_default();
                let new = match random.below(5) {
                    0 => old ^ 1 << random.below(8),
                    1 => old.wrapping_add(1),
                    2 => old.wrapping_sub(1),
                    3 => *random.pick(payload),
                    _ => random.next() as u8,
                };
                super::set(&mut bytes, at, new);
            }
            Value::Code(_) => {
                let at = start + 4 * random.below((item.own_len(tape.layout) - 1) / 4);
                super::set(&mut bytes, at, random.below(12) as u8);
            }
            _ => super::set(&mut bytes, start, random.next() as u8),
        }
    }
    if random.below(50) == 0 {
        let at = random.below(HEADER_LEN);
        super::set(&mut bytes, at, random.next() as u8);
    }
    Some(bytes)
}

/// Runs a command over a folder; whether all is well.
fn trees(command: &str, place: &Path, options: &Options, report: &mut Report) -> Result<bool> {
    let mut line = Command::new(&options.hognose);
    line.arg(command).arg("-v").arg(place);
    let end = watch(line, PATIENCE, &options.work)?;
    report.largest(&format!("{command} KiB for a folder"), end.memory / 1024);
    let trouble = end.trouble();
    if let Some(trouble) = &trouble {
        report
            .troubles
            .push(format!("{command} {}: {trouble}", place.display()));
    }
    Ok(trouble.is_none())
}

fn one(
    number: u64,
    path: &Path,
    length: u64,
    options: &Options,
    own: u64,
    report: &mut Report,
) -> Result {
    let forms: [&[&str]; 3] = [&["inspect"], &["inspect", "--json"], &["inspect", "--hex"]];
    let shown: [&[&str]; 2] = [&["dis"], &["dis", "-C", "-O", "-P", "-S"]];
    let reads = [forms[(number % 3) as usize], shown[(number % 2) as usize]];
    for words in reads {
        let mut line = Command::new(&options.hognose);
        line.args(words).arg(path);
        let end = watch(line, PATIENCE, &options.work)?;
        if let Some(trouble) = end.trouble() {
            report
                .troubles
                .push(format!("mutant {number}: {}: {trouble}", words.join(" ")));
        } else if end.processor > SLOW {
            report.troubles.push(format!(
                "mutant {number}: {} takes {:?}",
                words.join(" "),
                end.processor
            ));
        }
        let name = words.join(" ");
        report.count(format!("{name} {}", end.status_word()));
        let more = end.memory.saturating_sub(own);
        report.largest(&format!("{name} KiB beyond its own"), more / 1024);
        // What a small file takes is the process's own growth, not the file's.
        if more > 4 << 20 {
            report.largest(
                &format!("{name} bytes for one of the file"),
                more / length.max(1),
            );
        }
    }
    let place = options.work.join("sandbox");
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place)?;
    fs::set_permissions(&place, fs::Permissions::from_mode(0o777))?;
    let mut line = Command::new(&options.hognose);
    line.args(["run", "-S"])
        .arg(path)
        .current_dir(&place)
        .env_clear();
    line.env("HOGNOSE_STDLIB", &options.stdlib)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HOME", &place)
        .env("TMPDIR", &place);
    if fs::metadata("/proc/self/mem")
        .is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
    {
        line.uid(NOBODY).gid(NOBODY);
    }
    let end = watch(line, RUNNING, &options.work)?;
    report.count(format!("run {}", end.status_word()));
    if let Some(trouble) = end.trouble() {
        report
            .troubles
            .push(format!("mutant {number}: run: {trouble}"));
    }
    Ok(())
}

/// How a process ended.
struct End {
    status: std::process::ExitStatus,
    /// It was asked to end, and ended; or had to be killed.
    asked: bool,
    killed: bool,
    processor: Duration,
    /// Its largest size in memory, in bytes.
    memory: u64,
    errors: String,
}

impl End {
    fn status_word(&self) -> String {
        match (self.killed, self.asked, self.status.code()) {
            (true, _, _) => "killed".to_owned(),
            (_, true, _) => "interrupted".to_owned(),
            (_, _, Some(code)) if code < 3 => format!("status {code}"),
            (_, _, Some(_)) => "other status".to_owned(),
            (_, _, None) => "signal".to_owned(),
        }
    }

    fn trouble(&self) -> Option<String> {
        if self.killed {
            return Some("does not end".to_owned());
        }
        if !self.asked
            && let Some(signal) = self.status.signal()
        {
            return Some(format!("signal {signal}: {}", self.errors));
        }
        self.errors
            .contains("panicked at")
            .then(|| self.errors.clone())
    }
}

/// Runs a process in a group of its own; after a while it is interrupted, then killed.
fn watch(mut command: Command, patience: Duration, work: &Path) -> Result<End> {
    let errors = work.join("errors.txt");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&errors)?)
        .process_group(0);
    let mut child = command.spawn()?;
    let group = child.id();
    let (ended, end) = mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        let mut sent = (false, false);
        let signal = |name: &str| {
            let group = format!("-{group}");
            let _ = Command::new("kill")
                .args(["-s", name, "--", &group])
                .status();
        };
        if end.recv_timeout(patience).is_err() {
            sent.0 = true;
            signal("INT");
            if end.recv_timeout(Duration::from_secs(10)).is_err() {
                sent.1 = true;
                signal("KILL");
            }
        }
        sent
    });
    let used = child.wait4()?;
    let _ = ended.send(());
    let (asked, killed) = guard.join().map_err(|_| "the guard panics")?;
    let bytes = fs::read(&errors)?;
    let mut errors = String::from_utf8_lossy(&bytes).into_owned();
    errors.truncate(errors.floor_char_boundary(2000));
    Ok(End {
        status: used.status,
        asked,
        killed,
        processor: used.rusage.utime + used.rusage.stime,
        memory: used.rusage.maxrss,
        errors,
    })
}

fn summary(log: &str) -> Result {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut troubles = 0;
    for line in log.lines() {
        if line.starts_with('!') {
            println!("{line}");
            troubles += 1;
        }
        let counted = line.split_once(": ").filter(|_| line.starts_with("batch "));
        for (name, count) in counted
            .into_iter()
            .flat_map(|(_, rest)| rest.split("; "))
            .filter_map(|part| part.split_once('='))
        {
            let entry = counts.entry(name).or_default();
            let count: u64 = count.parse()?;
            *entry = match name.starts_with("max ") {
                true => count.max(*entry),
                false => *entry + count,
            };
        }
    }
    for (name, count) in counts {
        println!("{count:>9} {name}");
    }
    match troubles {
        0 => Ok(()),
        _ => Err(format!("{troubles} troubles").into()),
    }
}
