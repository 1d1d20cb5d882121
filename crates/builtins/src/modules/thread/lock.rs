//! `_thread.lock` and `_thread.RLock` (`Modules/_threadmodule.c`).

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Rt, Signature, Slots, TypeSpec, Value, type_flags,
};
use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// `TIMEOUT_MAX`, in seconds.
pub(super) const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// How long the main thread waits before it looks for signals, which do not wake it.
const LOOK: Duration = Duration::from_millis(20);

/// What may be held by one at a time.
#[derive(Default)]
pub(super) struct Gate {
    held: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn held(&self) -> MutexGuard<'_, bool> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_take(&self) -> bool {
        !std::mem::replace(&mut *self.held(), true)
    }

    /// Whether it was held.
    pub(super) fn open(&self) -> bool {
        let was = std::mem::replace(&mut *self.held(), false);
        self.opened.notify_one();
        was
    }

    /// Waits for at most so long; whether it is taken now.
    fn take_within(&self, time: Duration) -> bool {
        let (mut held, _) = self
            .opened
            .wait_timeout_while(self.held(), time, |held| *held)
            .unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut *held, true)
    }

    /// Takes it, waiting if need be while other threads run; false when the time is over.
    fn take(&self, rt: &Rt, wait: Wait) -> PyResult<bool> {
        if self.try_take() {
            return Ok(true);
        }
        let deadline = match wait {
            Wait::No => return Ok(false),
            Wait::For(time) => Instant::now().checked_add(time),
            Wait::Forever => None,
        };
        let slice = if rt.is_main_thread() {
            LOOK
        } else {
            Duration::MAX
        };
        loop {
            let left = deadline.map_or(Duration::MAX, |d| {
                d.saturating_duration_since(Instant::now())
            });
            let slice = left.min(slice);
            if rt.without_turn(|| self.take_within(slice)) {
                return Ok(true);
            }
            rt.attend()?;
            if deadline.is_some_and(|d| Instant::now() >= d) {
                return Ok(false);
            }
        }
    }
}

/// How long to wait for a lock.
#[derive(Clone, Copy)]
enum Wait {
    No,
    For(Duration),
    Forever,
}

