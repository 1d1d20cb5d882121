//! `object`: what every value has.

use crate::type_::{Layout, type_flags, TypeSpec};

pub const OBJECT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("object", Layout::Plain)
};
