//! `match` statements.

use super::{Cx, Frame};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{PyResult, Ref, Rt, Str, StrExt, TypeObj, type_flags};

/// The instructions of patterns.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn matching(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let made = match op {
            Op::GetLen => rt.int_from_usize(rt.len(&(*f).peek(i.b))?),
            Op::MatchMapping => Value::bool(rt.type_of(&(*f).peek(i.b)).has(type_flags::MAPPING)),
            Op::MatchSequence => Value::bool(rt.type_of(&(*f).peek(i.b)).has(type_flags::SEQUENCE)),
            Op::MatchKeys => match_keys(rt, &(*f).peek(i.b), &(*f).peek(i.b + 1))?,
            _ => {
                let names = (*f).take(i.a + 2).unwrap_or(Value::NONE);
                let class = (*f).take(i.a + 1).unwrap_or(Value::NONE);
                let subject = (*f).take(i.a).unwrap_or(Value::NONE);
                match_class(rt, &subject, &class, usize::from(i.c), &names)?.unwrap_or(Value::NONE)
            }
        };
        (*f).put(i.a, made);
    }
    Ok(())
}

/// `match_keys`
fn match_keys(rt: &Rt, map: &Value, keys: &Value) -> PyResult {
    let keys = keys
        .downcast_ref::<Tuple>()
        .map(Tuple::to_vec)
        .unwrap_or_default();
    if keys.is_empty() {
        return Ok(rt.tuple([]).into_value());
    }
    let get = rt.getattr(map, &rt.names.get)?;
    // An object that no mapping holds tells an absent key apart.
    let absent = rt.call(rt.types.object.as_value(), &[])?;
    let mut seen: Vec<&Value> = Vec::new();
    let mut values = Vec::with_capacity(keys.len());
    for key in &keys {
        for other in &seen {
            if rt.eq(other, key)? {
                return Err(rt.value_error(format!(
                    "mapping pattern checks duplicate key ({})",
                    rt.repr(key)?.to_str()
                )));
            }
        }
        seen.push(key);
        let value = rt.call(&get, &[key.clone(), absent.clone()])?;
        if value.is(&absent) {
            return Ok(Value::NONE);
        }
        values.push(value);
    }
    Ok(rt.tuple(values).into_value())
}

/// `match_class`
fn match_class(
    rt: &Rt,
    subject: &Value,
    class: &Value,
    positions: usize,
    names: &Value,
) -> PyResult<Option<Value>> {
    let Some(ty) = class.downcast::<TypeObj>() else {
        return Err(rt.type_error("called match pattern must be a class"));
    };
    if !is_instance(rt, subject, class)? {
        return Ok(None);
    }
    let class_name = || ty.name.borrow().to_str().into_owned();
    let mut seen: Vec<Ref<Str>> = Vec::new();
    let mut values = Vec::new();
    if positions > 0 {
        let mut match_self = false;
        let match_args = match rt.getattr_opt(class, &rt.names.match_args_)? {
            Some(found) => {
                if !rt.is_exact(&found, &rt.types.tuple) {
                    return Err(rt.type_error(format!(
                        "{}.__match_args__ must be a tuple (got {})",
                        class_name(),
                        rt.type_name(&found)
                    )));
                }
                found
                    .downcast_ref::<Tuple>()
                    .map(Tuple::to_vec)
                    .unwrap_or_default()
            }
            None => {
                match_self = ty.has(type_flags::MATCH_SELF);
                Vec::new()
            }
        };
        let allowed = if match_self { 1 } else { match_args.len() };
        if allowed < positions {
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(rt.type_error(format!(
                "{}() accepts {allowed} positional sub-pattern{plural} ({positions} given)",
                class_name()
            )));
        }
        if match_self {
            values.push(subject.clone());
        } else {
            for name in &match_args[..positions] {
                let Some(name) = name.downcast::<Str>() else {
                    return Err(rt.type_error(format!(
                        "__match_args__ elements must be strings (got {})",
                        rt.type_name(name)
                    )));
                };
                match attribute(rt, subject, &class_name(), name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(None),
                }
            }
        }
    }
    let names = names
        .downcast_ref::<Tuple>()
        .map(Tuple::to_vec)
        .unwrap_or_default();
    for name in &names {
        let Some(name) = name.downcast::<Str>() else {
            continue;
        };
        match attribute(rt, subject, &class_name(), name, &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(rt.tuple(values).into_value()))
}

/// `match_class_attr`
fn attribute(
    rt: &Rt,
    subject: &Value,
    class: &str,
    name: &Ref<Str>,
    seen: &mut Vec<Ref<Str>>,
) -> PyResult<Option<Value>> {
    if seen.iter().any(|s| s.same_text(name)) {
        return Err(rt.type_error(format!(
            "{class}() got multiple sub-patterns for attribute {}",
            rt.repr(name.as_value())?.to_str()
        )));
    }
    seen.push(name.clone());
    rt.getattr_opt(subject, name)
}

/// `isinstance(subject, class)`, `__instancecheck__` included.
fn is_instance(rt: &Rt, subject: &Value, class: &Value) -> PyResult<bool> {
    if rt.is_exact(class, &rt.types.type_) {
        return Ok(class
            .downcast::<TypeObj>()
            .is_some_and(|c| rt.is_instance(subject, c)));
    }
    match rt.call_special(
        class,
        &rt.names.instancecheck_,
        std::slice::from_ref(subject),
    ) {
        Some(made) => rt.truth(&made?),
        None => Ok(class
            .downcast::<TypeObj>()
            .is_some_and(|c| rt.is_instance(subject, c))),
    }
}
