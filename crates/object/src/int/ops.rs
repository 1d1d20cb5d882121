//! The slots of `int`: arithmetic, comparison, hash.

use super::{AnyInt, Int, methods, parse};
use crate::hash::{MODULUS, avoid_minus_one, hash_i64};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use hognose_heap::Value;
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

pub(super) const SLOTS: Slots = Slots {
    new: Some(methods::new),
    repr: Some(parse::repr),
    hash: Some(hash),
    compare: Some(compare),
    add: Some(|rt, a, b| arithmetic(rt, a, b, i64::checked_add, |x, y| x + y)),
    sub: Some(|rt, a, b| arithmetic(rt, a, b, i64::checked_sub, |x, y| x - y)),
    mul: Some(mul),
    truediv: Some(truediv),
    floordiv: Some(|rt, a, b| {
        let big = |x: &BigInt, y: &BigInt| (div_floor(x, y), BigInt::ZERO);
        let parts = divided(rt, a, b, DIVISION_BY_ZERO, big)?;
        Ok(parts.map_or(Value::NOT_IMPLEMENTED, |(q, _)| q))
    }),
    modulo: Some(|rt, a, b| {
        let big = |x: &BigInt, y: &BigInt| (BigInt::ZERO, mod_floor(x, y));
        let parts = divided(rt, a, b, MODULO_BY_ZERO, big)?;
        Ok(parts.map_or(Value::NOT_IMPLEMENTED, |(_, r)| r))
    }),
    divmod: Some(|rt, a, b| {
        Ok(divided(rt, a, b, DIVISION_BY_ZERO, BigInt::div_mod_floor)?
            .map_or(Value::NOT_IMPLEMENTED, |(q, r)| {
                rt.tuple([q, r]).into_value()
            }))
    }),
    pow: Some(pow),
    lshift: Some(lshift),
    rshift: Some(rshift),
    and: Some(|rt, a, b| bitwise(rt, a, b, |x, y| x & y, |x, y| x & y)),
    or: Some(|rt, a, b| bitwise(rt, a, b, |x, y| x | y, |x, y| x | y)),
    xor: Some(|rt, a, b| bitwise(rt, a, b, |x, y| x ^ y, |x, y| x ^ y)),
    neg: Some(|rt, a| unary(rt, a, i64::checked_neg, |x| -x)),
    pos: Some(|rt, a| unary(rt, a, Some, BigInt::clone)),
    abs: Some(|rt, a| unary(rt, a, i64::checked_abs, |x| x.abs())),
    invert: Some(|rt, a| unary(rt, a, |x| Some(!x), |x| !x)),
    bool: Some(|rt, a| {
        Ok(match rt.as_int(a) {
            Some(AnyInt::Small(i)) => i != 0,
            Some(AnyInt::Big(b)) => !b.is_zero(),
            None => true,
        })
    }),
    int: Some(|rt, a| unary(rt, a, Some, BigInt::clone)),
    index: Some(|rt, a| unary(rt, a, Some, BigInt::clone)),
    float: Some(|rt, a| match rt.as_int(a) {
        Some(i) => Ok(rt.float(float_of_int(rt, &i)?)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }),
    ..Slots::NONE
};

fn unary(
    rt: &Rt,
    a: &Value,
    small: impl FnOnce(i64) -> Option<i64>,
    big: impl FnOnce(&BigInt) -> BigInt,
) -> PyResult {
    Ok(match rt.as_int(a) {
        Some(AnyInt::Small(i)) => match small(i) {
            Some(i) => rt.int(i),
            None => rt.big_int(big(&BigInt::from(i))),
        },
        Some(AnyInt::Big(b)) => rt.big_int(big(b)),
        None => Value::NOT_IMPLEMENTED,
    })
}

#[inline]
fn arithmetic(
    rt: &Rt,
    a: &Value,
    b: &Value,
    small: impl FnOnce(i64, i64) -> Option<i64>,
    big: impl FnOnce(&BigInt, &BigInt) -> BigInt,
) -> PyResult {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if let (AnyInt::Small(i), AnyInt::Small(j)) = (&x, &y)
        && let Some(k) = small(*i, *j)
    {
        return Ok(rt.int(k));
    }
    Ok(rt.big_int(match (&x, &y) {
        (AnyInt::Big(x), AnyInt::Big(y)) => big(x, y),
        (AnyInt::Big(x), AnyInt::Small(y)) => big(x, &BigInt::from(*y)),
        (AnyInt::Small(x), AnyInt::Big(y)) => big(&BigInt::from(*x), y),
        (AnyInt::Small(x), AnyInt::Small(y)) => big(&BigInt::from(*x), &BigInt::from(*y)),
    }))
}

fn mul(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    match (rt.as_int(a), rt.as_int(b)) {
        // A factor of one word needs no big integer of its own.
        (Some(AnyInt::Big(x)), Some(AnyInt::Small(y)))
        | (Some(AnyInt::Small(y)), Some(AnyInt::Big(x))) => Ok(rt.big_int(x * y)),
        _ => arithmetic(rt, a, b, i64::checked_mul, |x, y| x * y),
    }
}

fn bitwise(
    rt: &Rt,
    a: &Value,
    b: &Value,
    small: impl FnOnce(i64, i64) -> i64,
    big: impl FnOnce(&BigInt, &BigInt) -> BigInt,
) -> PyResult {
    arithmetic(rt, a, b, |x, y| Some(small(x, y)), big)
}

const DIVISION_BY_ZERO: &str = "integer division or modulo by zero";
const MODULO_BY_ZERO: &str = "integer modulo by zero";

/// Floor division and modulo: quotient and remainder, the remainder with the divisor's sign.
fn divided(
    rt: &Rt,
    a: &Value,
    b: &Value,
    zero: &str,
    big: impl FnOnce(&BigInt, &BigInt) -> (BigInt, BigInt),
) -> PyResult<Option<(Value, Value)>> {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(None);
    };
    if matches!(y, AnyInt::Small(0)) || matches!(y, AnyInt::Big(b) if b.is_zero()) {
        return Err(rt.zero_division_error(zero));
    }
    if let (AnyInt::Small(i), AnyInt::Small(j)) = (&x, &y)
        && let (Some(q), Some(r)) = (i.checked_div_euclid(*j), i.checked_rem_euclid(*j))
    {
        // Euclid's remainder is never negative; Python's has the divisor's sign.
        return Ok(Some(if *j < 0 && r != 0 {
            (rt.int(q - 1), rt.int(r + j))
        } else {
            (rt.int(q), rt.int(r))
        }));
    }
    let (q, r) = big(&x.as_big(), &y.as_big());
    Ok(Some((rt.big_int(q), rt.big_int(r))))
}

