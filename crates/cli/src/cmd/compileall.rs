//! `hognose compileall`: `python3.12 -m compileall`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use hognose_pyc::marshal::LiveStrings;
use hognose_pyc::path::{Optimization, PYCACHE, cache_from_source, legacy_path};
use hognose_pyc::{Header, Validation};
use hognose_version::Version;

use super::Outcome;
use super::compile_file::{Failure, Invalidation, Job, compile_file, os, path_repr};

/// Compile whole trees to `__pycache__`, as `python3.12 -m compileall` does
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose compileall -q -j 0 lib\n  hognose compileall -f -o 0 -o 2 --hardlink-dupes lib"
)]
pub struct Opts {
    /// Don't recurse into subdirectories
    #[arg(short = 'l')]
    flat: bool,
    /// The maximum recursion level; takes precedence over -l
    #[arg(short = 'r', value_name = "RECURSION", allow_negative_numbers = true)]
    recursion: Option<i64>,
    /// Force rebuild even if timestamps are up to date
    #[arg(short = 'f')]
    force: bool,
    /// Output only error messages; -qq suppresses these as well
    #[arg(short = 'q', action = clap::ArgAction::Count)]
    quiet: u8,
    /// Use legacy (pre-PEP 3147) compiled file locations
    #[arg(short = 'b')]
    legacy: bool,
    /// Directory to prepend to file paths for use in tracebacks
    #[arg(short = 'd', value_name = "DESTDIR", conflicts_with_all = ["strip", "prepend"])]
    destination: Option<String>,
    /// Part of path to left-strip from path to source file
    #[arg(short = 's', value_name = "STRIPDIR")]
    strip: Option<String>,
    /// Path to add as prefix to path to source file
    #[arg(short = 'p', value_name = "PREPENDDIR")]
    prepend: Option<String>,
    /// Skip files whose full path the regular expression is found in
    #[arg(short = 'x', value_name = "REGEXP")]
    skip: Option<regex::Regex>,
    /// Add all files and directories listed in FILE; `-` reads them from stdin
    #[arg(short = 'i', value_name = "FILE")]
    list: Option<String>,
    /// Files and directories to compile
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<String>,
    /// Compile with that many threads; 0 is one for each processor
    #[arg(short = 'j', long, default_value_t = 1)]
    workers: usize,
    /// How .pyc files are checked; checked-hash if SOURCE_DATE_EPOCH is set, else timestamp
    #[arg(long, value_enum)]
    invalidation_mode: Option<Invalidation>,
    /// Optimization level, -1 to 2; may be given several times
    #[arg(short = 'o', value_name = "OPT_LEVEL", allow_negative_numbers = true,
          value_parser = clap::value_parser!(i8).range(-1..=2))]
    levels: Vec<i8>,
    /// Ignore symlinks pointing outside of DIR
    #[arg(short = 'e', value_name = "DIR")]
    inside: Option<String>,
    /// Hardlink duplicated .pyc files
    #[arg(long)]
    hardlink_dupes: bool,
}

/// `sys.getrecursionlimit()`
const MAX_LEVELS: i64 = 1000;

