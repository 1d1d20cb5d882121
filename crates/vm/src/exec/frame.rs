//! Frames: pushing, leaving, and the objects that show them to Python.

use super::frame_flags::{ENTRY, FOR, GENERATOR, INIT, OBJECT, OPERATOR, SEND};
use super::thread::Resting;
use super::{Cx, Frame, NONE, Vm, is_cell, lend, release, retain, vm_of};
use crate::ir::Ir;
use hognose_bytecode::LocalKind;
use hognose_heap::{Value, ValueCell};
use hognose_object::function::{CellObj, Function};
use hognose_object::generator::{Generator, State};
use hognose_object::traceback::{self, VmHooks};
use hognose_object::{PyResult, Raised, Ref, Rt, StrExt};
use std::cell::{Cell, RefCell};

/// What leaving a frame led to.
pub(super) enum Left {
    /// The caller goes on.
    Caller,
    /// The frame was the entry.
    Entry(Value),
    /// The result was no good, which is raised in the caller.
    Raised(Raised),
}

/// Fills in the record above `f` and makes it the topmost frame. Its function is 0 still.
///
/// # Safety
/// The window fits, its registers up to `argcount` hold the arguments; the IR is the code object's.
#[inline(always)]
pub(super) unsafe fn push(
    cx: Cx<'_>,
    f: *mut Frame,
    function: &Function,
    code: u64,
    ir: &Ir,
    regs: *mut u64,
    given: u16,
) -> *mut Frame {
    // SAFETY: by the contract; registers past the arguments own nothing.
    unsafe {
        let new = f.add(1);
        // What few frames have is 0 already: whoever leaves a frame sees to that.
        (*new).pc = ir.code.as_ptr();
        (*new).regs = regs;
        (*new).end = regs.add(usize::from(ir.registers));
        (*new).ir = ir;
        (*new).consts = ir.consts.as_ptr().cast();
        (*new).code = retain(code);
        (*new).globals = &*function.globals;
        (*new).first_temp = ir.first_temp;
        (*new).flags = 0;
        debug_assert_eq!(
            [
                (*new).locals,
                (*new).object,
                (*new).generator,
                (*new).handled
            ],
            [0; 4]
        );
        // A call of memset would cost more than the few words.
        for register in given..ir.first_temp {
            regs.add(usize::from(register)).write_volatile(0);
        }
        cx.vm.top.set(new);
        new
    }
}

/// Drops the values in the first `count` registers.
///
/// # Safety
/// The window has so many registers.
#[inline(always)]
unsafe fn drop_registers(f: *mut Frame, from: u16, to: u16) {
    // SAFETY: by the contract; a cell's word in a register is owned.
    unsafe {
        for register in from..to {
            let place = (*f).regs.add(usize::from(register));
            let word = *place;
            if is_cell(word) {
                *place = 0;
                drop(Value::from_raw(word));
            }
        }
    }
}

/// Ends the topmost frame with a result.
///
/// # Safety
/// `f` is the topmost frame; the word is owned by the caller.
#[inline(always)]
pub(super) unsafe fn leave(cx: Cx<'_>, f: *mut Frame, word: u64) -> Left {
    // SAFETY: by the contract.
    unsafe {
        if (*f).flags != 0 || (*f).locals != 0 {
            return leave_specially(cx, f, word);
        }
        drop_registers(f, 0, (*f).first_temp);
        end_late_object(cx, f);
        // From here on the record may be used again, by what the releases run.
        let (function, code, dst) = ((*f).function, (*f).code, (*f).dst);
        let caller = f.sub(1);
        cx.vm.top.set(caller);
        release(function);
        release(code);
        (*caller).set(dst, word);
        Left::Caller
    }
}

/// Whether the frame can be left by [`let_go`].
///
/// # Safety
/// `f` is the topmost frame.
#[inline(always)]
pub(super) unsafe fn can_leave(f: *mut Frame) -> bool {
    // SAFETY: by the contract.
    unsafe { (*f).flags == 0 && (*f).locals | (*f).object == 0 }
}

