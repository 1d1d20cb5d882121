//! CPython's marshal format; `Python/marshal.c`.
//!
//! * [`Tape`]: any marshal stream as it stands, flags and references kept; writes back the same bytes.
//! * [`code_tree`]: a tape's code object as plain values, references followed.
//! * [`write_compiled`]: plain values to the bytes a CPython that had just compiled them would write.

mod compiled;
mod identifiers;
mod live;
mod pool;
mod tape;
#[cfg(test)]
mod tests;
mod value;

pub use compiled::{Environment, TOO_DEEP, nests_too_deep, write_compiled};
pub use live::LiveStrings;
pub use tape::{CodeInts, Item, Tape, Value};
pub use value::code_tree;

/// Set in a type code when the object gets an index for later references.
pub const FLAG_REF: u8 = 0x80;

/// The type codes.
pub mod code {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const FLOAT_TEXT: u8 = b'f';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX_TEXT: u8 = b'x';
    pub const COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    /// 3.15 on
    pub const FROZEN_DICT: u8 = b'}';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZEN_SET: u8 = b'>';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    /// 3.14 on
    pub const SLICE: u8 = b':';
}
