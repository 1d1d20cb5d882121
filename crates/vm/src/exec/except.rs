//! Raising, handling, unwinding.

use super::frame::{finish, object};
use super::frame_flags::{ENTRY, GENERATOR};
use super::{Cx, Frame, is_cell, lend};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::exceptions::Exception;
use hognose_object::traceback::Traceback;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{PyResult, Raised, Rt, TypeObj, type_flags};
use std::cell::Cell;

/// The exception being handled: that of the running generator or, if there is none, of whoever resumed it
/// (`_PyErr_GetTopmostException`).
pub(super) fn handled(cx: Cx<'_>) -> Option<Value> {
    if let Some(found) = cx.vm.handled.get() {
        return Some(found);
    }
    (0..)
        .map_while(|depth| cx.vm.frame_at(depth))
        .find_map(|f| {
            // SAFETY: the frame is in use and its record owns the word.
            unsafe {
                ((*f).flags & GENERATOR != 0 && (*f).handled != 0)
                    .then(|| (*lend((*f).handled)).clone())
            }
        })
}

/// Sets `__context__` to what is being handled (`_PyErr_SetObject`).
fn set_context(cx: Cx<'_>, raised: &Raised) {
    if let Some(handled) = handled(cx) {
        cx.rt.chain_context(raised, &handled);
    }
}

/// Adds the frame to the exception's traceback (`PyTraceBack_Here`).
///
/// # Safety
/// `f` is the topmost frame.
unsafe fn add_traceback(cx: Cx<'_>, f: *mut Frame, raised: &Value) {
    let Some(exception) = raised.downcast_ref::<Exception>() else {
        return;
    };
    // SAFETY: by the contract.
    let (frame, lasti) = unsafe { (object(cx, f), (*f).lasti()) };
    let payload = Traceback {
        next: hognose_heap::ValueCell::empty(),
        frame,
        lasti,
        line: Cell::new(0),
    };
    let made = cx.rt.alloc(&cx.rt.types.traceback, payload);
    made.next
        .set(exception.traceback.take().filter(|t| !t.is_none()));
    exception.traceback.set(Some(made.into_value()));
}

/// Finds the handler of an exception raised in the topmost frame; frames without one are left. When it returns well,
/// the topmost frame goes on at its handler.
///
/// # Safety
/// The topmost frame's `pc` stands behind the instruction that raised.
#[cold]
#[inline(never)]
pub(super) unsafe fn unwind(cx: Cx<'_>, raised: Raised) -> PyResult<()> {
    let mut trace = !cx.vm.reraising.replace(false);
    if trace
        && let Some(e) = raised.0.downcast_ref::<Exception>()
        && e.traceback.get().is_none_or(|t| t.is_none())
    {
        set_context(cx, &raised);
    }
    loop {
        let f = cx.vm.top.get();
        // SAFETY: by the contract, and because a caller's `pc` stands behind its call.
        unsafe {
            if trace {
                add_traceback(cx, f, &raised.0);
            }
            trace = true;
            let ir = (*f).ir();
            let word = (*f).word_index().saturating_sub(1);
            if let Some(handler) = ir.handler_of(word).copied() {
                let lasti = raised_at(f);
                let mut at = ir.first_temp + handler.depth as u16;
                for register in at..ir.registers {
                    let place = (*f).regs.add(usize::from(register));
                    let old = *place;
                    if is_cell(old) {
                        *place = 0;
                        drop(Value::from_raw(old));
                    }
                }
                if handler.lasti {
                    (*f).set(at, Value::int32_or_small(i64::from(lasti)).into_raw());
                    at += 1;
                }
                (*f).put(at, raised.0);
                (*f).pc = ir.code.as_ptr().add(handler.target as usize);
                return Ok(());
            }
            let entry = (*f).flags & ENTRY != 0;
            restore_lasti(f);
            finish(cx, f);
            if entry {
                cx.vm.yielded.set(false);
                return Err(raised);
            }
        }
    }
}

/// Offset of the instruction that raised; where an exception is raised again, that which raised it first.
///
/// # Safety
/// `f` is the topmost frame and `pc` stands behind the instruction that raised.
unsafe fn raised_at(f: *mut Frame) -> i32 {
    // SAFETY: by the contract.
    unsafe {
        if (*f).word_index() != 0 {
            let i = (*(*f).pc.sub(1)).get();
            if i.op == Op::Reraise as u16
                && i.b != 0
                && let Some(offset) = (*f).peek(i.b - 1).as_small_int()
            {
                return offset as i32;
            }
        }
        (*f).lasti()
    }
}

