//! Loops, truth, safe points.

use super::{Cx, Frame, lend};
use crate::ir::Word;
use hognose_heap::Value;
use hognose_object::PyResult;
use hognose_object::iters::RangeIter;

/// Where nothing is half done: collections run here.
#[cold]
#[inline(never)]
pub(super) fn safepoint(_cx: Cx<'_>) -> PyResult<()> {
    if hognose_heap::collection_due() {
        hognose_heap::collect();
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

/// a ← next of b; at the end b is dropped and the jump taken.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction; `pc` stands behind the cache word.
#[inline(never)]
pub(super) unsafe fn for_iter(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract; the iterator stays in its register while it runs.
    unsafe {
        let iterator = lend((*f).get(i.b));
        match cx.rt.next(&iterator)? {
            Some(value) => (*f).put(i.a, value),
            None => {
                (*f).set(i.b, 0);
                let target = (*(*f).pc.sub(1)).get();
                (*f).pc = (*f).pc.offset(target.first() as i32 as isize);
            }
        }
    }
    Ok(())
}
