//! Python's `repr` of constants.

use crate::set_order::iteration_order;
use hognose_bytecode::{CodeObject, Const};
use hognose_source::repr::{float, write_bytes, write_complex, write_str_in};
use hognose_version::Features;
use num_bigint::BigInt;
use std::fmt::Write;

/// The longest text one constant gets.
///
/// References let a small file hold a constant of astronomic size; no compiler makes text this long.
const LONGEST: usize = 16 << 20;

/// Appends `repr(constant)`, cut off with "..." where it gets absurdly long.
///
/// Recursion is bounded: constants come from a reader that limits their depth, or from the compiler.
pub fn write_const(out: &mut String, constant: &Const, features: Features) {
    let limit = out.len() + LONGEST;
    write_within(out, constant, features, limit);
}

fn write_within(out: &mut String, constant: &Const, features: Features, limit: usize) {
    if out.len() > limit {
        return out.push_str("...");
    }
    match constant {
        Const::None => out.push_str("None"),
        Const::True => out.push_str("True"),
        Const::False => out.push_str("False"),
        Const::Ellipsis => out.push_str("Ellipsis"),
        Const::Int(value) => write_int(out, i128::from(*value)),
        Const::BigInt(value) => write_big_int(out, value),
        Const::Float(value) => out.push_str(&float(*value)),
        Const::Complex { re, im } => write_complex(out, *re, *im),
        Const::Str(text) => write_str_in(out, text.as_bytes(), features.printable),
        Const::Bytes(bytes) => write_bytes(out, bytes),
        Const::Tuple(items) => {
            out.push('(');
            write_items(out, items.iter(), features, limit);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Const::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
        Const::FrozenSet(items) => {
            out.push_str("frozenset({");
            match iteration_order(items, features) {
                Some(items) => write_items(out, items.into_iter(), features, limit),
                None => write_items(out, items.iter(), features, limit),
            }
            out.push_str("})");
        }
        Const::Slice(parts) => {
            out.push_str("slice(");
            write_items(out, parts.iter(), features, limit);
            out.push(')');
        }
        Const::Code(code) => write_code(out, code),
    }
}

fn write_items<'a>(
    out: &mut String,
    items: impl Iterator<Item = &'a Const>,
    features: Features,
    limit: usize,
) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_within(out, item, features, limit);
        if out.len() > limit {
            return;
        }
    }
}

/// Digits `repr` may give; `sys.int_info.default_max_str_digits`.
const MAX_DIGITS: u64 = 4300;

fn write_big_int(out: &mut String, value: &BigInt) {
    // More bits than that many digits: CPython refuses, and conversion takes quadratic time.
    if value.bits() > MAX_DIGITS * 10 / 3 {
        out.push_str("<int of ");
        write_int(out, i128::from(value.bits()));
        out.push_str(" bits>");
    } else {
        out.push_str(&value.to_string());
    }
}

/// Appends a number; writing to a string cannot fail.
pub fn write_int(out: &mut String, value: i128) {
    let _ = write!(out, "{value}");
}

/// Appends `repr(code)`, with 0x0 where CPython has the address.
pub fn write_code(out: &mut String, code: &CodeObject) {
    let line = if code.firstlineno == 0 {
        -1
    } else {
        code.firstlineno
    };
    let _ = write!(
        out,
        "<code object {} at 0x0, file \"{}\", line {line}>",
        code.name, code.filename
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use hognose_version::Version;

    fn check(constant: Const, expected: &str) {
        let mut out = String::new();
        write_const(&mut out, &constant, Features::of(Version::DEFAULT));
        assert_eq!(out, expected);
    }

    #[test]
    fn text_is_bounded() {
        let mut constant = Const::tuple([Const::Int(1), Const::Int(2)]);
        for _ in 0..40 {
            constant = Const::tuple([constant.clone(), constant]);
        }
        let mut out = String::new();
        write_const(&mut out, &constant, Features::of(Version::DEFAULT));
        assert!(out.len() < LONGEST + 1000);
    }

    #[test]
    fn constants() {
        check(Const::tuple([]), "()");
        check(Const::tuple([Const::Int(-1)]), "(-1,)");
        check(
            Const::FrozenSet([Const::Float(1e100), Const::True].into()),
            "frozenset({True, 1e+100})",
        );
        check(Const::FrozenSet([].into()), "frozenset()");
        check(Const::Complex { re: -0.0, im: 2.0 }, "(-0+2j)");
        check(Const::Bytes(b"it's".as_slice().into()), "b\"it's\"");
        check(
            Const::int(BigInt::from(10).pow(30)),
            "1000000000000000000000000000000",
        );
        check(
            Const::int(BigInt::from(1) << 100_000),
            "<int of 100001 bits>",
        );
        check(
            Const::Slice([Const::None, Const::Int(1), Const::None].into()),
            "slice(None, 1, None)",
        );
    }
}
