//! Calls of Python functions and their ends; generators' yields.

use super::{At, DONE, Exit, GO_ON, Handler, Packed, RAISED, handlers, leave_to, slow};
use crate::exec::frame::{self, Left};
use crate::exec::run::payload;
use crate::exec::{Cx, Frame, NONE, call, gen_, retain};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::function::Function;
use hognose_object::{PyResult, Raised};

slow! {
    call_slow = call::call;
    call_method_slow = call::call_method;
    call_keywords_slow = call::call_keywords;
}

/// Ends the frame with the word in its register a.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn return_slow<'a>(
    i: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    // SAFETY: by the contract.
    unsafe {
        let word = match std::mem::replace(&mut *regs.add(usize::from(i.a())), 0) {
            0 => NONE,
            word => word,
        };
        return_word(Packed(word), pc, regs, f, cx, consts)
    }
}

/// Ends the frame with a word that stands for the instruction.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn return_word<'a>(
    word: Packed,
    pc: *const Word,
    _regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    _consts: *const u64,
) -> Exit {
    // SAFETY: by the contract.
    unsafe {
        (*f).pc = pc.cast();
        match frame::leave(*cx, f, word.0) {
            Left::Caller => GO_ON,
            Left::Entry(value) => end(cx, Ok(value)),
            Left::Raised(raised) => end(cx, Err(raised)),
        }
    }
}

fn end(cx: &Cx<'_>, outcome: Result<Value, Raised>) -> Exit {
    let exit = if outcome.is_ok() { DONE } else { RAISED };
    cx.vm.outcome.set(Some(outcome));
    exit
}

/// Goes on as a generator's instruction came out: with a value for who runs the entry, or not.
fn handed_out(cx: &Cx<'_>, result: PyResult<Option<Value>>) -> Exit {
    match result {
        Ok(None) => GO_ON,
        Ok(Some(value)) => end(cx, Ok(value)),
        Err(raised) => end(cx, Err(raised)),
    }
}

handlers! {
    call(at, i) {
        let place = at.regs.add(usize::from(i.a()) + 1);
        let callee = *place;
        if let Some(function) = payload::<Function>(callee)
            && let Some(new) = call::push_exact(*at.cx, at.f, function, place.add(1), i.b())
        {
            at.save();
            *place = 0;
            (*new).function = callee;
            (*new).dst = i.c();
            return At::of(at.cx, new).next();
        }
        leave_to!(call_slow, at, i)
    }
    call_method(at, i) {
        let place = at.regs.add(usize::from(i.a()));
        let callee = *place;
        if let Some(function) = payload::<Function>(callee)
            && let Some(new) = call::push_exact(*at.cx, at.f, function, place.add(1), i.b() + 1)
        {
            at.save();
            *place = 0;
            (*new).function = callee;
            (*new).dst = i.c();
            return At::of(at.cx, new).next();
        }
        leave_to!(call_method_slow, at, i)
    }
    call_keywords(at, i) {
        let at = at.skip(1);
        leave_to!(call_keywords_slow, at, i)
    }
    return_(at, i) {
        let word = at.get(i.a());
        if word == 0 || !frame::can_leave(at.f) {
            leave_to!(return_slow, at, i);
        }
        at.put(i.a(), 0);
        if !frame::let_go(at.f) {
            leave_to!(return_word, at, Packed(word));
        }
        let caller = at.f.sub(1);
        at.cx.vm.top.set(caller);
        let dst = (*at.f).dst;
        At::of(at.cx, caller).finish(dst, word)
    }
    return_const(at, i) {
        let word = retain(*at.consts.add(i.wide() as usize));
        if !frame::can_leave(at.f) || !frame::let_go(at.f) {
            leave_to!(return_word, at, Packed(word));
        }
        let caller = at.f.sub(1);
        at.cx.vm.top.set(caller);
        let dst = (*at.f).dst;
        At::of(at.cx, caller).finish(dst, word)
    }
    yield_(at, i) {
        at.save();
        handed_out(at.cx, Ok(gen_::yield_value(*at.cx, at.f, i.word())))
    }
    return_generator(at, i) {
        at.save();
        handed_out(at.cx, gen_::make_generator(*at.cx, at.f, i.word()))
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::Call, call),
    (Op::CallMethod, call_method),
    (Op::CallKw, call_keywords),
    (Op::Return, return_),
    (Op::ReturnConst, return_const),
    (Op::Yield, yield_),
    (Op::ReturnGenerator, return_generator),
];
