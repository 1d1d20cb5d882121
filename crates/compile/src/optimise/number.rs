//! Python's arithmetic on constants, as far as folding goes.
//!
//! Each function answers `None` where CPython would raise: the expression then stays as it is.

use bumpalo::Bump;
use hognose_ast::{Constant, Operator};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Pow, Signed, ToPrimitive, Zero};

/// The largest integer folding makes, in bits (`MAX_INT_SIZE`).
const MAX_INT_BITS: u64 = 128;

/// A number as Python's tower sees it; `bool` counts as an integer.
#[derive(Clone, Debug)]
pub enum Number {
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
}

impl Number {
    /// The number that a constant is, if it is one.
    pub fn of(constant: &Constant) -> Option<Self> {
        Some(match *constant {
            Constant::True => Self::Int(1.into()),
            Constant::False => Self::Int(0.into()),
            Constant::Int(value) => Self::Int(value.into()),
            Constant::BigInt(value) => Self::Int(value.to_number()),
            Constant::Float(value) => Self::Float(value),
            Constant::Complex { real, imag } => Self::Complex(real, imag),
            _ => return None,
        })
    }

    pub fn into_constant<'a>(self, arena: &'a Bump) -> Constant<'a> {
        match self {
            Self::Int(value) => Constant::from_number(&value, arena),
            Self::Float(value) => Constant::Float(value),
            Self::Complex(real, imag) => Constant::Complex { real, imag },
        }
    }

    /// The value as a C double; an integer too large for one is an error (`PyLong_AsDouble`).
    fn as_float(&self) -> Option<f64> {
        match self {
            Self::Int(value) => value.to_f64().filter(|float| float.is_finite()),
            Self::Float(value) => Some(*value),
            Self::Complex(..) => None,
        }
    }

    fn as_complex(&self) -> Option<(f64, f64)> {
        match self {
            Self::Complex(real, imag) => Some((*real, *imag)),
            _ => self.as_float().map(|real| (real, 0.0)),
        }
    }

    pub fn negative(self) -> Self {
        match self {
            Self::Int(value) => Self::Int(-value),
            Self::Float(value) => Self::Float(-value),
            Self::Complex(real, imag) => Self::Complex(-real, -imag),
        }
    }
}

/// Computes `left op right`.
pub fn binary(op: Operator, left: Number, right: Number) -> Option<Number> {
    match (&left, &right) {
        (Number::Int(left), Number::Int(right)) => int_binary(op, left, right),
        (Number::Complex(..), _) | (_, Number::Complex(..)) => {
            complex_binary(op, left.as_complex()?, right.as_complex()?)
        }
        _ => float_binary(op, left.as_float()?, right.as_float()?),
    }
}

fn int_binary(op: Operator, left: &BigInt, right: &BigInt) -> Option<Number> {
    let value = match op {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => {
            if !left.is_zero() && !right.is_zero() && left.bits() + right.bits() > MAX_INT_BITS {
                return None;
            }
            left * right
        }
        Operator::Div => return int_true_divide(left, right).map(Number::Float),
        Operator::FloorDiv if right.is_zero() => return None,
        Operator::FloorDiv => left.div_floor(right),
        Operator::Mod if right.is_zero() => return None,
        Operator::Mod => left.mod_floor(right),
        Operator::Pow => return int_power(left, right),
        Operator::LShift => {
            if right.is_negative() {
                return None;
            }
            if left.is_zero() {
                return Some(Number::Int(BigInt::ZERO));
            }
            let shift = right.to_u64()?;
            if shift > MAX_INT_BITS || (shift != 0 && left.bits() > MAX_INT_BITS - shift) {
                return None;
            }
            left << shift
        }
        Operator::RShift => {
            if right.is_negative() {
                return None;
            }
            match right.to_u64() {
                Some(shift) => left >> shift,
                None if left.is_negative() => (-1).into(),
                None => BigInt::ZERO,
            }
        }
        Operator::BitOr => left | right,
        Operator::BitXor => left ^ right,
        Operator::BitAnd => left & right,
        Operator::MatMult => return None,
    };
    Some(Number::Int(value))
}

/// `left ** right` within the limits of `safe_power`.
fn int_power(left: &BigInt, right: &BigInt) -> Option<Number> {
    if right.is_negative() {
        // `long_pow` turns to floats here.
        let (left, right) = (left.to_f64()?, right.to_f64()?);
        if !left.is_finite() || !right.is_finite() {
            return None;
        }
        return float_power(left, right);
    }
    if left.is_zero() || right.is_zero() {
        return Some(Number::Int(BigInt::from(u8::from(right.is_zero()))));
    }
    let exponent = right.to_u64()?;
    if left.bits() > MAX_INT_BITS / exponent {
        return None;
    }
    Some(Number::Int(Pow::pow(left, exponent)))
}

