//! File descriptors: open, read, write and what else works on numbers.

use super::{argument, failed, files, located, required};
use hognose_heap::process::close_file;
use hognose_object::{Args, Call, NativeDef, PyResult, Rt, TypeObj, Value};
use hognose_vm::{borrow_descriptor, own_descriptor};
use rustix::fd::{BorrowedFd, IntoRawFd};
use rustix::fs::{self as sys, CWD, OFlags, SeekFrom};
use rustix::io;

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("close", "($module, /, fd)", Call::Many(close)),
    NativeDef::new(
        "closerange",
        "($module, fd_low, fd_high, /)",
        Call::Many(closerange),
    ),
    NativeDef::new(
        "device_encoding",
        "($module, /, fd)",
        Call::One(|_, _, _| Ok(Value::NONE)),
    ),
    NativeDef::new(
        "dup",
        "($module, fd, /)",
        Call::One(|rt, _, fd| number(rt, io::fcntl_dupfd_cloexec(descriptor(rt, fd)?, 0))),
    ),
    NativeDef::new(
        "dup2",
        "($module, /, fd, fd2, inheritable=True)",
        Call::Many(dup2),
    ),
    NativeDef::new(
        "fdatasync",
        "($module, /, fd)",
        Call::One(|rt, _, fd| none(rt, sys::fdatasync(descriptor(rt, fd)?))),
    ),
    NativeDef::new(
        "fsync",
        "($module, /, fd)",
        Call::One(|rt, _, fd| none(rt, sys::fsync(descriptor(rt, fd)?))),
    ),
    NativeDef::new(
        "ftruncate",
        "($module, fd, length, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("ftruncate", args, 2, 2)?;
            none(
                rt,
                sys::ftruncate(
                    descriptor(rt, &given[0])?,
                    rt.index_i64(&given[1])?.max(0) as u64,
                ),
            )
        }),
    ),
    NativeDef::new(
        "get_blocking",
        "($module, fd, /)",
        Call::One(|rt, _, fd| {
            let flags = sys::fcntl_getfl(descriptor(rt, fd)?).map_err(|e| failed(rt, e, None))?;
            Ok(Value::bool(!flags.contains(OFlags::NONBLOCK)))
        }),
    ),
    NativeDef::new(
        "get_inheritable",
        "($module, fd, /)",
        Call::One(|rt, _, fd| {
            let flags = io::fcntl_getfd(descriptor(rt, fd)?).map_err(|e| failed(rt, e, None))?;
            Ok(Value::bool(!flags.contains(io::FdFlags::CLOEXEC)))
        }),
    ),
    NativeDef::new("get_terminal_size", "", Call::Many(terminal_size)),
    NativeDef::new(
        "isatty",
        "($module, fd, /)",
        Call::One(|rt, _, fd| {
            let fd = rt.index_i64(fd)?;
            let open = i32::try_from(fd).ok().and_then(borrow_descriptor);
            Ok(Value::bool(open.is_some_and(rustix::termios::isatty)))
        }),
    ),
    NativeDef::new(
        "lseek",
        "($module, fd, position, how, /)",
        Call::Many(lseek),
    ),
    NativeDef::new(
        "open",
        "($module, /, path, flags, mode=511, *, dir_fd=None)",
        Call::Many(open),
    ),
    NativeDef::new(
        "pipe",
        "($module, /)",
        Call::Zero(|rt, _| {
            let (read, write) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)
                .map_err(|e| failed(rt, e, None))?;
            let (read, write) = (
                rt.int(i64::from(read.into_raw_fd())),
                rt.int(i64::from(write.into_raw_fd())),
            );
            Ok(rt.tuple([read, write]).into_value())
        }),
    ),
    NativeDef::new("read", "($module, fd, length, /)", Call::Many(read)),
    NativeDef::new("readv", "", Call::Many(readv)),
    NativeDef::new(
        "set_blocking",
        "($module, fd, blocking, /)",
        Call::Many(set_blocking),
    ),
    NativeDef::new(
        "set_inheritable",
        "($module, fd, inheritable, /)",
        Call::Many(set_inheritable),
    ),
    NativeDef::new("write", "($module, fd, data, /)", Call::Many(write)),
];

/// The descriptor that a number is.
pub(super) fn descriptor<'a>(rt: &Rt, fd: &Value) -> PyResult<BorrowedFd<'a>> {
    let number = rt.index_i64(fd)?;
    let open = i32::try_from(number).ok().and_then(borrow_descriptor);
    open.ok_or_else(|| failed(rt, std::io::Error::from_raw_os_error(libc::EBADF), None))
}

fn none(rt: &Rt, result: io::Result<()>) -> PyResult {
    result.map_err(|e| failed(rt, e, None))?;
    Ok(Value::NONE)
}

fn number(rt: &Rt, result: io::Result<rustix::fd::OwnedFd>) -> PyResult {
    let fd = result.map_err(|e| failed(rt, e, None))?;
    Ok(rt.int(i64::from(fd.into_raw_fd())))
}

fn open(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "open", 0, "path")?;
    let flags = rt.index_i64(&required(rt, args, "open", 1, "flags")?)?;
    let mode = argument(args, 2, "mode").map_or(Ok(0o777), |v| rt.index_i64(&v))?;
    let file = located(rt, args, &path, "dir_fd")?;
    let flags = OFlags::from_bits_retain(flags as u32) | OFlags::CLOEXEC;
    let mode = files::mode(mode);
    let fd = rt
        .wait_for(|| Ok(sys::openat(CWD, &file, flags, mode)?))?
        .map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(rt.int(i64::from(fd.into_raw_fd())))
}

