//! The instructions that run often: a function each, which jumps to the next one's.
//!
//! # How it works
//!
//! What the executor works with (the instruction, where it goes on, the registers, the frame, the constants) are the
//! six arguments of every handler, which calling conventions keep in machine registers. A handler ends by calling the
//! next instruction's with the same arguments. In an optimising build that call is a jump ([`threaded`], `build.rs`
//! says when): no handler keeps anything on the native stack, so none may lend the address of a local to a call and
//! then go on to the next instruction. What is slow, and may do that, gives back [`GO_ON`] to the loop around or is
//! called as a whole ([`At::slow`]). Other builds give back after each instruction, and rely on nothing.
//!
//! [`threaded`]: self#how-it-works

mod arith;
mod attr;
mod calls;
mod data;
mod jumps;

use super::{Cx, Frame, NONE, is_cell, retain};
use crate::ir::{Op, Word};
use hognose_heap::{Value, ValueCell};
use hognose_object::dict::Table;
use hognose_object::{PyResult, Raised};
use std::hint::cold_path;
use std::sync::atomic::{AtomicPtr, Ordering};

pub(super) const FALSE: u64 = {
    const VALUE: &Value = &Value::FALSE;
    VALUE.bits()
};
pub(super) const TRUE: u64 = {
    const VALUE: &Value = &Value::TRUE;
    VALUE.bits()
};

/// What a handler gives back, when it does.
pub(super) type Exit = usize;
/// The topmost frame goes on where its record says.
pub(super) const GO_ON: Exit = 0;
/// An exception is on its way: it is in `vm.outcome`.
pub(super) const RAISED: Exit = 1;
/// The entry frame has ended or yielded: its result is in `vm.outcome`.
pub(super) const DONE: Exit = 2;

/// An instruction's handler. Its `pc` stands behind the instruction, before its cache words.
type Handler =
    for<'a> unsafe fn(Packed, *const Word, *mut u64, *mut Frame, &'a Cx<'a>, *const u64) -> Exit;

/// An instruction as the one word that it is in memory: its parts are only taken out where they are needed.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Packed(pub u64);

impl Packed {
    #[inline(always)]
    fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }

    #[inline(always)]
    fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }

    #[inline(always)]
    fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// The 32-bit operand.
    #[inline(always)]
    fn wide(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline(always)]
    fn word(self) -> Word {
        Word {
            op: self.0 as u16,
            a: self.a(),
            b: self.b(),
            c: self.c(),
        }
    }
}

const _: () = assert!(
    cfg!(target_endian = "little"),
    "the parts of a packed word lie as in `Word`"
);

/// A handler's arguments, the instruction aside.
///
/// Its methods are the handlers' words. All of them presuppose what holds while an instruction runs: `f` is the
/// topmost frame, `regs` and `consts` are its own, operands are inside (see the executor's safety story).
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
}

/// The address of the native stack's end.
#[inline(always)]
fn stack_pointer() -> usize {
    let address: usize;
    // SAFETY: a register is copied; nothing else is read or written.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        core::arch::asm!("mov {}, rsp", out(reg) address, options(nomem, nostack, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        core::arch::asm!("mov {}, sp", out(reg) address, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        // Handlers do not jump to one another there (`build.rs`).
        address = usize::MAX;
    }
    address
}

/// What handlers may leave on the native stack before they give back: more than any of them needs while it runs.
const PILE: usize = 64 << 10;

/// Sets where the native stack is too deep for handlers that are entered from here; gives what was set before.
pub(super) fn set_floor(vm: &super::Vm) -> usize {
    vm.stack_floor.replace(stack_pointer().saturating_sub(PILE))
}

/// Runs the topmost frame from where its record says.
///
/// # Safety
/// It is complete.
#[inline(always)]
pub(super) unsafe fn dispatch<'a>(cx: &'a Cx<'a>) -> Exit {
    // SAFETY: by the contract.
    unsafe { At::of(cx, cx.vm.top.get()).jump() }
}

