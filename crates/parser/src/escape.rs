//! Backslash escapes of string literals.

use std::fmt;

use crate::character_name;

/// The first escape in a literal that means nothing, of which CPython warns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidEscape {
    /// `\d`: the character after the backslash.
    Char(u8),
    /// `\400` and above: the three digits.
    Octal([u8; 3]),
}

impl InvalidEscape {
    /// The words of the warning.
    pub fn message(self) -> String {
        match self {
            InvalidEscape::Char(byte) => {
                format!("invalid escape sequence '\\{}'", char::from(byte))
            }
            InvalidEscape::Octal(digits) => format!(
                "invalid octal escape sequence '\\{}'",
                String::from_utf8_lossy(&digits)
            ),
        }
    }
}

/// A malformed escape, in the words of CPython's SyntaxError.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscapeError {
    /// From `start` up to `end`, counted as CPython does: in its rewritten buffer.
    Unicode {
        start: usize,
        end: usize,
        reason: &'static str,
    },
    /// A malformed `\x` of a bytes literal.
    Hex { position: usize },
}

impl fmt::Display for EscapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            EscapeError::Unicode { start, end, reason } if end == start + 1 => write!(
                f,
                "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {start}: {reason}"
            ),
            EscapeError::Unicode { start, end, reason } => write!(
                f,
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{}: {reason}",
                end.saturating_sub(1)
            ),
            EscapeError::Hex { position } => {
                write!(f, "(value error) invalid \\x escape at position {position}")
            }
        }
    }
}

/// Appends the value of a str literal's body to `out`, as generalised UTF-8.
///
/// Mirrors `decode_unicode_with_escapes` and `_PyUnicode_DecodeUnicodeEscapeInternal`.
pub fn decode_str(body: &str, out: &mut Vec<u8>) -> Result<Option<InvalidEscape>, EscapeError> {
    let bytes = body.as_bytes();
    let mut invalid = None;
    let mut rest = bytes;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(backslash);
        out.extend_from_slice(plain);
        let Some((&letter, after)) = escape.get(1..).and_then(<[u8]>::split_first) else {
            // A body never ends in a lone backslash, but a part of an f-string may: CPython then keeps it.
            out.push(b'\\');
            return Ok(invalid);
        };
        rest = after;
        if let Some(byte) = simple(letter) {
            out.extend(byte);
            continue;
        }
        let fail = |used: usize, reason| {
            let start = bytes.len() - escape.len();
            Err(EscapeError::Unicode {
                start: rewritten_len(bytes.get(..start).unwrap_or_default()),
                end: rewritten_len(bytes.get(..start + used).unwrap_or_default()),
                reason,
            })
        };
        match letter {
            b'0'..=b'7' => {
                let (code, digits) = octal(letter, &mut rest);
                if code > 0o377 {
                    invalid.get_or_insert(InvalidEscape::Octal(digits));
                }
                push_code_point(out, code);
            }
            b'x' | b'u' | b'U' => {
                let (count, reason) = match letter {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let digits = rest
                    .iter()
                    .take(count)
                    .take_while(|byte| byte.is_ascii_hexdigit());
                let digits = digits.count();
                if digits < count {
                    return fail(2 + digits, reason);
                }
                let (hex, after) = rest.split_at(count);
                rest = after;
                let code = hex.iter().fold(0, |code, &digit| {
                    (code << 4) | char::from(digit).to_digit(16).unwrap_or(0)
                });
                if code > u32::from(char::MAX) {
                    return fail(2 + count, "illegal Unicode character");
                }
                push_code_point(out, code);
            }
            b'N' => {
                let malformed = "malformed \\N character escape";
                let Some(named) = rest.strip_prefix(b"{") else {
                    return fail(2, malformed);
                };
                let Some(close) = memchr::memchr(b'}', named) else {
                    return fail(escape.len(), malformed);
                };
                let (name, after) = named.split_at(close);
                if name.is_empty() {
                    return fail(3, malformed);
                }
                let Some(letter) = character_name::lookup(name) else {
                    return fail(4 + close, "unknown Unicode character name");
                };
                rest = after.get(1..).unwrap_or_default();
                push_code_point(out, u32::from(letter));
            }
            _ => {
                out.push(b'\\');
                out.push(letter);
                if letter.is_ascii() {
                    invalid.get_or_insert(InvalidEscape::Char(letter));
                }
            }
        }
    }
    out.extend_from_slice(rest);
    Ok(invalid)
}