/// Gives up what the frame holds; false if something is left over, because a last reference is among it.
///
/// # Safety
/// `f` is the topmost frame, and can be left.
#[inline(always)]
pub(super) unsafe fn let_go(f: *mut Frame) -> bool {
    // SAFETY: by the contract; every word is owned once, and marked as gone when it is given up.
    unsafe {
        for register in 0..usize::from((*f).first_temp) {
            let place = (*f).regs.add(register);
            let word = *place;
            if is_cell(word) {
                if !Value::release_shared(word) {
                    return false;
                }
                *place = 0;
            }
        }
        if !Value::release_shared((*f).code) {
            return false;
        }
        (*f).code = 0;
        Value::release_shared((*f).function)
    }
}

/// # Safety
/// As for [`leave`].
#[inline(never)]
unsafe fn leave_specially(cx: Cx<'_>, f: *mut Frame, word: u64) -> Left {
    // SAFETY: by the contract; the caller's register `stash` holds the new instance of an `__init__` frame.
    unsafe {
        let flags = (*f).flags;
        let (dst, stash) = ((*f).dst, (*f).stash);
        if flags & OPERATOR != 0 {
            return leave_operator(cx, f, word);
        }
        end(cx, f);
        let caller = f.sub(1);
        if flags & ENTRY != 0 {
            cx.vm.yielded.set(false);
            return Left::Entry(Value::from_raw(word));
        }
        if flags & FOR != 0 {
            // The generator is at its end: so is the loop.
            release(word);
            let target = *(*caller).pc.sub(1).cast::<crate::ir::Word>();
            (*caller).set(dst, 0);
            (*caller).pc = (*caller).pc.offset(target.first() as i32 as isize);
            return Left::Caller;
        }
        if flags & SEND != 0 {
            let target = *(*caller).pc.sub(1).cast::<crate::ir::Word>();
            (*caller).set(dst, word);
            (*caller).pc = (*caller).pc.offset(target.first() as i32 as isize);
            return Left::Caller;
        }
        if flags & INIT != 0 {
            let made = (*caller).take(stash);
            if word != NONE {
                let got = cx.rt.type_name(&lend(word));
                release(word);
                drop(made);
                return Left::Raised(
                    cx.rt
                        .type_error(format!("__init__() should return None, not '{got}'")),
                );
            }
            (*caller).put(dst, made.unwrap_or(Value::NONE));
            return Left::Caller;
        }
        (*caller).set(dst, word);
        Left::Caller
    }
}

/// Ends the frame of an operator's method: `NotImplemented` leaves the operation to the other side.
///
/// # Safety
/// As for [`leave`]; the frame is marked as an operator's.
unsafe fn leave_operator(cx: Cx<'_>, f: *mut Frame, word: u64) -> Left {
    // SAFETY: by the contract; the record owns its operands.
    unsafe {
        let operands = (*f).operands.map(|w| Value::from_raw(w));
        (*f).operands = [0; 2];
        (*f).flags &= !OPERATOR;
        let (dst, operation) = ((*f).dst, (*f).stash);
        end(cx, f);
        let mut result = Value::from_raw(word);
        if result.is(&Value::NOT_IMPLEMENTED) {
            match super::arith::declined(cx, operation, &operands[0], &operands[1]) {
                Ok(made) => result = made,
                Err(raised) => return Left::Raised(raised),
            }
        }
        drop(operands);
        let caller = f.sub(1);
        if super::arith::is_test(operation) {
            return match super::arith::after_test(cx, caller, &result) {
                Ok(()) => Left::Caller,
                Err(raised) => Left::Raised(raised),
            };
        }
        (*caller).put(dst, result);
        Left::Caller
    }
}

