//! `type`: making classes, and what classes answer.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::TYPE_SUBCLASS,
    ..TypeSpec::new("type", Layout::Native(kinds::TYPE))
};
