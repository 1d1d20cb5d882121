//! `math` (`Modules/mathmodule.c`).

mod integers;
mod reals;
mod special;
mod sums;

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Value};

/// A function of one float whose result may be infinite only for the given reason.
macro_rules! one {
    ($name:literal, $f:expr, $overflows:literal) => {
        NativeDef::new(
            $name,
            "($module, x, /)",
            Call::One(|rt, _, x| {
                // What fits in a word is a number, and finite.
                let made = x.as_immediate_float().map($f);
                match made.and_then(Value::immediate_float) {
                    Some(made) => Ok(made),
                    None => one_float(rt, x, $f, $overflows),
                }
            }),
        )
    };
}

const FUNCTIONS: &[NativeDef] = &[
    one!("acos", f64::acos, false),
    one!("acosh", libm::acosh, false),
    one!("asin", f64::asin, false),
    one!("asinh", libm::asinh, false),
    one!("atan", f64::atan, false),
    NativeDef::new(
        "atan2",
        "($module, y, x, /)",
        Call::Many(|rt, _, a| two(rt, a, "atan2", f64::atan2)),
    ),
    one!("atanh", libm::atanh, false),
    one!("cbrt", libm::cbrt, false),
    NativeDef::new("ceil", "($module, x, /)", Call::One(reals::ceil)),
    NativeDef::new("comb", "($module, n, k, /)", Call::Many(integers::comb)),
    NativeDef::new(
        "copysign",
        "($module, x, y, /)",
        Call::Many(|rt, _, a| two(rt, a, "copysign", f64::copysign)),
    ),
    one!("cos", f64::cos, false),
    one!("cosh", f64::cosh, true),
    NativeDef::new(
        "degrees",
        "($module, x, /)",
        Call::One(|rt, _, x| Ok(rt.float(rt.to_float(x)? * (180.0 / std::f64::consts::PI)))),
    ),
    NativeDef::new("dist", "($module, p, q, /)", Call::Many(sums::dist)),
    one!("erf", libm::erf, false),
    one!("erfc", libm::erfc, false),
    one!("exp", f64::exp, true),
    one!("exp2", f64::exp2, true),
    one!("expm1", f64::exp_m1, true),
    one!("fabs", f64::abs, false),
    NativeDef::new(
        "factorial",
        "($module, n, /)",
        Call::One(integers::factorial),
    ),
    NativeDef::new("floor", "($module, x, /)", Call::One(reals::floor)),
    NativeDef::new("fmod", "($module, x, y, /)", Call::Many(reals::fmod)),
    NativeDef::new("frexp", "($module, x, /)", Call::One(reals::frexp)),
    NativeDef::new("fsum", "($module, seq, /)", Call::One(sums::fsum)),
    NativeDef::new(
        "gamma",
        "($module, x, /)",
        Call::One(|rt, _, x| {
            let x = rt.to_float(x)?;
            Ok(rt.float(special::gamma(rt, x)?))
        }),
    ),
    NativeDef::new("gcd", "($module, *integers)", Call::Many(integers::gcd)),
    NativeDef::new("hypot", "(*coordinates)", Call::Many(sums::hypot)),
    NativeDef::new(
        "isclose",
        "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        Call::Many(reals::isclose),
    ),
    NativeDef::new(
        "isfinite",
        "($module, x, /)",
        Call::One(|rt, _, x| Ok(Value::bool(rt.to_float(x)?.is_finite()))),
    ),
    NativeDef::new(
        "isinf",
        "($module, x, /)",
        Call::One(|rt, _, x| Ok(Value::bool(rt.to_float(x)?.is_infinite()))),
    ),
    NativeDef::new(
        "isnan",
        "($module, x, /)",
        Call::One(|rt, _, x| Ok(Value::bool(rt.to_float(x)?.is_nan()))),
    ),
    NativeDef::new("isqrt", "($module, n, /)", Call::One(integers::isqrt)),
    NativeDef::new("lcm", "($module, *integers)", Call::Many(integers::lcm)),
    NativeDef::new("ldexp", "($module, x, i, /)", Call::Many(reals::ldexp)),
    NativeDef::new(
        "lgamma",
        "($module, x, /)",
        Call::One(|rt, _, x| {
            let x = rt.to_float(x)?;
            Ok(rt.float(special::lgamma(rt, x)?))
        }),
    ),
    NativeDef::new("log", "", Call::Many(reals::log)),
    one!("log1p", f64::ln_1p, false),
    NativeDef::new(
        "log10",
        "($module, x, /)",
        Call::One(|rt, _, x| reals::logarithm(rt, x, f64::log10)),
    ),
    NativeDef::new(
        "log2",
        "($module, x, /)",
        Call::One(|rt, _, x| reals::logarithm(rt, x, f64::log2)),
    ),
    NativeDef::new("modf", "($module, x, /)", Call::One(reals::modf)),
    NativeDef::new(
        "nextafter",
        "($module, x, y, /, *, steps=None)",
        Call::Many(reals::nextafter),
    ),
    NativeDef::new(
        "perm",
        "($module, n, k=None, /)",
        Call::Many(integers::perm),
    ),
    NativeDef::new("pow", "($module, x, y, /)", Call::Many(reals::pow)),
    NativeDef::new(
        "prod",
        "($module, iterable, /, *, start=1)",
        Call::Many(sums::prod),
    ),
    NativeDef::new(
        "radians",
        "($module, x, /)",
        Call::One(|rt, _, x| Ok(rt.float(rt.to_float(x)? * (std::f64::consts::PI / 180.0)))),
    ),
    NativeDef::new(
        "remainder",
        "($module, x, y, /)",
        Call::Many(reals::remainder),
    ),
    one!("sin", f64::sin, false),
    one!("sinh", f64::sinh, true),
    one!("sqrt", f64::sqrt, false),
    NativeDef::new("sumprod", "($module, p, q, /)", Call::Many(sums::sumprod)),
    one!("tan", f64::tan, false),
    one!("tanh", f64::tanh, false),
    NativeDef::new("trunc", "($module, x, /)", Call::One(reals::trunc)),
    NativeDef::new("ulp", "($module, x, /)", Call::One(reals::ulp)),
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("math", FUNCTIONS);
    module.set(rt, "pi", rt.float(std::f64::consts::PI));
    module.set(rt, "e", rt.float(std::f64::consts::E));
    module.set(rt, "tau", rt.float(std::f64::consts::TAU));
    module.set(rt, "inf", rt.float(f64::INFINITY));
    module.set(rt, "nan", rt.float(f64::NAN));
    Ok(module)
}

fn domain_error(rt: &Rt) -> Raised {
    rt.value_error("math domain error")
}

fn range_error(rt: &Rt) -> Raised {
    rt.overflow_error("math range error")
}

/// `math_1`: nothing but not-a-number may give it, and only what is infinite or can overflow gives infinity.
fn one_float(rt: &Rt, x: &Value, f: fn(f64) -> f64, overflows: bool) -> PyResult {
    let x = rt.to_float(x)?;
    let made = f(x);
    if made.is_nan() && !x.is_nan() {
        return Err(domain_error(rt));
    }
    if made.is_infinite() && x.is_finite() {
        return Err(if overflows {
            range_error(rt)
        } else {
            domain_error(rt)
        });
    }
    Ok(rt.float(made))
}

fn two_floats(rt: &Rt, args: &Args<'_>, name: &str) -> PyResult<(f64, f64)> {
    let given = rt.positional(name, args, 2, 2)?;
    Ok((rt.to_float(&given[0])?, rt.to_float(&given[1])?))
}

fn two(rt: &Rt, args: &Args<'_>, name: &str, f: fn(f64, f64) -> f64) -> PyResult {
    let (x, y) = two_floats(rt, args, name)?;
    Ok(rt.float(f(x, y)))
}
