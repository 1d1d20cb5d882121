//! New processes: `fork`, `exec…`, `wait…`, and what is to run around a fork.

use super::{failed, required};
use crate::paths;
use crate::struct_seq;
use hognose_heap::process;
use hognose_object::bytes::with_bytes;
use hognose_object::module::Module;
use hognose_object::tuple::{List, Tuple};
use hognose_object::{
    Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Str, TypeObj, TypeSpec, Value,
};
use std::collections::BTreeMap;
use std::ffi::{CString, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("execv", "($module, path, argv, /)", Call::Many(execv)),
    NativeDef::new(
        "execve",
        "($module, /, path, argv, env)",
        Call::Many(execve),
    ),
    NativeDef::new(
        "fork",
        "($module, /)",
        Call::Zero(|rt, _| fork(rt).map(|pid| rt.int(pid))),
    ),
    NativeDef::new("putenv", "($module, name, value, /)", Call::Many(putenv)),
    NativeDef::new(
        "register_at_fork",
        "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)",
        Call::Many(register_at_fork),
    ),
    NativeDef::new("system", "($module, /, command)", Call::Many(system)),
    NativeDef::new("unsetenv", "($module, name, /)", Call::One(unsetenv)),
    NativeDef::new(
        "wait",
        "($module, /)",
        Call::Zero(|rt, _| wait_for(rt, -1, 0)),
    ),
    NativeDef::new("wait3", "($module, /, options)", Call::Many(wait3)),
    NativeDef::new("wait4", "($module, /, pid, options)", Call::Many(wait4)),
    NativeDef::new(
        "waitpid",
        "($module, pid, options, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("waitpid", args, 2, 2)?;
            wait_for(
                rt,
                rt.index_i64(&given[0])? as i32,
                rt.index_i64(&given[1])? as i32,
            )
        }),
    ),
];

/// What `register_at_fork` was given.
#[derive(Default)]
struct AtFork {
    before: Vec<Value>,
    in_child: Vec<Value>,
    in_parent: Vec<Value>,
}

/// Changes to the environment since the start, for children: `None` where a variable is gone.
///
/// The C library's own environment is never changed, as other threads may be reading it.
#[derive(Default)]
struct Changes(BTreeMap<Vec<u8>, Option<Vec<u8>>>);

fn change(rt: &Rt, name: Vec<u8>, value: Option<Vec<u8>>) {
    let mut state = rt.module_state.borrow_mut();
    let changes = state
        .entry("posix.environment")
        .or_insert_with(|| Box::new(Changes::default()));
    if let Some(changes) = changes.downcast_mut::<Changes>() {
        changes.0.insert(name, value);
    }
}

/// The environment as children get it: `NAME=value` each.
pub(crate) fn environment(rt: &Rt) -> Vec<CString> {
    let mut all: BTreeMap<Vec<u8>, Vec<u8>> = std::env::vars_os()
        .map(|(name, value)| (name.into_vec(), value.into_vec()))
        .collect();
    let state = rt.module_state.borrow();
    let changes = state.get("posix.environment");
    if let Some(changes) = changes.and_then(|c| c.downcast_ref::<Changes>()) {
        for (name, value) in &changes.0 {
            match value {
                Some(value) => drop(all.insert(name.clone(), value.clone())),
                None => drop(all.remove(name)),
            }
        }
    }
    all.into_iter()
        .filter_map(|(name, value)| CString::new([name.as_slice(), b"=", &value].concat()).ok())
        .collect()
}

fn name_and_value(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    let bytes = paths::path_argument(rt, value)?;
    Ok(bytes.as_os_str().as_bytes().to_vec())
}

fn putenv(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("putenv", args, 2, 2)?;
    let (name, value) = (
        name_and_value(rt, &given[0])?,
        name_and_value(rt, &given[1])?,
    );
    if name.contains(&b'=') {
        return Err(rt.value_error("illegal environment variable name"));
    }
    change(rt, name, Some(value));
    Ok(Value::NONE)
}

fn unsetenv(rt: &Rt, _: &Value, name: &Value) -> PyResult {
    let name = name_and_value(rt, name)?;
    if name.is_empty() || name.contains(&b'=') {
        let error = std::io::Error::from_raw_os_error(libc::EINVAL);
        return Err(failed(rt, error, None));
    }
    change(rt, name, None);
    Ok(Value::NONE)
}

