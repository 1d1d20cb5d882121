//! Asynchronous generators: `asend`, `athrow` and `aclose` and the awaitables that they make.

use super::{
    Generator, State, Step, Wrapped, code, delegate, finalize, frame, itself, name, qualname, repr,
    set_name, set_qualname, step, suspended, this, throw_raised, thrown,
};
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Trace, Value, Visitor};
use std::cell::{Cell, RefCell};

pub const ASYNC_GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_WEAKREF
        | type_flags::FINALIZE
        | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        aiter: Some(itself),
        anext: Some(anext),
        finalize: Some(finalize_async),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("asend", "($self, value, /)", Call::One(asend)),
        NativeDef::new("athrow", "", Call::Many(athrow)),
        NativeDef::new("aclose", "($self, /)", Call::Zero(aclose)),
        NativeDef::class(
            "__class_getitem__",
            "($type, object, /)",
            Call::One(|rt, v, item| Ok(rt.generic_alias(v, item))),
        ),
    ],
    getset: &[
        GetSetDef::read_write("__name__", name, set_name),
        GetSetDef::read_write("__qualname__", qualname, set_qualname),
        GetSetDef::read("ag_frame", frame),
        GetSetDef::read("ag_running", |rt, v| {
            Ok(Value::bool(this(rt, v)?.running_async.get()))
        }),
        GetSetDef::read("ag_suspended", suspended),
        GetSetDef::read("ag_code", code),
        GetSetDef::read("ag_await", delegate),
    ],
    ..TypeSpec::new("async_generator", Layout::Native(kinds::GENERATOR))
};

pub const ASYNC_GEN_ASEND: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: STEP_SLOTS,
    methods: STEP_METHODS,
    ..TypeSpec::new(
        "async_generator_asend",
        Layout::Native(kinds::ASYNC_GEN_STEP),
    )
};

pub const ASYNC_GEN_ATHROW: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: STEP_SLOTS,
    methods: STEP_METHODS,
    ..TypeSpec::new(
        "async_generator_athrow",
        Layout::Native(kinds::ASYNC_GEN_STEP),
    )
};

const STEP_SLOTS: Slots = Slots {
    iter: Some(itself),
    next: Some(|rt, v| send_step(rt, v, &Value::NONE).map(Some)),
    await_: Some(itself),
    ..Slots::NONE
};

const STEP_METHODS: &[NativeDef] = &[
    NativeDef::new("send", "($self, arg, /)", Call::One(send_step)),
    NativeDef::new("throw", "", Call::Many(throw_step)),
    NativeDef::new("close", "($self, /)", Call::Zero(close_step)),
];

/// What an awaitable of an asynchronous generator does.
enum What {
    /// `asend(value)` or `anext()`
    Send(Value),
    /// `athrow(exception)`
    Throw(Raised),
    /// `aclose()`
    Close,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Fresh,
    Iterating,
    Closed,
}

/// The payload of the awaitables.
pub struct AsyncStep {
    generator: Value,
    what: RefCell<What>,
    stage: Cell<Stage>,
}

impl Payload for AsyncStep {
    const KIND: Kind = kinds::ASYNC_GEN_STEP;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.generator.trace(visitor);
        if let Ok(what) = self.what.try_borrow() {
            match &*what {
                What::Send(value) | What::Throw(Raised(value)) => value.trace(visitor),
                What::Close => (),
            }
        }
    }
}

