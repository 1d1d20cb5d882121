//! The tokeniser itself: lines, indentation, names, operators and brackets.
//!
//! It mirrors `tok_get_normal_mode` of CPython 3.12's `Parser/tokenizer.c`, whose cursor moves (`tok_nextc`,
//! `tok_backup`) and lazy change of line decide every reported place.

use std::borrow::Cow;

use hognose_source::repr::is_printable;
use memchr::{memchr, memchr2};

use crate::error::{ErrorClass, OpenBracket, Stop, TokenError, TokenWarning};
use crate::fstring::FString;
use crate::identifier;
use crate::kind::{Kind, NO_COLUMN, Token};
use crate::limits::{MAX_BRACKETS, MAX_INDENTS};
use crate::operators::{one_char, three_chars, two_chars};

/// A tokenising step: a token, or why there is none.
///
/// The error is boxed to keep the usual case small.
pub type Step = Result<Token, Box<TokenError>>;

/// What `next_char` gives when the text is used up.
pub(crate) const EOF: i32 = -1;

/// `tok->start == NULL`: no token has begun, so a new line also begins a new buffer.
pub(crate) const NO_START: usize = usize::MAX;

/// Why no more characters come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    No,
    Eof,
    NulByte,
}

/// Gives the tokens of a text one at a time.
pub struct Tokenizer<'s> {
    pub(crate) bytes: &'s [u8],
    source: &'s str,
    /// The text's length, with the line end that CPython adds to a text that lacks one.
    total: usize,
    /// The next character (`tok->cur`).
    pub(crate) pos: usize,
    /// The end of the current line, its line end included (`tok->inp`).
    pub(crate) line_end: usize,
    pub(crate) line_start: usize,
    pub(crate) line: u32,
    /// Start of the first line of the current token (`tok->buf`).
    buffer_start: usize,
    pub(crate) done: Done,
    pub(crate) start: usize,
    pub(crate) start_col: u32,
    /// Line on which the current string began.
    pub(crate) first_line: u32,
    pub(crate) at_line_begin: bool,
    pub(crate) pending_indents: i32,
    /// Columns with tabs of 8, and with tabs of 1.
    indents: Vec<(u32, u32)>,
    pub(crate) brackets: Vec<OpenBracket>,
    pub(crate) fstrings: Vec<FString>,
    /// Also give comments and blank line ends, and be liberal: what the `tokenize` module asks for.
    pub(crate) extra: bool,
    comment_newline: bool,
    report_warnings: bool,
    warnings: Vec<TokenWarning>,
    failed: Option<Box<TokenError>>,
}

impl<'s> Tokenizer<'s> {
    /// Starts at the beginning of a text.
    ///
    /// The text has `\n` line ends and is shorter than 4 GiB, as `hognose_source::decode` gives it.
    pub fn new(source: &'s str) -> Self {
        let bytes = source.as_bytes();
        let lacks_newline = bytes.last().is_some_and(|&last| last != b'\n');
        Tokenizer {
            bytes,
            source,
            total: bytes.len() + usize::from(lacks_newline),
            pos: 0,
            line_end: 0,
            line_start: 0,
            line: 0,
            buffer_start: 0,
            done: Done::No,
            start: NO_START,
            start_col: 0,
            first_line: 0,
            at_line_begin: true,
            pending_indents: 0,
            indents: vec![(0, 0)],
            brackets: Vec::new(),
            fstrings: Vec::new(),
            extra: false,
            comment_newline: false,
            report_warnings: true,
            warnings: Vec::new(),
            failed: None,
        }
    }

    /// Takes the text as it is, with no line end added: what `eval` and `single` ask for.
    pub fn without_added_newline(mut self) -> Self {
        self.total = self.bytes.len();
        self
    }

    /// Ends every open block at the end of a typed statement (`_PyPegen_fill_token` for `single`).
    pub fn close_blocks(&mut self) {
        self.pending_indents = 1 - i32::try_from(self.indents.len()).unwrap_or(1);
        self.indents.truncate(1);
    }

