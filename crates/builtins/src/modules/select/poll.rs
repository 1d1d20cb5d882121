//! `select.poll`: events of registered descriptors.

use super::{failed, wait};
use crate::kinds;
use crate::modules::file_descriptor;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Rt, TypeObj, TypeSpec, Value, type_flags,
};
use rustix::event::PollFlags;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

/// The payload of `select.poll`.
pub(super) struct Poll {
    wanted: RefCell<BTreeMap<i32, u16>>,
    running: Cell<bool>,
}

impl Payload for Poll {
    const KIND: Kind = kinds::POLL;
    const GC: bool = false;
}

pub(super) static POLL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    methods: &[
        NativeDef::new(
            "register",
            "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)",
            Call::Many(register),
        ),
        NativeDef::new("modify", "($self, fd, eventmask, /)", Call::Many(modify)),
        NativeDef::new("unregister", "($self, fd, /)", Call::One(unregister)),
        NativeDef::new("poll", "($self, timeout=None, /)", Call::Many(poll)),
    ],
    ..TypeSpec::new("select.poll", Layout::Native(kinds::POLL))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Poll> {
    value
        .downcast_ref::<Poll>()
        .ok_or_else(|| rt.type_error("a poll object was expected"))
}

pub(super) fn make(rt: &Rt, module: &Value) -> PyResult {
    let class = rt.getattr_str(module, "__poll")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("select's poll is no type"));
    };
    let made = Poll {
        wanted: RefCell::default(),
        running: Cell::new(false),
    };
    Ok(rt.alloc(class, made).into_value())
}

fn mask(rt: &Rt, value: &Value) -> PyResult<u16> {
    let number = rt.index(value)?;
    let big = rt.as_int(&number).map(|n| n.to_big()).unwrap_or_default();
    if big.sign() == num_bigint::Sign::Minus {
        return Err(rt.value_error("value must be positive"));
    }
    u16::try_from(&big).map_err(|_| rt.overflow_error("Python int too large for C unsigned short"))
}

fn register(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("register", args, 1, 2)?;
    let fd = file_descriptor(rt, &given[0])?;
    let mask = given.get(1).map_or(Ok(7), |v| mask(rt, v))?;
    this(rt, value)?.wanted.borrow_mut().insert(fd, mask);
    Ok(Value::NONE)
}

fn modify(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("modify", args, 2, 2)?;
    let fd = file_descriptor(rt, &given[0])?;
    let mask = mask(rt, &given[1])?;
    match this(rt, value)?.wanted.borrow_mut().get_mut(&fd) {
        Some(place) => *place = mask,
        None => return Err(failed(rt, libc::ENOENT)),
    }
    Ok(Value::NONE)
}

fn unregister(rt: &Rt, value: &Value, fd: &Value) -> PyResult {
    let fd = file_descriptor(rt, fd)?;
    match this(rt, value)?.wanted.borrow_mut().remove(&fd) {
        Some(_) => Ok(Value::NONE),
        None => Err(rt.key_error(&rt.int(i64::from(fd)))),
    }
}

/// Milliseconds, rounded up; a negative time is for ever.
fn milliseconds(rt: &Rt, value: Option<&Value>) -> PyResult<Option<Duration>> {
    let Some(value) = value.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let number = match rt.as_float(value) {
        Some(number) if number.is_nan() => {
            return Err(rt.value_error("Invalid value NaN (not a number)"));
        }
        Some(number) => number.ceil(),
        None => match rt.as_int(value) {
            Some(number) => number.to_i64().map_or(f64::INFINITY, |n| n as f64),
            None => return Err(rt.type_error("timeout must be an integer or None")),
        },
    };
    if number < 0.0 {
        return Ok(None);
    }
    if number > f64::from(i32::MAX) {
        return Err(rt.overflow_error("timeout is too large"));
    }
    Ok(Some(Duration::from_millis(number as u64)))
}

fn poll(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("poll", args, 0, 1)?;
    let time = milliseconds(rt, given.first())?;
    let this = this(rt, value)?;
    if this.running.replace(true) {
        return Err(rt.runtime_error("concurrent poll() invocation"));
    }
    let wanted: Vec<(i32, PollFlags)> = this
        .wanted
        .borrow()
        .iter()
        .map(|(fd, mask)| (*fd, PollFlags::from_bits_retain(*mask)))
        .collect();
    let came = wait(rt, &wanted, time);
    this.running.set(false);
    let rows = wanted.iter().zip(came?);
    let rows = rows.filter(|(_, flags)| !flags.is_empty());
    let rows = rows.map(|((fd, _), flags)| {
        let pair = [rt.int(i64::from(*fd)), rt.int(i64::from(flags.bits()))];
        rt.tuple(pair).into_value()
    });
    Ok(rt.list(rows.collect()).into_value())
}
