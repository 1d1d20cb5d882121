//! How much a file may ask of us.

/// How deep objects may nest; `MAX_MARSHAL_STACK_DEPTH` of `Python/marshal.c`.
pub const MAX_DEPTH: u32 = 2000;

/// How many objects a value may have when every shared part is counted each time it is met.
///
/// References let a file of a few hundred bytes describe a value of astronomic size; nobody walks
/// such a value to its end. The largest constant of CPython's standard library is four orders below.
pub const MAX_WEIGHT: u64 = 1 << 26;

/// How many elements code objects may copy out of tuples and bytes they share, whatever the file's size.
pub const COPIES_FREE: u64 = 1 << 16;

/// How many more for each byte of the file.
///
/// A reference takes five bytes and can name a tuple as large as the file; unbounded, memory would
/// grow with the square of the input.
pub const COPIES_PER_BYTE: u64 = 16;
