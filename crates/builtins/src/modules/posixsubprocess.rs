//! `_posixsubprocess`: a child that becomes another program (`Modules/_posixsubprocess.c`).

use super::posix::children;
use hognose_heap::{process, signals};
use hognose_object::module::Module;
use hognose_object::tuple::{List, Tuple};
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};
use hognose_vm::{borrow_descriptor, own_descriptor};
use rustix::fd::IntoRawFd;
use rustix::io::{self, DupFlags, Errno, FdFlags};
use rustix::process as sys;
use std::ffi::CString;

const FUNCTIONS: &[NativeDef] = &[NativeDef::new(
    "fork_exec",
    "($module, args, executable_list, close_fds, pass_fds, cwd, env,\n          p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          allow_vfork, /)",
    Call::Many(fork_exec),
)];

/// What the child is to be, all of it made before the fork.
struct Plan {
    executables: Vec<CString>,
    arguments: Vec<CString>,
    /// `None` for the program's own, as it is when the child begins.
    environment: Option<Vec<CString>>,
    close_fds: bool,
    keep: Vec<i32>,
    cwd: Option<Vec<u8>>,
    /// p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write
    pipes: [i32; 8],
    restore_signals: bool,
    set_session: bool,
    group: i32,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
}

fn fork_exec(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("fork_exec", args, 23, 23)?;
    let number = |i: usize| -> PyResult<i32> { Ok(rt.index_i64(&given[i])? as i32) };
    let close_fds = rt.truth(&given[2])?;
    let mut pipes = [0; 8];
    for (i, pipe) in pipes.iter_mut().enumerate() {
        *pipe = number(6 + i)?;
    }
    if close_fds && pipes[7] < 3 {
        return Err(rt.value_error("errpipe_write must be >= 3"));
    }
    let Some(keep) = given[3].downcast_ref::<Tuple>() else {
        return Err(rt.type_error(format!(
            "fork_exec() argument 4 must be tuple, not {}",
            rt.type_name(&given[3])
        )));
    };
    let keep = kept(rt, keep)?;
    let executables = byte_texts(rt, &given[1])?;
    let arguments = match () {
        () if given[0].is_none() => Vec::new(),
        () if given[0].downcast_ref::<List>().is_some()
            || given[0].downcast_ref::<Tuple>().is_some() =>
        {
            children::texts(rt, &given[0])?
        }
        () => return Err(rt.type_error("expected tuple or list")),
    };
    let environment = match given[5].is_none() {
        true => None,
        false => Some(byte_texts(rt, &given[5])?),
    };
    let optional = |i: usize| -> PyResult<Option<u32>> {
        if given[i].is_none() {
            return Ok(None);
        }
        match u32::try_from(rt.index_i64(&given[i])?) {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(rt.value_error(if i == 17 {
                "invalid group id"
            } else {
                "invalid user id"
            })),
        }
    };
    let groups = if given[18].is_none() {
        None
    } else {
        let row = rt.collect(&given[18])?;
        let ids: PyResult<Vec<u32>> = row
            .iter()
            .map(|id| {
                let number = rt.index(id)?;
                let number = rt
                    .as_int(&number)
                    .and_then(|n| u32::try_from(n.to_i64()?).ok());
                number.ok_or_else(|| rt.value_error("invalid group id"))
            })
            .collect();
        Some(ids?)
    };
    let plan = Plan {
        executables,
        arguments,
        environment,
        close_fds,
        keep,
        cwd: if given[4].is_none() {
            None
        } else {
            let cwd = crate::paths::path_argument(rt, &given[4])?;
            Some(cwd.into_os_string().into_encoded_bytes())
        },
        pipes,
        restore_signals: rt.truth(&given[14])?,
        set_session: rt.truth(&given[15])?,
        group: number(16)?,
        gid: optional(17)?,
        groups,
        uid: optional(19)?,
        umask: number(20)?,
    };
    let before_exec = Some(&given[21]).filter(|f| !f.is_none());
    if before_exec.is_some() {
        children::before_fork(rt);
    }
    let made = process::fork();
    if let Ok(0) = made {
        if before_exec.is_some() {
            children::after_fork_in_child(rt);
        }
        run_child(rt, plan, before_exec);
    }
    if before_exec.is_some() {
        children::after_fork_in_parent(rt);
    }
    match made {
        Ok(pid) => Ok(rt.int(i64::from(pid))),
        Err(error) => Err(rt.os_error_from(&error, None)),
    }
}

fn byte_texts(rt: &Rt, row: &Value) -> PyResult<Vec<CString>> {
    let texts = rt.collect(row)?.into_iter().map(|item| {
        CString::new(children::bytes_of(rt, &item)?)
            .map_err(|_| rt.value_error("embedded null byte"))
    });
    texts.collect()
}

/// Descriptors that the child keeps: sorted, none twice, none negative.
fn kept(rt: &Rt, row: &Tuple) -> PyResult<Vec<i32>> {
    use hognose_object::tuple::TupleExt;
    let mut out = Vec::new();
    for item in row.items() {
        let fd = rt.as_int(&item).and_then(|n| n.to_i64());
        let fd = fd.and_then(|n| i32::try_from(n).ok());
        match fd.filter(|fd| *fd >= 0 && out.last().is_none_or(|last| last < fd)) {
            Some(fd) => out.push(fd),
            None => return Err(rt.value_error("bad value(s) in fds_to_keep")),
        }
    }
    Ok(out)
}

