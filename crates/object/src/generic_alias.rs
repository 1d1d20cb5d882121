//! `list[int]` and `int | str`.

use crate::kinds;
use crate::raised::PyResult;
use crate::tuple::Tuple;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const GENERIC_ALIAS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("types.GenericAlias", Layout::Native(kinds::GENERIC_ALIAS))
};

pub const UNION: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("types.UnionType", Layout::Native(kinds::UNION))
};

/// The payload of `types.UnionType`.
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

impl crate::Rt {
    /// `origin[args]` as an alias.
    pub fn generic_alias(&self, _origin: &Value, _args: &Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// `a | b` of types.
    pub fn union_of(&self, _a: &Value, _b: &Value) -> PyResult {
        Ok(Value::NOT_IMPLEMENTED)
    }
}
