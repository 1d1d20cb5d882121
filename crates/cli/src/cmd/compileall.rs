//! `hognose compileall`: `python3.12 -m compileall`.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use fancy_regex::Regex;
use hognose_pyc::marshal::LiveStrings;
use hognose_pyc::path::{PYCACHE, legacy_path};
use hognose_pyc::{Header, Validation};
use hognose_version::{Features, Version};

use super::Outcome;
use super::versions::library_of;
use crate::compiling::environment::{Cache, for_stdout, optimisation_level};
use crate::compiling::interrupt::Interrupt;
use crate::compiling::queue::{InOrder, threads};
use crate::compiling::sys_path::sys_path;
use crate::compiling::{
    Failure, Invalidation, Job, Source, link, path_repr, put, python_regex, refuse_irregular,
    sweep, warn_on_stderr,
};

/// Compile whole trees to `__pycache__`, as `python3.12 -m compileall` does
#[derive(clap::Args)]
#[command(
    infer_long_args = true,
    after_help = "Examples:\n  \
        hognose compileall -q -j 0 lib\n  \
        hognose compileall -f -o 0 -o 2 --hardlink-dupes lib\n  \
        hognose compileall -s build/root -p / -x '/tests?/' build/root/usr/lib\n  \
        find . -newer stamp -name '*.py' | hognose compileall -q -i -\n  \
        hognose compileall                  all that is on sys.path, without subfolders\n\n\
        Options, messages, exit status and the variables PYTHONOPTIMIZE, PYTHONPATH, PYTHONPYCACHEPREFIX,\n\
        PYTHONSAFEPATH and SOURCE_DATE_EPOCH are CPython's. `hognose compile` does the same job with fewer surprises."
)]
pub struct Opts {
    /// Don't recurse into subdirectories
    #[arg(short = 'l')]
    flat: bool,
    /// The maximum recursion level; takes precedence over -l
    #[arg(short = 'r', value_name = "RECURSION", allow_negative_numbers = true, value_parser = python_int)]
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
    #[arg(short = 'd', value_name = "DESTDIR")]
    destination: Option<OsString>,
    /// Part of path to left-strip from path to source file
    #[arg(short = 's', value_name = "STRIPDIR")]
    strip: Option<OsString>,
    /// Path to add as prefix to path to source file
    #[arg(short = 'p', value_name = "PREPENDDIR")]
    prepend: Option<OsString>,
    /// Skip files whose full path the (Python) regular expression is found in
    #[arg(short = 'x', value_name = "REGEXP", allow_hyphen_values = true)]
    skip: Option<String>,
    /// Add all files and directories listed in FILE; `-` reads them from stdin
    #[arg(short = 'i', value_name = "FILE", allow_hyphen_values = true)]
    list: Option<String>,
    /// Files and directories to compile; sys.path if there are none
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<OsString>,
    /// Compile with that many threads; 0 is one for each processor
    #[arg(short = 'j', long, default_value = "1", allow_negative_numbers = true, value_parser = python_int)]
    workers: i64,
    /// How .pyc files are checked; checked-hash if SOURCE_DATE_EPOCH is set, else timestamp
    #[arg(long, value_enum)]
    invalidation_mode: Option<Invalidation>,
    /// Optimization level; -1 is that of PYTHONOPTIMIZE; may be given several times
    #[arg(short = 'o', value_name = "OPT_LEVEL", allow_negative_numbers = true, value_parser = python_int)]
    levels: Vec<i64>,
    /// Ignore symlinks pointing outside of DIR
    #[arg(short = 'e', value_name = "DIR")]
    inside: Option<OsString>,
    /// Hardlink duplicated .pyc files
    #[arg(long)]
    hardlink_dupes: bool,
    /// The Python to compile for
    #[arg(long, value_name = "VERSION", default_value = "3.12", value_parser = super::target)]
    python: Version,
    /// Leave installed packages out of sys.path, as python's own -S does
    #[arg(long)]
    no_site: bool,
}

/// `sys.getrecursionlimit()`
const MAX_LEVELS: i64 = 1000;

