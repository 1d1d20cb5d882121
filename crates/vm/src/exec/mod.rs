//! The executor.
//!
//! # Safety story
//!
//! * A register is one word: 0 (empty) or the word of a [`Value`] that the register owns. Temporaries may also hold
//!   immediates that nobody will look at again. So a word that is a cell's address and not 0 is always owned.
//! * All windows lie on one stack, reserved at start-up and never moved. A window ends before [`Frame::end`], and a
//!   frame is only pushed after a check that its window and its record fit.
//! * A frame owns its function and code object (a generator's frame: its generator, which owns both), so the IR that
//!   its `pc` points into lives as long as it does. The translator makes operands that stay inside the window, the
//!   constants and the names, and jumps that stay inside the code.
//! * No reference into a container's `RefCell` is held while anything may run Python code.
//! * One thread at a time runs: it has the heap's turn. Each has stacks of its own, put in place when it gets the turn.
#![expect(
    unsafe_code,
    reason = "registers are raw words so that reading one costs no count; each block says why it holds"
)]

mod arith;
mod attr;
mod bind;
mod build;
mod call;
mod control;
mod descriptor;
mod except;
mod frame;
mod gen_;
mod hot;
mod import;
mod matching;
mod names;
mod rare;
mod run;
mod subscript;
mod thread;

use crate::ir::{Ir, Word};
use crate::stats::Counts;
pub(crate) use call::run_in;
pub use descriptor::{borrow_descriptor, own_descriptor};

use hognose_heap::{Header, Value, ValueCell};
use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::function::Function;
use hognose_object::{PyResult, Raised, Ref, Rt, TypeObj};
use std::cell::{Cell, OnceCell};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Words of the register stack: address space that is only filled as it is used.
const STACK_WORDS: usize = 64 << 20;
/// Frames that can be on it at a time, whatever `sys.setrecursionlimit` says.
const MOST_FRAMES: usize = 2 << 20;
/// `sys.getrecursionlimit()` at start-up.
const RECURSION_LIMIT: usize = 1000;

/// Address past which no frame is pushed: that of [`Vm::last`], or 0 when attention is requested from outside.
static LAST_FRAME: AtomicUsize = AtomicUsize::new(0);

/// Bits of [`Frame::flags`].
pub(crate) mod frame_flags {
    /// Returning leaves the native function that ran the frame.
    pub const ENTRY: u16 = 1;
    /// The frame is an `__init__` call's: the new instance waits in the caller's register `stash`.
    pub const INIT: u16 = 2;
    /// The frame belongs to a generator.
    pub const GENERATOR: u16 = 4;
    /// A `for` loop resumed the generator.
    pub const FOR: u16 = 8;
    /// A `yield from` or `await` resumed the generator.
    pub const SEND: u16 = 16;
    /// There is a frame object.
    pub const OBJECT: u16 = 32;
    /// The frame is an operator's method: its operands wait in the record, `stash` is the operation.
    pub const OPERATOR: u16 = 64;
}

/// One activation.
pub(crate) struct Frame {
    /// Where the frame goes on; while it runs, only as of the last thing that may look.
    pub pc: *const Cell<Word>,
    pub regs: *mut u64,
    /// The first word past the window.
    pub end: *mut u64,
    pub ir: *const Ir,
    /// The IR's constants.
    pub consts: *const u64,
    /// The function's word.
    pub function: u64,
    /// The code object's word.
    pub code: u64,
    pub globals: *const Dict,
    /// The namespace of a class or module body, or 0.
    pub locals: u64,
    /// The frame object, or 0.
    pub object: u64,
    /// The generator, or 0.
    pub generator: u64,
    /// What was being handled when the generator was resumed, or 0.
    pub handled: u64,
    /// The operands of an operator's frame.
    pub operands: [u64; 2],
    pub first_temp: u16,
    pub flags: u16,
    /// The caller's register for the result.
    pub dst: u16,
    pub stash: u16,
}

/// The executor's state.
pub(crate) struct Vm {
    // The running thread's stacks: see `thread`.
    stack: Cell<*mut u64>,
    stack_end: Cell<*mut u64>,
    frames: Cell<*mut Frame>,
    pub top: Cell<*mut Frame>,
    /// The last frame that may be pushed: past it, `RecursionError` is raised.
    last: Cell<*mut Frame>,
    /// How many frames a thread may have.
    limit: Cell<usize>,
    /// The exception that is on its way was in a handler of this very frame: its traceback is not added to.
    pub reraising: Cell<bool>,
    /// The exception being handled.
    pub handled: ValueCell,
    /// Where attributes are, for instructions that see many classes.
    pub attributes: attr::Cache,
    /// Where executed instructions are counted, if they are.
    pub counts: OnceCell<Box<Counts>>,
    /// How the loop's innermost run came out, when a handler gives back to it.
    pub outcome: Cell<Option<PyResult>>,
    /// Handlers that find the native stack below this address give back to the loop around them.
    pub stack_floor: Cell<usize>,
    /// A word to be given up by `hot::release_both`.
    pub spent: Cell<u64>,
    /// What `len` is, once it was called: calls of it are short ways.
    pub len: Cell<*const hognose_object::native::NativeDef>,
    /// Whether the generator that was just run by [`run::run`] yielded (or else returned).
    pub yielded: Cell<bool>,
}