fn register_at_fork(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = |name: &str| args.keyword(name).cloned();
    let (before, in_child, in_parent) = (
        given("before"),
        given("after_in_child"),
        given("after_in_parent"),
    );
    if before.is_none() && in_child.is_none() && in_parent.is_none() {
        return Err(rt.type_error("At least one argument is required."));
    }
    for (name, function) in [
        ("before", &before),
        ("after_in_child", &in_child),
        ("after_in_parent", &in_parent),
    ] {
        if let Some(function) = function
            && rt.type_of(function).slots.call.get().is_none()
        {
            let given = rt.type_name(function);
            return Err(rt.type_error(format!("'{name}' must be callable, not {given}")));
        }
    }
    let mut state = rt.module_state.borrow_mut();
    let hooks = state
        .entry("posix.at_fork")
        .or_insert_with(|| Box::new(AtFork::default()));
    if let Some(hooks) = hooks.downcast_mut::<AtFork>() {
        hooks.before.extend(before);
        hooks.in_child.extend(in_child);
        hooks.in_parent.extend(in_parent);
    }
    Ok(Value::NONE)
}

fn hooks(rt: &Rt, pick: fn(&AtFork) -> &Vec<Value>) -> Vec<Value> {
    let state = rt.module_state.borrow();
    let hooks = state.get("posix.at_fork");
    let hooks = hooks.and_then(|h| h.downcast_ref::<AtFork>());
    hooks.map(|h| pick(h).clone()).unwrap_or_default()
}

fn run_hooks(rt: &Rt, functions: impl IntoIterator<Item = Value>) {
    for function in functions {
        if let Err(raised) = rt.call(&function, &[]) {
            (rt.unraisable.get())(rt, &raised, "Exception ignored in", &function);
        }
    }
}

/// Runs what is to run before a fork (`PyOS_BeforeFork`).
pub(crate) fn before_fork(rt: &Rt) {
    run_hooks(rt, hooks(rt, |h| &h.before).into_iter().rev());
}

/// Runs what is to run in the child (`PyOS_AfterFork_Child`).
pub(crate) fn after_fork_in_child(rt: &Rt) {
    run_hooks(rt, hooks(rt, |h| &h.in_child));
}

/// Runs what is to run in the parent (`PyOS_AfterFork_Parent`).
pub(crate) fn after_fork_in_parent(rt: &Rt) {
    run_hooks(rt, hooks(rt, |h| &h.in_parent));
}

fn fork(rt: &Rt) -> PyResult<i64> {
    before_fork(rt);
    let made = process::fork();
    match &made {
        Ok(0) => after_fork_in_child(rt),
        _ => after_fork_in_parent(rt),
    }
    made.map(i64::from).map_err(|e| failed(rt, e, None))
}

/// A row of arguments as C texts.
pub(crate) fn texts(rt: &Rt, row: &Value) -> PyResult<Vec<CString>> {
    let texts = rt.collect(row)?.into_iter().map(|item| {
        let bytes = name_and_value(rt, &item)?;
        CString::new(bytes).map_err(|_| rt.value_error("embedded null byte"))
    });
    texts.collect()
}

fn arguments(rt: &Rt, function: &str, row: &Value) -> PyResult<Vec<CString>> {
    if row.downcast_ref::<List>().is_none() && row.downcast_ref::<Tuple>().is_none() {
        return Err(rt.type_error(format!("{function}: argv must be a tuple or list")));
    }
    let texts = texts(rt, row)?;
    match texts.first() {
        None => Err(rt.value_error(format!("{function}() arg 2 must not be empty"))),
        Some(first) if first.is_empty() => {
            Err(rt.value_error(format!("{function}() arg 2 first element cannot be empty")))
        }
        Some(_) => Ok(texts),
    }
}

fn execv(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("execv", args, 2, 2)?;
    let arguments = arguments(rt, "execv", &given[1])?;
    Err(become_program(rt, &given[0], &arguments, &environment(rt)))
}

