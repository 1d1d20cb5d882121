//! `_thread`: locks and threads (`Modules/_threadmodule.c`). Threads take turns at the interpreter.

mod local;
mod lock;

use hognose_heap::signals;
use hognose_object::module::Module;
use hognose_object::threads::STACK_SIZE;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};
use lock::{Gate, Lock};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Weak};

/// What the module keeps.
struct State {
    stack_size: Cell<usize>,
    locals: local::Locals,
    /// Python functions' threads that run.
    count: Cell<usize>,
}

/// What the module keeps for a thread: the lock that opens when it ends.
#[derive(Default)]
struct Own {
    sentinel: RefCell<Weak<Gate>>,
}

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("allocate_lock", "", Call::Zero(new_lock)),
    NativeDef::new("allocate", "", Call::Zero(new_lock)),
    NativeDef::new("get_ident", "", Call::Zero(get_ident)),
    NativeDef::new(
        "get_native_id",
        "",
        Call::Zero(|rt, _| Ok(rt.int(rustix::thread::gettid().as_raw_nonzero().get().into()))),
    ),
    NativeDef::new(
        "_count",
        "",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(state(rt)?.count.get()))),
    ),
    NativeDef::new(
        "_is_main_interpreter",
        "",
        Call::Zero(|_, _| Ok(Value::TRUE)),
    ),
    NativeDef::new("_set_sentinel", "", Call::Zero(set_sentinel)),
    NativeDef::new(
        "daemon_threads_allowed",
        "",
        Call::Zero(|_, _| Ok(Value::TRUE)),
    ),
    NativeDef::new("interrupt_main", "", Call::Many(interrupt_main)),
    NativeDef::new("stack_size", "", Call::Many(stack_size)),
    NativeDef::new("start_new_thread", "", Call::Many(start)),
    NativeDef::new("start_new", "", Call::Many(start)),
    NativeDef::new("exit", "", Call::Zero(exit)),
    NativeDef::new("exit_thread", "", Call::Zero(exit)),
];

fn state(rt: &Rt) -> PyResult<Rc<State>> {
    let all = rt.module_state.borrow();
    let found = all
        .get("_thread")
        .and_then(|s| s.downcast_ref::<Rc<State>>());
    found
        .cloned()
        .ok_or_else(|| rt.system_error("_thread is not there"))
}

fn get_ident(rt: &Rt, _: &Value) -> PyResult {
    Ok(rt.int(rt.thread.ident.get() as i64))
}

fn exit(rt: &Rt, _: &Value) -> PyResult {
    Err(rt.raise_with(&rt.types.system_exit, &[]))
}

fn new_lock(rt: &Rt, _module: &Value) -> PyResult {
    let ty = crate::modules::attribute(rt, "_thread", "LockType")?;
    match ty.downcast() {
        Some(ty) => Ok(rt.alloc(ty, Lock::default()).into_value()),
        None => Err(rt.system_error("_thread.LockType is no type")),
    }
}

/// A lock that is released when this thread ends.
fn set_sentinel(rt: &Rt, module: &Value) -> PyResult {
    let made = new_lock(rt, module)?;
    if let Some(lock) = made.downcast_ref::<Lock>() {
        let own = Own::default();
        *own.sentinel.borrow_mut() = Arc::downgrade(&lock.gate);
        rt.thread
            .module_state
            .borrow_mut()
            .insert("_thread", Box::new(own));
    }
    Ok(made)
}

/// Lets the main thread find a signal, as if it had come.
fn interrupt_main(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("interrupt_main", args, 0, 1)?;
    let number = given.first().map_or(Ok(2), |v| rt.index_i64(v))?;
    match usize::try_from(number) {
        Ok(signal @ 1..signals::COUNT) => {
            if signals::get(signal) == Some(signals::Disposition::Catch) {
                signals::simulate(signal);
            }
            Ok(Value::NONE)
        }
        _ => Err(rt.value_error("signal number out of range")),
    }
}

