//! Where a source's .pyc lies; `importlib.util.cache_from_source` and its inverse.

use hognose_version::Version;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The folder beside the sources.
pub const PYCACHE: &str = "__pycache__";

/// The `.opt-N` part of a name: none for level 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Optimization<'a> {
    None,
    /// Letters and digits, such as `1`.
    Level(&'a str),
}

impl Optimization<'static> {
    /// That of `-O` given this many times.
    pub const fn from_level(level: u8) -> Optimization<'static> {
        match level {
            0 => Optimization::None,
            1 => Optimization::Level("1"),
            2.. => Optimization::Level("2"),
        }
    }
}

/// `folder/name.py` to `folder/__pycache__/name.cpython-312.opt-1.pyc`.
pub fn cache_from_source(
    source: &Path,
    version: Version,
    optimization: Optimization<'_>,
) -> PathBuf {
    let folder = source.parent().unwrap_or(Path::new(""));
    folder
        .join(PYCACHE)
        .join(cache_name(source, version, optimization))
}

/// The file name of [`cache_from_source`].
pub fn cache_name(source: &Path, version: Version, optimization: Optimization<'_>) -> OsString {
    // A name without a dot stands as it is; one that starts with its only dot loses it (rpartition).
    let name = source.file_name().unwrap_or(OsStr::new(""));
    let (base, dot) = match (source.file_stem(), source.extension()) {
        (Some(stem), Some(_)) => (stem.to_owned(), true),
        _ => match name.as_encoded_bytes().strip_prefix(b".") {
            Some(rest) if !rest.is_empty() => (OsStr::from_bytes(rest).to_owned(), true),
            _ => (name.to_owned(), false),
        },
    };
    let mut out = base;
    if dot {
        out.push(".");
    }
    out.push(version.cache_tag());
    if let Optimization::Level(level) = optimization {
        out.push(".opt-");
        out.push(level);
    }
    out.push(".pyc");
    out
}

/// `folder/name.pyc`: the place that is imported without a source.
pub fn legacy_path(source: &Path) -> PathBuf {
    let mut path = source.as_os_str().to_owned();
    path.push("c");
    PathBuf::from(path)
}

/// The source a file in `__pycache__` belongs to, if its name has the right form.
pub fn source_from_cache(cached: &Path) -> Option<PathBuf> {
    let folder = cached.parent()?;
    if folder.file_name()? != PYCACHE {
        return None;
    }
    // Names need not be UTF-8.
    let name = cached.file_name()?.as_bytes().strip_suffix(b".pyc")?;
    let (rest, last) = split_at_last_dot(name)?;
    let base = match last.strip_prefix(b"opt-") {
        Some(level) => {
            if level.is_empty() || !level.iter().all(u8::is_ascii_alphanumeric) {
                return None;
            }
            split_at_last_dot(rest)?.0
        }
        None => rest,
    };
    let mut source = OsStr::from_bytes(base).to_owned();
    source.push(".py");
    Some(folder.parent()?.join(source))
}

fn split_at_last_dot(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    Some((name.get(..dot)?, name.get(dot + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cpythons() {
        let version = Version::DEFAULT;
        let cached = |path: &str, level| {
            let path = cache_from_source(Path::new(path), version, Optimization::from_level(level));
            path.to_string_lossy().into_owned()
        };
        assert_eq!(cached("a/b.py", 0), "a/__pycache__/b.cpython-312.pyc");
        assert_eq!(cached("b.py", 1), "__pycache__/b.cpython-312.opt-1.pyc");
        assert_eq!(
            cached("/x/b.c.py", 2),
            "/x/__pycache__/b.c.cpython-312.opt-2.pyc"
        );
        assert_eq!(cached("b", 0), "__pycache__/bcpython-312.pyc");
    }

    #[test]
    fn sources_are_found_again() {
        for (cached, source) in [
            ("a/__pycache__/b.cpython-312.pyc", Some("a/b.py")),
            ("a/__pycache__/b.cpython-312.opt-1.pyc", Some("a/b.py")),
            ("a/b.cpython-312.pyc", None),
            ("a/__pycache__/b.pyc", None),
            ("a/__pycache__/b.cpython-312.opt-.pyc", None),
        ] {
            assert_eq!(
                source_from_cache(Path::new(cached)),
                source.map(PathBuf::from),
                "{cached}"
            );
        }
    }
}
