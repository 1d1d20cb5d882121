//! `_operator`: the operators as functions (`Modules/_operator.c`).

mod getters;

use hognose_object::module::Module;
use hognose_object::ops::BinaryOp;
use hognose_object::{Args, Call, CompareOp, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};

/// A function of two values.
macro_rules! two {
    ($name:literal, $doc:literal, $f:expr) => {
        NativeDef::new(
            $name,
            "($module, a, b, /)",
            Call::Many(|rt, _, args| {
                let f: fn(&Rt, &Value, &Value) -> PyResult = $f;
                match args.all_values() {
                    [a, b] if !args.has_keywords() => f(rt, a, b),
                    _ => rt.positional($name, args, 2, 2).map(|_| Value::NONE),
                }
            }),
        )
        .with_doc($doc)
    };
}

/// A function of one value.
macro_rules! one {
    ($name:literal, $doc:literal, $f:expr) => {
        NativeDef::new($name, "($module, a, /)", Call::One($f)).with_doc($doc)
    };
}

const FUNCTIONS: &[NativeDef] = &[
    two!("add", "Same as a + b.", |rt, a, b| rt.binary(BinaryOp::Add, a, b)),
    two!("iadd", "Same as a += b.", |rt, a, b| rt.inplace(BinaryOp::Add, a, b)),
    two!("and_", "Same as a & b.", |rt, a, b| rt.binary(BinaryOp::And, a, b)),
    two!("iand", "Same as a &= b.", |rt, a, b| rt.inplace(BinaryOp::And, a, b)),
    two!("floordiv", "Same as a // b.", |rt, a, b| rt.binary(BinaryOp::FloorDiv, a, b)),
    two!("ifloordiv", "Same as a //= b.", |rt, a, b| rt.inplace(BinaryOp::FloorDiv, a, b)),
    two!("lshift", "Same as a << b.", |rt, a, b| rt.binary(BinaryOp::LShift, a, b)),
    two!("ilshift", "Same as a <<= b.", |rt, a, b| rt.inplace(BinaryOp::LShift, a, b)),
    two!("matmul", "Same as a @ b.", |rt, a, b| rt.binary(BinaryOp::MatMul, a, b)),
    two!("imatmul", "Same as a @= b.", |rt, a, b| rt.inplace(BinaryOp::MatMul, a, b)),
    two!("mod", "Same as a % b.", |rt, a, b| rt.binary(BinaryOp::Mod, a, b)),
    two!("imod", "Same as a %= b.", |rt, a, b| rt.inplace(BinaryOp::Mod, a, b)),
    two!("mul", "Same as a * b.", |rt, a, b| rt.binary(BinaryOp::Mul, a, b)),
    two!("imul", "Same as a *= b.", |rt, a, b| rt.inplace(BinaryOp::Mul, a, b)),
    two!("or_", "Same as a | b.", |rt, a, b| rt.binary(BinaryOp::Or, a, b)),
    two!("ior", "Same as a |= b.", |rt, a, b| rt.inplace(BinaryOp::Or, a, b)),
    two!("pow", "Same as a ** b.", |rt, a, b| rt.binary(BinaryOp::Pow, a, b)),
    two!("ipow", "Same as a **= b.", |rt, a, b| rt.inplace(BinaryOp::Pow, a, b)),
    two!("rshift", "Same as a >> b.", |rt, a, b| rt.binary(BinaryOp::RShift, a, b)),
    two!("irshift", "Same as a >>= b.", |rt, a, b| rt.inplace(BinaryOp::RShift, a, b)),
    two!("sub", "Same as a - b.", |rt, a, b| rt.binary(BinaryOp::Sub, a, b)),
    two!("isub", "Same as a -= b.", |rt, a, b| rt.inplace(BinaryOp::Sub, a, b)),
    two!("truediv", "Same as a / b.", |rt, a, b| rt.binary(BinaryOp::TrueDiv, a, b)),
    two!("itruediv", "Same as a /= b.", |rt, a, b| rt.inplace(BinaryOp::TrueDiv, a, b)),
    two!("xor", "Same as a ^ b.", |rt, a, b| rt.binary(BinaryOp::Xor, a, b)),
    two!("ixor", "Same as a ^= b.", |rt, a, b| rt.inplace(BinaryOp::Xor, a, b)),
    two!("lt", "Same as a < b.", |rt, a, b| rt.compare(a, b, CompareOp::Lt)),
    two!("le", "Same as a <= b.", |rt, a, b| rt.compare(a, b, CompareOp::Le)),
    two!("eq", "Same as a == b.", |rt, a, b| rt.compare(a, b, CompareOp::Eq)),
    two!("ne", "Same as a != b.", |rt, a, b| rt.compare(a, b, CompareOp::Ne)),
    two!("gt", "Same as a > b.", |rt, a, b| rt.compare(a, b, CompareOp::Gt)),
    two!("ge", "Same as a >= b.", |rt, a, b| rt.compare(a, b, CompareOp::Ge)),
    two!("contains", "Same as b in a (note reversed operands).", |rt, a, b| Ok(Value::bool(rt.contains(a, b)?))),
    two!("is_", "Same as a is b.", |_, a, b| Ok(Value::bool(a.is(b)))),
    two!("is_not", "Same as a is not b.", |_, a, b| Ok(Value::bool(!a.is(b)))),
    two!("getitem", "Same as a[b].", |rt, a, b| rt.getitem(a, b)),
    two!("delitem", "Same as del a[b].", |rt, a, b| rt.setitem(a, b, None).map(|()| Value::NONE)),
    two!("concat", "Same as a + b, for a and b sequences.", |rt, a, b| concat(rt, a, b, false)),
    two!("iconcat", "Same as a += b, for a and b sequences.", |rt, a, b| concat(rt, a, b, true)),
    two!("countOf", "Return the number of items in a which are, or which equal, b.", count_of),
    two!("indexOf", "Return the first index of b in a.", index_of),
    one!("abs", "Return the absolute value of the argument.", |rt, _, a| rt.abs(a)),
    one!("neg", "Same as -a.", |rt, _, a| rt.neg(a)),
    one!("pos", "Same as +a.", |rt, _, a| rt.pos(a)),
    one!("inv", "Same as ~a.", |rt, _, a| rt.invert(a)),
    one!("invert", "Same as ~a.", |rt, _, a| rt.invert(a)),
    one!("index", "Same as a.__index__()", |rt, _, a| exact_index(rt, a)),
    one!("not_", "Same as not a.", |rt, _, a| Ok(Value::bool(!rt.truth(a)?))),
    one!("truth", "Return True if a is true, False otherwise.", |rt, _, a| Ok(Value::bool(rt.truth(a)?))),
    NativeDef::new("setitem", "($module, a, b, c, /)", Call::Many(setitem)).with_doc("Same as a[b] = c."),
    NativeDef::new("call", "($module, obj, /, *args, **kwargs)", Call::Many(call)).with_doc("Same as obj(*args, **kwargs)."),
    NativeDef::new("length_hint", "($module, obj, default=0, /)", Call::Many(length_hint)).with_doc("Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount."),
    NativeDef::new("_compare_digest", "($module, a, b, /)", Call::Many(compare_digest)),
];

