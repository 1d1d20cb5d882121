//! `int()` and the methods of `int`.

use super::ops::{exact, int_of_float, is_negative};
use super::{AnyInt, parse};
use crate::bytes::with_bytes;
use crate::native::{Args, Call, GetSetDef, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::new(
        "as_integer_ratio",
        "($self, /)",
        Call::Zero(|rt, v| Ok(rt.tuple([exact(rt, v), rt.int(1)]).into_value())),
    )
    .with_doc("The integer itself over one.\n\n>>> (7).as_integer_ratio()\n(7, 1)"),
    NativeDef::new("bit_count", "($self, /)", Call::Zero(bit_count))
        .with_doc("Ones in the binary digits of the absolute value.\n\n>>> (11).bit_count()\n3"),
    NativeDef::new("bit_length", "($self, /)", Call::Zero(bit_length))
        .with_doc("Binary digits that the absolute value takes.\n\n>>> (37).bit_length()\n6"),
    NativeDef::new(
        "conjugate",
        "($self, /)",
        Call::Zero(|rt, v| Ok(exact(rt, v))),
    ),
    NativeDef::class(
        "from_bytes",
        "($type, /, bytes, byteorder='big', *, signed=False)",
        Call::Many(from_bytes),
    ),
    NativeDef::new(
        "is_integer",
        "($self, /)",
        Call::Zero(|_, _| Ok(Value::TRUE)),
    ),
    NativeDef::new(
        "to_bytes",
        "($self, /, length=1, byteorder='big', *, signed=False)",
        Call::Many(to_bytes),
    ),
    NativeDef::new("__ceil__", "", Call::Zero(|rt, v| Ok(exact(rt, v)))),
    NativeDef::new("__floor__", "", Call::Zero(|rt, v| Ok(exact(rt, v)))),
    NativeDef::new(
        "__format__",
        "($self, format_spec, /)",
        Call::One(|rt, v, spec| rt.format_int(v, spec)),
    ),
    NativeDef::new(
        "__getnewargs__",
        "($self, /)",
        Call::Zero(|rt, v| Ok(rt.tuple([exact(rt, v)]).into_value())),
    ),
    NativeDef::new("__round__", "", Call::Many(round)),
    NativeDef::new("__sizeof__", "($self, /)", Call::Zero(sizeof)),
    NativeDef::new("__trunc__", "", Call::Zero(|rt, v| Ok(exact(rt, v)))),
];

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef::read("real", |rt, v| Ok(exact(rt, v))),
    GetSetDef::read("imag", |rt, _| Ok(rt.int(0))),
    GetSetDef::read("numerator", |rt, v| Ok(exact(rt, v))),
    GetSetDef::read("denominator", |rt, _| Ok(rt.int(1))),
];

fn big(rt: &Rt, value: &Value) -> BigInt {
    rt.as_int(value)
        .map(|i: AnyInt<'_>| i.to_big())
        .unwrap_or_default()
}

pub(super) fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "int",
        params: &["", "base"],
        positional_only: 1,
        positional: 2,
        required: 0,
    };
    let [value, base] = rt.bind(&SIGNATURE, args)?;
    let number = match (value, base) {
        (None, None) => rt.int(0),
        (None, Some(_)) => return Err(rt.type_error("int() missing string argument")),
        (Some(value), None) => convert(rt, value)?,
        (Some(value), Some(base)) => {
            let base = rt.index_clamped(base)?;
            if base != 0 && !(2..=36).contains(&base) {
                return Err(rt.value_error("int() base must be >= 2 and <= 36, or 0"));
            }
            let is_text =
                value.downcast_ref::<Str>().is_some() || with_bytes(value, |_| ()).is_some();
            let parsed = is_text.then(|| literal(rt, value, base as u32)).flatten();
            rt.big_int(match parsed {
                Some(parsed) => parsed?,
                None => {
                    return Err(rt.type_error("int() can't convert non-string with explicit base"));
                }
            })
        }
    };
    if ty.same(&rt.types.int) {
        return Ok(number);
    }
    Ok(rt.int_of(ty, big(rt, &number)))
}

