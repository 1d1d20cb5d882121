//! The loop around the handlers of [`super::hot`], and looks into values that they share with the other families.

use super::hot::{DONE, Exit, GO_ON, dispatch, set_floor};
use super::{Cx, is_cell};
use hognose_heap::{Header, Value};
use hognose_object::PyResult;

/// Runs the topmost frame, which is marked as an entry, to its end (or, if it is a generator's, to its next yield).
///
/// # Safety
/// The topmost frame has just been pushed, complete, with [`super::frame_flags::ENTRY`].
pub(crate) unsafe fn run(cx: Cx<'_>) -> PyResult {
    let floor = set_floor(cx.vm);
    // SAFETY: by the contract.
    let result = unsafe { run_to_end(cx) };
    cx.vm.stack_floor.set(floor);
    result
}

/// # Safety
/// As for [`run`].
unsafe fn run_to_end(cx: Cx<'_>) -> PyResult {
    loop {
        // SAFETY: see the module's safety story; the topmost frame's record is whole whenever a handler gives back.
        let exit: Exit = unsafe { dispatch(&cx) };
        if exit == GO_ON {
            continue;
        }
        let outcome = cx.vm.outcome.take();
        if exit == DONE {
            return outcome.unwrap_or(Ok(Value::NONE));
        }
        if let Some(Err(raised)) = outcome {
            // SAFETY: the topmost frame's `pc` stands behind the instruction that raised.
            unsafe { super::except::unwind(cx, raised)? };
        }
    }
}

/// The payload behind an owned word, if it is a cell of that kind.
///
/// # Safety
/// The word is 0 or a living value's; the result is used while it lives.
#[inline(always)]
pub(crate) unsafe fn payload<'a, T: hognose_heap::Payload>(word: u64) -> Option<&'a T> {
    if !is_cell(word) {
        return None;
    }
    // SAFETY: by the contract the word points to a living header, behind which its kind's payload stands.
    unsafe {
        let header = word as *const Header;
        ((*header).kind() == T::KIND).then(|| &*header.add(1).cast::<T>())
    }
}

/// As [`payload`], and the cell is of its kind's own type, not of a subclass: one look for both.
///
/// # Safety
/// As for [`payload`].
#[inline(always)]
pub(crate) unsafe fn exact<'a, T: hognose_heap::Payload>(word: u64) -> Option<&'a T> {
    if !is_cell(word) {
        return None;
    }
    // SAFETY: as in `payload`.
    unsafe {
        let header = word as *const Header;
        ((*header).kind_if_exact() == u32::from(T::KIND.0)).then(|| &*header.add(1).cast::<T>())
    }
}
