//! Tokens to AST, or CPython's SyntaxError with its words and place.

mod error;

pub use error::{SyntaxError, SyntaxErrorKind};
