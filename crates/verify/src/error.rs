//! Why a code object is refused.

use hognose_bytecode::CodeObject;
use std::fmt;

/// The first reason found, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The qualified name of the code object.
    pub name: String,
    pub first_line: i32,
    /// In bytes: of the code, or of the table that the reason names.
    pub offset: usize,
    pub reason: Reason,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The bytes are no sequence of instructions.
    Instructions(hognose_bytecode::Reason),
    /// An opcode that never stands in a file.
    Internal(&'static str),
    /// Control runs past the last instruction.
    RunsOff,
    /// A jump to something that is no instruction.
    BadJump(i64),
    /// `FOR_ITER` must jump to the `END_FOR` that the interpreter skips.
    NoEndFor,
    /// `JUMP_BACKWARD_NO_INTERRUPT` must jump to a `SEND`.
    NoSend,
    /// More code than can be numbered.
    TooLong,
    NoConst(u32),
    NoName(u32),
    NoLocal(u32),
    /// Not a cell or free variable.
    NoCell(u32),
    /// An argument outside the opcode's range.
    BadArgument(&'static str, u32),
    /// `KW_NAMES` needs a tuple of strings and a `CALL` with as many arguments behind it.
    BadKeywordNames,
    /// The stack has fewer entries than the instruction takes.
    Underflow {
        needed: u32,
        depth: u32,
    },
    /// The stack grows past `co_stacksize`.
    Overflow {
        depth: u32,
        limit: u32,
    },
    /// Two paths lead here with different heights.
    Uneven {
        first: u32,
        second: u32,
    },
    /// Two paths lead here, with NULL in different places.
    UnevenNulls,
    /// The instruction meets a stack entry that may be NULL.
    Null(&'static str),
    /// The instruction pops what its handler keeps.
    BelowHandler {
        depth: u32,
        handler: u32,
    },
    /// The handler's own height exceeds `co_stacksize`.
    HandlerTooDeep(u32),
    /// More stack than any compiler asks for.
    StackTooLarge(u32),
    /// Argument counts and kinds of locals do not fit together.
    BadSignature(&'static str),
    ExceptionSyntax,
    /// `RETURN_GENERATOR` where there is no generator, or missing at the start of one.
    BadGenerator,
    /// A protected range that is empty, out of order, or not made of whole instructions.
    ExceptionRange,
    ExceptionTarget,
    LocationSyntax,
    /// The location table covers more or less than the code.
    LocationLength,
}

impl Refusal {
    #[cold]
    pub(crate) fn new(code: &CodeObject, offset: usize, reason: Reason) -> Refusal {
        let name = code.qualname.to_string_lossy();
        let name = if name.is_empty() {
            "<unnamed>".to_owned()
        } else {
            name
        };
        Refusal {
            name,
            first_line: code.firstlineno,
            offset,
            reason,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Instructions(reason) => reason.fmt(f),
            Reason::Internal(name) => write!(f, "{name} cannot stand in a code object"),
            Reason::RunsOff => f.write_str("control runs past the end"),
            Reason::BadJump(target) => write!(f, "jump to {target}, where no instruction starts"),
            Reason::NoEndFor => f.write_str("FOR_ITER does not jump to an END_FOR"),
            Reason::NoSend => f.write_str("JUMP_BACKWARD_NO_INTERRUPT does not jump to a SEND"),
            Reason::TooLong => f.write_str("the code is too long"),
            Reason::NoConst(index) => write!(f, "constant {index} does not exist"),
            Reason::NoName(index) => write!(f, "name {index} does not exist"),
            Reason::NoLocal(index) => write!(f, "local {index} does not exist"),
            Reason::NoCell(index) => write!(f, "variable {index} is no cell"),
            Reason::BadArgument(name, arg) => write!(f, "{name} cannot have the argument {arg}"),
            Reason::BadKeywordNames => f.write_str("KW_NAMES does not fit the call"),
            Reason::Underflow { needed, depth } => {
                write!(f, "{needed} stack entries needed, {depth} there")
            }
            Reason::Overflow { depth, limit } => {
                write!(f, "stack of {depth} entries, {limit} allowed")
            }
            Reason::Uneven { first, second } => {
                write!(f, "reached with {first} and with {second} stack entries")
            }
            Reason::UnevenNulls => f.write_str("reached with NULL in different stack entries"),
            Reason::Null(name) => write!(f, "{name} meets a stack entry that may be NULL"),
            Reason::BelowHandler { depth, handler } => {
                write!(
                    f,
                    "pops to {depth} stack entries, the handler keeps {handler}"
                )
            }
            Reason::HandlerTooDeep(depth) => write!(f, "handler keeps {depth} stack entries"),
            Reason::StackTooLarge(size) => write!(f, "stack size {size} is absurd"),
            Reason::BadSignature(field) => write!(f, "{field} does not fit the locals"),
            Reason::ExceptionSyntax => f.write_str("malformed exception table"),
            Reason::BadGenerator => f.write_str("RETURN_GENERATOR does not fit the flags"),
            Reason::ExceptionRange => f.write_str("impossible range in the exception table"),
            Reason::ExceptionTarget => f.write_str("exception handler is no instruction"),
            Reason::LocationSyntax => f.write_str("malformed location table"),
            Reason::LocationLength => f.write_str("location table does not fit the code"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal {
            name,
            first_line,
            offset,
            reason,
        } = self;
        write!(
            f,
            "{reason} at offset {offset} of {name}, line {first_line}"
        )
    }
}

impl std::error::Error for Refusal {}
