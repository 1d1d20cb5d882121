//! `list[int]` and `int | str`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const GENERIC_ALIAS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("types.GenericAlias", Layout::Native(kinds::GENERIC_ALIAS))
};

pub const UNION: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("types.UnionType", Layout::Native(kinds::UNION))
};

impl crate::Rt {
    /// `origin[args]` as an alias.
    pub fn generic_alias(&self, _origin: &crate::Value, _args: &crate::Value) -> crate::Value {
        crate::Value::NOT_IMPLEMENTED
    }
}