/// Appends the value of a bytes literal's body to `out`. Mirrors `_PyBytes_DecodeEscape`.
pub fn decode_bytes(body: &[u8], out: &mut Vec<u8>) -> Result<Option<InvalidEscape>, EscapeError> {
    let mut invalid = None;
    let mut rest = body;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(backslash);
        out.extend_from_slice(plain);
        let Some((&letter, after)) = escape.get(1..).and_then(<[u8]>::split_first) else {
            return Ok(invalid);
        };
        rest = after;
        if let Some(byte) = simple(letter) {
            out.extend(byte);
            continue;
        }
        match letter {
            b'0'..=b'7' => {
                let (code, digits) = octal(letter, &mut rest);
                if code > 0o377 {
                    invalid.get_or_insert(InvalidEscape::Octal(digits));
                }
                out.push((code & 0xff) as u8);
            }
            b'x' => {
                let hex = |digit: &u8| char::from(*digit).to_digit(16);
                let digits = match rest {
                    [high, low, ..] => hex(high).zip(hex(low)),
                    _ => None,
                };
                let Some((high, low)) = digits else {
                    let position = body.len() - escape.len();
                    return Err(EscapeError::Hex { position });
                };
                out.push((high << 4 | low) as u8);
                rest = rest.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(b'\\');
                out.push(letter);
                invalid.get_or_insert(InvalidEscape::Char(letter));
            }
        }
    }
    out.extend_from_slice(rest);
    Ok(invalid)
}

/// The value of an escape of one letter; a line end gives nothing.
fn simple(letter: u8) -> Option<Option<u8>> {
    Some(Some(match letter {
        b'\n' => return Some(None),
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b't' => 9,
        b'n' => 10,
        b'v' => 11,
        b'f' => 12,
        b'r' => 13,
        _ => return None,
    }))
}

/// Up to three octal digits, of which the first was read: the value, and the digits if there are three.
fn octal(first: u8, rest: &mut &[u8]) -> (u32, [u8; 3]) {
    let mut code = u32::from(first - b'0');
    let mut digits = [first, 0, 0];
    for digit in digits.iter_mut().skip(1) {
        let Some((&next @ b'0'..=b'7', after)) = rest.split_first() else {
            break;
        };
        *digit = next;
        code = (code << 3) | u32::from(next - b'0');
        *rest = after;
    }
    (code, digits)
}

/// Appends a code point, surrogates too.
fn push_code_point(out: &mut Vec<u8>, code: u32) {
    if let Some(letter) = char::from_u32(code) {
        let mut buffer = [0; 4];
        out.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
        return;
    }
    let tail = |shift: u32| 0x80 | ((code >> shift) & 0x3f) as u8;
    out.extend_from_slice(&[0xe0 | (code >> 12) as u8, tail(6), tail(0)]);
}

/// How long CPython's buffer is for these bytes of the literal.
///
/// `decode_unicode_with_escapes` writes each character that is not ASCII as `\UXXXXXXXX`, and a backslash before one
/// as `\u005c`.
fn rewritten_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    let mut rest = bytes.iter().peekable();
    while let Some(&byte) = rest.next() {
        len += match byte {
            b'\\' => match rest.peek() {
                Some(next) if !next.is_ascii() => 6,
                Some(_) => {
                    rest.next();
                    2
                }
                None => 1,
            },
            0x80..=0xbf => 0,
            0xc0.. => 10,
            _ => 1,
        };
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &[u8], warning: Option<&str>) {
        let mut out = Vec::new();
        let invalid = decode_str(body, &mut out).expect("well-formed");
        assert_eq!(out, expected);
        assert_eq!(invalid.map(InvalidEscape::message).as_deref(), warning);
    }

    #[test]
    fn escapes_of_str() {
        check(
            r"a\tb\x41\u00e9\U0001f600\101\0",
            "a\tbAé😀A\0".as_bytes(),
            None,
        );
        check("x\\\ny", b"xy", None);
        check(r"\ud800", b"\xed\xa0\x80", None);
        check(
            r"\N{latin small letter e with acute}\N{NULL}",
            "é\0".as_bytes(),
            None,
        );
        check(r"\d\q", br"\d\q", Some(r"invalid escape sequence '\d'"));
        check(
            r"\477",
            "\u{13f}".as_bytes(),
            Some(r"invalid octal escape sequence '\477'"),
        );
        check("\\é", "\\é".as_bytes(), None);
    }

    #[test]
    fn malformed_escapes_of_str() {
        for (body, expected) in [
            (r"\x4", "bytes in position 0-2: truncated \\xXX escape"),
            (r"\u", "bytes in position 0-1: truncated \\uXXXX escape"),
            (
                r"ab\U00110000",
                "bytes in position 2-11: illegal Unicode character",
            ),
            (
                r"\N",
                "bytes in position 0-1: malformed \\N character escape",
            ),
            (
                r"\N{}",
                "bytes in position 0-2: malformed \\N character escape",
            ),
            (
                r"\N{nope}",
                "bytes in position 0-7: unknown Unicode character name",
            ),
            (r"é\x", "bytes in position 10-11: truncated \\xXX escape"),
        ] {
            let error = decode_str(body, &mut Vec::new()).expect_err("malformed");
            assert_eq!(
                error.to_string(),
                format!("(unicode error) 'unicodeescape' codec can't decode {expected}")
            );
        }
    }

    #[test]
    fn escapes_of_bytes() {
        let mut out = Vec::new();
        assert_eq!(
            decode_bytes(br"\x41\n\u0041\400", &mut out),
            Ok(Some(InvalidEscape::Char(b'u')))
        );
        assert_eq!(out, b"A\n\\u0041\0");
        assert_eq!(
            decode_bytes(br"ab\x4", &mut out),
            Err(EscapeError::Hex { position: 2 })
        );
    }
}
