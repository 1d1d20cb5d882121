//! String literals, as far as they can be wrong.

use crate::escape::{EscapeError, decode_bytes, decode_str};

/// A string literal taken apart.
pub(super) struct Literal<'s> {
    pub is_bytes: bool,
    raw: bool,
    /// What stands between the quotes.
    pub body: &'s str,
}

impl<'s> Literal<'s> {
    /// Takes a token's text apart (`_PyPegen_parse_string`).
    pub fn of(text: &'s str) -> Literal<'s> {
        let at = text.find(['\'', '"']).unwrap_or(0);
        let (prefix, quoted) = text.split_at(at);
        let tripled = quoted.starts_with("'''") || quoted.starts_with("\"\"\"");
        let quote = if quoted.len() >= 6 && tripled { 3 } else { 1 };
        let end = quoted.len().saturating_sub(quote);
        Literal {
            is_bytes: prefix.contains(['b', 'B']),
            raw: prefix.contains(['r', 'R']),
            body: quoted.get(quote..end).unwrap_or(""),
        }
    }

    /// Checks the escapes.
    pub fn check(&self) -> Result<(), EscapeError> {
        match (self.raw, self.is_bytes) {
            (true, _) => Ok(()),
            (false, true) => decode_bytes(self.body.as_bytes(), &mut Vec::new()).map(drop),
            (false, false) => check_text(self.body),
        }
    }
}

/// Checks the escapes of text.
pub(super) fn check_text(body: &str) -> Result<(), EscapeError> {
    decode_str(body, &mut Vec::new()).map(drop)
}
