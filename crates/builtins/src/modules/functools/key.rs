//! `cmp_to_key`: what sorts by a comparing function.

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::{
    Args, CompareOp, GetSetDef, Layout, PyResult, Rt, Signature, Slots, TypeSpec, Value, type_flags,
};

/// The payload of `functools.KeyWrapper`.
struct Key {
    compare: ValueCell,
    object: ValueCell,
}

impl Payload for Key {
    const KIND: Kind = kinds::KEY_WRAPPER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.compare.trace(visitor);
        self.object.trace(visitor);
    }

    fn clear(&self) {
        self.compare.set(None);
        self.object.set(None);
    }
}

static KEY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        call: Some(call),
        compare: Some(compare),
        hash: Some(hognose_object::hash::unhashable),
        ..Slots::NONE
    },
    getset: &[GetSetDef {
        doc: "Value wrapped by a key function.",
        member: true,
        ..GetSetDef::read_write(
            "obj",
            |rt, v| Ok(this(rt, v)?.object.get().unwrap_or(Value::NONE)),
            |rt, v, new| {
                this(rt, v)?.object.set(new.cloned());
                Ok(())
            },
        )
    }],
    ..TypeSpec::new("functools.KeyWrapper", Layout::Native(kinds::KEY_WRAPPER))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Key> {
    value
        .downcast_ref::<Key>()
        .ok_or_else(|| rt.type_error("other argument must be K instance"))
}

/// The one argument of that name.
fn argument<'a>(
    rt: &Rt,
    function: &'static str,
    params: &'static [&'static str; 1],
    args: &Args<'a>,
) -> PyResult<&'a Value> {
    let signature = Signature {
        function,
        params,
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [value] = rt.bind(&signature, args)?;
    value.ok_or_else(|| rt.system_error("a required argument was checked"))
}

pub(super) fn cmp_to_key(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let function = argument(rt, "cmp_to_key", &["mycmp"], args)?;
    let class = crate::modules::hidden_type(rt, "functools.KeyWrapper", &KEY);
    let key = Key {
        compare: ValueCell::new(function.clone()),
        object: ValueCell::empty(),
    };
    Ok(rt.alloc(&class, key).into_value())
}

fn call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let object = argument(rt, "K", &["obj"], args)?;
    let key = Key {
        compare: ValueCell::empty(),
        object: ValueCell::new(object.clone()),
    };
    key.compare.set(this(rt, value)?.compare.get());
    Ok(rt.alloc(rt.type_of(value), key).into_value())
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (x, y) = (this(rt, a)?, this(rt, b)?);
    let (Some(function), Some(left), Some(right)) =
        (x.compare.get(), x.object.get(), y.object.get())
    else {
        return Err(rt.attribute_error("object"));
    };
    let made = rt.call(&function, &[left, right])?;
    rt.compare(&made, &rt.int(0), op)
}