fn is_sequence(rt: &Rt, value: &Value) -> bool {
    rt.as_dict(value).is_none() && rt.type_of(value).slots.getitem.get().is_some()
}

/// `PySequence_Concat`, `PySequence_InPlaceConcat`.
fn concat(rt: &Rt, a: &Value, b: &Value, inplace: bool) -> PyResult {
    let own = rt.type_of(a).slots.concat.get().is_some();
    if !(own || is_sequence(rt, a) && is_sequence(rt, b)) {
        let name = rt.type_name(a);
        return Err(rt.type_error(format!("'{name}' object can't be concatenated")));
    }
    match inplace {
        true => rt.inplace(BinaryOp::Add, a, b),
        false => rt.binary(BinaryOp::Add, a, b),
    }
}

fn count_of(rt: &Rt, row: &Value, wanted: &Value) -> PyResult {
    let mut count = 0;
    rt.for_each(row, |item| {
        count += i64::from(rt.eq(&item, wanted)?);
        Ok(true)
    })?;
    Ok(rt.int(count))
}

fn index_of(rt: &Rt, row: &Value, wanted: &Value) -> PyResult {
    let (mut at, mut found) = (0, false);
    rt.for_each(row, |item| {
        found = rt.eq(&item, wanted)?;
        at += i64::from(!found);
        Ok(!found)
    })?;
    if found {
        return Ok(rt.int(at));
    }
    Err(rt.value_error("sequence.index(x): x not in sequence"))
}

