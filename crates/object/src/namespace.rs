//! `types.SimpleNamespace`.

use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Value};

pub const NAMESPACE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_DICT,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.alloc(ty, Namespace).into_value())),
        init: Some(init_namespace),
        repr: Some(repr_namespace),
        compare: Some(compare_namespaces),
        ..Slots::NONE
    },
    getset: &[GetSetDef::read(
        "__dict__",
        crate::type_object::get_instance_dict,
    )],
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce))],
    ..TypeSpec::new("types.SimpleNamespace", Layout::Native(kinds::NAMESPACE))
};

/// The payload: the attributes are in the `__dict__`.
pub struct Namespace;

impl Payload for Namespace {
    const KIND: Kind = kinds::NAMESPACE;
    const GC: bool = false;
}

fn init_namespace(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    if !args.positional().is_empty() {
        return Err(rt.type_error("no positional arguments expected"));
    }
    if let Some(dict) = rt.own_dict(this) {
        for (name, value) in args.keywords() {
            drop(dict.set_str(rt, name, value.clone()));
        }
    }
    Ok(())
}

fn repr_namespace(rt: &Rt, this: &Value) -> PyResult {
    let name = if rt.is_exact(this, &rt.types.namespace) {
        "namespace".to_owned()
    } else {
        rt.type_name(this)
    };
    let running = rt.thread.repr_running.borrow().contains(&this.bits());
    if running {
        return Ok(rt.str(&format!("{name}(...)")).into_value());
    }
    rt.thread.repr_running.borrow_mut().push(this.bits());
    let made = shown_items(rt, this);
    rt.thread.repr_running.borrow_mut().pop();
    let made = made?;
    Ok(rt.str(&format!("{name}({made})")).into_value())
}

fn shown_items(rt: &Rt, this: &Value) -> PyResult<String> {
    let mut parts = Vec::new();
    for (key, value) in rt.own_dict(this).map(|d| d.snapshot()).unwrap_or_default() {
        if let Some(key) = key.downcast_ref::<Str>()
            && key.char_count() > 0
        {
            let value = rt.repr(&value)?;
            parts.push(format!("{}={}", key.to_str(), value.to_str()));
        }
    }
    Ok(parts.join(", "))
}

fn compare_namespaces(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let ty = &rt.types.namespace;
    match (rt.own_dict(a), rt.own_dict(b)) {
        (Some(x), Some(y)) if rt.is_instance(a, ty) && rt.is_instance(b, ty) => {
            rt.compare(x.as_value(), y.as_value(), op)
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn reduce(rt: &Rt, this: &Value) -> PyResult {
    let class = rt.type_of(this).as_value().clone();
    let dict = rt.own_dict(this).map_or(Value::NONE, Ref::into_value);
    let empty = rt.tuple([]).into_value();
    Ok(rt.tuple([class, empty, dict]).into_value())
}

impl Rt {
    /// A `SimpleNamespace` with those attributes.
    pub fn namespace(&self, attributes: &[(&str, Value)]) -> Value {
        let made = self.alloc(&self.types.namespace, Namespace).into_value();
        if let Some(dict) = self.own_dict(&made) {
            for (name, value) in attributes {
                dict.set_str(self, &self.intern(name), value.clone());
            }
        }
        made
    }
}