impl Vm {
    pub fn new() -> Vm {
        let vm = Vm {
            stack: Cell::new(std::ptr::null_mut()),
            stack_end: Cell::new(std::ptr::null_mut()),
            frames: Cell::new(std::ptr::null_mut()),
            top: Cell::new(std::ptr::null_mut()),
            last: Cell::new(std::ptr::null_mut()),
            limit: Cell::new(RECURSION_LIMIT),
            reraising: Cell::new(false),
            handled: ValueCell::empty(),
            attributes: attr::Cache::new(),
            counts: OnceCell::new(),
            outcome: Cell::new(None),
            stack_floor: Cell::new(0),
            spent: Cell::new(0),
            len: Cell::new(std::ptr::null()),
            yielded: Cell::new(false),
        };
        vm.enter(thread::Resting::fresh());
        vm
    }

    /// Counts from now on.
    pub fn count(&self) {
        self.counts.get_or_init(|| Box::new(Counts::new()));
        hot::count();
    }

    /// `sys.getrecursionlimit()`
    pub fn recursion_limit(&self) -> usize {
        self.limit.get()
    }

    pub fn set_recursion_limit(&self, limit: usize) {
        self.limit.set(limit.min(MOST_FRAMES - 2));
        // SAFETY: the row has so many.
        self.last
            .set(unsafe { self.frames.get().add(self.limit.get()) });
        self.show_last();
    }

    /// Whether a frame can be pushed above `f` whose window ends there, and nobody asks for attention.
    #[inline(always)]
    pub fn fits(&self, f: *mut Frame, end: *mut u64) -> bool {
        (f as usize) < LAST_FRAME.load(Ordering::Relaxed) && end <= self.stack_end.get()
    }

    /// Whether a frame can be pushed above `f` whose window ends there.
    pub fn has_room(&self, f: *mut Frame, end: *mut u64) -> bool {
        f < self.last.get() && end <= self.stack_end.get()
    }

    /// Looks after what was requested from outside.
    #[cold]
    pub fn answer(&self, rt: &Rt) -> PyResult<()> {
        hognose_heap::give_attention();
        self.show_last();
        rt.handle_interrupt()
    }

    /// Lets pushes compare with the last frame, unless attention is requested.
    fn show_last(&self) {
        LAST_FRAME.store(self.last.get() as usize, Ordering::SeqCst);
        if hognose_heap::attention_requested() {
            LAST_FRAME.store(0, Ordering::SeqCst);
        }
    }

    /// How many frames there are.
    pub fn depth(&self) -> usize {
        // SAFETY: both point into the one row of frames.
        unsafe { self.top.get().offset_from(self.frames.get()) as usize }
    }

    /// The n-th frame from the top; `None` past the last one.
    pub fn frame_at(&self, depth: usize) -> Option<*mut Frame> {
        let count = self.depth();
        // SAFETY: frames 1 to `count` are in use.
        (depth < count).then(|| unsafe { self.frames.get().add(count - depth) })
    }

    pub fn index_of(&self, frame: *mut Frame) -> usize {
        // SAFETY: as in `depth`.
        unsafe { frame.offset_from(self.frames.get()) as usize }
    }

    pub fn by_index(&self, index: usize) -> Option<*mut Frame> {
        // SAFETY: as in `frame_at`.
        (index != 0 && index <= self.depth()).then(|| unsafe { self.frames.get().add(index) })
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        if !self.stack.get().is_null() {
            drop(self.leave());
        }
    }
}

/// The executor of a runtime.
#[inline]
pub(crate) fn vm_of(rt: &Rt) -> &Vm {
    let state = rt
        .vm
        .get()
        .expect("vm::install comes before any call of a Python function");
    debug_assert!(state.is::<Vm>());
    // SAFETY: `install` is the only one that fills `rt.vm`, with a Vm.
    unsafe { &*std::ptr::from_ref(&**state).cast::<Vm>() }
}

/// The type of a cell.
///
/// # Safety
/// The word is a living cell's; the result is used while it keeps that type.
#[inline(always)]
pub(crate) unsafe fn type_at<'a>(word: u64) -> &'a TypeObj {
    // SAFETY: the word points to a header, whose type's payload stands behind the type's own header.
    unsafe {
        let header = &*(word as *const Header);
        &*(header.type_address() as *const Header)
            .add(1)
            .cast::<TypeObj>()
    }
}

