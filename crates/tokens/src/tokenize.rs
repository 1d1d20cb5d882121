//! The `tokenize` module's view of the same tokens, and what `python3.12 -m tokenize` prints.
//!
//! Comments and blank line ends are tokens here, operators are one kind, columns count characters, and unmatched
//! brackets or odd names are let through. Mirrors `Python/Python-tokenize.c` and `Lib/tokenize.py` of CPython 3.12.1.

use std::borrow::Cow;
use std::fmt::Write as _;

use hognose_source::repr::write_str;
use hognose_source::{codec_name, cookie_in_line, decode_lossy};

use crate::error::{ErrorClass, Stop, TokenError};
use crate::kind::{Kind, NO_COLUMN, Token};
use crate::tokenizer::Tokenizer;

/// One `TokenInfo`, its lines counted from 1 and its columns in characters from 0; -1 where CPython loses count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenInfo<'s> {
    pub kind: Kind,
    pub string: Cow<'s, str>,
    pub start: (u32, i32),
    pub end: (u32, i32),
}

impl TokenInfo<'_> {
    /// Gives the name of the kind: `OP` for all operators, as `TokenInfo.type` has it.
    pub fn type_name(&self) -> &'static str {
        if self.is_operator() {
            "OP"
        } else {
            self.kind.token_name()
        }
    }

    /// Gives the name of the exact kind, as `TokenInfo.exact_type` has it.
    pub fn exact_type_name(&self) -> &'static str {
        if self.is_operator() && self.kind.text() != self.string {
            "OP"
        } else {
            self.kind.token_name()
        }
    }

    fn is_operator(&self) -> bool {
        (Kind::LPar as u8..=Kind::Op as u8).contains(&(self.kind as u8))
    }
}

/// What the command `python3.12 -m tokenize FILE` leaves behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Printed {
    pub stdout: String,
    pub stderr: String,
    pub exit_status: u8,
}

/// Does what `python3.12 -m tokenize FILE` does; `exact` is its option `-e`.
pub fn print(bytes: &[u8], file: &str, exact: bool) -> Printed {
    let mut stderr = String::new();
    let tokens = match detect_encoding(bytes, file) {
        Err(message) => Err(format!("{file}: error: {message}\n")),
        Ok((encoding, body)) => {
            let text = decode_lossy(&encoding, body);
            let mut tokens = Tokens::new(&text);
            let listed = list(&encoding, &mut tokens);
            for warning in tokens.tokenizer.warnings() {
                stderr.push_str(&format!(
                    "<string>:{}: SyntaxWarning: {}\n",
                    warning.line, warning.message
                ));
            }
            listed
                .map(|listed| render(&listed, exact))
                .map_err(|(line, column, message)| {
                    format!("{file}:{line}:{column}: error: {message}\n")
                })
        }
    };
    match tokens {
        Ok(stdout) => Printed {
            stdout,
            stderr,
            exit_status: 0,
        },
        Err(message) => {
            stderr.push_str(&message);
            Printed {
                stdout: String::new(),
                stderr,
                exit_status: 1,
            }
        }
    }
}

type Failure = (u32, i32, String);

fn list<'s>(encoding: &str, tokens: &mut Tokens<'s>) -> Result<Vec<TokenInfo<'s>>, Failure> {
    let string = Cow::Owned(encoding.to_owned());
    let mut listed = vec![TokenInfo {
        kind: Kind::Encoding,
        string,
        start: (0, 0),
        end: (0, 0),
    }];
    loop {
        let token = tokens.next_info()?;
        let is_last = token.kind == Kind::EndMarker;
        listed.push(token);
        if is_last {
            return Ok(listed);
        }
    }
}

fn render(tokens: &[TokenInfo<'_>], exact: bool) -> String {
    let mut out = String::new();
    let mut range = String::new();
    let mut repr = String::new();
    for token in tokens {
        let name = if exact {
            token.exact_type_name()
        } else {
            token.type_name()
        };
        repr.clear();
        write_str(&mut repr, token.string.as_bytes());
        let ((line, col), (end_line, end_col)) = (token.start, token.end);
        range.clear();
        // Writing to a string does not fail.
        let _ = write!(range, "{line},{col}-{end_line},{end_col}:");
        let _ = writeln!(out, "{range:<20}{name:<15}{repr:<15}");
    }
    out
}

/// The tokens of a text as the `tokenize` module gives them.
pub struct Tokens<'s> {
    tokenizer: Tokenizer<'s>,
    source: &'s str,
}

