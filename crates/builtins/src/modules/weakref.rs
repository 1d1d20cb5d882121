//! `_weakref`.

use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "_remove_dead_weakref",
        "($module, dct, key, /)",
        Call::Many(remove_dead),
    ),
    NativeDef::new(
        "getweakrefcount",
        "($module, object, /)",
        Call::One(|rt, _, v| Ok(rt.int_from_usize(rt.weak_references_to(v).len()))),
    ),
    NativeDef::new(
        "getweakrefs",
        "($module, object, /)",
        Call::One(|rt, _, v| Ok(rt.list(rt.weak_references_to(v)).into_value())),
    ),
    NativeDef::new(
        "proxy",
        "($module, object, callback=None, /)",
        Call::Many(proxy),
    ),
];

/// Removes an item of a dict whose value is a dead weak reference.
fn remove_dead(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_remove_dead_weakref", args, 2, 2)?;
    let Some(dict) = given[0].downcast_ref::<Dict>() else {
        return Err(rt.type_error("_remove_dead_weakref() argument 1 must be dict"));
    };
    if let Some(reference) = dict.get(rt, &given[1])?
        && rt.call(&reference, &[])?.is_none()
    {
        drop(dict.remove(rt, &given[1])?);
    }
    Ok(Value::NONE)
}

fn proxy(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("proxy", args, 1, 2)?;
    rt.weak_proxy(&given[0], given.get(1).filter(|v| !v.is_none()))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_weakref", FUNCTIONS);
    module.set(rt, "ref", rt.types.weakref.clone());
    module.set(rt, "ReferenceType", rt.types.weakref.clone());
    module.set(rt, "ProxyType", rt.types.weakproxy.clone());
    module.set(rt, "CallableProxyType", rt.types.weakcallableproxy.clone());
    Ok(module)
}
