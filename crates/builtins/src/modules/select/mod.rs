//! `select`: waiting for files (`Modules/selectmodule.c`).

mod epoll;
mod poll;

use super::file_descriptor;
use hognose_object::module::Module;
use hognose_object::tuple::List;
use hognose_object::{Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Value};
use hognose_vm::borrow_descriptor;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use std::time::{Duration, Instant};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "select",
        "($module, rlist, wlist, xlist, timeout=None, /)",
        Call::Many(select),
    ),
    NativeDef::new("poll", "($module, /)", Call::Zero(poll::make)),
];

/// Descriptors from here on do not fit into an `fd_set`.
const FD_SETSIZE: i32 = 1024;

/// A time to wait for, in seconds; `None` for ever.
fn timeout(rt: &Rt, value: Option<&Value>, message: &str) -> PyResult<Option<Duration>> {
    let Some(value) = value.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let seconds = match rt.as_float(value) {
        Some(seconds) => seconds,
        None if rt.as_int(value).is_some() || rt.type_of(value).slots.float.get().is_some() => {
            rt.to_float(value)?
        }
        None => return Err(rt.type_error(message)),
    };
    if seconds.is_nan() {
        return Err(rt.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(rt.value_error("timeout must be non-negative"));
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time.as_secs() < i64::MAX as u64 / 1_000_000_000 => Ok(Some(time)),
        _ => Err(rt.overflow_error("timestamp too large to convert to C _PyTime_t")),
    }
}

/// What is left until a time, as `ppoll` wants it.
fn left(deadline: Option<Instant>) -> Option<Timespec> {
    let left = deadline?.saturating_duration_since(Instant::now());
    Some(Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: i64::from(left.subsec_nanos()),
    })
}

/// Waits for events of descriptors; gives those that came, 0 where none did.
fn wait(rt: &Rt, wanted: &[(i32, PollFlags)], time: Option<Duration>) -> PyResult<Vec<PollFlags>> {
    let deadline = time.map(|time| Instant::now() + time);
    let result = rt.wait_for(|| {
        let mut open = Vec::with_capacity(wanted.len());
        for (fd, flags) in wanted {
            let fd = borrow_descriptor(*fd).ok_or(Errno::BADF)?;
            open.push(PollFd::from_borrowed_fd(fd, *flags));
        }
        rustix::event::poll(&mut open, left(deadline).as_ref())?;
        Ok(open.iter().map(PollFd::revents).collect())
    })?;
    result.map_err(|error| rt.os_error_from(&error, None))
}

fn select(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("select", args, 3, 4)?;
    let time = timeout(rt, given.get(3), "timeout must be a float or None")?;
    let mut wanted = Vec::new();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let kinds = [PollFlags::IN, PollFlags::OUT, PollFlags::PRI];
    for (row, flag) in given.iter().zip(kinds) {
        let items = match rt.collect(row) {
            Err(raised) if raised.is(rt, &rt.types.type_error) => {
                return Err(rt.type_error("arguments 1-3 must be sequences"));
            }
            items => items?,
        };
        let mut kept = Vec::with_capacity(items.len());
        for item in items {
            // `fileno()` may have emptied the list meanwhile (`seq2set`).
            if row
                .downcast_ref::<List>()
                .is_some_and(|list| list.len() <= kept.len())
            {
                break;
            }
            let fd = file_descriptor(rt, &item)?;
            if fd >= FD_SETSIZE {
                return Err(rt.value_error("filedescriptor out of range in select()"));
            }
            wanted.push((fd, flag));
            kept.push(item);
        }
        rows.push(kept);
    }
    let came = wait(rt, &wanted, time)?;
    if came.iter().any(|flags| flags.contains(PollFlags::NVAL)) {
        let error = std::io::Error::from_raw_os_error(libc::EBADF);
        return Err(rt.os_error_from(&error, None));
    }
    let ready = [
        PollFlags::IN | PollFlags::HUP | PollFlags::ERR,
        PollFlags::OUT | PollFlags::ERR,
        PollFlags::PRI,
    ];
    let mut came = came.into_iter();
    let mut out = Vec::new();
    for (row, ready) in rows.into_iter().zip(ready) {
        let row = row
            .into_iter()
            .zip(came.by_ref())
            .filter(|(_, flags)| flags.intersects(ready))
            .map(|(item, _)| item);
        out.push(rt.list(row.collect()).into_value());
    }
    Ok(rt.tuple(out).into_value())
}

fn failed(rt: &Rt, errno: i32) -> Raised {
    rt.os_error_from(&std::io::Error::from_raw_os_error(errno), None)
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND POLLRDHUP
    EPOLLIN EPOLLOUT EPOLLPRI EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLET EPOLLONESHOT EPOLLEXCLUSIVE EPOLLRDNORM EPOLLRDBAND
    EPOLLWRNORM EPOLLWRBAND EPOLLMSG EPOLL_CLOEXEC
};

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("select", FUNCTIONS);
    module.set(rt, "error", rt.types.os_error.clone());
    module.set(rt, "epoll", rt.native_type(&epoll::EPOLL, &rt.types.object));
    module.set(rt, "__poll", rt.native_type(&poll::POLL, &rt.types.object));
    for (name, number) in NUMBERS {
        // EPOLLET is the sign bit of an int; it shows as positive.
        module.set(rt, name, rt.int(number & 0xffff_ffff));
    }
    module.set(rt, "POLLMSG", rt.int(0x400));
    module.set(rt, "PIPE_BUF", rt.int(4096));
    Ok(module)
}
