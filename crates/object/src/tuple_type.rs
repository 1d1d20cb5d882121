//! `tuple`: its methods.

use crate::hash::RowHash;
use crate::kinds;
use crate::native::{Args, Call, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::seq::{self, Items};
use crate::slice::Slice;
use crate::slots::{CompareOp, Slots};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};
use std::borrow::Borrow;

pub const TUPLE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::TUPLE_SUBCLASS
        | type_flags::SEQUENCE
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|rt, v| Ok(rt.tuple_iterator(v))),
        len: Some(|rt, v| Ok(this(rt, v)?.len())),
        getitem: Some(getitem),
        contains: Some(seq::contains),
        concat: Some(concat),
        repeat: Some(repeat),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("count", "($self, value, /)", Call::One(seq::count)),
        NativeDef::new(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            Call::Many(index),
        ),
        NativeDef::new("__getnewargs__", "($self, /)", Call::Zero(getnewargs)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    doc: "Built-in immutable sequence.",
    ..TypeSpec::new("tuple", Layout::Native(kinds::TUPLE))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Tuple>> {
    value
        .downcast::<Tuple>()
        .ok_or_else(|| rt.type_error("a tuple was expected"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "tuple",
        params: &["iterable"],
        positional_only: 1,
        positional: 1,
        required: 0,
    };
    let exact = ty.same(&rt.types.tuple);
    if rt.new_refuses_keywords(ty, &rt.types.tuple, args) {
        return Err(rt.type_error("tuple() takes no keyword arguments"));
    }
    let given = Args::new(args.positional());
    let [iterable] = rt.bind(&SIGNATURE, &given)?;
    match iterable {
        Some(v) if exact && rt.is_exact(v, &rt.types.tuple) => Ok(v.clone()),
        Some(v) if exact => Ok(rt.tuple(rt.collect(v)?).into_value()),
        None if exact => Ok(rt.tuple([]).into_value()),
        Some(v) => Ok(rt.tuple_of(ty, rt.collect(v)?).into_value()),
        None => Ok(rt.tuple_of(ty, []).into_value()),
    }
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let tuple = this(rt, value)?;
    let close = if tuple.len() == 1 { ",)" } else { ")" };
    seq::repr(rt, value, "(", close, "(...)", Items::Tuple(tuple))
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let tuple = this(rt, value)?;
    let known = tuple.head.hash.get();
    if known != 0 {
        return Ok(known);
    }
    let hash = hash_items(rt, tuple.items())?.tuple(tuple.len());
    tuple.head.hash.set(hash);
    Ok(hash)
}

/// The hash of a row's items, to be finished.
pub(crate) fn hash_items(
    rt: &Rt,
    items: impl Iterator<Item = impl Borrow<Value>>,
) -> PyResult<RowHash> {
    let mut row = RowHash::new();
    for item in items {
        row.push(rt.hash(item.borrow())?);
    }
    Ok(row)
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<Tuple>(), b.downcast::<Tuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    seq::compare(rt, &Items::Tuple(x), &Items::Tuple(y), op)
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let tuple = this(rt, value)?;
    if let Some(slice) = key.downcast_ref::<Slice>() {
        let span = rt.slice_span(slice, tuple.len())?;
        if span.count == tuple.len() && span.step == 1 && rt.is_exact(value, &rt.types.tuple) {
            return Ok(value.clone());
        }
        let items: Vec<Value> = span.indices().filter_map(|i| tuple.item(i)).collect();
        return Ok(rt.tuple(items).into_value());
    }
    let i = seq::index_of(rt, key, "tuple", tuple.len())?;
    i.and_then(|i| tuple.item(i))
        .ok_or_else(|| rt.index_error("tuple index out of range"))
}

fn concat(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let x = this(rt, a)?;
    let Some(y) = b.downcast::<Tuple>() else {
        let name = rt.type_name(b);
        return Err(rt.type_error(format!(
            "can only concatenate tuple (not \"{name}\") to tuple"
        )));
    };
    if x.is_empty() && rt.is_exact(b, &rt.types.tuple) {
        return Ok(b.clone());
    }
    if y.is_empty() && rt.is_exact(a, &rt.types.tuple) {
        return Ok(a.clone());
    }
    let mut items = x.to_vec();
    items.extend(y.items());
    Ok(rt.tuple(items).into_value())
}

fn repeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let tuple = this(rt, value)?;
    let n = seq::repeat_count::<Value>(rt, count, tuple.len())?;
    if rt.is_exact(value, &rt.types.tuple) && (n == 1 || tuple.is_empty()) {
        return Ok(value.clone());
    }
    let items = tuple.to_vec();
    let mut all = Vec::with_capacity(items.len() * n);
    (0..n).for_each(|_| all.extend(items.iter().cloned()));
    Ok(rt.tuple(all).into_value())
}

fn index(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    seq::index_method(rt, value, args, "tuple.index(x): x not in tuple")
}

fn getnewargs(rt: &Rt, value: &Value) -> PyResult {
    let copy = rt.tuple(this(rt, value)?.to_vec()).into_value();
    Ok(rt.tuple([copy]).into_value())
}
