//! The functions of the module `builtins`.

mod anext;
mod attributes;
mod code;
mod iteration;
mod numbers;
mod output;

use hognose_object::{NativeDef, Ref, Rt, Value};

/// Fills the dict of `builtins` with the functions, the core types and the exceptions.
pub(crate) fn install(rt: &Rt) {
    let dict = &rt.builtins;
    let module = rt.module_with_dict("builtins", dict.clone());
    let name = rt.str("builtins").into_value();
    for def in all() {
        let function = rt.bind_native(def, module.as_value().clone());
        function.module.set(Some(name.clone()));
        dict.set_str(rt, &rt.intern(def.name), function.into_value());
    }
    let open = rt.bind_native(&crate::modules::io::OPEN, module.as_value().clone());
    open.module.set(Some(rt.str("_io").into_value()));
    dict.set_str(rt, &rt.intern("open"), open.into_value());
    let t = &rt.types;
    let types = [
        &t.bool,
        &t.bytearray,
        &t.bytes,
        &t.classmethod,
        &t.complex,
        &t.dict,
        &t.enumerate,
        &t.filter,
        &t.float,
        &t.frozenset,
        &t.int,
        &t.list,
        &t.map,
        &t.memoryview,
        &t.object,
        &t.property,
        &t.range,
        &t.reversed,
        &t.set,
        &t.slice,
        &t.staticmethod,
        &t.str,
        &t.super_,
        &t.tuple,
        &t.type_,
        &t.zip,
    ];
    for ty in types.into_iter().chain(t.exceptions()) {
        dict.set_str(
            rt,
            &rt.intern_ref(ty.name.borrow().clone()),
            ty.as_value().clone(),
        );
    }
    dict.set_str(
        rt,
        &rt.intern("ExceptionGroup"),
        rt.exception_group().into_value(),
    );
    for (alias, ty) in [("IOError", &t.os_error), ("EnvironmentError", &t.os_error)] {
        dict.set_str(rt, &rt.intern(alias), ty.as_value().clone());
    }
    for (name, value) in [
        ("None", Value::NONE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("False", Value::FALSE),
        ("True", Value::TRUE),
    ] {
        dict.set_str(rt, &rt.intern(name), value);
    }
    rt.modules
        .set_str(rt, &rt.intern("builtins"), module.into_value());
}

fn all() -> impl Iterator<Item = &'static NativeDef> {
    [
        attributes::FUNCTIONS,
        code::FUNCTIONS,
        iteration::FUNCTIONS,
        numbers::FUNCTIONS,
        output::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// The text of an argument that must be a string; `what` names it in the message.
pub(crate) fn text_argument<'a>(
    rt: &Rt,
    value: &'a Value,
    what: &str,
) -> hognose_object::PyResult<&'a Ref<hognose_object::Str>> {
    value
        .downcast()
        .ok_or_else(|| rt.type_error(format!("{what} must be str, not {}", rt.type_name(value))))
}
