//! `staticmethod` and `classmethod`.

use super::{ClassMethod, StaticMethod};
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::StrExt;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Value, ValueCell};

pub const STATICMETHOD: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_DICT,
    slots: Slots {
        new: Some(|rt, ty, _| {
            let callable = ValueCell::empty();
            Ok(rt.alloc(ty, StaticMethod { callable }).into_value())
        }),
        init: Some(|rt, v, args| init(rt, v, args, "staticmethod")),
        call: Some(|rt, v, args| rt.call_args(&wrapped(rt, v)?, args)),
        descr_get: Some(|rt, v, _, _| wrapped(rt, v)),
        repr: Some(|rt, v| repr(rt, v, "staticmethod")),
        ..Slots::NONE
    },
    getset: GETSET,
    methods: METHODS,
    ..TypeSpec::new("staticmethod", Layout::Native(kinds::STATIC_METHOD))
};

pub const CLASSMETHOD: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_DICT,
    slots: Slots {
        new: Some(|rt, ty, _| {
            let callable = ValueCell::empty();
            Ok(rt.alloc(ty, ClassMethod { callable }).into_value())
        }),
        init: Some(|rt, v, args| init(rt, v, args, "classmethod")),
        descr_get: Some(get_class_method),
        repr: Some(|rt, v| repr(rt, v, "classmethod")),
        ..Slots::NONE
    },
    getset: GETSET,
    methods: METHODS,
    ..TypeSpec::new("classmethod", Layout::Native(kinds::CLASS_METHOD))
};

const GETSET: &[GetSetDef] = &[
    GetSetDef::member("__func__", wrapped),
    GetSetDef::member("__wrapped__", wrapped),
    GetSetDef::read("__isabstractmethod__", |rt, v| {
        Ok(Value::bool(rt.is_abstract_method(&wrapped(rt, v)?)?))
    }),
    GetSetDef::read_write(
        "__dict__",
        crate::type_object::get_instance_dict,
        crate::type_object::set_instance_dict,
    ),
];

const METHODS: &[NativeDef] = &[NativeDef::class(
    "__class_getitem__",
    "",
    Call::One(|rt, ty, item| Ok(rt.generic_alias(ty, item))),
)];

fn place(value: &Value) -> Option<&ValueCell> {
    match value.downcast_ref::<StaticMethod>() {
        Some(s) => Some(&s.callable),
        None => value.downcast_ref::<ClassMethod>().map(|c| &c.callable),
    }
}

fn wrapped(rt: &Rt, this: &Value) -> PyResult {
    match place(this).and_then(ValueCell::get) {
        Some(found) => Ok(found),
        None => {
            let name = rt.type_name(this);
            Err(rt.runtime_error(format!("uninitialized {name} object")))
        }
    }
}

fn init(rt: &Rt, this: &Value, args: &Args<'_>, name: &str) -> PyResult<()> {
    let given = rt.positional(name, args, 1, 1)?;
    let callable = &given[0];
    if let Some(place) = place(this) {
        place.set(Some(callable.clone()));
    }
    let names = &rt.names;
    for attribute in [
        &names.module_,
        &names.name_,
        &names.qualname_,
        &names.doc_,
        &names.annotations_,
    ] {
        if let Some(found) = rt.getattr_opt(callable, attribute)? {
            rt.setattr(this, attribute, Some(&found))?;
        }
    }
    Ok(())
}

fn get_class_method(rt: &Rt, this: &Value, object: Option<&Value>, ty: &Value) -> PyResult {
    let callable = wrapped(rt, this)?;
    let class = match object {
        Some(object) if ty.is_none() => rt.type_of(object).as_value().clone(),
        _ => ty.clone(),
    };
    match rt.type_of(&callable).slots.descr_get.get() {
        Some(get) => get(rt, &callable, Some(&class), &class),
        None => Ok(rt.bound_method(callable, class)),
    }
}

fn repr(rt: &Rt, this: &Value, name: &str) -> PyResult {
    let callable = place(this).and_then(ValueCell::get).unwrap_or(Value::NONE);
    let shown = rt.repr(&callable)?;
    let text = format!("<{name}({})>", shown.to_str());
    Ok(rt.str(&text).into_value())
}