impl<'a> At<'a> {
    /// Where the frame's record says.
    #[inline(always)]
    unsafe fn of(cx: &'a Cx<'a>, f: *mut Frame) -> At<'a> {
        // SAFETY: the frame is complete.
        unsafe {
            At {
                pc: (*f).pc.cast(),
                regs: (*f).regs,
                f,
                cx,
                consts: (*f).consts,
            }
        }
    }

    /// Behind so many cache words.
    #[inline(always)]
    unsafe fn skip(self, words: usize) -> At<'a> {
        // SAFETY: the operation has so many.
        let pc = unsafe { self.pc.add(words) };
        At { pc, ..self }
    }

    /// At a distance that the translator made.
    #[inline(always)]
    unsafe fn offset(self, distance: u32) -> At<'a> {
        // SAFETY: it leads to an instruction of the same code.
        let pc = unsafe { self.pc.offset(distance as i32 as isize) };
        At { pc, ..self }
    }

    /// Calls the handler of the instruction at `pc`.
    #[inline(always)]
    unsafe fn jump(self) -> Exit {
        // SAFETY: `pc` points to an instruction that the translator (or quickening) made.
        unsafe {
            let i = Packed(*self.pc.cast::<u64>());
            // An instruction's number is that of an operation, and the table has a place for each.
            let handler = HANDLERS.get_unchecked(usize::from(i.0 as u16));
            let handler = handler.load(Ordering::Relaxed);
            // The table holds handlers only.
            let handler = std::mem::transmute::<*mut (), Handler>(handler);
            handler(i, self.pc.add(1), self.regs, self.f, self.cx, self.consts)
        }
    }

    /// Goes on with the next instruction.
    #[inline(always)]
    unsafe fn next(self) -> Exit {
        if cfg!(threaded) {
            // SAFETY: as in `jump`.
            return unsafe { self.jump() };
        }
        // SAFETY: the frame is in use.
        unsafe { self.save() };
        GO_ON
    }

    /// Whether handlers have left something on the native stack: no compiler promises to make a jump of a last call,
    /// so loops and calls look. Where every last call is a jump, this is never so.
    #[inline(always)]
    fn is_piled_up(self) -> bool {
        cfg!(threaded) && stack_pointer() < self.cx.vm.stack_floor.get()
    }

    /// Goes on with the topmost frame, which may be another one now.
    #[inline(always)]
    unsafe fn reload(self) -> Exit {
        if cfg!(threaded) && !self.is_piled_up() {
            // SAFETY: the topmost frame is complete.
            return unsafe { dispatch(self.cx) };
        }
        GO_ON
    }

    /// Goes on as the result says. The call that made it lent no address of the handler's own.
    #[inline(always)]
    unsafe fn after(self, result: PyResult<()>) -> Exit {
        match result {
            // SAFETY: by the contract of all handlers.
            Ok(()) => unsafe { self.reload() },
            Err(raised) => {
                cold_path();
                self.raise(raised)
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn raise(self, raised: Raised) -> Exit {
        self.cx.vm.outcome.set(Some(Err(raised)));
        RAISED
    }

    #[inline(always)]
    unsafe fn save(self) {
        // SAFETY: the frame is in use.
        unsafe { (*self.f).pc = self.pc.cast() }
    }

    #[inline(always)]
    unsafe fn get(self, register: u16) -> u64 {
        // SAFETY: by the contract of all handlers.
        unsafe { *self.regs.add(usize::from(register)) }
    }

    #[inline(always)]
    unsafe fn put(self, register: u16, word: u64) {
        // SAFETY: by the contract of all handlers.
        unsafe { *self.regs.add(usize::from(register)) = word }
    }

    #[inline(always)]
    unsafe fn konst(self, number: u16) -> u64 {
        // SAFETY: by the contract of all handlers.
        unsafe { *self.consts.add(usize::from(number)) }
    }

    #[inline(always)]
    unsafe fn is_temp(self, register: u16) -> bool {
        // SAFETY: the frame is in use.
        unsafe { register >= (*self.f).first_temp }
    }

    /// The word of an operand, owned. Only ill-formed code reads an empty register: it finds None.
    #[inline(always)]
    unsafe fn take(self, register: u16) -> u64 {
        // SAFETY: by the contract of all handlers.
        unsafe {
            let word = self.get(register);
            if word & 7 == 0 {
                if word == 0 {
                    return NONE;
                }
                if self.is_temp(register) {
                    self.put(register, 0);
                    return word;
                }
                return retain(word);
            }
            word
        }
    }

    /// What of an operand, which the instruction has read, is to be given up: its word, or 0.
    #[inline(always)]
    unsafe fn spent(self, register: u16, word: u64) -> u64 {
        // SAFETY: by the contract of all handlers.
        unsafe {
            if is_cell(word) && self.is_temp(register) {
                self.put(register, 0);
                return word;
            }
            0
        }
    }

    /// Puts the result, an owned word, into its register and goes on.
    #[inline(always)]
    unsafe fn finish(self, register: u16, word: u64) -> Exit {
        // SAFETY: by the contract of all handlers; the register owned its old word.
        unsafe {
            let place = self.regs.add(usize::from(register));
            let old = *place;
            *place = word;
            if old & 7 == 0 {
                return self.next_without(old);
            }
            self.next()
        }
    }

    /// As [`At::finish`], and gives up an operand.
    #[inline(always)]
    unsafe fn finish_without(self, register: u16, word: u64, gone: u64) -> Exit {
        // SAFETY: by the contract of all handlers.
        unsafe {
            let place = self.regs.add(usize::from(register));
            let old = *place;
            *place = word;
            let old = if old & 7 == 0 { old } else { 0 };
            if gone | old != 0 {
                return self.next_without_both(old, gone);
            }
            self.next()
        }
    }

    /// Goes on after giving up a word: 0 or an owned cell.
    #[inline(always)]
    unsafe fn next_without(self, gone: u64) -> Exit {
        // SAFETY: by the contract.
        unsafe {
            if gone == 0 {
                return self.next();
            }
            release(
                Packed(gone),
                self.pc,
                self.regs,
                self.f,
                self.cx,
                self.consts,
            )
        }
    }

    /// Goes on after giving up two words, each 0 or an owned cell.
    #[inline(always)]
    unsafe fn next_without_both(self, one: u64, other: u64) -> Exit {
        // SAFETY: by the contract; the word waits in the executor's state for `release_both`.
        unsafe {
            if one == 0 {
                return self.next_without(other);
            }
            if other == 0 {
                return self.next_without(one);
            }
            self.cx.vm.spent.set(other);
            release_both(
                Packed(one),
                self.pc,
                self.regs,
                self.f,
                self.cx,
                self.consts,
            )
        }
    }
}

/// Gives up a cell, whose word stands for the instruction, and goes on.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn release<'a>(
    gone: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    // SAFETY: by the contract.
    unsafe {
        if !Value::release_shared(gone.0) {
            return free(gone, pc, regs, f, cx, consts);
        }
        let at = At {
            pc,
            regs,
            f,
            cx,
            consts,
        };
        at.next()
    }
}

/// As [`release`], and gives up the word in `vm.spent` too.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn release_both<'a>(
    gone: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    // SAFETY: as in `free`.
    unsafe {
        let also = cx.vm.spent.replace(0);
        (*f).pc = pc.cast();
        drop(Value::from_raw(gone.0));
        release(Packed(also), pc, regs, f, cx, consts)
    }
}

