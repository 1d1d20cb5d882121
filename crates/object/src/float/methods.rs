//! `float()` and the methods of `float`.

use super::ops::number;
use crate::hash::frexp;
use crate::int::{float_of_int, int_of_float};
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};
use num_bigint::BigInt;
use num_traits::One;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::new(
        "as_integer_ratio",
        "($self, /)",
        Call::Zero(as_integer_ratio),
    )
    .with_doc("Two integers whose quotient is the float.\n\n>>> (0.75).as_integer_ratio()\n(3, 4)"),
    NativeDef::new(
        "conjugate",
        "($self, /)",
        Call::Zero(|rt, v| Ok(rt.float(number(rt, v)))),
    ),
    NativeDef::class("fromhex", "($type, string, /)", Call::One(fromhex)).with_doc(
        "The float that a hexadecimal text says.\n\n>>> float.fromhex(\"0x1.8p+1\")\n3.0",
    ),
    NativeDef::new("hex", "($self, /)", Call::Zero(hex))
        .with_doc("The float as hexadecimal text.\n\n>>> (3.0).hex()\n'0x1.8000000000000p+1'"),
    NativeDef::new(
        "is_integer",
        "($self, /)",
        Call::Zero(|rt, v| {
            let x = number(rt, v);
            Ok(Value::bool(x.is_finite() && x.floor() == x))
        }),
    ),
    NativeDef::new(
        "__ceil__",
        "($self, /)",
        Call::Zero(|rt, v| int_of_float(rt, number(rt, v).ceil())),
    ),
    NativeDef::new(
        "__floor__",
        "($self, /)",
        Call::Zero(|rt, v| int_of_float(rt, number(rt, v).floor())),
    ),
    NativeDef::new(
        "__format__",
        "($self, format_spec, /)",
        Call::One(|rt, v, spec| rt.format_float(v, spec)),
    ),
    NativeDef::class("__getformat__", "($type, typestr, /)", Call::One(getformat)),
    NativeDef::new(
        "__getnewargs__",
        "($self, /)",
        Call::Zero(|rt, v| Ok(rt.tuple([rt.float(number(rt, v))]).into_value())),
    ),
    NativeDef::new("__round__", "($self, ndigits=None, /)", Call::Many(round)),
    NativeDef::new(
        "__trunc__",
        "($self, /)",
        Call::Zero(|rt, v| int_of_float(rt, number(rt, v))),
    ),
];

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef::read("real", |rt, v| Ok(rt.float(number(rt, v)))),
    GetSetDef::read("imag", |rt, _| Ok(rt.float(0.0))),
];

pub(super) fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if rt.new_refuses_keywords(ty, &rt.types.float, args) {
        return Err(rt.type_error("float() takes no keyword arguments"));
    }
    let given = rt.positional("float", &Args::new(args.positional()), 0, 1)?;
    let x = match given {
        [value] => {
            if ty.same(&rt.types.float) && rt.is_exact(value, &rt.types.float) {
                return Ok(value.clone());
            }
            number_of(rt, value)?
        }
        _ => 0.0,
    };
    Ok(rt.float_of(ty, x))
}

/// `PyNumber_Float`, which asks `__float__` of a subclass of `float` too.
fn number_of(rt: &Rt, value: &Value) -> PyResult<f64> {
    let slots = &rt.type_of(value).slots;
    if rt.is_exact_str(value) || slots.float.get().is_none() && slots.index.get().is_none() {
        return match literal(rt, value) {
            Some(parsed) => parsed,
            None => rt
                .to_float(value)
                .map_err(|raised| float_argument_error(rt, value, raised)),
        };
    }
    let Some(f) = slots.float.get() else {
        return rt.to_float(value);
    };
    let made = f(rt, value)?;
    let Some(x) = rt.as_float(&made) else {
        let (own, given) = (rt.type_name(value), rt.type_name(&made));
        return Err(rt.type_error(format!("{own}.__float__ returned non-float (type {given})")));
    };
    if !rt.is_exact(&made, &rt.types.float) {
        let (own, given) = (rt.type_name(value), rt.type_name(&made));
        rt.warn(
            &rt.types.deprecation_warning,
            &format!(
                "{own}.__float__ returned non-float (type {given}).  The ability to return an instance of a strict subclass of float is deprecated, and may not be supported in a future version of Python."
            ),
        )?;
    }
    Ok(x)
}

