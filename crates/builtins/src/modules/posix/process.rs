//! The process: environment, identity, children, randomness.

use super::{failed, required};
use crate::paths;
use crate::struct_seq;
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, TypeObj, TypeSpec, Value};
use rustix::process as sys;
use std::os::unix::ffi::OsStrExt;

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "WEXITSTATUS",
        "($module, /, status)",
        Call::One(|rt, _, s| Ok(rt.int((rt.index_i64(s)? >> 8) & 0xff))),
    ),
    NativeDef::new(
        "WIFEXITED",
        "($module, /, status)",
        Call::One(|rt, _, s| Ok(Value::bool(rt.index_i64(s)? & 0x7f == 0))),
    ),
    NativeDef::new(
        "WIFSIGNALED",
        "($module, /, status)",
        Call::One(|rt, _, s| Ok(Value::bool(((rt.index_i64(s)? & 0x7f) + 1) as i8 >> 1 > 0))),
    ),
    NativeDef::new(
        "WIFSTOPPED",
        "($module, /, status)",
        Call::One(|rt, _, s| Ok(Value::bool(rt.index_i64(s)? & 0xff == 0x7f))),
    ),
    NativeDef::new(
        "WSTOPSIG",
        "($module, /, status)",
        Call::One(|rt, _, s| Ok(rt.int((rt.index_i64(s)? >> 8) & 0xff))),
    ),
    NativeDef::new(
        "WTERMSIG",
        "($module, /, status)",
        Call::One(|rt, _, s| Ok(rt.int(rt.index_i64(s)? & 0x7f))),
    ),
    NativeDef::new(
        "_exit",
        "($module, /, status)",
        Call::Many(|rt, _, args| {
            let status = rt.index_i64(&required(rt, args, "_exit", 0, "status")?)?;
            hognose_heap::process::exit_now(status as i32)
        }),
    ),
    NativeDef::new(
        "abort",
        "($module, /)",
        Call::Zero(|_, _| std::process::abort()),
    ),
    NativeDef::new(
        "cpu_count",
        "($module, /)",
        Call::Zero(|rt, _| {
            Ok(std::thread::available_parallelism()
                .map_or(Value::NONE, |n| rt.int_from_usize(n.get())))
        }),
    ),
    NativeDef::new(
        "getegid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(sys::getegid().as_raw())))),
    ),
    NativeDef::new(
        "geteuid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(sys::geteuid().as_raw())))),
    ),
    NativeDef::new(
        "getgid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(sys::getgid().as_raw())))),
    ),
    NativeDef::new(
        "getpgrp",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(sys::getpgrp().as_raw_nonzero().get())))),
    ),
    NativeDef::new(
        "getpid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(std::process::id())))),
    ),
    NativeDef::new(
        "getppid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(std::os::unix::process::parent_id())))),
    ),
    NativeDef::new("getrandom", "", Call::Many(urandom)),
    NativeDef::new(
        "getuid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(i64::from(sys::getuid().as_raw())))),
    ),
    NativeDef::new("kill", "($module, pid, signal, /)", Call::Many(kill)),
    NativeDef::new(
        "sched_getaffinity",
        "($module, pid, /)",
        Call::One(|rt, _, _| {
            let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            Ok(rt
                .set(&(0..count).map(|i| rt.int_from_usize(i)).collect::<Vec<_>>())?
                .into_value())
        }),
    ),
    NativeDef::new(
        "strerror",
        "($module, code, /)",
        Call::One(|rt, _, code| {
            let error = std::io::Error::from_raw_os_error(rt.index_i64(code)? as i32).to_string();
            Ok(rt
                .str(error.split(" (os error").next().unwrap_or_default())
                .into_value())
        }),
    ),
    NativeDef::new("times", "($module, /)", Call::Zero(times)),
    NativeDef::new(
        "umask",
        "($module, mask, /)",
        Call::One(|rt, _, mask| {
            let old = sys::umask(super::files::mode(rt.index_i64(mask)?));
            Ok(rt.int(i64::from(old.bits())))
        }),
    ),
    NativeDef::new("uname", "($module, /)", Call::Zero(uname)),
    NativeDef::new("urandom", "($module, size, /)", Call::Many(urandom)),
    NativeDef::new(
        "waitstatus_to_exitcode",
        "($module, /, status)",
        Call::One(|rt, _, status| {
            let status = rt.index_i64(status)?;
            Ok(rt.int(if status & 0x7f == 0 {
                (status >> 8) & 0xff
            } else {
                -(status & 0x7f)
            }))
        }),
    ),
];

