//! The parser's state: the current token, tokens kept for going back, and scratch lists.

use bumpalo::Bump;
use hognose_ast::{
    Alias, Arg, CmpOp, Comprehension, ExceptHandler, Expr, Expression, Interactive, Keyword, Loc,
    MatchCase, Mod, Module, Name, Names, Pattern, Stmt, TypeParam, WithItem,
};
use hognose_tokens::{Kind, Token, Tokenizer};
use hognose_version::Features;

use crate::{Mode, SyntaxError, Warning};

/// The fast pass gave up: the source is no valid Python, or is nested too deeply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

pub type Parse<T> = Result<T, Failed>;

/// CPython's `MAXSTACK`: how deep its parser's rules may call each other.
const MAX_STACK: u32 = 6000;

/// How many rules deep CPython is in `factor` of an expression statement.
const BASE: u32 = 31;

/// How many rules one more level of nesting adds in CPython: found by nesting each until `MemoryError`.
pub mod rules {
    pub const OPERATOR: u32 = 1;
    pub const POWER: u32 = 2;
    pub const LAMBDA: u32 = 2;
    pub const DEFAULT: u32 = 8;
    pub const ELSE: u32 = 1;
    pub const BLOCK: u32 = 6;
    pub const PARENTHESES: u32 = 28;
    pub const DISPLAY: u32 = 29;
    pub const CALL: u32 = 24;
    pub const SUBSCRIPT: u32 = 24;
    pub const PATTERN: u32 = 24;
    pub const REPLACEMENT_FIELD: u32 = 33;
    pub const FORMAT_SPEC: u32 = 4;
}

/// A place in the source: a line and a column in bytes.
///
/// Both are one number, so that they are written and read in one go.
#[derive(Debug, Clone, Copy)]
pub struct Place(u64);

impl Place {
    #[inline]
    pub fn new(line: u32, col: u32) -> Place {
        Place(u64::from(line) << 32 | u64::from(col))
    }

    #[inline]
    pub fn line(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline]
    pub fn col(self) -> u32 {
        self.0 as u32
    }
}

pub struct Parser<'a, 'n> {
    pub source: &'a str,
    pub arena: &'a Bump,
    pub names: &'n mut Names,
    tokenizer: Tokenizer<'a>,
    /// The token to look at.
    pub token: Token,
    /// Where the last token that is not white space ended.
    pub last_end: Place,
    /// Tokens read since the oldest mark; those from `replayed` on come again.
    kept: Vec<Token>,
    replayed: usize,
    marks: u32,
    depth: u32,
    is_single: bool,
    pub type_param_defaults: bool,
    /// Whether `from __future__ import barry_as_FLUFL` holds at once.
    pub obeys_flufl: bool,
    /// Whether unequal is `<>` (`PyPARSE_BARRY_AS_BDFL`).
    pub has_flufl: bool,
    pub joins_spec_parts: bool,
    pub shows_fields_as_written: bool,
    /// Whether the innermost f-string is a raw one.
    pub in_raw_fstring: bool,
    pub in_single_line_fstring: bool,
    pub allows_lines_in_specs: bool,
    /// An error that the grammar of the default version would not find.
    pub refused: Option<Box<SyntaxError>>,
    /// In single mode: a token other than an implied line end was just read.
    started: bool,
    pub warnings: Vec<Warning>,
    pub lists: Lists<'a>,
}

/// Lists under construction: a list in the making is the top of its stack.
#[derive(Default)]
pub struct Lists<'a> {
    pub stmts: Stack<Stmt<'a>>,
    pub exprs: Stack<Expr<'a>>,
    pub holes: Stack<Option<Expr<'a>>>,
    pub keywords: Stack<Keyword<'a>>,
    pub comprehensions: Stack<Comprehension<'a>>,
    pub operators: Stack<CmpOp>,
    pub args: Stack<Arg<'a>>,
    pub names: Stack<Name>,
    pub aliases: Stack<Alias>,
    pub items: Stack<WithItem<'a>>,
    pub handlers: Stack<ExceptHandler<'a>>,
    pub cases: Stack<MatchCase<'a>>,
    pub patterns: Stack<Pattern<'a>>,
    pub type_params: Stack<TypeParam<'a>>,
}

/// A stack of list items, moved to the arena when a list is complete.
pub struct Stack<T>(Vec<T>);

