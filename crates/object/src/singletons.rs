//! The types of `None`, `Ellipsis` and `NotImplemented`.

use crate::native::{Args, Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::{PLAIN, Rt};
use crate::slots::Slots;
use crate::type_::{TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const NONE_TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(|rt, ty, args| only(rt, ty, args, Value::NONE)),
        repr: Some(|rt, _| Ok(rt.intern("None").into_value())),
        bool: Some(|_, _| Ok(false)),
        // CPython 3.12 gives None a hash that does not depend on where it stands.
        hash: Some(|_, _| Ok(0xfca8_6420)),
        ..Slots::NONE
    },
    ..TypeSpec::new("NoneType", PLAIN)
};

pub const ELLIPSIS_TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(|rt, ty, args| only(rt, ty, args, Value::ELLIPSIS)),
        repr: Some(|rt, _| Ok(rt.intern("Ellipsis").into_value())),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(|rt, _| Ok(rt.intern("Ellipsis").into_value())),
    )],
    ..TypeSpec::new("ellipsis", PLAIN)
};

pub const NOT_IMPLEMENTED_TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(|rt, ty, args| only(rt, ty, args, Value::NOT_IMPLEMENTED)),
        repr: Some(|rt, _| Ok(rt.intern("NotImplemented").into_value())),
        bool: Some(|rt, _| {
            rt.warn(
                &rt.types.deprecation_warning,
                "NotImplemented should not be used in a boolean context",
            )?;
            Ok(true)
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(|rt, _| Ok(rt.intern("NotImplemented").into_value())),
    )],
    ..TypeSpec::new("NotImplementedType", PLAIN)
};

fn only(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>, value: Value) -> PyResult {
    if args.all_values().is_empty() {
        return Ok(value);
    }
    let name = ty.display_name();
    Err(rt.type_error(format!("{name} takes no arguments")))
}
