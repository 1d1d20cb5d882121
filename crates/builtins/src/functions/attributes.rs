//! `getattr`, `isinstance` and other functions about objects.

use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Str, Value};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("__build_class__", "", Call::Many(build_class)),
    NativeDef::new("callable", "($module, obj, /)", Call::One(callable)),
    NativeDef::new("delattr", "($module, obj, name, /)", Call::Many(delattr)),
    NativeDef::new("dir", "", Call::Many(dir)),
    NativeDef::new("getattr", "", Call::Many(getattr)),
    NativeDef::new("globals", "($module, /)", Call::Zero(globals)),
    NativeDef::new("hasattr", "($module, obj, name, /)", Call::Many(hasattr)),
    NativeDef::new(
        "hash",
        "($module, obj, /)",
        Call::One(|rt, _, v| Ok(rt.int(rt.hash(v)?))),
    ),
    NativeDef::new(
        "id",
        "($module, obj, /)",
        Call::One(|rt, _, v| Ok(rt.int((v.bits() & (i64::MAX as u64)) as i64))),
    ),
    NativeDef::new(
        "isinstance",
        "($module, obj, class_or_tuple, /)",
        Call::Many(isinstance),
    ),
    NativeDef::new(
        "issubclass",
        "($module, cls, class_or_tuple, /)",
        Call::Many(issubclass),
    ),
    NativeDef::new(
        "locals",
        "($module, /)",
        Call::Zero(|rt, _| crate::frames::locals(rt)),
    ),
    NativeDef::new(
        "setattr",
        "($module, obj, name, value, /)",
        Call::Many(setattr),
    ),
    NativeDef::new("vars", "", Call::Many(vars)),
];

fn build_class(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    let [function, name, ..] = given else {
        return Err(rt.type_error("__build_class__: not enough arguments"));
    };
    if name.downcast::<Str>().is_none() {
        return Err(rt.type_error("__build_class__: name is not a string"));
    }
    let rest = Args::with_names(&args.all_values()[2..], args.keyword_names());
    rt.build_class(
        |rt, namespace| hognose_vm::run_body(rt, function, namespace),
        name,
        &rest,
    )
}

fn callable(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    Ok(Value::bool(rt.type_of(value).slots.call.get().is_some()))
}

fn attribute_name<'a>(rt: &Rt, name: &'a Value) -> PyResult<&'a Ref<Str>> {
    name.downcast().ok_or_else(|| {
        let given = rt.type_name(name);
        rt.type_error(format!("attribute name must be string, not '{given}'"))
    })
}

fn getattr(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("getattr", args, 2, 3)?;
    let name = rt.intern_ref(attribute_name(rt, &given[1])?.clone());
    match given.get(2) {
        None => rt.getattr(&given[0], &name),
        Some(default) => Ok(rt
            .getattr_opt(&given[0], &name)?
            .unwrap_or_else(|| default.clone())),
    }
}

fn hasattr(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("hasattr", args, 2, 2)?;
    let name = rt.intern_ref(attribute_name(rt, &given[1])?.clone());
    Ok(Value::bool(rt.getattr_opt(&given[0], &name)?.is_some()))
}

fn setattr(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("setattr", args, 3, 3)?;
    let name = rt.intern_ref(attribute_name(rt, &given[1])?.clone());
    rt.setattr(&given[0], &name, Some(&given[2]))?;
    Ok(Value::NONE)
}

fn delattr(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("delattr", args, 2, 2)?;
    let name = rt.intern_ref(attribute_name(rt, &given[1])?.clone());
    rt.setattr(&given[0], &name, None)?;
    Ok(Value::NONE)
}

fn isinstance(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("isinstance", args, 2, 2)?;
    Ok(Value::bool(rt.isinstance(&given[0], &given[1])?))
}

fn issubclass(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("issubclass", args, 2, 2)?;
    Ok(Value::bool(rt.issubclass(&given[0], &given[1])?))
}

fn globals(rt: &Rt, _: &Value) -> PyResult {
    match crate::frames::globals(rt, 0) {
        Some(dict) => Ok(dict.into_value()),
        None => Err(rt.system_error("globals() needs a running frame")),
    }
}

fn vars(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    match rt.positional("vars", args, 0, 1)? {
        [object] => match rt.getattr_opt(object, &rt.names.dict_)? {
            Some(dict) => Ok(dict),
            None => Err(rt.type_error("vars() argument must have __dict__ attribute")),
        },
        _ => crate::frames::locals(rt),
    }
}

fn dir(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let names = match rt.positional("dir", args, 0, 1)? {
        [object] => match rt.call_special(object, &rt.names.dir_, &[]) {
            Some(names) => names?,
            None => return Err(rt.type_error("object does not provide __dir__")),
        },
        _ => {
            let locals = crate::frames::locals(rt)?;
            rt.call_method(&locals, &rt.names.keys, &[])?
        }
    };
    let list = rt.list(rt.collect(&names)?).into_value();
    rt.call_method(&list, &rt.names.sort, &[])?;
    Ok(list)
}