fn close(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let fd = required(rt, args, "close", 0, "fd")?;
    close_file(rt.index_i64(&fd)? as i32).map_err(|e| failed(rt, e, None))?;
    Ok(Value::NONE)
}

fn closerange(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("closerange", args, 2, 2)?;
    let (low, high) = (
        rt.index_i64(&given[0])?.max(0),
        rt.index_i64(&given[1])?.min(1 << 20),
    );
    for fd in low..high {
        // Those that are not open are passed over.
        let _ = close_file(fd as i32);
    }
    Ok(Value::NONE)
}

fn dup2(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let from = required(rt, args, "dup2", 0, "fd")?;
    let to = required(rt, args, "dup2", 1, "fd2")?;
    let inheritable = argument(args, 2, "inheritable").map_or(Ok(true), |v| rt.truth(&v))?;
    let target = rt.index_i64(&to)? as i32;
    let Some(mut owned) = own_descriptor(target) else {
        return Err(failed(
            rt,
            std::io::Error::from_raw_os_error(libc::EBADF),
            None,
        ));
    };
    let flags = if inheritable {
        io::DupFlags::empty()
    } else {
        io::DupFlags::CLOEXEC
    };
    let made = io::dup3(descriptor(rt, &from)?, &mut owned, flags);
    // The target stays open: it is the program's.
    let _ = owned.into_raw_fd();
    made.map_err(|e| failed(rt, e, None))?;
    Ok(to)
}

fn read(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("read", args, 2, 2)?;
    let length = rt.index_i64(&given[1])?;
    let Ok(length) = usize::try_from(length) else {
        return Err(failed(
            rt,
            std::io::Error::from_raw_os_error(libc::EINVAL),
            None,
        ));
    };
    let fd = descriptor(rt, &given[0])?;
    let mut bytes = vec![0; length.min(1 << 30)];
    let n = rt.wait_for(|| io::read(fd, &mut bytes).map_err(Into::into))?;
    let n = n.map_err(|e| failed(rt, e, None))?;
    Ok(rt.bytes(bytes.get(..n).unwrap_or_default()).into_value())
}

fn readv(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("readv", args, 2, 2)?;
    let fd = descriptor(rt, &given[0])?;
    let mut total = 0;
    for buffer in rt.collect(&given[1])? {
        let Some(place) = rt.writable_buffer(&buffer)? else {
            return Err(rt.type_error("readv() arg 2 must be a sequence of writable buffers"));
        };
        let mut bytes = vec![0; place.len()];
        let n = rt.wait_for(|| io::read(fd, &mut bytes).map_err(Into::into))?;
        let n = n.map_err(|e| failed(rt, e, None))?;
        place.write(0, &bytes[..n]);
        total += n;
        if n < bytes.len() {
            break;
        }
    }
    Ok(rt.int_from_usize(total))
}

fn write(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("write", args, 2, 2)?;
    let fd = descriptor(rt, &given[0])?;
    let bytes = rt.bytes_like(&given[1])?;
    let n = rt.wait_for(|| io::write(fd, &bytes).map_err(Into::into))?;
    Ok(rt.int_from_usize(n.map_err(|e| failed(rt, e, None))?))
}

fn lseek(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("lseek", args, 3, 3)?;
    let offset = rt.index_i64(&given[1])?;
    let to = match rt.index_i64(&given[2])? {
        0 => SeekFrom::Start(offset.max(0) as u64),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => {
            return Err(failed(
                rt,
                std::io::Error::from_raw_os_error(libc::EINVAL),
                None,
            ));
        }
    };
    let at = sys::seek(descriptor(rt, &given[0])?, to).map_err(|e| failed(rt, e, None))?;
    Ok(rt.int(at as i64))
}

fn set_blocking(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("set_blocking", args, 2, 2)?;
    let fd = descriptor(rt, &given[0])?;
    let mut flags = sys::fcntl_getfl(fd).map_err(|e| failed(rt, e, None))?;
    flags.set(OFlags::NONBLOCK, !rt.truth(&given[1])?);
    none(rt, sys::fcntl_setfl(fd, flags))
}

fn set_inheritable(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("set_inheritable", args, 2, 2)?;
    let fd = descriptor(rt, &given[0])?;
    let mut flags = io::fcntl_getfd(fd).map_err(|e| failed(rt, e, None))?;
    flags.set(io::FdFlags::CLOEXEC, !rt.truth(&given[1])?);
    none(rt, io::fcntl_setfd(fd, flags))
}

fn terminal_size(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let fd = argument(args, 0, "fd").unwrap_or_else(|| rt.int(1));
    let size =
        rustix::termios::tcgetwinsize(descriptor(rt, &fd)?).map_err(|e| failed(rt, e, None))?;
    let class = crate::modules::attribute(rt, "posix", "terminal_size")?;
    let items = vec![
        rt.int(i64::from(size.ws_col)),
        rt.int(i64::from(size.ws_row)),
    ];
    match class.downcast::<TypeObj>() {
        Some(class) => Ok(crate::struct_seq::make(rt, class, items, Vec::new())),
        None => Err(rt.system_error("posix.terminal_size is no type")),
    }
}
