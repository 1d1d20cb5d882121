//! `complex`.

use crate::float::float_from_text;
use crate::hash::{hash_complex, hash_f64};
use crate::int::float_of_int;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::Str;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Value};

pub const COMPLEX: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        add: Some(|rt, a, b| arithmetic(rt, a, b, |_, x, y| Ok((x.0 + y.0, x.1 + y.1)))),
        sub: Some(|rt, a, b| arithmetic(rt, a, b, |_, x, y| Ok((x.0 - y.0, x.1 - y.1)))),
        mul: Some(|rt, a, b| arithmetic(rt, a, b, |_, x, y| Ok(times(x, y)))),
        truediv: Some(|rt, a, b| {
            arithmetic(rt, a, b, |rt, x, y| {
                quotient(x, y).ok_or_else(|| rt.zero_division_error("complex division by zero"))
            })
        }),
        pow: Some(pow),
        neg: Some(|rt, a| Ok(rt.complex(-number(rt, a).0, -number(rt, a).1))),
        pos: Some(|rt, a| Ok(rt.complex(number(rt, a).0, number(rt, a).1))),
        abs: Some(abs),
        bool: Some(|rt, a| Ok(number(rt, a) != (0.0, 0.0))),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "conjugate",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.complex(number(rt, v).0, -number(rt, v).1))),
        ),
        NativeDef::new(
            "__complex__",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.complex(number(rt, v).0, number(rt, v).1))),
        ),
        NativeDef::new(
            "__format__",
            "($self, format_spec, /)",
            Call::One(|rt, v, spec| rt.format_complex(v, spec)),
        ),
        NativeDef::new(
            "__getnewargs__",
            "($self, /)",
            Call::Zero(|rt, v| {
                let (re, im) = number(rt, v);
                Ok(rt.tuple([rt.float(re), rt.float(im)]).into_value())
            }),
        ),
    ],
    getset: &[
        GetSetDef::member("real", |rt, v| Ok(rt.float(number(rt, v).0))),
        GetSetDef::member("imag", |rt, v| Ok(rt.float(number(rt, v).1))),
    ],
    doc: "Complex number.",
    ..TypeSpec::new("complex", Layout::Native(kinds::COMPLEX))
};

/// The payload of `complex`.
pub struct Complex {
    pub real: f64,
    pub imag: f64,
}

impl Payload for Complex {
    const KIND: Kind = kinds::COMPLEX;
    const GC: bool = false;
}

type Pair = (f64, f64);

fn number(rt: &Rt, value: &Value) -> Pair {
    rt.as_complex(value).unwrap_or((f64::NAN, f64::NAN))
}

impl Rt {
    pub fn complex(&self, real: f64, imag: f64) -> Value {
        self.alloc(&self.types.complex, Complex { real, imag })
            .into_value()
    }

    /// The number inside a `complex` or a subclass of it.
    pub fn as_complex(&self, value: &Value) -> Option<Pair> {
        value.downcast_ref::<Complex>().map(|c| (c.real, c.imag))
    }

    /// Any number as a complex one (`PyComplex_AsCComplex`).
    pub fn to_complex(&self, value: &Value) -> PyResult<Pair> {
        if let Some(pair) = self.as_complex(value) {
            return Ok(pair);
        }
        if let Some(made) = self.call_special(value, &self.names.complex_, &[]) {
            let made = made?;
            return self.as_complex(&made).ok_or_else(|| {
                self.type_error(format!(
                    "__complex__ returned non-complex (type {})",
                    self.type_name(&made)
                ))
            });
        }
        Ok((self.to_float(value)?, 0.0))
    }
}

fn operand(rt: &Rt, value: &Value) -> PyResult<Option<Pair>> {
    if let Some(pair) = rt.as_complex(value) {
        return Ok(Some(pair));
    }
    if let Some(x) = rt.as_float(value) {
        return Ok(Some((x, 0.0)));
    }
    rt.as_int(value)
        .map(|i| Ok((float_of_int(rt, &i)?, 0.0)))
        .transpose()
}

