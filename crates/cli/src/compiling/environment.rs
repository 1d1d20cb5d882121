//! What the environment asks of a Python that compiles.

use std::borrow::Cow;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hognose_pyc::path::{Optimization, cache_from_source, cache_name};
use hognose_version::Version;

/// Python's own optimisation level, `-O` or `PYTHONOPTIMIZE`: no number counts as 1.
pub fn optimisation_level() -> i64 {
    let Some(level) = variable("PYTHONOPTIMIZE") else {
        return 0;
    };
    let level = level.to_str().and_then(|level| level.parse().ok());
    level.filter(|level| *level >= 0).unwrap_or(1)
}

/// Escapes what Python's standard output has no room for, as `backslashreplace` does: `PYTHONIOENCODING` may narrow it.
pub fn for_stdout(text: &str) -> Cow<'_, str> {
    let encoding = variable("PYTHONIOENCODING").unwrap_or_default();
    let encoding = encoding.to_string_lossy().to_lowercase();
    let last = match encoding.split(':').next().unwrap_or_default() {
        "ascii" | "us-ascii" | "646" => '\x7f',
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" => '\u{ff}',
        _ => char::MAX,
    };
    if text.chars().all(|char| char <= last) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match u32::from(char) {
            _ if char <= last => escaped.push(char),
            code @ 0..=0xff => escaped.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..=0xffff => escaped.push_str(&format!("\\u{code:04x}")),
            code => escaped.push_str(&format!("\\U{code:08x}")),
        }
    }
    escaped.into()
}

/// A variable that is set and not empty, as Python's own variables must be.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Where .pyc files lie: beside their sources, or below `PYTHONPYCACHEPREFIX`.
pub struct Cache {
    prefix: Option<(PathBuf, PathBuf)>,
}

impl Cache {
    pub fn from_environment() -> Cache {
        let folder = || env::current_dir().unwrap_or_default();
        Cache {
            prefix: variable("PYTHONPYCACHEPREFIX").map(|prefix| (prefix.into(), folder())),
        }
    }

    /// `importlib.util.cache_from_source`
    pub fn path(&self, source: &Path, version: Version, level: i64) -> PathBuf {
        let text = level.to_string();
        let optimization = match level {
            0 => Optimization::None,
            _ => Optimization::Level(&text),
        };
        let Some((prefix, current)) = &self.prefix else {
            return cache_from_source(source, version, optimization);
        };
        let folder = current.join(source.parent().unwrap_or(Path::new("")));
        let below = folder.strip_prefix("/").unwrap_or(&folder);
        prefix
            .join(below)
            .join(cache_name(source, version, optimization))
    }
}
