//! The process itself: made twice, replaced, ended; and what the C library alone can tell or do.
//!
//! It stands here, beside the turns, because a forked child has one thread and must find the turn its own.

use crate::turn;
use std::ffi::{CStr, CString};
use std::io;

/// Makes a second process, in which only the calling thread goes on; 0 in the child, its number in the parent.
///
/// The C library looks after its own locks. Another thread of ours can hold none but the turn's, which is held here
/// meanwhile, or one that it took while it gave its turn away.
pub fn fork() -> io::Result<i32> {
    turn::while_forking(|| {
        // SAFETY: the call has no condition on memory; what other threads owned merely stays as it was in the child.
        let pid = unsafe { libc::fork() };
        if pid < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(pid)
        }
    })
}

/// Becomes another program; comes back only if that fails (`execve`).
pub fn execute(path: &CStr, arguments: &[CString], environment: &[CString]) -> io::Error {
    let row = |texts: &[CString]| -> Vec<*const libc::c_char> {
        let ends = std::iter::once(std::ptr::null());
        texts.iter().map(|text| text.as_ptr()).chain(ends).collect()
    };
    let (arguments, environment) = (row(arguments), row(environment));
    // SAFETY: both rows end in null, and the texts they point to live as long as the call.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    io::Error::last_os_error()
}

/// Ends the process at once: nothing is flushed, no handler runs (`_exit`).
pub fn exit_now(status: i32) -> ! {
    // SAFETY: the call has no condition.
    unsafe { libc::_exit(status) }
}

/// A limit of the running system by its number; `None` if there is no such limit (`sysconf`).
pub fn system_limit(name: i32) -> io::Result<Option<i64>> {
    clear_errno();
    // SAFETY: the call has no condition.
    let value = unsafe { libc::sysconf(name) };
    limit(value)
}

/// A limit of an open file by its number (`fpathconf`).
pub fn file_limit(fd: i32, name: i32) -> io::Result<Option<i64>> {
    clear_errno();
    // SAFETY: the call has no condition; a number that is no file's fails.
    let value = unsafe { libc::fpathconf(fd, name) };
    limit(value)
}

/// A limit of a path by its number (`pathconf`).
pub fn path_limit(path: &CStr, name: i32) -> io::Result<Option<i64>> {
    clear_errno();
    // SAFETY: the path is a text that ends in null.
    let value = unsafe { libc::pathconf(path.as_ptr(), name) };
    limit(value)
}

/// A text about the system by its number (`confstr`).
pub fn system_text(name: i32) -> io::Result<Option<Vec<u8>>> {
    clear_errno();
    let mut text = vec![0u8; 4096];
    // SAFETY: the buffer has the length that is told.
    let len = unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
    match len {
        0 if io::Error::last_os_error().raw_os_error() != Some(0) => {
            Err(io::Error::last_os_error())
        }
        0 => Ok(None),
        _ => {
            text.truncate((len - 1).min(4095));
            Ok(Some(text))
        }
    }
}

fn clear_errno() {
    // SAFETY: the place is the thread's own.
    unsafe { *libc::__errno_location() = 0 };
}

fn limit(value: libc::c_long) -> io::Result<Option<i64>> {
    if value != -1 {
        return Ok(Some(value));
    }
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(0) => Ok(None),
        error => Err(error),
    }
}

/// Who the process acts for.
#[derive(Clone, Copy, Debug)]
pub enum Identity {
    User(u32),
    EffectiveUser(u32),
    Group(u32),
    EffectiveGroup(u32),
    /// Real and effective; `u32::MAX` leaves one as it is.
    Users(u32, u32),
    Groups(u32, u32),
    ThreeUsers(u32, u32, u32),
    ThreeGroups(u32, u32, u32),
}

/// Changes who the process acts for, in all its threads.
pub fn set_identity(identity: Identity) -> io::Result<()> {
    // SAFETY: none of the calls touches memory of ours.
    let done = unsafe {
        match identity {
            Identity::User(u) => libc::setuid(u),
            Identity::EffectiveUser(u) => libc::seteuid(u),
            Identity::Group(g) => libc::setgid(g),
            Identity::EffectiveGroup(g) => libc::setegid(g),
            Identity::Users(r, e) => libc::setreuid(r, e),
            Identity::Groups(r, e) => libc::setregid(r, e),
            Identity::ThreeUsers(r, e, s) => libc::setresuid(r, e, s),
            Identity::ThreeGroups(r, e, s) => libc::setresgid(r, e, s),
        }
    };
    checked(done).map(drop)
}

/// Changes the process's other groups.
pub fn set_groups(groups: &[u32]) -> io::Result<()> {
    // SAFETY: the row has the length that is told.
    checked(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }).map(drop)
}

/// Sets an option of a socket to these bytes (`setsockopt`).
pub fn set_socket_option(fd: i32, level: i32, name: i32, value: &[u8]) -> io::Result<()> {
    let len = value.len() as libc::socklen_t;
    // SAFETY: the bytes have the length that is told; the kernel only reads them.
    checked(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), len) }).map(drop)
}

