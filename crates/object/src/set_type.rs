//! `set` and `frozenset`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const SET: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::MATCH_SELF,
    ..TypeSpec::new("set", Layout::Native(kinds::SET))
};

pub const FROZENSET: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::MATCH_SELF,
    ..TypeSpec::new("frozenset", Layout::Native(kinds::SET))
};
