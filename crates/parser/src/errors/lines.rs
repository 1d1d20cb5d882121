//! The line of a file that an error shows, as CPython reads it again (`err_programtext` in `Python/errors.c`).

/// What CPython's line buffer holds.
const LINE_BUFFER: usize = 999;

/// A line of decoded text with its line end; nothing past the last line.
pub(super) fn line_of_file(source: &str, line: u32, with_mark: bool) -> Option<String> {
    let at = (line as usize).checked_sub(1)?;
    let text = source.split_inclusive('\n').nth(at)?;
    let text = if with_mark && at == 0 {
        format!("\u{feff}{text}")
    } else {
        text.to_owned()
    };
    Some(String::from_utf8_lossy(end_of_long(text.as_bytes())).into_owned())
}

/// A line of a file's bytes with its line end made `\n`, for errors of CPython's compiler, which knows no encoding;
/// nothing past the last line.
pub fn line_of_bytes(source: &[u8], line: u32) -> Option<Vec<u8>> {
    let mut rest = source;
    for _ in 1..line.max(1) {
        rest = rest.get(length_of_line(rest)..)?;
    }
    let (text, _) = rest.split_at_checked(length_of_line(rest))?;
    if line == 0 || text.is_empty() {
        return None;
    }
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let mut line = body.strip_suffix(b"\r").unwrap_or(body).to_vec();
    if line.len() < text.len() {
        line.push(b'\n');
    }
    Some(end_of_long(&line).to_vec())
}

/// The length of the first line, its `\n`, `\r\n` or `\r` included.
fn length_of_line(text: &[u8]) -> usize {
    match text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        Some(at) if text.get(at..at + 2) == Some(b"\r\n") => at + 2,
        Some(at) => at + 1,
        None => text.len(),
    }
}

/// A line that overflows the buffer leaves only its end there.
fn end_of_long(line: &[u8]) -> &[u8] {
    // A buffer filled to the brim is read over, unless the line ends there.
    let lost = line.len().saturating_sub(1) / LINE_BUFFER * LINE_BUFFER;
    line.get(lost..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_any_line_end() {
        let source = b"a\nb\r\nc\rd\xff\n\ne";
        let lines: Vec<_> = (0..8).map(|line| line_of_bytes(source, line)).collect();
        let text = |line: &[u8]| Some(line.to_vec());
        let expected = [
            None,
            text(b"a\n"),
            text(b"b\n"),
            text(b"c\n"),
            text(b"d\xff\n"),
            text(b"\n"),
            text(b"e"),
            None,
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn of_a_long_line_the_end_is_left() {
        let long = "x".repeat(1000) + "y\nz\n";
        assert_eq!(line_of_file(&long, 1, false).as_deref(), Some("xy\n"));
        assert_eq!(line_of_file(&long, 2, false).as_deref(), Some("z\n"));
    }
}
