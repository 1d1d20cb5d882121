//! `property`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const PROPERTY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("property", Layout::Native(kinds::PROPERTY))
};