/// [`finish`], with a shorter way for frames that hold nothing special.
///
/// # Safety
/// `f` is the topmost frame.
#[inline(always)]
unsafe fn end(cx: Cx<'_>, f: *mut Frame) {
    // SAFETY: by the contract.
    unsafe {
        if (*f).flags & GENERATOR == 0 && (*f).locals | (*f).object == 0 && let_go(f) {
            cx.vm.top.set(f.sub(1));
        } else {
            finish(cx, f);
        }
    }
}

/// Takes the topmost frame down: its registers, its object, its generator.
///
/// # Safety
/// `f` is the topmost frame.
#[inline(never)]
pub(super) unsafe fn finish(cx: Cx<'_>, f: *mut Frame) {
    // SAFETY: by the contract; every word that the record owns is released once.
    unsafe {
        if (*f).object != 0 {
            end_object(cx, f);
        }
        for word in std::mem::take(&mut (*f).operands) {
            release(word);
        }
        drop_registers(f, 0, (*f).ir().registers);
        if (*f).flags & GENERATOR != 0 {
            let generator = Value::from_raw((*f).generator);
            (*f).generator = 0;
            let state = generator.downcast_ref::<Generator>();
            drop(cx.vm.handled.take());
            restore_handled(cx, f);
            end_late_object(cx, f);
            if let Some(g) = state {
                g.state.set(State::Finished);
                g.frame.set(None);
                let (function, namespace) = (g.function.take(), g.namespace.take());
                cx.vm.top.set(f.sub(1));
                drop((function, namespace));
            }
            cx.vm.top.set(f.sub(1));
            drop(generator);
        } else {
            let (function, code, locals) = ((*f).function, (*f).code, (*f).locals);
            (*f).locals = 0;
            release(locals);
            end_late_object(cx, f);
            cx.vm.top.set(f.sub(1));
            release(function);
            release(code);
        }
    }
}

/// Ends an object that the frame got while its values were dropped: a finaliser that ran then had this frame below it.
///
/// # Safety
/// `f` is the topmost frame.
#[inline(always)]
unsafe fn end_late_object(cx: Cx<'_>, f: *mut Frame) {
    // SAFETY: by the contract.
    unsafe {
        if (*f).object != 0 {
            end_object(cx, f);
        }
    }
}

/// What was handled before the generator was resumed is handled again.
///
/// # Safety
/// `f` is a generator's frame, in use.
pub(super) unsafe fn restore_handled(cx: Cx<'_>, f: *mut Frame) {
    // SAFETY: the record owns the word.
    unsafe {
        let word = (*f).handled;
        (*f).handled = 0;
        cx.vm
            .handled
            .set((word != 0).then(|| Value::from_raw(word)));
    }
}

/// The namespace of a frame whose names are no fast locals.
///
/// A function whose code is not optimised runs in its globals (`_PyFunction_Vectorcall`), which no record says.
///
/// # Safety
/// `f` is a frame in use.
pub(super) unsafe fn namespace(f: *mut Frame) -> Option<Value> {
    // SAFETY: by the contract; the words are 0 or living values'.
    unsafe {
        if (*f).locals != 0 {
            return Some((*lend((*f).locals)).clone());
        }
        if (*f).code().object.flags & hognose_bytecode::flags::OPTIMIZED != 0 {
            return None;
        }
        super::run::payload::<Generator>((*f).generator)
            .and_then(|g| g.namespace.get())
            .or_else(|| Some((*f).function().globals.as_value().clone()))
    }
}

/// The frame's object, made now if there is none.
///
/// # Safety
/// `f` is a frame in use.
pub(super) unsafe fn object(cx: Cx<'_>, f: *mut Frame) -> Ref<traceback::Frame> {
    // SAFETY: by the contract; the record owns the object's word.
    unsafe {
        if (*f).object != 0
            && let Some(found) =
                Value::borrow_raw(&raw const (*f).object).downcast::<traceback::Frame>()
        {
            return found.clone();
        }
        let function = (*f).function();
        let payload = traceback::Frame {
            code: (*f).code().clone(),
            globals: function.globals.clone(),
            builtins: function.builtins.clone(),
            locals: namespace(f).map_or_else(ValueCell::empty, ValueCell::new),
            back: ValueCell::empty(),
            lasti: Cell::new((*f).lasti()),
            running: Cell::new(cx.vm.index_of(f)),
            generator: match (*f).generator {
                0 => ValueCell::empty(),
                word => ValueCell::new((*lend(word)).clone()),
            },
            ended: RefCell::default(),
            trace: ValueCell::empty(),
        };
        let made = cx.rt.alloc(&cx.rt.types.frame, payload);
        (*f).object = made.as_value().clone().into_raw();
        (*f).flags |= OBJECT;
        made
    }
}