fn stack_size(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    /// Smallest stack that is allowed (`THREAD_STACK_MIN`).
    const LEAST: usize = 0x8000;
    let given = rt.positional("stack_size", args, 0, 1)?;
    let size = given.first().map_or(Ok(0), |v| rt.index_i64(v))?;
    let Ok(size) = usize::try_from(size) else {
        return Err(rt.value_error("size must be 0 or a positive value"));
    };
    if size != 0 && size < LEAST {
        return Err(rt.value_error(format!("size not valid: {size} bytes")));
    }
    let before = match given.is_empty() {
        true => state(rt)?.stack_size.get(),
        false => state(rt)?.stack_size.replace(size),
    };
    Ok(rt.int_from_usize(before))
}

fn start(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("start_new_thread", args, 2, 3)?;
    let function = given[0].clone();
    if rt.type_of(&function).slots.call.get().is_none() {
        return Err(rt.type_error("first arg must be callable"));
    }
    let Some(positional) = given[1].downcast::<Tuple>().cloned() else {
        return Err(rt.type_error("2nd arg must be a tuple"));
    };
    let (mut names, mut values) = (Vec::new(), positional.to_vec());
    if let Some(keywords) = given.get(2) {
        let Some(keywords) = keywords.downcast::<hognose_object::dict::Dict>() else {
            return Err(rt.type_error("optional 3rd arg must be a dictionary"));
        };
        for (name, value) in keywords.snapshot() {
            names.push(name);
            values.push(value);
        }
    }
    let own = state(rt)?;
    // Whoever asks for a small stack does not know how deep native code nests here.
    let size = own.stack_size.get().max(STACK_SIZE);
    own.count.set(own.count.get() + 1);
    let counted = own.clone();
    let started = rt.start_thread(size, move |rt| {
        let result = rt.call_args(&function, &Args::with_names(&values, &names));
        if let Err(raised) = result
            && !raised.is(rt, &rt.types.system_exit)
        {
            (rt.unraisable.get())(rt, &raised, "in thread started by", &function);
        }
        drop((function, values, names));
        let ident = rt.thread.ident.get();
        counted.locals.forget(ident);
        let kept = std::mem::take(&mut *rt.thread.module_state.borrow_mut());
        let own = kept.get("_thread").and_then(|o| o.downcast_ref::<Own>());
        let sentinel = own.and_then(|own| own.sentinel.borrow().upgrade());
        drop(kept);
        counted.count.set(counted.count.get() - 1);
        if let Some(gate) = sentinel {
            gate.open();
        }
    });
    match started {
        Ok(ident) => Ok(rt.int(ident as i64)),
        Err(_) => {
            own.count.set(own.count.get() - 1);
            Err(rt.runtime_error("can't start new thread"))
        }
    }
}

/// Looks after what asked for attention: other threads that wait for their turn, and, in the main thread, signals.
pub(crate) fn attend(rt: &Rt) -> PyResult<()> {
    rt.pass_turn();
    super::signal::run_handlers(rt)
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
    let lock = rt.native_type(&lock::LOCK, &rt.types.object);
    module.set(rt, "LockType", lock.clone());
    module.set(rt, "lock", lock);
    module.set(rt, "RLock", rt.native_type(&lock::RLOCK, &rt.types.object));
    module.set(
        rt,
        "_local",
        rt.native_type(&local::LOCAL, &rt.types.object),
    );
    module.set(rt, "error", rt.types.runtime_error.clone());
    module.set(rt, "TIMEOUT_MAX", rt.float(lock::TIMEOUT_MAX));
    let state = Rc::new(State {
        stack_size: Cell::new(0),
        locals: local::Locals::default(),
        count: Cell::new(0),
    });
    rt.module_state
        .borrow_mut()
        .insert("_thread", Box::new(state));
    Ok(module)
}
