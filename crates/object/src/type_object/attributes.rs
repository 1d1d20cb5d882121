//! The attributes that every class has: `__name__`, `__mro__`, `__dict__` and their like.

use super::of;
use crate::dict::Dict;
use crate::native::GetSetDef;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, type_flags};
use hognose_heap::{Ref, Value};

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef::read_write(
        "__name__",
        |rt, v| Ok(of(rt, v)?.name.borrow().clone().into_value()),
        set_name,
    ),
    GetSetDef::read_write(
        "__qualname__",
        |rt, v| Ok(of(rt, v)?.qualname.borrow().clone().into_value()),
        set_qualname,
    ),
    GetSetDef::read_write(
        "__bases__",
        |rt, v| Ok(of(rt, v)?.bases.get().unwrap_or(Value::NONE)),
        super::layout::set_bases,
    ),
    GetSetDef::member("__base__", |rt, v| {
        Ok(of(rt, v)?.base.get().unwrap_or(Value::NONE))
    }),
    GetSetDef::read("__mro__", |rt, v| {
        let mro = of(rt, v)?.mro.borrow().clone();
        if mro.is_empty() {
            // Still being made: its metaclass's `mro` runs.
            return Ok(Value::NONE);
        }
        Ok(rt.tuple(mro.into_iter().map(Ref::into_value)).into_value())
    }),
    GetSetDef::read_write("__module__", get_module, set_module),
    GetSetDef::read_write("__abstractmethods__", get_abstract, set_abstract),
    GetSetDef::read("__dict__", |rt, v| {
        Ok(rt.mapping_proxy(of(rt, v)?.dict.as_value().clone()))
    }),
    GetSetDef::read_write("__doc__", get_doc, set_doc),
    GetSetDef::read("__text_signature__", |_, _| Ok(Value::NONE)),
    GetSetDef::read_write("__annotations__", get_annotations, set_annotations),
    GetSetDef::read_write("__type_params__", get_type_params, set_type_params),
    GetSetDef::member("__flags__", |rt, v| Ok(rt.int(flags_of(of(rt, v)?)))),
    GetSetDef::member("__basicsize__", |rt, v| {
        Ok(rt.int(16 + 8 * i64::from(of(rt, v)?.members.get())))
    }),
    GetSetDef::member("__itemsize__", |rt, v| {
        let ty = of(rt, v)?;
        Ok(rt.int(if ty.is_subtype(&rt.types.int) {
            // A digit of 30 bits, as CPython keeps them.
            4
        } else if super::layout::is_variable(rt, ty) {
            8
        } else {
            0
        }))
    }),
    GetSetDef::member("__dictoffset__", |rt, v| {
        Ok(rt.int(if of(rt, v)?.has(type_flags::HAS_DICT) {
            -1
        } else {
            0
        }))
    }),
    GetSetDef::member("__weakrefoffset__", |rt, v| {
        Ok(rt.int(if of(rt, v)?.has(type_flags::HAS_WEAKREF) {
            16
        } else {
            0
        }))
    }),
];

/// `tp_flags` as CPython numbers its bits (`Include/object.h`).
fn flags_of(ty: &TypeObj) -> i64 {
    let pairs = [
        (type_flags::SEQUENCE, 5),
        (type_flags::MAPPING, 6),
        (type_flags::NO_NEW, 7),
        (type_flags::IMMUTABLE, 8),
        (type_flags::HEAP, 9),
        (type_flags::BASETYPE, 10),
        (type_flags::METHOD_DESCRIPTOR, 17),
        (type_flags::ABSTRACT, 20),
        (type_flags::MATCH_SELF, 22),
        (type_flags::LONG_SUBCLASS, 24),
        (type_flags::LIST_SUBCLASS, 25),
        (type_flags::TUPLE_SUBCLASS, 26),
        (type_flags::BYTES_SUBCLASS, 27),
        (type_flags::STR_SUBCLASS, 28),
        (type_flags::DICT_SUBCLASS, 29),
        (type_flags::EXC_SUBCLASS, 30),
        (type_flags::TYPE_SUBCLASS, 31),
    ];
    // READY and VALID_VERSION_TAG are always set.
    let always = 1 << 12 | 1 << 19;
    let collected = match ty.layout.get() {
        Layout::Instance => 1 << 14,
        Layout::Plain | Layout::Native(_) => 0,
    };
    pairs.iter().fold(always | collected, |all, &(flag, bit)| {
        all | if ty.has(flag) { 1 << bit } else { 0 }
    })
}

