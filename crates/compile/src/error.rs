//! What compiling refuses or warns about, as the exceptions CPython raises.

use hognose_ast::Names;
use hognose_parser::errors::line_of_bytes;
use hognose_parser::{SyntaxError, SyntaxErrorKind};
use hognose_source::SourceError;
use hognose_version::Version;

use crate::assemble::AssembleError;
use crate::ir::Loc;

/// Why a program has no code object.
#[derive(Clone, Debug, PartialEq)]
pub enum CompileError {
    /// The source cannot be decoded.
    Source(SourceError),
    /// The source cannot be tokenised or parsed.
    Parse(SyntaxError),
    /// A `SyntaxError` of the symbol table or the compiler.
    Syntax(Refusal),
    /// `UnicodeEncodeError`: the docstring has a lone surrogate, and must be cleaned.
    Docstring(String),
    /// `RecursionError`: the program nests too deeply.
    Recursion,
    /// We do not compile for this version.
    Version(Version),
    /// The compiler broke one of its own rules.
    Internal(AssembleError),
}

/// A `SyntaxError` with its place as CPython gives it: columns are bytes, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub message: String,
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    /// `None` where CPython leaves it out.
    pub end_col: Option<i32>,
    /// Whether the place is told after the error was made (`PyErr_SyntaxLocationObject`): it is not in its `args`.
    pub placed_later: bool,
}

/// A `SyntaxWarning`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub message: String,
    pub loc: Loc,
}

impl From<hognose_parser::Warning> for Warning {
    fn from(warning: hognose_parser::Warning) -> Self {
        Self {
            message: warning.message,
            loc: Loc::from(warning.loc),
        }
    }
}

impl From<Warning> for CompileError {
    /// What the warning is when warnings are errors.
    fn from(warning: Warning) -> Self {
        *Self::at(warning.message, warning.loc)
    }
}

impl CompileError {
    /// A `SyntaxError` that covers a place.
    #[cold]
    pub(crate) fn at(message: impl Into<String>, loc: Loc) -> Box<Self> {
        Box::new(Self::Syntax(Refusal {
            message: message.into(),
            line: loc.line,
            col: loc.col + 1,
            end_line: loc.end_line,
            end_col: Some(loc.end_col + 1),
            placed_later: false,
        }))
    }

    /// A `SyntaxError` that points at a place's start.
    #[cold]
    pub(crate) fn at_start(message: impl Into<String>, loc: Loc) -> Box<Self> {
        Box::new(Self::Syntax(Refusal {
            message: message.into(),
            line: loc.line,
            col: loc.col + 1,
            end_line: loc.line,
            end_col: None,
            placed_later: true,
        }))
    }

    #[cold]
    pub(crate) fn of_symbols(error: &hognose_symbols::Error, names: &Names) -> Box<Self> {
        if error.kind == hognose_symbols::ErrorKind::Recursion {
            return Box::new(Self::Recursion);
        }
        let mut refused = Self::at(error.message(names), error.location.into());
        if let Self::Syntax(refusal) = &mut *refused {
            refusal.placed_later = true;
        }
        refused
    }

    /// The exception as `compile()` raises it for a file's bytes, the file being there for CPython to read again.
    pub fn raised(&self, source: &[u8]) -> SyntaxError {
        let placeless = |kind| SyntaxError::placeless(kind, self.message());
        match self {
            Self::Parse(error) => error.clone(),
            Self::Recursion => placeless(SyntaxErrorKind::Recursion),
            Self::Docstring(_) => placeless(SyntaxErrorKind::Encode),
            Self::Internal(_) | Self::Version(_) => placeless(SyntaxErrorKind::System),
            Self::Source(error) => {
                let Some((line, offset, end_line, end_offset)) = error.place() else {
                    return placeless(SyntaxErrorKind::Syntax);
                };
                SyntaxError {
                    line,
                    col: Some(offset),
                    end_line,
                    // An error of a declared encoding has no end.
                    end_col: (line > 0).then_some(end_offset),
                    text: line_of_bytes(source, line)
                        .map(|text| String::from_utf8_lossy(&text).into_owned()),
                    ..placeless(SyntaxErrorKind::Syntax)
                }
            }
            Self::Syntax(refusal) => SyntaxError {
                line: refusal.line.try_into().unwrap_or(0),
                col: Some(refusal.col),
                end_line: refusal.end_line.try_into().unwrap_or(0),
                end_col: refusal.end_col,
                text: line_of_bytes(source, refusal.line.try_into().unwrap_or(0))
                    .and_then(|text| String::from_utf8(text).ok()),
                ..placeless(SyntaxErrorKind::Syntax)
            },
        }
    }

    /// The exception's message.
    pub fn message(&self) -> String {
        match self {
            Self::Source(error) => error.to_string(),
            Self::Parse(error) => error.message.clone(),
            Self::Syntax(refusal) => refusal.message.clone(),
            Self::Docstring(message) => message.clone(),
            Self::Recursion => "maximum recursion depth exceeded during compilation".to_owned(),
            Self::Version(version) => format!("compiling for Python {version} is not supported"),
            Self::Internal(error) => error.to_string(),
        }
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for CompileError {}