const POINTLESS_LINKS: &str =
    "Hardlinking of duplicated bytecode makes sense only for more than one optimization level";

/// `int(text)`
fn python_int(text: &str) -> Result<i64, String> {
    let wrong = || format!("invalid int value: {}", path_repr(Path::new(text)));
    text.trim().replace('_', "").parse().map_err(|_| wrong())
}

/// An exception that CPython lets through: its last line alone is shown, not the traceback.
fn uncaught(exception: &str) -> Outcome {
    writeln!(io::stderr(), "{exception}")?;
    Ok(ExitCode::FAILURE)
}

/// `parser.error`
fn usage_error(text: &str) -> Outcome {
    writeln!(io::stderr(), "hognose compileall: error: {text}")?;
    Ok(ExitCode::from(2))
}

pub fn run(mut opts: Opts) -> Outcome {
    let skip = match opts.skip.as_deref().filter(|pattern| !pattern.is_empty()) {
        Some(pattern) => match python_regex::compile(pattern) {
            Ok(regex) => Some(regex),
            Err(error) => return uncaught(&format!("re.error: {error}")),
        },
        None => None,
    };
    if opts.levels.is_empty() {
        opts.levels.push(-1);
    }
    if opts.levels.len() == 1 && opts.hardlink_dupes {
        return usage_error(&format!("{POINTLESS_LINKS}."));
    }
    if opts.destination.is_some() && (opts.strip.is_some() || opts.prepend.is_some()) {
        return usage_error("-d cannot be used in combination with -s or -p");
    }
    if let Some(list) = opts.list.as_deref().filter(|list| !list.is_empty()) {
        match read_list(list) {
            Ok(text) => opts
                .paths
                .extend(text.lines().map(|line| line.trim().into())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return uncaught(&format!("UnicodeDecodeError: {list}: {error}"));
            }
            Err(_) => {
                if opts.quiet < 2 {
                    say(&format!("Error reading file list {list}\n"))?;
                }
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    if opts.paths.is_empty() {
        return all_of_sys_path(opts);
    }
    let tasks = Tasks::new(&opts, skip)?;
    let mut success = true;
    for path in &opts.paths {
        match tasks.destination(path)? {
            Ok(done) => success &= done,
            Err(exception) => return uncaught(exception),
        }
        if tasks.interrupt.is_set() {
            break;
        }
    }
    tasks.end(success)
}

/// `compile_path`: every folder on `sys.path`, up to the first that fails; most options do not count there.
fn all_of_sys_path(opts: Opts) -> Outcome {
    let opts = Opts {
        flat: true,
        recursion: None,
        destination: None,
        strip: None,
        prepend: None,
        skip: None,
        workers: 1,
        levels: vec![-1],
        inside: None,
        hardlink_dupes: false,
        ..opts
    };
    let tasks = Tasks::new(&opts, None)?;
    let mut success = true;
    for folder in sys_path(opts.python, library_of(opts.python), !opts.no_site) {
        success = success && tasks.folder(&folder, Shown::default())?;
    }
    tasks.end(success)
}

fn read_list(list: &str) -> io::Result<String> {
    match list {
        "-" => io::read_to_string(io::stdin()),
        file => fs::read_to_string(file),
    }
}

fn say(text: &str) -> io::Result<()> {
    io::stdout().write_all(text.as_bytes())
}

/// The options, as each file needs them.
struct Tasks<'a> {
    opts: &'a Opts,
    skip: Option<Regex>,
    /// Sorted, each once.
    levels: Vec<i64>,
    own_level: i64,
    max_levels: i64,
    invalidation: Invalidation,
    inside: Option<PathBuf>,
    cache: Cache,
    threads: rayon::ThreadPool,
    interrupt: Interrupt,
}

/// The directories taken off and put before names in tracebacks.
#[derive(Clone, Copy, Default)]
struct Shown<'a> {
    /// Stands for the whole name at first.
    name: Option<&'a OsStr>,
    strip: Option<&'a OsStr>,
    prepend: Option<&'a OsStr>,
}

/// What one file gave: text to print, and whether all went well.
struct Report {
    text: String,
    success: bool,
}

impl<'a> Tasks<'a> {
    fn new(opts: &'a Opts, skip: Option<Regex>) -> io::Result<Tasks<'a>> {
        let levels: BTreeSet<i64> = opts.levels.iter().copied().collect();
        Ok(Tasks {
            opts,
            skip,
            levels: levels.into_iter().collect(),
            own_level: optimisation_level(),
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
            cache: Cache::from_environment(),
            threads: threads(usize::try_from(opts.workers).unwrap_or(1))?,
            interrupt: Interrupt::install()?,
        })
    }

    fn end(&self, success: bool) -> Outcome {
        if self.interrupt.is_keyboard() {
            if self.opts.quiet < 2 {
                say("\n[interrupted]\n")?;
            }
            return Ok(ExitCode::FAILURE);
        }
        self.interrupt.obey();
        Ok(ExitCode::from(u8::from(!success)))
    }

    /// One argument of the command line: a file, or else a directory; the inner error is an exception's text.
    fn destination(&self, path: &OsStr) -> io::Result<Result<bool, &'static str>> {
        let opts = self.opts;
        let pointless = opts.hardlink_dupes && self.levels.len() < 2;
        let (strip, prepend) = (opts.strip.as_deref(), opts.prepend.as_deref());
        if Path::new(path).is_file() {
            if pointless {
                return Ok(Err(POINTLESS_LINKS_ERROR));
            }
            let joined = opts.destination.as_ref().map(|folder| {
                let name = Path::new(path).file_name().unwrap_or_default();
                join(folder, name)
            });
            let name = joined.as_deref();
            let shown = Shown {
                name,
                strip,
                prepend,
            };
            let is_link = Path::new(path).is_symlink();
            return self
                .compile(&[Entry::file(path.into(), is_link)], shown)
                .map(Ok);
        }
        if opts.workers < 0 {
            return Ok(Err("ValueError: workers must be greater or equal to 0"));
        }
        let shown = match &opts.destination {
            Some(folder) => Shown {
                name: None,
                strip: Some(path),
                prepend: Some(folder),
            },
            None => Shown {
                name: None,
                strip,
                prepend,
            },
        };
        if pointless && !self.entries(Path::new(path)).iter().all(Entry::is_text) {
            return Ok(Err(POINTLESS_LINKS_ERROR));
        }
        self.folder(Path::new(path), shown).map(Ok)
    }

    /// `compile_dir`
    fn folder(&self, folder: &Path, shown: Shown<'_>) -> io::Result<bool> {
        self.compile(&self.entries(folder), shown)
    }

    fn entries(&self, folder: &Path) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.walk(folder.into(), self.max_levels, &mut entries);
        entries
    }

    /// `_walk_dir`: the files below a directory, sorted by name level by level.
    fn walk(&self, folder: PathBuf, levels: i64, entries: &mut Vec<Entry>) {
        let quiet = self.opts.quiet;
        if quiet == 0 {
            entries.push(Entry::Text(format!("Listing {}...\n", path_repr(&folder))));
        }
        let Ok(found) = fs::read_dir(&folder) else {
            if quiet < 2 {
                entries.push(Entry::Text(format!("Can't list {}\n", path_repr(&folder))));
            }
            return;
        };
        let named = |entry: fs::DirEntry| Some((entry.file_name(), entry.file_type().ok()?));
        let mut found: Vec<_> = found.flatten().filter_map(named).collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, kind) in found {
            if name == PYCACHE {
                continue;
            }
            let path = folder.join(name);
            // A link to a folder is neither entered nor a file.
            if kind.is_dir() {
                if levels > 0 {
                    self.walk(path, levels - 1, entries);
                }
            } else if !kind.is_symlink() || !path.is_dir() {
                entries.push(Entry::file(path, kind.is_symlink()));
            }
        }
    }

    /// Compiles the files, on as many threads as asked for, and prints in order.
    fn compile(&self, entries: &[Entry], shown: Shown<'_>) -> io::Result<bool> {
        let success = AtomicBool::new(true);
        let stopped = AtomicBool::new(false);
        let printer = InOrder::new(say);
        sweep(&self.target_folders(entries));
        self.threads.in_place_scope_fifo(|scope| {
            for (number, entry) in entries.iter().enumerate() {
                let (success, stopped, printer) = (&success, &stopped, &printer);
                scope.spawn_fifo(move |_| {
                    if stopped.load(Ordering::Relaxed) || self.interrupt.is_set() {
                        return;
                    }
                    let text = match entry {
                        Entry::Text(text) => text.clone(),
                        Entry::File { path, is_link } => {
                            let report = self.file(path, *is_link, shown);
                            if !report.success {
                                success.store(false, Ordering::Relaxed);
                            }
                            report.text
                        }
                    };
                    if !printer.tell(number, text) {
                        stopped.store(true, Ordering::Relaxed);
                    }
                });
            }
        });
        printer.finish()?;
        Ok(success.into_inner())
    }

    fn target_folders(&self, entries: &[Entry]) -> BTreeSet<PathBuf> {
        let targets = entries.iter().filter_map(|entry| match entry {
            Entry::Text(_) => None,
            Entry::File { path, .. } => {
                let target = is_source(path).then(|| self.target(path, 0))?;
                target.parent().map(Path::to_owned)
            }
        });
        targets.collect()
    }

    /// `compile_file`
    fn file(&self, path: &Path, is_link: bool, shown: Shown<'_>) -> Report {
        let full = path.as_os_str();
        let mut report = Report {
            text: String::new(),
            success: true,
        };
        let stripped = match shown.strip {
            Some(strip) => strip_parts(self.opts.python, full, strip),
            None => Ok(None),
        };
        let stripped = stripped.unwrap_or_else(|warning| {
            if self.opts.quiet < 2 {
                report.text = warning;
            }
            None
        });
        let skipped = self
            .skip
            .as_ref()
            .is_some_and(|skip| skip.is_match(&*full.to_string_lossy()).unwrap_or(false))
            || self
                .inside
                .as_ref()
                .is_some_and(|folder| is_link && leads_outside(path, folder));
        let Some(status) = fs::metadata(path)
            .ok()
            .filter(|_| !skipped && is_source(path))
        else {
            return report;
        };
        if !status.is_file() {
            return report;
        }
        let levels = self.levels.iter();
        let targets: Vec<PathBuf> = levels.map(|level| self.target(path, *level)).collect();
        if !self.opts.force && is_fresh(self.opts.python, &status, &targets) {
            return report;
        }
        let quiet = self.opts.quiet;
        if quiet == 0 {
            report
                .text
                .push_str(&format!("Compiling {}...\n", path_repr(path)));
        }
        let shown = shown_name(full, stripped, shown);
        if let Err(failure) = self.levels_of(path, &status, &targets, &shown) {
            report.success = false;
            match quiet {
                0 => report.text.push_str("*** "),
                1 => {
                    let line = format!("*** Error compiling {}...\n", path_repr(path));
                    report.text.push_str(&line);
                }
                2.. => return report,
            }
            if let Failure::Os(_) = failure {
                report.text.push_str(failure.class());
                report.text.push_str(": ");
            }
            report.text.push_str(&for_stdout(failure.text()));
            report.text.push('\n');
        }
        report
    }

    fn target(&self, path: &Path, level: i64) -> PathBuf {
        if self.opts.legacy {
            return legacy_path(path);
        }
        let level = if level < 0 { self.own_level } else { level };
        self.cache.path(path, self.opts.python, level)
    }

    /// Each level's file; equal neighbours become links of one.
    fn levels_of(
        &self,
        path: &Path,
        status: &fs::Metadata,
        targets: &[PathBuf],
        shown: &OsStr,
    ) -> Result<(), Failure> {
        let mut source = None;
        let mut previous: Option<(&PathBuf, Vec<u8>)> = None;
        for (level, cached) in self.levels.iter().zip(targets) {
            refuse_irregular(cached)?;
            let source = match &source {
                Some(source) => source,
                None => {
                    let read = Source::read_known(path, status)
                        .map_err(|error| Failure::os(&error, path))?;
                    &*source.insert(read)
                }
            };
            let bytes = Job {
                version: self.opts.python,
                shown,
                level: if *level == -1 {
                    self.own_level.min(2)
                } else {
                    *level
                },
                invalidation: self.invalidation,
                live: LiveStrings::CompileAll,
            }
            .pyc(source, warn_on_stderr)?;
            match &previous {
                Some((previous, before)) if self.opts.hardlink_dupes && *before == bytes => {
                    link(previous, cached).map_err(|error| Failure::os(&error, cached))?;
                }
                _ => put(cached, &bytes, source.mode())?,
            }
            previous = Some((cached, bytes));
        }
        Ok(())
    }
}

