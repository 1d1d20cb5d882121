//! Displays, comprehensions, f-strings, unpacking, functions.

use super::call::function_text;
use super::{Cx, Frame, Operand};
use crate::ir::{Op, Word};
use hognose_heap::{Value, ValueCell};
use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::function::Function;
use hognose_object::set_type::Set;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{PyResult, Ref, Rt, Str, StrExt};
use std::cell::Cell;

/// The values of so many temporaries, moved out.
///
/// # Safety
/// The registers are temporaries of the topmost frame.
unsafe fn take_row(f: *mut Frame, from: u16, count: u16) -> Vec<Value> {
    // SAFETY: by the contract.
    unsafe {
        (from..from + count)
            .map(|r| (*f).take(r).unwrap_or(Value::NONE))
            .collect()
    }
}

/// `Op::BuildTuple`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn tuple(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let row = i.b..i.b + i.c;
        let made = cx
            .rt
            .tuple(row.map(|r| (*f).take(r).unwrap_or(Value::NONE)));
        (*f).put(i.a, made.into_value());
    }
    Ok(())
}

/// `Op::BuildList`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn list(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let made = cx.rt.list(take_row(f, i.b, i.c));
        (*f).put(i.a, made.into_value());
    }
    Ok(())
}

/// The other instructions that make a container of values on the stack.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn build(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let made = match op {
            Op::BuildSet => rt.set(&take_row(f, i.b, i.c))?.into_value(),
            Op::BuildSlice => {
                let mut row = take_row(f, i.b, i.c).into_iter();
                let mut next = || row.next().unwrap_or(Value::NONE);
                rt.slice(next(), next(), next()).into_value()
            }
            Op::BuildString => build_string(rt, &take_row(f, i.b, i.c)),
            Op::BuildMap => {
                let dict = rt.dict();
                let mut row = take_row(f, i.b, i.c * 2).into_iter();
                while let (Some(key), Some(value)) = (row.next(), row.next()) {
                    dict.set(rt, &key, value)?;
                }
                dict.into_value()
            }
            _ => {
                let values = take_row(f, i.b, i.c);
                let keys = (*f).take(i.b + i.c).unwrap_or(Value::NONE);
                let dict = rt.dict();
                if let Some(keys) = keys.downcast_ref::<Tuple>() {
                    for (key, value) in keys.items().zip(values) {
                        dict.set(rt, &key, value)?;
                    }
                }
                dict.into_value()
            }
        };
        (*f).put(i.a, made);
    }
    Ok(())
}

fn build_string(rt: &Rt, parts: &[Value]) -> Value {
    let parts: Vec<&Ref<Str>> = parts.iter().filter_map(Value::downcast::<Str>).collect();
    if parts.iter().all(|p| p.is_ascii()) {
        let mut text = Vec::with_capacity(parts.iter().map(|p| p.char_count()).sum());
        for part in parts {
            text.extend_from_slice(part.bytes());
        }
        return rt.str_ascii(&text).into_value();
    }
    let codes: Vec<u32> = parts.iter().flat_map(|p| p.codes()).collect();
    rt.str_codes(&codes).into_value()
}

/// `Op::SetAdd`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn set_add(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let set = (*f).peek(i.a);
        let item = (*f).operand(i.b);
        if let Some(set) = set.downcast_ref::<Set>() {
            set.add(cx.rt, &item)?;
        }
    }
    Ok(())
}

/// `Op::MapAdd`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn map_add(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let dict = (*f).peek(i.a);
        let (key, value) = ((*f).operand(i.b), (*f).operand(i.c));
        if let Some(dict) = dict.downcast_ref::<Dict>() {
            drop(dict.set(cx.rt, &key, value.into_value())?);
        }
    }
    Ok(())
}

/// The other instructions that add to a container, which stays.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn add(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let container = (*f).peek(i.a);
        let item = (*f).operand(i.b);
        match op {
            Op::ListAppend => {
                if let Some(list) = container.downcast_ref::<List>() {
                    list.items.borrow_mut().push(item.into_value());
                }
            }
            Op::ListExtend => {
                if let Some(list) = container.downcast_ref::<List>() {
                    extend(rt, list, &item)?;
                }
            }
            Op::SetUpdate => {
                if let Some(set) = container.downcast_ref::<Set>() {
                    rt.for_each(&item, |x| set.add(rt, &x).map(|_| true))?;
                }
            }
            Op::DictUpdate => {
                if let Some(dict) = container.downcast::<Dict>() {
                    merge(cx, dict, &item, None)?;
                }
            }
            _ => {
                let function = (*f).peek(i.c);
                if let Some(dict) = container.downcast::<Dict>() {
                    merge(cx, dict, &item, Some(&function))?;
                }
            }
        }
    }
    Ok(())
}

/// `list.extend` as a display does it, with its own message.
fn extend(rt: &Rt, list: &List, iterable: &Value) -> PyResult<()> {
    let slots = &rt.type_of(iterable).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(rt.type_error(format!(
            "Value after * must be an iterable, not {}",
            rt.type_name(iterable)
        )));
    }
    let items = rt.collect(iterable)?;
    list.items.borrow_mut().extend(items);
    Ok(())
}

