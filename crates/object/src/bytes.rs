//! `bytes` and `bytearray`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const BYTES: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::BYTES_SUBCLASS
        | type_flags::MATCH_SELF,
    ..TypeSpec::new("bytes", Layout::Native(kinds::BYTES))
};

pub const BYTEARRAY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::MATCH_SELF,
    ..TypeSpec::new("bytearray", Layout::Native(kinds::BYTEARRAY))
};