impl<'s> Tokens<'s> {
    /// Starts at the beginning of a text, whose line ends may be of any kind.
    pub fn new(source: &'s str) -> Self {
        let mut tokenizer = Tokenizer::new(source);
        tokenizer.extra = true;
        Tokens { tokenizer, source }
    }

    /// Gives the next token, or the line, column and words of a `TokenError` or `IndentationError`.
    pub fn next_info(&mut self) -> Result<TokenInfo<'s>, Failure> {
        let token = self
            .tokenizer
            .next_token()
            .map_err(|error| self.failure(&error))?;
        Ok(self.info(token))
    }

    fn info(&self, token: Token) -> TokenInfo<'s> {
        let tokenizer = &self.tokenizer;
        let Token {
            kind,
            line,
            end_line,
            ..
        } = token;
        let at_end = kind == Kind::EndMarker || (kind == Kind::Dedent && tokenizer.is_at_end());
        if at_end {
            let place = (line + 1, 0);
            return TokenInfo {
                kind,
                string: Cow::Borrowed(""),
                start: place,
                end: place,
            };
        }
        let ends_past = |length: usize| token.end as usize >= length;
        let string = match kind {
            Kind::Newline if ends_past(self.source.len()) => token.text(self.source),
            Kind::Newline if token.text(self.source) == "\r" => "\r\n",
            Kind::Newline => "\n",
            Kind::Nl if ends_past(self.source.len() + 1) => "",
            _ => token.text(self.source),
        };
        let first_line_start = match token.col {
            NO_COLUMN => tokenizer.line_start(),
            col => (token.start as usize).saturating_sub(col as usize),
        };
        let col = match token.col {
            NO_COLUMN => -1,
            _ => tokenizer.chars_between(first_line_start, token.start as usize),
        };
        // CPython counts the last line's bytes off on the token's first line; of use only where both are ASCII.
        let end_width = (token.end as usize).saturating_sub(tokenizer.line_start());
        let mut end_col = tokenizer.chars_between(first_line_start, first_line_start + end_width);
        if kind == Kind::Newline {
            end_col += 1;
        }
        TokenInfo {
            kind,
            string: Cow::Borrowed(string),
            start: (line, col),
            end: (end_line, end_col),
        }
    }

    /// Words and places an error as `_tokenizer_error` in `Python-tokenize.c` does.
    fn failure(&self, error: &TokenError) -> Failure {
        let buffered = self.tokenizer.buffered();
        match (error.stop, error.class) {
            (Stop::Eof, _) => {
                let column = i32::try_from(buffered.len()).unwrap_or(i32::MAX);
                (
                    self.tokenizer.line(),
                    column,
                    "unexpected EOF in multi-line statement".to_owned(),
                )
            }
            (Stop::Noted, _) => {
                let column = self.tokenizer.chars_between(buffered.start, buffered.end);
                (
                    self.tokenizer.line(),
                    column,
                    error.message.clone().into_owned(),
                )
            }
            (
                Stop::Raised,
                ErrorClass::SyntaxError | ErrorClass::IndentationError | ErrorClass::TabError,
            ) => {
                let message = if error
                    .message
                    .contains("unterminated triple-quoted string literal")
                {
                    "EOF in multi-line string".to_owned()
                } else {
                    error.message.clone().into_owned()
                };
                (error.line, error.offset, message)
            }
        }
    }
}

/// Finds the encoding as `tokenize.detect_encoding` does, and the bytes after a BOM.
fn detect_encoding<'b>(bytes: &'b [u8], file: &str) -> Result<(String, &'b [u8]), String> {
    let mut repr = String::new();
    write_str(&mut repr, file.as_bytes());
    let stripped = bytes.strip_prefix(b"\xef\xbb\xbf");
    let has_bom = stripped.is_some();
    let body = stripped.unwrap_or(bytes);
    for (number, line) in body
        .split_inclusive(|&byte| byte == b'\n')
        .take(2)
        .enumerate()
    {
        if std::str::from_utf8(line).is_err() {
            return Err(format!(
                "invalid or missing encoding declaration for {repr}"
            ));
        }
        if let Some(encoding) = cookie_in_line(line) {
            if codec_name(&encoding).is_none() {
                return Err(format!("unknown encoding for {repr}: {encoding}"));
            }
            if has_bom && encoding != "utf-8" {
                return Err(format!("encoding problem for {repr}: utf-8"));
            }
            return Ok((encoding, body));
        }
        let content = line
            .iter()
            .find(|byte| !matches!(byte, b' ' | b'\t' | 0x0c));
        if number == 0 && !matches!(content, None | Some(b'#' | b'\r' | b'\n')) {
            break;
        }
    }
    Ok(("utf-8".to_owned(), body))
}