/// The quotient of two magnitudes if it is short, and certain from their first 120 bits alone.
fn short_quotient(x: &BigInt, y: &BigInt) -> Option<u64> {
    if x.is_negative() || !y.is_positive() {
        return None;
    }
    let (long, short) = (x.bits(), y.bits());
    if long < short {
        return Some(0);
    }
    if long - short > 60 {
        return None;
    }
    let cut = long.saturating_sub(120);
    let (top, below) = ((x >> cut).to_u128()?, (y >> cut).to_u128()?);
    if cut == 0 {
        return u64::try_from(top.checked_div(below)?).ok();
    }
    // What was cut off makes the quotient at most that much smaller or greater.
    let least = top / (below + 1);
    let most = (top + 1).checked_div(below)?;
    (least == most).then(|| u64::try_from(least).ok())?
}

fn div_floor(x: &BigInt, y: &BigInt) -> BigInt {
    match short_quotient(x, y) {
        Some(q) => BigInt::from(q),
        None => x.div_floor(y),
    }
}

fn mod_floor(x: &BigInt, y: &BigInt) -> BigInt {
    match short_quotient(x, y) {
        Some(0) => x.clone(),
        Some(q) => x - y * q,
        None => x.mod_floor(y),
    }
}

fn truediv(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(rt.float(true_divide(rt, &x, &y)?))
}

const EXACT: i64 = 1 << 53;

