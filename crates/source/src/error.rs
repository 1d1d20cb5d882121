//! Why bytes are not Python source, in CPython's words.

use std::fmt;

use crate::codec::{DecodeFailure, utf8_failure};

/// Line, offset, end line and end offset, as `SyntaxError` has them.
pub type Place = (u32, i32, u32, i32);

/// Why bytes are not Python source; shown as the `SyntaxError` that `compile()` raises.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceError {
    NulByte,
    /// More than 4 GiB.
    TooLong,
    UnknownEncoding {
        name: String,
    },
    /// The cookie names another encoding than UTF-8, which the BOM promises.
    NotTheBom {
        name: String,
    },
    /// The bytes are not text of the declared encoding.
    Undecodable {
        name: String,
        failure: DecodeFailure,
    },
    /// No encoding is declared and the bytes are not UTF-8.
    NotUtf8 {
        place: Place,
        failure: DecodeFailure,
    },
}

impl SourceError {
    pub(crate) fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> SourceError {
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // The offset may count translated line ends; the raw bytes give the same line all the same.
        let failure = match std::str::from_utf8(body) {
            Err(raw) => utf8_failure(body, raw),
            Ok(_) => utf8_failure(body, error),
        };
        let before = body.get(..failure.start).unwrap_or_default();
        let ends = before.iter().enumerate().filter(|&(at, byte)| match byte {
            b'\n' => at == 0 || before.get(at - 1) != Some(&b'\r'),
            b'\r' => true,
            _ => false,
        });
        let line = u32::try_from(ends.count())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        SourceError::NotUtf8 {
            place: (line, 1, line, -1),
            failure,
        }
    }

    /// Gives the place of the `SyntaxError` that `compile()` raises, when it has one at all.
    ///
    /// CPython puts errors of a declared encoding at line 0, offset -1, and leaves out their end.
    pub fn place(&self) -> Option<Place> {
        match self {
            SourceError::NulByte | SourceError::TooLong => None,
            SourceError::NotUtf8 { place, .. } => Some(*place),
            SourceError::UnknownEncoding { .. }
            | SourceError::NotTheBom { .. }
            | SourceError::Undecodable { .. } => Some((0, -1, 0, -1)),
        }
    }

    /// Words the error as when CPython runs the file as a script, which reads line by line.
    pub fn script_message(&self, file: &str) -> String {
        match self {
            SourceError::NulByte => "source code cannot contain null bytes".to_owned(),
            SourceError::UnknownEncoding { name } | SourceError::Undecodable { name, .. } => {
                format!("encoding problem: {name}")
            }
            SourceError::NotUtf8 {
                place: (line, ..),
                failure,
            } => format!(
                "Non-UTF-8 code starting with '\\x{:02x}' in file {file} on line {line}, but no encoding declared; \
                 see https://peps.python.org/pep-0263/ for details",
                failure.byte
            ),
            SourceError::NotTheBom { .. } | SourceError::TooLong => self.to_string(),
        }
    }
}

/// CPython's codecs that make no text of bytes, with their aliases.
const BINARY_CODECS: [&str; 18] = [
    "base64",
    "base64_codec",
    "base_64",
    "bz2",
    "bz2_codec",
    "hex",
    "hex_codec",
    "quopri",
    "quopri_codec",
    "quoted_printable",
    "quotedprintable",
    "rot13",
    "rot_13",
    "uu",
    "uu_codec",
    "zip",
    "zlib",
    "zlib_codec",
];

fn is_binary_codec(name: &str) -> bool {
    let normal = name.to_ascii_lowercase().replace('-', "_");
    BINARY_CODECS.contains(&normal.as_str())
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::NulByte => f.write_str("source code string cannot contain null bytes"),
            SourceError::TooLong => f.write_str("source code is longer than 4 GiB"),
            SourceError::UnknownEncoding { name } if is_binary_codec(name) => write!(
                f,
                "'{name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs"
            ),
            SourceError::UnknownEncoding { name } => write!(f, "unknown encoding: {name}"),
            SourceError::NotTheBom { name } => write!(f, "encoding problem: {name} with BOM"),
            SourceError::Undecodable { failure, .. } => failure.fmt(f),
            SourceError::NotUtf8 { failure, .. } => write!(f, "(unicode error) {failure}"),
        }
    }
}

impl std::error::Error for SourceError {}
