//! `unicode_escape`, `raw_unicode_escape`, and the escapes of bytes literals.

use super::handler::DecodeFailure;
use super::{Decoded, Handler};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::{TextBuilder, escape};

/// `text.encode('unicode_escape')`.
pub fn unicode_escape_encode(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.char_count());
    for code in text.codes() {
        match code {
            0x5c => out.extend_from_slice(b"\\\\"),
            0x9 => out.extend_from_slice(b"\\t"),
            0xa => out.extend_from_slice(b"\\n"),
            0xd => out.extend_from_slice(b"\\r"),
            0x20..0x7f => out.push(code as u8),
            _ => out.extend_from_slice(escape(code).as_bytes()),
        }
    }
    out
}

/// `text.encode('raw_unicode_escape')`.
pub fn raw_unicode_escape_encode(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.char_count());
    for code in text.codes() {
        match u8::try_from(code) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend_from_slice(escape(code).as_bytes()),
        }
    }
    out
}

/// One escape read: the character, or why not and whether more bytes might help; then where reading stopped.
enum Escape {
    Char(u32),
    Nothing,
    Unknown(u8),
    Incomplete(&'static str),
    Bad(&'static str),
}

fn hex_digits(bytes: &[u8], at: &mut usize, count: usize, message: &'static str) -> Escape {
    let mut code: u32 = 0;
    for _ in 0..count {
        let Some(&byte) = bytes.get(*at) else {
            return Escape::Incomplete(message);
        };
        let Some(digit) = char::from(byte).to_digit(16) else {
            return Escape::Bad(message);
        };
        code = code << 4 | digit;
        *at += 1;
    }
    Escape::Char(code)
}

fn one_escape(bytes: &[u8], at: &mut usize) -> Escape {
    let Some(&kind) = bytes.get(*at) else {
        return Escape::Incomplete("\\ at end of string");
    };
    *at += 1;
    let made = match kind {
        b'\n' => return Escape::Nothing,
        b'\\' | b'\'' | b'"' => u32::from(kind),
        b'b' => 8,
        b'f' => 12,
        b't' => 9,
        b'n' => 10,
        b'r' => 13,
        b'v' => 11,
        b'a' => 7,
        b'0'..=b'7' => {
            let mut code = u32::from(kind - b'0');
            for _ in 0..2 {
                if let Some(&digit @ b'0'..=b'7') = bytes.get(*at) {
                    code = code << 3 | u32::from(digit - b'0');
                    *at += 1;
                } else {
                    break;
                }
            }
            code
        }
        b'x' => return hex_digits(bytes, at, 2, "truncated \\xXX escape"),
        b'u' => return hex_digits(bytes, at, 4, "truncated \\uXXXX escape"),
        b'U' => {
            return match hex_digits(bytes, at, 8, "truncated \\UXXXXXXXX escape") {
                Escape::Char(0x11_0000..) => Escape::Bad("illegal Unicode character"),
                made => made,
            };
        }
        b'N' => return named(bytes, at),
        _ => return Escape::Unknown(kind),
    };
    Escape::Char(made)
}

fn named(bytes: &[u8], at: &mut usize) -> Escape {
    const MALFORMED: &str = "malformed \\N character escape";
    match bytes.get(*at) {
        None => return Escape::Incomplete(MALFORMED),
        Some(b'{') => *at += 1,
        Some(_) => return Escape::Bad(MALFORMED),
    }
    let rest = bytes.get(*at..).unwrap_or_default();
    let Some(len) = rest.iter().position(|&b| b == b'}') else {
        *at = bytes.len();
        return Escape::Incomplete(MALFORMED);
    };
    *at += len;
    if len == 0 {
        return Escape::Bad(MALFORMED);
    }
    *at += 1;
    let name = std::str::from_utf8(&rest[..len]).unwrap_or_default();
    match crate::unicode::named_character(name) {
        Some(code) => Escape::Char(code),
        None => Escape::Bad("unknown Unicode character name"),
    }
}

/// `bytes.decode('unicode_escape')`; unless it is final, an escape cut off at the end stays unread.
pub fn unicode_escape_decode(
    rt: &Rt,
    bytes: &[u8],
    handler: &Handler,
    is_final: bool,
) -> PyResult<Decoded> {
    let mut out = TextBuilder::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        if byte != b'\\' {
            out.push(u32::from(byte));
            continue;
        }
        let reason = match one_escape(bytes, &mut at) {
            Escape::Char(code) => {
                out.push(code);
                let octal = bytes
                    .get(start + 1)
                    .is_some_and(|b| matches!(b, b'4'..=b'7'));
                if octal && code > 0o377 && invalid.is_none() {
                    invalid = Some(format!("invalid octal escape sequence '\\{code:o}'"));
                }
                continue;
            }
            Escape::Nothing => continue,
            Escape::Unknown(kind) => {
                out.push(u32::from(b'\\'));
                out.push(u32::from(kind));
                if invalid.is_none() {
                    invalid = Some(format!("invalid escape sequence '\\{}'", char::from(kind)));
                }
                continue;
            }
            Escape::Incomplete(_) if !is_final => {
                at = start;
                break;
            }
            Escape::Incomplete(reason) | Escape::Bad(reason) => reason,
        };
        let failure = DecodeFailure {
            encoding: "unicodeescape",
            bytes,
            start,
            end: at,
            reason,
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|c| out.push(c));
        at = next;
    }
    if let Some(message) = invalid {
        rt.warn(&rt.types.deprecation_warning, &message)?;
    }
    Ok((out.finish(rt), at))
}

/// `bytes.decode('raw_unicode_escape')`.
pub fn raw_unicode_escape_decode(
    rt: &Rt,
    bytes: &[u8],
    handler: &Handler,
    is_final: bool,
) -> PyResult<Decoded> {
    let mut out = TextBuilder::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        if byte != b'\\' {
            out.push(u32::from(byte));
            continue;
        }
        let Some(&kind) = bytes.get(at) else {
            if !is_final {
                at = start;
                break;
            }
            out.push(u32::from(byte));
            continue;
        };
        at += 1;
        let made = match kind {
            b'u' => hex_digits(bytes, &mut at, 4, "truncated \\uXXXX escape"),
            b'U' => hex_digits(bytes, &mut at, 8, "truncated \\UXXXXXXXX escape"),
            _ => {
                out.push(u32::from(byte));
                out.push(u32::from(kind));
                continue;
            }
        };
        let reason = match made {
            Escape::Char(code @ ..0x11_0000) => {
                out.push(code);
                continue;
            }
            Escape::Incomplete(_) if !is_final => {
                at = start;
                break;
            }
            Escape::Incomplete(reason) | Escape::Bad(reason) => reason,
            Escape::Char(_) | Escape::Nothing | Escape::Unknown(_) => "\\Uxxxxxxxx out of range",
        };
        let failure = DecodeFailure {
            encoding: "rawunicodeescape",
            bytes,
            start,
            end: at,
            reason,
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|c| out.push(c));
        at = next;
    }
    Ok((out.finish(rt), at))
}

