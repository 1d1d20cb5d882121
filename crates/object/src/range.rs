//! `range`.

use crate::kinds;
use crate::type_::{Layout, type_flags, TypeSpec};

pub const RANGE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::SEQUENCE,
    ..TypeSpec::new("range", Layout::Native(kinds::RANGE))
};
