//! Subscripts and slices by the object protocol.

use super::{Cx, Frame, Operand};
use crate::ir::{Op, Word};
use hognose_object::dict::Dict;
use hognose_object::{PyResult, Rt, Value};

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
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let (container, key) = ((*f).operand(i.a), (*f).operand(i.b));
        let value = (*f).operand(i.c);
        if rt.is_exact(&container, &rt.types.dict)
            && let Some(dict) = container.downcast_ref::<Dict>()
        {
            drop(dict.set(rt, &key, value.into_value())?);
            return Ok(());
        }
        rt.setitem(&container, &key, Some(&value))
    }
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
                let slice = rt
                    .slice(start.into_value(), stop.into_value(), Value::NONE)
                    .into_value();
                rt.setitem(&container, &slice, Some(&value))?;
            }
        }
    }
    Ok(())
}
