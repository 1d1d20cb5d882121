//! Loops, truth, safe points.

use super::run::payload;
use super::{Cx, Frame, lend};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::PyResult;
use hognose_object::dict_views::DictIter;
use hognose_object::generator::Generator;
use hognose_object::iter_types::{Enumerate, Zip};
use hognose_object::iters::{Cursor, CursorKind, RangeIter};
use hognose_object::tuple::{List, Tuple};

/// Where nothing is half done: collections run here, and what was requested from outside (signals, other threads).
#[cold]
#[inline(never)]
pub(super) fn safepoint(cx: Cx<'_>) -> PyResult<()> {
    attend(cx)?;
    if hognose_heap::collection_due() {
        hognose_heap::collect();
    }
    Ok(())
}

/// Looks after what was requested from outside.
#[inline]
pub(super) fn attend(cx: Cx<'_>) -> PyResult<()> {
    if hognose_heap::attention_requested() {
        cx.vm.answer(cx.rt)?;
    }
    Ok(())
}

/// The truth of a register, which the instruction consumes if it is a temporary.
///
/// # Safety
/// `f` is the topmost frame and the register one of its operands.
#[inline(never)]
pub(super) unsafe fn truth(cx: Cx<'_>, f: *mut Frame, register: u16) -> PyResult<bool> {
    // SAFETY: by the contract.
    unsafe {
        let value = (*f).operand(register);
        cx.rt.truth(&value)
    }
}

/// The next integer of a range as a word.
#[inline(always)]
pub(super) fn range_step(iterator: &RangeIter) -> Option<u64> {
    let left = iterator.left.get();
    if left == 0 {
        return None;
    }
    let next = iterator.next.get();
    // Integers that need a cell are left to the generic way.
    if !(Value::MIN_SMALL..=Value::MAX_SMALL).contains(&next) {
        return None;
    }
    iterator.left.set(left - 1);
    iterator.next.set(next.wrapping_add(iterator.step));
    Some((next as u64) << 1 | 1)
}

/// The next item of an iterator over a list or tuple as a word that is lent, and the iterator, which has not stepped on;
/// `None` at the end, which the iterator itself must notice, and if it is of another kind.
///
/// # Safety
/// The word is 0 or a living value's.
#[inline(always)]
pub(super) unsafe fn row_item<'a>(word: u64) -> Option<(&'a Cursor, u64)> {
    // SAFETY: by the contract; nothing runs while the list is looked at.
    unsafe {
        let cursor = payload::<Cursor>(word)?;
        if cursor.kind != CursorKind::Row {
            return None;
        }
        let sequence = cursor.sequence.bits();
        let at = cursor.at.get() as usize;
        let item = if let Some(list) = payload::<List>(sequence) {
            let items = &*list.items.as_ptr();
            items.get(at).map(Value::bits)
        } else {
            let slots = payload::<Tuple>(sequence)?.slots();
            slots.get(at).map(|slot| slot.bits())
        };
        Some((cursor, item?))
    }
}

/// As [`row_item`], and steps on.
///
/// # Safety
/// As for [`row_item`].
#[inline(always)]
pub(super) unsafe fn list_step(word: u64) -> Option<u64> {
    // SAFETY: by the contract.
    let (cursor, item) = unsafe { row_item(word)? };
    cursor.at.set(cursor.at.get() + 1);
    Some(item)
}

/// Whether the instruction there takes the pair in the register apart, into locals.
///
/// # Safety
/// It is an instruction of the code that runs.
#[inline(always)]
pub(super) unsafe fn pair_follows(unpack: *const Word, register: u16) -> bool {
    // SAFETY: by the contract.
    let unpack = unsafe { *unpack };
    unpack.op == Op::UnpackTo as u16 && unpack.a == register && unpack.c == 2
}

/// Where the items of a loop's pair go, if the instruction after the loop's takes it apart at once, and how many words that
/// takes.
///
/// # Safety
/// `f` is the topmost frame, `i` its `for` instruction, behind whose cache word `pc` stands.
unsafe fn pair_places(f: *mut Frame, i: Word) -> Option<(u16, u16, usize)> {
    // SAFETY: by the contract; a loop's body begins behind its cache word.
    unsafe {
        let unpack = (*(*f).pc).get();
        if unpack.a != i.a || unpack.c != 2 {
            None
        } else if unpack.op == Op::UnpackTo as u16 {
            let places = (*(*f).pc.add(1)).get();
            Some((places.op, places.a, 2))
        } else if unpack.op == Op::Unpack as u16 {
            Some((unpack.b + 1, unpack.b, 1))
        } else {
            None
        }
    }
}

