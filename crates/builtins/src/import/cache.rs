//! The import cache: code from a source file through its `.pyc` (PEP 3147, 488, 552), and from `.pyc` alone.

use super::{bootstrap, verbose};
use crate::compiling::{self, Request};
use crate::paths;
use crate::settings::CheckHash;
use hognose_bytecode::{CodeObject, Const, PyStr};
use hognose_object::code::Code;
use hognose_object::{PyResult, Raised, Ref, Rt, StrExt, Value};
use hognose_pyc::path::{Optimization, cache_name};
use hognose_pyc::{HEADER_LEN, Header, Validation, marshal, source_hash};
use hognose_version::Version;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A source file that is to be imported.
pub(crate) struct Source<'a> {
    /// The module's full name.
    pub name: &'a str,
    pub path: &'a Path,
}

/// The version whose caches are read and written.
const LEVEL: Version = Version::DEFAULT;

/// Where the source's cache lies, as the settings say (`cache_from_source`).
pub(crate) fn cache_path(rt: &Rt, source: &Path) -> PathBuf {
    let settings = crate::sys::settings(rt);
    let name = cache_name(source, LEVEL, Optimization::from_level(settings.optimize));
    let folder = source.parent().unwrap_or(Path::new(""));
    let prefix = crate::sys::get(rt, "pycache_prefix");
    let prefix = prefix
        .as_ref()
        .and_then(|p| p.downcast_ref())
        .map(paths::to_path);
    match prefix {
        Some(prefix) => {
            let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            let inside: PathBuf = absolute.components().skip(1).collect();
            prefix.join(inside).join(name)
        }
        None => folder.join("__pycache__").join(name),
    }
}

/// The code of a source file: from its cache if that is valid, else compiled and cached (`SourceLoader.get_code`).
pub(crate) fn load_code(rt: &Rt, source: &Source<'_>) -> PyResult<Ref<Code>> {
    let path = source.path;
    let shown = bootstrap::shown_file(rt, source.name, path);
    let raise_io = |e: io::Error| rt.os_error_from(&e, Some(&paths::from_path(rt, path)));
    let cache = cache_path(rt, path);
    let stat = fs::metadata(path).map_err(raise_io)?;
    let (mtime, size) = (stat.mtime(), stat.len());
    let mut bytes = None;
    let mut hash_mode = None;
    if let Ok(cached) = fs::read(&cache) {
        match check(rt, source, &cached, mtime, size, &mut bytes) {
            Ok(Checked::Valid) => {
                verbose(rt, 1, || {
                    format!("{} matches {}", cache.display(), path.display())
                });
                match code_of_pyc(rt, &cached, Some(&shown)) {
                    Ok(code) => {
                        verbose(rt, 1, || format!("code object from '{}'", cache.display()));
                        return Ok(code);
                    }
                    // A cache that cannot be read is no worse than none.
                    Err(problem) => verbose(rt, 1, || {
                        format!("bytecode of '{}' is corrupt: {problem}", source.name)
                    }),
                }
            }
            Ok(Checked::Stale(mode)) => hash_mode = mode,
            Err(io) => return Err(raise_io(io)),
        }
    }
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => fs::read(path).map_err(raise_io)?,
    };
    let filename = path.to_string_lossy().into_owned();
    let compiled = compiling::compile_module(rt, &bytes, &Request::module(filename))?;
    verbose(rt, 1, || format!("code object from {}", path.display()));
    let dont_write =
        crate::sys::get(rt, "dont_write_bytecode").is_some_and(|v| rt.truth(&v).unwrap_or(false));
    if !dont_write {
        let validation = match hash_mode {
            Some(true) => Validation::CheckedHash(source_hash(LEVEL, &bytes)),
            Some(false) => Validation::UncheckedHash(source_hash(LEVEL, &bytes)),
            None => Validation::Timestamp {
                mtime: mtime as u32,
                size: size as u32,
            },
        };
        let pyc = hognose_pyc::compiled_file(
            &Header::new(LEVEL, validation),
            &compiled.code,
            &marshal::Environment {
                identifiers: &compiled.identifiers,
                ..Default::default()
            },
        );
        // The cache can be read and written by whom the source can, and always be replaced by its owner (`_calc_mode`).
        let mode = (stat.permissions().mode() | 0o200) & 0o666;
        match crate::write::replace(&cache, &pyc, mode) {
            Ok(()) => verbose(rt, 1, || format!("wrote '{}'", cache.display())),
            Err(error) => verbose(rt, 1, || {
                format!("could not create '{}': {error}", cache.display())
            }),
        }
    }
    let object = Arc::new(compiled.code);
    Ok(named(rt, object, &shown))
}

/// Whether bytes begin with the magic number that we write.
fn has_own_magic(bytes: &[u8]) -> bool {
    let magic = LEVEL.release().map_or(0, |release| release.magic);
    let [low, high] = magic.to_le_bytes();
    bytes.starts_with(&[low, high, b'\r', b'\n'])
}

enum Checked {
    Valid,
    /// Not valid; the mode is that of a hash-based cache, which stays one.
    Stale(Option<bool>),
}