/// The number that a string or bytes says.
fn literal(rt: &Rt, value: &Value, base: u32) -> Option<PyResult<BigInt>> {
    if let Some(text) = value.downcast::<Str>() {
        return Some(parse::from_str(rt, value, text, base));
    }
    match rt.buffer_bytes(value)? {
        Ok(bytes) => Some(parse::from_bytes(rt, &bytes, base)),
        Err(raised) => Some(Err(raised)),
    }
}

/// Warns of a special method that gives an instance of a strict subclass of `int`.
pub(crate) fn warn_of_subclass(rt: &Rt, made: &Value, method: &str) -> PyResult<()> {
    if rt.is_exact(made, &rt.types.int) {
        return Ok(());
    }
    let given = rt.type_name(made);
    rt.warn(
        &rt.types.deprecation_warning,
        &format!(
            "{method} returned non-int (type {given}).  The ability to return an instance of a strict subclass of int is deprecated, and may not be supported in a future version of Python."
        ),
    )
}

/// `int(value)` (`PyNumber_Long`): an exact `int`.
fn convert(rt: &Rt, value: &Value) -> PyResult {
    if rt.is_exact(value, &rt.types.int) {
        return Ok(value.clone());
    }
    let slots = &rt.type_of(value).slots;
    if let Some(f) = slots.int.get() {
        let made = f(rt, value)?;
        if rt.as_int(&made).is_none() {
            return Err(rt.type_error(format!(
                "__int__ returned non-int (type {})",
                rt.type_name(&made)
            )));
        }
        warn_of_subclass(rt, &made, "__int__")?;
        return Ok(exact(rt, &made));
    }
    if slots.index.get().is_some() {
        return Ok(exact(rt, &rt.index(value)?));
    }
    if let Some(made) = rt.call_special(value, &rt.names.trunc_, &[]) {
        rt.warn(
            &rt.types.deprecation_warning,
            "The delegation of int() to __trunc__ is deprecated.",
        )?;
        let made = made?;
        if rt.as_int(&made).is_some() || rt.type_of(&made).slots.index.get().is_some() {
            return Ok(exact(rt, &rt.index(&made)?));
        }
        let name = rt.type_name(&made);
        return Err(rt.type_error(format!("__trunc__ returned non-Integral (type {name})")));
    }
    match literal(rt, value, 10) {
        Some(parsed) => Ok(rt.big_int(parsed?)),
        None => {
            let name = rt.type_name(value);
            Err(rt.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
            )))
        }
    }
}

fn bit_length(rt: &Rt, value: &Value) -> PyResult {
    Ok(match rt.as_int(value) {
        Some(AnyInt::Small(i)) => rt.int(i64::from(64 - i.unsigned_abs().leading_zeros())),
        Some(AnyInt::Big(b)) => rt.int(b.bits() as i64),
        None => rt.int(0),
    })
}

fn bit_count(rt: &Rt, value: &Value) -> PyResult {
    Ok(match rt.as_int(value) {
        Some(AnyInt::Small(i)) => rt.int(i64::from(i.unsigned_abs().count_ones())),
        Some(AnyInt::Big(b)) => rt.int(
            b.magnitude()
                .iter_u64_digits()
                .map(|d| i64::from(d.count_ones()))
                .sum(),
        ),
        None => rt.int(0),
    })
}

/// Whether the byte order's name says little-endian.
fn is_little(rt: &Rt, order: Option<&Value>) -> PyResult<bool> {
    let Some(order) = order else { return Ok(false) };
    match order.downcast_ref::<Str>() {
        Some(text) if text.is_text("little") => Ok(true),
        Some(text) if text.is_text("big") => Ok(false),
        Some(_) => Err(rt.value_error("byteorder must be either 'little' or 'big'")),
        None => {
            let name = rt.type_name(order);
            Err(rt.type_error(format!("byteorder must be str, not {name}")))
        }
    }
}

