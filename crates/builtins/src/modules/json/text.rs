//! Strings as JSON shows them.

use super::string;
use hognose_object::str_::Width;
use hognose_object::str_type::TextBuilder;
use hognose_object::{PyResult, Rt, Str, StrExt, Value};

/// `encode_basestring_ascii` and `encode_basestring`.
pub(super) fn quoted(rt: &Rt, value: &Value, ascii: bool) -> PyResult {
    let text = string(rt, value)?;
    rt.room_for_chars(text.char_count() + 2)?;
    let mut out = TextBuilder::with_capacity(text.char_count() + 2);
    push_quoted(&mut out, text, ascii);
    Ok(out.finish(rt).into_value())
}

/// Appends the string in quotes, with escapes; all of it ASCII if asked for.
pub(super) fn push_quoted(out: &mut TextBuilder, text: &Str, ascii: bool) {
    out.push(u32::from('"'));
    match text.width() {
        Width::One => push_escaped(out, text, text.bytes(), ascii),
        Width::Two => push_escaped(out, text, text.units16(), ascii),
        Width::Four => push_escaped(out, text, text.units32(), ascii),
    }
    out.push(u32::from('"'));
}

fn push_escaped<T: Copy + Into<u32>>(out: &mut TextBuilder, text: &Str, row: &[T], ascii: bool) {
    let greatest = if ascii { 0x7e } else { 0x10_ffff };
    let plain = |code: u32| (0x20..=greatest).contains(&code) && code != 0x22 && code != 0x5c;
    let mut at = 0;
    while let Some(rest) = row.get(at..).filter(|rest| !rest.is_empty()) {
        let run = rest
            .iter()
            .position(|&c| !plain(c.into()))
            .unwrap_or(rest.len());
        if run > 0 {
            out.push_slice(text, at, at + run);
            at += run;
        }
        if let Some(&code) = row.get(at) {
            push_escape(out, code.into(), ascii);
            at += 1;
        }
    }
}

fn push_escape(out: &mut TextBuilder, code: u32, ascii: bool) {
    let short = match code {
        0x22 => "\\\"",
        0x5c => "\\\\",
        0x08 => "\\b",
        0x0c => "\\f",
        0x0a => "\\n",
        0x0d => "\\r",
        0x09 => "\\t",
        // Without the limit to ASCII only control characters are escaped, and DEL is none here.
        _ if !ascii && code >= 0x20 => return out.push(code),
        _ => "",
    };
    if !short.is_empty() {
        return out.push_str(short);
    }
    match code.checked_sub(0x1_0000) {
        None => push_hex(out, code),
        Some(beyond) => {
            push_hex(out, 0xd800 + (beyond >> 10));
            push_hex(out, 0xdc00 + (beyond & 0x3ff));
        }
    }
}

fn push_hex(out: &mut TextBuilder, unit: u32) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = char::from_digit(unit >> shift & 0xf, 16).unwrap_or('0');
        out.push(u32::from(digit));
    }
}
