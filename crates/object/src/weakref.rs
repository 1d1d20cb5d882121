//! Weak references.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const REFERENCE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("weakref.ReferenceType", Layout::Native(kinds::WEAKREF))
};

pub const PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("weakref.ProxyType", Layout::Native(kinds::WEAK_PROXY))
};

pub const CALLABLE_PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new(
        "weakref.CallableProxyType",
        Layout::Native(kinds::WEAK_PROXY),
    )
};
