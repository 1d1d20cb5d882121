//! `select.epoll`: Linux's events of many descriptors.

use super::{failed, left, timeout};
use crate::kinds;
use crate::modules::file_descriptor;
use hognose_heap::process::close_file;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeObj,
    TypeSpec, Value, type_flags,
};
use hognose_vm::borrow_descriptor;
use rustix::event::epoll as sys;
use rustix::fd::{BorrowedFd, IntoRawFd};
use std::cell::Cell;
use std::time::Instant;

/// The payload of `select.epoll`: its descriptor, −1 once it is closed.
pub(super) struct Epoll {
    fd: Cell<i32>,
}

impl Payload for Epoll {
    const KIND: Kind = kinds::EPOLL;
    const GC: bool = false;
}

pub(super) static EPOLL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        finalize: Some(|rt, v| {
            if let Ok(this) = this(rt, v) {
                shut(this);
            }
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "close",
            "($self, /)",
            Call::Zero(|rt, v| {
                shut(this(rt, v)?);
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new(
            "fileno",
            "($self, /)",
            Call::Zero(|rt, v| {
                open(rt, this(rt, v)?)?;
                Ok(rt.int(i64::from(this(rt, v)?.fd.get())))
            }),
        ),
        NativeDef::class(
            "fromfd",
            "($type, fd, /)",
            Call::One(|rt, class, fd| {
                let Some(class) = class.downcast::<TypeObj>() else {
                    return Err(rt.type_error("a class was expected"));
                };
                let fd = Cell::new(rt.index_i64(fd)? as i32);
                Ok(rt.alloc(class, Epoll { fd }).into_value())
            }),
        ),
        NativeDef::new(
            "register",
            "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
            Call::Many(|rt, v, args| control(rt, v, args, "register")),
        ),
        NativeDef::new(
            "modify",
            "($self, /, fd, eventmask)",
            Call::Many(|rt, v, args| control(rt, v, args, "modify")),
        ),
        NativeDef::new("unregister", "($self, /, fd)", Call::Many(unregister)),
        NativeDef::new(
            "poll",
            "($self, /, timeout=None, maxevents=-1)",
            Call::Many(poll),
        ),
        NativeDef::new(
            "__enter__",
            "($self, /)",
            Call::Zero(|rt, v| {
                open(rt, this(rt, v)?)?;
                Ok(v.clone())
            }),
        ),
        NativeDef::new(
            "__exit__",
            "($self, exc_type=None, exc_value=None, exc_tb=None, /)",
            Call::Many(|rt, v, _| rt.call_method(v, &rt.names.close, &[])),
        ),
    ],
    getset: &[GetSetDef::read("closed", |rt, v| {
        Ok(Value::bool(this(rt, v)?.fd.get() < 0))
    })],
    ..TypeSpec::new("select.epoll", Layout::Native(kinds::EPOLL))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Epoll> {
    value
        .downcast_ref::<Epoll>()
        .ok_or_else(|| rt.type_error("an epoll object was expected"))
}

fn shut(this: &Epoll) {
    // Closing it a second time does nothing.
    let _ = close_file(this.fd.replace(-1));
}

fn open<'a>(rt: &Rt, this: &Epoll) -> PyResult<BorrowedFd<'a>> {
    borrow_descriptor(this.fd.get())
        .ok_or_else(|| rt.value_error("I/O operation on closed epoll object"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "epoll",
        params: &["sizehint", "flags"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [hint, flags] = rt.bind(&SIGNATURE, args)?;
    let hint = hint.map_or(Ok(-1), |v| rt.index_i64(v))?;
    if hint != -1 && hint <= 0 {
        return Err(rt.value_error("sizehint must be positive or -1"));
    }
    let flags = flags.map_or(Ok(0), |v| rt.index_i64(v))?;
    if flags & !i64::from(libc::EPOLL_CLOEXEC) != 0 {
        return Err(failed(rt, libc::EINVAL));
    }
    let fd = sys::create(sys::CreateFlags::CLOEXEC)
        .map_err(|error| rt.os_error_from(&error.into(), None))?;
    let fd = Cell::new(fd.into_raw_fd());
    Ok(rt.alloc(ty, Epoll { fd }).into_value())
}

fn control(rt: &Rt, value: &Value, args: &Args<'_>, name: &'static str) -> PyResult {
    let signature = Signature {
        function: name,
        params: &["fd", "eventmask"],
        positional_only: 0,
        positional: 2,
        required: if name == "modify" { 2 } else { 1 },
    };
    let [fd, mask] = rt.bind(&signature, args)?;
    let fd = file_descriptor(rt, fd.unwrap_or(&Value::NONE))?;
    let mask = mask.map_or(Ok(7), |v| rt.index_i64(v))?;
    let epoll = open(rt, this(rt, value)?)?;
    let Some(source) = borrow_descriptor(fd) else {
        return Err(failed(rt, libc::EBADF));
    };
    let flags = sys::EventFlags::from_bits_retain(mask as u32);
    let data = sys::EventData::new_u64(fd as u64);
    let done = if name == "modify" {
        sys::modify(epoll, source, data, flags)
    } else {
        sys::add(epoll, source, data, flags)
    };
    done.map_err(|error| rt.os_error_from(&error.into(), None))?;
    Ok(Value::NONE)
}

fn unregister(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "unregister",
        params: &["fd"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [fd] = rt.bind(&SIGNATURE, args)?;
    let fd = file_descriptor(rt, fd.unwrap_or(&Value::NONE))?;
    let epoll = open(rt, this(rt, value)?)?;
    let Some(source) = borrow_descriptor(fd) else {
        return Err(failed(rt, libc::EBADF));
    };
    sys::delete(epoll, source).map_err(|error| rt.os_error_from(&error.into(), None))?;
    Ok(Value::NONE)
}

fn poll(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "poll",
        params: &["timeout", "maxevents"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [time, most] = rt.bind(&SIGNATURE, args)?;
    let epoll = open(rt, this(rt, value)?)?;
    let negative = time.is_some_and(|t| {
        rt.as_float(t).is_some_and(|t| t < 0.0)
            || rt.as_int(t).and_then(|t| t.to_i64()).is_some_and(|t| t < 0)
    });
    let time = if negative {
        None
    } else {
        timeout(rt, time, "timeout must be an integer or None")?
    };
    let most = most.map_or(Ok(-1), |v| rt.index_i64(v))?;
    let most = match most {
        -1 => 1023,
        n if n > 0 => n.min(1 << 20) as usize,
        n => {
            return Err(rt.value_error(format!("maxevents must be greater than 0, got {n}")));
        }
    };
    let deadline = time.map(|time| Instant::now() + time);
    let result = rt.wait_for(|| {
        let mut events: Vec<sys::Event> = Vec::with_capacity(most);
        sys::wait(
            epoll,
            rustix::buffer::spare_capacity(&mut events),
            left(deadline).as_ref(),
        )?;
        let pairs = events.iter().map(|&event| {
            let (data, flags) = (event.data, event.flags);
            (data.u64(), flags.bits())
        });
        Ok(pairs.collect::<Vec<_>>())
    })?;
    let events = result.map_err(|error| rt.os_error_from(&error, None))?;
    let rows = events.into_iter().map(|(fd, flags)| {
        rt.tuple([rt.int(fd as i64), rt.int(i64::from(flags))])
            .into_value()
    });
    Ok(rt.list(rows.collect()).into_value())
}