/// Whether the cell is an instance of a Python subclass of its kind's own type.
///
/// # Safety
/// The word is a living cell's.
#[inline(always)]
pub(crate) unsafe fn is_subclass(word: u64) -> bool {
    // SAFETY: the word points to a header.
    unsafe { (*(word as *const Header)).flags() & hognose_heap::flags::SUBCLASS != 0 }
}

/// What a handler works with.
#[derive(Clone, Copy)]
pub(crate) struct Cx<'a> {
    pub rt: &'a Rt,
    pub vm: &'a Vm,
}

/// Whether the word is an owned address: three low bits of 0, and others that are not. Addresses are far below 2⁶³, so
/// that less 8 they have a topmost bit of 0, which 0 has not; turned, the four bits lie together: it is one branch.
#[inline(always)]
pub(crate) fn is_cell(word: u64) -> bool {
    word.wrapping_sub(8).rotate_right(3) >> 60 == 0
}

/// A word as a value that is looked at.
///
/// # Safety
/// The word is a living value's, for as long as the result is used.
#[inline(always)]
pub(crate) unsafe fn lend(word: u64) -> ManuallyDrop<Value> {
    debug_assert!(word != 0);
    // SAFETY: nobody drops the copy; 0 is not a value, but None is.
    ManuallyDrop::new(unsafe { Value::from_raw(if word == 0 { NONE } else { word }) })
}

pub(crate) const NONE: u64 = {
    const VALUE: &Value = &Value::NONE;
    VALUE.bits()
};

/// Gives a word back to its count.
///
/// # Safety
/// The word is 0, an immediate, or owned by the caller.
#[inline(always)]
pub(crate) unsafe fn release(word: u64) {
    if is_cell(word) {
        // SAFETY: by the contract.
        drop(unsafe { Value::from_raw(word) });
    }
}

/// Another reference to the same value.
///
/// # Safety
/// The word is 0 or a living value's.
#[inline(always)]
pub(crate) unsafe fn retain(word: u64) -> u64 {
    if is_cell(word) {
        // SAFETY: by the contract.
        unsafe { Value::retain_cell(word) }
    }
    word
}

impl Frame {
    /// # Safety
    /// The register is one of the window.
    #[inline(always)]
    pub unsafe fn get(&self, register: u16) -> u64 {
        // SAFETY: by the contract.
        unsafe { *self.regs.add(usize::from(register)) }
    }

    /// Puts a value into a register; what stood there is dropped after.
    ///
    /// # Safety
    /// The register is one of the window.
    #[inline(always)]
    pub unsafe fn set(&self, register: u16, word: u64) {
        // SAFETY: by the contract; the register owned its old word.
        unsafe {
            let place = self.regs.add(usize::from(register));
            let old = *place;
            *place = word;
            release(old);
        }
    }

    /// # Safety
    /// As for [`Frame::set`].
    #[inline(always)]
    pub unsafe fn put(&self, register: u16, value: Value) {
        // SAFETY: by the contract.
        unsafe { self.set(register, value.into_raw()) }
    }

    /// Moves the register's content out; `None` if it is empty.
    ///
    /// # Safety
    /// The register is one of the window.
    #[inline]
    pub unsafe fn take(&self, register: u16) -> Option<Value> {
        // SAFETY: the register owned the word, and is empty after.
        unsafe {
            let place = self.regs.add(usize::from(register));
            let word = *place;
            *place = 0;
            (word != 0).then(|| Value::from_raw(word))
        }
    }

    /// The operand in a register: a temporary is taken, a local lent.
    ///
    /// # Safety
    /// The register is one of the window; a local's content is not changed while the operand is used.
    #[inline]
    pub unsafe fn operand(&self, register: u16) -> Operand {
        // SAFETY: by the contract.
        unsafe {
            let place = self.regs.add(usize::from(register));
            let word = *place;
            let owned = register >= self.first_temp;
            if owned {
                *place = 0;
            }
            Operand {
                value: lend(word),
                owned,
            }
        }
    }

    /// The value in a register, which stays.
    ///
    /// # Safety
    /// As for [`Frame::operand`], temporaries included.
    #[inline]
    pub unsafe fn peek(&self, register: u16) -> Operand {
        // SAFETY: by the contract.
        unsafe {
            Operand {
                value: lend(self.get(register)),
                owned: false,
            }
        }
    }

    /// The frame's function.
    ///
    /// # Safety
    /// The frame is in use.
    pub unsafe fn function<'a>(&self) -> &'a Function {
        // SAFETY: the word is that of a function which the frame or its generator owns.
        unsafe {
            Value::borrow_raw(&raw const self.function)
                .downcast_ref()
                .expect("a frame's function is one")
        }
    }

