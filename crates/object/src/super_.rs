//! `super`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const SUPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("super", Layout::Native(kinds::SUPER))
};