impl<T> Default for Stack<T> {
    fn default() -> Stack<T> {
        Stack(Vec::new())
    }
}

impl<T> Stack<T> {
    /// Begins a list; give the result to [`Stack::take`].
    pub fn begin(&self) -> usize {
        self.0.len()
    }

    pub fn push(&mut self, item: T) {
        self.0.push(item);
    }

    /// Ends the list begun at `start`.
    pub fn take<'a>(&mut self, start: usize, arena: &'a Bump) -> &'a mut [T] {
        if start >= self.0.len() {
            return &mut [];
        }
        arena.alloc_slice_fill_iter(self.0.drain(start..))
    }

    /// Ends the list begun at `start` without moving it.
    pub fn drain(&mut self, start: usize) -> std::vec::Drain<'_, T> {
        self.0.drain(start.min(self.0.len())..)
    }

    /// The items of the list begun at `start`.
    pub fn since(&self, start: usize) -> &[T] {
        self.0.get(start..).unwrap_or_default()
    }
}

/// Where to go back to.
pub struct Mark {
    token: Token,
    last_end: Place,
    replayed: usize,
    warnings: usize,
    depth: u32,
}

impl<'a, 'n> Parser<'a, 'n> {
    pub fn new(
        source: &'a str,
        features: &Features,
        arena: &'a Bump,
        names: &'n mut Names,
    ) -> Parser<'a, 'n> {
        Parser {
            source,
            arena,
            names,
            tokenizer: Tokenizer::new(source),
            token: Token::default(),
            last_end: Place::new(1, 0),
            kept: Vec::new(),
            replayed: 0,
            marks: 0,
            depth: BASE,
            is_single: false,
            type_param_defaults: features.type_param_defaults,
            obeys_flufl: features.flufl_by_import,
            has_flufl: false,
            joins_spec_parts: features.joined_spec_parts,
            shows_fields_as_written: features.fields_as_written,
            in_raw_fstring: false,
            in_single_line_fstring: false,
            allows_lines_in_specs: features.line_ends_in_specs,
            refused: None,
            started: false,
            warnings: Vec::new(),
            lists: Lists::default(),
        }
    }

