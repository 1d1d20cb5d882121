//! `object`: what every value has.

use crate::type_::{Layout, TypeSpec, type_flags};

pub const OBJECT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("object", Layout::Plain)
};
