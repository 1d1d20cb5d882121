//! Generators, coroutines and asynchronous generators.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("generator", Layout::Native(kinds::GENERATOR))
};

pub const COROUTINE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("coroutine", Layout::Native(kinds::GENERATOR))
};

pub const ASYNC_GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("async_generator", Layout::Native(kinds::GENERATOR))
};