/// The correctly rounded quotient (`long_true_divide`).
pub fn true_divide(rt: &Rt, x: &AnyInt<'_>, y: &AnyInt<'_>) -> PyResult<f64> {
    if let (AnyInt::Small(i), AnyInt::Small(j)) = (x, y) {
        if *j == 0 {
            return Err(rt.zero_division_error("division by zero"));
        }
        if i.abs() <= EXACT && j.abs() <= EXACT {
            return Ok(*i as f64 / *j as f64);
        }
    }
    let (n, d) = (x.to_big(), y.to_big());
    if d.is_zero() {
        return Err(rt.zero_division_error("division by zero"));
    }
    if n.is_zero() {
        return Ok(if d.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = n.is_negative() != d.is_negative();
    let (n, d) = (n.abs(), d.abs());
    // Scaled so that the quotient has 55 bits or more, of which the last is sticky: one rounding does the rest.
    let shift = 56 - (n.bits() as i64 - d.bits() as i64);
    let shift = shift.min(1076 + 60);
    let (q, r) = if shift >= 0 {
        (n << shift).div_rem(&d)
    } else {
        n.div_rem(&(d << -shift))
    };
    let sticky = if r.is_zero() {
        BigInt::zero()
    } else {
        BigInt::one()
    };
    let value = scaled_float(&(q | sticky), -shift);
    match value {
        Some(f) => Ok(if negative { -f } else { f }),
        None => Err(rt.overflow_error("integer division result too large for a float")),
    }
}

/// A positive integer times a power of two, rounded to nearest, ties to even; `None` if that is past the greatest
/// float.
pub fn scaled_float(m: &BigInt, exponent: i64) -> Option<f64> {
    let bits = m.bits() as i64;
    // The place of the last bit that the float can hold.
    let last = (bits + exponent - 53).max(-1074);
    let drop = last - exponent;
    let mantissa = if drop <= 0 {
        (m << -drop).to_u64()?
    } else {
        let kept: BigInt = m >> drop;
        let rest = m - (&kept << drop);
        let half = BigInt::one() << (drop - 1);
        let up = match rest.cmp(&half) {
            Ordering::Greater => true,
            Ordering::Equal => kept.bit(0),
            Ordering::Less => false,
        };
        kept.to_u64()? + u64::from(up)
    };
    let value =
        mantissa as f64 * power_of_two(last.max(-1022)) * power_of_two((last + 1022).min(0));
    value.is_finite().then_some(value)
}

fn power_of_two(exponent: i64) -> f64 {
    if exponent > 1023 {
        return f64::INFINITY;
    }
    if exponent >= -1022 {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    } else {
        f64::from_bits(1 << (exponent + 1074).max(0))
    }
}

/// The float nearest to an integer (`PyLong_AsDouble`).
pub fn float_of_int(rt: &Rt, i: &AnyInt<'_>) -> PyResult<f64> {
    match i {
        AnyInt::Small(i) => Ok(*i as f64),
        AnyInt::Big(b) => match scaled_float(&b.abs(), 0) {
            Some(f) => Ok(if b.is_negative() { -f } else { f }),
            None => Err(rt.overflow_error("int too large to convert to float")),
        },
    }
}

/// The integer part of a finite float.
pub fn int_of_float(rt: &Rt, x: f64) -> PyResult {
    if x.is_nan() {
        return Err(rt.value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(rt.overflow_error("cannot convert float infinity to integer"));
    }
    if x.abs() < 4e18 {
        return Ok(rt.int(x as i64));
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64 - 1075;
    let mantissa = BigInt::from(bits & ((1 << 52) - 1) | 1 << 52) << exponent.max(0);
    Ok(rt.big_int(if x < 0.0 { -mantissa } else { mantissa }))
}

/// A shift count as a word; more than that many bits do not exist.
fn shift_count(rt: &Rt, y: &AnyInt<'_>) -> PyResult<Option<u64>> {
    let negative = match y {
        AnyInt::Small(i) => *i < 0,
        AnyInt::Big(b) => b.is_negative(),
    };
    if negative {
        return Err(rt.value_error("negative shift count"));
    }
    Ok(y.to_i64().map(|n| n as u64))
}

fn lshift(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let count = shift_count(rt, &y)?;
    if matches!(x, AnyInt::Small(0)) {
        return Ok(rt.int(0));
    }
    let Some(count) = count else {
        // CPython counts digits of 30 bits in its size type.
        return Err(if y.to_big() > BigInt::from(i64::MAX) * 30 {
            rt.overflow_error("too many digits in integer")
        } else {
            rt.no_memory()
        });
    };
    if let AnyInt::Small(i) = x
        && count < 63
        && i << count >> count == i
    {
        return Ok(rt.int(i << count));
    }
    rt.room_for::<u8>((count / 8) as usize)?;
    Ok(rt.big_int(x.to_big() << count))
}

fn rshift(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let count = shift_count(rt, &y)?.unwrap_or(u64::MAX);
    Ok(match x {
        AnyInt::Small(i) => rt.int(i >> count.min(63)),
        AnyInt::Big(b) => rt.big_int(shift_right(b, count)),
    })
}

/// An arithmetic shift by any count.
pub fn shift_right(b: &BigInt, count: u64) -> BigInt {
    if count > b.bits() {
        return if b.is_negative() {
            -BigInt::one()
        } else {
            BigInt::zero()
        };
    }
    b >> count
}

fn pow(rt: &Rt, a: &Value, b: &Value, c: &Value) -> PyResult {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !c.is_none() {
        let Some(z) = rt.as_int(c) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        return power_mod(rt, &x.to_big(), &y.to_big(), &z.to_big()).map(|b| rt.big_int(b));
    }
    let negative = match &y {
        AnyInt::Small(j) => *j < 0,
        AnyInt::Big(b) => b.is_negative(),
    };
    if negative {
        let (x, y) = (float_of_int(rt, &x)?, float_of_int(rt, &y)?);
        return rt.pow(&rt.float(x), &rt.float(y), &Value::NONE);
    }
    if let (AnyInt::Small(i), AnyInt::Small(j)) = (&x, &y)
        && let Some(k) = u32::try_from(*j).ok().and_then(|j| i.checked_pow(j))
    {
        return Ok(rt.int(k));
    }
    let base = x.to_big();
    let Some(exponent) = y.to_i64().and_then(|j| u32::try_from(j).ok()) else {
        // Only these can be raised so high.
        if base.is_zero() || base.is_one() {
            return Ok(rt.big_int(base));
        }
        if base == -BigInt::one() {
            return Ok(rt.int(if y.to_big().is_even() { 1 } else { -1 }));
        }
        return Err(rt.no_memory());
    };
    let bits = base.bits().saturating_mul(u64::from(exponent));
    rt.room_for::<u8>((bits / 8) as usize)?;
    if bits < PATIENT_BITS {
        return Ok(rt.big_int(base.pow(exponent)));
    }
    let mut made = BigInt::one();
    for place in (0..u32::BITS - exponent.leading_zeros()).rev() {
        made = patient_product(rt, &made, &made)?;
        if exponent >> place & 1 == 1 {
            made = patient_product(rt, &made, &base)?;
        }
    }
    Ok(rt.big_int(made))
}

/// Products of numbers that long are made piece by piece.
const PATIENT_BITS: u64 = 1 << 22;

/// A product that signals can interrupt: as schoolchildren do it, with enormous digits.
pub fn patient_product(rt: &Rt, x: &BigInt, y: &BigInt) -> PyResult<BigInt> {
    let (x, y) = if x.bits() < y.bits() { (y, x) } else { (x, y) };
    let bits = x.bits();
    if bits < PATIENT_BITS {
        return Ok(x * y);
    }
    rt.attend()?;
    let half = bits / 2;
    let mask = (BigInt::one() << half) - 1;
    if y.bits() <= half {
        let (high, low) = (x >> half, x & &mask);
        return Ok((patient_product(rt, &high, y)? << half) + patient_product(rt, &low, y)?);
    }
    // Karatsuba's three products; the floors of the shifts make it right for negative numbers too.
    let (x1, x0) = (x >> half, x & &mask);
    let (y1, y0) = (y >> half, y & &mask);
    let high = patient_product(rt, &x1, &y1)?;
    let low = patient_product(rt, &x0, &y0)?;
    let middle = patient_product(rt, &(x1 + x0), &(y1 + y0))? - &high - &low;
    Ok((high << (2 * half)) + (middle << half) + low)
}

/// `pow(x, y, z)` (`long_pow` with a modulus); a negative exponent asks for the inverse.
pub fn power_mod(rt: &Rt, x: &BigInt, y: &BigInt, z: &BigInt) -> PyResult<BigInt> {
    if z.is_zero() {
        return Err(rt.value_error("pow() 3rd argument cannot be 0"));
    }
    let modulus = z.abs();
    let mut base = x.mod_floor(&modulus);
    let mut exponent = y.clone();
    if exponent.is_negative() {
        let found = base.extended_gcd(&modulus);
        if !found.gcd.is_one() {
            return Err(rt.value_error("base is not invertible for the given modulus"));
        }
        base = found.x.mod_floor(&modulus);
        exponent = -exponent;
    }
    let result = if modulus.is_one() {
        BigInt::zero()
    } else {
        base.modpow(&exponent, &modulus)
    };
    Ok(if z.is_negative() && !result.is_zero() {
        result + z
    } else {
        result
    })
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    Ok(match rt.as_int(value) {
        Some(AnyInt::Small(i)) => hash_i64(i),
        Some(AnyInt::Big(b)) => {
            let reduced = (b.abs() % MODULUS).to_i64().unwrap_or(0);
            avoid_minus_one(if b.is_negative() { -reduced } else { reduced })
        }
        None => 0,
    })
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (rt.as_int(a), rt.as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let order = match (&x, &y) {
        (AnyInt::Small(i), AnyInt::Small(j)) => i.cmp(j),
        (AnyInt::Big(x), AnyInt::Big(y)) => x.cmp(y),
        // A big one may hold a small number if it is of a subclass.
        _ => x.to_big().cmp(&y.to_big()),
    };
    Ok(Value::bool(op.holds(order)))
}

/// An `int` of the exact type with the value's number.
pub(super) fn exact(rt: &Rt, value: &Value) -> Value {
    match value.downcast_ref::<Int>() {
        Some(i) if !rt.is_exact(value, &rt.types.int) => rt.big_int(i.0.clone()),
        Some(_) => value.clone(),
        None => rt
            .as_int(value)
            .and_then(|i| i.to_i64())
            .map_or_else(|| value.clone(), |i| rt.int(i)),
    }
}

/// Whether the integer is negative.
pub(super) fn is_negative(i: &AnyInt<'_>) -> bool {
    match i {
        AnyInt::Small(i) => *i < 0,
        AnyInt::Big(b) => b.sign() == Sign::Minus,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_as_cpython_does() {
        let rt = Rt::new();
        for (a, b, q, r) in [
            (7, 2, 3, 1),
            (-7, 2, -4, 1),
            (7, -2, -4, -1),
            (-7, -2, 3, -1),
            (6, -3, -2, 0),
        ] {
            let (x, y) = divided(
                &rt,
                &rt.int(a),
                &rt.int(b),
                DIVISION_BY_ZERO,
                BigInt::div_mod_floor,
            )
            .expect("divides")
            .expect("integers");
            assert_eq!(
                (x.as_small_int(), y.as_small_int()),
                (Some(q), Some(r)),
                "{a} {b}"
            );
        }
        // Around the cases that the first bits decide, and those that they do not.
        let y = BigInt::from(7).pow(300);
        for q in [0u64, 1, 2, 9, 10, 1 << 40, (1 << 59) - 1, u64::MAX] {
            for r in [BigInt::zero(), BigInt::one(), &y - 1] {
                let x = &y * q + &r;
                for (x, y) in [(x.clone(), y.clone()), (-&x, y.clone()), (x.clone(), -&y)] {
                    let found = (div_floor(&x, &y), mod_floor(&x, &y));
                    assert_eq!(found, x.div_mod_floor(&y), "{q} {r}");
                }
            }
        }
        let third = true_divide(
            &rt,
            &AnyInt::Big(&(BigInt::one() << 2000)),
            &AnyInt::Big(&(BigInt::from(3) << 1999)),
        );
        assert_eq!(third.ok(), Some(2.0 / 3.0));
        let tiny = true_divide(
            &rt,
            &AnyInt::Small(1),
            &AnyInt::Big(&(BigInt::one() << 1074)),
        );
        assert_eq!(tiny.ok(), Some(f64::from_bits(1)));
        assert_eq!(
            float_of_int(&rt, &AnyInt::Big(&((BigInt::one() << 70) + 1))).ok(),
            Some(2f64.powi(70))
        );
    }
}
