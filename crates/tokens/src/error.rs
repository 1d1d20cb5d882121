//! What the tokeniser refuses, in CPython's words and at CPython's places.

use std::borrow::Cow;

/// The exception that CPython raises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorClass {
    SyntaxError,
    IndentationError,
    TabError,
}

/// How CPython's tokeniser stopped; its parser treats these differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// `E_ERROR`: the tokeniser raised the exception itself.
    Raised,
    /// `E_EOF` in the middle of a statement: the parser reports an unclosed bracket or "unexpected EOF".
    Eof,
    /// `E_DEDENT`, `E_TABSPACE`, `E_TOODEEP` or `E_LINECONT`: the parser words the exception when it asks for the token.
    Noted,
}

/// A refused piece of source, ready to be raised as the exception that `compile()` would raise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenError {
    pub class: ErrorClass,
    pub stop: Stop,
    pub message: Cow<'static, str>,
    pub line: u32,
    /// Characters from 1, as in `SyntaxError.offset`.
    pub offset: i32,
    pub end_line: u32,
    pub end_offset: i32,
    /// The byte place in the text where the tokeniser stood (CPython's `tok->cur`).
    pub at: u32,
}

/// A `SyntaxWarning` that tokenising gives, on its line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenWarning {
    pub message: Cow<'static, str>,
    pub line: u32,
}

/// A bracket that is still open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenBracket {
    pub byte: u8,
    pub line: u32,
    /// Bytes from the start of its line.
    pub col: u32,
}