/// The next item of an iterator.
fn step(cx: Cx<'_>, iterator: &Value) -> PyResult<Option<Value>> {
    // SAFETY: the value lives; the item that is lent is kept by a reference of its own.
    unsafe {
        match list_step(iterator.bits()) {
            Some(word) => Ok(Some(Value::from_raw(super::retain(word)))),
            None => cx.rt.next(iterator),
        }
    }
}

/// A step of `for i, x in enumerate(…)` without the pair; false at the end; `None` if the pair must be made.
///
/// # Safety
/// As for [`pair_places`].
unsafe fn enumerate_step(
    cx: Cx<'_>,
    f: *mut Frame,
    i: Word,
    enumerate: &Enumerate,
) -> PyResult<Option<bool>> {
    // SAFETY: by the contract.
    unsafe {
        let count = enumerate.next.get();
        let (Some((count_to, item_to, words)), Some(inner)) =
            (pair_places(f, i), enumerate.iterator.get())
        else {
            return Ok(None);
        };
        if count >= Value::MAX_SMALL {
            return Ok(None);
        }
        let Some(item) = step(cx, &inner)? else {
            return Ok(Some(false));
        };
        enumerate.next.set(count + 1);
        (*f).pc = (*f).pc.add(words);
        (*f).set(count_to, Value::int32_or_small(count).into_raw());
        (*f).put(item_to, item);
        Ok(Some(true))
    }
}

/// A step of `for x, y in zip(…, …)` without the pair; false at the end; `None` if the pair must be made.
///
/// # Safety
/// As for [`pair_places`].
unsafe fn zip_step(cx: Cx<'_>, f: *mut Frame, i: Word, zip: &Zip) -> PyResult<Option<bool>> {
    // SAFETY: by the contract.
    unsafe {
        let (Some((first_to, second_to, words)), Some((first, second))) =
            (pair_places(f, i), zip.0.pair())
        else {
            return Ok(None);
        };
        let Some(one) = step(cx, &first)? else {
            return Ok(Some(false));
        };
        let Some(other) = step(cx, &second)? else {
            return Ok(Some(false));
        };
        (*f).pc = (*f).pc.add(words);
        (*f).put(first_to, one);
        (*f).put(second_to, other);
        Ok(Some(true))
    }
}

/// Gives the loop the instruction that fits its iterator.
///
/// # Safety
/// `f` is the topmost frame; its `pc` stands behind a `for` instruction and its cache word.
unsafe fn quicken_loop(f: *mut Frame, iterator: &Value) {
    // SAFETY: by the contract; a loop's body begins behind its cache word.
    let (register, next) = unsafe { ((*(*f).pc.sub(2)).get().a, (*(*f).pc).get()) };
    let op = if iterator.downcast_ref::<RangeIter>().is_some() {
        Op::ForIterRange
    } else if iterator
        .downcast_ref::<Cursor>()
        .is_some_and(|c| c.kind == CursorKind::Row)
    {
        if next.op == Op::UnpackTo as u16 && next.a == register {
            Op::ForIterRows
        } else {
            Op::ForIterList
        }
    } else if iterator.downcast_ref::<DictIter>().is_some() {
        Op::ForIterDict
    } else if iterator.downcast_ref::<Generator>().is_some() {
        Op::ForIterGenerator
    } else if iterator.downcast_ref::<Enumerate>().is_some()
        && next.op == Op::UnpackTo as u16
        && next.a == register
        && next.c == 2
    {
        Op::ForIterEnumerate
    } else {
        return;
    };
    // SAFETY: by the contract.
    let instruction = unsafe { &*(*f).pc.sub(2) };
    crate::stats::quickened(instruction.get().op);
    instruction.set(Word {
        op: op as u16,
        ..instruction.get()
    });
}

/// a ← next of b; at the end b is dropped and the jump taken.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction; `pc` stands behind the cache word.
#[inline(never)]
pub(super) unsafe fn for_iter(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract; the iterator stays in its register while it runs.
    unsafe {
        let iterator = lend((*f).get(i.b));
        quicken_loop(f, &iterator);
        let paired = if let Some(enumerate) = iterator.downcast_ref::<Enumerate>()
            && cx.rt.is_exact(&iterator, &cx.rt.types.enumerate)
        {
            enumerate_step(cx, f, i, enumerate)?
        } else if let Some(zip) = iterator.downcast_ref::<Zip>()
            && cx.rt.is_exact(&iterator, &cx.rt.types.zip)
        {
            zip_step(cx, f, i, zip)?
        } else {
            None
        };
        let goes_on = match paired {
            Some(goes_on) => goes_on,
            None => match cx.rt.next(&iterator)? {
                Some(value) => {
                    (*f).put(i.a, value);
                    true
                }
                None => false,
            },
        };
        if !goes_on {
            (*f).set(i.b, 0);
            let target = (*(*f).pc.sub(1)).get();
            (*f).pc = (*f).pc.offset(target.first() as i32 as isize);
        }
    }
    Ok(())
}
