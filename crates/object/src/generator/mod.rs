//! Generators, coroutines and asynchronous generators: their payload. Running them is the executor's.

use crate::code::Code;
use crate::exceptions::Exception;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::traceback::{Frame, Resume, Traceback};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_bytecode::flags;
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::{Cell, RefCell};

mod asynchronous;

pub use asynchronous::{ASYNC_GEN_ASEND, ASYNC_GEN_ATHROW, ASYNC_GENERATOR};

pub const GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_WEAKREF
        | type_flags::FINALIZE
        | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        iter: Some(itself),
        next: Some(next),
        finalize: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("send", "($self, arg, /)", Call::One(send)).with_doc(SEND_DOC),
        NativeDef::new("throw", "", Call::Many(throw)).with_doc(THROW_DOC),
        NativeDef::new("close", "($self, /)", Call::Zero(close)).with_doc(CLOSE_DOC),
    ],
    getset: &[
        GetSetDef::read_write("__name__", name, set_name).with_doc("name of the generator"),
        GetSetDef::read_write("__qualname__", qualname, set_qualname)
            .with_doc("qualified name of the generator"),
        GetSetDef::read("gi_frame", frame),
        GetSetDef::read("gi_running", running),
        GetSetDef::read("gi_suspended", suspended),
        GetSetDef::read("gi_code", code),
        GetSetDef::read("gi_yieldfrom", delegate)
            .with_doc("object being iterated by yield from, or None"),
    ],
    ..TypeSpec::new("generator", Layout::Native(kinds::GENERATOR))
};

pub const COROUTINE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_WEAKREF
        | type_flags::FINALIZE
        | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        await_: Some(await_),
        finalize: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("send", "($self, arg, /)", Call::One(send)).with_doc(COROUTINE_SEND_DOC),
        NativeDef::new("throw", "", Call::Many(throw)).with_doc(COROUTINE_THROW_DOC),
        NativeDef::new("close", "($self, /)", Call::Zero(close)).with_doc(COROUTINE_CLOSE_DOC),
    ],
    getset: &[
        GetSetDef::read_write("__name__", name, set_name).with_doc("name of the coroutine"),
        GetSetDef::read_write("__qualname__", qualname, set_qualname)
            .with_doc("qualified name of the coroutine"),
        GetSetDef::read("cr_frame", frame),
        GetSetDef::read("cr_running", running),
        GetSetDef::read("cr_suspended", suspended),
        GetSetDef::read("cr_code", code),
        GetSetDef::read("cr_await", delegate).with_doc("object being awaited on, or None"),
        GetSetDef::read("cr_origin", |rt, v| {
            Ok(this(rt, v)?.origin.get().unwrap_or(Value::NONE))
        }),
    ],
    ..TypeSpec::new("coroutine", Layout::Native(kinds::GENERATOR))
};

/// What `await` iterates over a coroutine with when no coroutine does the awaiting.
pub const COROUTINE_WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        iter: Some(itself),
        next: Some(|rt, v| next(rt, &wrapped(rt, v)?)),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "send",
            "($self, arg, /)",
            Call::One(|rt, v, arg| send(rt, &wrapped(rt, v)?, arg)),
        )
        .with_doc(COROUTINE_SEND_DOC),
        NativeDef::new(
            "throw",
            "",
            Call::Many(|rt, v, args| throw(rt, &wrapped(rt, v)?, args)),
        )
        .with_doc(COROUTINE_THROW_DOC),
        NativeDef::new(
            "close",
            "($self, /)",
            Call::Zero(|rt, v| close(rt, &wrapped(rt, v)?)),
        )
        .with_doc(COROUTINE_CLOSE_DOC),
    ],
    ..TypeSpec::new(
        "coroutine_wrapper",
        Layout::Native(kinds::COROUTINE_WRAPPER),
    )
};

const COROUTINE_SEND_DOC: &str =
    "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.";
const COROUTINE_THROW_DOC: &str = "throw(value) -> raise exception in coroutine,\nreturn next iterated value or raise StopIteration.";
const COROUTINE_CLOSE_DOC: &str = "close() -> raise GeneratorExit inside coroutine.";
const SEND_DOC: &str =
    "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.";
const THROW_DOC: &str = "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.";
const CLOSE_DOC: &str = "close() -> raise GeneratorExit inside generator.";

/// Where a generator is in its life (`PyFrameState`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Created,
    Suspended,
    Running,
    Finished,
}

