//! `sys.breakpointhook`, and what `sys` sets for coroutines and asynchronous generators.

use crate::struct_seq;
use hognose_object::{Args, PyResult, Rt, Signature, Str, StrExt, TypeSpec, Value};

static ASYNCGEN_HOOKS: TypeSpec = struct_seq::spec("asyncgen_hooks");

/// A variable of the environment as the program sees it: changes to `os.environ` stay in that mapping.
fn environment(rt: &Rt, name: &str) -> PyResult<Option<String>> {
    if crate::sys::settings(rt).ignore_environment {
        return Ok(None);
    }
    let Some(os) = rt.modules.get_str(rt, &rt.intern("os")) else {
        return Ok(std::env::var(name).ok());
    };
    let mapping = rt.getattr_str(&os, "environ")?;
    let found = rt.call_method(&mapping, &rt.intern("get"), &[rt.str(name).into_value()])?;
    Ok(found.downcast_ref::<Str>().map(|s| s.to_str().into_owned()))
}

/// Calls what `PYTHONBREAKPOINT` names (`sys_breakpointhook`).
pub(super) fn breakpointhook(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let wanted = environment(rt, "PYTHONBREAKPOINT")?.unwrap_or_default();
    let wanted = match wanted.as_str() {
        "" => "pdb.set_trace",
        "0" => return Ok(Value::NONE),
        name => name,
    };
    let (module, name) = wanted.rsplit_once('.').unwrap_or(("builtins", wanted));
    let found = if module.is_empty() {
        None
    } else {
        match rt.import_module(module) {
            Ok(module) => match rt.getattr_str(&module, name) {
                Ok(found) => Some(found),
                Err(raised) if raised.is(rt, &rt.types.attribute_error) => None,
                Err(raised) => return Err(raised),
            },
            Err(raised) if raised.is(rt, &rt.types.import_error) => None,
            Err(raised) => return Err(raised),
        }
    };
    match found {
        Some(function) => rt.call_args(&function, args),
        None => {
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\"");
            rt.warn(&rt.types.runtime_warning, &message)?;
            Ok(Value::NONE)
        }
    }
}

pub(super) fn get_asyncgen_hooks(rt: &Rt, _: &Value) -> PyResult {
    let names = ["firstiter", "finalizer"];
    let class = struct_seq::class(rt, &ASYNCGEN_HOOKS, &names, &[]);
    let (first, last) = &rt.thread.asyncgen_hooks;
    let items = [first, last].map(|hook| hook.get().unwrap_or(Value::NONE));
    Ok(struct_seq::make(rt, &class, items.to_vec(), Vec::new()))
}

pub(super) fn set_asyncgen_hooks(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "set_asyncgen_hooks",
        params: &["firstiter", "finalizer"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [first, last] = rt.bind(&SIGNATURE, args)?;
    let hooks = &rt.thread.asyncgen_hooks;
    // The finaliser is checked first, and nothing is set when either is refused.
    for (given, name) in [(last, "finalizer"), (first, "firstiter")] {
        if let Some(given) = given.filter(|v| !v.is_none())
            && rt.type_of(given).slots.call.get().is_none()
        {
            let shown = rt.type_name(given);
            return Err(rt.type_error(format!("callable {name} expected, got {shown}")));
        }
    }
    for (given, cell) in [(last, &hooks.1), (first, &hooks.0)] {
        if let Some(given) = given {
            cell.set((!given.is_none()).then(|| given.clone()));
        }
    }
    Ok(Value::NONE)
}

pub(super) fn set_origin_depth(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "set_coroutine_origin_tracking_depth",
        params: &["depth"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [depth] = rt.bind(&SIGNATURE, args)?;
    let depth = depth.map_or(Ok(0), |v| rt.index_i64(v))?;
    let depth = usize::try_from(depth).map_err(|_| rt.value_error("depth must be >= 0"))?;
    rt.thread.origin_depth.set(depth);
    Ok(Value::NONE)
}
