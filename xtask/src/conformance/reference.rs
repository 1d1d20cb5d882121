//! What CPython makes of a tree, kept between runs.
//!
//! The reference is a fresh `python -m py_compile FILE`. One process per file would cost minutes, so the files go through one
//! `python -m py_compile -`; strings that the compiler leaves behind die with each code object, and the few files where the
//! process still shows in the bytes are asked again one by one (see [`Reference::fresh`]).

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hognose_pyc::{Header, Validation};
use hognose_version::Version;

use crate::Result;

/// Where the header of a .pyc ends.
const HEADER: usize = 16;

/// A CPython and the folder of what it compiled.
pub struct Reference {
    python: PathBuf,
    pub version: Version,
    optimize: u8,
    pub mode: Mode,
    cache: PathBuf,
    tag: String,
}

/// How a .pyc is checked against its source; `py_compile.PycInvalidationMode`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Timestamp,
    CheckedHash,
    UncheckedHash,
}

/// Does what `python -m py_compile` does for names on stdin; that cannot be told to leave hashes unchecked.
const UNCHECKED: &str = "\
import py_compile, sys
for name in sys.stdin:
    try:
        py_compile.compile(name.rstrip('\\n'), doraise=True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError as error:
        sys.exit(error.msg)
";

/// What CPython says of one file.
pub enum Verdict {
    Compiled(Vec<u8>),
    Refused(String),
}

impl Reference {
    /// Asks that CPython what it is.
    pub fn new(python: &Path, optimize: u8, mode: Mode) -> Result<Reference> {
        let probe =
            "import sys; print(sys.implementation.cache_tag, '%d.%d.%d' % sys.version_info[:3])";
        let output = Command::new(python).args(["-I", "-c", probe]).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = text.split_whitespace();
        let (Some(tag), Some(version)) = (words.next(), words.next()) else {
            return Err(format!("{} is no CPython", python.display()).into());
        };
        let folder = match mode {
            Mode::Timestamp => version.to_owned(),
            Mode::CheckedHash => format!("{version}-checked"),
            Mode::UncheckedHash => format!("{version}-unchecked"),
        };
        let cache = std::env::temp_dir()
            .join("hognose-conformance")
            .join(folder);
        Ok(Reference {
            python: python.to_owned(),
            version: exact(version)?,
            optimize,
            mode,
            cache,
            tag: tag.to_owned(),
        })
    }

    /// Compiles those files that were not compiled since they changed.
    pub fn prepare(&self, files: &[PathBuf]) -> Result {
        let mut waiting: Vec<&PathBuf> = files.iter().filter(|file| !self.is_known(file)).collect();
        while !waiting.is_empty() {
            let message = self.compile(&self.cache, &waiting)?;
            // The process ends at the first file it refuses.
            match waiting.iter().position(|file| !self.is_known(file)) {
                Some(refused) => {
                    self.note_refusal(waiting[refused], &message)?;
                    waiting.drain(..=refused);
                }
                None => waiting.clear(),
            }
        }
        Ok(())
    }

    /// What CPython made of a file.
    pub fn verdict(&self, file: &Path) -> Result<Verdict> {
        let pyc = self.pyc_path(&self.cache, file);
        if let Ok(bytes) = fs::read(&pyc) {
            return Ok(Verdict::Compiled(bytes));
        }
        Ok(Verdict::Refused(fs::read_to_string(refusal_path(&pyc))?))
    }

    /// What a process that sees no other file makes of it.
    pub fn fresh(&self, file: &Path) -> Result<Vec<u8>> {
        let cache = self.cache.join("fresh");
        self.compile(&cache, &[&file.to_owned()])?;
        let bytes = fs::read(self.pyc_path(&cache, file))?;
        fs::write(self.pyc_path(&self.cache, file), &bytes)?;
        Ok(bytes)
    }

    fn command(&self, cache: &Path) -> Command {
        let mut command = Command::new(&self.python);
        command
            .env("PYTHONPYCACHEPREFIX", cache)
            .env_remove("SOURCE_DATE_EPOCH")
            .env_remove("PYTHONHASHSEED");
        match self.optimize {
            0 => &mut command,
            1 => command.arg("-O"),
            _ => command.arg("-OO"),
        };
        match self.mode {
            Mode::Timestamp => command.args(["-m", "py_compile", "-"]),
            Mode::CheckedHash => {
                command
                    .env("SOURCE_DATE_EPOCH", "0")
                    .args(["-m", "py_compile", "-"])
            }
            Mode::UncheckedHash => command.args(["-c", UNCHECKED]),
        };
        command
    }

    /// Compiles files in order up to the first that is refused; gives CPython's message.
    fn compile(&self, cache: &Path, files: &[&PathBuf]) -> Result<String> {
        let mut child = self
            .command(cache)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut list = String::new();
        for file in files {
            list.push_str(file.to_str().ok_or("a path that is no UTF-8")?);
            list.push('\n');
        }
        if let Some(mut input) = child.stdin.take() {
            input.write_all(list.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn note_refusal(&self, file: &Path, message: &str) -> Result {
        let path = refusal_path(&self.pyc_path(&self.cache, file));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, message)?;
        Ok(())
    }

    /// Whether the cache holds an answer newer than the file.
    fn is_known(&self, file: &Path) -> bool {
        let pyc = self.pyc_path(&self.cache, file);
        let Ok(source) = fs::metadata(file) else {
            return false;
        };
        if let Ok(bytes) = fs::read(&pyc)
            && let Some(header) = bytes.get(..HEADER)
        {
            if self.mode == Mode::Timestamp {
                let expected = Header::new(self.version, timestamp(&source)).to_bytes();
                return *header == expected;
            }
            let compiled = fs::metadata(&pyc).and_then(|pyc| pyc.modified()).ok();
            return compiled > source.modified().ok();
        }
        let modified = |metadata: fs::Metadata| metadata.modified().ok();
        fs::metadata(refusal_path(&pyc)).ok().and_then(modified) > modified(source)
    }

    fn pyc_path(&self, cache: &Path, file: &Path) -> PathBuf {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let optimized = if self.optimize == 0 {
            String::new()
        } else {
            format!(".opt-{}", self.optimize)
        };
        let folder = file.parent().unwrap_or(file);
        let folder = folder.strip_prefix("/").unwrap_or(folder);
        cache
            .join(folder)
            .join(format!("{stem}.{}{optimized}.pyc", self.tag))
    }
}

/// The version of that CPython, which must be one of ours to the last digit: patch releases differ.
fn exact(text: &str) -> Result<Version> {
    let version: Version = text.parse()?;
    if version.to_string() == text {
        Ok(version)
    } else {
        Err(format!("Python {text} is compared as {version}, which it is not").into())
    }
}

/// What a timestamp header says of the source.
pub fn timestamp(source: &fs::Metadata) -> Validation {
    let modified = source
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    Validation::Timestamp {
        mtime: modified.map_or(0, |time| time.as_secs()) as u32,
        size: source.len() as u32,
    }
}

fn refusal_path(pyc: &Path) -> PathBuf {
    pyc.with_extension("refused")
}
