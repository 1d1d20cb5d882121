//! `slice`.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const SLICE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("slice", Layout::Native(kinds::SLICE))
};