    /// Gives the next token; after the end, `EndMarker` again and again; after an error, that error.
    pub fn next_token(&mut self) -> Step {
        let mut token = Token::default();
        self.advance(&mut token)?;
        Ok(token)
    }

    /// Puts the next token in place of `token`; on an error it stays as it was.
    #[inline]
    pub fn advance(&mut self, token: &mut Token) -> Result<(), Box<TokenError>> {
        if !self.fast_token(token) {
            *token = self.any_token()?;
        }
        Ok(())
    }

    #[inline(never)]
    fn any_token(&mut self) -> Step {
        let in_literal_text = self.fstrings.last().is_some_and(|fstring| fstring.in_text);
        let step = if self.failed.is_some() {
            self.fail_again()
        } else if in_literal_text {
            self.fstring_token()
        } else {
            self.normal_token()
        };
        if let Err(error) = &step {
            self.failed = Some(error.clone());
        }
        step
    }

    /// The text being tokenised.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// The line that the tokeniser has reached (`tok->lineno`).
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Start of the line that the tokeniser has reached (`tok->line_start`).
    pub fn line_start(&self) -> usize {
        self.line_start.min(self.bytes.len())
    }

    /// Start of the lines still in CPython's buffer, a multi-line token's first line included (`tok->buf`).
    pub fn buffer_start(&self) -> usize {
        self.buffer_start.min(self.bytes.len())
    }

    /// End of the line that the tokeniser has reached, past the text where a line end was added (`tok->inp`).
    pub fn line_end(&self) -> usize {
        self.line_end
    }

    /// The next byte to look at (`tok->cur`).
    pub fn position(&self) -> usize {
        self.pos.min(self.bytes.len())
    }

    /// Bytes from the line's start to the next byte, an added line end counted (`tok->cur - tok->line_start`).
    pub fn column(&self) -> u32 {
        self.pos.saturating_sub(self.line_start) as u32
    }

    /// The innermost bracket that is still open.
    pub fn open_bracket(&self) -> Option<OpenBracket> {
        self.brackets.last().copied()
    }

    /// Tells whether the text is used up.
    pub fn is_at_end(&self) -> bool {
        self.done == Done::Eof
    }

    /// The lines that CPython's buffer holds (`tok->buf` to `tok->inp`), an added line end counted.
    pub(crate) fn buffered(&self) -> std::ops::Range<usize> {
        self.buffer_start.min(self.line_end)..self.line_end
    }

    /// Tells whether an f-string is open.
    pub fn in_fstring(&self) -> bool {
        !self.fstrings.is_empty()
    }

    /// Switches the gathering of warnings; CPython gathers none in its second parse.
    pub fn report_warnings(&mut self, report: bool) {
        self.report_warnings = report;
    }

    /// The warnings gathered so far.
    pub fn warnings(&self) -> &[TokenWarning] {
        &self.warnings
    }

    /// Takes the next character, going on to the next line when this one is used up (`tok_nextc`).
    #[inline]
    pub(crate) fn next_char(&mut self) -> i32 {
        if self.pos >= self.line_end && !self.next_line() {
            return EOF;
        }
        let char = self.byte(self.pos);
        self.pos += 1;
        i32::from(char)
    }

    /// Puts a character back (`tok_backup`).
    #[inline]
    pub(crate) fn back_up(&mut self, char: i32) {
        if char != EOF {
            self.pos = self.pos.saturating_sub(1);
        }
    }

    /// The byte at an offset; past the text, the line end that CPython adds.
    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// Goes on to the next line (`tok_underflow_string`).
    pub(crate) fn next_line(&mut self) -> bool {
        if self.done != Done::No {
            return false;
        }
        // Reading line by line, CPython keeps the lines of an open f-string together, and drops the last line at the end.
        let begins_buffer = self.start == NO_START && (!self.extra || self.fstrings.is_empty());
        let ends = self.pos >= self.total;
        if begins_buffer && (self.extra || !ends) {
            self.buffer_start = self.pos;
        }
        if ends {
            self.done = Done::Eof;
            return false;
        }
        self.line_start = self.pos;
        self.line += 1;
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        self.line_end = match memchr2(b'\n', 0, rest) {
            Some(at) if rest.get(at) == Some(&0) => {
                self.done = Done::NulByte;
                self.line_end = self.pos;
                return false;
            }
            Some(at) => self.pos + at + 1,
            None => self.total,
        };
        true
    }

