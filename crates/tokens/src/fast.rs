//! The usual tokens, without the questions that only unusual ones need answered.
//!
//! Nothing is decided here that `Tokenizer::normal_token` does not decide in the same way: whatever is not plain is left to it.

use memchr::{memchr, memchr2};

use crate::error::OpenBracket;
use crate::kind::{Kind, Token};
use crate::limits::MAX_BRACKETS;
use crate::operators::{one_char, three_chars, two_chars};
use crate::tokenizer::{CLASS, NAME_REST, NAME_START, NO_START, Tokenizer};

/// What a token that begins with a byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// To be looked at in full.
    Other,
    Operator,
    Open,
    Close,
    Dot,
    Digit,
    Quote,
    Newline,
}

/// What each byte begins, and the operator that it is by itself.
static STARTS: [(Start, Kind); 256] = {
    let mut table = [(Start::Other, Kind::Op); 256];
    let mut byte = 0;
    while byte < 128 {
        let char = byte as u8;
        let kind = one_char(char);
        let start = match char {
            b'(' | b'[' | b'{' => Start::Open,
            b')' | b']' | b'}' => Start::Close,
            b'.' => Start::Dot,
            b'0'..=b'9' => Start::Digit,
            b'"' | b'\'' => Start::Quote,
            b'\n' => Start::Newline,
            _ if !matches!(kind, Kind::Op) => Start::Operator,
            _ => Start::Other,
        };
        table[byte] = (start, kind);
        byte += 1;
    }
    table
};

impl Tokenizer<'_> {
    /// Puts the next token in place of `token` if it is a usual one; else at most blank lines were passed over.
    #[inline]
    pub(crate) fn fast_token(&mut self, token: &mut Token) -> bool {
        self.usual_token(token).is_some()
    }

    #[inline]
    fn usual_token(&mut self, token: &mut Token) -> Option<()> {
        if self.extra || self.has_failed() || self.pending_indents != 0 || !self.fstrings.is_empty()
        {
            return None;
        }
        let bytes = self.bytes;
        let (start, byte) = if self.at_line_begin {
            self.line_begin()?
        } else {
            self.within_line()?
        };
        let rest = bytes.get(start..)?;
        let class = CLASS[usize::from(byte)];
        if class & NAME_START != 0 {
            let length = name_length(rest)?;
            // It may be the prefix of a string.
            if length <= 2 && matches!(rest.get(length), Some(b'"' | b'\'')) {
                return None;
            }
            self.put(token, Kind::of_word(rest, length), start, start + length);
            return Some(());
        }
        let (begins, kind) = STARTS[usize::from(byte)];
        match begins {
            Start::Operator => {
                // Few characters can be the second of an operator.
                let second = rest.get(1).copied().unwrap_or(b'\n');
                if matches!(second, b'=' | b'*' | b'/' | b'<' | b'>')
                    && let Some(kind) = two_chars(byte, second)
                {
                    let third = rest.get(2).copied().unwrap_or(b'\n');
                    match three_chars(byte, second, third) {
                        Some(kind) => self.put(token, kind, start, start + 3),
                        None => self.put(token, kind, start, start + 2),
                    }
                    return Some(());
                }
                self.put(token, kind, start, start + 1);
            }
            Start::Open => {
                if self.brackets.len() >= MAX_BRACKETS {
                    return None;
                }
                self.brackets.push(OpenBracket {
                    byte,
                    line: self.line,
                    col: (start - self.line_start) as u32,
                });
                self.put(token, kind, start, start + 1);
            }
            Start::Close => {
                let open = self.brackets.last()?.byte;
                if !matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                    return None;
                }
                self.brackets.pop();
                self.put(token, kind, start, start + 1);
            }
            Start::Dot => {
                if matches!(rest.get(1), Some(b'.' | b'0'..=b'9')) {
                    return None;
                }
                self.put(token, kind, start, start + 1);
            }
            Start::Digit => {
                let is_end = |byte: &u8| !byte.is_ascii_digit();
                let length = rest.iter().position(is_end)?;
                let next = rest[length];
                let is_plain = CLASS[usize::from(next)] & NAME_REST == 0 && next != b'.';
                // Zeros in front are no number, or zero.
                if !is_plain || (byte == b'0' && length > 1) {
                    return None;
                }
                self.put(token, Kind::Number, start, start + length);
            }
            Start::Quote => {
                let line = bytes.get(start + 1..self.line_end.saturating_sub(1))?;
                let length = memchr2(byte, b'\\', line)?;
                let is_plain = line[length] == byte
                    // Two quotes may be the first of three.
                    && (length > 0 || rest.get(2) != Some(&byte));
                if !is_plain {
                    return None;
                }
                self.put(token, Kind::String, start, start + length + 2);
            }
            Start::Newline => {
                self.at_line_begin = true;
                self.put(token, Kind::Newline, start, start + 1);
                token.end = start as u32;
            }
            Start::Other => return None,
        }
        Some(())
    }

    /// Makes `token` the one from `start` to `end` in the current line.
    ///
    /// Field by field and in place: a copy would wait for the fields to be written.
    #[inline]
    fn put(&mut self, token: &mut Token, kind: Kind, start: usize, end: usize) {
        self.start = start;
        self.start_col = (start - self.line_start) as u32;
        self.pos = end;
        token.start = start as u32;
        token.end = end as u32;
        token.line = self.line;
        token.end_line = self.line;
        token.col = self.start_col;
        token.end_col = (end - self.line_start) as u32;
        token.kind = kind;
        token.level = self.brackets.len() as u8;
    }

    /// Finds the first byte of the next token in the line, or in those after it while a bracket is open.
    #[inline]
    fn within_line(&mut self) -> Option<(usize, u8)> {
        if self.pos >= self.line_end {
            return None;
        }
        let found = self.skip_blanks()?;
        if matches!(found.1, b'\n' | b'#') {
            return self.within_lines(found);
        }
        Some(found)
    }

    /// Goes on at a line end or comment: an open bracket makes them blanks.
    fn within_lines(&mut self, mut found: (usize, u8)) -> Option<(usize, u8)> {
        if self.brackets.is_empty() {
            // A comment counts as part of the line end that follows it.
            return (found.1 == b'\n').then_some(found);
        }
        while let (at, b'\n' | b'#') = found {
            self.next_plain_line(at, found.1)?;
            found = self.skip_blanks()?;
        }
        if found.1 == b'\\' {
            return None;
        }
        self.at_line_begin = false;
        Some(found)
    }

    /// Finds the first byte of the next line that has one, if it is indented as the last one was.
    fn line_begin(&mut self) -> Option<(usize, u8)> {
        if !self.brackets.is_empty() {
            return None;
        }
        if self.pos >= self.line_end {
            self.start = NO_START;
            if !self.next_line() {
                return None;
            }
        }
        loop {
            let line = self.bytes.get(self.pos..)?;
            let indent = line.iter().position(|&byte| byte != b' ')?;
            let (at, byte) = (self.pos + indent, line[indent]);
            match byte {
                b'\n' | b'#' => self.next_plain_line(at, byte)?,
                b'\t' | 0x0c | b'\r' | b'\\' => return None,
                _ => {
                    let column = indent as u32;
                    if self.innermost_indent() != (column, column) {
                        return None;
                    }
                    self.at_line_begin = false;
                    return Some((at, byte));
                }
            }
        }
    }

    /// Leaves the line at its end or at a comment, and loads the next.
    fn next_plain_line(&mut self, at: usize, byte: u8) -> Option<()> {
        let end = self.line_end.checked_sub(1)?;
        if byte == b'#' {
            let comment = self.bytes.get(at..self.line_end)?;
            if comment.last() != Some(&b'\n') || memchr(b'\r', comment).is_some() {
                return None;
            }
        } else if at != end {
            return None;
        }
        self.pos = self.line_end;
        self.at_line_begin = true;
        self.start = NO_START;
        self.next_line().then_some(())
    }

    /// The first byte of the line that is no blank.
    #[inline]
    fn skip_blanks(&self) -> Option<(usize, u8)> {
        let mut at = self.pos;
        loop {
            let byte = *self.bytes.get(at)?;
            if !matches!(byte, b' ' | b'\t' | 0x0c) {
                return Some((at, byte));
            }
            at += 1;
        }
    }
}