/// A frame that is left by raising again shows the instruction that raised first (`RERAISE` with an argument).
///
/// # Safety
/// `f` is the topmost frame and `pc` stands behind the instruction that raised.
unsafe fn restore_lasti(f: *mut Frame) {
    // SAFETY: by the contract.
    unsafe {
        if (*f).object == 0 {
            return;
        }
        let offset = raised_at(f);
        if offset == (*f).lasti() {
            return;
        }
        let ir = (*f).ir();
        let first = ir.offsets.iter().find(|(_, own)| *own as i32 == offset);
        if let Some((word, _)) = first {
            (*f).pc = ir.code.as_ptr().add(*word as usize + 1);
        }
    }
}

/// The handled exception's predecessor goes to a, it itself from a to a+1.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn push_exc_info(cx: Cx<'_>, f: *mut Frame, i: Word) {
    // SAFETY: by the contract.
    unsafe {
        let raised = (*f).take(i.a).unwrap_or(Value::NONE);
        let before = cx.vm.handled.replace(Some(raised.clone()));
        (*f).put(i.a, before.unwrap_or(Value::NONE));
        (*f).put(i.a + 1, raised);
    }
}

/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn pop_except(cx: Cx<'_>, f: *mut Frame, i: Word) {
    // SAFETY: by the contract.
    unsafe {
        let before = (*f).operand(i.a).into_value();
        // Malformed code may have put anything there.
        cx.vm
            .handled
            .set(is_exception(cx.rt, &before).then_some(before));
    }
}

/// Raises what was raised before; malformed code may have put anything in its place.
pub(super) fn again(cx: Cx<'_>, exception: Value) -> Raised {
    if !is_exception(cx.rt, &exception) {
        return cx.rt.system_error("raised again, but no exception");
    }
    cx.vm.reraising.set(true);
    Raised(exception)
}

fn is_exception_class(value: &Value) -> bool {
    value
        .downcast_ref::<TypeObj>()
        .is_some_and(|t| t.has(type_flags::EXC_SUBCLASS))
}

fn is_exception(rt: &Rt, value: &Value) -> bool {
    rt.type_of(value).has(type_flags::EXC_SUBCLASS)
}

const NOT_AN_EXCEPTION: &str =
    "catching classes that do not inherit from BaseException is not allowed";

/// `check_except_type_valid`
fn check_type(rt: &Rt, wanted: &Value) -> PyResult<()> {
    let valid = match wanted.downcast_ref::<Tuple>() {
        Some(tuple) => tuple.items().all(|w| is_exception_class(&w)),
        None => is_exception_class(wanted),
    };
    if valid {
        Ok(())
    } else {
        Err(rt.type_error(NOT_AN_EXCEPTION))
    }
}

/// a ← whether the exception b matches c
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn check_match(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let wanted = (*f).operand(i.c);
        let exception = (*f).peek(i.b);
        check_type(cx.rt, &wanted)?;
        let found = cx.rt.exception_matches(&exception, &wanted);
        (*f).put(i.a, Value::bool(found));
    }
    Ok(())
}

/// a, a+1 ← rest and match of the exception a and the type a+1 (`exception_group_match`)
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn check_group_match(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let exception = (*f).take(i.a).unwrap_or(Value::NONE);
        let wanted = (*f).take(i.a + 1).unwrap_or(Value::NONE);
        check_type(rt, &wanted)?;
        let group_class = |w: &Value| {
            w.downcast_ref::<TypeObj>()
                .is_some_and(|t| t.is_subtype(&rt.types.base_exception_group))
        };
        let has_group = match wanted.downcast_ref::<Tuple>() {
            Some(tuple) => tuple.items().any(|w| group_class(&w)),
            None => group_class(&wanted),
        };
        if has_group {
            return Err(rt.type_error(
                "catching ExceptionGroup with except* is not allowed. Use except instead.",
            ));
        }
        let (matched, rest) = rt.except_star_match(&exception, &wanted)?;
        if let Some(matched) = &matched {
            cx.vm.handled.set(Some(matched.clone()));
        }
        (*f).put(i.a, rest.unwrap_or(Value::NONE));
        (*f).put(i.a + 1, matched.unwrap_or(Value::NONE));
    }
    Ok(())
}