/// Adds a mapping's items; for the keywords of a call (`function` given) none may be there already.
pub(super) fn merge(
    cx: Cx<'_>,
    dict: &Ref<Dict>,
    other: &Value,
    function: Option<&Value>,
) -> PyResult<()> {
    let rt = cx.rt;
    let add = |key: Value, value: Value| -> PyResult<()> {
        if let Some(function) = function
            && dict.contains(rt, &key)?
        {
            return Err(rt.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                function_text(rt, function)?,
                rt.str_of(&key)?.to_str()
            )));
        }
        drop(dict.set(rt, &key, value)?);
        Ok(())
    };
    if rt.is_exact(other, &rt.types.dict)
        && let Some(other) = other.downcast_ref::<Dict>()
    {
        for (key, value) in other.snapshot() {
            add(key, value)?;
        }
        return Ok(());
    }
    let Some(keys) = rt.getattr_opt(other, &rt.names.keys)? else {
        return Err(match function {
            Some(function) => rt.type_error(format!(
                "{} argument after ** must be a mapping, not {}",
                function_text(rt, function)?,
                rt.type_name(other)
            )),
            None => rt.type_error(format!("'{}' object is not a mapping", rt.type_name(other))),
        });
    };
    let keys = rt.call(&keys, &[])?;
    rt.for_each(&keys, |key| {
        let value = rt.getitem(other, &key)?;
        add(key, value)?;
        Ok(true)
    })
}

/// a ← format(b); c: conversion, and 4 if there is a format
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn format_value(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract; `pc` stands behind the cache word.
    unsafe {
        let with_spec = i.c & 4 != 0;
        let spec_at = (*(*f).pc.sub(1)).get().a;
        let spec = with_spec.then(|| (*f).operand(spec_at));
        let value = (*f).operand(i.b);
        let converted = match i.c & 3 {
            1 => rt.str_of(&value)?.into_value(),
            2 => rt.repr(&value)?.into_value(),
            3 => ascii(rt, &value)?,
            _ => (*value).clone(),
        };
        drop(value);
        let made = match spec {
            None if rt.is_exact_str(&converted) => converted,
            None => format(rt, &converted, rt.names.empty.as_value())?,
            Some(spec) => format(rt, &converted, &spec)?,
        };
        (*f).put(i.a, made);
    }
    Ok(())
}

/// `format(value, spec)` (`PyObject_Format`)
fn format(rt: &Rt, value: &Value, spec: &Value) -> PyResult {
    match rt.call_special(value, &rt.names.format_, std::slice::from_ref(spec)) {
        Some(made) => {
            let made = made?;
            if made.downcast_ref::<Str>().is_none() {
                let name = rt.type_name(&made);
                return Err(rt.type_error(format!("__format__ must return a str, not {name}")));
            }
            Ok(made)
        }
        None => Ok(rt.str_of(value)?.into_value()),
    }
}

/// `ascii(value)`
fn ascii(rt: &Rt, value: &Value) -> PyResult {
    let text = rt.repr(value)?;
    if text.is_ascii() {
        return Ok(text.into_value());
    }
    let mut out = String::new();
    for code in text.codes() {
        match code {
            0..=0x7f => out.push(code as u8 as char),
            0x80..=0xff => out.push_str(&format!("\\x{code:02x}")),
            0x100..=0xffff => out.push_str(&format!("\\u{code:04x}")),
            _ => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    Ok(rt.str(&out).into_value())
}

/// The registers from b on ← the items of a, the first last.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn unpack(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let items = items_of(cx.rt, (*f).operand(i.a), usize::from(i.c))?;
        for (n, item) in items.into_iter().enumerate() {
            (*f).put(i.b + i.c - 1 - n as u16, item);
        }
    }
    Ok(())
}

/// The registers in the cache word ← the items of a.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction; `pc` stands behind the cache word.
#[inline(never)]
pub(super) unsafe fn unpack_to(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let places = (*(*f).pc.sub(1)).get();
        let items = items_of(cx.rt, (*f).operand(i.a), usize::from(i.c))?;
        for (place, item) in [places.op, places.a, places.b, places.c]
            .into_iter()
            .zip(items)
        {
            (*f).put(place, item);
        }
    }
    Ok(())
}

/// The items of a sequence, which must be so many.
fn items_of(rt: &Rt, sequence: Operand, wanted: usize) -> PyResult<Vec<Value>> {
    let items = if rt.is_exact(&sequence, &rt.types.list)
        && let Some(list) = sequence.downcast_ref::<List>()
    {
        let items = list.snapshot();
        if items.len() > wanted {
            return Err(rt.value_error(format!("too many values to unpack (expected {wanted})")));
        }
        items
    } else {
        items_up_to(rt, &sequence, wanted)?
    };
    if items.len() < wanted {
        return Err(rt.value_error(format!(
            "not enough values to unpack (expected {wanted}, got {})",
            items.len()
        )));
    }
    Ok(items)
}

