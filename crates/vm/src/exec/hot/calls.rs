//! Calls of Python functions and their ends; generators' yields.

use super::jumps::safepoint_slow;
use super::{At, DONE, Exit, GO_ON, Handler, Packed, RAISED, handlers, leave_to, slow};
use crate::exec::frame::{self, Left};
use crate::exec::run::{exact, payload};
use crate::exec::{Cx, Frame, NONE, call, gen_, is_cell, release, retain, type_at};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::builtin::Builtin;
use hognose_object::descriptor::MethodDescriptor;
use hognose_object::dict::Dict;
use hognose_object::function::Function;
use hognose_object::native::Call;
use hognose_object::tuple::{List, Tuple};
use hognose_object::{PyResult, Raised, Str, StrExt};

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

/// Native functions that take what they are given without a look at names.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn call_native<'a>(
    i: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    // SAFETY: by the contract; the argument's register is not empty, and nobody writes to it while it is lent.
    unsafe {
        let at = At {
            pc,
            regs,
            f,
            cx,
            consts,
        };
        let place = regs.add(usize::from(i.a()) + 1);
        if let Some(builtin) = payload::<Builtin>(*place) {
            at.save();
            let args = place.add(1);
            let made = match (builtin.def.call, i.b()) {
                (Call::Zero(function), 0) => function(cx.rt, &builtin.this),
                (Call::One(function), 1) if *args != 0 => {
                    if cx.vm.len.get().is_null() {
                        find_len(cx, builtin);
                    }
                    // A method's call that came to this has its own instruction.
                    if i.0 as u16 == Op::Call as u16 {
                        at.become_op(i, Op::CallOne as u16);
                    }
                    function(cx.rt, &builtin.this, &*args.cast::<Value>())
                }
                (Call::Many(function), count) => {
                    call::many(cx.rt, function, &builtin.this, args, usize::from(count))
                }
                _ => leave_to!(call_slow, at, i),
            };
            return at.called(place, i.b() + 1, i.c(), made);
        }
        leave_to!(call_slow, at, i)
    }
}

/// Remembers the function, if it is `len`.
#[cold]
fn find_len(cx: &Cx<'_>, builtin: &Builtin) {
    let in_builtins = |module: Value| {
        let text = module.downcast_ref::<Str>();
        text.is_some_and(|text| text.is_text("builtins"))
    };
    if builtin.def.name == "len" && builtin.module.get().is_some_and(in_builtins) {
        cx.vm.len.set(builtin.def);
    }
}

/// The length of an exact list, tuple, string or dict.
///
/// # Safety
/// The word is 0 or a living value's.
#[inline(always)]
unsafe fn len_of(word: u64) -> Option<usize> {
    // SAFETY: by the contract.
    unsafe {
        if let Some(list) = exact::<List>(word) {
            return Some((&*list.items.as_ptr()).len());
        }
        if let Some(tuple) = exact::<Tuple>(word) {
            return Some(tuple.len());
        }
        if let Some(text) = exact::<Str>(word) {
            return Some(text.char_count());
        }
        Some((&*exact::<Dict>(word)?.table.as_ptr()).len())
    }
}

/// Methods of native types.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn call_native_method<'a>(
    i: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    // SAFETY: as in `call_native`.
    unsafe {
        let at = At {
            pc,
            regs,
            f,
            cx,
            consts,
        };
        let place = regs.add(usize::from(i.a()));
        let this = place.add(1);
        if let Some(method) = payload::<MethodDescriptor>(*place)
            && *this != 0
            && ((is_cell(*this) && std::ptr::eq(type_at(*this), &*method.owner))
                || cx.rt.is_instance(&*this.cast::<Value>(), &method.owner))
        {
            at.save();
            let args = this.add(1);
            let this = &*this.cast::<Value>();
            let made = match (method.def.call, i.b()) {
                (Call::Zero(function), 0) => function(cx.rt, this),
                (Call::One(function), 1) if *args != 0 => {
                    function(cx.rt, this, &*args.cast::<Value>())
                }
                (Call::Many(function), count) => {
                    call::many(cx.rt, function, this, args, usize::from(count))
                }
                _ => leave_to!(call_method_slow, at, i),
            };
            return at.called(place, i.b() + 2, i.c(), made);
        }
        leave_to!(call_method_slow, at, i)
    }
}