/// Raises a again. The offset in b is for `f_lineno` when the frame is left: see `restore_lasti`.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn reraise(cx: Cx<'_>, f: *mut Frame, i: Word) -> Raised {
    // SAFETY: by the contract.
    unsafe {
        let exception = (*f).operand(i.a).into_value();
        again(cx, exception)
    }
}

/// `raise`, with b operands from a on (`do_raise`)
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn raise(cx: Cx<'_>, f: *mut Frame, i: Word) -> Raised {
    // SAFETY: by the contract.
    unsafe {
        let exception = if i.b > 0 { (*f).take(i.a) } else { None };
        let cause = if i.b > 1 { (*f).take(i.a + 1) } else { None };
        match exception {
            None => match handled(cx) {
                Some(exception) => {
                    cx.vm.reraising.set(true);
                    Raised(exception)
                }
                None => cx.rt.runtime_error("No active exception to reraise"),
            },
            Some(exception) => match instance_of(cx.rt, exception, cause) {
                Ok(exception) => {
                    let raised = Raised(exception);
                    set_context(cx, &raised);
                    raised
                }
                Err(raised) => raised,
            },
        }
    }
}

fn instance_of(rt: &Rt, exception: Value, cause: Option<Value>) -> PyResult {
    let exception = if is_exception_class(&exception) {
        let made = rt.call(&exception, &[])?;
        if !is_exception(rt, &made) {
            use hognose_object::StrExt;
            return Err(rt.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                rt.repr(&exception)?.to_str(),
                rt.repr(rt.type_of(&made).as_value())?.to_str()
            )));
        }
        made
    } else if is_exception(rt, &exception) {
        exception
    } else {
        return Err(rt.type_error("exceptions must derive from BaseException"));
    };
    if let Some(cause) = cause {
        let cause = if is_exception_class(&cause) {
            Some(rt.call(&cause, &[])?)
        } else if is_exception(rt, &cause) {
            Some(cause)
        } else if cause.is_none() {
            None
        } else {
            return Err(rt.type_error("exception causes must derive from BaseException"));
        };
        if let Some(e) = exception.downcast_ref::<Exception>() {
            e.cause.set(cause);
            e.suppress_context.set(true);
        }
    }
    Ok(exception)
}

/// a, a+1 ← `__exit__` and the result of `__enter__` of a
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn before_with(
    cx: Cx<'_>,
    f: *mut Frame,
    i: Word,
    is_async: bool,
) -> PyResult<()> {
    let rt = cx.rt;
    let names = &rt.names;
    let (enter, exit, what, other) = if is_async {
        (
            &names.aenter_,
            &names.aexit_,
            "asynchronous context manager",
            "__aexit__",
        )
    } else {
        (&names.enter_, &names.exit_, "context manager", "__exit__")
    };
    // SAFETY: by the contract.
    unsafe {
        let manager = (*f).take(i.a).unwrap_or(Value::NONE);
        let type_name = || rt.type_name(&manager);
        let Some(enter) = rt.special(&manager, enter) else {
            return Err(rt.type_error(format!(
                "'{}' object does not support the {what} protocol",
                type_name()
            )));
        };
        let enter = enter?;
        let Some(exit) = rt.special(&manager, exit) else {
            return Err(rt.type_error(format!(
                "'{}' object does not support the {what} protocol (missed {other} method)",
                type_name()
            )));
        };
        let exit = exit?;
        let entered = rt.call(&enter, &[])?;
        (*f).put(i.a, exit);
        (*f).put(i.a + 1, entered);
    }
    Ok(())
}

/// a ← call of the exit function b with the exception
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn with_except_start(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let (exit, exception) = ((*f).peek(i.b), (*f).peek(i.b + 3));
        let class = rt.type_of(&exception).as_value().clone();
        let traceback = exception
            .downcast_ref::<Exception>()
            .and_then(|e| e.traceback.get())
            .unwrap_or(Value::NONE);
        let made = rt.call(&exit, &[class, (*exception).clone(), traceback])?;
        (*f).put(i.a, made);
    }
    Ok(())
}
