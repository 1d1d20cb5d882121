//! Making errors: their words, and places as CPython counts them.

use hognose_tokens::{ErrorClass, NO_COLUMN, OpenBracket, Stop, Token, TokenError};

use super::engine::{Parser, Value};
use super::grammar::{MAX_SLOTS, Piece, Place, Raise, Slot, Spot};
use super::lines::line_of_file;
use super::{Columns, Lines};
use crate::error::{SyntaxError, SyntaxErrorKind};

/// An error raised, as CPython's pending exception.
pub(super) type Raised = SyntaxError;

/// A stretch of source as tokens and nodes have it: lines from 1, byte columns from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub line: u32,
    pub col: i64,
    pub end_line: u32,
    pub end_col: i64,
}

/// The column of a token that has none.
fn column(col: u32) -> i64 {
    if col == NO_COLUMN { -1 } else { i64::from(col) }
}

impl Span {
    fn of(first: Token, last: Token) -> Span {
        Span {
            line: first.line,
            col: column(first.col),
            end_line: last.end_line,
            end_col: column(last.end_col),
        }
    }
}

impl Parser<'_> {
    pub fn span(&self, value: Value) -> Span {
        let (first, last) = match (self.token_of(value), self.node_of(value)) {
            (Some(token), _) => (token, token),
            (None, Some(node)) => {
                let first = self.token_of(Value::Token(node.first));
                let last = self.token_of(Value::Token(node.last));
                match (first, last) {
                    (Some(first), Some(last)) => (first, last),
                    _ => return self.nowhere(),
                }
            }
            (None, None) => return self.nowhere(),
        };
        Span::of(first, last)
    }

    fn nowhere(&self) -> Span {
        Span {
            line: self.tokenizer.line(),
            col: 0,
            end_line: self.tokenizer.line(),
            end_col: -1,
        }
    }

    /// Where the tokeniser stands, one less than CPython's `CURRENT_POS`, which is not counted from 1.
    pub fn here(&self) -> Span {
        Span {
            line: self.tokenizer.line(),
            col: 0,
            end_line: self.tokenizer.line(),
            end_col: i64::from(self.tokenizer.column()) - 1,
        }
    }

    /// Raises what the grammar says.
    pub fn raise(&mut self, raise: &Raise, slots: &[Value; MAX_SLOTS]) {
        if raise.quiet && self.raised.is_some() {
            return;
        }
        let words = self.words(&raise.words, slots);
        let kind = if raise.indentation {
            SyntaxErrorKind::Indentation
        } else {
            SyntaxErrorKind::Syntax
        };
        match raise.place {
            Place::Last => self.raise_last(kind, words),
            Place::Next => self.raise_next(words),
            Place::From(spot) => {
                let from = self.spot(spot, slots);
                self.raise_range(from, self.here(), words);
            }
            Place::Range(from, to) => {
                let from = self.spot(from, slots);
                let to = self.spot(to, slots);
                self.raise_range(from, to, words);
            }
        }
    }

    fn spot(&self, spot: Spot, slots: &[Value; MAX_SLOTS]) -> Span {
        let value = match spot {
            Spot::Item(slot) => slot_value(slots, slot),
            Spot::First(slot) => self.first(slot_value(slots, slot)),
            Spot::Last(slot) => self.last(slot_value(slots, slot)),
            Spot::LastClause(slot) => self.last_of_clauses(slot_value(slots, slot)),
        };
        self.span(value)
    }

    fn words(&self, pieces: &[Piece], slots: &[Value; MAX_SLOTS]) -> String {
        let mut words = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => words.push_str(text),
                Piece::Kind(slot) => words.push_str(self.expression_name(slot_value(slots, *slot))),
                Piece::Source(slot) => words.push_str(self.text(slot_value(slots, *slot))),
                Piece::Line(slot) => {
                    words.push_str(&self.span(slot_value(slots, *slot)).line.to_string());
                }
            }
        }
        words
    }

    /// Raises at the last token read (`RAISE_SYNTAX_ERROR`).
    pub fn raise_last(&mut self, kind: SyntaxErrorKind, words: String) {
        if let Some(token) = self.tokens.last().copied() {
            self.raise_at(token, kind, words);
        }
    }

    /// Raises at the token to come (`RAISE_SYNTAX_ERROR_ON_NEXT_TOKEN`).
    fn raise_next(&mut self, words: String) {
        if self.mark == self.tokens.len() && !self.fill() {
            self.failed = true;
            return;
        }
        if let Some(token) = self.tokens.get(self.mark).copied() {
            self.raise_at(token, SyntaxErrorKind::Syntax, words);
        }
    }

    fn raise_at(&mut self, token: Token, kind: SyntaxErrorKind, words: String) {
        let col = match token.col {
            NO_COLUMN => i64::from(self.tokenizer.column()),
            col => i64::from(col) + 1,
        };
        let end_col = match token.end_col {
            NO_COLUMN => -1,
            col => i64::from(col) + 1,
        };
        self.raise_counted(kind, words, (token.line, col), (token.end_line, end_col));
    }

    /// Raises from one place to another (`RAISE_SYNTAX_ERROR_KNOWN_RANGE`).
    pub fn raise_range(&mut self, from: Span, to: Span, words: String) {
        let end = (to.end_line, to.end_col + 1);
        let kind = SyntaxErrorKind::Syntax;
        self.raise_counted(kind, words, (from.line, from.col + 1), end);
    }

    /// Raises at places counted from 1 (`_PyPegen_raise_error_known_location`).
    fn raise_counted(
        &mut self,
        kind: SyntaxErrorKind,
        message: String,
        (line, col): (u32, i64),
        (end_line, end_col): (u32, i64),
    ) {
        self.failed = true;
        let text = self.error_text(line);
        let count = |col: i64| match self.options.columns {
            Columns::Characters => characters_before(&text, col),
            Columns::Bytes => i32::try_from(col).unwrap_or(i32::MAX),
        };
        self.raised = Some(SyntaxError {
            kind,
            message,
            line,
            col: Some(count(col)),
            end_line,
            end_col: Some(if end_col > 0 {
                count(end_col)
            } else {
                end_col as i32
            }),
            text: Some(text),
        });
    }

    /// The line an error shows: from the tokeniser's buffer while it is there, else from the whole text, which gives
    /// it without its line end.
    fn error_text(&self, line: u32) -> String {
        if let Lines::File { with_mark } = self.options.lines
            && let Some(text) = line_of_file(self.source, line, with_mark)
        {
            return text;
        }
        let from = self.tokenizer.buffer_start();
        let to = self.tokenizer.line_end();
        if self.tokenizer.line() <= line && to > from {
            let mut text = self.source.get(from..).unwrap_or_default();
            text = text.get(..to - from).unwrap_or(text);
            return if to > self.source.len() {
                format!("{text}\n")
            } else {
                text.to_owned()
            };
        }
        line_text(self.source, line).to_owned()
    }

    /// Words an error of the tokeniser (`tokenizer_error` in `pegen_errors.c`).
    pub fn raise_token_error(&mut self, error: &TokenError) {
        let words = error.message.clone().into_owned();
        let line = self.tokenizer.line();
        match (error.stop, error.class) {
            (Stop::Raised, _) => self.raised = Some(self.tokenizer_raised(error)),
            (Stop::Eof, _) => match self.tokenizer.open_bracket() {
                Some(open) => self.raise_unclosed(open),
                None => self.raise_last(SyntaxErrorKind::Syntax, words),
            },
            (Stop::Noted, ErrorClass::IndentationError) if error.end_offset == -1 => {
                self.raise_last(SyntaxErrorKind::Indentation, words);
            }
            (Stop::Noted, ErrorClass::SyntaxError) => {
                let from = self.tokenizer.buffer_start();
                let col = self.tokenizer.position().saturating_sub(from) as i64;
                self.raise_counted(SyntaxErrorKind::Syntax, words, (line, col), (line, 0));
            }
            (Stop::Noted, class) => self.raise_counted(kind_of(class), words, (line, 1), (line, 0)),
        }
    }

    /// An error that the tokeniser itself raised, with the rest of its line.
    fn tokenizer_raised(&self, error: &TokenError) -> SyntaxError {
        SyntaxError {
            kind: kind_of(error.class),
            message: error.message.clone().into_owned(),
            line: error.line,
            col: Some(error.offset),
            end_line: error.end_line,
            end_col: Some(error.end_offset),
            text: Some(line_text(self.source, error.line).to_owned()),
        }
    }

    fn raise_unclosed(&mut self, open: OpenBracket) {
        let words = format!("'{}' was never closed", char::from(open.byte));
        let place = (open.line, i64::from(open.col) + 1);
        self.raise_counted(SyntaxErrorKind::Syntax, words, place, (open.line, 0));
    }

    /// Raises an error without a column (an integer with too many digits).
    pub fn raise_without_column(&mut self, value: Value, words: String) {
        let span = self.span(value);
        let (from, to) = ((span.line, 0), (span.end_line, 0));
        self.raise_counted(SyntaxErrorKind::Syntax, words, from, to);
    }

    /// `MemoryError` and `UnicodeDecodeError`, which have no place and end the parse.
    pub fn raise_placeless(&mut self, kind: SyntaxErrorKind, message: String) {
        self.failed = true;
        self.raised = Some(SyntaxError::placeless(kind, message));
    }

    pub fn raise_memory(&mut self) {
        let words = "Parser stack overflowed - Python source too complex to parse";
        self.raise_placeless(SyntaxErrorKind::Memory, words.to_owned());
    }

    /// Says what is wrong when both passes failed (`_PyPegen_set_syntax_error`).
    pub fn conclude(&mut self, last: Option<Token>) {
        use hognose_tokens::Kind::{Dedent, Indent};
        if let Some(raised) = &self.raised {
            let syntax = !matches!(
                raised.kind,
                SyntaxErrorKind::Memory | SyntaxErrorKind::Unicode
            );
            if syntax && self.token_stop.is_none() {
                self.check_rest();
            }
            return;
        }
        let Some(token) = last else {
            return;
        };
        match token.kind {
            Indent => {
                self.raise_last(SyntaxErrorKind::Indentation, "unexpected indent".to_owned());
            }
            Dedent => {
                self.raise_last(
                    SyntaxErrorKind::Indentation,
                    "unexpected unindent".to_owned(),
                );
            }
            _ => {
                let span = Span::of(token, token);
                self.raise_range(span, span, "invalid syntax".to_owned());
                self.check_rest();
            }
        }
    }

    /// Reads the rest of the source for errors that matter more
    /// (`_PyPegen_tokenize_full_source_to_check_for_errors`).
    fn check_rest(&mut self) {
        let last_line = self.tokens.last().map_or(0, |token| token.line);
        loop {
            match self.tokenizer.next_token() {
                Ok(token) if token.kind == hognose_tokens::Kind::EndMarker => return,
                Ok(_) => {}
                Err(error) => {
                    let in_fstring = self.tokenizer.in_fstring();
                    let keep = self.raised.clone();
                    if error.stop == Stop::Raised {
                        self.raised = Some(self.tokenizer_raised(&error));
                    } else if let Some(open) = self.tokenizer.open_bracket()
                        && last_line > open.line
                    {
                        self.raise_unclosed(open);
                    }
                    // An error in an f-string's field is not hidden by what comes of it.
                    if in_fstring {
                        self.raised = keep;
                    }
                    return;
                }
            }
        }
    }
}

