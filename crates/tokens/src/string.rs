//! Plain strings: where they end, or that they do not.

use memchr::memchr2;

use crate::error::TokenError;
use crate::kind::Kind;
use crate::tokenizer::{Done, EOF, Step, Tokenizer};

impl Tokenizer<'_> {
    /// Reads a string whose first quote has been taken.
    pub(crate) fn string(&mut self, quote: u8) -> Step {
        self.first_line = self.line;
        let first_line_start = self.line_start;
        let quote_char = i32::from(quote);
        let mut quote_size = 1;
        let mut end_quotes = 0;
        if self.byte(self.pos) == quote {
            self.pos += 1;
            if self.byte(self.pos) == quote {
                self.pos += 1;
                quote_size = 3;
            } else {
                end_quotes = 1;
            }
        }
        while end_quotes != quote_size {
            if self.skip_plain(quote) {
                end_quotes = 0;
            }
            let char = self.next_char();
            if self.done == Done::NulByte {
                return Err(self.nul_byte());
            }
            if char == EOF || (quote_size == 1 && char == i32::from(b'\n')) {
                return Err(self.unterminated(quote, quote_size, first_line_start));
            }
            if char == quote_char {
                end_quotes += 1;
                continue;
            }
            end_quotes = 0;
            if char == i32::from(b'\\') && self.next_char() == i32::from(b'\r') {
                self.next_char();
            }
        }
        Ok(self.string_token(Kind::String, self.start, self.pos))
    }

    /// Skips to the next quote, backslash or line end, and tells whether there was anything to skip.
    fn skip_plain(&mut self, quote: u8) -> bool {
        let stop = self.line_end.saturating_sub(1);
        let Some(rest) = self.bytes.get(self.pos..stop) else {
            return false;
        };
        let skipped = memchr2(quote, b'\\', rest).unwrap_or(rest.len());
        self.pos += skipped;
        skipped > 0
    }

    #[cold]
    fn unterminated(
        &mut self,
        quote: u8,
        quote_size: u32,
        first_line_start: usize,
    ) -> Box<TokenError> {
        let detected = self.line;
        self.pos = self.start + 1;
        self.line_start = first_line_start;
        self.line = self.first_line;
        let same_quotes = |fstring: &crate::fstring::FString| {
            fstring.quote == quote && fstring.quote_size == quote_size
        };
        if self.fstrings.last().is_some_and(same_quotes) {
            // The string is the f-string's own end: what lacks is the field's brace.
            return self.raised("f-string: expecting '}'");
        }
        let what = if quote_size == 3 {
            "triple-quoted string"
        } else {
            "string"
        };
        self.raised(format!(
            "unterminated {what} literal (detected at line {detected})"
        ))
    }
}