    /// The frame's code object.
    ///
    /// # Safety
    /// The frame is in use.
    pub unsafe fn code<'a>(&self) -> &'a Ref<Code> {
        // SAFETY: as in `function`.
        unsafe {
            Value::borrow_raw(&raw const self.code)
                .downcast()
                .expect("a frame's code is one")
        }
    }

    /// # Safety
    /// The frame is in use.
    pub unsafe fn ir<'a>(&self) -> &'a Ir {
        // SAFETY: the code object owns the IR and the frame the code object.
        unsafe { &*self.ir }
    }

    /// # Safety
    /// The frame is in use.
    pub unsafe fn word_index(&self) -> u32 {
        // SAFETY: `pc` points into the code.
        unsafe { self.pc.offset_from(self.ir().code.as_ptr()) as u32 }
    }

    /// CPython's offset of the instruction that runs or ran last.
    ///
    /// # Safety
    /// The frame is in use.
    pub unsafe fn lasti(&self) -> i32 {
        // SAFETY: by the contract.
        unsafe {
            match self.word_index() {
                0 => -1,
                word => self.ir().offset_of(word - 1) as i32,
            }
        }
    }
}

/// A value that an instruction reads: its own, or a local's.
pub(crate) struct Operand {
    value: ManuallyDrop<Value>,
    owned: bool,
}

impl std::ops::Deref for Operand {
    type Target = Value;

    #[inline]
    fn deref(&self) -> &Value {
        &self.value
    }
}

impl Operand {
    /// A value of its own.
    #[inline]
    pub fn into_value(self) -> Value {
        if !self.owned {
            return (*self.value).clone();
        }
        let mut this = ManuallyDrop::new(self);
        // SAFETY: the operand owns the value and is not dropped itself.
        unsafe { ManuallyDrop::take(&mut this.value) }
    }

    /// A value that is lent, such as a constant.
    pub fn lent(value: &Value) -> Operand {
        Operand {
            // SAFETY: a copy of the word that nobody drops; callers keep the original alive.
            value: unsafe { lend(value.bits()) },
            owned: false,
        }
    }
}

impl Drop for Operand {
    #[inline]
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: the operand owns it, and this is the end of it.
            unsafe { ManuallyDrop::drop(&mut self.value) }
        }
    }
}

/// The translation of a code object, made now if there is none.
pub(crate) fn ir_of<'a>(rt: &Rt, code: &'a Code) -> PyResult<&'a Ir> {
    let translation = match code.translation.get() {
        Some(found) => &**found,
        None => translate(rt, code)?,
    };
    // SAFETY: this module alone fills the cell, with an Ir.
    Ok(unsafe { &*std::ptr::from_ref(translation).cast::<Ir>() })
}

#[cold]
fn translate<'a>(rt: &Rt, code: &'a Code) -> PyResult<&'a dyn hognose_object::code::Translation> {
    let ir =
        crate::translate::translate(code).map_err(|error| translation_error(rt, code, error))?;
    Ok(&**code.translation.get_or_init(|| Box::new(ir)))
}

fn translation_error(rt: &Rt, code: &Code, error: crate::translate::Error) -> Raised {
    use crate::translate::Error;
    use hognose_object::StrExt;
    let name = code.qualname.to_str();
    match error {
        Error::TooBig => rt.overflow_error(format!("code object '{name}' is too big to run")),
        Error::Refused(offset, reason) => rt.system_error(format!(
            "malformed code object '{name}': {reason} at offset {offset}"
        )),
        Error::Malformed(offset) => {
            rt.system_error(format!("malformed code object '{name}' at offset {offset}"))
        }
    }
}

/// Gives the runtime an executor.
pub(crate) fn install(rt: &Rt) {
    hognose_heap::on_attention(|| LAST_FRAME.store(0, Ordering::SeqCst));
    if rt.vm.set(Box::new(Vm::new())).is_ok() {
        rt.types.function.slots.call.set(Some(call::call_function));
        let _ = rt.vm_hooks.set(frame::hooks());
    }
}

/// Runs a code object in a namespace.
pub(crate) fn run_code(
    rt: &Rt,
    code: &Ref<Code>,
    globals: &Ref<Dict>,
    locals: &Value,
    closure: Option<Value>,
) -> PyResult {
    use hognose_object::module::Module;
    let named = globals.get_str(rt, &rt.names.builtins_);
    let builtins = match &named {
        None => rt.builtins.clone(),
        Some(value) => match value.downcast_ref::<Module>() {
            Some(module) => module.dict.clone(),
            None => value
                .downcast::<Dict>()
                .cloned()
                .unwrap_or_else(|| rt.builtins.clone()),
        },
    };
    let function = build::function(rt, code, globals, &builtins)?;
    function.closure.set(closure);
    call::run_in(rt, &function, locals)
}
