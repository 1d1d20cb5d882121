//! The slots of `float`.

use super::methods;
use crate::hash::hash_f64;
use crate::int::{AnyInt, float_of_int, int_of_float};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use hognose_heap::Value;
use num_bigint::Sign;
use std::cmp::Ordering;

pub(super) const SLOTS: Slots = Slots {
    new: Some(methods::new),
    repr: Some(|rt, v| {
        Ok(rt
            .str_ascii(hognose_source::repr::float(number(rt, v)).as_bytes())
            .into_value())
    }),
    hash: Some(hash),
    compare: Some(compare),
    add: Some(|rt, a, b| arithmetic(rt, a, b, |_, x, y| Ok(x + y))),
    sub: Some(|rt, a, b| arithmetic(rt, a, b, |_, x, y| Ok(x - y))),
    mul: Some(|rt, a, b| arithmetic(rt, a, b, |_, x, y| Ok(x * y))),
    truediv: Some(|rt, a, b| arithmetic(rt, a, b, divide)),
    floordiv: Some(|rt, a, b| {
        arithmetic(rt, a, b, |rt, x, y| {
            Ok(float_divmod(rt, x, y, "float floor division by zero")?.0)
        })
    }),
    modulo: Some(|rt, a, b| {
        arithmetic(rt, a, b, |rt, x, y| {
            Ok(float_divmod(rt, x, y, "float modulo")?.1)
        })
    }),
    divmod: Some(divmod),
    pow: Some(pow),
    neg: Some(|rt, a| Ok(rt.float(-number(rt, a)))),
    pos: Some(|rt, a| Ok(rt.float(number(rt, a)))),
    abs: Some(|rt, a| Ok(rt.float(number(rt, a).abs()))),
    bool: Some(|rt, a| Ok(number(rt, a) != 0.0)),
    int: Some(|rt, a| int_of_float(rt, number(rt, a))),
    float: Some(|rt, a| Ok(rt.float(number(rt, a)))),
    ..Slots::NONE
};

/// The float inside; the slot is only called with one.
pub(super) fn number(rt: &Rt, value: &Value) -> f64 {
    rt.as_float(value).unwrap_or(f64::NAN)
}

/// A float or integer operand as a float (`CONVERT_TO_DOUBLE`).
#[inline]
fn operand(rt: &Rt, value: &Value) -> PyResult<Option<f64>> {
    if let Some(f) = rt.as_float(value) {
        return Ok(Some(f));
    }
    rt.as_int(value).map(|i| float_of_int(rt, &i)).transpose()
}

#[inline]
fn arithmetic(
    rt: &Rt,
    a: &Value,
    b: &Value,
    f: impl FnOnce(&Rt, f64, f64) -> PyResult<f64>,
) -> PyResult {
    match (operand(rt, a)?, operand(rt, b)?) {
        (Some(x), Some(y)) => Ok(rt.float(f(rt, x, y)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn divide(rt: &Rt, x: f64, y: f64) -> PyResult<f64> {
    if y == 0.0 {
        return Err(rt.zero_division_error("float division by zero"));
    }
    Ok(x / y)
}

/// Floor division and modulo (`float_divmod`, `_float_div_mod`); the message is for a zero divisor.
pub fn float_divmod(rt: &Rt, x: f64, y: f64, message: &str) -> PyResult<(f64, f64)> {
    if y == 0.0 {
        return Err(rt.zero_division_error(message));
    }
    let mut rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest != 0.0 {
        if (y < 0.0) != (rest < 0.0) {
            rest += y;
            quotient -= 1.0;
        }
    } else {
        rest = 0f64.copysign(y);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0f64.copysign(x / y)
    };
    Ok((floor, rest))
}

fn divmod(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    match (operand(rt, a)?, operand(rt, b)?) {
        (Some(x), Some(y)) => {
            let (q, r) = float_divmod(rt, x, y, "float divmod()")?;
            Ok(rt.tuple([rt.float(q), rt.float(r)]).into_value())
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `x ** y` with C's special cases and Python's errors; a negative base with a fractional exponent is the caller's.
pub fn float_pow(rt: &Rt, x: f64, y: f64) -> PyResult<f64> {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(rt.zero_division_error("0.0 cannot be raised to a negative power"));
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        let args = [
            rt.int(34),
            rt.str("Numerical result out of range").into_value(),
        ];
        return Err(rt.raise_with(&rt.types.overflow_error, &args));
    }
    Ok(result)
}

fn pow(rt: &Rt, a: &Value, b: &Value, c: &Value) -> PyResult {
    if !c.is_none() {
        return Err(
            rt.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    let (Some(x), Some(y)) = (operand(rt, a)?, operand(rt, b)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if x < 0.0 && x.is_finite() && y.is_finite() && y.floor() != y {
        return crate::complex::complex_pow(rt, (x, 0.0), (y, 0.0));
    }
    Ok(rt.float(float_pow(rt, x, y)?))
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let x = number(rt, value);
    // A NaN hashes by identity, so that many of them do not pile up in one place.
    Ok(if x.is_nan() {
        (value.bits() >> 4) as i64
    } else {
        hash_f64(x)
    })
}

/// The exact order of a float and an integer; `None` for NaN.
fn order_with_int(x: f64, i: &AnyInt<'_>) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 {
            Ordering::Greater
        } else {
            Ordering::Less
        });
    }
    match i {
        AnyInt::Small(i) if i.unsigned_abs() <= 1 << 53 => x.partial_cmp(&(*i as f64)),
        _ => {
            let big = i.to_big();
            if x.abs() < 9e15 {
                // The integer is past 2⁵³ or a subclass's: its sign and size decide unless it is small after all.
                if big.bits() > 53 {
                    return Some(if big.sign() == Sign::Minus {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    });
                }
                let i = i64::try_from(&big).unwrap_or_default();
                return x.partial_cmp(&(i as f64));
            }
            let bits = x.to_bits();
            let exponent = (bits >> 52 & 0x7ff) as i64 - 1075;
            let mantissa = num_bigint::BigInt::from(bits & ((1 << 52) - 1) | 1 << 52);
            let whole = if exponent >= 0 {
                mantissa << exponent
            } else {
                mantissa >> -exponent
            };
            let whole = if x < 0.0 { -whole } else { whole };
            Some(whole.cmp(&big))
        }
    }
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let Some(x) = rt.as_float(a) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let order = if let Some(y) = rt.as_float(b) {
        x.partial_cmp(&y)
    } else if let Some(i) = rt.as_int(b) {
        order_with_int(x, &i)
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match order {
        Some(order) => op.holds(order),
        None => op == CompareOp::Ne,
    }))
}
