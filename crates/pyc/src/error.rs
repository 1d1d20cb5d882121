//! What can be wrong with a file.

use std::fmt;

/// What is wrong, and at which offset of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error {
    pub offset: usize,
    pub problem: Problem,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    Truncated,
    /// A magic number that no release we read wrote.
    BadMagic(u16),
    /// The two bytes after the magic number are not `\r\n`.
    NotPyc,
    /// Bits in the header's flags that have no meaning.
    BadFlags(u32),
    UnknownType(u8),
    /// A length or count below zero, or more than the file can hold.
    BadLength(i64),
    BadReference(u32),
    /// A reference to an object that is still being read.
    UnfinishedReference(u32),
    TooDeep,
    TooLarge,
    BadText,
    BadInteger,
    BadFloat,
    /// NULL where an object must be.
    UnexpectedNull,
    /// An object that cannot stand in a code tree.
    NotAConstant(u8),
    /// A code object's field has the wrong type or value.
    BadField(&'static str),
    /// The file's object is no code object.
    NotCode,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Truncated => f.write_str("the data ends too early"),
            Problem::BadMagic(number) => match hognose_version::magic_name(number) {
                Some(name) => write!(f, "magic number {number} (Python {name}) is not supported"),
                None => write!(f, "unknown magic number {number}"),
            },
            Problem::NotPyc => f.write_str("not a .pyc file"),
            Problem::BadFlags(flags) => write!(f, "invalid flags {flags:#x}"),
            Problem::UnknownType(code) => write!(f, "unknown type code {code:#04x}"),
            Problem::BadLength(length) => write!(f, "impossible length {length}"),
            Problem::BadReference(index) => write!(f, "invalid reference {index}"),
            Problem::UnfinishedReference(index) => {
                write!(f, "reference {index} to an object that is not finished")
            }
            Problem::TooDeep => f.write_str("objects nest too deeply"),
            Problem::TooLarge => f.write_str("references unfold to too large a value"),
            Problem::BadText => f.write_str("invalid text"),
            Problem::BadInteger => f.write_str("invalid integer"),
            Problem::BadFloat => f.write_str("invalid number"),
            Problem::UnexpectedNull => f.write_str("NULL object"),
            Problem::NotAConstant(code) => {
                write!(f, "type code {code:#04x} cannot stand in a code object")
            }
            Problem::BadField(field) => write!(f, "invalid {field} of a code object"),
            Problem::NotCode => f.write_str("no code object"),
        }?;
        write!(f, " at offset {}", self.offset)
    }
}

impl std::error::Error for Error {}
