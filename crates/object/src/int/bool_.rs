//! `bool`.

use crate::kinds;
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const BOOL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        and: Some(|rt, a, b| logic(rt, a, b, |x, y| x & y, rt.types.int.slots.and.get())),
        or: Some(|rt, a, b| logic(rt, a, b, |x, y| x | y, rt.types.int.slots.or.get())),
        xor: Some(|rt, a, b| logic(rt, a, b, |x, y| x ^ y, rt.types.int.slots.xor.get())),
        invert: Some(invert),
        ..Slots::NONE
    },
    doc: "Truth value.",
    ..TypeSpec::new("bool", Layout::Native(kinds::INT))
};

fn new(rt: &Rt, _ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(rt.type_error("bool() takes no keyword arguments"));
    }
    match rt.positional("bool", args, 0, 1)? {
        [value] => Ok(Value::bool(rt.truth(value)?)),
        _ => Ok(Value::FALSE),
    }
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    Ok(rt
        .intern(if value.is(&Value::TRUE) {
            "True"
        } else {
            "False"
        })
        .into_value())
}

fn as_bool(value: &Value) -> Option<bool> {
    if value.is(&Value::TRUE) {
        Some(true)
    } else if value.is(&Value::FALSE) {
        Some(false)
    } else {
        None
    }
}

/// Two bools give a bool, anything else what `int` gives.
fn logic(
    rt: &Rt,
    a: &Value,
    b: &Value,
    f: fn(bool, bool) -> bool,
    int: Option<crate::slots::Binary>,
) -> PyResult {
    match (as_bool(a), as_bool(b), int) {
        (Some(x), Some(y), _) => Ok(Value::bool(f(x, y))),
        (_, _, Some(int)) => int(rt, a, b),
        (_, _, None) => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn invert(rt: &Rt, value: &Value) -> PyResult {
    rt.warn(
        &rt.types.deprecation_warning,
        "Bitwise inversion '~' on bool is deprecated. This returns the bitwise inversion of the underlying int object and is usually not what you expect from the negation of a bool object. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int.",
    )?;
    Ok(rt.int(if value.is(&Value::TRUE) { -2 } else { -1 }))
}
