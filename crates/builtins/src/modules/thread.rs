//! `_thread`: locks and threads. Threads take turns at the interpreter.

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeSpec, Value, type_flags,
};
use std::cell::Cell;

/// A lock of the one thread that there is so far.
#[derive(Default)]
struct Lock {
    held: Cell<bool>,
}

impl Payload for Lock {
    const KIND: Kind = kinds::LOCK;
    const GC: bool = false;
}

/// A lock that its owner may take again.
#[derive(Default)]
struct RLock {
    count: Cell<usize>,
}

impl Payload for RLock {
    const KIND: Kind = kinds::RLOCK;
    const GC: bool = false;
}

static LOCK: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(lock_repr),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("acquire", "", Call::Many(acquire)),
        NativeDef::new("acquire_lock", "", Call::Many(acquire)),
        NativeDef::new("release", "", Call::Zero(release)),
        NativeDef::new("release_lock", "", Call::Zero(release)),
        NativeDef::new(
            "locked",
            "",
            Call::Zero(|rt, v| Ok(Value::bool(lock(rt, v)?.held.get()))),
        ),
        NativeDef::new(
            "locked_lock",
            "",
            Call::Zero(|rt, v| Ok(Value::bool(lock(rt, v)?.held.get()))),
        ),
        NativeDef::new(
            "_at_fork_reinit",
            "",
            Call::Zero(|rt, v| {
                lock(rt, v)?.held.set(false);
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("__enter__", "", Call::Many(acquire)),
        NativeDef::new("__exit__", "", Call::Many(|rt, v, _| release(rt, v))),
    ],
    ..TypeSpec::new("_thread.lock", Layout::Native(kinds::LOCK))
};

static RLOCK: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF | type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.alloc(ty, RLock::default()).into_value())),
        repr: Some(rlock_repr),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("acquire", "", Call::Many(racquire)),
        NativeDef::new("release", "", Call::Zero(rrelease)),
        NativeDef::new(
            "_is_owned",
            "",
            Call::Zero(|rt, v| Ok(Value::bool(rlock(rt, v)?.count.get() > 0))),
        ),
        NativeDef::new(
            "_recursion_count",
            "",
            Call::Zero(|rt, v| Ok(rt.int_from_usize(rlock(rt, v)?.count.get()))),
        ),
        NativeDef::new(
            "_acquire_restore",
            "",
            Call::One(|rt, v, state| {
                let count = rt.getitem(state, &rt.int(0))?;
                rlock(rt, v)?
                    .count
                    .set(rt.index_i64(&count)?.max(0) as usize);
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new(
            "_release_save",
            "",
            Call::Zero(|rt, v| {
                let count = rlock(rt, v)?.count.take();
                Ok(rt
                    .tuple([rt.int_from_usize(count), rt.int(IDENT)])
                    .into_value())
            }),
        ),
        NativeDef::new(
            "_at_fork_reinit",
            "",
            Call::Zero(|rt, v| {
                rlock(rt, v)?.count.set(0);
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("__enter__", "", Call::Many(racquire)),
        NativeDef::new("__exit__", "", Call::Many(|rt, v, _| rrelease(rt, v))),
    ],
    ..TypeSpec::new("_thread.RLock", Layout::Native(kinds::RLOCK))
};

/// The main thread's identity.
const IDENT: i64 = 1;

fn lock<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Lock> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("a lock was expected"))
}

fn rlock<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a RLock> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("an RLock was expected"))
}