pub fn run(mut opts: Opts) -> Outcome {
    if opts.levels.is_empty() {
        opts.levels.push(-1);
    }
    let fail = |text: &str| {
        io::stderr().write_all(text.as_bytes())?;
        Ok(ExitCode::from(2))
    };
    if opts.levels.len() == 1 && opts.hardlink_dupes {
        return fail(
            "hognose compileall: error: Hardlinking of duplicated bytecode makes sense only for more than one optimization level.\n",
        );
    }
    if let Some(list) = &opts.list {
        match read_list(list) {
            Ok(lines) => opts.paths.extend(lines),
            Err(_) => {
                if opts.quiet < 2 {
                    say(&format!("Error reading file list {list}\n"))?;
                }
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    if opts.paths.is_empty() {
        return fail("hognose compileall: error: no files or directories given\n");
    }
    let settings = Settings::new(&opts);
    let mut success = true;
    for path in &opts.paths {
        success &= settings.destination(path)?;
    }
    Ok(if success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_list(list: &str) -> io::Result<Vec<String>> {
    let lines: Box<dyn BufRead> = match list {
        "-" => Box::new(io::stdin().lock()),
        file => Box::new(io::BufReader::new(fs::File::open(file)?)),
    };
    lines
        .lines()
        .map(|line| line.map(|line| line.trim().to_owned()))
        .collect()
}

fn say(text: &str) -> io::Result<()> {
    io::stdout().write_all(text.as_bytes())
}

/// The options, as each file needs them.
struct Settings<'a> {
    opts: &'a Opts,
    /// Sorted, each once.
    levels: Vec<i8>,
    max_levels: i64,
    invalidation: Invalidation,
    inside: Option<PathBuf>,
    workers: usize,
}

/// The directories taken off and put before names in tracebacks.
#[derive(Clone, Copy)]
struct Shown<'a> {
    strip: Option<&'a str>,
    prepend: Option<&'a str>,
}

/// What one file gave: text to print, and whether all went well.
struct Report {
    text: String,
    success: bool,
}

impl<'a> Settings<'a> {
    fn new(opts: &'a Opts) -> Settings<'a> {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        Settings {
            opts,
            levels: opts
                .levels
                .iter()
                .copied()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            max_levels: opts
                .recursion
                .unwrap_or(if opts.flat { 0 } else { MAX_LEVELS }),
            invalidation: opts
                .invalidation_mode
                .unwrap_or_else(Invalidation::from_environment),
            // An empty name is none.
            inside: opts
                .inside
                .as_ref()
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            workers: if opts.workers == 0 {
                processors()
            } else {
                opts.workers
            },
        }
    }

    /// One argument of the command line: a file, or else a directory.
    fn destination(&self, path: &str) -> io::Result<bool> {
        let opts = self.opts;
        if Path::new(path).is_file() {
            let joined = opts.destination.as_ref().map(|folder| {
                let name = Path::new(path).file_name().unwrap_or_default();
                join(folder, &name.to_string_lossy())
            });
            let shown = Shown {
                strip: opts.strip.as_deref(),
                prepend: opts.prepend.as_deref(),
            };
            return self.compile(&[Entry::File(path.into())], joined.as_deref(), shown);
        }
        let shown = match &opts.destination {
            Some(folder) => Shown {
                strip: Some(path),
                prepend: Some(folder),
            },
            None => Shown {
                strip: opts.strip.as_deref(),
                prepend: opts.prepend.as_deref(),
            },
        };
        let mut entries = Vec::new();
        self.walk(path.into(), self.max_levels, &mut entries);
        self.compile(&entries, None, shown)
    }

    /// `_walk_dir`: the files below a directory, sorted by name level by level.
    fn walk(&self, folder: PathBuf, levels: i64, entries: &mut Vec<Entry>) {
        let quiet = self.opts.quiet;
        if quiet == 0 {
            entries.push(Entry::Text(format!("Listing {}...\n", path_repr(&folder))));
        }
        let Ok(names) = fs::read_dir(&folder) else {
            if quiet < 2 {
                entries.push(Entry::Text(format!("Can't list {}\n", path_repr(&folder))));
            }
            return;
        };
        let mut names: Vec<_> = names
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .collect();
        names.sort();
        for name in names {
            if name == PYCACHE {
                continue;
            }
            let path = folder.join(name);
            if !path.is_dir() {
                entries.push(Entry::File(path));
            } else if levels > 0 && !path.is_symlink() {
                self.walk(path, levels - 1, entries);
            }
        }
    }

    /// Compiles the files, on as many threads as asked for, and prints in order.
    fn compile(&self, entries: &[Entry], name: Option<&str>, shown: Shown<'_>) -> io::Result<bool> {
        let next = AtomicUsize::new(0);
        let success = AtomicBool::new(true);
        let stopped = AtomicBool::new(false);
        let printer = Mutex::new(Printer {
            waiting: Vec::new(),
            next: 0,
        });
        let work = || -> io::Result<()> {
            while !stopped.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(entry) = entries.get(index) else {
                    return Ok(());
                };
                let text = match entry {
                    Entry::Text(text) => text.clone(),
                    Entry::File(path) => {
                        let report = self.file(path, name, shown);
                        if !report.success {
                            success.store(false, Ordering::Relaxed);
                        }
                        report.text
                    }
                };
                let mut printer = printer
                    .lock()
                    .map_err(|_| io::Error::other("a thread died"))?;
                printer.print(index, text)?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let threads = (0..self.workers.clamp(1, entries.len().max(1))).map(|_| {
                let builder = std::thread::Builder::new().stack_size(hognose_compile::STACK_SIZE);
                builder.spawn_scoped(scope, || {
                    let done = work();
                    if done.is_err() {
                        stopped.store(true, Ordering::Relaxed);
                    }
                    done
                })
            });
            let threads: Vec<_> = threads.collect::<io::Result<_>>()?;
            for thread in threads {
                thread
                    .join()
                    .map_err(|_| io::Error::other("a compiling thread died"))??;
            }
            Ok(success.load(Ordering::Relaxed))
        })
    }

    /// `compile_file`
    fn file(&self, path: &Path, name: Option<&str>, shown: Shown<'_>) -> Report {
        let full = path.to_string_lossy();
        let mut report = Report {
            text: String::new(),
            success: true,
        };
        let skipped = self
            .opts
            .skip
            .as_ref()
            .is_some_and(|skip| skip.is_match(&full))
            || self
                .inside
                .as_ref()
                .is_some_and(|folder| leads_outside(path, folder));
        let is_source = path.as_os_str().as_encoded_bytes().ends_with(b".py");
        if skipped || !is_source || !path.is_file() {
            return report;
        }
        let targets: Vec<PathBuf> = self
            .levels
            .iter()
            .map(|level| self.target(path, *level))
            .collect();
        if !self.opts.force && is_fresh(path, &targets) {
            return report;
        }
        let quiet = self.opts.quiet;
        if quiet == 0 {
            report.text = format!("Compiling {}...\n", path_repr(path));
        }
        let shown = shown_name(&full, name, shown);
        if let Err(failure) = self.levels_of(path, &targets, &shown) {
            report.success = false;
            match quiet {
                0 => report.text.push_str("*** "),
                1 => report.text = format!("*** Error compiling {}...\n", path_repr(path)),
                2.. => return report,
            }
            match failure {
                Failure::Compile(message) => report.text.push_str(&message),
                Failure::Os(error) => {
                    report
                        .text
                        .push_str(&format!("{}: {}", error.class, error.text));
                }
            }
            report.text.push('\n');
        }
        report
    }

    fn target(&self, path: &Path, level: i8) -> PathBuf {
        if self.opts.legacy {
            return legacy_path(path);
        }
        let optimization = Optimization::from_level(u8::try_from(level).unwrap_or(0));
        cache_from_source(path, Version::DEFAULT, optimization)
    }

    /// Each level's file; equal neighbours become links of one.
    fn levels_of(&self, path: &Path, targets: &[PathBuf], shown: &str) -> Result<(), Failure> {
        let mut previous: Option<&PathBuf> = None;
        for (level, cached) in self.levels.iter().zip(targets) {
            compile_file(&Job {
                source: path,
                cached,
                shown,
                optimise: u8::try_from(*level).unwrap_or(0),
                invalidation: self.invalidation,
                live: LiveStrings::CompileAll,
            })?;
            if let Some(previous) = previous.filter(|_| self.opts.hardlink_dupes) {
                link_if_equal(previous, cached).map_err(|error| os(&error, Some(cached)))?;
            }
            previous = Some(cached);
        }
        Ok(())
    }
}

/// Something to do, in the order in which it is told.
enum Entry {
    Text(String),
    File(PathBuf),
}

/// Prints texts in the order of their entries, whichever thread is done first.
struct Printer {
    waiting: Vec<(usize, String)>,
    next: usize,
}

impl Printer {
    fn print(&mut self, index: usize, text: String) -> io::Result<()> {
        self.waiting.push((index, text));
        while let Some(place) = self
            .waiting
            .iter()
            .position(|(index, _)| *index == self.next)
        {
            let (_, text) = self.waiting.swap_remove(place);
            say(&text)?;
            self.next += 1;
        }
        Ok(())
    }
}

/// The name for tracebacks: parts equal to those of the stripped directory, place by place, are taken
/// off, wherever the first equal part stands (`list.remove`).
fn shown_name(full: &str, name: Option<&str>, Shown { strip, prepend }: Shown<'_>) -> String {
    let mut shown = name.map(str::to_owned);
    if let Some(strip) = strip {
        let parts: Vec<&str> = full.split('/').collect();
        let mut left = parts.clone();
        for (stripped, part) in strip.split('/').zip(&parts) {
            if stripped == *part
                && let Some(place) = left.iter().position(|other| *other == stripped)
            {
                left.remove(place);
            }
        }
        let joined = left
            .iter()
            .fold(String::new(), |path, part| join(&path, part));
        shown = Some(joined);
    }
    match prepend {
        Some(prepend) => join(prepend, shown.as_deref().unwrap_or(full)),
        None => shown.unwrap_or_else(|| full.to_owned()),
    }
}

/// `os.path.join` of two.
fn join(folder: &str, name: &str) -> String {
    if name.starts_with('/') || folder.is_empty() {
        name.to_owned()
    } else if folder.ends_with('/') {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    }
}

/// Whether every file starts as a timestamp .pyc of this source would; the size is not looked at.
fn is_fresh(source: &Path, targets: &[PathBuf]) -> bool {
    let Ok(status) = fs::metadata(source) else {
        return false;
    };
    let validation = Validation::Timestamp {
        mtime: status.mtime() as u32,
        size: 0,
    };
    let header = Header::new(Version::DEFAULT, validation).to_bytes();
    targets.iter().all(|target| {
        let mut start = [0; 12];
        let read = fs::File::open(target).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && header.starts_with(&start)
    })
}

fn leads_outside(path: &Path, folder: &Path) -> bool {
    if !path.is_symlink() {
        return false;
    }
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(real), Ok(folder)) => !real
            .parent()
            .is_some_and(|parent| parent.starts_with(folder)),
        _ => true,
    }
}

fn link_if_equal(previous: &Path, cached: &Path) -> io::Result<()> {
    if fs::read(previous)? == fs::read(cached)? {
        fs::remove_file(cached)?;
        fs::hard_link(previous, cached)?;
    }
    Ok(())
}
