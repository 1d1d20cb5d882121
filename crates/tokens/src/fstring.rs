//! F-strings (PEP 701): the text between fields, and where fields begin and end.
//!
//! Mirrors `tok_get_fstring_mode` of CPython 3.12.1.

use crate::error::TokenError;
use crate::kind::Kind;
use crate::limits::{MAX_FIELD_DEPTH, MAX_FSTRINGS};
use crate::tokenizer::{Done, EOF, Step, Tokenizer};

/// An open f-string (CPython's `tokenizer_mode`).
pub(crate) struct FString {
    pub(crate) quote: u8,
    pub(crate) quote_size: u32,
    raw: bool,
    /// Reading literal text or a format specification, not an expression.
    pub(crate) in_text: bool,
    start: usize,
    start_line: u32,
    start_line_start: usize,
    /// Brackets open since the f-string began.
    pub(crate) bracket_depth: i32,
    /// Bracket depth at which the innermost field began; -1 outside fields.
    pub(crate) field_depth: i32,
    /// The outermost field's expression has ended (`last_expr_end != -1`).
    expression_ended: bool,
}

impl Tokenizer<'_> {
    /// Reads the quotes that begin an f-string; the first has been taken.
    pub(crate) fn fstring_start(&mut self, quote: u8) -> Step {
        self.first_line = self.line;
        let mut quote_size = 1;
        if self.byte(self.pos) == quote && self.byte(self.pos + 1) == quote {
            self.pos += 2;
            quote_size = 3;
        }
        if self.fstrings.len() + 1 >= MAX_FSTRINGS {
            return Err(self.raised("too many nested f-strings"));
        }
        let raw = matches!(self.byte(self.start), b'r' | b'R')
            || matches!(self.byte(self.start + 1), b'r' | b'R');
        self.fstrings.push(FString {
            quote,
            quote_size,
            raw,
            in_text: true,
            start: self.start,
            start_line: self.line,
            start_line_start: self.line_start,
            bracket_depth: 0,
            field_depth: -1,
            expression_ended: false,
        });
        Ok(self.string_token(Kind::FStringStart, self.start, self.pos))
    }

    /// Reads within an f-string's text: a piece of text, its end, or the brace that begins a field.
    pub(crate) fn fstring_token(&mut self) -> Step {
        self.start = self.pos;
        self.first_line = self.line;
        self.start_col = self.column();
        let Some(fstring) = self.fstrings.last_mut() else {
            return self.next_token();
        };
        let (quote, quote_size) = (fstring.quote, fstring.quote_size);

        let first = self.next_char();
        let second = self.byte(self.pos);
        self.back_up(first);
        if first == i32::from(b'{') && second != b'{' {
            self.begin_field()?;
            return self.next_token();
        }
        let quotes_end = self.start + quote_size as usize;
        if (self.start..quotes_end).all(|at| self.byte(at) == quote) {
            self.pos = quotes_end;
            self.fstrings.pop();
            return Ok(self.string_token(Kind::FStringEnd, self.start, self.pos));
        }
        self.fstring_middle(quote, quote_size)
    }

    /// Enters a field's expression.
    fn begin_field(&mut self) -> Result<(), Box<TokenError>> {
        let Some(fstring) = self.fstrings.last_mut() else {
            return Ok(());
        };
        fstring.field_depth += 1;
        if fstring.field_depth >= MAX_FIELD_DEPTH {
            return Err(self.raised("f-string: expressions nested too deeply"));
        }
        fstring.in_text = false;
        Ok(())
    }

    fn fstring_middle(&mut self, quote: u8, quote_size: u32) -> Step {
        let mut end_quotes = 0;
        let mut in_named_escape = false;
        while end_quotes != quote_size {
            let char = self.next_char();
            if self.done == Done::NulByte {
                return Err(self.nul_byte());
            }
            let in_format_spec = self.in_format_spec();
            if char == EOF || (quote_size == 1 && char == i32::from(b'\n')) {
                if in_format_spec && char == i32::from(b'\n') {
                    // A format specification may not run over a line end: back to the expression, where the parser objects.
                    self.back_up(char);
                    self.leave_text();
                    return Ok(self.string_token(Kind::FStringMiddle, self.start, self.pos));
                }
                return Err(self.unterminated_fstring());
            }
            if char == i32::from(quote) {
                end_quotes += 1;
                continue;
            }
            end_quotes = 0;
            match char as u8 {
                b'{' => {
                    if self.byte(self.pos) != b'{' || in_format_spec {
                        self.back_up(char);
                        self.begin_field()?;
                        return Ok(self.string_token(Kind::FStringMiddle, self.start, self.pos));
                    }
                    self.pos += 1;
                    return Ok(self.string_token(Kind::FStringMiddle, self.start, self.pos - 1));
                }
                b'}' => {
                    if in_named_escape {
                        return Ok(self.string_token(Kind::FStringMiddle, self.start, self.pos));
                    }
                    if self.byte(self.pos) == b'}' && !in_format_spec {
                        self.pos += 1;
                        return Ok(self.string_token(
                            Kind::FStringMiddle,
                            self.start,
                            self.pos - 1,
                        ));
                    }
                    self.back_up(char);
                    self.leave_text();
                    return Ok(self.string_token(Kind::FStringMiddle, self.start, self.pos));
                }
                b'\\' => in_named_escape |= self.fstring_escape(),
                _ => {}
            }
        }
        self.pos -= quote_size as usize;
        Ok(self.string_token(Kind::FStringMiddle, self.start, self.pos))
    }

    /// Reads what follows a backslash, and tells whether it begins a named escape (`\N{`).
    fn fstring_escape(&mut self) -> bool {
        let raw = self.fstrings.last().is_some_and(|fstring| fstring.raw);
        let mut char = self.next_char();
        if char == i32::from(b'\r') {
            char = self.next_char();
        }
        if char == i32::from(b'{') || char == i32::from(b'}') {
            if !raw {
                self.warn(format!(
                    "invalid escape sequence '\\{}'",
                    char::from(char as u8)
                ));
            }
            self.back_up(char);
            return false;
        }
        if !raw && char == i32::from(b'N') && self.byte(self.pos) == b'{' {
            self.pos += 1;
            return true;
        }
        false
    }

    fn in_format_spec(&self) -> bool {
        self.fstrings
            .last()
            .is_some_and(|fstring| fstring.expression_ended && fstring.field_depth >= 0)
    }

    fn leave_text(&mut self) {
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.in_text = false;
        }
    }

    /// Notes what `:`, `!`, `{` or `}` does to the open field, and tells whether it is the colon of a format specification.
    pub(crate) fn fstring_punctuation(&mut self, byte: u8) -> bool {
        let Some(fstring) = self
            .fstrings
            .last_mut()
            .filter(|fstring| fstring.field_depth >= 0)
        else {
            return false;
        };
        let depth = fstring.bracket_depth - i32::from(byte != b'{');
        if depth == 0 {
            fstring.expression_ended = byte != b'{';
        }
        if byte == b':' && depth == fstring.field_depth {
            fstring.in_text = true;
            return true;
        }
        false
    }

    /// Counts a closed bracket within an f-string, which may end a field.
    pub(crate) fn close_in_fstring(&mut self, byte: u8) {
        let Some(fstring) = self.fstrings.last_mut() else {
            return;
        };
        fstring.bracket_depth -= 1;
        if byte == b'}' && fstring.bracket_depth == fstring.field_depth {
            fstring.field_depth -= 1;
            fstring.in_text = true;
        }
    }

    #[cold]
    fn unterminated_fstring(&mut self) -> Box<TokenError> {
        let detected = self.line;
        let mut what = "f-string";
        if let Some(fstring) = self.fstrings.last() {
            self.pos = fstring.start + 1;
            self.line_start = fstring.start_line_start;
            self.line = fstring.start_line;
            if fstring.quote_size == 3 {
                what = "triple-quoted f-string";
            }
        }
        self.raised(format!(
            "unterminated {what} literal (detected at line {detected})"
        ))
    }
}
