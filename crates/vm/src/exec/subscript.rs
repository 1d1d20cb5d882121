//! Subscripts and slices by the object protocol.

use super::{Cx, Frame, Operand};
use crate::ir::{Op, Word};
use hognose_object::dict::Dict;
use hognose_object::slice::span;
use hognose_object::tuple::List;
use hognose_object::{PyResult, Rt, Str, StrExt, Value};

/// `container[key]`, with a look into exact dicts first.
fn item(rt: &Rt, container: &Value, key: &Value) -> PyResult {
    if rt.is_exact(container, &rt.types.dict)
        && let Some(dict) = container.downcast_ref::<Dict>()
    {
        return dict.get(rt, key)?.ok_or_else(|| rt.key_error(key));
    }
    rt.getitem(container, key)
}

/// a ← b[c]
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn get_item(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let (container, key) = ((*f).operand(i.b), (*f).operand(i.c));
        let made = item(cx.rt, &container, &key)?;
        drop((container, key));
        (*f).put(i.a, made);
    }
    Ok(())
}

/// a ← b[constant c]
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn get_item_constant(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let container = (*f).operand(i.b);
        let key = Operand::lent(&(*f).ir().consts[usize::from(i.c)]);
        let made = item(cx.rt, &container, &key)?;
        drop(container);
        (*f).put(i.a, made);
    }
    Ok(())
}

/// a[b] = c
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn set_item(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let (container, key) = ((*f).operand(i.a), (*f).operand(i.b));
        store(cx.rt, &container, &key, (*f).operand(i.c))
    }
}

/// a[constant b] = c
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn set_item_constant(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let container = (*f).operand(i.a);
        let key = Operand::lent(&(*f).ir().consts[usize::from(i.b)]);
        store(cx.rt, &container, &key, (*f).operand(i.c))
    }
}

fn store(rt: &Rt, container: &Value, key: &Value, value: Operand) -> PyResult<()> {
    if rt.is_exact(container, &rt.types.dict)
        && let Some(dict) = container.downcast_ref::<Dict>()
    {
        drop(dict.set(rt, key, value.into_value())?);
        return Ok(());
    }
    rt.setitem(container, key, Some(&value))
}

/// A bound of a slice that needs no `__index__`: `Some(None)` if it is left out.
fn bound(value: &Value) -> Option<Option<i64>> {
    if value.is_none() {
        Some(None)
    } else {
        value.as_small_int().map(Some)
    }
}

/// `container[start:stop]` of an exact list or string, without making a slice.
fn plain_slice(rt: &Rt, container: &Value, start: &Value, stop: &Value) -> Option<Value> {
    let (start, stop) = (bound(start)?, bound(stop)?);
    if let Some(text) = container.downcast::<Str>() {
        if !rt.is_exact_str(container) {
            return None;
        }
        let range = span(start, stop, 1, text.char_count() as i64).range();
        if let [one] = text.as_ascii()?.as_bytes().get(range.clone())? {
            return Some(rt.character(u32::from(*one)).into_value());
        }
        return Some(rt.str_slice(text, range.start, range.end).into_value());
    }
    let list = container.downcast_ref::<List>()?;
    if !rt.is_exact(container, &rt.types.list) {
        return None;
    }
    let items = list.items.borrow();
    let range = span(start, stop, 1, items.len() as i64).range();
    let part = items.get(range)?.to_vec();
    drop(items);
    Some(rt.list(part).into_value())
}

/// `container[start:stop] = value` for exact lists, when as many items go as come.
fn replace_slice(rt: &Rt, container: &Value, start: &Value, stop: &Value, value: &Value) -> bool {
    let (Some(start), Some(stop)) = (bound(start), bound(stop)) else {
        return false;
    };
    if container.is(value)
        || !rt.is_exact(container, &rt.types.list)
        || !rt.is_exact(value, &rt.types.list)
    {
        return false;
    }
    let (Some(list), Some(new)) = (
        container.downcast_ref::<List>(),
        value.downcast_ref::<List>(),
    ) else {
        return false;
    };
    let mut items = list.items.borrow_mut();
    let range = span(start, stop, 1, items.len() as i64).range();
    let Some(places) = items.get_mut(range) else {
        return false;
    };
    let new = new.items.borrow();
    if places.len() != new.len() {
        return false;
    }
    let old: Vec<Value> = places
        .iter_mut()
        .zip(new.iter())
        .map(|(place, value)| std::mem::replace(place, value.clone()))
        .filter(Value::is_cell)
        .collect();
    drop((new, items));
    drop(old);
    true
}

/// The other instructions of subscripts.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn other(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract; `pc` stands behind the cache word of slices.
    unsafe {
        match op {
            Op::DelItem => {
                let (container, key) = ((*f).operand(i.a), (*f).operand(i.b));
                rt.setitem(&container, &key, None)?;
            }
            Op::GetSlice => {
                let stop = (*(*f).pc.sub(1)).get().a;
                let container = (*f).operand(i.b);
                let (start, stop) = ((*f).operand(i.c), (*f).operand(stop));
                if let Some(made) = plain_slice(rt, &container, &start, &stop) {
                    drop((container, start, stop));
                    (*f).put(i.a, made);
                    return Ok(());
                }
                let slice = rt
                    .slice(start.into_value(), stop.into_value(), Value::NONE)
                    .into_value();
                let made = rt.getitem(&container, &slice)?;
                drop((container, slice));
                (*f).put(i.a, made);
            }
            _ => {
                let value = (*(*f).pc.sub(1)).get().a;
                let container = (*f).operand(i.a);
                let (start, stop) = ((*f).operand(i.b), (*f).operand(i.c));
                let value = (*f).operand(value);
                if replace_slice(rt, &container, &start, &stop, &value) {
                    return Ok(());
                }
                let slice = rt
                    .slice(start.into_value(), stop.into_value(), Value::NONE)
                    .into_value();
                rt.setitem(&container, &slice, Some(&value))?;
            }
        }
    }
    Ok(())
}