fn iterator(rt: &Rt, sequence: &Value) -> PyResult {
    let slots = &rt.type_of(sequence).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(rt.type_error(format!(
            "cannot unpack non-iterable {} object",
            rt.type_name(sequence)
        )));
    }
    rt.iter(sequence)
}

/// So many items and not one more.
fn items_up_to(rt: &Rt, sequence: &Value, wanted: usize) -> PyResult<Vec<Value>> {
    let iterator = iterator(rt, sequence)?;
    let mut items = Vec::with_capacity(wanted);
    while items.len() < wanted {
        match rt.next(&iterator)? {
            Some(item) => items.push(item),
            None => return Ok(items),
        }
    }
    if rt.next(&iterator)?.is_some() {
        return Err(rt.value_error(format!("too many values to unpack (expected {wanted})")));
    }
    Ok(items)
}

/// … with a starred target; c: items before it, and 256 × items after it
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn unpack_starred(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    let (before, after) = (usize::from(i.c & 0xff), usize::from(i.c >> 8));
    // SAFETY: by the contract.
    unsafe {
        let sequence = (*f).operand(i.a);
        let iterator = iterator(rt, &sequence)?;
        let mut items = Vec::new();
        while items.len() < before {
            match rt.next(&iterator)? {
                Some(item) => items.push(item),
                None if after == 0 => {
                    return Err(rt.value_error(format!(
                        "not enough values to unpack (expected at least {before}, got {})",
                        items.len()
                    )));
                }
                None => {
                    return Err(rt.value_error(format!(
                        "not enough values to unpack (expected at least {}, got {})",
                        before + after,
                        items.len()
                    )));
                }
            }
        }
        items.extend(rt.collect(&iterator)?);
        if items.len() < before + after {
            return Err(rt.value_error(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                items.len()
            )));
        }
        let tail = items.split_off(items.len() - after);
        let middle = items.split_off(before);
        drop((iterator, sequence));
        let row = items
            .into_iter()
            .chain(std::iter::once(rt.list(middle).into_value()))
            .chain(tail);
        let last = i.b + (before + after) as u16;
        for (n, item) in row.enumerate() {
            (*f).put(last - n as u16, item);
        }
    }
    Ok(())
}

/// a ← function of the code object at the end of the values from b on; c: MAKE_FUNCTION's bits
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn make_function(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let mut at = i.b;
        let mut part = |bit: u16| {
            (i.c & bit != 0).then(|| {
                at += 1;
                (*f).take(at - 1).unwrap_or(Value::NONE)
            })
        };
        let (defaults, kwdefaults) = (part(1), part(2));
        let (annotations, closure) = (part(4), part(8));
        let code = (*f).take(at);
        let Some(code) = code.as_ref().and_then(Value::downcast::<Code>) else {
            return Err(rt.system_error("bad code object"));
        };
        let own = (*f).function();
        let function = function(rt, code, &own.globals, &own.builtins)?;
        function.defaults.set(defaults);
        function.kwdefaults.set(kwdefaults);
        function
            .annotations
            .set(annotations.map(|a| annotations_dict(rt, a)).transpose()?);
        function.closure.set(closure);
        (*f).put(i.a, function.into_value());
    }
    Ok(())
}

/// Annotations come as a tuple of names and values in turn.
fn annotations_dict(rt: &Rt, annotations: Value) -> PyResult {
    let Some(row) = annotations.downcast_ref::<Tuple>() else {
        return Ok(annotations);
    };
    let dict = rt.dict();
    let row = row.to_vec();
    for pair in row.chunks_exact(2) {
        dict.set(rt, &pair[0], pair[1].clone())?;
    }
    Ok(dict.into_value())
}

/// A function without defaults and closure (`PyFunction_New`).
pub(crate) fn function(
    rt: &Rt,
    code: &Ref<Code>,
    globals: &Ref<Dict>,
    builtins: &Ref<Dict>,
) -> PyResult<Ref<Function>> {
    let doc = code
        .consts
        .first()
        .filter(|c| c.downcast_ref::<Str>().is_some())
        .cloned()
        .unwrap_or(Value::NONE);
    let module = globals.get_str(rt, &rt.names.name_);
    Ok(rt.alloc(
        &rt.types.function,
        Function {
            code: ValueCell::new(code.as_value().clone()),
            globals: globals.clone(),
            builtins: builtins.clone(),
            defaults: ValueCell::empty(),
            kwdefaults: ValueCell::empty(),
            closure: ValueCell::empty(),
            name: ValueCell::new(code.name.as_value().clone()),
            qualname: ValueCell::new(code.qualname.as_value().clone()),
            doc: ValueCell::new(doc),
            module: module.map_or_else(ValueCell::empty, ValueCell::new),
            annotations: ValueCell::empty(),
            type_params: ValueCell::empty(),
            version: Cell::new(0),
        },
    ))
}
