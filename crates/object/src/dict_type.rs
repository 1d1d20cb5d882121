//! `dict`: its methods.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const DICT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::DICT_SUBCLASS
        | type_flags::MAPPING
        | type_flags::MATCH_SELF,
    ..TypeSpec::new("dict", Layout::Native(kinds::DICT))
};
