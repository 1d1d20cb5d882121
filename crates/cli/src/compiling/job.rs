//! One source file to one .pyc file, as `py_compile.compile` does it.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use hognose_bytecode::PyStr;
use hognose_compile::{CompileError, Warning};
use hognose_parser::render::format_exception_only;
use hognose_parser::{SyntaxError, SyntaxErrorKind};
use hognose_pyc::marshal::{Environment, LiveStrings, TOO_DEEP, nests_too_deep};
use hognose_pyc::{Header, Validation, compiled_file, source_hash};
use hognose_version::Version;

use super::environment;
use super::os_error::OsFailure;
use hognose_builtins::write::replace;

/// How a .pyc is to be checked against its source; `py_compile.PycInvalidationMode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Invalidation {
    /// By a hash of the source, at each import
    CheckedHash,
    /// By the source's time and size
    Timestamp,
    /// Not at all
    UncheckedHash,
}

impl Invalidation {
    /// That of `py_compile`: hashes where builds must be reproducible.
    pub fn from_environment() -> Invalidation {
        match environment::variable("SOURCE_DATE_EPOCH") {
            Some(_) => Invalidation::CheckedHash,
            None => Invalidation::Timestamp,
        }
    }
}

/// Why there is no .pyc.
pub enum Failure {
    Compile(Refusal),
    Os(OsFailure),
}

/// Why a source does not compile.
pub struct Refusal {
    pub class: &'static str,
    pub message: String,
    pub line: Option<u32>,
    /// Characters from 1.
    pub column: Option<i32>,
    /// `PyCompileError.msg`
    pub text: String,
}

impl Failure {
    /// The exception's class.
    pub fn class(&self) -> &'static str {
        match self {
            Failure::Compile(refusal) => refusal.class,
            Failure::Os(failure) => failure.class,
        }
    }

    /// What `py_compile` prints.
    pub fn text(&self) -> &str {
        match self {
            Failure::Compile(refusal) => &refusal.text,
            Failure::Os(failure) => &failure.text,
        }
    }

    /// The system's refusal.
    pub fn os(error: &io::Error, path: &Path) -> Failure {
        Failure::Os(OsFailure::new(error, Some(path)))
    }
}

/// A source as it was read.
pub struct Source {
    pub bytes: Vec<u8>,
    mtime: i64,
    size: u64,
    mode: u32,
}

impl Source {
    /// Reads a file; what it says of itself is asked first, so that a change meanwhile makes the .pyc stale.
    pub fn read(path: &Path) -> io::Result<Source> {
        let file = File::open(path)?;
        let status = file.metadata()?;
        Source::read_open(file, &status)
    }

    /// Reads a file of which is known what it says of itself.
    pub fn read_known(path: &Path, status: &Metadata) -> io::Result<Source> {
        Source::read_open(File::open(path)?, status)
    }

    /// One system call as a rule; `read_to_end` would ask for the size, the place and the end too.
    fn read_open(mut file: File, status: &Metadata) -> io::Result<Source> {
        let size = usize::try_from(status.size()).unwrap_or(0);
        let mut bytes = Vec::new();
        if size > 0 {
            bytes.resize(size, 0);
            let mut filled = 0;
            while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                match file.read(rest) {
                    Ok(0) => break,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            bytes.truncate(filled);
        } else {
            // A file that does not know its size.
            file.read_to_end(&mut bytes)?;
        }
        Ok(Source {
            bytes,
            mtime: status.mtime(),
            size: status.size(),
            mode: status.mode(),
        })
    }

    /// A source that is no file, such as standard input.
    pub fn from_bytes(bytes: Vec<u8>) -> Source {
        Source {
            size: bytes.len() as u64,
            bytes,
            mtime: 0,
            mode: 0o644,
        }
    }

    /// `_calc_mode`: that of the source, writable by its owner.
    pub fn mode(&self) -> u32 {
        (self.mode | 0o200) & 0o666
    }

    /// What a .pyc of it starts with.
    pub fn header(&self, version: Version, invalidation: Invalidation) -> Header {
        let validation = match invalidation {
            Invalidation::Timestamp => Validation::Timestamp {
                mtime: self.mtime as u32,
                size: self.size as u32,
            },
            Invalidation::CheckedHash => Validation::CheckedHash(source_hash(version, &self.bytes)),
            Invalidation::UncheckedHash => {
                Validation::UncheckedHash(source_hash(version, &self.bytes))
            }
        };
        Header::new(version, validation)
    }
}

/// How to compile.
pub struct Job<'a> {
    pub version: Version,
    /// The name in tracebacks.
    pub shown: &'a OsStr,
    /// `compile()`'s `optimize`: 0 to 2.
    pub level: i64,
    pub invalidation: Invalidation,
    pub live: LiveStrings,
}

