//! `_imp`: what `importlib` asks of the interpreter.

use hognose_object::bytes::with_bytes;
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "_fix_co_filename",
        "($module, code, path, /)",
        Call::Many(fix_filename),
    ),
    NativeDef::new(
        "_override_frozen_modules_for_tests",
        "",
        Call::One(|_, _, _| Ok(Value::NONE)),
    ),
    NativeDef::new(
        "_override_multi_interp_extensions_check",
        "",
        Call::One(|rt, _, _| Ok(rt.int(0))),
    ),
    NativeDef::new(
        "acquire_lock",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
    NativeDef::new(
        "create_builtin",
        "($module, spec, /)",
        Call::One(|rt, _, spec| super::create(rt, &rt.getattr(spec, &rt.names.name)?)),
    ),
    NativeDef::new(
        "create_dynamic",
        "",
        Call::Many(|rt, _, _| {
            Err(rt.import_error("extension modules for CPython cannot be loaded"))
        }),
    ),
    NativeDef::new(
        "exec_builtin",
        "($module, mod, /)",
        Call::One(|rt, _, _| Ok(rt.int(0))),
    ),
    NativeDef::new(
        "exec_dynamic",
        "($module, mod, /)",
        Call::One(|rt, _, _| Ok(rt.int(0))),
    ),
    NativeDef::new(
        "extension_suffixes",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.list(Vec::new()).into_value())),
    ),
    NativeDef::new("find_frozen", "", Call::Many(|_, _, _| Ok(Value::NONE))),
    NativeDef::new(
        "get_frozen_object",
        "",
        Call::Many(|rt, _, args| {
            let name = rt.repr(args.positional().first().unwrap_or(&Value::NONE))?;
            Err(rt.import_error(format!("No such frozen object named {}", name.to_str())))
        }),
    ),
    NativeDef::new("init_frozen", "", Call::One(|_, _, _| Ok(Value::NONE))),
    NativeDef::new(
        "is_builtin",
        "($module, name, /)",
        Call::One(|rt, _, name| {
            let known = name
                .downcast_ref::<Str>()
                .is_some_and(|n| super::names().any(|own| n.is_text(own)));
            Ok(rt.int(i64::from(known)))
        }),
    ),
    NativeDef::new(
        "is_frozen",
        "($module, name, /)",
        Call::One(|_, _, _| Ok(Value::FALSE)),
    ),
    NativeDef::new(
        "is_frozen_package",
        "($module, name, /)",
        Call::One(|_, _, _| Ok(Value::FALSE)),
    ),
    NativeDef::new(
        "lock_held",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::FALSE)),
    ),
    NativeDef::new(
        "release_lock",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
    NativeDef::new(
        "source_hash",
        "($module, /, key, source)",
        Call::Many(source_hash),
    ),
];

/// Code objects are immutable here: the caller's own loader names the file before it makes one.
fn fix_filename(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    rt.positional("_fix_co_filename", args, 2, 2)?;
    Ok(Value::NONE)
}

fn source_hash(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("source_hash", args, 2, 2)?;
    let key = rt.index_i64(&given[0])? as u64;
    let Some(bytes) = with_bytes(&given[1], <[u8]>::to_vec) else {
        return Err(rt.type_error("a bytes-like object is required"));
    };
    let hash = hognose_object::hash::sip13((key, 0), &bytes);
    Ok(rt.bytes(&hash.to_le_bytes()).into_value())
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_imp", FUNCTIONS);
    module.set(
        rt,
        "check_hash_based_pycs",
        rt.str(crate::sys::settings(rt).check_hash.name()),
    );
    Ok(module)
}
