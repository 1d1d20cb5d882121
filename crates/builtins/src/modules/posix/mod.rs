//! `posix`: the system calls behind `os`.

pub(crate) mod children;
mod constants;
mod descriptors;
mod files;
mod limits;
mod more;
mod process;
mod scandir;
mod stat;
mod system;

use crate::paths;
use hognose_object::module::Module;
use hognose_object::{Args, PyResult, Raised, Ref, Rt, Value};
use std::path::PathBuf;

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("posix", files::FUNCTIONS);
    for functions in [
        descriptors::FUNCTIONS,
        process::FUNCTIONS,
        children::FUNCTIONS,
        system::FUNCTIONS,
        more::FUNCTIONS,
        stat::FUNCTIONS,
        scandir::FUNCTIONS,
    ] {
        super::add_functions(rt, &module, functions);
    }
    constants::install(rt, &module);
    stat::install(rt, &module);
    scandir::install(rt, &module);
    process::install(rt, &module)?;
    children::install(rt, &module);
    system::install(rt, &module);
    more::install(rt, &module);
    module.set(rt, "error", rt.types.os_error.clone());
    Ok(module)
}

/// An argument given by position or by name.
fn argument(args: &Args<'_>, index: usize, name: &str) -> Option<Value> {
    args.positional()
        .get(index)
        .or_else(|| args.keyword(name))
        .cloned()
}

/// An argument that must be there.
fn required(rt: &Rt, args: &Args<'_>, function: &str, index: usize, name: &str) -> PyResult {
    argument(args, index, name).ok_or_else(|| {
        let place = index + 1;
        rt.type_error(format!(
            "{function}() missing required argument '{name}' (pos {place})"
        ))
    })
}

/// A path argument, with `dir_fd` taken into account.
fn located(rt: &Rt, args: &Args<'_>, path: &Value, dir_fd: &str) -> PyResult<PathBuf> {
    let file = paths::path_argument(rt, path)?;
    match args.keyword(dir_fd).filter(|v| !v.is_none()) {
        Some(dir) => Ok(PathBuf::from(format!("/proc/self/fd/{}", rt.index_i64(dir)?)).join(file)),
        None => Ok(file),
    }
}

fn flag(rt: &Rt, args: &Args<'_>, name: &str, default: bool) -> PyResult<bool> {
    args.keyword(name).map_or(Ok(default), |v| rt.truth(v))
}

/// The OSError of a system call, with the file it was about.
fn failed(rt: &Rt, error: impl Into<std::io::Error>, file: Option<&Value>) -> Raised {
    rt.os_error_from(&error.into(), file)
}
