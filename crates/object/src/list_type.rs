//! `list`: its methods.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const LIST: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::LIST_SUBCLASS
        | type_flags::SEQUENCE
        | type_flags::MATCH_SELF,
    ..TypeSpec::new("list", Layout::Native(kinds::LIST))
};
