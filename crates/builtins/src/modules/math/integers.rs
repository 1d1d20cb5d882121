//! Functions of integers: `comb`, `factorial`, `gcd`, `isqrt`, `lcm`, `perm`.

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
fn product(low: u64, high: u64) -> BigInt {
    if low > high {
        return BigInt::one();
    }
    if high - low < 16 {
        return (low..=high).fold(BigInt::one(), |p, i| p * i);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}

pub(super) fn factorial(rt: &Rt, _module: &Value, n: &Value) -> PyResult {
    let n = big(rt, n)?;
    if n.is_negative() {
        return Err(rt.value_error("factorial() not defined for negative values"));
    }
    match n.to_i64() {
        Some(n) => Ok(rt.big_int(product(2, n as u64))),
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
fn falling(n: &BigInt, k: u64) -> BigInt {
    if let Some(n) = n.to_u64() {
        return product(n - k + 1, n);
    }
    (0..k).fold(BigInt::one(), |p, i| p * (n - i))
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
    match k.to_u64() {
        Some(k) => Ok(rt.big_int(falling(&n, k))),
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
    match k.to_u64() {
        Some(k) => Ok(rt.big_int(falling(&n, k) / product(2, k))),
        None => Err(rt.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX))),
    }
}