/// `float()` names all it takes where `PyNumber_Float` only asks for a real number.
#[cold]
fn float_argument_error(rt: &Rt, value: &Value, raised: crate::Raised) -> crate::Raised {
    let slots = &rt.type_of(value).slots;
    if slots.float.get().is_some() || slots.index.get().is_some() {
        return raised;
    }
    let name = rt.type_name(value);
    rt.type_error(format!(
        "float() argument must be a string or a real number, not '{name}'"
    ))
}

fn literal(rt: &Rt, value: &Value) -> Option<PyResult<f64>> {
    let text = if let Some(text) = value.downcast::<Str>() {
        crate::int::ascii_number(text).into_owned()
    } else {
        match rt.buffer_bytes(value)? {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(raised) => return Some(Err(raised)),
        }
    };
    Some(
        match float_from_text(text.trim_matches(crate::int::is_ascii_space)) {
            Some(x) => Ok(x),
            None => match rt.repr(value) {
                Ok(shown) => Err(rt.value_error(format!(
                    "could not convert string to float: {}",
                    shown.to_str()
                ))),
                Err(raised) => Err(raised),
            },
        },
    )
}

/// The float that ASCII text without surrounding space says (`float_from_string`).
pub fn float_from_text(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let word = digits.to_ascii_lowercase();
        let magnitude = match word.as_str() {
            "inf" | "infinity" => f64::INFINITY,
            "nan" => f64::NAN,
            _ => return None,
        };
        return Some(if text.starts_with('-') {
            -magnitude
        } else {
            magnitude
        });
    }
    // An underscore stands between digits only.
    let bytes = text.as_bytes();
    let between = |i: usize| {
        let digit = |c: Option<&u8>| c.is_some_and(u8::is_ascii_digit);
        digit(i.checked_sub(1).and_then(|j| bytes.get(j))) && digit(bytes.get(i + 1))
    };
    if bytes
        .iter()
        .enumerate()
        .any(|(i, &c)| c == b'_' && !between(i))
    {
        return None;
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    // Rust's parser takes what Python's does but for an empty exponent, which it refuses too.
    plain.parse().ok()
}

