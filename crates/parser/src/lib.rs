//! Tokens to AST, or CPython's SyntaxError with its words and place.
//!
//! Parsing has two passes, as in CPython: a fast one that only knows valid Python and gives up without a word, and
//! an exact one, run only then, that finds CPython's error. The fast pass is a hand-written recursive descent over
//! the tokeniser's tokens, taken one at a time; chains (`a + b + c`, `a.b.c`, `elif`) are loops, so that only real
//! nesting takes native stack, and nesting is limited as CPython limits it.
//!
//! ```
//! use hognose_parser::{Mode, parse};
//!
//! let arena = bumpalo::Bump::new();
//! let mut names = hognose_ast::Names::new();
//! let parsed = parse("x = 1\n", Mode::Module, &arena, &mut names).unwrap();
//! assert!(matches!(parsed.tree, hognose_ast::Mod::Module(module) if module.body.len() == 1));
//! ```

mod arguments;
mod atom;
mod character_name;
mod compound;
mod cursor;
mod error;
pub mod errors;
mod escape;
mod expression;
mod fstring;
mod generated;
mod import;
mod number;
mod parameters;
mod pattern;
pub mod render;
mod statement;
mod string;
mod target;

use bumpalo::Bump;
use hognose_ast::{Loc, Mod, Names};
use hognose_source::Source;
use hognose_version::{Features, Version};

pub use error::{SyntaxError, SyntaxErrorKind};
pub use escape::{EscapeError, decode_bytes, decode_str};

/// What is parsed: `compile`'s third argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `"exec"`: a file.
    Module,
    /// `"eval"`: one expression.
    Expression,
    /// `"single"`: one statement typed at the prompt.
    Single,
}

/// A tree and what CPython would warn of.
#[derive(Debug)]
pub struct Parsed<'a> {
    pub tree: Mod<'a>,
    /// `SyntaxWarning`s in the order of their lines; the same one may come twice.
    pub warnings: Vec<Warning>,
}

/// A `SyntaxWarning` given while parsing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub message: String,
    /// The token that it is about; a line's start for what the tokeniser warns of.
    pub loc: Loc,
}

/// Parses `source`, which has `\n` line ends as `hognose_source` gives them.
///
/// Errors are those of `compile()` with a `str`.
/// Deep nesting takes native stack: up to 4 MB, as measured at CPython's own limits.
pub fn parse<'a>(
    source: &'a str,
    mode: Mode,
    arena: &'a Bump,
    names: &mut Names,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    let features = Features::of(Version::DEFAULT);
    parse_with(source, errors::Options::text(mode), &features, arena, names)
}

/// Parses the text of a file that CPython could open again by its name, as `compile()` does with its bytes.
pub fn parse_file<'a>(
    source: &'a Source<'a>,
    mode: Mode,
    arena: &'a Bump,
    names: &mut Names,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    parse_version(source, mode, &Features::of(Version::DEFAULT), arena, names)
}

/// Parses the text of a file as another version does.
///
/// Errors are looked for by the grammar of the default version.
pub fn parse_version<'a>(
    source: &'a Source<'a>,
    mode: Mode,
    features: &Features,
    arena: &'a Bump,
    names: &mut Names,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    let options = errors::Options::file(source, mode);
    parse_with(&source.text, options, features, arena, names)
}

/// Parses text as the options say.
pub fn parse_with<'a>(
    source: &'a str,
    options: errors::Options,
    features: &Features,
    arena: &'a Bump,
    names: &mut Names,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    if !options.is_plain(source) {
        errors::check(source, options)?;
    }
    let mut parser = cursor::Parser::new(source, features, arena, names);
    match parser.parse(options.mode) {
        Ok(tree) => Ok(Parsed {
            tree,
            warnings: parser.into_warnings(),
        }),
        Err(cursor::Failed) => Err(match parser.refused {
            Some(refused) => refused,
            None => Box::new(errors::explain(source, options)),
        }),
    }
}
