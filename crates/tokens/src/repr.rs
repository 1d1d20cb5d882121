//! Python's `repr` of a `str`.

use std::fmt::Write as _;

use crate::identifier::is_printable;

/// Gives a text as Python's `repr` shows it.
pub fn str_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut repr = String::with_capacity(text.len() + 2);
    repr.push(quote);
    for char in text.chars() {
        match char {
            '\n' => repr.push_str("\\n"),
            '\r' => repr.push_str("\\r"),
            '\t' => repr.push_str("\\t"),
            '\\' => repr.push_str("\\\\"),
            _ if char == quote => {
                repr.push('\\');
                repr.push(char);
            }
            _ if is_printable(char) => repr.push(char),
            _ => {
                let code = u32::from(char);
                // Writing to a string does not fail.
                let _ = match code {
                    0..=0xff => write!(repr, "\\x{code:02x}"),
                    0x100..=0xffff => write!(repr, "\\u{code:04x}"),
                    _ => write!(repr, "\\U{code:08x}"),
                };
            }
        }
    }
    repr.push(quote);
    repr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_are_pythons() {
        let check = |text: &str, repr: &str| assert_eq!(str_repr(text), repr);
        check("a'b", "\"a'b\"");
        check("a'b\"", "'a\\'b\"'");
        check(
            "\\\t\r\n\u{1}\u{7f}\u{a0}",
            "'\\\\\\t\\r\\n\\x01\\x7f\\xa0'",
        );
        check("é\u{200b}\u{e0001}", "'é\\u200b\\U000e0001'");
    }
}