/// The double nearest to `left / right` (`long_true_divide`).
fn int_true_divide(left: &BigInt, right: &BigInt) -> Option<f64> {
    const EXACT: u64 = 53;
    if right.is_zero() {
        return None;
    }
    if left.bits() <= EXACT && right.bits() <= EXACT {
        return Some(left.to_f64()? / right.to_f64()?);
    }
    if left.is_zero() {
        return Some(if right.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = left.is_negative() != right.is_negative();
    let (left, right) = (left.abs(), right.abs());
    let difference = i64::try_from(left.bits()).ok()? - i64::try_from(right.bits()).ok()?;
    if difference > 1024 {
        return None;
    }
    if difference < -1080 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // The quotient keeps two bits more than a double holds, fewer where the result is subnormal, and one sticky bit.
    let shift = (difference - 56).max(-1076);
    let (quotient, rest) = if shift >= 0 {
        left.div_rem(&(right << shift.unsigned_abs()))
    } else {
        (left << shift.unsigned_abs()).div_rem(&right)
    };
    let mut bits = quotient.to_u64()?;
    if !rest.is_zero() {
        bits |= 1;
    }
    let value = scale(bits, shift);
    if value.is_infinite() {
        return None;
    }
    Some(if negative { -value } else { value })
}

/// `bits * 2 ** exponent`, rounded once to the nearest even double.
fn scale(bits: u64, exponent: i64) -> f64 {
    let length = 64 - i64::from(bits.leading_zeros());
    // The exponent of the last place that the result can hold.
    let last = (length + exponent - 53).max(-1074);
    let drop = last - exponent;
    if drop <= 0 {
        return bits as f64 * 2f64.powi(exponent as i32);
    }
    if drop > 63 {
        return 0.0;
    }
    let kept = bits >> drop;
    let half = 1u64 << (drop - 1);
    let rest = bits & ((1u64 << drop) - 1);
    let round_up = rest > half || (rest == half && kept & 1 == 1);
    let kept = (kept + u64::from(round_up)) as f64;
    // Two steps, as 2 ** -1074 is not in the reach of one multiplication by a normal number.
    let half_way = last / 2;
    kept * 2f64.powi(half_way as i32) * 2f64.powi((last - half_way) as i32)
}

fn float_binary(op: Operator, left: f64, right: f64) -> Option<Number> {
    let value = match op {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => left * right,
        Operator::Div | Operator::FloorDiv | Operator::Mod if right == 0.0 => return None,
        Operator::Div => left / right,
        Operator::FloorDiv => float_div_mod(left, right).0,
        Operator::Mod => float_div_mod(left, right).1,
        Operator::Pow => return float_power(left, right),
        Operator::MatMult
        | Operator::LShift
        | Operator::RShift
        | Operator::BitOr
        | Operator::BitXor
        | Operator::BitAnd => return None,
    };
    Some(Number::Float(value))
}

/// Mirrors `_float_div_mod`, signs of zeros included.
fn float_div_mod(left: f64, right: f64) -> (f64, f64) {
    let mut rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest != 0.0 {
        if (right < 0.0) != (rest < 0.0) {
            rest += right;
            quotient -= 1.0;
        }
    } else {
        rest = 0f64.copysign(right);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0f64.copysign(left / right)
    };
    (floor, rest)
}

fn is_odd_integer(value: f64) -> bool {
    (value.abs() % 2.0) == 1.0
}

/// Mirrors `float_pow`.
fn float_power(base: f64, exponent: f64) -> Option<Number> {
    let float = |value| Some(Number::Float(value));
    if exponent == 0.0 {
        return float(1.0);
    }
    if base.is_nan() {
        return float(base);
    }
    if exponent.is_nan() {
        return float(if base == 1.0 { 1.0 } else { exponent });
    }
    let odd = is_odd_integer(exponent);
    if exponent.is_infinite() {
        let base = base.abs();
        return float(if base == 1.0 {
            1.0
        } else if (exponent > 0.0) == (base > 1.0) {
            exponent.abs()
        } else {
            0.0
        });
    }
    if base.is_infinite() {
        return float(match (exponent > 0.0, odd) {
            (true, true) => base,
            (true, false) => base.abs(),
            (false, true) => 0f64.copysign(base),
            (false, false) => 0.0,
        });
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return None;
        }
        return float(if odd { base } else { 0.0 });
    }
    let mut negate = false;
    if base < 0.0 {
        if exponent != exponent.floor() {
            return complex_power((base, 0.0), (exponent, 0.0));
        }
        negate = odd;
    }
    let base = base.abs();
    if base == 1.0 {
        return float(if negate { -1.0 } else { 1.0 });
    }
    let value = base.powf(exponent);
    if value.is_infinite() {
        return None;
    }
    float(if negate { -value } else { value })
}

type Complex = (f64, f64);

fn complex_binary(op: Operator, left: Complex, right: Complex) -> Option<Number> {
    let (real, imag) = match op {
        Operator::Add => (left.0 + right.0, left.1 + right.1),
        Operator::Sub => (left.0 - right.0, left.1 - right.1),
        Operator::Mult => complex_product(left, right),
        Operator::Div => complex_quotient(left, right)?,
        Operator::Pow => return complex_power(left, right),
        Operator::FloorDiv
        | Operator::Mod
        | Operator::MatMult
        | Operator::LShift
        | Operator::RShift
        | Operator::BitOr
        | Operator::BitXor
        | Operator::BitAnd => return None,
    };
    Some(Number::Complex(real, imag))
}

fn complex_product(left: Complex, right: Complex) -> Complex {
    (
        left.0 * right.0 - left.1 * right.1,
        left.0 * right.1 + left.1 * right.0,
    )
}

/// Mirrors `_Py_c_quot`: Smith's algorithm.
fn complex_quotient(left: Complex, right: Complex) -> Option<Complex> {
    let (real, imag) = (right.0.abs(), right.1.abs());
    if real >= imag {
        if real == 0.0 {
            return None;
        }
        let ratio = right.1 / right.0;
        let denominator = right.0 + right.1 * ratio;
        Some((
            (left.0 + left.1 * ratio) / denominator,
            (left.1 - left.0 * ratio) / denominator,
        ))
    } else if imag >= real {
        let ratio = right.0 / right.1;
        let denominator = right.0 * ratio + right.1;
        Some((
            (left.0 * ratio + left.1) / denominator,
            (left.1 * ratio - left.0) / denominator,
        ))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

/// Mirrors `complex_pow`.
fn complex_power(base: Complex, exponent: Complex) -> Option<Number> {
    let small = exponent.1 == 0.0 && exponent.0 == exponent.0.floor() && exponent.0.abs() <= 100.0;
    let (real, imag) = if small {
        let power = complex_unsigned_power(base, exponent.0.abs() as u32);
        if exponent.0 > 0.0 {
            power
        } else {
            complex_quotient((1.0, 0.0), power)?
        }
    } else if exponent == (0.0, 0.0) {
        (1.0, 0.0)
    } else if base == (0.0, 0.0) {
        if exponent.1 != 0.0 || exponent.0 < 0.0 {
            return None;
        }
        (0.0, 0.0)
    } else {
        let magnitude = base.0.hypot(base.1);
        let mut length = magnitude.powf(exponent.0);
        let angle = base.1.atan2(base.0);
        let mut phase = angle * exponent.0;
        if exponent.1 != 0.0 {
            length /= (angle * exponent.1).exp();
            phase += exponent.1 * magnitude.ln();
        }
        (length * phase.cos(), length * phase.sin())
    };
    if real.is_infinite() || imag.is_infinite() {
        return None;
    }
    Some(Number::Complex(real, imag))
}

fn complex_unsigned_power(base: Complex, exponent: u32) -> Complex {
    let mut result = (1.0, 0.0);
    let mut square = base;
    let mut mask = 1;
    while exponent >= mask {
        if exponent & mask != 0 {
            result = complex_product(result, square);
        }
        mask <<= 1;
        square = complex_product(square, square);
    }
    result
}

/// Whether two numeric constants compare equal in Python: `1`, `1.0` and `True` do.
pub fn equal(left: &Number, right: &Number) -> bool {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => left == right,
        (Number::Int(int), Number::Float(float)) | (Number::Float(float), Number::Int(int)) => {
            int_equals_float(int, *float)
        }
        (Number::Float(left), Number::Float(right)) => left == right,
        (Number::Complex(real, imag), Number::Complex(other_real, other_imag)) => {
            real == other_real && imag == other_imag
        }
        (Number::Complex(real, imag), other) | (other, Number::Complex(real, imag)) => {
            *imag == 0.0 && equal(&Number::Float(*real), other)
        }
    }
}

fn int_equals_float(int: &BigInt, float: f64) -> bool {
    if !float.is_finite() || float.fract() != 0.0 {
        return false;
    }
    if int.sign() == Sign::NoSign {
        return float == 0.0;
    }
    num_traits::FromPrimitive::from_f64(float).is_some_and(|exact: BigInt| exact == *int)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divide(left: &str, right: &str) -> Option<f64> {
        int_true_divide(
            &left.parse().expect("a number"),
            &right.parse().expect("a number"),
        )
    }

    #[test]
    fn division_rounds_once() {
        assert_eq!(divide("1", "3"), Some(1.0 / 3.0));
        assert_eq!(
            divide("10000000000000000000000", "3"),
            Some(3.3333333333333335e21)
        );
        assert_eq!(divide("9007199254740993", "1"), Some(9007199254740992.0));
        assert_eq!(divide("9007199254740995", "1"), Some(9007199254740996.0));
        assert_eq!(divide("-1", "100000000000000000000"), Some(-1e-20));
        assert_eq!(divide("1", "0"), None);
        let huge = format!("1{}", "0".repeat(400));
        assert_eq!(divide(&huge, "1"), None);
        assert_eq!(divide("1", &huge), Some(0.0));
        assert_eq!(divide(&huge, &huge), Some(1.0));
        let tiny = format!("1{}", "0".repeat(320));
        assert_eq!(divide("1", &tiny), Some(1e-320));
    }

    #[test]
    fn float_modulo_takes_the_divisor_s_sign() {
        assert_eq!(float_div_mod(-7.0, 3.0), (-3.0, 2.0));
        assert_eq!(float_div_mod(7.0, -3.0), (-3.0, -2.0));
    }
}