/// An option of a socket, of at most `room` bytes (`getsockopt`).
pub fn socket_option(fd: i32, level: i32, name: i32, room: usize) -> io::Result<Vec<u8>> {
    let mut value = vec![0u8; room];
    let mut len = room as libc::socklen_t;
    // SAFETY: the buffer has the length that is told.
    checked(unsafe { libc::getsockopt(fd, level, name, value.as_mut_ptr().cast(), &raw mut len) })?;
    value.truncate(len as usize);
    Ok(value)
}

/// Closes a descriptor by its number, open or not (`close`). After any error but `EBADF` it is closed all the same.
pub fn close_file(fd: i32) -> io::Result<()> {
    // SAFETY: programs own descriptors as plain numbers; no Rust value that relies on owning one is handed its number.
    checked(unsafe { libc::close(fd) }).map(drop)
}

/// `fcntl` with a number; commands whose argument is an address are refused with `EINVAL`.
pub fn control_file(fd: i32, command: i32, argument: i32) -> io::Result<i32> {
    let takes_number = matches!(
        command,
        libc::F_DUPFD
            | libc::F_DUPFD_CLOEXEC
            | libc::F_GETFD
            | libc::F_SETFD
            | libc::F_GETFL
            | libc::F_SETFL
            | libc::F_GETOWN
            | libc::F_SETOWN
            | libc::F_GETPIPE_SZ
            | libc::F_SETPIPE_SZ
            | libc::F_GETLEASE
            | libc::F_SETLEASE
            | libc::F_NOTIFY
            | libc::F_ADD_SEALS
            | libc::F_GET_SEALS
    );
    if !takes_number {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    // SAFETY: none of these commands takes an address.
    checked(unsafe { libc::fcntl(fd, command, argument) })
}

/// Part of a file, as locks see it.
#[derive(Clone, Copy, Debug)]
pub struct FileRange {
    /// `F_RDLCK`, `F_WRLCK` or `F_UNLCK`.
    pub kind: i16,
    pub whence: i16,
    pub start: i64,
    /// 0 for all that follows.
    pub len: i64,
}

/// Locks or unlocks part of a file; waits for the lock if told to (`F_SETLKW`).
pub fn lock_range(fd: i32, range: FileRange, wait: bool) -> io::Result<()> {
    let lock = libc::flock {
        l_type: range.kind,
        l_whence: range.whence,
        l_start: range.start,
        l_len: range.len,
        l_pid: 0,
    };
    let command = if wait { libc::F_SETLKW } else { libc::F_SETLK };
    // SAFETY: the structure is the one that these commands read.
    checked(unsafe { libc::fcntl(fd, command, &raw const lock) }).map(drop)
}

/// What was used by the process, its children or the thread (`getrusage`): two times in seconds, then the counts.
pub fn resource_usage(who: i32) -> io::Result<([f64; 2], [i64; 14])> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the structure is the one that the call fills; all zeroes are a valid one.
    let usage = unsafe {
        checked(libc::getrusage(who, usage.as_mut_ptr()))?;
        usage.assume_init()
    };
    Ok(usage_parts(&usage))
}

fn usage_parts(usage: &libc::rusage) -> ([f64; 2], [i64; 14]) {
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    (
        [seconds(usage.ru_utime), seconds(usage.ru_stime)],
        [
            usage.ru_maxrss,
            usage.ru_ixrss,
            usage.ru_idrss,
            usage.ru_isrss,
            usage.ru_minflt,
            usage.ru_majflt,
            usage.ru_nswap,
            usage.ru_inblock,
            usage.ru_oublock,
            usage.ru_msgsnd,
            usage.ru_msgrcv,
            usage.ru_nsignals,
            usage.ru_nvcsw,
            usage.ru_nivcsw,
        ],
    )
}

/// Waits for a child; gives its number, its status and what it used (`wait4`).
pub fn wait_with_usage(pid: i32, options: i32) -> io::Result<(i32, i32, ([f64; 2], [i64; 14]))> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    let mut status = 0;
    // SAFETY: both places are of the types that the call fills; all zeroes are a valid usage.
    let (found, usage) = unsafe {
        let found = checked(libc::wait4(
            pid,
            &raw mut status,
            options,
            usage.as_mut_ptr(),
        ))?;
        (found, usage.assume_init())
    };
    Ok((found, status, usage_parts(&usage)))
}

fn checked(done: i32) -> io::Result<i32> {
    if done < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_ends_with_its_status() {
        match fork().expect("a process can be made") {
            0 => exit_now(7),
            child => {
                let (found, status, _) = wait_with_usage(child, 0).expect("the child ends");
                assert_eq!((found, status >> 8), (child, 7));
            }
        }
    }

    #[test]
    fn only_numbers_reach_fcntl() {
        assert!(control_file(0, libc::F_GETLK, 1).is_err());
        assert!(system_limit(libc::_SC_PAGESIZE).is_ok_and(|size| size > Some(0)));
        assert!(system_limit(-5).is_err());
    }
}
