//! For which Python a tree is meant, where nobody says.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use hognose_version::Version;

use super::environment::variable;

/// A version, and where it was found.
pub struct Found {
    pub version: Version,
    pub place: Place,
}

pub enum Place {
    Asked,
    File(PathBuf),
    Default,
}

/// A version that is written down but that we do not know.
#[derive(Debug)]
pub struct Unknown {
    file: PathBuf,
    text: String,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, text) = (self.file.display(), &self.text);
        write!(
            f,
            "{file} asks for Python {text}, which is not supported; choose one with --python"
        )
    }
}

impl std::error::Error for Unknown {}

/// The version of the virtual environment that the path lies in, or else of the active one, or else what
/// `.python-version` beside or above the path says, or else the default.
pub fn find(path: &Path) -> Result<Found, Unknown> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let above = |name: &'static str| path.ancestors().map(move |folder| folder.join(name));
    let active = variable("VIRTUAL_ENV").map(|folder| Path::new(&folder).join("pyvenv.cfg"));
    let environments = above("pyvenv.cfg")
        .chain(active)
        .map(|file| (read(&file, in_pyvenv), file));
    let written = above(".python-version").map(|file| (read(&file, in_python_version), file));
    for (text, file) in environments.chain(written) {
        let Some(text) = text else {
            continue;
        };
        return match text.parse() {
            Ok(version) => Ok(Found {
                version,
                place: Place::File(file),
            }),
            Err(_) => Err(Unknown { file, text }),
        };
    }
    Ok(Found {
        version: Version::DEFAULT,
        place: Place::Default,
    })
}

fn read(file: &Path, find: impl Fn(&str) -> Option<String>) -> Option<String> {
    find(&fs::read_to_string(file).ok()?)
}

/// `version = 3.12.1` of `venv`, `version_info = 3.12.1.final.0` of virtualenv and uv.
fn in_pyvenv(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        matches!(key.trim(), "version" | "version_info").then(|| numbers(value))?
    })
}

/// The first line that starts as a version does; `cpython-3.12` and `cpython@3.12` are known too.
fn in_python_version(text: &str) -> Option<String> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            line.strip_prefix("cpython")
                .map_or(line, |rest| rest.trim_start_matches(['-', '@']))
        })
        .find_map(numbers)
}

/// The numbers at the start, three at most.
fn numbers(text: &str) -> Option<String> {
    let parts = text.trim().split('.').take(3);
    let numbers: Vec<_> = parts
        .map(|part| {
            part.split(|c: char| !c.is_ascii_digit())
                .next()
                .unwrap_or_default()
        })
        .take_while(|part| !part.is_empty())
        .collect();
    (numbers.len() >= 2).then(|| numbers.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            in_pyvenv("home = /usr/bin\nversion = 3.12.1\n"),
            some("3.12.1")
        );
        assert_eq!(in_pyvenv("version_info = 3.13.2.final.0\n"), some("3.13.2"));
        assert_eq!(in_pyvenv("home = /usr/bin\n"), None);
        assert_eq!(in_python_version("# mine\n3.12\n"), some("3.12"));
        assert_eq!(in_python_version("cpython-3.13.0\n3.12\n"), some("3.13.0"));
        assert_eq!(in_python_version("3.13.0rc1\n"), some("3.13.0"));
        assert_eq!(in_python_version("myenv\n"), None);
    }
}
