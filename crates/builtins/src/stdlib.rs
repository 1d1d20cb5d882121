//! Finding CPython 3.12's standard library: packed into the executable, or on the machine.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why no standard library is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StdlibError {
    /// The folder that was asked for is not one.
    NotOne(PathBuf),
    /// None was found anywhere.
    NotFound,
}

impl fmt::Display for StdlibError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StdlibError::NotOne(path) => {
                write!(f, "{} is not a Python 3.12 standard library (it has no os.py)", path.display())
            }
            StdlibError::NotFound => f.write_str(
                "no Python 3.12 standard library was found; install Python 3.12 (pyenv install 3.12, \
                 uv python install 3.12, or your system's package), or name its folder with --stdlib DIR or HOGNOSE_STDLIB",
            ),
        }
    }
}

impl std::error::Error for StdlibError {}

fn is_stdlib(folder: &Path) -> bool {
    folder.join("os.py").is_file() && folder.join("importlib").is_dir()
}

/// The standard library's place on `sys.path`: the folder asked for, `HOGNOSE_STDLIB`, the executable itself if it
/// carries one (`cargo xtask pack-stdlib`), `python3.12` on the path, pyenv, uv, and the usual prefixes, in this order.
pub fn find_stdlib(asked: Option<&Path>, environment: bool) -> Result<PathBuf, StdlibError> {
    let named = asked.map(Path::to_owned).or_else(|| {
        environment
            .then(|| env::var_os("HOGNOSE_STDLIB"))
            .flatten()
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    });
    if let Some(folder) = named {
        return if is_stdlib(&folder) {
            Ok(folder)
        } else {
            Err(StdlibError::NotOne(folder))
        };
    }
    packed()
        .or_else(on_path)
        .or_else(in_version_managers)
        .or_else(in_prefixes)
        .ok_or(StdlibError::NotFound)
}

/// This executable, if a library stands behind it as a zip file.
fn packed() -> Option<PathBuf> {
    env::current_exe()
        .ok()
        .filter(|own| crate::import::is_plain_zip(own))
}

/// Set for a `python3.12` that is asked where its library is.
const ASKING: &str = "HOGNOSE_ASKS_FOR_STDLIB";

/// Beside a `python3.12` on the path: `bin/python3.12` has its library in `lib/python3.12`.
fn on_path() -> Option<PathBuf> {
    // In a virtual environment of ours `python3.12` is this executable: it must not ask itself, nor a copy of it on and on.
    let own = env::current_exe().and_then(|own| own.canonicalize()).ok();
    let is_asked = env::var_os(ASKING).is_some();
    for folder in env::split_paths(&env::var_os("PATH")?) {
        // A version manager's shim is a slow script; its installations are looked at directly below.
        if folder.ends_with("shims") {
            continue;
        }
        let program = folder.join("python3.12");
        if !program.is_file() {
            continue;
        }
        let real = program.canonicalize().unwrap_or_else(|_| program.clone());
        let beside = real
            .parent()
            .and_then(Path::parent)
            .map(|p| p.join("lib/python3.12"));
        if let Some(found) = beside.filter(|p| is_stdlib(p)) {
            return Some(found);
        }
        if is_asked || own.as_ref() == Some(&real) {
            continue;
        }
        // A shim or wrapper tells by itself.
        let told = Command::new(&program)
            .args([
                "-I",
                "-S",
                "-c",
                "import os; print(os.path.dirname(os.__file__))",
            ])
            .env(ASKING, "1")
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|o| o.status.success())
            .and_then(|o| String::from_utf8(o.stdout).ok());
        if let Some(found) = told
            .map(|t| PathBuf::from(t.trim()))
            .filter(|p| is_stdlib(p))
        {
            return Some(found);
        }
    }
    None
}

fn in_version_managers() -> Option<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from)?;
    let pyenv = env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let uv = env::var_os("UV_PYTHON_INSTALL_DIR")
        .map_or_else(|| home.join(".local/share/uv/python"), PathBuf::from);
    [(pyenv.join("versions"), "3.12."), (uv, "cpython-3.12.")]
        .into_iter()
        .find_map(|(folder, prefix)| newest(&folder, prefix))
}

/// The library of the newest patch release among a folder's installations.
fn newest(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let patch: String = name
                .strip_prefix(prefix)?
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let library = entry.path().join("lib/python3.12");
            is_stdlib(&library).then_some((patch.parse().ok()?, library))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, library)| library)
}

fn in_prefixes() -> Option<PathBuf> {
    ["/usr/local", "/usr", "/opt/homebrew", "/opt/local"]
        .into_iter()
        .map(|prefix| Path::new(prefix).join("lib/python3.12"))
        .find(|p| is_stdlib(p))
}