/// The index, made an exact integer (`PyNumber_Index`).
fn exact_index(rt: &Rt, value: &Value) -> PyResult {
    let index = rt.index(value)?;
    if rt.is_exact(&index, &rt.types.int) {
        return Ok(index);
    }
    Ok(rt
        .as_int(&index)
        .map_or(Value::NONE, |i| rt.big_int(i.to_big())))
}

fn setitem(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("setitem", args, 3, 3)?;
    rt.setitem(&given[0], &given[1], Some(&given[2]))?;
    Ok(Value::NONE)
}

fn call(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    match args.positional().first() {
        Some(function) => rt.call_args(function, &args.rest()),
        None => Err(rt.type_error("call expected at least 1 argument, got 0")),
    }
}

fn length_hint(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("length_hint", args, 1, 2)?;
    let default = given.get(1).map_or(Ok(0), |v| rt.index_i64(v))?;
    // No length is that long: it stands for the default, which may be negative.
    let hint = rt.length_hint(&given[0], usize::MAX)?;
    Ok(match i64::try_from(hint) {
        Ok(hint) => rt.int(hint),
        Err(_) => rt.int(default),
    })
}

/// Whether two digests are equal, in a time that does not tell where they differ (`_tscmp`).
fn compare_digest(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_compare_digest", args, 2, 2)?;
    let (a, b) = (&given[0], &given[1]);
    let (left, right) = match (a.downcast_ref::<Str>(), b.downcast_ref::<Str>()) {
        (Some(a), Some(b)) => {
            if !a.is_ascii() || !b.is_ascii() {
                return Err(
                    rt.type_error("comparing strings with non-ASCII characters is not supported")
                );
            }
            (
                a.to_str().as_bytes().to_vec(),
                b.to_str().as_bytes().to_vec(),
            )
        }
        _ => match (rt.buffer_bytes(a), rt.buffer_bytes(b)) {
            (Some(a), Some(b)) => (a?, b?),
            (None, None) => {
                return Err(rt.type_error(format!(
                    "unsupported operand types(s) or combination of types: '{}' and '{}'",
                    rt.type_name(a),
                    rt.type_name(b)
                )));
            }
            (found, _) => {
                let other = if found.is_some() { b } else { a };
                let name = rt.type_name(other);
                return Err(rt.type_error(format!("a bytes-like object is required, not '{name}'")));
            }
        },
    };
    // Every byte of the second is looked at, whatever the first is like.
    let mut difference = u8::from(left.len() != right.len());
    let other = if difference == 0 { &left } else { &right };
    for (a, b) in other.iter().zip(&right) {
        difference |= std::hint::black_box(a ^ b);
    }
    Ok(Value::bool(difference == 0))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_operator", FUNCTIONS);
    for (name, spec) in [
        ("attrgetter", &getters::ATTR_GETTER),
        ("itemgetter", &getters::ITEM_GETTER),
        ("methodcaller", &getters::METHOD_CALLER),
    ] {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    Ok(module)
}
