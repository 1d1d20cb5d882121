//! Python's `repr` of strings, bytes and numbers.

use std::fmt::Write;

use crate::generated::unprintable::{PRINTABLE_SINCE, UNPRINTABLE};

/// The quote `repr` picks: single unless only single quotes occur inside.
fn quote(text: &[u8]) -> char {
    if text.contains(&b'\'') && !text.contains(&b'"') {
        '"'
    } else {
        '\''
    }
}

/// Appends the `repr` of a `str` in 3.12; mirrors `unicode_repr`. `text` is generalised UTF-8.
pub fn write_str(out: &mut String, text: &[u8]) {
    write_str_by(out, text, is_printable);
}

/// As [`write_str`], as Python 3.`minor` has it, whose Unicode is another one.
pub fn write_str_in(out: &mut String, text: &[u8], minor: u8) {
    write_str_by(out, text, |letter| is_printable_in(letter, minor));
}

fn write_str_by(out: &mut String, text: &[u8], is_printable: impl Fn(char) -> bool) {
    let quote = quote(text);
    out.push(quote);
    for code in code_points(text) {
        match char::from_u32(code) {
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(letter) if letter == quote => {
                out.push('\\');
                out.push(letter);
            }
            Some(letter) if is_printable(letter) => out.push(letter),
            _ => write_escape(out, code),
        }
    }
    out.push(quote);
}

/// The code points of generalised UTF-8: lone surrogates are let through.
pub fn code_points(text: &[u8]) -> impl Iterator<Item = u32> {
    let mut rest = text.iter().map(|&byte| u32::from(byte));
    std::iter::from_fn(move || {
        let lead = rest.next()?;
        let (mut code, more) = match lead {
            0..0xc0 => (lead, 0),
            0xc0..0xe0 => (lead & 0x1f, 1),
            0xe0..0xf0 => (lead & 0x0f, 2),
            _ => (lead & 0x07, 3),
        };
        for _ in 0..more {
            code = (code << 6) | (rest.next()? & 0x3f);
        }
        Some(code)
    })
}

fn write_escape(out: &mut String, code: u32) {
    let written = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    written.expect("writing to a string");
}

/// Tells what `str.isprintable` says of one character.
pub fn is_printable(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_control();
    }
    let code = u32::from(letter);
    let after = UNPRINTABLE.partition_point(|&(first, _)| first <= code);
    let range = after
        .checked_sub(1)
        .and_then(|index| UNPRINTABLE.get(index));
    range.is_none_or(|&(_, last)| code > last)
}

/// Tells what `str.isprintable` says of one character in Python 3.`minor`, from 3.8 to 3.15.
pub fn is_printable_in(letter: char, minor: u8) -> bool {
    let code = u32::from(letter);
    let after = PRINTABLE_SINCE.partition_point(|&(first, _, _)| first <= code);
    let range = after
        .checked_sub(1)
        .and_then(|index| PRINTABLE_SINCE.get(index));
    match range {
        Some(&(_, last, since)) if code <= last => minor >= since,
        _ => is_printable(letter),
    }
}

/// Appends the `repr` of `bytes`; mirrors `PyBytes_Repr`.
pub fn write_bytes(out: &mut String, bytes: &[u8]) {
    let quote = quote(bytes);
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b' '..=b'~' => {
                if char::from(byte) == quote {
                    out.push('\\');
                }
                out.push(char::from(byte));
            }
            _ => write_escape(out, u32::from(byte)),
        }
    }
    out.push(quote);
}

/// The text of `repr(value)` for a float: shortest digits, CPython's `'r'` format.
pub fn float(value: f64) -> String {
    let text = bare_float(value);
    let is_integral = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_integral { text + ".0" } else { text }
}

/// Shortest digits with an exponent where `repr` uses one, without the `.0` of integral floats.
fn bare_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    // The shortest digits; where two are equally near and both read back, CPython's dtoa takes the even
    // one, and so does formatting with a given number of digits.
    let shortest = format!("{value:e}");
    let significand = shortest.split('e').next().unwrap_or_default();
    let decimals = significand.split('.').nth(1).map_or(0, str::len);
    // No two numbers of 15 digits read back as one float that is not subnormal.
    let unique = decimals < 15 && value.abs() >= f64::MIN_POSITIVE;
    let nearest = if unique {
        String::new()
    } else {
        format!("{value:.decimals$e}")
    };
    let scientific = if nearest.parse() == Ok(value) {
        nearest
    } else {
        shortest
    };
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return positional(digits, exponent);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// `-1.25` and an exponent as a number without exponent.
fn positional(significand: &str, exponent: i32) -> String {
    let (sign, significand) = match significand.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", significand),
    };
    let digits = significand.replace('.', "");
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent as usize + 1;
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits:0<whole$}"),
    }
}

/// Appends the `repr` of a `complex`; mirrors `complex_repr`.
pub fn write_complex(out: &mut String, real: f64, imag: f64) {
    if real == 0.0 && real.is_sign_positive() {
        out.push_str(&bare_float(imag));
        out.push('j');
        return;
    }
    let sign = if imag.is_sign_negative() && !imag.is_nan() {
        ""
    } else {
        "+"
    };
    write!(out, "({}{sign}{}j)", bare_float(real), bare_float(imag)).expect("writing to a string");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unicode_grows_with_the_versions() {
        for (letter, since) in [
            ('\u{30003}', 9),
            ('\u{2ffc}', 13),
            ('\u{1c89}', 14),
            ('π', 8),
        ] {
            for minor in 8..=15 {
                assert_eq!(is_printable_in(letter, minor), minor >= since);
            }
            assert_eq!(is_printable(letter), is_printable_in(letter, 12));
        }
    }

    #[test]
    fn floats_are_shortest_and_even() {
        for (value, expected) in [
            (2f64.powi(-25), "2.9802322387695312e-08"),
            (2f64.powi(-24), "5.960464477539063e-08"),
            (5e-324, "5e-324"),
            (0.1, "0.1"),
            (-0.0, "-0.0"),
            (123.0, "123.0"),
            (1200.0, "1200.0"),
            (0.00012, "0.00012"),
            (9007199254740993.0, "9007199254740992.0"),
            (1e22, "1e+22"),
        ] {
            assert_eq!(float(value), expected);
        }
    }
}