    /// Makes the token that ends at the cursor.
    #[inline]
    pub(crate) fn token(&self, kind: Kind, start: usize, end: usize) -> Token {
        Token {
            start: start as u32,
            end: end as u32,
            line: self.line,
            col: self.start_col,
            end_line: self.line,
            end_col: (self.pos - self.line_start) as u32,
            kind,
            level: self.brackets.len() as u8,
        }
    }

    /// Makes a string token that ends at the cursor and may have begun on an earlier line.
    #[inline]
    pub(crate) fn string_token(&self, kind: Kind, start: usize, end: usize) -> Token {
        Token {
            line: self.first_line,
            ..self.token(kind, start, end)
        }
    }

    /// Makes a token that has no place of its own.
    fn placeless(&self, kind: Kind) -> Token {
        let at = self.position() as u32;
        Token {
            start: at,
            end: at,
            line: self.line,
            col: NO_COLUMN,
            end_line: self.line,
            end_col: NO_COLUMN,
            kind,
            level: self.brackets.len() as u8,
        }
    }

    fn normal_token(&mut self) -> Step {
        'next_line: loop {
            self.start = NO_START;
            let mut blank_line = false;
            if self.at_line_begin {
                self.at_line_begin = false;
                blank_line = self.indentation()?;
            }
            self.start = self.pos;
            self.start_col = self.column();
            if self.pending_indents != 0 {
                return Ok(self.pending_indent());
            }
            // Moves to the next line while the start is set, as CPython's peek does.
            let peeked = self.next_char();
            self.back_up(peeked);

            loop {
                self.start = NO_START;
                let mut char = self.next_char();
                while matches!(char, 0x20 | 0x09 | 0x0c) {
                    char = self.next_char();
                }
                self.start = if char == EOF { self.pos } else { self.pos - 1 };
                self.start_col = self.start.saturating_sub(self.line_start) as u32;

                if char == i32::from(b'#') {
                    char = self.skip_comment();
                    if self.extra {
                        self.back_up(char);
                        self.comment_newline = blank_line;
                        return Ok(self.token(Kind::Comment, self.start, self.pos));
                    }
                }
                if char == EOF {
                    return self.end_of_text();
                }
                let byte = char as u8;
                let class = CLASS[byte as usize];
                if class & NAME_START != 0 {
                    return self.name_or_string(byte);
                }
                if byte == b'\r' {
                    char = self.next_char();
                }
                if char == i32::from(b'\n') {
                    self.at_line_begin = true;
                    if blank_line || !self.brackets.is_empty() {
                        if self.extra {
                            self.comment_newline = false;
                            return Ok(self.token(Kind::Nl, self.start, self.pos));
                        }
                        continue 'next_line;
                    }
                    if self.comment_newline && self.extra {
                        self.comment_newline = false;
                        return Ok(self.token(Kind::Nl, self.start, self.pos));
                    }
                    return Ok(self.token(Kind::Newline, self.start, self.pos - 1));
                }
                match char {
                    EOF => return self.end_of_text(),
                    _ if (0x30..=0x39).contains(&char) => return self.number(char),
                    0x2e => return self.dot(),
                    0x22 | 0x27 => return self.string(char as u8),
                    0x5c => self.continuation_line()?,
                    _ => return self.punctuation(char as u8),
                }
            }
        }
    }

    /// Reads a line's indentation, and tells whether the line is blank or only a comment.
    fn indentation(&mut self) -> Result<bool, Box<TokenError>> {
        let mut col = 0u32;
        let mut alt_col = 0u32;
        // The first backslash in the indentation decides it, whatever follows on the next lines.
        let mut continued_col = 0u32;
        let char = loop {
            match self.next_char() {
                0x20 => {
                    // Most of a line's indentation is one run of spaces.
                    let rest = self.bytes.get(self.pos..self.line_end).unwrap_or_default();
                    let run = rest.iter().take_while(|&&byte| byte == b' ').count();
                    self.pos += run;
                    let width = (run as u32).saturating_add(1);
                    col = col.saturating_add(width);
                    alt_col = alt_col.saturating_add(width);
                }
                0x09 => {
                    col = (col / 8).saturating_add(1).saturating_mul(8);
                    alt_col = alt_col.saturating_add(1);
                }
                0x0c => {
                    col = 0;
                    alt_col = 0;
                }
                0x5c => {
                    if continued_col == 0 {
                        continued_col = col;
                    }
                    self.continuation_line()?;
                }
                other => break other,
            }
        };
        self.back_up(char);
        if matches!(char, 0x23 | 0x0a | 0x0d) {
            return Ok(true);
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if continued_col != 0 {
            col = continued_col;
            alt_col = continued_col;
        }
        let (top, alt_top) = self.innermost_indent();
        if col == top {
            if alt_col != alt_top {
                return Err(self.tab_error());
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENTS {
                return Err(self.too_deep());
            }
            if alt_col <= alt_top {
                return Err(self.tab_error());
            }
            self.pending_indents += 1;
            self.indents.push((col, alt_col));
        } else {
            while self.indents.len() > 1 && col < self.innermost_indent().0 {
                self.pending_indents -= 1;
                self.indents.pop();
            }
            let (top, alt_top) = self.innermost_indent();
            if col != top {
                return Err(self.bad_dedent());
            }
            if alt_col != alt_top {
                return Err(self.tab_error());
            }
        }
        Ok(false)
    }

    pub(crate) fn innermost_indent(&self) -> (u32, u32) {
        self.indents.last().copied().unwrap_or((0, 0))
    }

    fn pending_indent(&mut self) -> Token {
        if self.pending_indents < 0 {
            self.pending_indents += 1;
            if self.extra {
                return self.token(Kind::Dedent, self.pos, self.pos);
            }
            return self.placeless(Kind::Dedent);
        }
        self.pending_indents -= 1;
        if self.extra {
            // The indentation is all that CPython's buffer holds, earlier lines of an f-string included.
            let col = if self.buffer_start == self.line_start {
                0
            } else {
                NO_COLUMN
            };
            return Token {
                col,
                ..self.token(Kind::Indent, self.buffer_start, self.pos)
            };
        }
        self.placeless(Kind::Indent)
    }

    /// Goes to the end of the comment's line, and gives the character that ends it.
    fn skip_comment(&mut self) -> i32 {
        let last = self.line_end.saturating_sub(1);
        // Only the last line of an expression can lack a line end.
        let stop = if self.byte(last) == b'\n' {
            last
        } else {
            self.line_end
        };
        let rest = self.bytes.get(self.pos..stop).unwrap_or_default();
        self.pos = memchr(b'\r', rest).map_or(stop.max(self.pos), |at| self.pos + at);
        self.next_char()
    }

    /// Checks that a backslash ends its line, and goes on to the next one (`tok_continuation_line`).
    fn continuation_line(&mut self) -> Result<(), Box<TokenError>> {
        let mut char = self.next_char();
        if char == i32::from(b'\r') {
            char = self.next_char();
        }
        if char != i32::from(b'\n') {
            return Err(self.bad_continuation());
        }
        char = self.next_char();
        if char == EOF {
            self.pos = self.line_end;
            return Err(if self.done == Done::NulByte {
                self.nul_byte()
            } else {
                self.unexpected_end()
            });
        }
        self.back_up(char);
        Ok(())
    }

    /// Ends the text: the end marker, or an unclosed bracket.
    fn end_of_text(&mut self) -> Step {
        if self.done == Done::NulByte {
            return Err(self.nul_byte());
        }
        if !self.brackets.is_empty() {
            return Err(self.unexpected_end());
        }
        Ok(self.placeless(Kind::EndMarker))
    }

    /// Reads a name, a keyword, or a string with a prefix.
    fn name_or_string(&mut self, first: u8) -> Step {
        if CLASS[first as usize] & STRING_PREFIX != 0
            && let Some((quote, is_fstring)) = self.string_prefix()
        {
            return if is_fstring {
                self.fstring_start(quote)
            } else {
                self.string(quote)
            };
        }
        let start = self.start;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let mut seen = CLASS[first as usize];
        let length = rest
            .iter()
            .position(|&byte| {
                let class = CLASS[byte as usize];
                seen |= class;
                class & NAME_REST == 0
            })
            .unwrap_or(rest.len());
        self.pos = start + length;
        if seen & NON_ASCII != 0 {
            if !self.extra {
                self.verify_identifier()?;
            }
            return Ok(self.token(Kind::Name, start, self.pos));
        }
        Ok(self.token(Kind::of_word(rest, length), start, self.pos))
    }

    /// Tries the letters at the token's start as a string prefix, taking the quote too when they are one.
    fn string_prefix(&mut self) -> Option<(u8, bool)> {
        let (mut raw, mut bytes, mut unicode, mut format) = (false, false, false, false);
        for at in self.start..self.start + 3 {
            match self.byte(at) {
                b'b' | b'B' if !(bytes || unicode || format) => bytes = true,
                b'u' | b'U' if !(bytes || unicode || raw || format) => unicode = true,
                b'r' | b'R' if !(raw || unicode) => raw = true,
                b'f' | b'F' if !(format || bytes || unicode) => format = true,
                quote @ (b'"' | b'\'') => {
                    self.pos = at + 1;
                    return Some((quote, format));
                }
                _ => return None,
            }
        }
        None
    }

    /// Refuses a name with a character that names cannot have (`verify_identifier`).
    fn verify_identifier(&mut self) -> Result<(), Box<TokenError>> {
        let name = self.source.get(self.start..self.pos).unwrap_or_default();
        let mut is_first = true;
        for (at, char) in name.char_indices() {
            let valid = if is_first {
                identifier::is_start(char)
            } else {
                identifier::is_rest(char)
            };
            is_first = false;
            if !valid {
                self.pos = self.start + at + char.len_utf8();
                let code = u32::from(char);
                let message = if is_printable(char) {
                    format!("invalid character '{char}' (U+{code:04X})")
                } else {
                    format!("invalid non-printable character U+{code:04X}")
                };
                return Err(self.raised(message));
            }
        }
        Ok(())
    }

    /// The whole of the name that was refused for one of its characters.
    pub(crate) fn refused_name(&mut self) -> Token {
        while is_name_rest(i32::from(self.byte(self.pos))) {
            self.pos += 1;
        }
        self.token(Kind::Name, self.start, self.pos)
    }

    /// Tells whether there was an error.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Reads what begins with a dot: `.`, `...` or a fraction.
    fn dot(&mut self) -> Step {
        let next = self.byte(self.pos);
        if next.is_ascii_digit() {
            return self.fraction();
        }
        if next == b'.' && self.byte(self.pos + 1) == b'.' {
            self.pos += 2;
            return Ok(self.token(Kind::Ellipsis, self.start, self.pos));
        }
        Ok(self.token(Kind::Dot, self.start, self.pos))
    }

    /// Reads an operator, keeping track of brackets and of the f-string field that it may end.
    fn punctuation(&mut self, byte: u8) -> Step {
        let start = self.start;
        if matches!(byte, b':' | b'}' | b'!' | b'{') && self.fstring_punctuation(byte) {
            return Ok(self.token(Kind::Colon, start, self.pos));
        }
        let second = self.byte(self.pos);
        if let Some(kind) = two_chars(byte, second) {
            self.pos += 1;
            if let Some(kind) = three_chars(byte, second, self.byte(self.pos)) {
                self.pos += 1;
                return Ok(self.token(kind, start, self.pos));
            }
            return Ok(self.token(kind, start, self.pos));
        }
        match byte {
            b'(' | b'[' | b'{' => self.open(byte)?,
            b')' | b']' | b'}' => self.close(byte)?,
            _ => {}
        }
        if !(0x20..0x7f).contains(&byte) {
            return Err(self.raised(format!("invalid non-printable character U+{byte:04X}")));
        }
        Ok(self.token(one_char(byte), start, self.pos))
    }

    fn open(&mut self, byte: u8) -> Result<(), Box<TokenError>> {
        if self.brackets.len() >= MAX_BRACKETS {
            return Err(self.raised("too many nested parentheses"));
        }
        let col = self.start.saturating_sub(self.line_start) as u32;
        self.brackets.push(OpenBracket {
            byte,
            line: self.line,
            col,
        });
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.bracket_depth += 1;
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<(), Box<TokenError>> {
        let closing = char::from(byte);
        if byte == b'}'
            && self
                .fstrings
                .last()
                .is_some_and(|fstring| fstring.bracket_depth == 0)
        {
            return Err(self.raised("f-string: single '}' is not allowed"));
        }
        let Some(opened) = self.brackets.pop() else {
            if self.extra {
                self.close_in_fstring(byte);
                return Ok(());
            }
            return Err(self.raised(format!("unmatched '{closing}'")));
        };
        let fits = matches!(
            (opened.byte, byte),
            (b'(', b')') | (b'[', b']') | (b'{', b'}')
        );
        if !fits && !self.extra {
            let ends_field = |fstring: &FString| fstring.bracket_depth - 1 == fstring.field_depth;
            if opened.byte == b'{' && self.fstrings.last().is_some_and(ends_field) {
                return Err(self.raised(format!("f-string: unmatched '{closing}'")));
            }
            let opening = char::from(opened.byte);
            let mut message = format!(
                "closing parenthesis '{closing}' does not match opening parenthesis '{opening}'"
            );
            if opened.line != self.line {
                message.push_str(&format!(" on line {}", opened.line));
            }
            return Err(self.raised(message));
        }
        self.close_in_fstring(byte);
        Ok(())
    }

    pub(crate) fn warn(&mut self, message: impl Into<Cow<'static, str>>) {
        if self.report_warnings {
            self.warnings.push(TokenWarning {
                message: message.into(),
                line: self.line,
            });
        }
    }

    #[cold]
    fn fail_again(&self) -> Step {
        match &self.failed {
            Some(error) => Err(error.clone()),
            None => Ok(self.placeless(Kind::EndMarker)),
        }
    }

    /// Characters between two places, an added line end counted.
    pub(crate) fn chars_between(&self, from: usize, to: usize) -> i32 {
        let added = to.saturating_sub(self.bytes.len().max(from));
        let to = to.clamp(from, self.bytes.len().max(from));
        let bytes = self.bytes.get(from..to).unwrap_or_default();
        let chars = bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        i32::try_from(chars + added).unwrap_or(i32::MAX)
    }

    /// An error raised by the tokeniser itself at the cursor (`syntaxerror`).
    #[cold]
    pub(crate) fn raised(&self, message: impl Into<Cow<'static, str>>) -> Box<TokenError> {
        let offset = self.chars_between(self.line_start, self.pos);
        self.raised_at(offset, offset, message)
    }

    /// An error raised by the tokeniser itself at known columns of this line (`syntaxerror_known_range`).
    #[cold]
    pub(crate) fn raised_at(
        &self,
        offset: i32,
        end_offset: i32,
        message: impl Into<Cow<'static, str>>,
    ) -> Box<TokenError> {
        Box::new(TokenError {
            class: ErrorClass::SyntaxError,
            stop: Stop::Raised,
            message: message.into(),
            line: self.line,
            offset,
            end_line: self.line,
            end_offset,
            at: self.position() as u32,
        })
    }

    #[cold]
    pub(crate) fn nul_byte(&self) -> Box<TokenError> {
        self.raised("source code cannot contain null bytes")
    }

    /// An error that the parser words when it asks for the token (`tokenizer_error` in `pegen_errors.c`).
    #[cold]
    fn noted(
        &self,
        class: ErrorClass,
        offset: i32,
        end_offset: i32,
        message: &'static str,
    ) -> Box<TokenError> {
        let stop = Stop::Noted;
        Box::new(TokenError {
            class,
            stop,
            ..*self.raised_at(offset, end_offset, message)
        })
    }

    #[cold]
    fn tab_error(&mut self) -> Box<TokenError> {
        self.pos = self.line_end;
        self.noted(
            ErrorClass::TabError,
            1,
            0,
            "inconsistent use of tabs and spaces in indentation",
        )
    }

    #[cold]
    fn too_deep(&mut self) -> Box<TokenError> {
        self.pos = self.line_end;
        self.noted(
            ErrorClass::IndentationError,
            1,
            0,
            "too many levels of indentation",
        )
    }

    #[cold]
    fn bad_dedent(&mut self) -> Box<TokenError> {
        self.pos = self.line_end;
        let offset = self.chars_between(self.line_start, self.pos);
        let message = "unindent does not match any outer indentation level";
        self.noted(ErrorClass::IndentationError, offset, -1, message)
    }

    #[cold]
    fn bad_continuation(&self) -> Box<TokenError> {
        // CPython counts from the start of its buffer, which may hold earlier lines too.
        let offset = self.chars_between(self.buffer_start, self.pos);
        let message = "unexpected character after line continuation character";
        self.noted(ErrorClass::SyntaxError, offset, 0, message)
    }

    /// The text ended where it cannot: inside brackets or after a backslash.
    ///
    /// CPython turns bytes to characters on its buffer, which may hold earlier lines too.
    #[cold]
    fn unexpected_end(&self) -> Box<TokenError> {
        let error = match self.brackets.last() {
            Some(open) => {
                let message = format!("'{}' was never closed", char::from(open.byte));
                let shown = if open.line == self.line {
                    self.buffer_start
                } else {
                    self.line_offset(open.line)
                };
                let offset = self.chars_between(shown, shown + open.col as usize + 1);
                TokenError {
                    line: open.line,
                    end_line: open.line,
                    ..*self.raised_at(offset, 0, message)
                }
            }
            None => {
                let shown = self.buffer_start;
                let offset = self.chars_between(shown, shown + self.column() as usize);
                *self.raised_at(offset, -1, "unexpected EOF while parsing")
            }
        };
        Box::new(TokenError {
            stop: Stop::Eof,
            ..error
        })
    }

    /// Where a line starts, counted from 1.
    fn line_offset(&self, line: u32) -> usize {
        let newlines = memchr::memchr_iter(b'\n', self.bytes);
        match line {
            0 | 1 => 0,
            _ => newlines
                .skip(line as usize - 2)
                .map(|at| at + 1)
                .next()
                .unwrap_or(self.bytes.len()),
        }
    }
}

pub(crate) const NAME_START: u8 = 1;
pub(crate) const NAME_REST: u8 = 2;
pub(crate) const NON_ASCII: u8 = 4;
const STRING_PREFIX: u8 = 8;

/// What each byte can be part of.
pub(crate) static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let char = byte as u8;
        table[byte] = match char {
            b'b' | b'B' | b'u' | b'U' | b'r' | b'R' | b'f' | b'F' => {
                NAME_START | NAME_REST | STRING_PREFIX
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => NAME_START | NAME_REST,
            b'0'..=b'9' => NAME_REST,
            128.. => NAME_START | NAME_REST | NON_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Tells whether a character, or `EOF`, can be part of a name.
pub(crate) fn is_name_rest(char: i32) -> bool {
    u8::try_from(char).is_ok_and(|byte| CLASS[byte as usize] & NAME_REST != 0)
}
