//! Errors of the operating system, as Python names and words them.

use std::io;
use std::path::Path;

use hognose_bytecode::PyStr;

/// An `OSError`.
#[derive(Debug)]
pub struct OsFailure {
    pub class: &'static str,
    /// `str(error)`
    pub text: String,
}

impl OsFailure {
    pub fn new(error: &io::Error, path: Option<&Path>) -> OsFailure {
        let number = error.raw_os_error().unwrap_or(0);
        let words = error.to_string();
        let words = words.split(" (os error").next().unwrap_or_default();
        let mut text = format!("[Errno {number}] {words}");
        if let Some(path) = path {
            text.push_str(": ");
            text.push_str(&path_repr(path));
        }
        OsFailure {
            class: class(number),
            text,
        }
    }
}

/// The subclass that `OSError` makes of a number; PEP 3151.
fn class(number: i32) -> &'static str {
    match number {
        libc::ENOENT => "FileNotFoundError",
        libc::EACCES | libc::EPERM => "PermissionError",
        libc::EEXIST => "FileExistsError",
        libc::EISDIR => "IsADirectoryError",
        libc::ENOTDIR => "NotADirectoryError",
        libc::EINTR => "InterruptedError",
        libc::ETIMEDOUT => "TimeoutError",
        libc::EAGAIN => "BlockingIOError",
        libc::EPIPE => "BrokenPipeError",
        _ => "OSError",
    }
}

/// `repr` of a path; bytes that are no text are escaped as PEP 383 stores them.
pub fn path_repr(path: &Path) -> String {
    let text = PyStr::from_os(path.as_os_str());
    let mut repr = String::new();
    hognose_source::repr::write_str(&mut repr, text.as_bytes());
    repr
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn words_are_pythons() {
        let failure = OsFailure::new(
            &io::Error::from_raw_os_error(libc::ENOENT),
            Some(Path::new("it's")),
        );
        assert_eq!(failure.class, "FileNotFoundError");
        assert_eq!(
            failure.text,
            "[Errno 2] No such file or directory: \"it's\""
        );
        assert_eq!(
            path_repr(Path::new(OsStr::from_bytes(b"a\xff\xe9"))),
            r"'a\udcff\udce9'"
        );
    }
}
