//! Functions of integers: `comb`, `factorial`, `gcd`, `isqrt`, `lcm`, `perm`.

use hognose_object::int::patient_product;
use hognose_object::{Args, PyResult, Rt, Value};
use num_bigint::BigInt;

use num_traits::{One, Signed, ToPrimitive, Zero};

fn big(rt: &Rt, value: &Value) -> PyResult<BigInt> {
    let index = rt.index(value)?;
    Ok(rt.as_int(&index).map(|i| i.to_big()).unwrap_or_default())
}

pub(super) fn gcd(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let mut made = BigInt::zero();
    for v in rt.positional("gcd", args, 0, usize::MAX)? {
        made = greatest_common_divisor(made, big(rt, v)?);
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
            let common = greatest_common_divisor(made.clone(), v.clone());
            made / common * v
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

/// The greatest common divisor, by Lehmer's method: many steps of Euclid's are found from the leading 62 bits and taken at
/// once. `num-integer`'s own takes a step for each bit.
fn greatest_common_divisor(one: BigInt, other: BigInt) -> BigInt {
    let (mut a, mut b) = (one.abs(), other.abs());
    if a < b {
        std::mem::swap(&mut a, &mut b);
    }
    while b.bits() > 64 {
        let shift = a.bits() - 62;
        let leading = |number: &BigInt| (number >> shift).to_i64().unwrap_or(0);
        match steps_of(leading(&a), leading(&b)) {
            Some([[p, q], [r, s]]) => (a, b) = (&a * p + &b * q, &a * r + &b * s),
            None => {
                let rest = &a % &b;
                a = std::mem::replace(&mut b, rest);
            }
        }
    }
    let Some(mut small) = b.to_u64().filter(|&b| b != 0) else {
        return a;
    };
    let mut rest = (a % small).to_u64().unwrap_or(0);
    while rest != 0 {
        (small, rest) = (rest, small % rest);
    }
    BigInt::from(small)
}

/// The steps of Euclid's method that numbers with these leading bits take whatever bits follow, as what makes the new pair
/// out of the old one; `None` if that is not known for a single step.
fn steps_of(mut x: i64, mut y: i64) -> Option<[[i64; 2]; 2]> {
    // The pair is (p·a + q·b, r·a + s·b); the true values lie less than those factors away from what is known.
    let ([mut p, mut q], [mut r, mut s]) = ([1i64, 0i64], [0i64, 1i64]);
    let mut known = None;
    loop {
        // Collins' condition in its plain form: both ends of what the quotient may be agree.
        let (low, high) = (y + r.min(s), y + r.max(s));
        if low <= 0 || high <= 0 {
            return known;
        }
        let quotient = (x + p.min(q)) / high;
        if quotient != (x + p.max(q)) / low {
            return known;
        }
        let next =
            |from: i64, by: i64| quotient.checked_mul(by).and_then(|by| from.checked_sub(by));
        let (Some(new_r), Some(new_s), Some(rest)) = (next(p, r), next(q, s), next(x, y)) else {
            return known;
        };
        if new_r.unsigned_abs() >> 31 != 0 || new_s.unsigned_abs() >> 31 != 0 {
            return known;
        }
        (p, q, r, s) = (r, s, new_r, new_s);
        (x, y) = (y, rest);
        known = Some([[p, q], [r, s]]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_integer::Integer;

    #[test]
    fn divisors_are_those_of_the_plain_method() {
        let mut state = 1u64;
        let mut number = |words: u32| {
            let mut made = BigInt::from(0);
            for _ in 0..words {
                state = state
                    .wrapping_mul(0x5851_f42d_4c95_7f2d)
                    .wrapping_add(1442695040888963407);
                made = (made << 64u32) + (state ^ state >> 29);
            }
            made
        };
        for round in 0..300u32 {
            let common = number(1 + round % 7);
            let a = &common * number(round % 11);
            let b = -(&common * number(round % 5));
            assert_eq!(
                greatest_common_divisor(a.clone(), b.clone()),
                a.gcd(&b),
                "{a} {b}"
            );
        }
        let fibonacci = (0..500).fold((BigInt::from(1), BigInt::from(1)), |(a, b), _| (&a + &b, a));
        assert_eq!(
            greatest_common_divisor(fibonacci.0, fibonacci.1),
            BigInt::from(1)
        );
        assert_eq!(
            greatest_common_divisor(BigInt::from(0), BigInt::from(-7)),
            BigInt::from(7)
        );
    }
}