/// The payload of generators, coroutines and asynchronous generators.
pub struct Generator {
    pub state: Cell<State>,
    /// The registers of the suspended frame; empty while it runs and when it has ended.
    pub window: Box<[ValueCell]>,
    /// The word of IR at which the frame goes on.
    pub resume_at: Cell<u32>,
    pub code: Ref<Code>,
    /// The function whose frame this is; empty when it has ended.
    pub function: ValueCell,
    /// The namespace of a frame whose names are no fast locals; empty when it has ended.
    pub namespace: ValueCell,
    pub name: ValueCell,
    pub qualname: ValueCell,
    /// The exception that the suspended frame is handling.
    pub handled: ValueCell,
    /// The frame object, if somebody has looked at it.
    pub frame: ValueCell,
    /// Asynchronous generators: an `asend()` or the like is under way.
    pub running_async: Cell<bool>,
    /// Asynchronous generators: `aclose()` has been called.
    pub closed: Cell<bool>,
    /// Asynchronous generators: the hooks of `sys.set_asyncgen_hooks` have been asked.
    pub hooks_asked: Cell<bool>,
    pub finalizer: ValueCell,
    /// Coroutines: `cr_origin`.
    pub origin: ValueCell,
}

impl Generator {
    fn cells(&self) -> [&ValueCell; 8] {
        [
            &self.function,
            &self.namespace,
            &self.name,
            &self.qualname,
            &self.handled,
            &self.frame,
            &self.finalizer,
            &self.origin,
        ]
    }
}

impl Payload for Generator {
    const KIND: Kind = kinds::GENERATOR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.window.trace(visitor);
        self.code.trace(visitor);
        self.cells()
            .into_iter()
            .for_each(|cell| cell.trace(visitor));
    }

    fn clear(&self) {
        self.state.set(State::Finished);
        self.window.iter().for_each(|cell| cell.set(None));
        let _: Vec<Option<Value>> = self.cells().into_iter().map(ValueCell::take).collect();
    }
}

/// The payload of `coroutine_wrapper`.
pub struct CoroutineWrapper(pub Value);

impl Payload for CoroutineWrapper {
    const KIND: Kind = kinds::COROUTINE_WRAPPER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.0.trace(visitor);
    }
}

/// A value on its way out of an asynchronous generator (`_PyAsyncGenWrappedValue`): never seen by Python code.
pub struct Wrapped {
    pub value: Value,
}

impl Payload for Wrapped {
    const KIND: Kind = kinds::ASYNC_GEN_WRAPPED;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.value.trace(visitor);
    }
}

fn itself(_rt: &Rt, value: &Value) -> PyResult {
    Ok(value.clone())
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Generator> {
    value
        .downcast_ref::<Generator>()
        .ok_or_else(|| rt.type_error("a generator was expected"))
}

fn wrapped(rt: &Rt, value: &Value) -> PyResult {
    match value.downcast_ref::<CoroutineWrapper>() {
        Some(wrapper) => Ok(wrapper.0.clone()),
        None => Err(rt.type_error("a coroutine_wrapper was expected")),
    }
}

fn await_(rt: &Rt, value: &Value) -> PyResult {
    Ok(rt
        .alloc(&rt.types.coroutine_wrapper, CoroutineWrapper(value.clone()))
        .into_value())
}

impl Generator {
    fn has(&self, flag: u32) -> bool {
        self.code.object.flags & flag != 0
    }

    /// What messages call it.
    fn noun(&self) -> &'static str {
        if self.has(flags::COROUTINE) {
            "coroutine"
        } else if self.has(flags::ASYNC_GENERATOR) {
            "async generator"
        } else {
            "generator"
        }
    }
}

/// How a step ended.
pub(crate) enum Step {
    Yielded(Value),
    Returned(Value),
}

