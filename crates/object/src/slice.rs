//! `slice`.

use crate::kinds;
use crate::type_::{Layout, type_flags, TypeSpec};

pub const SLICE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("slice", Layout::Native(kinds::SLICE))
};
