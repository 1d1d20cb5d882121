//! `str`: its methods.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const STR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::STR_SUBCLASS
        | type_flags::MATCH_SELF,
    ..TypeSpec::new("str", Layout::Native(kinds::STR))
};