/// Resumes the generator (`gen_send_ex2`).
pub(crate) fn step(
    rt: &Rt,
    value: &Value,
    sent: Result<&Value, Raised>,
    closing: bool,
) -> PyResult<Step> {
    let g = this(rt, value)?;
    match g.state.get() {
        State::Running => {
            return Err(rt.value_error(format!("{} already executing", g.noun())));
        }
        State::Created => {
            if let Ok(sent) = sent
                && !sent.is_none()
            {
                return Err(rt.type_error(format!(
                    "can't send non-None value to a just-started {}",
                    g.noun()
                )));
            }
        }
        State::Finished => {
            if g.has(flags::COROUTINE) && !closing {
                return Err(rt.runtime_error("cannot reuse already awaited coroutine"));
            }
            return match sent {
                Ok(_) => Ok(Step::Returned(Value::NONE)),
                Err(raised) => Err(raised),
            };
        }
        State::Suspended => (),
    }
    let Some(hooks) = rt.vm_hooks.get() else {
        return Err(rt.system_error("generators need an executor"));
    };
    let result = ValueCell::empty();
    let how = match sent {
        Ok(sent) => Resume::Send(sent, &result),
        Err(raised) => Resume::Throw(raised, &result),
    };
    match (hooks.resume)(rt, value, how)? {
        Some(yielded) => Ok(Step::Yielded(yielded)),
        None => Ok(Step::Returned(result.take().unwrap_or(Value::NONE))),
    }
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    match step(rt, value, Ok(&Value::NONE), false)? {
        Step::Yielded(value) => Ok(Some(value)),
        Step::Returned(value) if value.is_none() => Ok(None),
        Step::Returned(value) => Err(stop_with(rt, value)),
    }
}

/// `StopIteration(value)`; a tuple or exception as value must not be unpacked (`_PyGen_SetStopIterationValue`).
fn stop_with(rt: &Rt, value: Value) -> Raised {
    rt.raise_with(&rt.types.stop_iteration, &[value])
}

fn ended(rt: &Rt, value: &Value, result: Value) -> Raised {
    if this(rt, value).is_ok_and(|g| g.has(flags::ASYNC_GENERATOR)) {
        return rt.raise_with(&rt.types.stop_async_iteration, &[]);
    }
    if result.is_none() {
        return rt.raise_with(&rt.types.stop_iteration, &[]);
    }
    stop_with(rt, result)
}

pub(crate) fn send(rt: &Rt, value: &Value, sent: &Value) -> PyResult {
    match step(rt, value, Ok(sent), false)? {
        Step::Yielded(value) => Ok(value),
        Step::Returned(result) => Err(ended(rt, value, result)),
    }
}

/// What `throw(type, value, traceback)` raises (`_gen_throw`).
pub(crate) fn thrown(rt: &Rt, args: &Args<'_>, name: &str) -> PyResult<Raised> {
    let given = rt.positional(name, args, 1, 3)?;
    if given.len() > 1 {
        rt.warn(
            &rt.types.deprecation_warning,
            &format!(
                "the (type, exc, tb) signature of {name}() is deprecated, use the single-arg signature instead."
            ),
        )?;
    }
    let class = &given[0];
    let mut value = given.get(1).filter(|v| !v.is_none()).cloned();
    let traceback = given.get(2).filter(|t| !t.is_none());
    if let Some(traceback) = traceback
        && traceback.downcast_ref::<Traceback>().is_none()
    {
        return Err(rt.type_error("throw() third argument must be a traceback object"));
    }
    let exception = if let Some(ty) = class
        .downcast::<TypeObj>()
        .filter(|t| t.has(type_flags::EXC_SUBCLASS))
    {
        let made = match value.take() {
            Some(value) if rt.is_instance(&value, ty) => Ok(value),
            Some(value) => match value.downcast_ref::<crate::tuple::Tuple>() {
                Some(row) => rt.call(class, &crate::tuple::TupleExt::to_vec(row)),
                None => rt.call(class, &[value]),
            },
            None => rt.call(class, &[]),
        };
        // What goes wrong here is thrown instead (`PyErr_NormalizeException`).
        match made {
            Ok(made) if made.downcast_ref::<Exception>().is_some() => made,
            Ok(made) => {
                let shown = rt.repr(class)?;
                rt.type_error(format!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    shown.to_str(),
                    rt.type_name(&made)
                ))
                .0
            }
            Err(raised) => raised.0,
        }
    } else if rt.type_of(class).has(type_flags::EXC_SUBCLASS) {
        if value.is_some() {
            return Err(rt.type_error("instance exception may not have a separate value"));
        }
        class.clone()
    } else {
        return Err(rt.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            rt.type_name(class)
        )));
    };
    if let (Some(traceback), Some(e)) = (traceback, exception.downcast_ref::<Exception>()) {
        e.traceback.set(Some(traceback.clone()));
    }
    Ok(Raised(exception))
}

fn throw(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let raised = thrown(rt, args, "throw")?;
    throw_raised(rt, value, raised, true)
}

