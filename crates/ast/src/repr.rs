//! Python's `repr` of constants.

use crate::Constant;
use hognose_source::repr::{write_bytes, write_complex, write_str};

pub use hognose_source::repr::{code_points, float, is_printable};

/// Appends `repr(value)`.
pub fn write_repr(out: &mut String, value: &Constant<'_>) {
    match value {
        Constant::None => out.push_str("None"),
        Constant::True => out.push_str("True"),
        Constant::False => out.push_str("False"),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::Str(text) => write_str(out, text),
        Constant::Bytes(bytes) => write_bytes(out, bytes),
        Constant::Int(value) => out.push_str(&value.to_string()),
        Constant::BigInt(value) => out.push_str(&value.to_number().to_string()),
        Constant::Float(value) => out.push_str(&float(*value)),
        Constant::Complex { real, imag } => write_complex(out, *real, *imag),
        Constant::Tuple(items) => {
            out.push('(');
            write_items(out, items);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Constant::FrozenSet(items) => {
            out.push_str("frozenset({");
            write_items(out, items);
            out.push_str("})");
        }
    }
}

fn write_items(out: &mut String, items: &[Constant<'_>]) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_repr(out, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: Constant<'_>, expected: &str) {
        let mut out = String::new();
        write_repr(&mut out, &value);
        assert_eq!(out, expected);
    }

    #[test]
    fn floats() {
        for (value, expected) in [
            (0.0, "0.0"),
            (1e16, "1e+16"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (1e15, "1000000000000000.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e300, "1e+300"),
            (f64::INFINITY, "inf"),
            (-1.5, "-1.5"),
        ] {
            check(Constant::Float(value), expected);
        }
        check(
            Constant::Complex {
                real: 0.0,
                imag: 1.0,
            },
            "1j",
        );
        check(
            Constant::Complex {
                real: 1.5,
                imag: -2.0,
            },
            "(1.5-2j)",
        );
    }

    #[test]
    fn strings() {
        check(Constant::Str(b"it's"), r#""it's""#);
        check(Constant::Str(b"'\"\\\n\x00\x7f"), r#"'\'"\\\n\x00\x7f'"#);
        check(
            Constant::Str("é\u{a0}\u{e000}\u{e0001}".as_bytes()),
            r"'é\xa0\ue000\U000e0001'",
        );
        check(Constant::Str(b"\xed\xa0\x80x"), r"'\ud800x'");
        check(Constant::Bytes(b"a'\xff"), r#"b"a'\xff""#);
    }
}