const POINTLESS_LINKS_ERROR: &str = "ValueError: Hardlinking of duplicated bytecode makes sense only for more than one optimization level";

/// Something to do, in the order in which it is told.
enum Entry {
    Text(String),
    File { path: PathBuf, is_link: bool },
}

impl Entry {
    fn file(path: PathBuf, is_link: bool) -> Entry {
        Entry::File { path, is_link }
    }

    fn is_text(&self) -> bool {
        matches!(self, Entry::Text(_))
    }
}

fn is_source(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b".py")
}

/// A name without the parts of `-s`; the error is what 3.13 says of a folder that is no prefix, and goes on.
///
/// Before 3.13, parts that are equal place by place are taken off, wherever the first equal part stands (`list.remove`).
fn strip_parts(version: Version, full: &OsStr, strip: &OsStr) -> Result<Option<OsString>, String> {
    let parts: Vec<&[u8]> = split(full).collect();
    let mut left = parts.clone();
    if Features::of(version).strips_true_prefix {
        let stripped: Vec<&[u8]> = split(strip).collect();
        match parts.strip_prefix(stripped.as_slice()) {
            Some(rest) => left = rest.to_vec(),
            None => {
                let (strip, full) = (path_repr(Path::new(strip)), path_repr(Path::new(full)));
                return Err(format!(
                    "The stripdir path {strip} is not a valid prefix for source path {full}; ignoring\n"
                ));
            }
        }
    } else {
        for (stripped, part) in split(strip).zip(&parts) {
            if stripped == *part
                && let Some(place) = left.iter().position(|other| *other == stripped)
            {
                left.remove(place);
            }
        }
    }
    Ok(Some(left.iter().fold(OsString::new(), |path, part| {
        join(&path, OsStr::from_bytes(part))
    })))
}