/// Throws into what the generator delegates to, or else into the generator (`_gen_throw`).
pub(crate) fn throw_raised(
    rt: &Rt,
    value: &Value,
    raised: Raised,
    close_on_exit: bool,
) -> PyResult {
    let g = this(rt, value)?;
    let raised = match delegate_of(rt, g) {
        None => raised,
        Some(inner) => {
            if raised.is(rt, &rt.types.generator_exit) && close_on_exit {
                g.state.set(State::Running);
                let closed = close_iterator(rt, &inner);
                g.state.set(State::Suspended);
                drop(inner);
                match closed {
                    Ok(()) => raised,
                    Err(error) => error,
                }
            } else {
                match throw_into(rt, value, &inner, raised, close_on_exit) {
                    Ok(Ok(yielded)) => return Ok(yielded),
                    Ok(Err(raised)) | Err(raised) => raised,
                }
            }
        }
    };
    match step(rt, value, Err(raised), false)? {
        Step::Yielded(value) => Ok(value),
        Step::Returned(result) => Err(ended(rt, value, result)),
    }
}

/// Throws into the inner iterator; the outer `Err` means that it cannot be thrown into.
fn throw_into(
    rt: &Rt,
    value: &Value,
    inner: &Value,
    raised: Raised,
    close_on_exit: bool,
) -> Result<PyResult, Raised> {
    let while_running = |f: &dyn Fn() -> PyResult| match rt.vm_hooks.get() {
        Some(hooks) => (hooks.delegating)(rt, value, &mut || f()),
        None => Err(rt.system_error("generators need an executor")),
    };
    let is_own = rt.is_exact(inner, &rt.types.generator) || rt.is_exact(inner, &rt.types.coroutine);
    if is_own {
        return Ok(while_running(&|| {
            throw_raised(rt, inner, raised.clone(), close_on_exit)
        }));
    }
    if let Some(wrapper) = inner.downcast_ref::<CoroutineWrapper>() {
        return Ok(while_running(&|| {
            throw_raised(rt, &wrapper.0, raised.clone(), close_on_exit)
        }));
    }
    match rt.getattr_opt(inner, &rt.names.throw) {
        Ok(None) => Err(raised),
        Ok(Some(method)) => Ok(while_running(&|| {
            rt.call(&method, std::slice::from_ref(&raised.0))
        })),
        Err(error) => Ok(Err(error)),
    }
}

fn delegate_of(rt: &Rt, g: &Generator) -> Option<Value> {
    rt.vm_hooks.get().and_then(|hooks| (hooks.delegate)(g))
}

/// `gen_close_iter`
fn close_iterator(rt: &Rt, iterator: &Value) -> PyResult<()> {
    if rt.is_exact(iterator, &rt.types.generator) || rt.is_exact(iterator, &rt.types.coroutine) {
        close(rt, iterator)?;
        return Ok(());
    }
    if let Some(method) = rt.getattr_opt(iterator, &rt.names.close)? {
        rt.call(&method, &[])?;
    }
    Ok(())
}

