//! The functions of `sys`.

use super::hooks;
use hognose_object::{Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Str, StrExt, Value};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "_clear_type_cache",
        "",
        Call::Zero(|rt, _| {
            rt.method_cache.clear();
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "_current_exceptions",
        "",
        Call::Zero(|rt, _| of_this_thread(rt, rt.handled_exception().unwrap_or(Value::NONE))),
    ),
    NativeDef::new(
        "_current_frames",
        "",
        Call::Zero(|rt, _| of_this_thread(rt, rt.frame(0).map_or(Value::NONE, |f| f.into_value()))),
    ),
    NativeDef::new("_getframe", "($module, depth=0, /)", Call::Many(getframe)),
    NativeDef::new(
        "_getframemodulename",
        "($module, depth=0)",
        Call::Many(getframemodulename),
    ),
    NativeDef::new(
        "_is_interned",
        "",
        Call::One(|rt, _, v| match v.downcast_ref::<Str>() {
            Some(text) => Ok(Value::bool(text.head.interned.get())),
            None => Err(rt.type_error("_is_interned() argument must be str")),
        }),
    ),
    NativeDef::new("addaudithook", "", Call::One(|_, _, _| Ok(Value::NONE))),
    NativeDef::new("audit", "", Call::Many(|_, _, _| Ok(Value::NONE))),
    NativeDef::new("breakpointhook", "", Call::Many(hooks::breakpointhook)),
    NativeDef::new(
        "call_tracing",
        "",
        Call::Many(|rt, _, args| {
            let given = rt.positional("call_tracing", args, 2, 2)?;
            rt.call(&given[0], &rt.collect(&given[1])?)
        }),
    ),
    NativeDef::new(
        "displayhook",
        "($module, object, /)",
        Call::One(displayhook),
    ),
    NativeDef::new("exc_info", "($module, /)", Call::Zero(exc_info)),
    NativeDef::new(
        "exception",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.handled_exception().unwrap_or(Value::NONE))),
    ),
    NativeDef::new(
        "excepthook",
        "($module, exctype, value, traceback, /)",
        Call::Many(excepthook),
    ),
    NativeDef::new("exit", "($module, status=None, /)", Call::Many(exit)),
    NativeDef::new(
        "getallocatedblocks",
        "",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(hognose_heap::tracked_objects().len()))),
    ),
    NativeDef::new(
        "getdefaultencoding",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.str("utf-8").into_value())),
    ),
    NativeDef::new("getdlopenflags", "", Call::Zero(|rt, _| Ok(rt.int(2)))),
    NativeDef::new(
        "getfilesystemencodeerrors",
        "",
        Call::Zero(|rt, _| Ok(rt.str("surrogateescape").into_value())),
    ),
    NativeDef::new(
        "getfilesystemencoding",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.str("utf-8").into_value())),
    ),
    NativeDef::new(
        "get_asyncgen_hooks",
        "",
        Call::Zero(hooks::get_asyncgen_hooks),
    ),
    NativeDef::new(
        "get_coroutine_origin_tracking_depth",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(rt.thread.origin_depth.get()))),
    ),
    NativeDef::new(
        "get_int_max_str_digits",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(rt.max_int_digits.get()))),
    ),
    NativeDef::new("getprofile", "", Call::Zero(|_, _| Ok(Value::NONE))),
    NativeDef::new(
        "getrecursionlimit",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(hognose_vm::recursion_limit(rt)))),
    ),
    NativeDef::new(
        "getrefcount",
        "($module, object, /)",
        Call::One(|rt, _, v| Ok(rt.int(v.header().map_or(0xffff_ffff, |h| i64::from(h.count()))))),
    ),
    NativeDef::new("getsizeof", "", Call::Many(getsizeof)),
    NativeDef::new(
        "getswitchinterval",
        "",
        Call::Zero(|rt, _| Ok(rt.float(switch_interval(rt)))),
    ),
    NativeDef::new("gettrace", "", Call::Zero(|_, _| Ok(Value::NONE))),
    NativeDef::new("intern", "($module, string, /)", Call::One(intern)),
    NativeDef::new(
        "is_finalizing",
        "",
        Call::Zero(|rt, _| Ok(Value::bool(super::is_finalizing(rt)))),
    ),
    NativeDef::new(
        "is_stack_trampoline_active",
        "",
        Call::Zero(|_, _| Ok(Value::FALSE)),
    ),
    NativeDef::new(
        "set_asyncgen_hooks",
        "",
        Call::Many(hooks::set_asyncgen_hooks),
    ),
    NativeDef::new(
        "set_coroutine_origin_tracking_depth",
        "($module, /, depth)",
        Call::Many(hooks::set_origin_depth),
    ),
    NativeDef::new(
        "set_int_max_str_digits",
        "($module, maxdigits)",
        Call::One(set_int_max_str_digits),
    ),
    NativeDef::new("setprofile", "", Call::One(|_, _, _| Ok(Value::NONE))),
    NativeDef::new(
        "setrecursionlimit",
        "($module, limit, /)",
        Call::One(setrecursionlimit),
    ),
    NativeDef::new(
        "setswitchinterval",
        "($module, interval, /)",
        Call::One(|rt, _, interval| {
            let interval = rt.to_float(interval)?;
            if interval <= 0.0 {
                return Err(rt.value_error("switch interval must be strictly positive"));
            }
            let interval = Box::new(SwitchInterval(interval));
            rt.module_state
                .borrow_mut()
                .insert("sys.switch_interval", interval);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("settrace", "", Call::One(|_, _, _| Ok(Value::NONE))),
    NativeDef::new(
        "unraisablehook",
        "($module, unraisable, /)",
        Call::One(unraisablehook),
    ),
];

fn depth_argument(rt: &Rt, args: &Args<'_>) -> PyResult<usize> {
    let depth = match (args.positional().first(), args.keyword("depth")) {
        (Some(v), _) | (None, Some(v)) => rt.index_i64(v)?,
        (None, None) => 0,
    };
    Ok(depth.max(0) as usize)
}

fn getframe(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let depth = depth_argument(rt, args)?;
    rt.frame(depth)
        .map(Ref::into_value)
        .ok_or_else(|| rt.value_error("call stack is not deep enough"))
}

fn getframemodulename(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let depth = depth_argument(rt, args)?;
    match crate::frames::globals(rt, depth) {
        Some(globals) => Ok(globals.get_str(rt, &rt.names.name_).unwrap_or(Value::NONE)),
        None => Ok(Value::NONE),
    }
}

/// Writes text with escapes for what a stream's encoding has no room for (`sys_displayhook_unencodable`).
fn write_escaped(rt: &Rt, stream: &Value, text: &Value) -> PyResult<()> {
    let encoding = rt.getattr_str(stream, "encoding")?;
    let handler = rt.str("backslashreplace").into_value();
    let bytes = rt.call_method(text, &rt.intern("encode"), &[encoding.clone(), handler])?;
    match rt.getattr_opt(stream, &rt.intern("buffer"))? {
        Some(buffer) => {
            rt.call_method(stream, &rt.names.flush, &[])?;
            rt.call_method(&buffer, &rt.names.write, &[bytes])?;
        }
        None => {
            let text = rt.call_method(&bytes, &rt.intern("decode"), &[encoding])?;
            rt.call_method(stream, &rt.names.write, &[text])?;
        }
    }
    Ok(())
}

fn displayhook(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    if value.is_none() {
        return Ok(Value::NONE);
    }
    let underscore = rt.intern("_");
    rt.builtins.set_str(rt, &underscore, Value::NONE);
    let text = rt.repr(value)?;
    let Some(stdout) = super::get(rt, "stdout").filter(|stdout| !stdout.is_none()) else {
        return Err(rt.runtime_error("lost sys.stdout"));
    };
    match rt.call_method(&stdout, &rt.names.write, &[text.as_value().clone()]) {
        Err(raised) if raised.is(rt, &rt.types.unicode_encode_error) => {
            write_escaped(rt, &stdout, text.as_value())?;
        }
        written => drop(written?),
    }
    rt.call_method(&stdout, &rt.names.write, &[rt.str("\n").into_value()])?;
    rt.builtins.set_str(rt, &underscore, value.clone());
    Ok(Value::NONE)
}

fn exc_info(rt: &Rt, _: &Value) -> PyResult {
    let Some(exception) = rt.handled_exception() else {
        return Ok(rt
            .tuple([Value::NONE, Value::NONE, Value::NONE])
            .into_value());
    };
    let traceback = rt.getattr(&exception, &rt.names.traceback_)?;
    let class = rt.type_of(&exception).as_value().clone();
    Ok(rt.tuple([class, exception, traceback]).into_value())
}

fn excepthook(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("excepthook", args, 3, 3)?;
    crate::report(rt, &Raised(given[1].clone()));
    Ok(Value::NONE)
}

fn unraisablehook(rt: &Rt, _: &Value, unraisable: &Value) -> PyResult {
    let part = |name: &str| rt.getattr_str(unraisable, name);
    let (message, object, value) = (part("err_msg")?, part("object")?, part("exc_value")?);
    let mut head = match message.downcast_ref::<Str>() {
        Some(text) => text.to_str().into_owned(),
        None => "Exception ignored in".to_owned(),
    };
    if !object.is_none() {
        let shown = rt.repr(&object).map(|s| s.to_str().into_owned());
        head.push_str(&format!(
            ": {}",
            shown.unwrap_or_else(|_| "<object repr() failed>".to_owned())
        ));
    } else {
        head.push(':');
    }
    crate::write_stderr(rt, &format!("{head}\n"));
    if !value.is_none() {
        crate::report(rt, &Raised(value));
    }
    Ok(Value::NONE)
}

fn exit(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("exit", args, 0, 1)?;
    // A tuple stands for the exception's arguments (`PyErr_SetObject`).
    let arguments = match given.first() {
        None => Vec::new(),
        Some(status) if status.is_none() => Vec::new(),
        Some(status) if rt.is_instance(status, &rt.types.tuple) => rt.collect(status)?,
        Some(status) => vec![status.clone()],
    };
    Err(rt.raise_with(&rt.types.system_exit, &arguments))
}

/// A dict with what is known of the running thread; what others do is known to them alone.
fn of_this_thread(rt: &Rt, value: Value) -> PyResult {
    let known = rt.dict();
    drop(known.set(rt, &rt.int(rt.thread.ident.get() as i64), value)?);
    Ok(known.into_value())
}

/// What `setswitchinterval` was given; threads here change turns by their own clock.
struct SwitchInterval(f64);

fn switch_interval(rt: &Rt) -> f64 {
    let state = rt.module_state.borrow();
    let set = state.get("sys.switch_interval");
    set.and_then(|set| set.downcast_ref::<SwitchInterval>())
        .map_or(0.005, |set| set.0)
}

fn getsizeof(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let Some(value) = args.positional().first() else {
        return Err(rt.type_error("getsizeof() missing required argument 'object' (pos 1)"));
    };
    let default = args.positional().get(1).or_else(|| args.keyword("default"));
    let size = match (
        rt.call_special(value, &rt.intern("__sizeof__"), &[]),
        default,
    ) {
        (Some(Ok(size)), _) => size,
        (Some(Err(_)) | None, Some(default)) => return Ok(default.clone()),
        (Some(Err(raised)), None) => return Err(raised),
        (None, None) => {
            let name = rt.type_name(value);
            return Err(rt.type_error(format!("Type {name} doesn't define __sizeof__")));
        }
    };
    let bytes = rt.index_i64(&size)?;
    if bytes < 0 {
        return Err(rt.value_error("__sizeof__() should return >= 0"));
    }
    // CPython counts the collector's 16 bytes of head for what it tracks.
    let traced = value
        .header()
        .is_some_and(|h| h.flags() & hognose_heap::flags::GC != 0);
    Ok(rt.int(bytes + if traced { 16 } else { 0 }))
}

fn intern(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    match value.downcast::<Str>() {
        Some(text) if rt.is_exact_str(value) => Ok(rt.intern_ref(text.clone()).into_value()),
        Some(_) => Err(rt.type_error(format!("can't intern {}", rt.type_name(value)))),
        None => Err(rt.type_error(format!(
            "intern() argument must be str, not {}",
            rt.type_name(value)
        ))),
    }
}

fn set_int_max_str_digits(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    let most = rt.c_int(value)?;
    if most != 0 && most < 640 {
        return Err(rt.value_error("maxdigits must be 0 or larger than 640"));
    }
    rt.max_int_digits.set(most.max(0) as usize);
    Ok(Value::NONE)
}

fn setrecursionlimit(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    let limit = rt.c_int(value)?;
    if limit < 1 {
        return Err(rt.value_error("recursion limit must be greater or equal than 1"));
    }
    let depth = hognose_vm::recursion_depth(rt);
    if depth >= limit as usize {
        return Err(rt.recursion_error(format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    hognose_vm::set_recursion_limit(rt, limit as usize);
    Ok(Value::NONE)
}
