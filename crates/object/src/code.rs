//! Code objects as values.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const CODE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("code", Layout::Native(kinds::CODE))
};
