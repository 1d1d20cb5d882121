//! `tuple`: its methods.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const TUPLE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::TUPLE_SUBCLASS
        | type_flags::SEQUENCE
        | type_flags::MATCH_SELF,
    ..TypeSpec::new("tuple", Layout::Native(kinds::TUPLE))
};
