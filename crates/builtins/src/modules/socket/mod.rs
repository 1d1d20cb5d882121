//! `_socket`: sockets (`Modules/socketmodule.c`).

mod address;
mod constants;
mod names;
mod object;
mod options;
mod transfer;

use super::ModuleError;
use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::module::Module;
use hognose_object::{PyResult, Raised, Ref, Rt, Value};
use hognose_vm::borrow_descriptor;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::BorrowedFd;
use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

static GAI_ERROR: ModuleError = ModuleError("socket.gaierror");

/// The payload of `_socket.socket`.
struct Socket {
    /// −1 once it is closed.
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    proto: Cell<i32>,
    /// `None` waits for ever, zero never.
    timeout: Cell<Option<Duration>>,
}

impl Payload for Socket {
    const KIND: Kind = kinds::SOCKET;
    const GC: bool = false;
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Socket> {
    value
        .downcast_ref::<Socket>()
        .ok_or_else(|| rt.type_error("a socket was expected"))
}

fn failed(rt: &Rt, error: impl Into<io::Error>) -> Raised {
    rt.os_error_from(&error.into(), None)
}

/// The socket's descriptor; a closed socket's fails in every system call.
fn open<'a>(socket: &Socket) -> io::Result<BorrowedFd<'a>> {
    let bad = || io::Error::from_raw_os_error(libc::EBADF);
    borrow_descriptor(socket.fd.get()).ok_or_else(bad)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Read,
    Write,
}

/// Waits until the socket is ready; whether it was in time.
fn ready(fd: BorrowedFd<'_>, wait: Wait, deadline: Option<Instant>) -> io::Result<bool> {
    let flags = match wait {
        Wait::Read => PollFlags::IN,
        Wait::Write => PollFlags::OUT,
    };
    let left = deadline.map(|deadline| {
        let left = deadline.saturating_duration_since(Instant::now());
        Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        }
    });
    let mut fds = [PollFd::from_borrowed_fd(fd, flags)];
    Ok(rustix::event::poll(&mut fds, left.as_ref())? > 0)
}

/// Makes a system call within the socket's timeout (`sock_call`).
fn call<T: Send>(
    rt: &Rt,
    socket: &Socket,
    wait: Wait,
    mut call: impl FnMut(BorrowedFd<'_>) -> io::Result<T> + Send,
) -> PyResult<T> {
    let timeout = socket.timeout.get();
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let limited = timeout.filter(|timeout| !timeout.is_zero());
    loop {
        let fd = open(socket).map_err(|error| failed(rt, error))?;
        if limited.is_some() {
            let came = rt.wait_for(|| ready(fd, wait, deadline))?;
            if !came.map_err(|error| failed(rt, error))? {
                return Err(timed_out(rt));
            }
        }
        match rt.wait_for(|| call(fd))? {
            Ok(done) => return Ok(done),
            // Ready it was said to be, and is not: another reader was faster.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && limited.is_some() => (),
            Err(error) => return Err(failed(rt, error)),
        }
    }
}

fn timed_out(rt: &Rt) -> Raised {
    rt.raise(&rt.types.timeout_error, "timed out")
}

/// What a number or None means as a timeout.
fn timeout_of(rt: &Rt, value: &Value) -> PyResult<Option<Duration>> {
    if value.is_none() {
        return Ok(None);
    }
    let seconds = rt.to_float(value)?;
    if seconds.is_nan() {
        return Err(rt.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(rt.value_error("Timeout value out of range"));
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time.as_secs() < i64::MAX as u64 / 1_000_000_000 => Ok(Some(time)),
        _ => Err(rt.overflow_error("timeout doesn't fit into C timeval")),
    }
}

fn shown_timeout(rt: &Rt, timeout: Option<Duration>) -> Value {
    timeout.map_or(Value::NONE, |timeout| rt.float(timeout.as_secs_f64()))
}

/// `socket.setdefaulttimeout`.
struct DefaultTimeout(Option<Duration>);

fn default_timeout(rt: &Rt) -> Option<Duration> {
    let state = rt.module_state.borrow();
    let default = state.get("_socket");
    default
        .and_then(|d| d.downcast_ref::<DefaultTimeout>())
        .and_then(|d| d.0)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_socket", names::FUNCTIONS);
    super::add_functions(rt, &module, object::FUNCTIONS);
    let os_error = &rt.types.os_error;
    module.set(rt, "error", os_error.clone());
    ModuleError("socket.herror").install(rt, &module, "herror", os_error)?;
    GAI_ERROR.install(rt, &module, "gaierror", os_error)?;
    for name in ["herror", "gaierror"] {
        if let Some(class) = module.dict.get_str(rt, &rt.intern(name)) {
            let own = rt.str("socket").into_value();
            rt.setattr(&class, &rt.names.module_, Some(&own))?;
        }
    }
    module.set(rt, "timeout", rt.types.timeout_error.clone());
    let class = rt.native_type(&object::SOCKET, &rt.types.object);
    module.set(rt, "socket", class.clone());
    module.set(rt, "SocketType", class);
    module.set(rt, "has_ipv6", Value::TRUE);
    constants::install(rt, &module);
    Ok(module)
}
