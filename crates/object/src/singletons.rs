//! The types of `None`, `Ellipsis` and `NotImplemented`.

use crate::rt::PLAIN;
use crate::type_::{TypeSpec, type_flags};

pub const NONE_TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("NoneType", PLAIN)
};

pub const ELLIPSIS_TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("ellipsis", PLAIN)
};

pub const NOT_IMPLEMENTED_TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("NotImplementedType", PLAIN)
};
