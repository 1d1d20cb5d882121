//! Tracebacks and frames: their payloads. What a running frame is doing is known to the executor.

use crate::code::Code;
use crate::dict::Dict;
use crate::generator::Generator;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::StrExt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_bytecode::lines::{self, Location};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::{Cell, RefCell};

pub const TRACEBACK: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new_traceback),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__dir__",
        "",
        Call::Zero(|rt, _| {
            let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
            let names = names.iter().map(|n| rt.intern(n).into_value());
            Ok(rt.list(names.collect()).into_value())
        }),
    )],
    getset: &[
        GetSetDef::read_write(
            "tb_next",
            |rt, v| Ok(traceback(rt, v)?.next.get().unwrap_or(Value::NONE)),
            set_next,
        ),
        GetSetDef::read("tb_frame", |rt, v| {
            Ok(traceback(rt, v)?.frame.as_value().clone())
        }),
        GetSetDef::read("tb_lasti", |rt, v| {
            Ok(rt.int(i64::from(traceback(rt, v)?.lasti)))
        }),
        GetSetDef::read("tb_lineno", |rt, v| {
            Ok(line_value(rt, traceback(rt, v)?.line()))
        }),
    ],
    ..TypeSpec::new("traceback", Layout::Native(kinds::TRACEBACK))
};

