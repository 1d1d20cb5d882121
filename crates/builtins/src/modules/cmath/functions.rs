//! The functions of a complex number (`Modules/cmathmodule.c`).

use super::tables::{self, special};
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

/// Real and imaginary part.
pub(super) type Number = (f64, f64);

/// What a function says besides its result (C's `errno`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Nothing,
    /// `EDOM`
    Domain,
    /// `ERANGE`
    Range,
}

pub(super) type Found = (Number, Trouble);

const LARGE: f64 = f64::MAX / 4.0;
/// Scales a subnormal number so that its square root scales back exactly.
const SCALE_UP: i32 = 2 * (f64::MANTISSA_DIGITS as i32 / 2) + 1;
const SCALE_DOWN: i32 = -(SCALE_UP + 1) / 2;

fn fine(z: Number) -> Found {
    (z, Trouble::Nothing)
}

fn finite(z: Number) -> bool {
    z.0.is_finite() && z.1.is_finite()
}

fn large(z: Number) -> bool {
    z.0.abs() > LARGE || z.1.abs() > LARGE
}

/// The logarithm of the absolute value of a large number.
fn log_of_large(z: Number) -> f64 {
    (z.0 / 2.0).hypot(z.1 / 2.0).ln() + LN_2 * 2.0
}

/// A function of `z` by one of `i·z`: `-i·f(i·z)`.
fn turned(f: fn(Number) -> Found, z: Number) -> Found {
    let (made, trouble) = f((-z.1, z.0));
    ((made.1, -made.0), trouble)
}

pub(super) fn sqrt(z: Number) -> Found {
    if !finite(z) {
        return fine(special(&tables::SQRT, z.0, z.1));
    }
    if z == (0.0, 0.0) {
        return fine((0.0, z.1));
    }
    let (x, y) = (z.0.abs(), z.1.abs());
    let s = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        let x = libm::ldexp(x, SCALE_UP);
        libm::ldexp((x + x.hypot(libm::ldexp(y, SCALE_UP))).sqrt(), SCALE_DOWN)
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let d = y / (2.0 * s);
    fine(if z.0 >= 0.0 {
        (s, d.copysign(z.1))
    } else {
        (d, s.copysign(z.1))
    })
}

pub(super) fn acos(z: Number) -> Found {
    if !finite(z) {
        return fine(special(&tables::ACOS, z.0, z.1));
    }
    if large(z) {
        let real = z.1.abs().atan2(z.0);
        let size = log_of_large(z);
        return fine(if z.0 < 0.0 {
            (real, -size.copysign(z.1))
        } else {
            (real, size.copysign(-z.1))
        });
    }
    let (a, _) = sqrt((1.0 - z.0, -z.1));
    let (b, _) = sqrt((1.0 + z.0, z.1));
    fine((2.0 * a.0.atan2(b.0), libm::asinh(b.0 * a.1 - b.1 * a.0)))
}

pub(super) fn acosh(z: Number) -> Found {
    if !finite(z) {
        return fine(special(&tables::ACOSH, z.0, z.1));
    }
    if large(z) {
        return fine((log_of_large(z), z.1.atan2(z.0)));
    }
    let (a, _) = sqrt((z.0 - 1.0, z.1));
    let (b, _) = sqrt((z.0 + 1.0, z.1));
    fine((libm::asinh(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0)))
}

pub(super) fn asin(z: Number) -> Found {
    turned(asinh, z)
}

pub(super) fn asinh(z: Number) -> Found {
    if !finite(z) {
        return fine(special(&tables::ASINH, z.0, z.1));
    }
    if large(z) {
        let size = log_of_large(z);
        let real = if z.1 >= 0.0 {
            size.copysign(z.0)
        } else {
            -size.copysign(-z.0)
        };
        return fine((real, z.1.atan2(z.0.abs())));
    }
    let (a, _) = sqrt((1.0 + z.1, -z.0));
    let (b, _) = sqrt((1.0 - z.1, z.0));
    fine((
        libm::asinh(a.0 * b.1 - b.0 * a.1),
        z.1.atan2(a.0 * b.0 - a.1 * b.1),
    ))
}

pub(super) fn atan(z: Number) -> Found {
    turned(atanh, z)
}

pub(super) fn atanh(z: Number) -> Found {
    if !finite(z) {
        return fine(special(&tables::ATANH, z.0, z.1));
    }
    if z.0 < 0.0 {
        let (made, trouble) = atanh((-z.0, -z.1));
        return ((-made.0, -made.1), trouble);
    }
    let y = z.1.abs();
    if z.0 > LARGE.sqrt() || y > LARGE.sqrt() {
        let h = (z.0 / 2.0).hypot(z.1 / 2.0);
        return fine((z.0 / 4.0 / h / h, -FRAC_PI_2.copysign(-z.1)));
    }
    if z.0 == 1.0 && y < f64::MIN_POSITIVE.sqrt() {
        if y == 0.0 {
            return ((f64::INFINITY, z.1), Trouble::Domain);
        }
        let real = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
        return fine((real, (2.0f64.atan2(-y) / 2.0).copysign(z.1)));
    }
    let below = (1.0 - z.0) * (1.0 - z.0) + y * y;
    fine((
        (4.0 * z.0 / below).ln_1p() / 4.0,
        -(-2.0 * z.1).atan2((1.0 - z.0) * (1.0 + z.0) - y * y) / 2.0,
    ))
}

pub(super) fn cos(z: Number) -> Found {
    cosh((-z.1, z.0))
}

/// Infinities with the signs of a direction's cosine and sine.
fn infinite(y: f64) -> Number {
    let inf = f64::INFINITY;
    (inf.copysign(y.cos()), inf.copysign(y.sin()))
}