/// `codecs.escape_encode`: bytes as a bytes literal shows them.
pub fn escape_encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\'' | b'\\' => out.extend([b'\\', byte]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x20..0x7f => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}

/// `codecs.escape_decode`: the escapes of bytes literals (`_PyBytes_DecodeEscape`).
pub fn escape_decode(rt: &Rt, bytes: &[u8], handler: &Handler) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.get(at) {
            None => return Err(rt.value_error("Trailing \\ in string")),
            Some(&kind @ (b'u' | b'U' | b'N')) => {
                at += 1;
                out.extend([byte, kind]);
                invalid.get_or_insert(kind);
                continue;
            }
            Some(b'x') => {
                at += 1;
                let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16));
                match (digit(at), digit(at + 1)) {
                    (Some(high), Some(low)) => {
                        out.push((high << 4 | low) as u8);
                        at += 2;
                    }
                    (high, _) => {
                        match handler {
                            Handler::Replace => out.push(b'?'),
                            Handler::Ignore => (),
                            Handler::Strict => {
                                return Err(rt.value_error(format!(
                                    "invalid \\x escape at position {start}"
                                )));
                            }
                            _ => {
                                return Err(
                                    rt.value_error("decoding error; unknown error handling code")
                                );
                            }
                        }
                        at += usize::from(high.is_some());
                    }
                }
                continue;
            }
            Some(_) => (),
        }
        match one_escape(bytes, &mut at) {
            Escape::Char(code) => out.push(code as u8),
            Escape::Unknown(kind) => {
                out.extend([byte, kind]);
                invalid.get_or_insert(kind);
            }
            Escape::Nothing | Escape::Incomplete(_) | Escape::Bad(_) => (),
        }
    }
    if let Some(kind) = invalid {
        let message = format!("invalid escape sequence '\\{}'", char::from(kind));
        rt.warn(&rt.types.deprecation_warning, &message)?;
    }
    Ok(out)
}
