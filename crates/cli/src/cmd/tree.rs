//! Files below folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files that are named, or lie below folders that are named, and end in one of `endings`; sorted.
///
/// Symlinked folders are not entered.
pub fn files(paths: &[PathBuf], endings: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for path in paths {
        if path.is_dir() {
            folders.push(path.clone());
        } else {
            fs::metadata(path).map_err(|error| named(error, path))?;
            found.push(path.clone());
        }
    }
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| named(error, &folder))? {
            let path = entry?.path();
            if path.is_dir() {
                if !path.is_symlink() {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| ends_with(&path, ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Whether a path's name ends so.
pub fn ends_with(path: &Path, ending: &str) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .ends_with(ending.as_bytes())
}

fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