/// Lets the frame object live on without its frame (`take_ownership`).
///
/// # Safety
/// `f` is the topmost frame and has an object.
#[cold]
unsafe fn end_object(cx: Cx<'_>, f: *mut Frame) {
    // SAFETY: by the contract; locals move from the registers to the object.
    unsafe {
        let object = Value::from_raw((*f).object);
        (*f).object = 0;
        (*f).flags &= !OBJECT;
        let Some(shown) = object.downcast_ref::<traceback::Frame>() else {
            return;
        };
        shown.lasti.set((*f).lasti());
        shown.running.set(0);
        drop(shown.generator.take());
        if object.header().is_some_and(|h| h.count() > 1) {
            let caller = f.sub(1);
            if cx.vm.index_of(caller) != 0 && shown.back.is_empty() {
                shown.back.set(Some(self::object(cx, caller).into_value()));
            }
            let row = (0..(*f).first_temp)
                .map(|r| {
                    let cell = ValueCell::empty();
                    cell.set((*f).take(r));
                    cell
                })
                .collect();
            *shown.ended.borrow_mut() = row;
        }
    }
}

/// What `vm::install` gives to the object model.
pub(crate) fn hooks() -> VmHooks {
    VmHooks {
        sync_frame,
        frame_locals,
        frame: |rt, depth| {
            let vm = vm_of(rt);
            // SAFETY: the frame is in use.
            vm.frame_at(depth).map(|f| unsafe {
                let made = object(Cx { rt, vm }, f);
                // It may be older than the instruction that runs.
                made.lasti.set((*f).lasti());
                made
            })
        },
        handled: |rt| super::except::handled(Cx { rt, vm: vm_of(rt) }),
        resume: super::gen_::resume,
        delegating: super::gen_::delegating,
        delegate: super::gen_::delegate,
        suspended_at: super::gen_::suspended_at,
        leave: |rt| Box::new(vm_of(rt).leave()),
        enter: |rt, resting| {
            let resting = resting.and_then(|r| r.downcast().ok());
            vm_of(rt).enter(resting.map_or_else(Resting::fresh, |r| *r));
        },
        generator_frame: |rt, generator| {
            let vm = vm_of(rt);
            let found = (0..)
                .map_while(|depth| vm.frame_at(depth))
                // SAFETY: the frame is in use.
                .find(|f| unsafe { (**f).generator == generator.bits() })?;
            // SAFETY: the frame is in use.
            Some(unsafe { object(Cx { rt, vm }, found) })
        },
    }
}

/// The record of a frame object's frame, if that runs in this thread.
fn record(vm: &Vm, frame: &traceback::Frame) -> Option<*mut Frame> {
    let found = vm.by_index(frame.running.get())?;
    // SAFETY: the record is in use, and 0 or its object's word stands there.
    let object = unsafe { lend((*found).object) };
    // A frame of another thread may have the same number.
    let own = object.downcast_ref::<traceback::Frame>();
    own.is_some_and(|own| std::ptr::eq(own, frame))
        .then_some(found)
}

fn sync_frame(rt: &Rt, frame: &traceback::Frame) {
    let vm = vm_of(rt);
    if let Some(f) = record(vm, frame) {
        // SAFETY: the frame is in use; it says so by `running`.
        unsafe {
            frame.lasti.set((*f).lasti());
            let caller = f.sub(1);
            if vm.index_of(caller) != 0 {
                frame
                    .back
                    .set(Some(object(Cx { rt, vm }, caller).into_value()));
            } else {
                frame.back.set(None);
            }
        }
    }
}