fn execve(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "execve", 0, "path")?;
    let arguments = arguments(rt, "execve", &required(rt, args, "execve", 1, "argv")?)?;
    let mapping = required(rt, args, "execve", 2, "env")?;
    let Some(items) = rt.getattr_opt(&mapping, &rt.names.items)? else {
        return Err(rt.type_error("execve: environment must be a mapping object"));
    };
    let mut environment = Vec::new();
    for pair in rt.collect(&rt.call(&items, &[])?)? {
        let pair = rt.collect(&pair)?;
        let [name, value] = pair.as_slice() else {
            return Err(rt.type_error("env.items() must give pairs"));
        };
        let (name, value) = (name_and_value(rt, name)?, name_and_value(rt, value)?);
        if name.is_empty() || name.contains(&b'=') {
            return Err(rt.value_error("illegal environment variable name"));
        }
        environment.extend(CString::new([name.as_slice(), b"=", &value].concat()));
    }
    Err(become_program(rt, &path, &arguments, &environment))
}

/// Becomes another program, or tells why not.
fn become_program(rt: &Rt, path: &Value, arguments: &[CString], environment: &[CString]) -> Raised {
    let file = match rt.as_int(path) {
        Some(fd) => Ok(format!("/proc/self/fd/{}", fd.to_i64().unwrap_or(-1)).into_bytes()),
        None => name_and_value(rt, path),
    };
    match file.map(CString::new) {
        Ok(Ok(file)) => {
            let error = process::execute(&file, arguments, environment);
            failed(rt, error, Some(path).filter(|p| rt.as_int(p).is_none()))
        }
        Ok(Err(_)) => rt.value_error("embedded null byte"),
        Err(raised) => raised,
    }
}

fn wait_for(rt: &Rt, pid: i32, options: i32) -> PyResult {
    let found = rt.wait_for(|| process::wait_with_usage(pid, options))?;
    let (found, status, _) = found.map_err(|e| failed(rt, e, None))?;
    Ok(rt
        .tuple([rt.int(i64::from(found)), rt.int(i64::from(status))])
        .into_value())
}

fn wait_usage(rt: &Rt, pid: i32, options: i32) -> PyResult {
    let found = rt.wait_for(|| process::wait_with_usage(pid, options))?;
    let (found, status, usage) = found.map_err(|e| failed(rt, e, None))?;
    let class = super::super::attribute(rt, "resource", "struct_rusage")?;
    let usage = super::super::resource::usage(rt, &class, usage)?;
    Ok(rt
        .tuple([rt.int(i64::from(found)), rt.int(i64::from(status)), usage])
        .into_value())
}

fn wait3(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let options = rt.index_i64(&required(rt, args, "wait3", 0, "options")?)?;
    wait_usage(rt, -1, options as i32)
}

fn wait4(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let pid = rt.index_i64(&required(rt, args, "wait4", 0, "pid")?)?;
    let options = rt.index_i64(&required(rt, args, "wait4", 1, "options")?)?;
    wait_usage(rt, pid as i32, options as i32)
}

/// `system`: the shell runs a command; its status as `wait` gives it.
fn system(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let command = paths::path_argument(rt, &required(rt, args, "system", 0, "command")?)?;
    let mut shell = std::process::Command::new("/bin/sh");
    shell.arg("-c").arg(command.as_os_str()).env_clear();
    for pair in environment(rt) {
        let bytes = pair.as_bytes();
        let at = bytes.iter().position(|&b| b == b'=').unwrap_or(bytes.len());
        let value = bytes.get(at + 1..).unwrap_or_default();
        shell.env(
            OsString::from_vec(bytes[..at].to_vec()),
            OsString::from_vec(value.to_vec()),
        );
    }
    let status = rt.without_turn(|| shell.status());
    let status = status.map_err(|e| failed(rt, e, None))?;
    let raw = std::os::unix::process::ExitStatusExt::into_raw(status);
    Ok(rt.int(i64::from(raw)))
}

pub(super) static WAITID: TypeSpec = struct_seq::spec("posix.waitid_result");

pub(super) fn install(rt: &Rt, module: &Ref<Module>) {
    let names = ["si_pid", "si_uid", "si_signo", "si_status", "si_code"];
    let class: Ref<TypeObj> = struct_seq::class(rt, &WAITID, &names, &[]);
    module.set(rt, "waitid_result", class);
}

/// A text or bytes argument as bytes, for `_posixsubprocess`.
pub(crate) fn bytes_of(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    match with_bytes(value, <[u8]>::to_vec) {
        Some(bytes) => Ok(bytes),
        None if value.downcast_ref::<Str>().is_some() => name_and_value(rt, value),
        None => Err(rt.type_error(format!("expected bytes, {} found", rt.type_name(value)))),
    }
}