/// Whether a special attribute may be set (`check_set_special_type_attr`).
fn check_settable(rt: &Rt, ty: &TypeObj, value: Option<&Value>, name: &str) -> PyResult<()> {
    if ty.has(type_flags::IMMUTABLE) {
        let of = ty.display_name();
        return Err(rt.type_error(format!(
            "cannot set '{name}' attribute of immutable type '{of}'"
        )));
    }
    if value.is_none() {
        let of = ty.display_name();
        return Err(rt.type_error(format!(
            "cannot delete '{name}' attribute of immutable type '{of}'"
        )));
    }
    Ok(())
}

fn str_value(rt: &Rt, ty: &TypeObj, value: &Value, name: &str) -> PyResult<Ref<Str>> {
    value.downcast::<Str>().cloned().ok_or_else(|| {
        rt.type_error(format!(
            "can only assign string to {}.{name}, not '{}'",
            ty.display_name(),
            rt.type_name(value)
        ))
    })
}

fn set_name(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    check_settable(rt, ty, value, "__name__")?;
    if let Some(value) = value {
        let name = str_value(rt, ty, value, "__name__")?;
        if name.codes().any(|c| c == 0) {
            return Err(rt.value_error("type name must not contain null characters"));
        }
        super::new::check_utf8(rt, &name)?;
        let old = ty.name.replace(name);
        drop(old);
    }
    Ok(())
}

fn set_qualname(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    check_settable(rt, ty, value, "__qualname__")?;
    if let Some(value) = value {
        let name = str_value(rt, ty, value, "__qualname__")?;
        let old = ty.qualname.replace(name);
        drop(old);
    }
    Ok(())
}

fn get_module(rt: &Rt, this: &Value) -> PyResult {
    match rt.type_module(of(rt, this)?) {
        Some(module) => Ok(module),
        None => Err(rt.raise_with(
            &rt.types.attribute_error,
            &[rt.names.module_.as_value().clone()],
        )),
    }
}

fn set_in_dict(rt: &Rt, ty: &TypeObj, name: &Ref<Str>, value: Option<&Value>) {
    let old = match value {
        Some(value) => ty.dict.set_str(rt, name, value.clone()),
        None => ty.dict.remove_str(rt, name),
    };
    ty.modified();
    drop(old);
}

fn set_module(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    check_settable(rt, ty, value, "__module__")?;
    set_in_dict(rt, ty, &rt.names.module_, value);
    Ok(())
}

fn get_abstract(rt: &Rt, this: &Value) -> PyResult {
    let ty = of(rt, this)?;
    let name = rt.intern("__abstractmethods__");
    let found = if ty.same(&rt.types.type_) {
        None
    } else {
        ty.dict.get_str(rt, &name)
    };
    found.ok_or_else(|| rt.raise_with(&rt.types.attribute_error, &[name.into_value()]))
}

fn set_abstract(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    let name = rt.intern("__abstractmethods__");
    let is_abstract = match value {
        Some(value) => rt.truth(value)?,
        None => false,
    };
    if value.is_none() && ty.dict.get_str(rt, &name).is_none() {
        return Err(rt.raise_with(&rt.types.attribute_error, &[name.into_value()]));
    }
    set_in_dict(rt, ty, &name, value);
    let flags = ty.flags.get() & !type_flags::ABSTRACT;
    ty.flags.set(if is_abstract {
        flags | type_flags::ABSTRACT
    } else {
        flags
    });
    Ok(())
}