/// How many bytes make the ASCII name at the start; `None` if the text ends soon or a byte is not ASCII.
///
/// Eight bytes at once: a look at each would guess wrongly where the name ends.
#[inline]
fn name_length(text: &[u8]) -> Option<usize> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// A byte in every place.
    const fn all(byte: u8) -> u64 {
        0x0101_0101_0101_0101 * byte as u64
    }
    /// Marks the bytes from `first` to `last`; all are below 128.
    const fn within(bytes: u64, first: u8, last: u8) -> u64 {
        (bytes + all(0x80 - first)) & !(bytes + all(0x7f - last))
    }
    let mut length = 0;
    loop {
        let bytes = u64::from_le_bytes(*text.get(length..)?.first_chunk()?);
        let low = bytes & !HIGH;
        let is_name =
            within(low | all(0x20), b'a', b'z') | within(low, b'0', b'9') | within(low, b'_', b'_');
        let ends = !is_name & HIGH;
        // All bytes before the first that is no part of a name.
        let before = ends.wrapping_sub(1) & !ends;
        let count = (ends.trailing_zeros() / 8) as usize;
        if ends == 0 {
            if bytes & HIGH != 0 {
                return None;
            }
            length += 8;
            continue;
        }
        if bytes & HIGH & (before | ends & ends.wrapping_neg()) != 0 {
            return None;
        }
        return Some(length + count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_the_table_of_bytes_says() {
        for byte in 0..=255u8 {
            for before in [1, 5, 7, 8, 9, 15] {
                let mut text = vec![b'x'; before];
                text.extend([
                    byte, b'(', b'1', b'2', b'3', b'4', b'5', b'6', b'7', b'8', b'9',
                ]);
                let class = CLASS[usize::from(byte)];
                let expected = match byte {
                    128.. => None,
                    _ if class & NAME_REST != 0 => Some(before + 1),
                    _ => Some(before),
                };
                assert_eq!(name_length(&text), expected, "{byte:#x} after {before}");
            }
        }
        assert_eq!(name_length(b"short"), None);
    }
}
