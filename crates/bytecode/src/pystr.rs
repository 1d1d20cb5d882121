//! Python strings: any sequence of code points, lone surrogates included.

use std::ffi::OsStr;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A Python `str`, cheap to clone, in generalized UTF-8.
///
/// Generalized UTF-8 is UTF-8 where surrogates are also allowed, each as its own three bytes
/// (Python's `surrogatepass`). Every Rust `str` is one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PyStr(Arc<[u8]>);

impl PyStr {
    pub fn new(text: &str) -> PyStr {
        PyStr(text.as_bytes().into())
    }

    /// `None` when the bytes are no generalized UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Option<PyStr> {
        let mut rest = bytes;
        loop {
            match std::str::from_utf8(rest) {
                Ok(_) => return Some(PyStr(bytes.into())),
                Err(error) => {
                    let bad = rest.get(error.valid_up_to()..)?;
                    match bad {
                        [0xed, 0xa0..=0xbf, 0x80..=0xbf, tail @ ..] => rest = tail,
                        _ => return None,
                    }
                }
            }
        }
    }

    /// From bytes that are known to be generalized UTF-8, such as a string constant's of the tree.
    pub fn from_known(bytes: &[u8]) -> PyStr {
        debug_assert!(PyStr::from_bytes(bytes).is_some(), "{bytes:?}");
        PyStr(bytes.into())
    }

    /// From code points, surrogates included; `None` when one is above U+10FFFF.
    pub fn from_code_points(code_points: impl IntoIterator<Item = u32>) -> Option<PyStr> {
        let mut bytes = Vec::new();
        for code_point in code_points {
            push_code_point(&mut bytes, code_point)?;
        }
        Some(PyStr(bytes.into()))
    }

    /// `os.fsdecode` of a name of the file system: bytes that are no UTF-8 become lone surrogates (PEP 383).
    pub fn from_os(name: &OsStr) -> PyStr {
        let mut bytes = Vec::with_capacity(name.len());
        for chunk in name.as_encoded_bytes().utf8_chunks() {
            bytes.extend_from_slice(chunk.valid().as_bytes());
            for byte in chunk.invalid() {
                // U+DC00 + byte
                bytes.extend_from_slice(&[0xed, 0xb0 | byte >> 6, 0x80 | byte & 0x3f]);
            }
        }
        PyStr(bytes.into())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, unless it has a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text with lone surrogates replaced by U+FFFD, for messages.
    pub fn to_string_lossy(&self) -> String {
        self.code_points()
            .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }

    /// Python's `len`.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
    }

    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints(&self.0)
    }

    /// The `%` that folding a format with `%%` makes: no other string is the same object.
    ///
    /// CPython has one immortal object of each one-character string, but this one is new, which marshal shows.
    pub fn folded_percent() -> PyStr {
        static PERCENT: OnceLock<PyStr> = OnceLock::new();
        PERCENT.get_or_init(|| PyStr::new("%")).clone()
    }

    /// Whether both are one object in memory.
    pub fn same_object(&self, other: &PyStr) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Appends one code point, surrogates included; `None` above U+10FFFF.
pub(crate) fn push_code_point(out: &mut Vec<u8>, code_point: u32) -> Option<()> {
    match char::from_u32(code_point) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None if (0xd800..0xe000).contains(&code_point) => {
            let low = |shift: u32| 0x80 | ((code_point >> shift) & 0x3f) as u8;
            out.extend_from_slice(&[0xed, low(6), low(0)]);
        }
        None => return None,
    }
    Some(())
}

/// The code points of a [`PyStr`].
#[derive(Clone)]
pub struct CodePoints<'a>(&'a [u8]);

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        let (bits, extra) = match first {
            0..=0x7f => (first, 0),
            0x80..=0xdf => (first & 0x1f, 1),
            0xe0..=0xef => (first & 0xf, 2),
            0xf0.. => (first & 7, 3),
        };
        let (tail, rest) = rest.split_at_checked(extra)?;
        self.0 = rest;
        Some(tail.iter().fold(u32::from(bits), |value, byte| {
            value << 6 | u32::from(byte & 0x3f)
        }))
    }
}

impl From<&str> for PyStr {
    fn from(text: &str) -> PyStr {
        PyStr::new(text)
    }
}

impl From<String> for PyStr {
    fn from(text: String) -> PyStr {
        PyStr(text.into_bytes().into())
    }
}

impl Default for PyStr {
    fn default() -> PyStr {
        PyStr::new("")
    }
}

impl fmt::Debug for PyStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string_lossy(), f)
    }
}

impl fmt::Display for PyStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_are_kept() {
        let points = [0x41, 0xd800, 0xdc00, 0x20ac, 0x1f600];
        let text = PyStr::from_code_points(points).unwrap();
        assert_eq!(text.code_points().collect::<Vec<_>>(), points);
        assert_eq!(text.count(), 5);
        assert_eq!(text.as_str(), None);
        assert_eq!(PyStr::from_bytes(text.as_bytes()), Some(text));
        assert_eq!(PyStr::from_bytes(&[0xff]), None);
        assert_eq!(PyStr::from_bytes(&[0xed, 0xa0]), None);
        assert_eq!(PyStr::from_code_points([0x11_0000]), None);
    }
}
