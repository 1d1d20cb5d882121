//! Text to CPython's token stream, never panicking on any input.
//!
//! The tokeniser is CPython 3.12's (`Parser/tokenizer.c`): one token at a time, with its errors in its words and at
//! its places. It takes decoded text with `\n` line ends, as `hognose_source::decode` gives it, and allocates nothing
//! for a token.
//!
//! ```
//! use hognose_tokens::{Kind, Tokenizer};
//!
//! let source = "spam = 1\n";
//! let mut tokenizer = Tokenizer::new(source);
//! let name = tokenizer.next_token().unwrap();
//! assert_eq!((name.kind, name.text(source)), (Kind::Name, "spam"));
//! assert_eq!(tokenizer.next_token().unwrap().kind, Kind::Equal);
//! ```

mod decode;
mod error;
mod fast;
mod fstring;
mod generated;
pub mod identifier;
mod kind;
mod limits;
mod number;
mod operators;
mod string;
pub mod tokenize;
mod tokenizer;

pub use decode::decode;
pub use error::{ErrorClass, OpenBracket, Stop, TokenError, TokenWarning};
pub use kind::{Kind, NO_COLUMN, Token};
pub use tokenizer::{Step, Tokenizer};
