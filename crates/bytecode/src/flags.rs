//! The bits of `co_flags`; `Include/cpython/code.h`.

pub const OPTIMIZED: u32 = 0x1;
pub const NEWLOCALS: u32 = 0x2;
pub const VARARGS: u32 = 0x4;
pub const VARKEYWORDS: u32 = 0x8;
pub const NESTED: u32 = 0x10;
pub const GENERATOR: u32 = 0x20;
/// No cells and no free variables (3.8 to 3.10).
pub const NOFREE: u32 = 0x40;
pub const COROUTINE: u32 = 0x80;
pub const ITERABLE_COROUTINE: u32 = 0x100;
pub const ASYNC_GENERATOR: u32 = 0x200;
pub const FUTURE_DIVISION: u32 = 0x2_0000;
pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
pub const FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
/// The first constant is the docstring (3.13 on).
pub const HAS_DOCSTRING: u32 = 0x400_0000;
/// A function in a class body (3.14 on).
pub const METHOD: u32 = 0x800_0000;

/// The names that `dis.pretty_flags` gives, by bit.
pub const NAMES: &[(u32, &str)] = &[
    (OPTIMIZED, "OPTIMIZED"),
    (NEWLOCALS, "NEWLOCALS"),
    (VARARGS, "VARARGS"),
    (VARKEYWORDS, "VARKEYWORDS"),
    (NESTED, "NESTED"),
    (GENERATOR, "GENERATOR"),
    (NOFREE, "NOFREE"),
    (COROUTINE, "COROUTINE"),
    (ITERABLE_COROUTINE, "ITERABLE_COROUTINE"),
    (ASYNC_GENERATOR, "ASYNC_GENERATOR"),
];