fn get_doc(rt: &Rt, this: &Value) -> PyResult {
    let ty = of(rt, this)?;
    if !ty.has(type_flags::HEAP) && !ty.doc.is_empty() {
        return Ok(rt.str(ty.doc).into_value());
    }
    match ty.dict.get_str(rt, &rt.names.doc_) {
        Some(found) => match rt.type_of(&found).slots.descr_get.get() {
            Some(get) => get(rt, &found, None, this),
            None => Ok(found),
        },
        None => Ok(Value::NONE),
    }
}

fn set_doc(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    check_settable(rt, ty, value, "__doc__")?;
    set_in_dict(rt, ty, &rt.names.doc_, value);
    Ok(())
}

fn get_annotations(rt: &Rt, this: &Value) -> PyResult {
    let ty = of(rt, this)?;
    let name = &rt.names.annotations_;
    if !ty.has(type_flags::HEAP) {
        let of = ty.display_name();
        return Err(rt.attribute_error(format!(
            "type object '{of}' has no attribute '__annotations__'"
        )));
    }
    if let Some(found) = ty.dict.get_str(rt, name) {
        return match rt.type_of(&found).slots.descr_get.get() {
            Some(get) => get(rt, &found, None, this),
            None => Ok(found),
        };
    }
    let made = rt.dict().into_value();
    set_in_dict(rt, ty, name, Some(&made));
    Ok(made)
}

fn set_annotations(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    let name = &rt.names.annotations_;
    if ty.has(type_flags::IMMUTABLE) {
        return check_settable(rt, ty, value, "__annotations__");
    }
    if value.is_none() && ty.dict.get_str(rt, name).is_none() {
        return Err(rt.raise_with(&rt.types.attribute_error, &[name.as_value().clone()]));
    }
    set_in_dict(rt, ty, name, value);
    Ok(())
}

fn get_type_params(rt: &Rt, this: &Value) -> PyResult {
    let ty = of(rt, this)?;
    let found = ty.dict.get_str(rt, &rt.names.type_params_);
    Ok(found.unwrap_or_else(|| rt.tuple([]).into_value()))
}

fn set_type_params(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    check_settable(rt, ty, value, "__type_params__")?;
    set_in_dict(rt, ty, &rt.names.type_params_, value);
    Ok(())
}

/// Adds the attributes of a class and of all its bases (`merge_class_dict`).
fn merge_class_dict(rt: &Rt, into: &Ref<Dict>, class: &Value) -> PyResult<()> {
    if let Some(dict) = rt.getattr_opt(class, &rt.names.dict_)? {
        rt.dict_merge(into, &dict)?;
    }
    if let Some(bases) = rt.getattr_opt(class, &rt.names.bases_)?
        && let Some(bases) = bases.downcast_ref::<Tuple>()
    {
        for base in bases.items() {
            rt.guarded("", || merge_class_dict(rt, into, &base))?;
        }
    }
    Ok(())
}

pub(super) fn dir_type(rt: &Rt, this: &Value) -> PyResult {
    let all = rt.dict();
    merge_class_dict(rt, &all, this)?;
    let keys = all.snapshot().into_iter().map(|(k, _)| k).collect();
    Ok(rt.list(keys).into_value())
}

impl Rt {
    /// `object.__dir__`: the names in the object's own dict, its class and its bases.
    pub(crate) fn dir_object(&self, object: &Value) -> PyResult {
        let all = self.dict();
        if let Some(dict) = self.getattr_opt(object, &self.names.dict_)?
            && self.is_instance(&dict, &self.types.dict)
        {
            self.dict_merge(&all, &dict)?;
        }
        if let Some(class) = self.getattr_opt(object, &self.names.class_)? {
            merge_class_dict(self, &all, &class)?;
        }
        let keys = all.snapshot().into_iter().map(|(k, _)| k).collect();
        Ok(self.list(keys).into_value())
    }
}