/// The namespace, or a copy with the variables of the comprehension that runs inlined in a module or class body.
fn with_hidden(rt: &Rt, frame: &traceback::Frame, namespace: Value) -> PyResult {
    let code = &frame.code;
    let Some(running) = vm_of(rt).by_index(frame.running.get()) else {
        return Ok(namespace);
    };
    let mut copy: Option<Ref<hognose_object::dict::Dict>> = None;
    for (i, name) in code.locals.iter().enumerate() {
        let kind = code.object.localspluskinds.get(i).copied().unwrap_or(0);
        if kind & LocalKind::HIDDEN == 0 {
            continue;
        }
        // SAFETY: the frame is in use and has a register for every local.
        let value = unsafe {
            let word = (*running).get(i as u16);
            (word != 0).then(|| (*lend(word)).clone())
        };
        let value = match value {
            Some(value) => match value.downcast_ref::<CellObj>() {
                Some(cell) => cell.content.get(),
                None => Some(value),
            },
            None => None,
        };
        let Some(value) = value else { continue };
        let dict = match &copy {
            Some(dict) => dict.clone(),
            None => {
                let made = rt.call(rt.types.dict.as_value(), std::slice::from_ref(&namespace))?;
                let Ok(made) = Ref::try_from(made) else {
                    return Ok(namespace);
                };
                copy.insert(made).clone()
            }
        };
        drop(dict.set_str(rt, name, value));
    }
    Ok(copy.map_or(namespace, Ref::into_value))
}

/// `f_locals`: the namespace itself, or a dict of the fast locals as they are now (`PyFrame_FastToLocalsWithError`).
fn frame_locals(rt: &Rt, frame: &Ref<traceback::Frame>) -> PyResult {
    let code = &frame.code;
    let optimized = code.object.flags & hognose_bytecode::flags::OPTIMIZED != 0;
    if !optimized && let Some(namespace) = frame.locals.get() {
        return with_hidden(rt, frame, namespace);
    }
    let dict = match frame.locals.get().and_then(|d| Ref::try_from(d).ok()) {
        Some(dict) => dict,
        None => {
            let dict = rt.dict();
            frame.locals.set(Some(dict.as_value().clone()));
            dict
        }
    };
    let vm = vm_of(rt);
    let running = record(vm, frame);
    let generator = frame.generator.get();
    for (i, name) in code.locals.iter().enumerate() {
        let kind = code.object.localspluskinds.get(i).copied().unwrap_or(0);
        if kind & LocalKind::HIDDEN != 0 {
            continue;
        }
        let value = match running {
            // SAFETY: the frame is in use and has a register for every local.
            Some(f) => unsafe {
                let word = (*f).get(i as u16);
                (word != 0).then(|| (*lend(word)).clone())
            },
            None => match generator
                .as_ref()
                .and_then(Value::downcast_ref::<Generator>)
            {
                Some(g) => g.window.get(i).and_then(ValueCell::get),
                None => frame.ended.borrow().get(i).and_then(ValueCell::get),
            },
        };
        let is_cell_variable = kind & (LocalKind::CELL | LocalKind::FREE) != 0;
        let value = match value {
            Some(value) if is_cell_variable => match value.downcast_ref::<CellObj>() {
                Some(cell) => cell.content.get(),
                None => Some(value),
            },
            other => other,
        };
        let old = match value {
            Some(value) => dict.set_str(rt, name, value),
            None => dict.remove_str(rt, name),
        };
        drop(old);
    }
    Ok(dict.into_value())
}

/// The name by which messages call the function of the topmost frame.
pub(super) fn function_name(function: &Function) -> String {
    function
        .qualname
        .get()
        .as_ref()
        .and_then(Value::downcast_ref::<hognose_object::Str>)
        .map(|s| s.to_str().into_owned())
        .unwrap_or_default()
}