fn as_integer_ratio(rt: &Rt, value: &Value) -> PyResult {
    let x = number(rt, value);
    if x.is_infinite() {
        return Err(rt.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if x.is_nan() {
        return Err(rt.value_error("cannot convert NaN to integer ratio"));
    }
    let (mut m, mut e) = frexp(x.abs());
    while m != m.floor() {
        m *= 2.0;
        e -= 1;
    }
    let mantissa = BigInt::from(m as u64);
    let (n, d) = if e >= 0 {
        (mantissa << e, BigInt::one())
    } else {
        (mantissa, BigInt::one() << -e)
    };
    let n = if x < 0.0 { -n } else { n };
    Ok(rt.tuple([rt.big_int(n), rt.big_int(d)]).into_value())
}

fn hex(rt: &Rt, value: &Value) -> PyResult {
    let x = number(rt, value);
    if !x.is_finite() {
        return rt.repr(value).map(Ref::into_value);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let text = if x == 0.0 {
        format!("{sign}0x0.0p+0")
    } else if exponent == 0 {
        format!("{sign}0x0.{fraction:013x}p-1022")
    } else {
        format!("{sign}0x1.{fraction:013x}p{:+}", exponent - 1023)
    };
    Ok(rt.str(&text).into_value())
}

fn fromhex(rt: &Rt, class: &Value, text: &Value) -> PyResult {
    let Some(text) = text.downcast_ref::<Str>() else {
        return Err(rt.type_error("bad argument type for built-in operation"));
    };
    let text = text.to_str();
    let x = match parse_hex(text.trim_matches(crate::int::is_ascii_space)) {
        HexFloat::Number(x) => x,
        HexFloat::Invalid => {
            return Err(rt.value_error("invalid hexadecimal floating-point string"));
        }
        HexFloat::TooLarge => {
            return Err(rt.overflow_error("hexadecimal value too large to represent as a float"));
        }
    };
    let made = rt.float(x);
    if class.is(rt.types.float.as_value()) {
        Ok(made)
    } else {
        rt.call(class, &[made])
    }
}

enum HexFloat {
    Number(f64),
    Invalid,
    TooLarge,
}

fn parse_hex(text: &str) -> HexFloat {
    let negative = text.starts_with('-');
    let body = text
        .strip_prefix(['+', '-'])
        .unwrap_or(text)
        .to_ascii_lowercase();
    let signed = |x: f64| if negative { -x } else { x };
    match body.as_str() {
        "inf" | "infinity" => return HexFloat::Number(signed(f64::INFINITY)),
        "nan" => return HexFloat::Number(signed(f64::NAN)),
        _ => (),
    }
    let body = body.strip_prefix("0x").unwrap_or(&body);
    let (digits, exponent) = match body.split_once('p') {
        Some((digits, exponent)) => {
            let plain = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if plain.is_empty() || !plain.bytes().all(|c| c.is_ascii_digit()) {
                return HexFloat::Invalid;
            }
            let size = plain
                .parse::<i64>()
                .unwrap_or(i64::MAX / 4)
                .min(i64::MAX / 4);
            (
                digits,
                if exponent.starts_with('-') {
                    -size
                } else {
                    size
                },
            )
        }
        None => (body, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0
        || !(whole.bytes().chain(fraction.bytes())).all(|c| c.is_ascii_hexdigit())
    {
        return HexFloat::Invalid;
    }
    let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let mantissa = BigInt::parse_bytes(&all, 16).unwrap_or_default();
    if mantissa.sign() == num_bigint::Sign::NoSign {
        return HexFloat::Number(signed(0.0));
    }
    let exponent = exponent - 4 * fraction.len() as i64;
    let top = mantissa.bits() as i64 + exponent;
    if top > 1024 {
        return HexFloat::TooLarge;
    }
    if top < -1080 {
        return HexFloat::Number(signed(0.0));
    }
    match crate::int::scaled_float(&mantissa, exponent) {
        Some(x) => HexFloat::Number(signed(x)),
        None => HexFloat::TooLarge,
    }
}

fn getformat(rt: &Rt, _class: &Value, kind: &Value) -> PyResult {
    match kind.downcast_ref::<Str>() {
        Some(text) if text.is_text("double") || text.is_text("float") => {
            let order = if cfg!(target_endian = "little") {
                "little"
            } else {
                "big"
            };
            Ok(rt.str(&format!("IEEE, {order}-endian")).into_value())
        }
        Some(_) => Err(rt.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        None => {
            let name = rt.type_name(kind);
            Err(rt.type_error(format!("__getformat__() argument must be str, not {name}")))
        }
    }
}

fn round(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let x = number(rt, value);
    let digits = match rt.positional("__round__", args, 0, 1)? {
        [digits] if !digits.is_none() => rt.index_clamped(digits)?,
        _ => return int_of_float(rt, x.round_ties_even()),
    };
    if !x.is_finite() || digits > 323 {
        return Ok(rt.float(x));
    }
    if digits < -308 {
        return Ok(rt.float(0f64.copysign(x)));
    }
    let rounded = if digits >= 0 {
        format!("{x:.*}", digits as usize).parse().unwrap_or(x)
    } else {
        round_to_power(x, -digits as u32)
    };
    if f64::is_infinite(rounded) {
        return Err(rt.overflow_error("rounded value too large to represent"));
    }
    Ok(rt.float(rounded))
}

/// The multiple of a power of ten that is nearest, ties to even, decided exactly.
fn round_to_power(x: f64, places: u32) -> f64 {
    let (mut m, mut e) = frexp(x.abs());
    m *= 2f64.powi(53);
    e -= 53;
    let mantissa = BigInt::from(m as u64);
    let unit = BigInt::from(10).pow(places);
    let (n, d) = if e >= 0 {
        (mantissa << e, unit.clone())
    } else {
        (mantissa, unit.clone() << -e)
    };
    let (q, r) = num_integer::Integer::div_rem(&n, &d);
    let twice: BigInt = r * 2;
    let up = twice > d || (twice == d && q.bit(0));
    let q = if up { q + 1 } else { q };
    let text = format!("{}e{places}", q);
    text.parse::<f64>().unwrap_or(x).copysign(x)
}

impl Rt {
    /// The float that a real number is (`PyFloat_AsDouble`): `__float__`, else `__index__`.
    pub fn to_float(&self, value: &Value) -> PyResult<f64> {
        if let Some(x) = self.as_float(value) {
            return Ok(x);
        }
        if self.is_exact(value, &self.types.int)
            && let Some(i) = self.as_int(value)
        {
            return float_of_int(self, &i);
        }
        let slots = &self.type_of(value).slots;
        if let Some(f) = slots.float.get() {
            let made = f(self, value)?;
            return self.as_float(&made).ok_or_else(|| {
                let (own, given) = (self.type_name(value), self.type_name(&made));
                self.type_error(format!("{own}.__float__ returned non-float (type {given})"))
            });
        }
        if slots.index.get().is_some() {
            let i = self.index(value)?;
            if let Some(i) = self.as_int(&i) {
                return float_of_int(self, &i);
            }
        }
        Err(self.type_error(format!(
            "must be real number, not {}",
            self.type_name(value)
        )))
    }
}
