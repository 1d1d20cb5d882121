//! Tracebacks and frames: their payloads. What a running frame is doing is known to the executor.

use crate::code::Code;
use crate::dict::Dict;
use crate::generator::Generator;
use crate::kinds;
use crate::rt::Rt;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_bytecode::lines::{self, Location};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::{Cell, RefCell};

pub const TRACEBACK: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("traceback", Layout::Native(kinds::TRACEBACK))
};

pub const FRAME: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("frame", Layout::Native(kinds::FRAME))
};

/// The payload of frame objects.
pub struct Frame {
    pub code: Ref<Code>,
    pub globals: Ref<Dict>,
    pub builtins: Ref<Dict>,
    /// The namespace of a class or module body, or the dict that `f_locals` made.
    pub locals: ValueCell,
    pub back: ValueCell,
    /// Offset of the instruction that ran last; -1 before the first. Brought up to date by [`Rt::sync_frame`].
    pub lasti: Cell<i32>,
    /// Which of the executor's frames this is while it runs; 0 when it does not.
    pub running: Cell<usize>,
    /// The generator that the frame belongs to.
    pub generator: ValueCell,
    /// The locals of a frame that has ended, when somebody still holds it.
    pub ended: RefCell<Vec<ValueCell>>,
    pub trace: ValueCell,
}

impl Payload for Frame {
    const KIND: Kind = kinds::FRAME;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.code.trace(visitor);
        self.globals.trace(visitor);
        self.builtins.trace(visitor);
        self.locals.trace(visitor);
        self.back.trace(visitor);
        self.generator.trace(visitor);
        self.ended.trace(visitor);
        self.trace.trace(visitor);
    }

    fn clear(&self) {
        self.locals.set(None);
        self.back.set(None);
        self.trace.set(None);
        self.generator.set(None);
        if let Ok(mut row) = self.ended.try_borrow_mut() {
            let old = std::mem::take(&mut *row);
            drop(row);
            drop(old);
        }
    }
}

/// The payload of tracebacks: one frame, then the next one nearer to where the exception came from.
pub struct Traceback {
    pub next: ValueCell,
    pub frame: Ref<Frame>,
    pub lasti: i32,
    /// 0 until somebody asks.
    pub line: Cell<i32>,
}

impl Payload for Traceback {
    const KIND: Kind = kinds::TRACEBACK;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.next.trace(visitor);
        self.frame.trace(visitor);
    }

    fn clear(&self) {
        self.next.set(None);
    }
}

impl Traceback {
    /// `tb_lineno`
    pub fn line(&self) -> Option<i32> {
        match self.line.get() {
            0 => self.frame.code.location(self.lasti).line,
            line => Some(line),
        }
    }
}

impl Code {
    /// Where in the source the instruction at that offset comes from (`PyCode_Addr2Location`).
    pub fn location(&self, offset: i32) -> Location {
        let first = Location {
            line: Some(self.object.firstlineno),
            ..Location::NONE
        };
        let Ok(offset) = usize::try_from(offset) else {
            return first;
        };
        lines::decode(&self.object.linetable, self.object.firstlineno)
            .map_while(Result::ok)
            .find(|span| span.start <= offset && offset < span.end)
            .map_or(Location::NONE, |span| span.location)
    }
}

/// What the executor does for objects of this crate; it installs them at start-up.
#[derive(Clone, Copy)]
pub struct VmHooks {
    /// Brings a frame object up to date with the running frame.
    pub sync_frame: fn(&Rt, &Frame),
    /// The dict of `f_locals`.
    pub frame_locals: fn(&Rt, &Ref<Frame>) -> crate::PyResult,
    /// The frame object of the n-th frame from the top (`sys._getframe`).
    pub frame: fn(&Rt, usize) -> Option<Ref<Frame>>,
    /// The exception being handled (`sys.exception()`).
    pub handled: fn(&Rt) -> Option<Value>,
    /// `gen.send(value)`; `Ok(None)` at the end, whose value is then in the given cell.
    pub resume: fn(&Rt, &Value, Resume<'_>) -> crate::PyResult<Option<Value>>,
    /// What a suspended generator delegates to by `yield from` or `await`.
    pub delegate: fn(&Generator) -> Option<Value>,
    /// Offset of the instruction at which a generator is suspended.
    pub suspended_at: fn(&Generator) -> i32,
    /// The frame object of a running generator.
    pub generator_frame: fn(&Rt, &Value) -> Option<Ref<Frame>>,
}

/// How a generator is resumed.
pub enum Resume<'a> {
    /// With a value; the result at the end goes to the cell.
    Send(&'a Value, &'a ValueCell),
    /// With an exception.
    Throw(crate::Raised, &'a ValueCell),
}

impl Rt {
    /// Brings a frame object up to date with what its frame is doing.
    pub fn sync_frame(&self, frame: &Frame) {
        if let Some(hooks) = self.vm_hooks.get() {
            (hooks.sync_frame)(self, frame);
        }
    }

    /// The frame object of the n-th Python frame from the top.
    pub fn frame(&self, depth: usize) -> Option<Ref<Frame>> {
        self.vm_hooks
            .get()
            .and_then(|hooks| (hooks.frame)(self, depth))
    }

    /// The exception being handled, if any.
    pub fn handled_exception(&self) -> Option<Value> {
        self.vm_hooks.get().and_then(|hooks| (hooks.handled)(self))
    }
}
