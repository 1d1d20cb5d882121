//! What the system tells of itself and of the process: limits, identities, groups, priorities.

use super::{argument, descriptors, failed, limits, required};
use hognose_heap::process::{self, Identity};
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};
use rustix::process as sys;
use std::ffi::CString;
use std::io;

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("confstr", "($module, name, /)", Call::One(confstr)),
    NativeDef::new(
        "ctermid",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.str("/dev/tty").into_value())),
    ),
    NativeDef::new(
        "fpathconf",
        "($module, fd, name, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("fpathconf", args, 2, 2)?;
            let fd = super::super::file_descriptor(rt, &given[0])?;
            limit(
                rt,
                process::file_limit(fd, named(rt, &given[1], limits::PATH)?),
            )
        }),
    ),
    NativeDef::new(
        "getgroups",
        "($module, /)",
        Call::Zero(|rt, _| {
            let groups = sys::getgroups().map_err(|e| failed(rt, e, None))?;
            let groups = groups.iter().map(|g| rt.int(i64::from(g.as_raw())));
            Ok(rt.list(groups.collect()).into_value())
        }),
    ),
    NativeDef::new("getloadavg", "($module, /)", Call::Zero(getloadavg)),
    NativeDef::new("getlogin", "($module, /)", Call::Zero(getlogin)),
    NativeDef::new(
        "getpgid",
        "($module, /, pid)",
        Call::Many(|rt, _, args| {
            let pid = pid_of(rt, &required(rt, args, "getpgid", 0, "pid")?)?;
            number(rt, sys::getpgid(pid))
        }),
    ),
    NativeDef::new(
        "getpriority",
        "($module, /, which, who)",
        Call::Many(getpriority),
    ),
    NativeDef::new(
        "getresgid",
        "($module, /)",
        Call::Zero(|rt, _| three(rt, "Gid:")),
    ),
    NativeDef::new(
        "getresuid",
        "($module, /)",
        Call::Zero(|rt, _| three(rt, "Uid:")),
    ),
    NativeDef::new(
        "getsid",
        "($module, pid, /)",
        Call::One(|rt, _, pid| {
            let pid = pid_of(rt, pid)?;
            number(rt, sys::getsid(pid))
        }),
    ),
    NativeDef::new("killpg", "($module, pgid, signal, /)", Call::Many(killpg)),
    NativeDef::new(
        "nice",
        "($module, increment, /)",
        Call::One(|rt, _, by| {
            let new = sys::nice(rt.index_i64(by)? as i32).map_err(|e| failed(rt, e, None))?;
            Ok(rt.int(i64::from(new)))
        }),
    ),
    NativeDef::new("pathconf", "($module, /, path, name)", Call::Many(pathconf)),
    NativeDef::new(
        "sched_get_priority_max",
        "($module, /, policy)",
        Call::Many(|rt, _, args| priority_bound(rt, args, 99)),
    ),
    NativeDef::new(
        "sched_get_priority_min",
        "($module, /, policy)",
        Call::Many(|rt, _, args| priority_bound(rt, args, 1)),
    ),
    NativeDef::new(
        "sched_yield",
        "($module, /)",
        Call::Zero(|rt, _| {
            rt.without_turn(std::thread::yield_now);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "setegid",
        "($module, egid, /)",
        Call::One(|rt, _, g| identity(rt, Identity::EffectiveGroup(id(rt, g)?))),
    ),
    NativeDef::new(
        "seteuid",
        "($module, euid, /)",
        Call::One(|rt, _, u| identity(rt, Identity::EffectiveUser(id(rt, u)?))),
    ),
    NativeDef::new(
        "setgid",
        "($module, gid, /)",
        Call::One(|rt, _, g| identity(rt, Identity::Group(id(rt, g)?))),
    ),
    NativeDef::new(
        "setgroups",
        "($module, groups, /)",
        Call::One(|rt, _, groups| {
            let ids: PyResult<Vec<u32>> = rt.collect(groups)?.iter().map(|g| id(rt, g)).collect();
            process::set_groups(&ids?).map_err(|e| failed(rt, e, None))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "setpgid",
        "($module, pid, pgrp, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("setpgid", args, 2, 2)?;
            let done = sys::setpgid(pid_of(rt, &given[0])?, pid_of(rt, &given[1])?);
            done.map_err(|e| failed(rt, e, None))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "setpgrp",
        "($module, /)",
        Call::Zero(|rt, _| {
            sys::setpgid(None, None).map_err(|e| failed(rt, e, None))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "setpriority",
        "($module, /, which, who, priority)",
        Call::Many(setpriority),
    ),
    NativeDef::new(
        "setregid",
        "($module, rgid, egid, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("setregid", args, 2, 2)?;
            identity(rt, Identity::Groups(id(rt, &given[0])?, id(rt, &given[1])?))
        }),
    ),
    NativeDef::new(
        "setresgid",
        "($module, rgid, egid, sgid, /)",
        Call::Many(|rt, _, args| {
            let g = rt.positional("setresgid", args, 3, 3)?;
            identity(
                rt,
                Identity::ThreeGroups(id(rt, &g[0])?, id(rt, &g[1])?, id(rt, &g[2])?),
            )
        }),
    ),
    NativeDef::new(
        "setresuid",
        "($module, ruid, euid, suid, /)",
        Call::Many(|rt, _, args| {
            let g = rt.positional("setresuid", args, 3, 3)?;
            identity(
                rt,
                Identity::ThreeUsers(id(rt, &g[0])?, id(rt, &g[1])?, id(rt, &g[2])?),
            )
        }),
    ),
    NativeDef::new(
        "setreuid",
        "($module, ruid, euid, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("setreuid", args, 2, 2)?;
            identity(rt, Identity::Users(id(rt, &given[0])?, id(rt, &given[1])?))
        }),
    ),
    NativeDef::new(
        "setsid",
        "($module, /)",
        Call::Zero(|rt, _| {
            sys::setsid().map_err(|e| failed(rt, e, None))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "setuid",
        "($module, uid, /)",
        Call::One(|rt, _, u| identity(rt, Identity::User(id(rt, u)?))),
    ),
    NativeDef::new(
        "sync",
        "($module, /)",
        Call::Zero(|rt, _| {
            rt.without_turn(rustix::fs::sync);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "sysconf",
        "($module, name, /)",
        Call::One(|rt, _, name| limit(rt, process::system_limit(named(rt, name, limits::SYSTEM)?))),
    ),
    NativeDef::new(
        "tcgetpgrp",
        "($module, fd, /)",
        Call::One(|rt, _, fd| {
            number(
                rt,
                rustix::termios::tcgetpgrp(descriptors::descriptor(rt, fd)?),
            )
        }),
    ),
    NativeDef::new(
        "ttyname",
        "($module, fd, /)",
        Call::One(|rt, _, fd| {
            let name = rustix::termios::ttyname(descriptors::descriptor(rt, fd)?, Vec::new());
            let name = name.map_err(|e| failed(rt, e, None))?;
            Ok(crate::paths::decode(rt, name.as_bytes()).into_value())
        }),
    ),
];

/// A name of the table, or a number as it is.
fn named(rt: &Rt, value: &Value, table: &[(&str, i32)]) -> PyResult<i32> {
    if let Some(name) = value.downcast_ref::<Str>() {
        let found = table.iter().find(|(known, _)| name.is_text(known));
        return found
            .map(|(_, number)| *number)
            .ok_or_else(|| rt.value_error("unrecognized configuration name"));
    }
    match rt.as_int(value).and_then(|n| n.to_i64()) {
        Some(number) => Ok(number as i32),
        None => Err(rt.type_error("configuration names must be strings or integers")),
    }
}

fn limit(rt: &Rt, found: io::Result<Option<i64>>) -> PyResult {
    let found = found.map_err(|e| failed(rt, e, None))?;
    Ok(rt.int(found.unwrap_or(-1)))
}

fn confstr(rt: &Rt, _: &Value, name: &Value) -> PyResult {
    let found = process::system_text(named(rt, name, limits::TEXT)?);
    let found = found.map_err(|e| failed(rt, e, None))?;
    Ok(found.map_or(Value::NONE, |text| {
        crate::paths::decode(rt, &text).into_value()
    }))
}

fn pathconf(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "pathconf", 0, "path")?;
    let name = required(rt, args, "pathconf", 1, "name")?;
    let name = named(rt, &name, limits::PATH)?;
    if rt.as_int(&path).is_some() {
        let fd = super::super::file_descriptor(rt, &path)?;
        return limit(rt, process::file_limit(fd, name));
    }
    use std::os::unix::ffi::OsStrExt;
    let file = crate::paths::path_argument(rt, &path)?;
    let file = CString::new(file.as_os_str().as_bytes())
        .map_err(|_| rt.value_error("embedded null byte"))?;
    let found = process::path_limit(&file, name).map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(rt.int(found.unwrap_or(-1)))
}

fn pid_of(rt: &Rt, value: &Value) -> PyResult<Option<sys::Pid>> {
    let number = rt.index_i64(value)? as i32;
    if number < 0 {
        return Err(rt.os_error_from(&rustix::io::Errno::SRCH.into(), None));
    }
    Ok(sys::Pid::from_raw(number))
}

fn number(rt: &Rt, pid: rustix::io::Result<sys::Pid>) -> PyResult {
    let pid = pid.map_err(|e| failed(rt, e, None))?;
    Ok(rt.int(i64::from(pid.as_raw_nonzero().get())))
}

/// A user's or group's number; −1 leaves it as it is.
fn id(rt: &Rt, value: &Value) -> PyResult<u32> {
    if rt.as_int(value).is_none() && rt.type_of(value).slots.index.get().is_none() {
        let name = rt.type_name(value);
        return Err(rt.type_error(format!("uid should be integer, not {name}")));
    }
    let number = rt.index(value)?;
    match rt.as_int(&number).and_then(|n| n.to_i64()) {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(rt.overflow_error("uid is less than minimum")),
        Some(n) if n < i64::from(u32::MAX) => Ok(n as u32),
        _ => Err(rt.overflow_error("uid is greater than maximum")),
    }
}

fn identity(rt: &Rt, identity: Identity) -> PyResult {
    process::set_identity(identity).map_err(|e| failed(rt, e, None))?;
    Ok(Value::NONE)
}

fn getloadavg(rt: &Rt, _: &Value) -> PyResult {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let numbers: Vec<Value> = text
        .split_whitespace()
        .take(3)
        .filter_map(|word| word.parse().ok())
        .map(|x| rt.float(x))
        .collect();
    if numbers.len() != 3 {
        return Err(rt.os_error("Load averages are unobtainable"));
    }
    Ok(rt.tuple(numbers).into_value())
}

/// The user whose login session it is, by the kernel's account.
fn getlogin(rt: &Rt, _: &Value) -> PyResult {
    let none = || failed(rt, rustix::io::Errno::NXIO, None);
    let text = std::fs::read_to_string("/proc/self/loginuid").map_err(|_| none())?;
    let id: i64 = text.trim().parse().map_err(|_| none())?;
    let users = crate::import::import_module(rt, "pwd")?;
    let user = rt.call_method(&users, &rt.intern("getpwuid"), &[rt.int(id)]);
    rt.getattr_str(&user.map_err(|_| none())?, "pw_name")
}

/// Real, effective and saved, as the process's status has them.
fn three(rt: &Rt, label: &str) -> PyResult {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(label));
    let words = line.unwrap_or_default().split_whitespace().skip(1).take(3);
    let numbers: Vec<Value> = words
        .filter_map(|w| w.parse().ok())
        .map(|n| rt.int(n))
        .collect();
    Ok(rt.tuple(numbers).into_value())
}

fn getpriority(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let which = rt.index_i64(&required(rt, args, "getpriority", 0, "which")?)?;
    let who = required(rt, args, "getpriority", 1, "who")?;
    let found = match which {
        0 => sys::getpriority_process(pid_of(rt, &who)?),
        1 => sys::getpriority_pgrp(pid_of(rt, &who)?),
        2 => sys::getpriority_user(rustix::fs::Uid::from_raw(id(rt, &who)?)),
        _ => Err(rustix::io::Errno::INVAL),
    };
    Ok(rt.int(i64::from(found.map_err(|e| failed(rt, e, None))?)))
}

fn setpriority(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let which = rt.index_i64(&required(rt, args, "setpriority", 0, "which")?)?;
    let who = required(rt, args, "setpriority", 1, "who")?;
    let new = rt.index_i64(&required(rt, args, "setpriority", 2, "priority")?)? as i32;
    let done = match which {
        0 => sys::setpriority_process(pid_of(rt, &who)?, new),
        1 => sys::setpriority_pgrp(pid_of(rt, &who)?, new),
        2 => sys::setpriority_user(rustix::fs::Uid::from_raw(id(rt, &who)?), new),
        _ => Err(rustix::io::Errno::INVAL),
    };
    done.map_err(|e| failed(rt, e, None))?;
    Ok(Value::NONE)
}

fn priority_bound(rt: &Rt, args: &Args<'_>, real_time: i64) -> PyResult {
    let policy = argument(args, 0, "policy").map_or(Ok(-1), |v| rt.index_i64(&v))?;
    match policy as i32 {
        libc::SCHED_FIFO | libc::SCHED_RR => Ok(rt.int(real_time)),
        libc::SCHED_OTHER | libc::SCHED_BATCH | libc::SCHED_IDLE => Ok(rt.int(0)),
        _ => Err(failed(rt, rustix::io::Errno::INVAL, None)),
    }
}

fn killpg(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("killpg", args, 2, 2)?;
    let invalid = || failed(rt, rustix::io::Errno::INVAL, None);
    let group = pid_of(rt, &given[0])?.ok_or_else(invalid)?;
    let done = match rt.index_i64(&given[1])? {
        0 => sys::test_kill_process_group(group),
        n => {
            let signal = sys::Signal::from_named_raw(n as i32).ok_or_else(invalid)?;
            sys::kill_process_group(group, signal)
        }
    };
    done.map_err(|e| failed(rt, e, None))?;
    rt.attend()?;
    Ok(Value::NONE)
}

pub(super) fn install(rt: &Rt, module: &Ref<Module>) {
    for (name, table) in [
        ("sysconf_names", limits::SYSTEM),
        ("pathconf_names", limits::PATH),
        ("confstr_names", limits::TEXT),
    ] {
        let pairs = table.iter().map(|(name, n)| (*name, rt.int(i64::from(*n))));
        module.set(rt, name, rt.dict_from(pairs));
    }
}
