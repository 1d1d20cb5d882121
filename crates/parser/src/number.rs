//! Numeric literals.

use hognose_ast::{Constant, Expr};
use num_bigint::BigInt;

use crate::cursor::{Failed, Parse, Parser};

/// `sys.int_info.default_max_str_digits`: longer decimal literals are refused.
const MAX_DECIMAL_DIGITS: usize = 4300;

impl<'a> Parser<'a, '_> {
    /// A `NUMBER` token. Mirrors `_PyPegen_number_token`.
    pub fn number(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let value = parse_number(self.text(), self.arena).ok_or(Failed)?;
        self.bump();
        Ok(self.constant(start, value))
    }
}

/// The value of a well-formed literal, or nothing if it has too many digits.
fn parse_number<'a>(text: &str, arena: &'a bumpalo::Bump) -> Option<Constant<'a>> {
    if text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Constant::Int);
    }
    if text.contains('_') {
        return parse_plain(&text.replace('_', ""), arena);
    }
    parse_plain(text, arena)
}

fn parse_plain<'a>(text: &str, arena: &'a bumpalo::Bump) -> Option<Constant<'a>> {
    let radix = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 10,
    };
    if radix != 10 {
        return integer(text.get(2..)?, radix, arena);
    }
    if let Some(imaginary) = text.strip_suffix(['j', 'J']) {
        let imag = imaginary.parse().ok()?;
        return Some(Constant::Complex { real: 0.0, imag });
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let is_zero = text.bytes().all(|byte| byte == b'0');
        if is_zero {
            return Some(Constant::Int(0));
        }
        if text.len() > MAX_DECIMAL_DIGITS {
            return None;
        }
        return integer(text, 10, arena);
    }
    text.parse().ok().map(Constant::Float)
}

fn integer<'a>(digits: &str, radix: u32, arena: &'a bumpalo::Bump) -> Option<Constant<'a>> {
    if let Ok(small) = i64::from_str_radix(digits, radix) {
        return Some(Constant::Int(small));
    }
    let big = BigInt::parse_bytes(digits.as_bytes(), radix)?;
    Some(Constant::from_number(&big, arena))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let arena = bumpalo::Bump::new();
        let mut out = String::new();
        hognose_ast::repr::write_repr(&mut out, &parse_number(text, &arena).expect("a number"));
        assert_eq!(out, expected);
    }

    #[test]
    fn literals() {
        for (text, expected) in [
            ("0", "0"),
            ("00_0", "0"),
            ("1_000", "1000"),
            ("0xFF_ff", "65535"),
            ("0o17", "15"),
            ("0b_101", "5"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808"),
            ("1.", "1.0"),
            (".5e1", "5.0"),
            ("1e400", "inf"),
            ("1_0.0_1", "10.01"),
            ("10J", "10j"),
            ("1e1j", "10j"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn long_decimals_are_refused() {
        let arena = bumpalo::Bump::new();
        assert_eq!(parse_number(&"9".repeat(4301), &arena), None);
        assert!(parse_number(&"9".repeat(4300), &arena).is_some());
        assert_eq!(
            parse_number(&"0".repeat(5000), &arena),
            Some(Constant::Int(0))
        );
    }
}