/// Releases the last reference to a cell, whose word stands for the instruction, and goes on.
///
/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn free<'a>(
    gone: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    // SAFETY: by the contract. What the release runs pushes and pops frames above this one only.
    unsafe {
        (*f).pc = pc.cast();
        drop(Value::from_raw(gone.0));
        let at = At {
            pc,
            regs,
            f,
            cx,
            consts,
        };
        at.next()
    }
}

/// The word of a dict's value at a place that is known to hold one; 0 if it does not.
#[inline(always)]
fn entry_word(table: &Table, place: u32) -> u64 {
    table
        .entries
        .get(place as usize)
        .and_then(|e| e.value.as_ref())
        .map_or(0, Value::bits)
}

/// Puts an owned word into a slot; the old one comes back, owned.
#[inline(always)]
unsafe fn swap(slot: &ValueCell, word: u64) -> u64 {
    // SAFETY: by the contract; an owned word that is not 0 is a value's.
    let value = unsafe { Value::from_raw(word) };
    slot.replace(Some(value)).map_or(0, Value::into_raw)
}

/// Defines handlers: the name, names for the arguments and the instruction, and what is done.
macro_rules! handlers {
    ($($(#[$note:meta])* $name:ident($at:ident, $i:ident) $body:block)*) => {$(
        $(#[$note])*
        unsafe fn $name<'a>(
            $i: crate::exec::hot::Packed,
            pc: *const crate::ir::Word,
            regs: *mut u64,
            f: *mut crate::exec::Frame,
            cx: &'a crate::exec::Cx<'a>,
            consts: *const u64,
        ) -> crate::exec::hot::Exit {
            let $at = crate::exec::hot::At { pc, regs, f, cx, consts };
            // SAFETY: see the executor's safety story and [`At`].
            unsafe { $body }
        }
    )*};
}
use handlers;

/// Defines the slow ways of handlers: functions of the topmost frame and the instruction, to which a handler passes its
/// own arguments as they are. Such a function that lends addresses of its own locals must not be inlined here
/// (`cargo xtask tail-calls` finds those that were).
macro_rules! slow {
    ($($name:ident = $function:path;)*) => {$(
        #[inline(never)]
        pub(super) unsafe fn $name<'a>(
            i: crate::exec::hot::Packed,
            pc: *const crate::ir::Word,
            regs: *mut u64,
            f: *mut crate::exec::Frame,
            cx: &'a crate::exec::Cx<'a>,
            consts: *const u64,
        ) -> crate::exec::hot::Exit {
            let at = crate::exec::hot::At { pc, regs, f, cx, consts };
            crate::exec::hot::count_left(cx, i);
            // SAFETY: as for the handler; `pc` stands behind the cache words.
            unsafe {
                at.save();
                at.after($function(*cx, f, i.word()))
            }
        }
    )*};
}
use slow;

