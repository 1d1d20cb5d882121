//! Sums and norms without loss: `fsum`, `sumprod`, `prod`, `hypot`, `dist`.

use hognose_object::ops::BinaryOp;
use hognose_object::{Args, PyResult, Rt, Signature, Value};
use num_bigint::BigInt;

/// The sum and what it lost.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

/// As [`two_sum`] when the first is the bigger.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}

/// The product and what it lost.
fn two_product(x: f64, y: f64) -> (f64, f64) {
    let z = x * y;
    (z, x.mul_add(y, -z))
}

/// Shewchuk's partial sums, rounded once at the end.
pub(super) fn fsum(rt: &Rt, _module: &Value, items: &Value) -> PyResult {
    let mut partials: Vec<f64> = Vec::new();
    let (mut infinite, mut special) = (0.0, 0.0);
    let mut failure = None;
    rt.for_each(items, |item| {
        let given = rt.to_float(&item)?;
        let mut x = given;
        let mut kept = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let (high, low) = fast_two_sum(x, y);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if !x.is_finite() {
                if given.is_finite() {
                    failure = Some(rt.overflow_error("intermediate overflow in fsum"));
                    return Ok(false);
                }
                if given.is_infinite() {
                    infinite += given;
                }
                special += given;
                partials.clear();
            } else {
                partials.push(x);
            }
        }
        Ok(true)
    })?;
    if let Some(raised) = failure {
        return Err(raised);
    }
    if special != 0.0 {
        if f64::is_nan(infinite) {
            return Err(rt.value_error("-inf + inf in fsum"));
        }
        return Ok(rt.float(special));
    }
    Ok(rt.float(rounded(&partials)))
}

/// The partial sums in one, ties to even across the remaining ones.
fn rounded(partials: &[f64]) -> f64 {
    let Some((&top, mut rest)) = partials.split_last() else {
        return 0.0;
    };
    let (mut high, mut low) = (top, 0.0);
    while let Some((&y, others)) = rest.split_last() {
        (high, low) = fast_two_sum(high, y);
        rest = others;
        if low != 0.0 {
            break;
        }
    }
    if let Some(&next) = rest.last()
        && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

/// A sum of products in three floats (`TripleLength`).
#[derive(Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    fn add_product(&mut self, x: f64, y: f64) {
        let (p, p_low) = two_product(x, y);
        let (high, lost) = two_sum(self.high, p);
        let (r1, r1_low) = two_sum(self.low, p_low);
        let (r2, r2_low) = two_sum(r1, lost);
        *self = Triple {
            high,
            low: r2,
            tiny: self.tiny + r1_low + r2_low,
        };
    }

    fn value(&self) -> f64 {
        let (low, _) = two_sum(self.low, self.tiny);
        two_sum(self.high, low).0
    }
}

pub(super) fn sumprod(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("sumprod", args, 2, 2)?;
    let (p, q) = (rt.iter(&given[0])?, rt.iter(&given[1])?);
    let mut total = rt.int(0);
    let (mut whole, mut whole_used, mut whole_open) = (BigInt::from(0), false, true);
    let (mut real, mut real_used, mut real_open) = (Triple::default(), false, true);
    loop {
        let (a, b) = (rt.next(&p)?, rt.next(&q)?);
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => break,
            _ => return Err(rt.value_error("Inputs are not the same length")),
        };
        let int = |v: &Value| {
            rt.is_exact(v, &rt.types.int)
                .then(|| rt.as_int(v).map(|i| i.to_big()))
                .flatten()
        };
        if whole_open {
            if let (Some(x), Some(y)) = (int(&a), int(&b)) {
                whole += x * y;
                whole_used = true;
                continue;
            }
            whole_open = false;
            if whole_used {
                total = rt.binary(
                    BinaryOp::Add,
                    &total,
                    &rt.big_int(std::mem::take(&mut whole)),
                )?;
                whole_used = false;
            }
        }
        if real_open {
            let float = |v: &Value| {
                rt.is_exact(v, &rt.types.float)
                    .then(|| rt.as_float(v))
                    .flatten()
            };
            let mixed = |v: &Value| {
                float(v).or_else(|| {
                    rt.is_exact(v, &rt.types.int)
                        .then(|| rt.to_float(v).ok())
                        .flatten()
                })
            };
            let pair = match (float(&a), float(&b)) {
                (None, None) => None,
                _ => mixed(&a).zip(mixed(&b)),
            };
            if let Some((x, y)) = pair
                && (x * y).is_finite()
            {
                real.add_product(x, y);
                real_used = true;
                continue;
            }
            real_open = false;
            if real_used {
                total = rt.binary(BinaryOp::Add, &total, &rt.float(real.value()))?;
                real_used = false;
            }
        }
        let product = rt.binary(BinaryOp::Mul, &a, &b)?;
        total = rt.binary(BinaryOp::Add, &total, &product)?;
    }
    if whole_used {
        total = rt.binary(BinaryOp::Add, &total, &rt.big_int(whole))?;
    }
    if real_used {
        total = rt.binary(BinaryOp::Add, &total, &rt.float(real.value()))?;
    }
    Ok(total)
}

pub(super) fn prod(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "prod",
        params: &["iterable", "start"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let [items, start] = rt.bind(&SIGNATURE, args)?;
    let mut made = start.cloned().unwrap_or_else(|| rt.int(1));
    if let Some(items) = items {
        rt.for_each(items, |item| {
            made = rt.binary(BinaryOp::Mul, &made, &item)?;
            Ok(true)
        })?;
    }
    Ok(made)
}

/// The length of a vector, scaled by a power of two and corrected once (`vector_norm`).
fn norm(mut row: Vec<f64>) -> f64 {
    let most = row.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    if row.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if row.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if most == 0.0 || row.len() <= 1 {
        return most;
    }
    let exponent = hognose_object::hash::frexp(most).1;
    if exponent < -1023 {
        row.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(row);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut lost, mut lost_sum) = (1.0, 0.0, 0.0);
    for x in row {
        let x = x * scale;
        let (square, low) = two_product(x, x);
        let (high, rest) = fast_two_sum(sum, square);
        sum = high;
        lost += low;
        lost_sum += rest;
    }
    let mut h = (sum - 1.0 + (lost + lost_sum)).sqrt();
    let (square, low) = two_product(-h, h);
    let (high, rest) = fast_two_sum(sum, square);
    lost += low;
    lost_sum += rest;
    let x = high - 1.0 + (lost + lost_sum);
    h += x / (2.0 * h);
    h / scale
}

fn floats(rt: &Rt, items: &[Value]) -> PyResult<Vec<f64>> {
    items.iter().map(|v| rt.to_float(v)).collect()
}

pub(super) fn hypot(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("hypot", args, 0, usize::MAX)?;
    Ok(rt.float(norm(floats(rt, given)?)))
}

pub(super) fn dist(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("dist", args, 2, 2)?;
    let (p, q) = (rt.collect(&given[0])?, rt.collect(&given[1])?);
    if p.len() != q.len() {
        return Err(rt.value_error("both points must have the same number of dimensions"));
    }
    let (p, q) = (floats(rt, &p)?, floats(rt, &q)?);
    let row = p.iter().zip(&q).map(|(a, b)| (a - b).abs()).collect();
    Ok(rt.float(norm(row)))
}
