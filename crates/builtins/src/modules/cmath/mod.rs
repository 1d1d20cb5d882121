//! `cmath`: mathematical functions for complex numbers (`Modules/cmathmodule.c`).

mod functions;
mod tables;

use functions::{Found, Number, Trouble};
use hognose_object::module::Module;
use hognose_object::ops::BinaryOp;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Signature, Value};

/// A function of one complex number that gives one.
macro_rules! one {
    ($name:ident, $doc:literal) => {
        NativeDef::new(
            stringify!($name),
            "($module, z, /)",
            Call::One(|rt, _, z| {
                let found = functions::$name(rt.to_complex(z)?);
                checked(rt, found)
            }),
        )
        .with_doc($doc)
    };
}

/// A question about one complex number.
macro_rules! is {
    ($name:ident, $both:tt, $doc:literal) => {
        NativeDef::new(
            stringify!($name),
            "($module, z, /)",
            Call::One(|rt, _, z| {
                let z = rt.to_complex(z)?;
                Ok(Value::bool(is!(@ $name z.0) $both is!(@ $name z.1)))
            }),
        )
        .with_doc($doc)
    };
    (@ isfinite $x:expr) => { $x.is_finite() };
    (@ isinf $x:expr) => { $x.is_infinite() };
    (@ isnan $x:expr) => { $x.is_nan() };
}

const FUNCTIONS: &[NativeDef] = &[
    one!(acos, "Return the arc cosine of z."),
    one!(acosh, "Return the inverse hyperbolic cosine of z."),
    one!(asin, "Return the arc sine of z."),
    one!(asinh, "Return the inverse hyperbolic sine of z."),
    one!(atan, "Return the arc tangent of z."),
    one!(atanh, "Return the inverse hyperbolic tangent of z."),
    one!(cos, "Return the cosine of z."),
    one!(cosh, "Return the hyperbolic cosine of z."),
    one!(exp, "Return the exponential value e**z."),
    NativeDef::new(
        "isclose",
        "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        Call::Many(is_close),
    )
    .with_doc("Determine whether two complex numbers are close in value."),
    is!(isfinite, &&, "Return True if both the real and imaginary parts of z are finite, else False."),
    is!(isinf, ||, "Checks if the real or imaginary part of z is infinite."),
    is!(isnan, ||, "Checks if the real or imaginary part of z not a number (NaN)."),
    NativeDef::new(
        "log",
        "($module, z, base=<unrepresentable>, /)",
        Call::Many(log),
    )
    .with_doc("log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z."),
    one!(log10, "Return the base-10 logarithm of z."),
    NativeDef::new(
        "phase",
        "($module, z, /)",
        Call::One(|rt, _, z| Ok(rt.float(functions::phase(rt.to_complex(z)?)))),
    )
    .with_doc("Return argument, also known as the phase angle, of a complex."),
    NativeDef::new("polar", "($module, z, /)", Call::One(polar)).with_doc(
        "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.",
    ),
    NativeDef::new("rect", "($module, r, phi, /)", Call::Many(rect))
        .with_doc("Convert from polar coordinates to rectangular coordinates."),
    one!(sin, "Return the sine of z."),
    one!(sinh, "Return the hyperbolic sine of z."),
    one!(sqrt, "Return the square root of z."),
    one!(tan, "Return the tangent of z."),
    one!(tanh, "Return the hyperbolic tangent of z."),
];

/// The number found, or the error that it is (`math_error`).
fn checked(rt: &Rt, ((real, imag), trouble): Found) -> PyResult {
    match trouble {
        Trouble::Nothing => Ok(rt.complex(real, imag)),
        Trouble::Domain => Err(rt.value_error("math domain error")),
        Trouble::Range => Err(rt.overflow_error("math range error")),
    }
}

fn log(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("log", args, 1, 2)?;
    let found = functions::log(rt.to_complex(&given[0])?);
    let Some(base) = given.get(1) else {
        return checked(rt, found);
    };
    // The base's trouble alone counts.
    let (base, trouble) = functions::log(rt.to_complex(base)?);
    if base == (0.0, 0.0) || trouble != Trouble::Nothing {
        return Err(rt.value_error("math domain error"));
    }
    let ((real, imag), _) = found;
    let (x, y) = (rt.complex(real, imag), rt.complex(base.0, base.1));
    rt.binary(BinaryOp::TrueDiv, &x, &y)
}

fn absolute(rt: &Rt, z: Number) -> PyResult<f64> {
    let size = z.0.hypot(z.1);
    if size.is_infinite() && z.0.is_finite() && z.1.is_finite() {
        return Err(rt.overflow_error("math range error"));
    }
    Ok(size)
}

fn polar(rt: &Rt, _: &Value, z: &Value) -> PyResult {
    let z = rt.to_complex(z)?;
    let row = [rt.float(absolute(rt, z)?), rt.float(functions::phase(z))];
    Ok(rt.tuple(row).into_value())
}

fn rect(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("rect", args, 2, 2)?;
    let (r, phi) = (rt.to_float(&given[0])?, rt.to_float(&given[1])?);
    checked(rt, functions::rect(r, phi))
}

fn is_close(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "isclose",
        params: &["a", "b", "rel_tol", "abs_tol"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [a, b, relative, absolute] = rt.bind(&SIGNATURE, args)?;
    let a = rt.to_complex(a.unwrap_or(&Value::NONE))?;
    let b = rt.to_complex(b.unwrap_or(&Value::NONE))?;
    let relative = relative.map_or(Ok(1e-9), |v| rt.to_float(v))?;
    let absolute = absolute.map_or(Ok(0.0), |v| rt.to_float(v))?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(rt.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if [a.0, a.1, b.0, b.1].iter().any(|x| x.is_infinite()) {
        return Ok(Value::FALSE);
    }
    let size = |z: Number| z.0.hypot(z.1);
    let apart = size((a.0 - b.0, a.1 - b.1));
    Ok(Value::bool(
        apart <= relative * size(b) || apart <= relative * size(a) || apart <= absolute,
    ))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    use std::f64::consts::{E, PI, TAU};
    let module = rt.native_module("cmath", FUNCTIONS);
    let floats = [
        ("e", E),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
        ("pi", PI),
        ("tau", TAU),
    ];
    for (name, x) in floats {
        module.set(rt, name, rt.float(x));
    }
    module.set(rt, "infj", rt.complex(0.0, f64::INFINITY));
    module.set(rt, "nanj", rt.complex(0.0, f64::NAN));
    let doc = "This module provides access to mathematical functions for complex\nnumbers.";
    module.set(rt, "__doc__", rt.str(doc));
    Ok(module)
}