/// The child's half (`child_exec`): it becomes the program, or says through the pipe why not.
fn run_child(rt: &Rt, mut plan: Plan, before_exec: Option<&Value>) -> ! {
    let error_pipe = plan.pipes[7];
    let report = match prepare(&mut plan) {
        Err((errno, place)) => format!("OSError:{:x}:{place}", errno.raw_os_error()),
        Ok(()) => match before_exec.map(|function| rt.call(function, &[])) {
            Some(Err(_)) => "SubprocessError:0:Exception occurred in preexec_fn.".to_owned(),
            _ => {
                if plan.close_fds {
                    close_at_exec(&plan.keep);
                }
                format!("OSError:{:x}:", execute(rt, &plan))
            }
        },
    };
    if let Some(pipe) = borrow_descriptor(error_pipe) {
        // Nobody is left to tell if even that fails.
        let _ = io::write(pipe, report.as_bytes());
    }
    process::exit_now(255)
}

fn inherit(fd: i32, inheritable: bool) -> io::Result<()> {
    let fd = borrow_descriptor(fd).ok_or(Errno::BADF)?;
    let flags = if inheritable {
        FdFlags::empty()
    } else {
        FdFlags::CLOEXEC
    };
    io::fcntl_setfd(fd, flags)
}

fn close(fd: i32) {
    // One that is not open need not be closed.
    let _ = hognose_heap::process::close_file(fd);
}

fn duplicate(fd: i32) -> io::Result<i32> {
    let fd = borrow_descriptor(fd).ok_or(Errno::BADF)?;
    Ok(io::fcntl_dupfd_cloexec(fd, 0)?.into_raw_fd())
}

/// Makes `from` the descriptor `to`, which the program inherits.
fn place(from: i32, to: i32) -> io::Result<()> {
    if from == to {
        return inherit(to, true);
    }
    if from == -1 {
        return Ok(());
    }
    let source = borrow_descriptor(from).ok_or(Errno::BADF)?;
    let mut target = own_descriptor(to).ok_or(Errno::BADF)?;
    let done = io::dup3(source, &mut target, DupFlags::empty());
    let _ = target.into_raw_fd();
    done
}

fn prepare(plan: &mut Plan) -> Result<(), (Errno, &'static str)> {
    let early = |errno: Errno| (errno, "noexec");
    let [
        stdin,
        to_stdin,
        from_stdout,
        mut stdout,
        from_stderr,
        mut stderr,
        error_read,
        error_write,
    ] = plan.pipes;
    for &fd in plan.keep.iter().filter(|fd| **fd != error_write) {
        inherit(fd, true).map_err(early)?;
    }
    for fd in [to_stdin, from_stdout, from_stderr, error_read] {
        if fd != -1 {
            close(fd);
        }
    }
    // A descriptor that stands where another belongs is moved out of its way.
    if stdout == 0 {
        stdout = duplicate(stdout).map_err(early)?;
    }
    while matches!(stderr, 0 | 1) {
        stderr = duplicate(stderr).map_err(early)?;
    }
    place(stdin, 0).map_err(early)?;
    place(stdout, 1).map_err(early)?;
    place(stderr, 2).map_err(early)?;
    if let Some(cwd) = &plan.cwd {
        sys::chdir(cwd.as_slice()).map_err(|errno| (errno, "noexec"))?;
    }
    if plan.umask >= 0 {
        sys::umask(rustix::fs::Mode::from_bits_truncate(plan.umask as u32));
    }
    if plan.restore_signals {
        for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
            // As `_Py_RestoreSignals` does, without asking whether it worked.
            let _ = signals::set(signal as usize, signals::Disposition::Default);
        }
    }
    if plan.set_session {
        sys::setsid().map_err(early)?;
    }
    if plan.group >= 0 {
        sys::setpgid(None, sys::Pid::from_raw(plan.group)).map_err(early)?;
    }
    let other = |error: std::io::Error| {
        (
            Errno::from_io_error(&error).unwrap_or(Errno::INVAL),
            "noexec",
        )
    };
    if let Some(groups) = &plan.groups {
        process::set_groups(groups).map_err(other)?;
    }
    if let Some(gid) = plan.gid {
        process::set_identity(process::Identity::Groups(gid, gid)).map_err(other)?;
    }
    if let Some(uid) = plan.uid {
        process::set_identity(process::Identity::Users(uid, uid)).map_err(other)?;
    }
    Ok(())
}

/// Lets go of all descriptors from 3 up that are not kept, when the program begins.
fn close_at_exec(keep: &[i32]) {
    let Ok(folder) = std::fs::read_dir("/proc/self/fd") else {
        return;
    };
    let open = folder.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    for fd in open.filter(|fd| *fd >= 3 && !keep.contains(fd)) {
        // The folder's own descriptor is among them, and gone by the time of a failure.
        let _ = inherit(fd, false);
    }
}

/// Tries one executable after the other; gives the error that counts.
fn execute(rt: &Rt, plan: &Plan) -> i32 {
    let own = || children::environment(rt);
    let environment = plan.environment.clone().unwrap_or_else(own);
    let mut saved = 0;
    let mut last = libc::ENOENT;
    for executable in &plan.executables {
        let error = process::execute(executable, &plan.arguments, &environment);
        last = error.raw_os_error().unwrap_or(libc::EINVAL);
        if !matches!(last, libc::ENOENT | libc::ENOTDIR) && saved == 0 {
            saved = last;
        }
    }
    if saved == 0 { last } else { saved }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("_posixsubprocess", FUNCTIONS))
}