pub(crate) fn close(rt: &Rt, value: &Value) -> PyResult {
    let g = this(rt, value)?;
    if g.state.get() == State::Finished {
        return Ok(Value::NONE);
    }
    let mut raised = rt.raise_with(&rt.types.generator_exit, &[]);
    if let Some(inner) = delegate_of(rt, g) {
        g.state.set(State::Running);
        let closed = close_iterator(rt, &inner);
        g.state.set(State::Suspended);
        if let Err(error) = closed {
            raised = error;
        }
    }
    match step(rt, value, Err(raised), true) {
        Ok(Step::Yielded(_)) => {
            Err(rt.runtime_error(format!("{} ignored GeneratorExit", g.noun())))
        }
        Ok(Step::Returned(_)) => Ok(Value::NONE),
        Err(raised)
            if raised.is(rt, &rt.types.generator_exit)
                || raised.is(rt, &rt.types.stop_iteration) =>
        {
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}

/// Closes a generator that nobody will resume (`_PyGen_Finalize`).
pub(crate) fn finalize(rt: &Rt, value: &Value) {
    let Some(g) = value.downcast_ref::<Generator>() else {
        return;
    };
    if g.state.get() == State::Created && g.has(flags::COROUTINE) {
        return warn_unawaited(rt, g, value);
    }
    if g.state.get() != State::Suspended {
        return;
    }
    if let Err(raised) = close(rt, value) {
        (rt.unraisable.get())(rt, &raised, "", value);
    }
}

/// `_PyErr_WarnUnawaitedCoroutine`
#[cold]
fn warn_unawaited(rt: &Rt, g: &Generator, value: &Value) {
    let module = rt.modules.get_str(rt, &rt.intern("warnings"));
    let function = module
        .and_then(|m| {
            rt.getattr_opt(&m, &rt.intern("_warn_unawaited_coroutine"))
                .ok()
        })
        .flatten();
    if let Some(function) = function {
        match rt.call(&function, std::slice::from_ref(value)) {
            Ok(_) => return,
            Err(raised) => {
                let warned = raised.is(rt, &rt.types.runtime_warning);
                (rt.unraisable.get())(rt, &raised, "", value);
                if warned {
                    return;
                }
            }
        }
    }
    let name = g.qualname.get();
    let name = name.as_ref().and_then(Value::downcast_ref::<Str>);
    let name = name.map(|n| n.to_str().into_owned()).unwrap_or_default();
    let message = format!("coroutine '{name}' was never awaited");
    if let Err(raised) = rt.warn(&rt.types.runtime_warning, &message) {
        (rt.unraisable.get())(rt, &raised, "", value);
    }
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let g = this(rt, value)?;
    let name = g.qualname.get();
    let name = name.as_ref().and_then(Value::downcast_ref::<Str>);
    let noun = match g.noun() {
        "async generator" => "async_generator",
        other => other,
    };
    let text = format!(
        "<{noun} object {} at {:#x}>",
        name.map(|n| n.to_str().into_owned()).unwrap_or_default(),
        value.bits()
    );
    Ok(rt.str(&text).into_value())
}

fn name(rt: &Rt, value: &Value) -> PyResult {
    Ok(this(rt, value)?.name.get().unwrap_or(Value::NONE))
}

fn qualname(rt: &Rt, value: &Value) -> PyResult {
    Ok(this(rt, value)?.qualname.get().unwrap_or(Value::NONE))
}

fn text_for<'a>(rt: &Rt, value: Option<&'a Value>, what: &str) -> PyResult<&'a Value> {
    value
        .filter(|v| v.downcast_ref::<Str>().is_some())
        .ok_or_else(|| rt.type_error(format!("{what} must be set to a string object")))
}

fn set_name(rt: &Rt, value: &Value, new: Option<&Value>) -> PyResult<()> {
    let new = text_for(rt, new, "__name__")?;
    this(rt, value)?.name.set(Some(new.clone()));
    Ok(())
}

fn set_qualname(rt: &Rt, value: &Value, new: Option<&Value>) -> PyResult<()> {
    let new = text_for(rt, new, "__qualname__")?;
    this(rt, value)?.qualname.set(Some(new.clone()));
    Ok(())
}

fn running(rt: &Rt, value: &Value) -> PyResult {
    Ok(Value::bool(this(rt, value)?.state.get() == State::Running))
}

fn suspended(rt: &Rt, value: &Value) -> PyResult {
    Ok(Value::bool(
        this(rt, value)?.state.get() == State::Suspended,
    ))
}

fn code(rt: &Rt, value: &Value) -> PyResult {
    Ok(this(rt, value)?.code.as_value().clone())
}

fn delegate(rt: &Rt, value: &Value) -> PyResult {
    Ok(delegate_of(rt, this(rt, value)?).unwrap_or(Value::NONE))
}

/// The frame object, made now if need be; None when the generator has ended.
fn frame(rt: &Rt, value: &Value) -> PyResult {
    let g = this(rt, value)?;
    if g.state.get() == State::Finished {
        return Ok(Value::NONE);
    }
    if g.state.get() == State::Running {
        return Ok(rt
            .vm_hooks
            .get()
            .and_then(|hooks| (hooks.generator_frame)(rt, value))
            .map_or(Value::NONE, Ref::into_value));
    }
    if let Some(found) = g.frame.get() {
        return Ok(found);
    }
    let function = g.function.get();
    let Some(function) = function
        .as_ref()
        .and_then(Value::downcast_ref::<crate::function::Function>)
    else {
        return Ok(Value::NONE);
    };
    let lasti = rt
        .vm_hooks
        .get()
        .map_or(-1, |hooks| (hooks.suspended_at)(g));
    let made = rt.alloc(
        &rt.types.frame,
        Frame {
            code: g.code.clone(),
            globals: function.globals.clone(),
            builtins: function.builtins.clone(),
            locals: g
                .namespace
                .get()
                .map_or_else(ValueCell::empty, ValueCell::new),
            back: ValueCell::empty(),
            lasti: Cell::new(lasti),
            running: Cell::new(0),
            generator: ValueCell::new(value.clone()),
            ended: RefCell::default(),
            trace: ValueCell::empty(),
        },
    );
    g.frame.set(Some(made.as_value().clone()));
    Ok(made.into_value())
}
