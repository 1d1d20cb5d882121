//! `memoryview`.

use crate::kinds;
use crate::type_::{Layout, type_flags, TypeSpec};

pub const MEMORYVIEW: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::SEQUENCE,
    ..TypeSpec::new("memoryview", Layout::Native(kinds::MEMORYVIEW))
};