/// Leaves a handler for a function with the same arguments.
macro_rules! leave_to {
    ($function:path, $at:ident, $i:expr) => {
        return $function($i, $at.pc, $at.regs, $at.f, $at.cx, $at.consts)
    };
}
use leave_to;

/// Every instruction without a handler of its own.
///
/// # Safety
/// As for all handlers.
unsafe fn other<'a>(
    i: Packed,
    pc: *const Word,
    _regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    _consts: *const u64,
) -> Exit {
    count_left(cx, i);
    // SAFETY: by the contract.
    unsafe {
        let op = Op::of(i.0 as u16);
        (*f).pc = pc.add(op.words()).cast();
        match super::rare::other(*cx, f, op, i.word()) {
            Ok(()) => GO_ON,
            Err(raised) => {
                cx.vm.outcome.set(Some(Err(raised)));
                RAISED
            }
        }
    }
}

const COUNT: usize = Op::ALL.len();

/// The handler of every operation, by number.
const ALL: [Handler; COUNT] = {
    let mut table: [Handler; COUNT] = [other; COUNT];
    let families: [&[(Op, Handler)]; 5] = [
        arith::HANDLERS,
        attr::HANDLERS,
        calls::HANDLERS,
        data::HANDLERS,
        jumps::HANDLERS,
    ];
    let mut family = 0;
    while family < families.len() {
        let mut n = 0;
        while n < families[family].len() {
            let (op, handler) = families[family][n];
            table[op as usize] = handler;
            n += 1;
        }
        family += 1;
    }
    table
};

/// What is called: [`ALL`], or [`counting`] in every place.
static HANDLERS: [AtomicPtr<()>; COUNT] = {
    let mut table = [const { AtomicPtr::new(std::ptr::null_mut()) }; COUNT];
    let mut n = 0;
    while n < table.len() {
        table[n] = AtomicPtr::new(ALL[n] as *mut ());
        n += 1;
    }
    table
};

/// Counts instructions from now on: those that do not are not slower for it.
pub(super) fn count() {
    for place in &HANDLERS {
        place.store(counting as *mut (), Ordering::Relaxed);
    }
}

/// Counts an instruction and passes it on.
///
/// # Safety
/// As for all handlers.
unsafe fn counting<'a>(
    i: Packed,
    pc: *const Word,
    regs: *mut u64,
    f: *mut Frame,
    cx: &'a Cx<'a>,
    consts: *const u64,
) -> Exit {
    if let Some(counts) = cx.vm.counts.get() {
        counts.executed(Op::of(i.0 as u16));
    }
    // SAFETY: by the contract.
    unsafe { ALL[usize::from(i.0 as u16)](i, pc, regs, f, cx, consts) }
}

/// Counts an instruction that is not done by its handler alone.
#[inline(always)]
fn count_left(cx: &Cx<'_>, i: Packed) {
    if let Some(counts) = cx.vm.counts.get() {
        counts.left(Op::of(i.0 as u16));
    }
}
