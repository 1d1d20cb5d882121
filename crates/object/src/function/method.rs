//! The type `method`: a function bound to its `self`.

use super::Method;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const METHOD: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new_method),
        call: Some(|rt, v, args| {
            let m = part(rt, v)?;
            rt.call_with_self(&m.function, &m.this, args)
        }),
        getattro: Some(get_attr),
        repr: Some(repr_method),
        compare: Some(compare_methods),
        hash: Some(hash_method),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__func__", |rt, v| Ok(part(rt, v)?.function.clone())),
        GetSetDef::member("__self__", |rt, v| Ok(part(rt, v)?.this.clone())),
        GetSetDef::read("__doc__", |rt, v| {
            rt.getattr(&part(rt, v)?.function, &rt.names.doc_)
        }),
    ],
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce))],
    ..TypeSpec::new("method", Layout::Native(kinds::METHOD))
};

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Method>> {
    value
        .downcast::<Method>()
        .ok_or_else(|| rt.system_error("bad method"))
}

fn new_method(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("method", args, 2, 2)?;
    if rt.type_of(&given[0]).slots.call.get().is_none() {
        return Err(rt.type_error("first argument must be callable"));
    }
    if given[1].is_none() {
        return Err(rt.type_error("instance must not be None"));
    }
    let payload = Method {
        function: given[0].clone(),
        this: given[1].clone(),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

/// The method's own attributes first, then the function's (`method_getattro`).
fn get_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    let ty = &rt.types.method;
    match ty.lookup(rt, &rt.intern_ref(name.clone())) {
        Some(found) => match rt.type_of(&found).slots.descr_get.get() {
            Some(get) => get(rt, &found, Some(this), ty.as_value()),
            None => Ok(found),
        },
        None => rt.getattr(&part(rt, this)?.function, name),
    }
}

fn repr_method(rt: &Rt, this: &Value) -> PyResult {
    let m = part(rt, this)?;
    let mut name = None;
    for attribute in [&rt.names.qualname_, &rt.names.name_] {
        if name.is_none() {
            name = rt.getattr_opt(&m.function, attribute)?;
        }
    }
    let name = name.as_ref().and_then(Value::downcast_ref::<Str>);
    let name = name.map_or("?".to_owned(), |n| n.to_str().into_owned());
    let shown = rt.repr(&m.this)?;
    let start = rt.str(&format!("<bound method {name} of "));
    let text = rt.str_concat(&rt.str_concat(&start, &shown), &rt.str(">"));
    Ok(text.into_value())
}

fn compare_methods(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (CompareOp::Eq | CompareOp::Ne, Some(x), Some(y)) =
        (op, a.downcast_ref::<Method>(), b.downcast_ref::<Method>())
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = rt.eq(&x.function, &y.function)? && x.this.is(&y.this);
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn hash_method(rt: &Rt, this: &Value) -> PyResult<i64> {
    let m = part(rt, this)?;
    let mixed = crate::hash::hash_address(&m.this) ^ rt.hash(&m.function)?;
    Ok(crate::hash::avoid_minus_one(mixed))
}

fn reduce(rt: &Rt, this: &Value) -> PyResult {
    let m = part(rt, this)?;
    let name = rt.getattr(&m.function, &rt.names.name_)?;
    let name = rt.str_of(&name)?;
    rt.reduce_to_getattr(&m.this, &name.to_str())
}
