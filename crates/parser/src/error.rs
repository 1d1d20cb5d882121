//! What the parser refuses, as the exception CPython raises.

/// The exception's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// `MemoryError`: the parser's stack limit. It has no place.
    Memory,
    /// `ValueError`: an integer literal of too many digits, as `int()` words it. It has no place.
    Value,
    /// `UnicodeDecodeError`: a wrong escape in a format spec. It has no place.
    Unicode,
    /// `UnicodeEncodeError`: a docstring with a lone surrogate. It has no place.
    Encode,
    /// `RecursionError`: the compiler's limit of nesting. It has no place.
    Recursion,
    /// `SystemError`: the compiler broke its own rules. It has no place.
    System,
}

impl SyntaxErrorKind {
    /// The class's name.
    pub fn name(self) -> &'static str {
        match self {
            SyntaxErrorKind::Syntax => "SyntaxError",
            SyntaxErrorKind::Indentation => "IndentationError",
            SyntaxErrorKind::Tab => "TabError",
            SyntaxErrorKind::Memory => "MemoryError",
            SyntaxErrorKind::Value => "ValueError",
            SyntaxErrorKind::Unicode => "UnicodeDecodeError",
            SyntaxErrorKind::Encode => "UnicodeEncodeError",
            SyntaxErrorKind::Recursion => "RecursionError",
            SyntaxErrorKind::System => "SystemError",
        }
    }

    /// Tells whether this is `SyntaxError` or a class below it.
    pub fn is_syntax_error(self) -> bool {
        match self {
            SyntaxErrorKind::Syntax | SyntaxErrorKind::Indentation | SyntaxErrorKind::Tab => true,
            SyntaxErrorKind::Memory
            | SyntaxErrorKind::Value
            | SyntaxErrorKind::Unicode
            | SyntaxErrorKind::Encode
            | SyntaxErrorKind::Recursion
            | SyntaxErrorKind::System => false,
        }
    }
}

/// A SyntaxError's fields as CPython fills them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: SyntaxErrorKind,
    pub message: String,
    pub line: u32,
    /// Characters from 1, as `SyntaxError.offset`; 0 where CPython knows no column.
    pub col: Option<i32>,
    pub end_line: u32,
    /// As `SyntaxError.end_offset`: 0 or -1 where CPython knows no end.
    pub end_col: Option<i32>,
    /// The source line.
    pub text: Option<String>,
}

impl SyntaxError {
    /// An error without a place: of another class, or about the source as a whole.
    pub fn placeless(kind: SyntaxErrorKind, message: String) -> SyntaxError {
        SyntaxError {
            kind,
            message,
            line: 0,
            col: None,
            end_line: 0,
            end_col: None,
            text: None,
        }
    }

    /// Tells whether the error has a place, if only a line.
    pub fn has_place(&self) -> bool {
        self.kind.is_syntax_error() && (self.line > 0 || self.col.is_some())
    }

    /// The plain error for source that the grammar does not allow.
    pub fn invalid(line: u32) -> SyntaxError {
        SyntaxError {
            kind: SyntaxErrorKind::Syntax,
            message: "invalid syntax".to_owned(),
            line,
            col: None,
            end_line: line,
            end_col: None,
            text: None,
        }
    }
}