fn slot_value(slots: &[Value; MAX_SLOTS], slot: Slot) -> Value {
    slots.get(slot as usize).copied().unwrap_or(Value::Absent)
}

fn kind_of(class: ErrorClass) -> SyntaxErrorKind {
    match class {
        ErrorClass::SyntaxError => SyntaxErrorKind::Syntax,
        ErrorClass::IndentationError => SyntaxErrorKind::Indentation,
        ErrorClass::TabError => SyntaxErrorKind::Tab,
    }
}

/// A line without its line end.
fn line_text(source: &str, line: u32) -> &str {
    let at = (line as usize).saturating_sub(1);
    source.split('\n').nth(at).unwrap_or_default()
}

/// Characters in the first bytes of a text, one cut short counted, and the end of the text counted as one more
/// (`_PyPegen_byte_offset_to_character_offset`, which decodes the closing NUL too).
fn characters_before(text: &str, bytes: i64) -> i32 {
    let bytes = usize::try_from(bytes).unwrap_or(0);
    let within = bytes.min(text.len());
    let starts = text.as_bytes().iter().take(within);
    let chars = starts.filter(|&&byte| byte & 0xc0 != 0x80).count();
    let past = usize::from(bytes > text.len());
    i32::try_from(chars + past).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_with_the_one_cut_short() {
        let chars = [0, 1, 1, 2, 3, 4, 5, 5, 6, 6];
        for (bytes, chars) in (0..).zip(chars) {
            assert_eq!(characters_before("é = é", bytes), chars, "of {bytes} bytes");
        }
    }
}
