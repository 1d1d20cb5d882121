//! `mappingproxy`: a read-only view of a mapping.

use crate::kinds;
use crate::native::{Args, Call, NativeDef};
use crate::ops::BinaryOp;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const MAPPING_PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::MAPPING,
    slots: Slots {
        new: Some(new_proxy),
        repr: Some(repr_proxy),
        str: Some(|rt, v| Ok(rt.str_of(mapping(rt, v)?)?.into_value())),
        compare: Some(compare_proxies),
        hash: Some(|rt, v| rt.hash(mapping(rt, v)?)),
        iter: Some(|rt, v| rt.iter(mapping(rt, v)?)),
        len: Some(|rt, v| rt.len(mapping(rt, v)?)),
        getitem: Some(|rt, v, key| rt.getitem(mapping(rt, v)?, key)),
        contains: Some(|rt, v, key| rt.contains(mapping(rt, v)?, key)),
        or: Some(union),
        ior: Some(|rt, a, _| {
            let name = rt.type_name(a);
            Err(rt.type_error(format!("'|=' is not supported by {name}; use '|' instead")))
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("get", "($self, key, default=None, /)", Call::Many(get)),
        NativeDef::new("keys", "", Call::Zero(|rt, v| forward(rt, v, "keys"))),
        NativeDef::new("values", "", Call::Zero(|rt, v| forward(rt, v, "values"))),
        NativeDef::new("items", "", Call::Zero(|rt, v| forward(rt, v, "items"))),
        NativeDef::new("copy", "", Call::Zero(|rt, v| forward(rt, v, "copy"))),
        NativeDef::new(
            "__reversed__",
            "",
            Call::Zero(|rt, v| forward(rt, v, "__reversed__")),
        ),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, ty, item| Ok(rt.generic_alias(ty, item))),
        ),
    ],
    ..TypeSpec::new("mappingproxy", Layout::Native(kinds::MAPPING_PROXY))
};

/// The payload.
pub struct MappingProxy {
    pub mapping: Value,
}

impl Payload for MappingProxy {
    const KIND: Kind = kinds::MAPPING_PROXY;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.mapping.trace(visitor);
    }
}

fn mapping<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Value> {
    match value.downcast_ref::<MappingProxy>() {
        Some(proxy) => Ok(&proxy.mapping),
        None => Err(rt.system_error("bad mapping proxy")),
    }
}

/// The mapping behind a proxy; any other value is itself.
fn unwrapped(value: &Value) -> &Value {
    value
        .downcast_ref::<MappingProxy>()
        .map_or(value, |p| &p.mapping)
}

fn new_proxy(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: crate::Signature = crate::Signature {
        function: "mappingproxy",
        params: &["mapping"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [Some(given)] = rt.bind(&SIGNATURE, args)? else {
        return Err(rt.system_error("the argument is required"));
    };
    let is_row = rt.is_instance(given, &rt.types.list) || rt.is_instance(given, &rt.types.tuple);
    if is_row || rt.type_of(given).slots.getitem.get().is_none() {
        return Err(rt.type_error(format!(
            "mappingproxy() argument must be a mapping, not {}",
            rt.type_name(given)
        )));
    }
    let payload = MappingProxy {
        mapping: given.clone(),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

fn repr_proxy(rt: &Rt, this: &Value) -> PyResult {
    let inner = rt.repr(mapping(rt, this)?)?;
    Ok(rt
        .str_concat(
            &rt.str_concat(&rt.str("mappingproxy("), &inner),
            &rt.str(")"),
        )
        .into_value())
}

fn compare_proxies(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    rt.compare(unwrapped(a), unwrapped(b), op)
}

fn union(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    rt.binary(BinaryOp::Or, unwrapped(a), unwrapped(b))
}

fn get(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("get", args, 1, 2)?;
    let default = given.get(1).cloned().unwrap_or(Value::NONE);
    rt.call_method(
        mapping(rt, this)?,
        &rt.names.get,
        &[given[0].clone(), default],
    )
}

fn forward(rt: &Rt, this: &Value, name: &str) -> PyResult {
    rt.call_method(mapping(rt, this)?, &rt.intern(name), &[])
}

impl Rt {
    /// A read-only view of a mapping.
    pub fn mapping_proxy(&self, mapping: Value) -> Value {
        self.alloc(&self.types.mapping_proxy, MappingProxy { mapping })
            .into_value()
    }
}