pub const FRAME: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(repr_frame),
        ..Slots::NONE
    },
    methods: &[NativeDef::new("clear", "", Call::Zero(clear_frame))],
    getset: &[
        GetSetDef::read("f_back", |rt, v| {
            Ok(frame(rt, v)?.back.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::read("f_code", |rt, v| Ok(frame(rt, v)?.code.as_value().clone())),
        GetSetDef::read("f_globals", |rt, v| {
            Ok(frame(rt, v)?.globals.as_value().clone())
        }),
        GetSetDef::read("f_builtins", |rt, v| {
            Ok(frame(rt, v)?.builtins.as_value().clone())
        }),
        GetSetDef::read("f_lasti", |rt, v| {
            Ok(rt.int(i64::from(frame(rt, v)?.lasti.get())))
        }),
        GetSetDef::read("f_lineno", |rt, v| {
            let f = frame(rt, v)?;
            Ok(line_value(rt, f.code.location(f.lasti.get()).line))
        }),
        GetSetDef::read("f_locals", frame_locals),
        GetSetDef::read_write(
            "f_trace",
            |rt, v| Ok(frame(rt, v)?.trace.get().unwrap_or(Value::NONE)),
            |rt, v, new| {
                frame(rt, v)?.trace.set(new.cloned());
                Ok(())
            },
        ),
        GetSetDef::read("f_trace_lines", |_, _| Ok(Value::TRUE)),
        GetSetDef::read("f_trace_opcodes", |_, _| Ok(Value::FALSE)),
    ],
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

fn traceback<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Traceback> {
    value
        .downcast_ref::<Traceback>()
        .ok_or_else(|| rt.type_error("a traceback was expected"))
}

/// The frame, brought up to date.
fn frame<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Frame> {
    let found = value
        .downcast_ref::<Frame>()
        .ok_or_else(|| rt.type_error("a frame was expected"))?;
    rt.sync_frame(found);
    Ok(found)
}

fn line_value(rt: &Rt, line: Option<i32>) -> Value {
    line.map_or(Value::NONE, |l| rt.int(i64::from(l)))
}

/// `traceback(tb_next, tb_frame, tb_lasti, tb_lineno)`
fn new_traceback(rt: &Rt, _ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: crate::native::Signature = crate::native::Signature {
        function: "traceback",
        params: &["tb_next", "tb_frame", "tb_lasti", "tb_lineno"],
        positional_only: 0,
        positional: 4,
        required: 4,
    };
    let [Some(next), Some(frame), Some(lasti), Some(line)] = rt.bind(&SIGNATURE, args)? else {
        return Err(rt.system_error("bad arguments"));
    };
    if !next.is_none() && next.downcast_ref::<Traceback>().is_none() {
        return Err(rt.type_error(format!(
            "expected traceback object or None, got '{}'",
            rt.type_name(next)
        )));
    }
    let Some(frame) = frame.downcast::<Frame>() else {
        return Err(rt.type_error(format!(
            "traceback() argument 'tb_frame' must be frame, not {}",
            rt.type_name(frame)
        )));
    };
    let payload = Traceback {
        next: ValueCell::empty(),
        frame: frame.clone(),
        lasti: rt.index_i64(lasti)? as i32,
        line: Cell::new(rt.index_i64(line)? as i32),
    };
    payload.next.set((!next.is_none()).then(|| next.clone()));
    Ok(rt.alloc(&rt.types.traceback, payload).into_value())
}

fn set_next(rt: &Rt, value: &Value, new: Option<&Value>) -> PyResult<()> {
    let this = traceback(rt, value)?;
    let Some(new) = new else {
        return Err(rt.type_error("can't delete tb_next attribute"));
    };
    if new.is_none() {
        this.next.set(None);
        return Ok(());
    }
    let mut at = Some(new.clone());
    while let Some(found) = at {
        let Some(t) = found.downcast_ref::<Traceback>() else {
            return Err(rt.type_error(format!(
                "expected traceback object, got '{}'",
                rt.type_name(new)
            )));
        };
        if found.is(value) {
            return Err(rt.value_error("traceback loop detected"));
        }
        at = t.next.get();
    }
    this.next.set(Some(new.clone()));
    Ok(())
}

fn repr_frame(rt: &Rt, value: &Value) -> PyResult {
    let f = frame(rt, value)?;
    let line = f.code.location(f.lasti.get()).line.unwrap_or(0);
    let text = format!(
        "<frame at {:#x}, file {}, line {line}, code {}>",
        value.bits(),
        rt.repr(f.code.filename.as_value())?.to_str(),
        f.code.name.to_str()
    );
    Ok(rt.str(&text).into_value())
}

fn frame_locals(rt: &Rt, value: &Value) -> PyResult {
    frame(rt, value)?;
    match (rt.vm_hooks.get(), value.downcast::<Frame>()) {
        (Some(hooks), Some(frame)) => (hooks.frame_locals)(rt, frame),
        _ => Ok(rt.dict().into_value()),
    }
}

/// Drops what an ended frame holds.
fn clear_frame(rt: &Rt, value: &Value) -> PyResult {
    let f = frame(rt, value)?;
    if f.running.get() != 0 {
        return Err(rt.runtime_error("cannot clear an executing frame"));
    }
    if let Some(generator) = f.generator.get() {
        // A coroutine that was never awaited is warned of.
        crate::generator::finalize(rt, &generator);
        crate::generator::close(rt, &generator)?;
    }
    let old = std::mem::take(&mut *f.ended.borrow_mut());
    drop(old);
    Ok(Value::NONE)
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
    /// Runs something with a suspended generator's frame below it, as if the generator called it.
    pub delegating: fn(&Rt, &Value, &mut dyn FnMut() -> crate::PyResult) -> crate::PyResult,
    /// What a suspended generator delegates to by `yield from` or `await`.
    pub delegate: fn(&Generator) -> Option<Value>,
    /// Offset of the instruction at which a generator is suspended.
    pub suspended_at: fn(&Generator) -> i32,
    /// Takes the running thread's state away: nothing runs until `enter`.
    pub leave: fn(&Rt) -> Box<dyn std::any::Any>,
    /// Lets a thread run: one that left, or a new one.
    pub enter: fn(&Rt, Option<Box<dyn std::any::Any>>),
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
    /// A traceback of the running frame alone (`_PyTraceBack_FromFrame`).
    pub fn traceback_here(&self) -> Option<Value> {
        let frame = (self.vm_hooks.get()?.frame)(self, 0)?;
        self.sync_frame(&frame);
        let payload = Traceback {
            next: ValueCell::empty(),
            lasti: frame.lasti.get(),
            frame,
            line: Cell::new(0),
        };
        Some(self.alloc(&self.types.traceback, payload).into_value())
    }

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