fn split(path: &OsStr) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().split(|byte| *byte == b'/')
}

/// The name for tracebacks.
fn shown_name(
    full: &OsStr,
    stripped: Option<OsString>,
    Shown { name, prepend, .. }: Shown<'_>,
) -> OsString {
    let shown = stripped.or_else(|| name.map(OsStr::to_owned));
    match prepend {
        Some(prepend) => join(prepend, shown.as_deref().unwrap_or(full)),
        None => shown.unwrap_or_else(|| full.to_owned()),
    }
}

/// `os.path.join` of two.
fn join(folder: &OsStr, name: &OsStr) -> OsString {
    Path::new(folder).join(name).into_os_string()
}

/// Whether every file starts as a timestamp .pyc of this source would; the size is not looked at.
fn is_fresh(version: Version, source: &fs::Metadata, targets: &[PathBuf]) -> bool {
    let validation = Validation::Timestamp {
        mtime: source.mtime() as u32,
        size: 0,
    };
    let header = Header::new(version, validation).to_bytes();
    targets.iter().all(|target| {
        let mut start = [0; 12];
        let read = fs::File::open(target).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && header.starts_with(&start)
    })
}

/// Whether a link points out of a folder.
fn leads_outside(path: &Path, folder: &Path) -> bool {
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(real), Ok(folder)) => !real
            .parent()
            .is_some_and(|parent| parent.starts_with(folder)),
        _ => true,
    }
}
