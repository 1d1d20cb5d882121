//! Functions of floats that need more than one call.

use super::{domain_error, range_error, two_floats};
use hognose_object::{Args, PyResult, Rt, Signature, Value};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

/// `__floor__`, `__ceil__` or the float's own rounding.
fn rounded(rt: &Rt, x: &Value, method: &str, f: fn(f64) -> f64) -> PyResult {
    if !rt.is_exact(x, &rt.types.float)
        && let Some(made) = rt.call_special(x, &rt.intern(method), &[])
    {
        return made;
    }
    rt.int_of_float(f(rt.to_float(x)?))
}

pub(super) fn floor(rt: &Rt, _module: &Value, x: &Value) -> PyResult {
    rounded(rt, x, "__floor__", f64::floor)
}

pub(super) fn ceil(rt: &Rt, _module: &Value, x: &Value) -> PyResult {
    rounded(rt, x, "__ceil__", f64::ceil)
}

pub(super) fn trunc(rt: &Rt, _module: &Value, x: &Value) -> PyResult {
    if rt.is_exact(x, &rt.types.float) {
        return rt.int_of_float(rt.to_float(x)?);
    }
    match rt.call_special(x, &rt.names.trunc_, &[]) {
        Some(made) => made,
        None => {
            let name = rt.type_name(x);
            Err(rt.type_error(format!("type {name} doesn't define __trunc__ method")))
        }
    }
}

pub(super) fn fmod(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let (x, y) = two_floats(rt, args, "fmod")?;
    if y.is_infinite() && x.is_finite() {
        return Ok(rt.float(x));
    }
    let made = x % y;
    if made.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(rt));
    }
    Ok(rt.float(made))
}

pub(super) fn remainder(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let (x, y) = two_floats(rt, args, "remainder")?;
    if x.is_nan() || y.is_nan() {
        return Ok(rt.float(x + y));
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain_error(rt));
    }
    Ok(rt.float(libm::remainder(x, y)))
}

pub(super) fn pow(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let (x, y) = two_floats(rt, args, "pow")?;
    let made = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if made.is_nan() || made.is_infinite() && x == 0.0 {
            return Err(domain_error(rt));
        }
        if made.is_infinite() {
            return Err(range_error(rt));
        }
    }
    Ok(rt.float(made))
}

pub(super) fn frexp(rt: &Rt, _module: &Value, x: &Value) -> PyResult {
    let x = rt.to_float(x)?;
    let (m, e) = if x == 0.0 || !x.is_finite() {
        (x, 0)
    } else {
        let (m, e) = hognose_object::hash::frexp(x.abs());
        (m.copysign(x), e)
    };
    Ok(rt.tuple([rt.float(m), rt.int(i64::from(e))]).into_value())
}

