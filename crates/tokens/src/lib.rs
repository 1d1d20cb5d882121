//! Text to CPython's token stream, never panicking on any input.
//!
//! The tokeniser is CPython 3.12's (`Parser/tokenizer.c`): one token at a time, with its errors in its words and at
//! its places. It takes decoded text with `\n` line ends, as `hognose_source::decode` gives it, and allocates nothing
//! for a token.

mod error;
mod kind;

pub use error::{ErrorClass, OpenBracket, Stop, TokenError, TokenWarning};
pub use kind::{Kind, NO_COLUMN, Token};
