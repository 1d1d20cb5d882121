//! `range`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const RANGE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::SEQUENCE,
    ..TypeSpec::new("range", Layout::Native(kinds::RANGE))
};