fn arithmetic(
    rt: &Rt,
    a: &Value,
    b: &Value,
    f: impl FnOnce(&Rt, Pair, Pair) -> PyResult<Pair>,
) -> PyResult {
    match (operand(rt, a)?, operand(rt, b)?) {
        (Some(x), Some(y)) => {
            let (re, im) = f(rt, x, y)?;
            Ok(rt.complex(re, im))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn times(x: Pair, y: Pair) -> Pair {
    (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0)
}

/// Smith's method, as `_Py_c_quot`.
fn quotient(a: Pair, b: Pair) -> Option<Pair> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        Some((
            (a.0 + a.1 * ratio) / denominator,
            (a.1 - a.0 * ratio) / denominator,
        ))
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        Some((
            (a.0 * ratio + a.1) / denominator,
            (a.1 * ratio - a.0) / denominator,
        ))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

/// `a ** b` (`complex_pow`).
pub(crate) fn complex_pow(rt: &Rt, a: Pair, b: Pair) -> PyResult {
    let (re, im) = if b.1 == 0.0
        && b.0.floor() == b.0
        && b.0.abs() <= 100.0
        && !(a == (0.0, 0.0) && b.0 < 0.0)
    {
        whole_power(a, b.0 as i32)
    } else if b == (0.0, 0.0) {
        (1.0, 0.0)
    } else if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(rt.zero_division_error("0.0 to a negative or complex power"));
        }
        (0.0, 0.0)
    } else {
        let size = a.0.hypot(a.1);
        let angle = a.1.atan2(a.0);
        let mut length = size.powf(b.0);
        let mut phase = angle * b.0;
        if b.1 != 0.0 {
            length *= (-angle * b.1).exp();
            phase += b.1 * size.ln();
        }
        (length * phase.cos(), length * phase.sin())
    };
    if !(re.is_finite() && im.is_finite())
        && a.0.is_finite()
        && a.1.is_finite()
        && b.0.is_finite()
        && b.1.is_finite()
    {
        return Err(rt.overflow_error("complex exponentiation"));
    }
    Ok(rt.complex(re, im))
}

fn whole_power(x: Pair, n: i32) -> Pair {
    let mut result = (1.0, 0.0);
    let mut power = x;
    let mut left = n.unsigned_abs();
    while left > 0 {
        if left & 1 != 0 {
            result = times(result, power);
        }
        left >>= 1;
        if left > 0 {
            power = times(power, power);
        }
    }
    if n < 0 {
        quotient((1.0, 0.0), result).unwrap_or((f64::NAN, f64::NAN))
    } else {
        result
    }
}

fn pow(rt: &Rt, a: &Value, b: &Value, c: &Value) -> PyResult {
    let (Some(x), Some(y)) = (operand(rt, a)?, operand(rt, b)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !c.is_none() {
        return Err(rt.value_error("complex modulo"));
    }
    complex_pow(rt, x, y)
}

fn abs(rt: &Rt, value: &Value) -> PyResult {
    let (re, im) = number(rt, value);
    let size = re.hypot(im);
    if size.is_infinite() && re.is_finite() && im.is_finite() {
        return Err(rt.overflow_error("absolute value too large"));
    }
    Ok(rt.float(size))
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let (re, im) = number(rt, value);
    let mut out = String::new();
    hognose_source::repr::write_complex(&mut out, re, im);
    Ok(rt.str(&out).into_value())
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let (re, im) = number(rt, value);
    let part = |x: f64| {
        if x.is_nan() {
            (value.bits() >> 4) as i64
        } else {
            hash_f64(x)
        }
    };
    Ok(hash_complex(part(re), part(im)))
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let Some((re, im)) = rt.as_complex(a) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = if let Some(y) = rt.as_complex(b) {
        (re, im) == y
    } else if rt.as_float(b).is_some() || rt.as_int(b).is_some() {
        im == 0.0 && rt.compare_bool(&rt.float(re), b, CompareOp::Eq)?
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

/// The number that ASCII text says: `re`, `imj` or `re±imj`, in parentheses or not.
fn parse(text: &str) -> Option<Pair> {
    let text = text.trim_matches(crate::int::is_ascii_space);
    let text = match text.strip_prefix('(') {
        Some(inner) => inner
            .strip_suffix(')')?
            .trim_matches(crate::int::is_ascii_space),
        None => text,
    };
    let Some(body) = text.strip_suffix(['j', 'J']) else {
        return Some((float_from_text(text)?, 0.0));
    };
    let unit = |text: &str| match text {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        _ => float_from_text(text),
    };
    // The sign that splits the parts is the last one that neither begins the text nor an exponent.
    let bytes = body.as_bytes();
    let split = (1..bytes.len())
        .rev()
        .find(|&i| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E'));
    match split {
        Some(at) => Some((float_from_text(&body[..at])?, unit(&body[at..])?)),
        None => Some((0.0, unit(body)?)),
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "complex",
        params: &["real", "imag"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [real, imag] = rt.bind(&SIGNATURE, args)?;
    let exact = ty.same(&rt.types.complex);
    let made = |re: f64, im: f64| rt.alloc(ty, Complex { real: re, imag: im }).into_value();
    if let Some(text) = real.and_then(|v| v.downcast::<Str>()) {
        if imag.is_some() {
            return Err(rt.type_error("complex() can't take second arg if first is a string"));
        }
        return match parse(&crate::int::ascii_number(text)) {
            Some((re, im)) => Ok(made(re, im)),
            None => Err(rt.value_error("complex() arg is a malformed string")),
        };
    }
    if imag.is_some_and(|v| v.downcast_ref::<Str>().is_some()) {
        return Err(rt.type_error("complex() second arg can't be a string"));
    }
    if let (Some(v), None) = (real, imag)
        && exact
        && rt.is_exact(v, &rt.types.complex)
    {
        return Ok(v.clone());
    }
    let number_like = |v: &Value| {
        let slots = &rt.type_of(v).slots;
        rt.as_complex(v).is_some() || slots.float.get().is_some() || slots.index.get().is_some()
    };
    let first = match real {
        Some(v) => {
            if !number_like(v) && rt.type_of(v).lookup(rt, &rt.names.complex_).is_none() {
                let name = rt.type_name(v);
                return Err(rt.type_error(format!(
                    "complex() first argument must be a string or a number, not '{name}'"
                )));
            }
            rt.to_complex(v)?
        }
        None => (0.0, 0.0),
    };
    let Some(v) = imag else {
        return Ok(made(first.0, first.1));
    };
    if !number_like(v) {
        let name = rt.type_name(v);
        return Err(rt.type_error(format!(
            "complex() second argument must be a number, not '{name}'"
        )));
    }
    // re + im·j, where both may have imaginary parts of their own.
    let second = match rt.as_complex(v) {
        Some(pair) => pair,
        None => (rt.to_float(v)?, 0.0),
    };
    let is_complex = |v: Option<&Value>| v.is_some_and(|v| rt.as_complex(v).is_some());
    let re = if is_complex(imag) {
        first.0 - second.1
    } else {
        first.0
    };
    let im = if is_complex(real) {
        second.0 + first.1
    } else {
        second.0
    };
    Ok(made(re, im))
}