fn make(rt: &Rt, generator: &Value, what: What) -> PyResult {
    ask_hooks(rt, generator)?;
    let ty = match what {
        What::Send(_) => &rt.types.async_generator_asend,
        What::Throw(_) | What::Close => &rt.types.async_generator_athrow,
    };
    let payload = AsyncStep {
        generator: generator.clone(),
        what: RefCell::new(what),
        stage: Cell::new(Stage::Fresh),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

/// Calls the first-iteration hook of `sys.set_asyncgen_hooks` once (`async_gen_init_hooks`).
fn ask_hooks(rt: &Rt, generator: &Value) -> PyResult<()> {
    let g = this(rt, generator)?;
    if g.hooks_asked.replace(true) {
        return Ok(());
    }
    let (first, last) = (
        rt.thread.asyncgen_hooks.0.get(),
        rt.thread.asyncgen_hooks.1.get(),
    );
    g.finalizer.set(last);
    if let Some(first) = first {
        rt.call(&first, std::slice::from_ref(generator))?;
    }
    Ok(())
}

fn anext(rt: &Rt, generator: &Value) -> PyResult {
    make(rt, generator, What::Send(Value::NONE))
}

fn asend(rt: &Rt, generator: &Value, value: &Value) -> PyResult {
    make(rt, generator, What::Send(value.clone()))
}

fn athrow(rt: &Rt, generator: &Value, args: &Args<'_>) -> PyResult {
    let raised = thrown(rt, args, "athrow")?;
    make(rt, generator, What::Throw(raised))
}

fn aclose(rt: &Rt, generator: &Value) -> PyResult {
    make(rt, generator, What::Close)
}

fn finalize_async(rt: &Rt, value: &Value) {
    let Some(g) = value.downcast_ref::<Generator>() else {
        return;
    };
    if g.state.get() == State::Suspended
        && let Some(finalizer) = g.finalizer.get()
        && !g.closed.get()
    {
        if let Err(raised) = rt.call(&finalizer, std::slice::from_ref(value)) {
            (rt.unraisable.get())(rt, &raised, "", value);
        }
        return;
    }
    finalize(rt, value);
}

fn step_of<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a AsyncStep> {
    value
        .downcast_ref::<AsyncStep>()
        .ok_or_else(|| rt.type_error("an asynchronous generator's awaitable was expected"))
}

/// What a step of the generator means to the awaiting task (`async_gen_unwrap_value`).
fn unwrap(rt: &Rt, s: &AsyncStep, result: PyResult<Step>) -> PyResult {
    let g = this(rt, &s.generator)?;
    let result = match result {
        Ok(Step::Yielded(value)) => match value.downcast_ref::<Wrapped>() {
            // A value for whoever iterates: it ends the await.
            Some(wrapped) => Err(rt.raise_with(
                &rt.types.stop_iteration,
                std::slice::from_ref(&wrapped.value),
            )),
            None => return Ok(value),
        },
        Ok(Step::Returned(_)) => {
            g.closed.set(true);
            Err(rt.raise_with(&rt.types.stop_async_iteration, &[]))
        }
        Err(raised) => {
            if raised.is(rt, &rt.types.stop_async_iteration)
                || raised.is(rt, &rt.types.generator_exit)
            {
                g.closed.set(true);
            }
            Err(raised)
        }
    };
    g.running_async.set(false);
    s.stage.set(Stage::Closed);
    result
}

fn reused(rt: &Rt, s: &AsyncStep) -> Raised {
    let name = match &*s.what.borrow() {
        What::Send(_) => "__anext__()/asend()",
        What::Throw(_) | What::Close => "aclose()/athrow()",
    };
    rt.runtime_error(format!("cannot reuse already awaited {name}"))
}

fn begin(rt: &Rt, s: &AsyncStep) -> PyResult<()> {
    let g = this(rt, &s.generator)?;
    if g.running_async.get() {
        let name = match &*s.what.borrow() {
            What::Send(_) => "anext(): asynchronous generator is already running",
            What::Throw(_) => "athrow(): asynchronous generator is already running",
            What::Close => "aclose(): asynchronous generator is already running",
        };
        s.stage.set(Stage::Closed);
        return Err(rt.runtime_error(name));
    }
    Ok(())
}

fn send_step(rt: &Rt, value: &Value, sent: &Value) -> PyResult {
    let s = step_of(rt, value)?;
    let g = this(rt, &s.generator)?;
    match s.stage.get() {
        Stage::Closed => return Err(reused(rt, s)),
        Stage::Iterating => {
            let result = step(rt, &s.generator, Ok(sent), false);
            return finish(rt, s, result);
        }
        Stage::Fresh => begin(rt, s)?,
    }
    let first = match &*s.what.borrow() {
        What::Send(value) => Ok(if sent.is_none() {
            value.clone()
        } else {
            sent.clone()
        }),
        What::Throw(raised) => Err(Some(raised.clone())),
        What::Close => Err(None),
    };
    match first {
        Ok(value) => {
            s.stage.set(Stage::Iterating);
            g.running_async.set(true);
            let result = step(rt, &s.generator, Ok(&value), false);
            finish(rt, s, result)
        }
        Err(raised) => {
            if g.state.get() == State::Finished || (raised.is_none() && g.closed.get()) {
                s.stage.set(Stage::Closed);
                return Err(rt.raise_with(&rt.types.stop_iteration, &[]));
            }
            if g.closed.get() {
                s.stage.set(Stage::Closed);
                return Err(rt.raise_with(&rt.types.stop_async_iteration, &[]));
            }
            if !sent.is_none() {
                return Err(
                    rt.runtime_error("can't send non-None value to a just-started coroutine")
                );
            }
            s.stage.set(Stage::Iterating);
            g.running_async.set(true);
            let raised = match raised {
                Some(raised) => raised,
                None => {
                    g.closed.set(true);
                    rt.raise_with(&rt.types.generator_exit, &[])
                }
            };
            let result = throw_raised(rt, &s.generator, raised, false).map(Step::Yielded);
            finish(rt, s, result)
        }
    }
}

/// The end of a step: `aclose()` swallows the generator's end and refuses values.
fn finish(rt: &Rt, s: &AsyncStep, result: PyResult<Step>) -> PyResult {
    let closing = matches!(&*s.what.borrow(), What::Close);
    if !closing {
        return unwrap(rt, s, result);
    }
    let g = this(rt, &s.generator)?;
    let ended = |raised: Raised| {
        g.running_async.set(false);
        s.stage.set(Stage::Closed);
        Err(raised)
    };
    match result {
        Ok(Step::Yielded(value)) if value.downcast_ref::<Wrapped>().is_some() => {
            ended(rt.runtime_error("async generator ignored GeneratorExit"))
        }
        Ok(Step::Yielded(value)) => Ok(value),
        Ok(Step::Returned(_)) => ended(rt.raise_with(&rt.types.stop_iteration, &[])),
        Err(raised)
            if raised.is(rt, &rt.types.stop_async_iteration)
                || raised.is(rt, &rt.types.generator_exit) =>
        {
            ended(rt.raise_with(&rt.types.stop_iteration, &[]))
        }
        Err(raised) => ended(raised),
    }
}

fn throw_step(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let raised = thrown(rt, args, "throw")?;
    let s = step_of(rt, value)?;
    let g = this(rt, &s.generator)?;
    match s.stage.get() {
        Stage::Closed => return Err(reused(rt, s)),
        Stage::Fresh => {
            begin(rt, s)?;
            s.stage.set(Stage::Iterating);
            g.running_async.set(true);
        }
        Stage::Iterating => (),
    }
    let result = throw_raised(rt, &s.generator, raised, false).map(Step::Yielded);
    finish(rt, s, result)
}

fn close_step(rt: &Rt, value: &Value) -> PyResult {
    let s = step_of(rt, value)?;
    if s.stage.get() != Stage::Iterating {
        s.stage.set(Stage::Closed);
        return Ok(Value::NONE);
    }
    let exit = rt.raise_with(&rt.types.generator_exit, &[]);
    let args = [exit.0];
    match throw_step(rt, value, &Args::new(&args)) {
        Ok(_) => Err(rt.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised)
            if raised.is(rt, &rt.types.stop_iteration)
                || raised.is(rt, &rt.types.stop_async_iteration)
                || raised.is(rt, &rt.types.generator_exit) =>
        {
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}
