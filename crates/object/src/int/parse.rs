//! Integers from text and to text.

use super::AnyInt;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::unicode::{decimal_value, is_space};
use hognose_heap::{Ref, Value};
use num_bigint::BigInt;
use std::borrow::Cow;

/// More digits than that are not converted between text and integers, unless the limit is changed
/// (`sys.set_int_max_str_digits`).
pub const DEFAULT_MAX_DIGITS: usize = 4300;

/// An integer's decimal text, limited as `sys.set_int_max_str_digits` says.
pub fn int_to_text(rt: &Rt, value: &AnyInt<'_>) -> PyResult<String> {
    match value {
        AnyInt::Small(i) => Ok(i.to_string()),
        AnyInt::Big(b) => {
            let most = rt.max_int_digits.get();
            let digits_at_least =
                (b.bits().saturating_sub(1) as f64 * std::f64::consts::LOG10_2) as usize;
            let too_many = || {
                rt.value_error(format!(
                    "Exceeds the limit ({most} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
                ))
            };
            if most != 0 && digits_at_least > most {
                return Err(too_many());
            }
            let text = b.to_string();
            if most != 0 && text.len() - usize::from(text.starts_with('-')) > most {
                return Err(too_many());
            }
            Ok(text)
        }
    }
}

pub(super) fn repr(rt: &Rt, value: &Value) -> PyResult {
    let Some(i) = rt.as_int(value) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(rt.str_ascii(int_to_text(rt, &i)?.as_bytes()).into_value())
}

/// `int(text, base)`; `None` if the text is no such literal.
fn parse(rt: &Rt, text: &str, base: u32) -> PyResult<Option<BigInt>> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let prefix = digits.get(..2).map(str::to_ascii_lowercase);
    let prefixed = match prefix.as_deref() {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    let (base, mut digits, had_prefix) = match (base, prefixed) {
        (0, Some(found)) => (found, &digits[2..], true),
        (0, None) => {
            // A decimal literal has no leading zero, unless it is all zeroes.
            let significant = digits.trim_matches(|c| c == '0' || c == '_');
            if digits.starts_with('0') && !significant.is_empty() {
                return Ok(None);
            }
            (10, digits, false)
        }
        (base, Some(found)) if base == found => (base, &digits[2..], true),
        (base, _) => (base, digits, false),
    };
    if had_prefix && digits.starts_with('_') {
        digits = &digits[1..];
    }
    if digits.is_empty()
        || digits.starts_with('_')
        || digits.ends_with('_')
        || digits.contains("__")
    {
        return Ok(None);
    }
    let plain: Cow<'_, [u8]> = if memchr::memchr(b'_', digits.as_bytes()).is_some() {
        digits.bytes().filter(|&c| c != b'_').collect()
    } else {
        digits.as_bytes().into()
    };
    let valid = match base {
        10 => plain.iter().all(u8::is_ascii_digit),
        _ => plain.iter().all(|&c| (c as char).is_digit(base)),
    };
    if !valid {
        return Ok(None);
    }
    let most = rt.max_int_digits.get();
    if !base.is_power_of_two() && most != 0 && plain.len() > most {
        let n = plain.len();
        return Err(rt.value_error(format!(
            "Exceeds the limit ({most} digits) for integer string conversion: value has {n} digits; use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    let number = BigInt::parse_bytes(&plain, base);
    Ok(number.map(|n| if negative { -n } else { n }))
}

/// `int(text, base)` of ASCII text without surrounding space; `None` if it is no such literal.
pub fn int_from_text(rt: &Rt, text: &str, base: u32) -> PyResult<Option<BigInt>> {
    if base == 10
        && text.len() < 18
        && !text.contains('_')
        && let Ok(i) = text.parse::<i64>()
    {
        return Ok(Some(BigInt::from(i)));
    }
    parse(rt, text, base)
}

/// The text with Unicode digits and spaces made ASCII (`_PyUnicode_TransformDecimalAndSpaceToASCII`).
pub(crate) fn ascii_number(text: &Ref<Str>) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.to_str();
    }
    let mut out = String::with_capacity(text.char_count());
    for code in text.codes() {
        out.push(match code {
            0..0x80 => code as u8 as char,
            _ if is_space(code) => ' ',
            _ => match decimal_value(code) {
                Some(digit) => (b'0' + digit) as char,
                None => '?',
            },
        });
    }
    out.into()
}

/// `int(value, base)` of a string.
pub(super) fn from_str(rt: &Rt, value: &Value, text: &Ref<Str>, base: u32) -> PyResult<BigInt> {
    let ascii = ascii_number(text);
    if let Some(number) = int_from_text(rt, ascii.trim_matches(is_ascii_space), base)? {
        return Ok(number);
    }
    let shown = rt.repr(value)?;
    Err(rt.value_error(format!(
        "invalid literal for int() with base {base}: {}",
        shown.to_str()
    )))
}

pub(crate) fn is_ascii_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\x1c'..='\x1f')
}

/// `int(value, base)` of bytes.
pub(super) fn from_bytes(rt: &Rt, bytes: &[u8], base: u32) -> PyResult<BigInt> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && text.is_ascii()
        && let Some(number) = int_from_text(rt, text.trim_matches(is_ascii_space), base)?
    {
        return Ok(number);
    }
    // As bytes, whatever they came from (`_PyLong_FromBytes`).
    let shown = rt.repr(rt.bytes(bytes).as_value())?;
    Err(rt.value_error(format!(
        "invalid literal for int() with base {base}: {}",
        shown.to_str()
    )))
}