static UNAME: TypeSpec = struct_seq::spec("posix.uname_result");
static TIMES: TypeSpec = struct_seq::spec("posix.times_result");
static TERMINAL_SIZE: TypeSpec = struct_seq::spec("os.terminal_size");
static SCHED_PARAM: TypeSpec = struct_seq::spec("posix.sched_param");

pub(super) fn install(rt: &Rt, module: &Ref<Module>) -> PyResult<()> {
    let class = |spec, names: &[&str]| struct_seq::class(rt, spec, names, &[]);
    module.set(
        rt,
        "uname_result",
        class(
            &UNAME,
            &["sysname", "nodename", "release", "version", "machine"],
        ),
    );
    let times = [
        "user",
        "system",
        "children_user",
        "children_system",
        "elapsed",
    ];
    module.set(rt, "times_result", class(&TIMES, &times));
    module.set(
        rt,
        "terminal_size",
        class(&TERMINAL_SIZE, &["columns", "lines"]),
    );
    module.set(rt, "sched_param", class(&SCHED_PARAM, &["sched_priority"]));
    let environ = rt.dict();
    for (key, value) in std::env::vars_os() {
        let (key, value) = (
            rt.bytes(key.as_bytes()).into_value(),
            rt.bytes(value.as_bytes()).into_value(),
        );
        drop(environ.set(rt, &key, value)?);
    }
    module.set(rt, "environ", environ);
    Ok(())
}

fn named(rt: &Rt, class: &str, items: Vec<Value>) -> PyResult {
    let found = crate::modules::attribute(rt, "posix", class)?;
    match found.downcast::<TypeObj>() {
        Some(class) => Ok(struct_seq::make(rt, class, items, Vec::new())),
        None => Err(rt.system_error("a class of posix is no type")),
    }
}

fn uname(rt: &Rt, _: &Value) -> PyResult {
    let u = rustix::system::uname();
    let text = |s: &std::ffi::CStr| paths::decode(rt, s.to_bytes()).into_value();
    let items = [
        u.sysname(),
        u.nodename(),
        u.release(),
        u.version(),
        u.machine(),
    ];
    named(rt, "uname_result", items.into_iter().map(text).collect())
}

fn times(rt: &Rt, _: &Value) -> PyResult {
    let own = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let wall = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let seconds = |t: rustix::time::Timespec| rt.float(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9);
    let zero = || rt.float(0.0);
    named(
        rt,
        "times_result",
        vec![seconds(own), zero(), zero(), zero(), seconds(wall)],
    )
}

fn urandom(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let size = required(rt, args, "urandom", 0, "size")?;
    let Ok(size) = usize::try_from(rt.index_i64(&size)?) else {
        return Err(rt.value_error("negative argument not allowed"));
    };
    rt.room_for_bytes(size)?;
    let mut bytes = vec![0; size];
    let mut at = 0;
    while at < bytes.len() {
        rt.attend()?;
        let part = at..bytes.len().min(at + (1 << 25));
        at += rustix::rand::getrandom(&mut bytes[part], rustix::rand::GetRandomFlags::empty())
            .map_err(|e| failed(rt, e, None))?;
    }
    Ok(rt.bytes(&bytes).into_value())
}

fn kill(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("kill", args, 2, 2)?;
    let (pid, signal) = (rt.index_i64(&given[0])?, rt.index_i64(&given[1])?);
    let bad = || failed(rt, std::io::Error::from_raw_os_error(libc::EINVAL), None);
    let signal = match signal {
        0 => None,
        n => Some(sys::Signal::from_named_raw(n as i32).ok_or_else(bad)?),
    };
    // Below zero is a group's; 0 is this process's own.
    let group = i32::try_from(pid.checked_neg().unwrap_or(0))
        .ok()
        .filter(|n| *n >= 0);
    let result = match (group, signal) {
        (Some(0), Some(signal)) => sys::kill_current_process_group(signal),
        (Some(0), None) => sys::test_kill_current_process_group(),
        (Some(group), signal) => {
            let group = sys::Pid::from_raw(group).ok_or_else(bad)?;
            match signal {
                Some(signal) => sys::kill_process_group(group, signal),
                None => sys::test_kill_process_group(group),
            }
        }
        (None, signal) => {
            let pid = i32::try_from(pid)
                .ok()
                .and_then(sys::Pid::from_raw)
                .ok_or_else(bad)?;
            match signal {
                Some(signal) => sys::kill_process(pid, signal),
                None => sys::test_kill_process(pid),
            }
        }
    };
    result.map_err(|e| failed(rt, e, None))?;
    // It may have been this process.
    rt.attend()?;
    Ok(Value::NONE)
}
