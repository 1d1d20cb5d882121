//! The iterators of the core types.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const LIST_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("list_iterator", Layout::Native(kinds::LIST_ITER))
};

pub const LIST_REVERSE_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("list_reverseiterator", Layout::Native(kinds::LIST_ITER))
};

pub const TUPLE_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("tuple_iterator", Layout::Native(kinds::TUPLE_ITER))
};

pub const STR_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("str_iterator", Layout::Native(kinds::STR_ITER))
};

pub const STR_ASCII_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("str_ascii_iterator", Layout::Native(kinds::STR_ITER))
};

pub const BYTES_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("bytes_iterator", Layout::Native(kinds::BYTES_ITER))
};

pub const BYTEARRAY_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("bytearray_iterator", Layout::Native(kinds::BYTES_ITER))
};

pub const RANGE_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("range_iterator", Layout::Native(kinds::RANGE_ITER))
};

pub const LONGRANGE_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("longrange_iterator", Layout::Native(kinds::BIG_RANGE_ITER))
};

pub const SET_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("set_iterator", Layout::Native(kinds::SET_ITER))
};

pub const SEQ_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("iterator", Layout::Native(kinds::SEQ_ITER))
};

pub const CALLABLE_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("callable_iterator", Layout::Native(kinds::CALLABLE_ITER))
};

pub const ENUMERATE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("enumerate", Layout::Native(kinds::ENUMERATE))
};

pub const ZIP: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("zip", Layout::Native(kinds::ZIP))
};

pub const MAP: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("map", Layout::Native(kinds::MAP))
};

pub const FILTER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("filter", Layout::Native(kinds::FILTER))
};

pub const REVERSED: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    ..TypeSpec::new("reversed", Layout::Native(kinds::REVERSED))
};

impl crate::Rt {
    /// An iterator over anything that has `__getitem__`.
    pub fn sequence_iterator(&self, _sequence: &crate::Value) -> crate::Value {
        crate::Value::NOT_IMPLEMENTED
    }
}