/// `blocking` and `timeout`, checked.
fn waiting(rt: &Rt, args: &Args<'_>) -> PyResult<(bool, f64)> {
    const SIGNATURE: Signature = Signature {
        function: "acquire",
        params: &["blocking", "timeout"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [blocking, timeout] = rt.bind(&SIGNATURE, args)?;
    let blocking = blocking.map_or(Ok(true), |v| rt.truth(v))?;
    let timeout = timeout.map_or(Ok(-1.0), |v| rt.to_float(v))?;
    if !blocking && timeout != -1.0 {
        return Err(rt.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(rt.value_error("timeout value must be a non-negative number"));
    }
    Ok((blocking, timeout))
}

fn acquire(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let lock = lock(rt, value)?;
    let (blocking, timeout) = waiting(rt, args)?;
    if !lock.held.replace(true) {
        return Ok(Value::TRUE);
    }
    if blocking && timeout < 0.0 {
        return Err(rt.runtime_error("deadlock: the only thread waits for a lock that it holds"));
    }
    if blocking {
        std::thread::sleep(std::time::Duration::from_secs_f64(timeout));
    }
    Ok(Value::FALSE)
}

fn release(rt: &Rt, value: &Value) -> PyResult {
    if !lock(rt, value)?.held.replace(false) {
        return Err(rt.runtime_error("release unlocked lock"));
    }
    Ok(Value::NONE)
}

fn racquire(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    waiting(rt, args)?;
    let lock = rlock(rt, value)?;
    lock.count.set(lock.count.get() + 1);
    Ok(Value::TRUE)
}

fn rrelease(rt: &Rt, value: &Value) -> PyResult {
    let lock = rlock(rt, value)?;
    match lock.count.get().checked_sub(1) {
        Some(count) => lock.count.set(count),
        None => return Err(rt.runtime_error("cannot release un-acquired lock")),
    }
    Ok(Value::NONE)
}

fn lock_repr(rt: &Rt, value: &Value) -> PyResult {
    let state = if lock(rt, value)?.held.get() {
        "locked"
    } else {
        "unlocked"
    };
    Ok(rt
        .str(&format!(
            "<{state} _thread.lock object at {:#x}>",
            value.bits()
        ))
        .into_value())
}

fn rlock_repr(rt: &Rt, value: &Value) -> PyResult {
    let count = rlock(rt, value)?.count.get();
    let (state, owner) = if count > 0 {
        ("locked", IDENT)
    } else {
        ("unlocked", 0)
    };
    let name = rt.type_name(value);
    Ok(rt
        .str(&format!(
            "<{state} {name} object owner={owner} count={count} at {:#x}>",
            value.bits()
        ))
        .into_value())
}

/// The payload of `_thread._local`: the attributes of the one thread are in the `__dict__`.
struct Local;

impl Payload for Local {
    const KIND: Kind = kinds::LOCAL;
    const GC: bool = false;
}

static LOCAL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_WEAKREF
        | type_flags::HAS_DICT
        | type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.alloc(ty, Local).into_value())),
        ..Slots::NONE
    },
    ..TypeSpec::new("_thread._local", Layout::Native(kinds::LOCAL))
};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("allocate_lock", "", Call::Zero(new_lock)),
    NativeDef::new("allocate", "", Call::Zero(new_lock)),
    NativeDef::new("get_ident", "", Call::Zero(|rt, _| Ok(rt.int(IDENT)))),
    NativeDef::new(
        "get_native_id",
        "",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(std::process::id())))),
    ),
    NativeDef::new("_count", "", Call::Zero(|rt, _| Ok(rt.int(0)))),
    NativeDef::new(
        "_is_main_interpreter",
        "",
        Call::Zero(|_, _| Ok(Value::TRUE)),
    ),
    NativeDef::new("_set_sentinel", "", Call::Zero(new_lock)),
    NativeDef::new(
        "daemon_threads_allowed",
        "",
        Call::Zero(|_, _| Ok(Value::TRUE)),
    ),
    NativeDef::new(
        "interrupt_main",
        "",
        Call::Many(|rt, _, _| Err(rt.raise_with(&rt.types.keyboard_interrupt, &[]))),
    ),
    NativeDef::new("stack_size", "", Call::Many(|rt, _, _| Ok(rt.int(0)))),
    NativeDef::new("start_new_thread", "", Call::Many(start)),
    NativeDef::new("start_new", "", Call::Many(start)),
];

fn new_lock(rt: &Rt, _module: &Value) -> PyResult {
    let ty = crate::modules::attribute(rt, "_thread", "LockType")?;
    match ty.downcast() {
        Some(ty) => Ok(rt.alloc(ty, Lock::default()).into_value()),
        None => Err(rt.system_error("_thread.LockType is no type")),
    }
}

fn start(rt: &Rt, _: &Value, _args: &Args<'_>) -> PyResult {
    Err(rt.runtime_error("can't start new thread"))
}

/// Waits for the program's other threads (`threading._shutdown`).
pub(crate) fn wait_for_threads(rt: &Rt) {
    if let Some(threading) = rt.modules.get_str(rt, &rt.intern("threading"))
        && let Ok(Some(shutdown)) = rt.getattr_opt(&threading, &rt.intern("_shutdown"))
        && let Err(raised) = rt.call(&shutdown, &[])
    {
        crate::write_stderr(rt, "Exception ignored in threading._shutdown:\n");
        crate::report(rt, &raised);
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_thread", FUNCTIONS);
    let lock = rt.native_type(&LOCK, &rt.types.object);
    module.set(rt, "LockType", lock.clone());
    module.set(rt, "lock", lock);
    module.set(rt, "RLock", rt.native_type(&RLOCK, &rt.types.object));
    module.set(rt, "_local", rt.native_type(&LOCAL, &rt.types.object));
    module.set(rt, "error", rt.types.runtime_error.clone());
    module.set(rt, "TIMEOUT_MAX", rt.float(9_223_372_036.0));
    Ok(module)
}
