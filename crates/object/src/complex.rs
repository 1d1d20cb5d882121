//! `complex`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const COMPLEX: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("complex", Layout::Native(kinds::COMPLEX))
};
