//! `memoryview`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const MEMORYVIEW: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::SEQUENCE,
    ..TypeSpec::new("memoryview", Layout::Native(kinds::MEMORYVIEW))
};