/// Whether the real part is infinite, and the imaginary part says where to.
fn directed(z: Number) -> bool {
    z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0
}

fn overflowed(z: Number) -> Found {
    if z.0.is_infinite() || z.1.is_infinite() {
        (z, Trouble::Range)
    } else {
        fine(z)
    }
}

fn in_domain(inside: bool) -> Trouble {
    if inside {
        Trouble::Nothing
    } else {
        Trouble::Domain
    }
}

pub(super) fn cosh(z: Number) -> Found {
    if !finite(z) {
        let made = if directed(z) {
            let (real, imag) = infinite(z.1);
            (real, if z.0 > 0.0 { imag } else { -imag })
        } else {
            special(&tables::COSH, z.0, z.1)
        };
        return (made, in_domain(!z.1.is_infinite() || z.0.is_nan()));
    }
    overflowed(if z.0.abs() > LARGE.ln() {
        let less = z.0 - 1.0f64.copysign(z.0);
        (z.1.cos() * less.cosh() * E, z.1.sin() * less.sinh() * E)
    } else {
        (z.1.cos() * z.0.cosh(), z.1.sin() * z.0.sinh())
    })
}

pub(super) fn exp(z: Number) -> Found {
    if !finite(z) {
        let made = if directed(z) {
            let (real, imag) = infinite(z.1);
            if z.0 > 0.0 {
                (real, imag)
            } else {
                (0.0f64.copysign(real), 0.0f64.copysign(imag))
            }
        } else {
            special(&tables::EXP, z.0, z.1)
        };
        let outside = z.1.is_infinite() && (z.0.is_finite() || z.0 == f64::INFINITY);
        return (made, in_domain(!outside));
    }
    overflowed(if z.0 > LARGE.ln() {
        let size = (z.0 - 1.0).exp();
        (size * z.1.cos() * E, size * z.1.sin() * E)
    } else {
        let size = z.0.exp();
        (size * z.1.cos(), size * z.1.sin())
    })
}

pub(super) fn log(z: Number) -> Found {
    if !finite(z) {
        return fine(special(&tables::LOG, z.0, z.1));
    }
    let (x, y) = (z.0.abs(), z.1.abs());
    let digits = f64::MANTISSA_DIGITS;
    let real = if x > LARGE || y > LARGE {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return ((f64::NEG_INFINITY, z.1.atan2(z.0)), Trouble::Domain);
        }
        // Where the absolute value is subnormal it would have too few digits.
        let scaled = |x| libm::ldexp(x, digits as i32);
        scaled(x).hypot(scaled(y)).ln() - f64::from(digits) * LN_2
    } else {
        let h = x.hypot(y);
        if (0.71..=1.73).contains(&h) {
            // Near 1 the logarithm of the absolute value would lose digits.
            let (most, least) = if x > y { (x, y) } else { (y, x) };
            ((most - 1.0) * (most + 1.0) + least * least).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    fine((real, z.1.atan2(z.0)))
}

pub(super) fn log10(z: Number) -> Found {
    let (made, trouble) = log(z);
    ((made.0 / LN_10, made.1 / LN_10), trouble)
}

pub(super) fn sin(z: Number) -> Found {
    turned(sinh, z)
}

pub(super) fn sinh(z: Number) -> Found {
    if !finite(z) {
        let made = if directed(z) {
            let (real, imag) = infinite(z.1);
            (if z.0 > 0.0 { real } else { -real }, imag)
        } else {
            special(&tables::SINH, z.0, z.1)
        };
        return (made, in_domain(!z.1.is_infinite() || z.0.is_nan()));
    }
    overflowed(if z.0.abs() > LARGE.ln() {
        let less = z.0 - 1.0f64.copysign(z.0);
        (z.1.cos() * less.sinh() * E, z.1.sin() * less.cosh() * E)
    } else {
        (z.1.cos() * z.0.sinh(), z.1.sin() * z.0.cosh())
    })
}

pub(super) fn tan(z: Number) -> Found {
    turned(tanh, z)
}

pub(super) fn tanh(z: Number) -> Found {
    if !finite(z) {
        let made = if directed(z) {
            let imag = 0.0f64.copysign(2.0 * z.1.sin() * z.1.cos());
            (1.0f64.copysign(z.0), imag)
        } else {
            special(&tables::TANH, z.0, z.1)
        };
        return (made, in_domain(!z.1.is_infinite() || !z.0.is_finite()));
    }
    if z.0.abs() > LARGE.ln() {
        let imag = 4.0 * z.1.sin() * z.1.cos() * (-2.0 * z.0.abs()).exp();
        return fine((1.0f64.copysign(z.0), imag));
    }
    let (tx, ty, cx) = (z.0.tanh(), z.1.tan(), 1.0 / z.0.cosh());
    let both = tx * ty;
    let below = 1.0 + both * both;
    fine((tx * (1.0 + ty * ty) / below, ((ty / below) * cx) * cx))
}

/// A number's direction.
pub(super) fn phase(z: Number) -> f64 {
    z.1.atan2(z.0)
}

/// The number of that size and direction.
pub(super) fn rect(r: f64, phi: f64) -> Found {
    if !finite((r, phi)) {
        let made = if directed((r, phi)) {
            let (real, imag) = infinite(phi);
            if r > 0.0 {
                (real, imag)
            } else {
                (-real, -imag)
            }
        } else {
            special(&tables::RECT, r, phi)
        };
        return (
            made,
            in_domain(r == 0.0 || r.is_nan() || !phi.is_infinite()),
        );
    }
    fine(if phi == 0.0 {
        (r, r * phi)
    } else {
        (r * phi.cos(), r * phi.sin())
    })
}