impl At<'_> {
    /// Goes on after a native call: gives up what stood in `count` registers for it, and stores what it made.
    #[inline(always)]
    unsafe fn called(self, place: *mut u64, count: u16, dst: u16, made: PyResult) -> Exit {
        // SAFETY: by the contract of all handlers; the registers are the call's.
        unsafe {
            for n in 0..usize::from(count) {
                let place = place.add(n);
                let word = *place;
                if is_cell(word) {
                    *place = 0;
                    release(word);
                }
            }
            match made {
                Ok(value) => {
                    let place = self.regs.add(usize::from(dst));
                    release(std::mem::replace(&mut *place, value.into_raw()));
                    if hognose_heap::attention_due() {
                        leave_to!(safepoint_slow, self, Packed(0));
                    }
                    self.next()
                }
                Err(raised) => self.raise(raised),
            }
        }
    }
}

#[inline(never)]
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
        leave_to!(call_native, at, i)
    }
    call_one(at, i) {
        let place = at.regs.add(usize::from(i.a()) + 1);
        let (callee, argument) = (*place, *place.add(1));
        if let Some(builtin) = payload::<Builtin>(callee)
            && let Call::One(function) = builtin.def.call
            && argument != 0
        {
            at.save();
            let len = if std::ptr::eq(builtin.def, at.cx.vm.len.get()) {
                len_of(argument)
            } else {
                None
            };
            let made = match len {
                Some(len) => Ok(Value::int32_or_small(len as i64)),
                None => function(at.cx.rt, &builtin.this, &*place.add(1).cast::<Value>()),
            };
            let made = match made {
                Ok(made) => made,
                Err(raised) => return at.called(place, 2, i.c(), Err(raised)),
            };
            *place = 0;
            if is_cell(argument) {
                *place.add(1) = 0;
                release(argument);
            }
            release(callee);
            let old = std::mem::replace(&mut *at.regs.add(usize::from(i.c())), made.into_raw());
            if hognose_heap::attention_due() {
                release(old);
                leave_to!(safepoint_slow, at, Packed(0));
            }
            return at.next_without(if old & 7 == 0 { old } else { 0 });
        }
        at.become_op(i, Op::Call as u16);
        leave_to!(call, at, super::arith::with_op(i, Op::Call as u16))
    }
    call_method(at, i) {
        let place = at.regs.add(usize::from(i.a()));
        let callee = *place;
        if callee == 0 {
            leave_to!(call, at, i);
        }
        if let Some(function) = payload::<Function>(callee)
            && let Some(new) = call::push_exact(*at.cx, at.f, function, place.add(1), i.b() + 1)
        {
            at.save();
            *place = 0;
            (*new).function = callee;
            (*new).dst = i.c();
            return At::of(at.cx, new).next();
        }
        leave_to!(call_native_method, at, i)
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
        match gen_::yield_value(*at.cx, at.f, i.word()) {
            None => at.reload(),
            Some(value) => end(at.cx, Ok(value)),
        }
    }
    return_generator(at, i) {
        at.save();
        handed_out(at.cx, gen_::make_generator(*at.cx, at.f, i.word()))
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::Call, call),
    (Op::CallOne, call_one),
    (Op::CallMethod, call_method),
    (Op::CallKw, call_keywords),
    (Op::Return, return_),
    (Op::ReturnConst, return_const),
    (Op::Yield, yield_),
    (Op::ReturnGenerator, return_generator),
];
