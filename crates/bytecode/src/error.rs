//! What can be wrong with a code object's bytes.

use std::fmt;

/// What is wrong, and at which offset of the bytes that were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error {
    pub offset: usize,
    pub reason: Reason,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// No opcode of this version has that number.
    UnknownOpcode(u8),
    /// The bytes stop inside an instruction or its caches.
    Truncated,
    /// The bytes end after an EXTENDED_ARG, or it stands before a fourth one.
    DanglingExtendedArg,
    BadLocationTable,
    BadExceptionTable,
    BadLineTable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::UnknownOpcode(code) => write!(f, "unknown opcode {code}"),
            Reason::Truncated => f.write_str("code ends inside an instruction"),
            Reason::DanglingExtendedArg => {
                f.write_str("EXTENDED_ARG without an instruction to extend")
            }
            Reason::BadLocationTable => f.write_str("malformed location table"),
            Reason::BadExceptionTable => f.write_str("malformed exception table"),
            Reason::BadLineTable => f.write_str("malformed line table"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.reason, self.offset)
    }
}

impl std::error::Error for Error {}
