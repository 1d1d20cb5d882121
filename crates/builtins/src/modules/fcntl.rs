//! `fcntl`: what is asked of open files (`Modules/fcntlmodule.c`).
//!
//! Commands whose argument is an address are refused: a number would be taken for a place in our own memory.

use super::file_descriptor;
use hognose_heap::process::{self, FileRange};
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};
use hognose_vm::borrow_descriptor;
use rustix::fs::FlockOperation;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("fcntl", "($module, fd, cmd, arg=0, /)", Call::Many(fcntl)),
    NativeDef::new("flock", "($module, fd, operation, /)", Call::Many(flock)),
    NativeDef::new(
        "ioctl",
        "($module, fd, request, arg=0, mutate_flag=True, /)",
        Call::Many(ioctl),
    ),
    NativeDef::new(
        "lockf",
        "($module, fd, cmd, len=0, start=0, whence=0, /)",
        Call::Many(lockf),
    ),
];

fn fcntl(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("fcntl", args, 2, 3)?;
    let fd = file_descriptor(rt, &given[0])?;
    let command = rt.index_i64(&given[1])? as i32;
    let argument = match given.get(2) {
        Some(value) if rt.buffer_opt(value).is_some() => {
            let error = std::io::Error::from_raw_os_error(libc::EINVAL);
            return Err(rt.os_error_from(&error, None));
        }
        Some(value) => rt.index_i64(value)? as i32,
        None => 0,
    };
    let done = rt.wait_for(|| process::control_file(fd, command, argument))?;
    let done = done.map_err(|error| rt.os_error_from(&error, None))?;
    Ok(rt.int(i64::from(done)))
}

fn flock(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("flock", args, 2, 2)?;
    let fd = file_descriptor(rt, &given[0])?;
    let operation = match rt.index_i64(&given[1])? as i32 {
        libc::LOCK_SH => Some(FlockOperation::LockShared),
        libc::LOCK_EX => Some(FlockOperation::LockExclusive),
        libc::LOCK_UN => Some(FlockOperation::Unlock),
        n if n == libc::LOCK_SH | libc::LOCK_NB => Some(FlockOperation::NonBlockingLockShared),
        n if n == libc::LOCK_EX | libc::LOCK_NB => Some(FlockOperation::NonBlockingLockExclusive),
        n if n == libc::LOCK_UN | libc::LOCK_NB => Some(FlockOperation::NonBlockingUnlock),
        _ => None,
    };
    let done = rt.wait_for(|| {
        let invalid = std::io::Error::from_raw_os_error(libc::EINVAL);
        let Some(operation) = operation else {
            return Err(invalid);
        };
        let fd = borrow_descriptor(fd).ok_or(invalid)?;
        rustix::fs::flock(fd, operation).map_err(Into::into)
    })?;
    done.map_err(|error| rt.os_error_from(&error, None))?;
    Ok(Value::NONE)
}

fn lockf(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("lockf", args, 2, 5)?;
    let fd = file_descriptor(rt, &given[0])?;
    let code = rt.index_i64(&given[1])? as i32;
    let number = |i: usize| given.get(i).map_or(Ok(0), |v| rt.index_i64(v));
    let kind = match code & !libc::LOCK_NB {
        libc::LOCK_UN => libc::F_UNLCK,
        libc::LOCK_SH => libc::F_RDLCK,
        libc::LOCK_EX => libc::F_WRLCK,
        _ => return Err(rt.value_error("unrecognized lockf argument")),
    };
    let range = FileRange {
        kind: kind as i16,
        len: number(2)?,
        start: number(3)?,
        whence: number(4)? as i16,
    };
    let done = rt.wait_for(|| process::lock_range(fd, range, code & libc::LOCK_NB == 0))?;
    done.map_err(|error| rt.os_error_from(&error, None))?;
    Ok(Value::NONE)
}

/// The requests that are known: bytes to be read, and the size of a terminal.
fn ioctl(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("ioctl", args, 2, 4)?;
    let fd = file_descriptor(rt, &given[0])?;
    let request = rt.index_i64(&given[1])? as u64;
    let failed = |errno: rustix::io::Errno| rt.os_error_from(&errno.into(), None);
    let open = borrow_descriptor(fd).ok_or_else(|| failed(rustix::io::Errno::BADF))?;
    let answer: Vec<u8> = if request == libc::FIONREAD {
        let count = rustix::io::ioctl_fionread(open).map_err(failed)?;
        (count as u32).to_ne_bytes().to_vec()
    } else if request == libc::TIOCGWINSZ {
        let size = rustix::termios::tcgetwinsize(open).map_err(failed)?;
        [size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel]
            .iter()
            .flat_map(|n| n.to_ne_bytes())
            .collect()
    } else {
        return Err(failed(rustix::io::Errno::NOTTY));
    };
    match given.get(2) {
        Some(value) if rt.is_instance(value, &rt.types.bytes) => {
            let mut bytes = rt.bytes_like(value)?;
            for (place, byte) in bytes.iter_mut().zip(&answer) {
                *place = *byte;
            }
            Ok(rt.bytes(&bytes).into_value())
        }
        Some(value) => match rt.writable_buffer(value)? {
            Some(buffer) => {
                buffer.write(0, &answer[..answer.len().min(buffer.len())]);
                Ok(rt.int(0))
            }
            None => Ok(rt.int(0)),
        },
        None => Ok(rt.int(0)),
    }
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
    F_GETOWN F_SETOWN F_RDLCK F_UNLCK F_WRLCK F_GETLEASE F_SETLEASE F_NOTIFY F_GETPIPE_SZ F_SETPIPE_SZ F_ADD_SEALS
    F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW FD_CLOEXEC
};

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("fcntl", FUNCTIONS);
    for (name, number) in NUMBERS {
        module.set(rt, name, rt.int(*number));
    }
    for (name, number) in [
        ("F_EXLCK", 4),
        ("F_SHLCK", 8),
        ("F_GETSIG", 11),
        ("F_SETSIG", 10),
        ("F_GETLK64", 5),
        ("F_SETLK64", 6),
        ("F_SETLKW64", 7),
        ("FASYNC", 8192),
    ] {
        module.set(rt, name, rt.int(number));
    }
    Ok(module)
}
