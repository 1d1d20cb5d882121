//! `int | str` (`types.UnionType`).

use super::{GenericAlias, shown_item};
use crate::kinds;
use crate::native::GetSetDef;
use crate::ops::BinaryOp;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const UNION: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        repr: Some(repr_union),
        hash: Some(hash_union),
        compare: Some(compare_unions),
        getattro: Some(get_attr),
        getitem: Some(subscript),
        or: Some(|rt, a, b| rt.union_of(a, b)),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__args__", |rt, v| Ok(part(rt, v)?.args.as_value().clone())),
        GetSetDef::read("__parameters__", |rt, v| {
            Ok(rt.make_parameters(&part(rt, v)?.args)?.into_value())
        }),
    ],
    ..TypeSpec::new("types.UnionType", Layout::Native(kinds::UNION))
};

/// The payload.
pub struct Union {
    pub args: Ref<Tuple>,
}

impl Payload for Union {
    const KIND: Kind = kinds::UNION;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.args.trace(visitor);
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Union>> {
    value
        .downcast::<Union>()
        .ok_or_else(|| rt.system_error("bad union"))
}

fn repr_union(rt: &Rt, this: &Value) -> PyResult {
    let mut parts = Vec::new();
    for arg in part(rt, this)?.args.items() {
        parts.push(if arg.is(rt.types.none_type.as_value()) {
            "None".to_owned()
        } else if arg.is(&Value::ELLIPSIS) {
            "Ellipsis".to_owned()
        } else {
            shown_item(rt, &arg)?
        });
    }
    Ok(rt.str(&parts.join(" | ")).into_value())
}

fn hash_union(rt: &Rt, this: &Value) -> PyResult<i64> {
    let args = part(rt, this)?.args.as_value().clone();
    let set = rt.call(rt.types.frozenset.as_value(), &[args])?;
    rt.hash(&set)
}

fn compare_unions(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (CompareOp::Eq | CompareOp::Ne, Some(x), Some(y)) =
        (op, a.downcast_ref::<Union>(), b.downcast_ref::<Union>())
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let set = |u: &Union| rt.call(rt.types.frozenset.as_value(), &[u.args.as_value().clone()]);
    rt.compare(&set(x)?, &set(y)?, op)
}

fn get_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    if name.is_text("__module__") {
        return rt.getattr(rt.types.union.as_value(), name);
    }
    rt.generic_getattr(this, name)
}

fn subscript(rt: &Rt, this: &Value, item: &Value) -> PyResult {
    let args = &part(rt, this)?.args;
    let parameters = rt.make_parameters(args)?;
    let made = rt.substitute_parameters(this, args, &parameters, item)?;
    let mut made = made.into_iter();
    let Some(mut union) = made.next() else {
        return Ok(this.clone());
    };
    for arg in made {
        union = rt.binary(BinaryOp::Or, &union, &arg)?;
    }
    Ok(union)
}

impl Rt {
    /// `a | b` of types (`_Py_union_type_or`).
    pub fn union_of(&self, a: &Value, b: &Value) -> PyResult {
        let fits = |v: &Value| {
            v.is_none()
                || v.downcast_ref::<TypeObj>().is_some()
                || v.downcast_ref::<GenericAlias>().is_some()
                || v.downcast_ref::<Union>().is_some()
                || v.header().is_some_and(|h| h.kind() == kinds::TYPE_ALIAS)
        };
        if !fits(a) || !fits(b) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let types = |v: &Value| match v.downcast_ref::<Union>() {
            Some(union) => union.args.to_vec(),
            None if v.is_none() => vec![self.types.none_type.as_value().clone()],
            None => vec![v.clone()],
        };
        let mut all = types(a);
        let before = all.len();
        for arg in types(b) {
            let mut known = false;
            for other in &all[..before] {
                let aliases = arg.downcast_ref::<GenericAlias>().is_some()
                    && other.downcast_ref::<GenericAlias>().is_some();
                known |= if aliases {
                    self.eq(other, &arg)?
                } else {
                    other.is(&arg)
                };
            }
            if !known {
                all.push(arg);
            }
        }
        if let [one] = all.as_slice() {
            return Ok(one.clone());
        }
        if all.len() == before {
            return Ok(a.clone());
        }
        let args = self.tuple(all);
        Ok(self.alloc(&self.types.union, Union { args }).into_value())
    }
}
