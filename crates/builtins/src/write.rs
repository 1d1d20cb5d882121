//! Files written in one step: a reader sees the old one or the whole new one, whenever we are killed.
//!
//! A new file has no name until it is whole (`O_TMPFILE`, then `linkat`), so that nothing is left behind by a kill. No
//! system call puts a nameless file in another's place: to replace one, the whole new file gets a name of its own for the
//! blink between `linkat` and `rename`. Who is killed in that blink, or works where there are no nameless files, leaves
//! a file that ends in [`ENDING`] and that nobody holds a lock on; [`sweep`], at the start of every run, removes those.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How the name of an unfinished file ends.
const ENDING: &str = ".hognose-tmp";

/// How often another try is made when a sweep took the file away before it was locked.
const TRIES: usize = 16;

/// Puts a file with these bytes in place, making folders where they are missing.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let written = replace_in(folder, path, bytes, mode);
    match written {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            replace_in(folder, path, bytes, mode)
        }
        done => done,
    }
}

fn replace_in(folder: &Path, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(done) = nameless::replace(folder, path, bytes, mode) {
        return done;
    }
    named(path, bytes, mode)
}

#[cfg(target_os = "linux")]
mod nameless {
    use super::{ENDING, File, Path, io, temporary_name};
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use rustix::io::Errno;
    use std::fs;
    use std::io::Write;
    use std::os::fd::AsRawFd;

    /// Writes a file that has no name yet and links it; `None` where there are none such.
    pub fn replace(folder: &Path, path: &Path, bytes: &[u8], mode: u32) -> Option<io::Result<()>> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let mut file = match open(folder, flags, Mode::from_raw_mode(mode)) {
            Ok(file) => File::from(file),
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => return None,
            Err(error) => return Some(Err(error.into())),
        };
        if let Err(error) = file.write_all(bytes) {
            return Some(Err(error));
        }
        let own = format!("/proc/self/fd/{}", file.as_raw_fd());
        let link = |to: &Path| linkat(CWD, &own, CWD, to, AtFlags::SYMLINK_FOLLOW);
        match link(path) {
            Ok(()) => return Some(Ok(())),
            Err(Errno::EXIST) => {}
            // No /proc here, or a file system that links no nameless files.
            Err(Errno::NOENT | Errno::OPNOTSUPP | Errno::PERM) => return None,
            Err(error) => return Some(Err(error.into())),
        }
        // The lock comes before the name: no sweep can take it for a leftover.
        if let Err(error) = file.lock() {
            return Some(Err(error));
        }
        let temporary = temporary_name(path, ENDING);
        if let Err(error) = link(&temporary) {
            return Some(Err(error.into()));
        }
        let renamed = fs::rename(&temporary, path);
        if renamed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        Some(renamed)
    }
}

/// Makes a path a further name of a file, in one step.
pub fn link(file: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(file, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        done => return done,
    }
    let mut last = io::Error::from(io::ErrorKind::ResourceBusy);
    for _ in 0..TRIES {
        let temporary = temporary_name(path, ENDING);
        fs::hard_link(file, &temporary)?;
        let renamed = fs::rename(&temporary, path);
        // Where both were names of one file already, renaming does nothing.
        let _ = fs::remove_file(&temporary);
        match renamed {
            // A sweep found no lock on it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => last = error,
            done => return done,
        }
    }
    Err(last)
}

/// Writes beside the file and renames.
fn named(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut last = io::Error::from(io::ErrorKind::ResourceBusy);
    for _ in 0..TRIES {
        let temporary = temporary_name(path, ENDING);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&temporary)?;
        // Between its making and its locking a sweep may lock and remove it: then another is made.
        let written = match file.try_lock() {
            Ok(()) => file
                .write_all(bytes)
                .and_then(|()| fs::rename(&temporary, path)),
            Err(_) => Err(io::ErrorKind::NotFound.into()),
        };
        match written {
            Ok(()) => return Ok(()),
            Err(error) => {
                let _ = fs::remove_file(&temporary);
                if error.kind() != io::ErrorKind::NotFound {
                    return Err(error);
                }
                last = error;
            }
        }
    }
    Err(last)
}

/// A name beside the file that no process uses now, and none used before.
fn temporary_name(path: &Path, ending: &str) -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.subsec_nanos());
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(format!(".{}-{number}-{now:x}{ending}", std::process::id()));
    PathBuf::from(name)
}

/// Removes what killed runs left in these folders; what a living run holds is left alone.
pub fn sweep(folders: &BTreeSet<PathBuf>) {
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let is_ours = entry
                .file_name()
                .as_encoded_bytes()
                .ends_with(ENDING.as_bytes());
            if is_ours && is_abandoned(&entry.path()) {
                // Another sweep may have been faster.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hognose-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<OsString> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_made_and_replaced() {
        let top = folder("write");
        let path = top.join("a/b/x.pyc");
        for (text, write) in [("one", 0), ("other", 0), ("third", 1), ("fourth", 1)] {
            match write {
                0 => replace(&path, text.as_bytes(), 0o644).unwrap(),
                _ => named(&path, text.as_bytes(), 0o644).unwrap(),
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(names(&top.join("a/b")), ["x.pyc"]);
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn only_the_abandoned_is_swept() {
        let top = folder("sweep");
        let dead = temporary_name(&top.join("x.pyc"), ENDING);
        let alive = temporary_name(&top.join("x.pyc"), ENDING);
        fs::write(&dead, "").unwrap();
        let held = File::create(&alive).unwrap();
        held.lock().unwrap();
        fs::write(top.join("x.pyc"), "").unwrap();
        sweep(&BTreeSet::from([top.clone(), top.join("missing")]));
        let alive = alive.file_name().unwrap();
        assert_eq!(names(&top), [OsString::from("x.pyc").as_os_str(), alive]);
        fs::remove_dir_all(top).unwrap();
    }
}
