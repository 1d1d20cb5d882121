//! Tracebacks and frames.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const TRACEBACK: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("traceback", Layout::Native(kinds::TRACEBACK))
};

pub const FRAME: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("frame", Layout::Native(kinds::FRAME))
};
