//! One source file to one .pyc file, as `py_compile.compile` does it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hognose_compile::{CompileError, Warning};
use hognose_parser::SyntaxErrorKind;
use hognose_parser::render::format_exception_only;
use hognose_pyc::marshal::{Environment, LiveStrings};
use hognose_pyc::{Header, Validation, compiled_file, source_hash};
use hognose_version::Version;

/// How a .pyc is to be checked against its source; `py_compile.PycInvalidationMode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Invalidation {
    CheckedHash,
    Timestamp,
    UncheckedHash,
}

impl Invalidation {
    /// That of `py_compile`: hashes where builds must be reproducible.
    pub fn from_environment() -> Invalidation {
        match std::env::var_os("SOURCE_DATE_EPOCH") {
            Some(epoch) if !epoch.is_empty() => Invalidation::CheckedHash,
            _ => Invalidation::Timestamp,
        }
    }
}

/// Why there is no .pyc.
pub enum Failure {
    /// The text of `PyCompileError.msg`.
    Compile(String),
    Os(OsFailure),
}

/// An `OSError`.
pub struct OsFailure {
    pub class: &'static str,
    /// `str(error)`
    pub text: String,
}

/// What to compile and how.
pub struct Job<'a> {
    pub source: &'a Path,
    pub cached: &'a Path,
    /// The name in tracebacks.
    pub shown: &'a str,
    pub optimise: u8,
    pub invalidation: Invalidation,
    pub live: LiveStrings,
}

/// Compiles and writes; on failure no file is touched.
///
/// Needs a thread with [`hognose_compile::STACK_SIZE`] bytes of stack.
pub fn compile_file(job: &Job<'_>) -> Result<(), Failure> {
    refuse_irregular(job.cached)?;
    let source = fs::read(job.source).map_err(|error| os(&error, Some(job.source)))?;
    let options = hognose_compile::Options {
        filename: job.shown.to_owned(),
        optimise: job.optimise,
        ..hognose_compile::Options::default()
    };
    let compiled = hognose_compile::compile_source_here(&source, &options)
        .map_err(|error| Failure::Compile(message(&error, job.shown, &source)))?;
    show_warnings(&compiled.warnings, job.shown, &source);
    let status = fs::metadata(job.source).map_err(|error| os(&error, Some(job.source)))?;
    let version = Version::DEFAULT;
    let validation = match job.invalidation {
        Invalidation::Timestamp => Validation::Timestamp {
            mtime: status.mtime() as u32,
            size: status.size() as u32,
        },
        Invalidation::CheckedHash => Validation::CheckedHash(source_hash(version, &source)),
        Invalidation::UncheckedHash => Validation::UncheckedHash(source_hash(version, &source)),
    };
    let environment = Environment {
        live: job.live,
        ..Environment::default()
    };
    let bytes = compiled_file(
        &Header::new(version, validation),
        &compiled.code,
        &environment,
    );
    if let Some(folder) = job
        .cached
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|error| os(&error, Some(folder)))?;
    }
    // `_calc_mode`: that of the source, writable by its owner.
    let mode = (status.mode() | 0o200) & 0o666;
    write_atomically(job.cached, &bytes, mode)
}

/// Prints warnings as module `warnings` does, each once for a line.
fn show_warnings(warnings: &[Warning], shown: &str, source: &[u8]) {
    let mut text = String::new();
    // `linecache` looks the line up in the file of that name, which `-d` and `-p` may make up.
    let is_findable = !warnings.is_empty() && Path::new(shown).is_file();
    for (at, Warning { message, loc }) in warnings.iter().enumerate() {
        let mut earlier = warnings.iter().take(at);
        if earlier.any(|other| other.message == *message && other.loc.line == loc.line) {
            continue;
        }
        text.push_str(&format!("{shown}:{}: SyntaxWarning: {message}\n", loc.line));
        let line = source_line(source, loc.line.max(0) as u32);
        if let Some(line) = line.filter(|_| is_findable) {
            text.push_str(&format!("  {}\n", line.trim()));
        }
    }
    // A warning that cannot be shown stops nothing.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Renaming would replace what is no plain file.
fn refuse_irregular(cached: &Path) -> Result<(), Failure> {
    let Ok(status) = fs::symlink_metadata(cached) else {
        return Ok(());
    };
    let what = if status.is_symlink() {
        "is a symlink and will be changed into a regular file if import writes a byte-compiled file to it"
    } else if !status.is_file() {
        "is a non-regular file and will be changed into a regular one if import writes a byte-compiled file to it"
    } else {
        return Ok(());
    };
    let text = format!("{} {what}", cached.display());
    Err(Failure::Os(OsFailure {
        class: "FileExistsError",
        text,
    }))
}

/// Writes beside the file and renames, so that readers see the old file or the whole new one.
fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{number}", std::process::id()));
    let temporary = PathBuf::from(name);
    let written = create(&temporary, mode)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // It may never have come to be.
        let _ = fs::remove_file(&temporary);
        os(&error, Some(path))
    })
}

fn create(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

/// An `OSError` as Python shows it.
pub fn os(error: &io::Error, path: Option<&Path>) -> Failure {
    let number = error.raw_os_error().unwrap_or(0);
    let class = match number {
        libc::ENOENT => "FileNotFoundError",
        libc::EACCES | libc::EPERM => "PermissionError",
        libc::EEXIST => "FileExistsError",
        libc::EISDIR => "IsADirectoryError",
        libc::ENOTDIR => "NotADirectoryError",
        libc::EINTR => "InterruptedError",
        _ => "OSError",
    };
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    let mut text = format!("[Errno {number}] {words}");
    if let Some(path) = path {
        text.push_str(": ");
        text.push_str(&path_repr(path));
    }
    Failure::Os(OsFailure { class, text })
}

/// `repr` of a path.
pub fn path_repr(path: &Path) -> String {
    let mut text = String::new();
    hognose_source::repr::write_str(&mut text, path.to_string_lossy().as_bytes());
    text
}

/// `PyCompileError.msg`
fn message(error: &CompileError, shown: &str, source: &[u8]) -> String {
    let mut raised = error.raised(source);
    // CPython looks up the line of a compiler's error in the file of that name.
    if matches!(error, CompileError::Syntax(_)) && fs::metadata(shown).is_err() {
        raised.text = None;
    }
    if raised.kind == SyntaxErrorKind::Syntax {
        return format_exception_only(&raised, shown);
    }
    // All other classes are told by their `str` alone.
    let file = Path::new(shown)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let (name, message, line) = (raised.kind.name(), &raised.message, raised.line);
    if raised.has_place() {
        format!("Sorry: {name}: {message} ({file}, line {line})")
    } else {
        format!("Sorry: {name}: {message}")
    }
}

fn source_line(source: &[u8], line: u32) -> Option<String> {
    let decoded = hognose_tokens::decode(source).ok()?;
    let found = decoded.text.lines().nth((line as usize).checked_sub(1)?)?;
    Some(format!("{found}\n"))
}
