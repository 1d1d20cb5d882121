//! The coding cookie of PEP 263 (`get_coding_spec` in CPython's `Parser/tokenizer.c`).

use crate::split_line;

/// Gives the encoding that one of the first two lines declares.
pub(crate) fn find(bytes: &[u8]) -> Option<String> {
    let (first, rest) = split_line(bytes);
    if let Some(name) = in_line(first) {
        return Some(name);
    }
    let blank = first
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t' | 0x0c));
    match blank {
        None | Some(b'#') => in_line(split_line(rest).0),
        Some(_) => None,
    }
}

/// Gives the encoding that a line declares: only a comment can.
pub fn in_line(line: &[u8]) -> Option<String> {
    let comment_start = line
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t' | 0x0c))?;
    let comment = line.get(comment_start..)?;
    if comment.first() != Some(&b'#') {
        return None;
    }
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let after = comment.get(at + 6..)?;
        let value = after
            .strip_prefix(b":")
            .or_else(|| after.strip_prefix(b"="))?;
        let value = value.trim_ascii_start_of(b" \t");
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let length = value
            .iter()
            .position(|byte| !is_name(byte))
            .unwrap_or(value.len());
        let name = std::str::from_utf8(value.get(..length)?).ok()?;
        (!name.is_empty()).then(|| normal_name(name))
    })
}

trait TrimStart {
    fn trim_ascii_start_of(&self, set: &[u8]) -> &[u8];
}

impl TrimStart for [u8] {
    /// Drops the leading bytes that are in a set.
    fn trim_ascii_start_of(&self, set: &[u8]) -> &[u8] {
        let start = self
            .iter()
            .position(|byte| !set.contains(byte))
            .unwrap_or(self.len());
        self.get(start..).unwrap_or_default()
    }
}

/// Spells UTF-8 and Latin-1 in one way, whatever follows them, and leaves other names alone (`get_normal_name`).
fn normal_name(name: &str) -> String {
    let start: String = name
        .chars()
        .take(12)
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let is = |wanted: &str| {
        start
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}
