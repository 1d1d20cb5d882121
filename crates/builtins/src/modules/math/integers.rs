//! Functions of integers: `comb`, `factorial`, `gcd`, `isqrt`, `lcm`, `perm`.

use hognose_object::int::patient_product;
use hognose_object::{Args, PyResult, Rt, Value};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

fn big(rt: &Rt, value: &Value) -> PyResult<BigInt> {
    let index = rt.index(value)?;
    Ok(rt.as_int(&index).map(|i| i.to_big()).unwrap_or_default())
}

pub(super) fn gcd(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let mut made = BigInt::zero();
    for v in rt.positional("gcd", args, 0, usize::MAX)? {
        made = made.gcd(&big(rt, v)?);
    }
    Ok(rt.big_int(made))
}

pub(super) fn lcm(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let mut made = BigInt::one();
    for v in rt.positional("lcm", args, 0, usize::MAX)? {
        let v = big(rt, v)?;
        made = if made.is_zero() || v.is_zero() {
            BigInt::zero()
        } else {
            made.lcm(&v)
        };
    }
    Ok(rt.big_int(made.abs()))
}

pub(super) fn isqrt(rt: &Rt, _module: &Value, n: &Value) -> PyResult {
    let n = big(rt, n)?;
    if n.is_negative() {
        return Err(rt.value_error("isqrt() argument must be nonnegative"));
    }
    Ok(rt.big_int(n.sqrt()))
}

/// The product of all integers from `low` to `high`, by halves so that factors stay alike in size.
fn product(rt: &Rt, low: u64, high: u64) -> PyResult<BigInt> {
    if low > high {
        return Ok(BigInt::one());
    }
    if high - low < 16 {
        return Ok((low..=high).fold(BigInt::one(), |p, i| p * i));
    }
    let middle = low + (high - low) / 2;
    rt.attend()?;
    let (x, y) = (product(rt, low, middle)?, product(rt, middle + 1, high)?);
    patient_product(rt, &x, &y)
}

pub(super) fn factorial(rt: &Rt, _module: &Value, n: &Value) -> PyResult {
    let n = big(rt, n)?;
    if n.is_negative() {
        return Err(rt.value_error("factorial() not defined for negative values"));
    }
    match n.to_i64() {
        Some(n) => Ok(rt.big_int(product(rt, 2, n as u64)?)),
        None => Err(rt.overflow_error(format!(
            "factorial() argument should not exceed {}",
            i64::MAX
        ))),
    }
}

/// Both arguments, which may not be negative.
fn choice(rt: &Rt, n: &Value, k: &Value) -> PyResult<(BigInt, BigInt)> {
    let (n, k) = (big(rt, n)?, big(rt, k)?);
    if n.is_negative() {
        return Err(rt.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(rt.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

/// `n · (n − 1) · … · (n − k + 1)`.
fn falling(rt: &Rt, n: &BigInt, k: u64) -> PyResult<BigInt> {
    if let Some(n) = n.to_u64() {
        return product(rt, n - k + 1, n);
    }
    let mut made = BigInt::one();
    for i in 0..k {
        if i % 64 == 63 {
            rt.attend()?;
        }
        made *= n - i;
    }
    Ok(made)
}

pub(super) fn perm(rt: &Rt, module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("perm", args, 1, 2)?;
    let Some(k) = given.get(1).filter(|k| !k.is_none()) else {
        return factorial(rt, module, &given[0]);
    };
    let (n, k) = choice(rt, &given[0], k)?;
    if k > n {
        return Ok(rt.int(0));
    }
    match k.to_i64() {
        Some(k) => Ok(rt.big_int(falling(rt, &n, k as u64)?)),
        None => Err(rt.overflow_error(format!("k must not exceed {}", i64::MAX))),
    }
}

pub(super) fn comb(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("comb", args, 2, 2)?;
    let (n, k) = choice(rt, &given[0], &given[1])?;
    if k > n {
        return Ok(rt.int(0));
    }
    let k = k.clone().min(&n - &k);
    match k.to_i64() {
        Some(k) => {
            let (above, below) = (falling(rt, &n, k as u64)?, product(rt, 2, k as u64)?);
            Ok(rt.big_int(above / below))
        }
        None => Err(rt.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX))),
    }
}
