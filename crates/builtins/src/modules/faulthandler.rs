//! `faulthandler`: tracebacks on demand.
//!
//! A crash of the process itself is not caught: safe code makes none that a traceback would explain.

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, StrExt, Value};
use std::cell::Cell;

struct Enabled(Cell<bool>);

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("enable", "", Call::Many(|rt, _, _| set_enabled(rt, true))),
    NativeDef::new(
        "disable",
        "",
        Call::Zero(|rt, _| {
            let was = is_enabled(rt);
            set_enabled(rt, false)?;
            Ok(Value::bool(was))
        }),
    ),
    NativeDef::new(
        "is_enabled",
        "",
        Call::Zero(|rt, _| Ok(Value::bool(is_enabled(rt)))),
    ),
    NativeDef::new("dump_traceback", "", Call::Many(dump_traceback)),
    NativeDef::new(
        "dump_traceback_later",
        "",
        Call::Many(|_, _, _| Ok(Value::NONE)),
    ),
    NativeDef::new(
        "cancel_dump_traceback_later",
        "",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
    NativeDef::new("register", "", Call::Many(|_, _, _| Ok(Value::NONE))),
    NativeDef::new("unregister", "", Call::Many(|_, _, _| Ok(Value::FALSE))),
];

fn is_enabled(rt: &Rt) -> bool {
    let state = rt.module_state.borrow();
    match state
        .get("faulthandler")
        .and_then(|e| e.downcast_ref::<Enabled>())
    {
        Some(enabled) => enabled.0.get(),
        // Nobody said anything yet, but perhaps the command line.
        None => {
            drop(state);
            let settings = crate::sys::settings(rt);
            let asked = |(name, _): &(String, Option<String>)| name == "faulthandler";
            settings.dev_mode || settings.x_options.iter().any(asked)
        }
    }
}

fn set_enabled(rt: &Rt, enabled: bool) -> PyResult {
    let enabled = Box::new(Enabled(Cell::new(enabled)));
    rt.module_state.borrow_mut().insert("faulthandler", enabled);
    Ok(Value::NONE)
}

/// The running thread's frames, the innermost first.
fn dump_traceback(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let mut text = String::from("Current thread (most recent call first):\n");
    let mut depth = 0;
    while let Some(frame) = rt.frame(depth) {
        let shown = |of: &Value, name: &str| -> PyResult<String> {
            let value = rt.getattr_str(of, name)?;
            Ok(rt.str_of(&value)?.to_str().into_owned())
        };
        let code = rt.getattr_str(frame.as_value(), "f_code")?;
        text += &format!(
            "  File \"{}\", line {} in {}\n",
            shown(&code, "co_filename")?,
            shown(frame.as_value(), "f_lineno")?,
            shown(&code, "co_name")?
        );
        depth += 1;
    }
    let file = args.positional().first().or_else(|| args.keyword("file"));
    let fd = match file.filter(|f| !f.is_none()) {
        Some(file) => super::file_descriptor(rt, file)?,
        None => 2,
    };
    if let Some(fd) = hognose_vm::borrow_descriptor(fd) {
        rustix::io::write(fd, text.as_bytes())
            .map_err(|error| rt.os_error_from(&error.into(), None))?;
    }
    Ok(Value::NONE)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("faulthandler", FUNCTIONS))
}