fn from_bytes(rt: &Rt, class: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "from_bytes",
        params: &["bytes", "byteorder", "signed"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [source, order, signed] = rt.bind(&SIGNATURE, args)?;
    let little = is_little(rt, order)?;
    let signed = signed.map_or(Ok(false), |v| rt.truth(v))?;
    let none = Value::NONE;
    let source = source.unwrap_or(&none);
    let bytes = match with_bytes(source, <[u8]>::to_vec) {
        Some(bytes) => bytes,
        None => {
            let made = crate::bytes::bytes_of_object(rt, source)?;
            with_bytes(&made, <[u8]>::to_vec).unwrap_or_default()
        }
    };
    let number = match (little, signed) {
        (true, false) => BigInt::from_bytes_le(Sign::Plus, &bytes),
        (false, false) => BigInt::from_bytes_be(Sign::Plus, &bytes),
        (true, true) => BigInt::from_signed_bytes_le(&bytes),
        (false, true) => BigInt::from_signed_bytes_be(&bytes),
    };
    let number = rt.big_int(number);
    if class.is(rt.types.int.as_value()) {
        Ok(number)
    } else {
        rt.call(class, &[number])
    }
}

fn to_bytes(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "to_bytes",
        params: &["length", "byteorder", "signed"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [length, order, signed] = rt.bind(&SIGNATURE, args)?;
    let length = length.map_or(Ok(1), |v| rt.index_i64(v))?;
    let little = is_little(rt, order)?;
    let signed = signed.map_or(Ok(false), |v| rt.truth(v))?;
    let Ok(length) = usize::try_from(length) else {
        return Err(rt.value_error("length argument must be non-negative"));
    };
    rt.room_for_bytes(length)?;
    let number = big(rt, value);
    if number.is_negative() && !signed {
        return Err(rt.overflow_error("can't convert negative int to unsigned"));
    }
    let mut bytes = if signed {
        number.to_signed_bytes_le()
    } else {
        number.to_bytes_le().1
    };
    if number.is_zero() {
        bytes.clear();
    }
    if bytes.len() > length {
        return Err(rt.overflow_error("int too big to convert"));
    }
    bytes.resize(length, if number.is_negative() { 0xff } else { 0 });
    if !little {
        bytes.reverse();
    }
    Ok(rt.bytes(&bytes).into_value())
}

/// `round(value, ndigits)`: to the nearest multiple of a power of ten, ties to even.
fn round(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let digits = match rt.positional("__round__", args, 0, 1)? {
        [digits] => rt.index(digits)?,
        _ => return Ok(exact(rt, value)),
    };
    let digits = rt.as_int(&digits).map_or(AnyInt::Small(0), |i| i);
    if !is_negative(&digits) {
        return Ok(exact(rt, value));
    }
    let number = big(rt, value);
    let Some(places) = digits
        .to_i64()
        .and_then(|d| u32::try_from(d.unsigned_abs()).ok())
    else {
        return Ok(rt.int(0));
    };
    if u64::from(places) > number.bits() {
        return Ok(rt.int(0));
    }
    let unit = BigInt::from(10).pow(places);
    let (q, r) = number.div_mod_floor(&unit);
    let twice = &r * 2u32;
    let up = twice > unit || (twice == unit && q.is_odd());
    Ok(rt.big_int((if up { q + BigInt::one() } else { q }) * unit))
}

fn sizeof(rt: &Rt, value: &Value) -> PyResult {
    let bits = match rt.as_int(value) {
        Some(AnyInt::Small(i)) => u64::from(64 - i.unsigned_abs().leading_zeros()),
        Some(AnyInt::Big(b)) => b.bits(),
        None => 0,
    };
    // CPython keeps 30 bits in each digit of 4 bytes, and has room for one at least.
    Ok(rt.int(24 + 4 * bits.div_ceil(30).max(1) as i64))
}

impl Rt {
    /// `int(float)`.
    pub fn int_of_float(&self, x: f64) -> PyResult {
        int_of_float(self, x)
    }

    /// `int(value)`.
    pub fn to_int(&self, value: &Value) -> PyResult {
        convert(self, value)
    }
}