    /// The rules `file`, `eval` and `interactive`.
    pub fn parse(&mut self, mode: Mode) -> Parse<Mod<'a>> {
        if mode != Mode::Module {
            self.tokenizer = Tokenizer::new(self.source).without_added_newline();
        }
        self.is_single = mode == Mode::Single;
        self.read();
        match mode {
            Mode::Module => {
                let body = self.statements(Kind::EndMarker)?;
                Ok(Mod::Module(self.arena.alloc(Module { body })))
            }
            Mode::Expression => {
                let body = self.expressions()?;
                while self.at(Kind::Newline) {
                    self.skip_space();
                }
                if !self.at(Kind::EndMarker) {
                    return Err(Failed);
                }
                Ok(Mod::Expression(self.arena.alloc(Expression { body })))
            }
            Mode::Single => {
                let body = self.interactive()?;
                Ok(Mod::Interactive(self.arena.alloc(Interactive { body })))
            }
        }
    }

    /// What was warned of: by the tokeniser and by the parser, in the order of lines.
    pub fn into_warnings(self) -> Vec<Warning> {
        let from_tokens = self.tokenizer.warnings().iter().map(|warning| Warning {
            message: warning.message.clone().into_owned(),
            loc: Loc {
                line: warning.line,
                col: 0,
                end_line: warning.line,
                end_col: 0,
            },
        });
        let mut all: Vec<Warning> = from_tokens.chain(self.warnings).collect();
        all.sort_by_key(|warning| warning.loc.line);
        all
    }

    /// Reads the next token in place of the current one.
    #[inline]
    fn read(&mut self) {
        // An error becomes a token that begins nothing: the parse fails when it gets there, and not before.
        if self.tokenizer.advance(&mut self.token).is_err() {
            self.token = Token::default();
        }
        if self.is_single {
            self.typed();
        }
    }

    /// At the prompt the end of the text first counts as a line end. Mirrors `_PyPegen_fill_token`.
    #[cold]
    fn typed(&mut self) {
        let ends = self.token.kind == Kind::EndMarker && self.started;
        if ends {
            self.tokenizer.close_blocks();
            self.token.kind = Kind::Newline;
        }
        self.started = !ends;
    }

    #[inline]
    fn advance(&mut self) {
        if self.marks == 0 && self.replayed == self.kept.len() {
            self.read();
        } else {
            self.advance_kept();
        }
    }

    #[cold]
    fn advance_kept(&mut self) {
        if let Some(&token) = self.kept.get(self.replayed) {
            self.token = token;
            self.replayed += 1;
            if self.marks == 0 && self.replayed == self.kept.len() {
                self.kept.clear();
                self.replayed = 0;
            }
            return;
        }
        self.read();
        self.kept.push(self.token);
        self.replayed += 1;
    }

    /// Steps over a token that is not white space.
    #[inline]
    pub fn bump(&mut self) {
        self.last_end = Place::new(self.token.end_line, self.token.end_col);
        self.advance();
    }

    /// Steps over `Newline`, `Indent` or `Dedent`, which no node's place includes.
    #[inline]
    pub fn skip_space(&mut self) {
        self.advance();
    }

    /// Remembers the place to come back to. Every mark ends in [`Parser::release`] or [`Parser::reset`].
    pub fn mark(&mut self) -> Mark {
        self.marks += 1;
        Mark {
            token: self.token,
            last_end: self.last_end,
            replayed: self.replayed,
            warnings: self.warnings.len(),
            depth: self.depth,
        }
    }

    /// Forgets a mark.
    pub fn release(&mut self, _mark: Mark) {
        self.marks -= 1;
        if self.marks == 0 && self.replayed == self.kept.len() {
            self.kept.clear();
            self.replayed = 0;
        }
    }

    /// Goes back.
    ///
    /// Items of lists left unfinished stay at the bottom of their stacks, where nobody sees them.
    pub fn reset(&mut self, mark: Mark) {
        self.token = mark.token;
        self.last_end = mark.last_end;
        self.replayed = mark.replayed;
        self.warnings.truncate(mark.warnings);
        self.depth = mark.depth;
        self.marks -= 1;
    }

    /// The token after the current one.
    pub fn peek(&mut self) -> Token {
        let mark = self.mark();
        self.bump();
        let next = self.token;
        self.reset(mark);
        next
    }

    #[inline]
    pub fn at(&self, kind: Kind) -> bool {
        self.token.kind == kind
    }

    /// Steps over the token if it is of that kind.
    #[inline]
    pub fn eat(&mut self, kind: Kind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    #[inline]
    pub fn expect(&mut self, kind: Kind) -> Parse<()> {
        if self.eat(kind) { Ok(()) } else { Err(Failed) }
    }

    /// Steps over white space of that kind.
    #[inline]
    pub fn expect_space(&mut self, kind: Kind) -> Parse<()> {
        if self.at(kind) {
            self.skip_space();
            Ok(())
        } else {
            Err(Failed)
        }
    }

    /// Where the current token starts.
    #[inline]
    pub fn place(&self) -> Place {
        Place::new(self.token.line, self.token.col)
    }

    /// From `start` to the end of the last token.
    #[inline]
    pub fn loc(&self, start: Place) -> Loc {
        Loc {
            line: start.line(),
            col: start.col(),
            end_line: self.last_end.line(),
            end_col: self.last_end.col(),
        }
    }

    /// The current token's text.
    #[inline]
    pub fn text(&self) -> &'a str {
        self.token.text(self.source)
    }

    /// An identifier.
    #[inline]
    pub fn name(&mut self) -> Parse<Name> {
        if !self.at(Kind::Name) {
            return Err(Failed);
        }
        let range = self.token.start as usize..self.token.end as usize;
        let name = self.names.intern_identifier(self.source, range);
        self.bump();
        Ok(name)
    }

    /// Tells whether the token is this soft keyword.
    pub fn at_word(&self, word: &str) -> bool {
        self.at(Kind::Name) && self.text() == word
    }

    /// Enters `rules` nested rules of CPython's grammar; leave with [`Parser::leave`].
    #[inline]
    pub fn enter(&mut self, rules: u32) -> Parse<()> {
        self.depth += rules;
        if self.depth > MAX_STACK {
            Err(Failed)
        } else {
            Ok(())
        }
    }

    #[inline]
    pub fn leave(&mut self, rules: u32) {
        self.depth -= rules;
    }
}