/// Whether a cache may be believed (`_classify_pyc`, `_validate_timestamp_pyc`, `_validate_hash_pyc`).
fn check(
    rt: &Rt,
    source: &Source<'_>,
    cached: &[u8],
    mtime: i64,
    size: u64,
    bytes: &mut Option<Vec<u8>>,
) -> io::Result<Checked> {
    let name = source.name;
    if !has_own_magic(cached) {
        verbose(rt, 1, || format!("bad magic number in '{name}'"));
        return Ok(Checked::Stale(None));
    }
    let header = match Header::read(cached) {
        Ok(header) => header,
        Err(_) if cached.len() < HEADER_LEN => {
            verbose(rt, 1, || {
                format!("reached EOF while reading pyc header of '{name}'")
            });
            return Ok(Checked::Stale(None));
        }
        Err(problem) => {
            verbose(rt, 1, || format!("bad header in '{name}': {problem}"));
            return Ok(Checked::Stale(None));
        }
    };
    match header.validation {
        Validation::Timestamp {
            mtime: own,
            size: own_size,
        } => {
            if own == mtime as u32 && own_size == size as u32 {
                return Ok(Checked::Valid);
            }
            verbose(rt, 1, || format!("bytecode is stale for '{name}'"));
            Ok(Checked::Stale(None))
        }
        Validation::CheckedHash(hash) | Validation::UncheckedHash(hash) => {
            let check = matches!(header.validation, Validation::CheckedHash(_));
            let must = match crate::sys::settings(rt).check_hash {
                CheckHash::Default => check,
                CheckHash::Always => true,
                CheckHash::Never => false,
            };
            if !must {
                return Ok(Checked::Valid);
            }
            let read = fs::read(source.path)?;
            let valid = source_hash(LEVEL, &read) == hash;
            *bytes = Some(read);
            if valid {
                return Ok(Checked::Valid);
            }
            verbose(rt, 1, || {
                format!("hash in bytecode doesn't match hash of source '{name}'")
            });
            Ok(Checked::Stale(Some(check)))
        }
    }
}

/// The code of a whole .pyc file's bytes, proven well-formed; of a cache, the file name becomes the source's.
/// `Err` says in a line what is wrong with it.
pub(crate) fn code_of_pyc(
    rt: &Rt,
    bytes: &[u8],
    filename: Option<&PyStr>,
) -> Result<Ref<Code>, String> {
    let code = read_code(rt, bytes, filename).map_err(|problem| problem.to_string())?;
    hognose_vm::check_code(&code)?;
    Ok(code)
}

fn read_code(
    rt: &Rt,
    bytes: &[u8],
    filename: Option<&PyStr>,
) -> Result<Ref<Code>, hognose_pyc::Error> {
    let marshalled = bytes.get(HEADER_LEN..).unwrap_or_default();
    let code = crate::unmarshal::code(rt, marshalled, filename.and_then(PyStr::as_str), None);
    let is_named = |code: &Ref<Code>| {
        let has = |name: &PyStr| {
            name.as_str()
                .is_some_and(|name| code.filename.is_text(name))
        };
        filename.is_none_or(has)
    };
    if let Some(code) = code.filter(is_named) {
        return Ok(code);
    }
    let tape = marshal::Tape::read(bytes, HEADER_LEN, LEVEL)?;
    let object = marshal::code_tree(&tape)?;
    Ok(match filename {
        Some(name) => named(rt, object, name),
        None => rt.code(object),
    })
}

/// The code with that `co_filename`.
pub(crate) fn named(rt: &Rt, object: Arc<CodeObject>, filename: &PyStr) -> Ref<Code> {
    rt.code(match object.filename == *filename {
        true => object,
        false => renamed(&object, filename),
    })
}

/// The tree with another `co_filename` where it had the root's (`_imp._fix_co_filename`).
fn renamed(code: &Arc<CodeObject>, filename: &PyStr) -> Arc<CodeObject> {
    fn walk(code: &CodeObject, old: &PyStr, new: &PyStr) -> Arc<CodeObject> {
        let mut copy = code.clone();
        if copy.filename == *old {
            copy.filename = new.clone();
        }
        for item in &mut copy.consts {
            if let Const::Code(inner) = item {
                *item = Const::Code(walk(inner, old, new));
            }
        }
        Arc::new(copy)
    }
    walk(code, &code.filename, filename)
}

/// The code of a .pyc without a source (`SourcelessFileLoader.get_code`); the name is for messages.
pub(crate) fn load_sourceless(rt: &Rt, name: &str, path: &Path) -> PyResult<Ref<Code>> {
    let shown = paths::from_path(rt, path);
    let bytes = fs::read(path).map_err(|e| rt.os_error_from(&e, Some(&shown)))?;
    let error = |message: String| -> Raised {
        let name: Value = rt.str(name).into_value();
        rt.import_error_for(&rt.types.import_error, &message, Some(&name), Some(&shown))
    };
    // In the order of `_classify_pyc`.
    if !has_own_magic(&bytes) {
        let magic = bytes_repr(bytes.get(..4).unwrap_or(&bytes));
        return Err(error(format!("bad magic number in '{name}': {magic}")));
    }
    if bytes.len() < HEADER_LEN {
        return Err(rt.eof_error(format!("reached EOF while reading pyc header of '{name}'")));
    }
    if let Err(problem) = Header::read(&bytes) {
        return Err(error(format!("bad header in '{name}': {problem}")));
    }
    let code = code_of_pyc(rt, &bytes, None)
        .map_err(|problem| error(format!("bad marshal data in '{name}': {problem}")))?;
    verbose(rt, 1, || format!("code object from '{}'", path.display()));
    Ok(code)
}

fn bytes_repr(bytes: &[u8]) -> String {
    let mut out = String::new();
    hognose_source::repr::write_bytes(&mut out, bytes);
    out
}