pub(super) fn ldexp(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("ldexp", args, 2, 2)?;
    let x = rt.to_float(&given[0])?;
    let Some(exponent) = rt.as_int(&given[1]) else {
        return Err(rt.type_error("Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(rt.float(x));
    }
    let big = exponent.to_big();
    let exponent = big.to_i32().unwrap_or(if big.is_negative() {
        i32::MIN
    } else {
        i32::MAX
    });
    let made = libm::ldexp(x, exponent);
    if made.is_infinite() {
        return Err(range_error(rt));
    }
    Ok(rt.float(made))
}

pub(super) fn modf(rt: &Rt, _module: &Value, x: &Value) -> PyResult {
    let x = rt.to_float(x)?;
    let (part, whole) = if x.is_infinite() {
        (0.0_f64.copysign(x), x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    Ok(rt.tuple([rt.float(part), rt.float(whole)]).into_value())
}

/// A logarithm of a float, or of an integer of any size (`loghelper`).
fn log_of(rt: &Rt, x: &Value, f: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(i) = rt.as_int(x) {
        let big: BigInt = i.to_big();
        if !big.is_positive() {
            return Err(domain_error(rt));
        }
        let direct = big.to_f64().filter(|x| x.is_finite());
        return Ok(match direct {
            Some(x) => f(x),
            None => {
                // As a fraction below one times a power of two.
                let bits = big.bits();
                let top = (&big >> (bits - 64)).to_f64().unwrap_or(0.0) / 2.0_f64.powi(64);
                f(top) + f(2.0) * bits as f64
            }
        });
    }
    let x = rt.to_float(x)?;
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x <= 0.0 {
        return Err(domain_error(rt));
    }
    Ok(f(x))
}

pub(super) fn logarithm(rt: &Rt, x: &Value, f: fn(f64) -> f64) -> PyResult {
    Ok(rt.float(log_of(rt, x, f)?))
}

pub(super) fn log(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("log", args, 1, 2)?;
    let number = log_of(rt, &given[0], f64::ln)?;
    let Some(base) = given.get(1) else {
        return Ok(rt.float(number));
    };
    let base = log_of(rt, base, f64::ln)?;
    if base == 0.0 {
        return Err(rt.zero_division_error("float division by zero"));
    }
    Ok(rt.float(number / base))
}

pub(super) fn isclose(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "isclose",
        params: &["a", "b", "rel_tol", "abs_tol"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let bound: [Option<&Value>; 4] = rt.bind(&SIGNATURE, args)?;
    let number = |i: usize, default: f64| match bound[i] {
        Some(v) => rt.to_float(v),
        None => Ok(default),
    };
    let (a, b) = (number(0, 0.0)?, number(1, 0.0)?);
    let (relative, absolute) = (number(2, 1e-9)?, number(3, 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(rt.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::FALSE);
    }
    let apart = (b - a).abs();
    Ok(Value::bool(
        apart <= (relative * b).abs() || apart <= (relative * a).abs() || apart <= absolute,
    ))
}

/// The float so many steps away, towards another.
fn stepped(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 {
        return x;
    }
    if x.is_nan() {
        return x;
    }
    if y.is_nan() || x == y {
        return y;
    }
    // Floats in the order of integers.
    let ordered = |x: f64| {
        let bits = x.to_bits() as i64;
        i128::from(if bits < 0 { i64::MIN - bits } else { bits })
    };
    let (from, to) = (ordered(x), ordered(y));
    let steps = i128::from(steps);
    if (to - from).abs() <= steps {
        return y;
    }
    let place = if to > from {
        from + steps
    } else {
        from - steps
    } as i64;
    let bits = if place < 0 { i64::MIN - place } else { place };
    let made = f64::from_bits(bits as u64);
    // Zero reached from below keeps the sign that it came from.
    if place == 0 && to > from { -0.0 } else { made }
}

pub(super) fn nextafter(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "nextafter",
        params: &["x", "y", "steps"],
        positional_only: 2,
        positional: 2,
        required: 2,
    };
    let [x, y, steps] = rt.bind(&SIGNATURE, args)?;
    let number = |v: Option<&Value>| match v {
        Some(v) => rt.to_float(v),
        None => Ok(0.0),
    };
    let (x, y) = (number(x)?, number(y)?);
    let steps = match steps {
        Some(v) if !v.is_none() => {
            let index = rt.index(v)?;
            let big = rt.as_int(&index).map(|i| i.to_big()).unwrap_or_default();
            if big.is_negative() {
                return Err(rt.value_error("steps must be a non-negative integer"));
            }
            big.to_u64().unwrap_or(u64::MAX)
        }
        _ => 1,
    };
    Ok(rt.float(stepped(x, y, steps)))
}

pub(super) fn ulp(rt: &Rt, _module: &Value, x: &Value) -> PyResult {
    let x = rt.to_float(x)?;
    if x.is_nan() {
        return Ok(rt.float(x));
    }
    let x = x.abs();
    if x.is_infinite() {
        return Ok(rt.float(x));
    }
    let next = x.next_up();
    if next.is_infinite() {
        return Ok(rt.float(x - x.next_down()));
    }
    Ok(rt.float(next - x))
}