/// `blocking` and `timeout`, checked (`lock_acquire_parse_args`).
fn waiting(rt: &Rt, args: &Args<'_>) -> PyResult<Wait> {
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
    if timeout.is_nan() {
        return Err(rt.value_error("Invalid value NaN (not a number)"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(rt.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(rt.overflow_error("timeout value is too large"));
    }
    Ok(match (blocking, timeout) {
        (false, _) => Wait::No,
        (true, t) if t < 0.0 => Wait::Forever,
        (true, t) => Wait::For(Duration::from_secs_f64(t)),
    })
}

/// `_thread.lock`: whoever likes may release it.
#[derive(Default)]
pub(super) struct Lock {
    pub(super) gate: Arc<Gate>,
}

impl Payload for Lock {
    const KIND: Kind = kinds::LOCK;
    const GC: bool = false;
}

/// A lock that its owner may take again.
#[derive(Default)]
struct RLock {
    gate: Gate,
    owner: Cell<u64>,
    count: Cell<u64>,
}

impl Payload for RLock {
    const KIND: Kind = kinds::RLOCK;
    const GC: bool = false;
}

pub(super) static LOCK: TypeSpec = TypeSpec {
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
        NativeDef::new("locked", "", Call::Zero(locked)),
        NativeDef::new("locked_lock", "", Call::Zero(locked)),
        NativeDef::new(
            "_at_fork_reinit",
            "",
            Call::Zero(|rt, v| {
                lock(rt, v)?.gate.open();
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("__enter__", "", Call::Many(acquire)),
        NativeDef::new("__exit__", "", Call::Many(|rt, v, _| release(rt, v))),
    ],
    ..TypeSpec::new("_thread.lock", Layout::Native(kinds::LOCK))
};

pub(super) static RLOCK: TypeSpec = TypeSpec {
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
            Call::Zero(|rt, v| Ok(Value::bool(rlock(rt, v)?.is_owned(rt)))),
        ),
        NativeDef::new("_recursion_count", "", Call::Zero(recursion_count)),
        NativeDef::new("_acquire_restore", "", Call::One(acquire_restore)),
        NativeDef::new("_release_save", "", Call::Zero(release_save)),
        NativeDef::new(
            "_at_fork_reinit",
            "",
            Call::Zero(|rt, v| {
                let lock = rlock(rt, v)?;
                lock.count.set(0);
                lock.owner.set(0);
                lock.gate.open();
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("__enter__", "", Call::Many(racquire)),
        NativeDef::new("__exit__", "", Call::Many(|rt, v, _| rrelease(rt, v))),
    ],
    ..TypeSpec::new("_thread.RLock", Layout::Native(kinds::RLOCK))
};

fn lock<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Lock> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("a lock was expected"))
}

fn acquire(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let wait = waiting(rt, args)?;
    Ok(Value::bool(lock(rt, value)?.gate.take(rt, wait)?))
}

fn release(rt: &Rt, value: &Value) -> PyResult {
    if !lock(rt, value)?.gate.open() {
        return Err(rt.runtime_error("release unlocked lock"));
    }
    Ok(Value::NONE)
}

fn locked(rt: &Rt, value: &Value) -> PyResult {
    Ok(Value::bool(*lock(rt, value)?.gate.held()))
}

fn lock_repr(rt: &Rt, value: &Value) -> PyResult {
    let state = if *lock(rt, value)?.gate.held() {
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

impl RLock {
    fn is_owned(&self, rt: &Rt) -> bool {
        self.count.get() > 0 && self.owner.get() == rt.thread.ident.get()
    }
}

fn rlock<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a RLock> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("an RLock was expected"))
}

fn racquire(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let wait = waiting(rt, args)?;
    let lock = rlock(rt, value)?;
    if lock.is_owned(rt) {
        lock.count.set(lock.count.get() + 1);
        return Ok(Value::TRUE);
    }
    let taken = lock.gate.take(rt, wait)?;
    if taken {
        lock.owner.set(rt.thread.ident.get());
        lock.count.set(1);
    }
    Ok(Value::bool(taken))
}

fn rrelease(rt: &Rt, value: &Value) -> PyResult {
    let lock = rlock(rt, value)?;
    if !lock.is_owned(rt) {
        return Err(rt.runtime_error("cannot release un-acquired lock"));
    }
    lock.count.set(lock.count.get() - 1);
    if lock.count.get() == 0 {
        lock.owner.set(0);
        lock.gate.open();
    }
    Ok(Value::NONE)
}

fn recursion_count(rt: &Rt, value: &Value) -> PyResult {
    let lock = rlock(rt, value)?;
    let count = if lock.is_owned(rt) {
        lock.count.get()
    } else {
        0
    };
    Ok(rt.int(count as i64))
}

fn acquire_restore(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let part = |at: i64| -> PyResult<u64> {
        let number = rt.getitem(state, &rt.int(at))?;
        Ok(rt.index_i64(&number)?.max(0) as u64)
    };
    let (count, owner) = (part(0)?, part(1)?);
    let lock = rlock(rt, value)?;
    lock.gate.take(rt, Wait::Forever)?;
    lock.owner.set(owner);
    lock.count.set(count);
    Ok(Value::NONE)
}

fn release_save(rt: &Rt, value: &Value) -> PyResult {
    let lock = rlock(rt, value)?;
    if lock.count.get() == 0 {
        return Err(rt.runtime_error("cannot release un-acquired lock"));
    }
    let saved = [lock.count.take(), lock.owner.take()];
    lock.gate.open();
    Ok(rt.tuple(saved.map(|n| rt.int(n as i64))).into_value())
}

fn rlock_repr(rt: &Rt, value: &Value) -> PyResult {
    let lock = rlock(rt, value)?;
    let (count, owner) = (lock.count.get(), lock.owner.get());
    let state = if count > 0 { "locked" } else { "unlocked" };
    let name = rt.type_name(value);
    Ok(rt
        .str(&format!(
            "<{state} {name} object owner={owner} count={count} at {:#x}>",
            value.bits()
        ))
        .into_value())
}
