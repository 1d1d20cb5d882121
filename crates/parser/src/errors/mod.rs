//! CPython's own SyntaxErrors: a slow, faithful second parse of source that the fast parser refused.
//!
//! CPython finds the words for an error by parsing again with extra rules (`_PyPegen_run_parser`). [`check`] does
//! the same over the same grammar, `data/grammar-3.12.peg`, so that message and place agree. It builds no tree.
//!
//! Errors of later stages (`'return' outside function` and the like) are not made here.

mod actions;
mod engine;
mod grammar;
mod lines;
mod raise;
mod strings;

pub use lines::line_of_bytes;

use hognose_source::{Declared, Source};

use crate::Mode;
use crate::error::{SyntaxError, SyntaxErrorKind};
use engine::Parser;

/// How CPython counts columns in an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Columns {
    /// The source came as text, or its encoding was said by a cookie or a byte order mark.
    Characters,
    /// The source came as bytes that say nothing of their encoding: CPython 3.12 then counts bytes.
    Bytes,
}

/// Where CPython finds the line that an error shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lines {
    /// In its own buffers.
    Buffered,
    /// In the file of the name it was given. A byte order mark is part of the first line then.
    File { with_mark: bool },
}

/// What to parse as, and how to speak of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    pub mode: Mode,
    pub columns: Columns,
    pub lines: Lines,
    pub prompt: Prompt,
}

/// What is asked of source typed at a prompt, line by line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Prompt {
    /// Source that ends too early is told apart (`PyCF_ALLOW_INCOMPLETE_INPUT`).
    pub tells_incomplete: bool,
    /// The end of the source ends no block (`PyCF_DONT_IMPLY_DEDENT`).
    pub keeps_blocks_open: bool,
}

/// The words for source that ends too early.
pub const INCOMPLETE: &str = "incomplete input";

impl Options {
    /// For a `str`, with a file name that names no file.
    pub fn text(mode: Mode) -> Options {
        Options {
            mode,
            columns: Columns::Characters,
            lines: Lines::Buffered,
            prompt: Prompt::default(),
        }
    }

    /// For the bytes of a file, with its name.
    pub fn file(source: &Source, mode: Mode) -> Options {
        let columns = match source.declared {
            Declared::Nowhere => Columns::Bytes,
            Declared::Cookie | Declared::Mark | Declared::Text => Columns::Characters,
        };
        let with_mark = source.declared == Declared::Mark;
        // Only `exec` looks for the file.
        let lines = match mode {
            Mode::Module => Lines::File { with_mark },
            Mode::Expression | Mode::Single => Lines::Buffered,
        };
        Options {
            mode,
            columns,
            lines,
            prompt: Prompt::default(),
        }
    }

    /// Whether the fast parser, which ends open blocks with the source, may accept this source.
    pub(crate) fn is_plain(&self, source: &str) -> bool {
        let is_open = self.mode == Mode::Single && self.prompt.keeps_blocks_open;
        !is_open || source.ends_with('\n')
    }
}

/// Stack for the recogniser's recursion at CPython's own depth limit.
const STACK_BYTES: usize = 64 << 20;

/// Checks source against the grammar, giving the error that CPython 3.12 gives.
///
/// The text has `\n` line ends, as `hognose_source` gives it.
///
/// ```
/// use hognose_parser::Mode;
/// use hognose_parser::errors::{Options, check};
///
/// let options = Options::text(Mode::Module);
/// let error = check("print 1\n", options).unwrap_err();
/// assert_eq!(error.message, "Missing parentheses in call to 'print'. Did you mean print(...)?");
/// assert_eq!((error.line, error.col, error.end_col), (1, Some(1), Some(8)));
/// ```
pub fn check(source: &str, options: Options) -> Result<(), SyntaxError> {
    std::thread::scope(|scope| {
        let run = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || run(source, options));
        let finished = run.ok().and_then(|thread| thread.join().ok());
        finished.unwrap_or_else(|| Err(SyntaxError::invalid(1)))
    })
}

/// Gives the error for source that the fast parser refused.
pub fn explain(source: &str, options: Options) -> SyntaxError {
    let refused = check(source, options).err();
    refused.unwrap_or_else(|| SyntaxError::invalid(1))
}

/// Runs the passes (`_PyPegen_run_parser`).
fn run(source: &str, options: Options) -> Result<(), SyntaxError> {
    let mut parser = Parser::new(source, options);
    if parser.pass() {
        if options.mode == Mode::Single && parser.more_follows() {
            let words = "multiple statements found while compiling a single statement";
            parser.raise_last(SyntaxErrorKind::Syntax, words.to_owned());
        }
        return parser.raised.map_or(Ok(()), Err);
    }
    if options.prompt.tells_incomplete && parser.at_end_of_source() {
        parser.raise_last(SyntaxErrorKind::Syntax, INCOMPLETE.to_owned());
        return Err(parser.raised.unwrap_or_else(|| SyntaxError::invalid(1)));
    }
    let placeless = |kind| matches!(kind, SyntaxErrorKind::Memory | SyntaxErrorKind::Unicode);
    if !parser
        .raised
        .as_ref()
        .is_some_and(|raised| placeless(raised.kind))
    {
        let last = parser.tokens.last().copied();
        parser.reset();
        parser.pass();
        parser.conclude(last);
    }
    Err(parser.raised.unwrap_or_else(|| SyntaxError::invalid(1)))
}