impl Job<'_> {
    /// The .pyc file of a source; `warn` is told what module `warnings` would print.
    ///
    /// Needs a thread with [`hognose_compile::STACK_SIZE`] bytes of stack.
    pub fn pyc(&self, source: &Source, warn: impl Fn(&str)) -> Result<Vec<u8>, Failure> {
        let Some(optimise) = u8::try_from(self.level).ok().filter(|level| *level <= 2) else {
            let message = "compile(): invalid optimize value".to_owned();
            let raised = SyntaxError::placeless(SyntaxErrorKind::Value, message);
            return Err(Failure::Compile(refusal(raised, self.shown)));
        };
        let options = hognose_compile::Options {
            filename: PyStr::from_os(self.shown),
            optimise,
            version: self.version,
            ..hognose_compile::Options::default()
        };
        let compiled = hognose_compile::compile_source_here(&source.bytes, &options)
            .map_err(|error| Failure::Compile(self.refusal(&error, &source.bytes)))?;
        let warnings = warnings(&compiled.warnings, self.shown, &source.bytes);
        if !warnings.is_empty() {
            warn(&warnings);
        }
        if nests_too_deep(&compiled.code) {
            let raised = SyntaxError::placeless(SyntaxErrorKind::Value, TOO_DEEP.to_owned());
            return Err(Failure::Compile(refusal(raised, self.shown)));
        }
        let environment = Environment {
            version: self.version,
            live: self.live,
            identifiers: &compiled.identifiers,
        };
        let header = source.header(self.version, self.invalidation);
        Ok(compiled_file(&header, &compiled.code, &environment))
    }

    fn refusal(&self, error: &CompileError, source: &[u8]) -> Refusal {
        let mut raised = error.raised(source);
        // CPython looks up the line of a compiler's error in the file of that name.
        if matches!(error, CompileError::Syntax(_)) && fs::metadata(self.shown).is_err() {
            raised.text = None;
        }
        refusal(raised, self.shown)
    }
}

/// Compiles a file and puts the result in place; on failure no file is touched.
pub fn compile_file(path: &Path, cached: &Path, job: &Job<'_>) -> Result<(), Failure> {
    refuse_irregular(cached)?;
    let source = Source::read(path).map_err(|error| Failure::os(&error, path))?;
    let bytes = job.pyc(&source, warn_on_stderr)?;
    put(cached, &bytes, source.mode())
}

/// Puts a .pyc in place, in one step.
pub fn put(cached: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    replace(cached, bytes, mode).map_err(|error| {
        // Where its folder cannot be made, Python names that.
        let folder = cached.parent().filter(|folder| !folder.exists());
        Failure::os(&error, folder.unwrap_or(cached))
    })
}

/// Refuses to put a file in the place of what is no plain file.
pub fn refuse_irregular(cached: &Path) -> Result<(), Failure> {
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

/// A refusal with `PyCompileError.msg`.
fn refusal(raised: SyntaxError, shown: &OsStr) -> Refusal {
    Refusal {
        text: message(&raised, &shown.to_string_lossy()),
        class: raised.kind.name(),
        line: raised.has_place().then_some(raised.line),
        column: raised.col.filter(|column| *column > 0),
        message: raised.message,
    }
}

fn message(raised: &SyntaxError, shown: &str) -> String {
    if raised.kind == SyntaxErrorKind::Syntax {
        return format_exception_only(raised, shown);
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

/// Where warnings go as a rule; one that cannot be shown stops nothing.
pub fn warn_on_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Warnings as module `warnings` prints them, each once for a line.
fn warnings(warnings: &[Warning], shown: &OsStr, source: &[u8]) -> String {
    let mut text = String::new();
    // `linecache` looks the line up in the file of that name, which `-d` and `-p` may make up.
    let is_findable = !warnings.is_empty() && Path::new(shown).is_file();
    for (at, Warning { message, loc }) in warnings.iter().enumerate() {
        let mut earlier = warnings.iter().take(at);
        if earlier.any(|other| other.message == *message && other.loc.line == loc.line) {
            continue;
        }
        let (shown, line) = (shown.display(), loc.line);
        text.push_str(&format!("{shown}:{line}: SyntaxWarning: {message}\n"));
        let line = source_line(source, loc.line.max(0) as u32);
        if let Some(line) = line.filter(|_| is_findable) {
            text.push_str(&format!("  {}\n", line.trim()));
        }
    }
    text
}

fn source_line(source: &[u8], line: u32) -> Option<String> {
    let decoded = hognose_tokens::decode(source).ok()?;
    let found = decoded.text.lines().nth((line as usize).checked_sub(1)?)?;
    Some(format!("{found}\n"))
}
